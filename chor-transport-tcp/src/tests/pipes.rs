//! Sessions over pipes: any stream will do.

use super::raw::{add, of_pipe, server};
use crate::meeting::Meeting;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::streams::over;
use crate::way::Way;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::Bincode;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use tokio::join;

/// The ends of a session over a pipe that holds so many bytes.
fn session(buffer: usize, options: &Options) -> [Tcp; 2] {
    let (a, b) = tokio::io::duplex(buffer);
    [(0, a), (1, b)]
        .map(|(place, pipe)| over(place, vec![of_pipe(pipe)], Bincode, options.clone()).unwrap())
}

#[tokio::test(start_paused = true)]
async fn a_session_runs_over_any_stream_however_small_its_buffer() {
    let [a, b] = session(1, &Options::default());
    let numbers: Vec<u64> = (1..=100).collect();
    let (sent, sum) =
        join!(play_role(add::Client::new(numbers), &a), play_role(add::Server::new(), &b));
    sent.unwrap();
    assert_eq!(sum.unwrap(), 5050);
}

#[tokio::test(start_paused = true)]
async fn a_session_runs_with_the_smallest_window() {
    let [a, b] = session(64, &Options::default().window(1));
    let numbers: Vec<u64> = (1..=100).collect();
    let (sent, sum) =
        join!(play_role(add::Client::new(numbers), &a), play_role(add::Server::new(), &b));
    sent.unwrap();
    assert_eq!(sum.unwrap(), 5050);
}

/// A role that is not polled any more, though not dropped, may have the turn to read.
#[tokio::test(start_paused = true)]
async fn a_role_that_sleeps_holds_up_no_other_on_its_link() {
    let (one, mut ended) = server(Options::default());
    let two = Node::with(Security::Plaintext, Bincode, Options::default());
    let (near, far) = tokio::io::duplex(1000);
    one.hosting.links.run(of_pipe(near));
    let link = two.hosting.links.run(of_pipe(far));
    let play = || {
        let ways = vec![(1, Way::Ready(Arc::clone(&link)))];
        let mut session = [0; 16];
        getrandom::fill(&mut session).unwrap();
        let invitation = vec![String::new(), String::new()];
        let meeting = Meeting::new(session, 0, Sizes::ones(2));
        let end = two.hosting.enter(meeting, ways, Some(invitation));
        async move { play_role(add::Client::new(vec![1, 2]), &end).await }
    };
    let mut asleep = Box::pin(play());
    // It is polled until it waits for the other one's last message.
    while ended.try_recv().is_err() {
        assert!(poll_once(&mut asleep).await.is_pending());
        tokio::task::yield_now().await;
    }
    play().await.unwrap();
    asleep.await.unwrap();
}

async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    poll_fn(|cx| Poll::Ready(Pin::new(&mut *future).poll(cx))).await
}
