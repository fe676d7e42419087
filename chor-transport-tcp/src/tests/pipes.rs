//! Sessions over pipes: any stream will do.

use super::raw::{add, of_pipe};
use crate::Options;
use crate::session::Tcp;
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::Bincode;
use tokio::join;

/// The ends of a session over a pipe that holds so many bytes.
fn session(buffer: usize, options: &Options) -> [Tcp; 2] {
    let (a, b) = tokio::io::duplex(buffer);
    [(0, a), (1, b)].map(|(place, pipe)| over(place, vec![of_pipe(pipe)], Bincode, options.clone()))
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
