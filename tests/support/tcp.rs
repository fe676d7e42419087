//! Plays all roles of a program in one task, over TCP: a connection between each two of them.

use chor::__private::Branches;
use chor::tcp::{Stream, Tcp, from_streams};
use chor::{Choreography, Error, Roles};
use std::future::poll_fn;
use std::sync::atomic::AtomicUsize;
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// What each role has at the end.
///
/// # Panics
/// If it hangs, or there are no connections to be had.
pub(crate) async fn play<C, const N: usize>(choreography: C) -> Result<C::Outcome, Error>
where
    C: Choreography<N>,
{
    let ends = session(N).await;
    let ended = AtomicUsize::new(0);
    let mut roles = choreography.roles().play(&ends, &ended);
    let mut done = vec![false; roles.count()];
    let all = poll_fn(|cx| {
        for (role, done) in done.iter_mut().enumerate() {
            *done = *done || roles.poll_branch(role, cx);
        }
        if done.iter().all(|done| *done) { Poll::Ready(()) } else { Poll::Pending }
    });
    timeout(Duration::from_mins(1), all).await.expect("it hangs");
    let mut failure = None;
    match (C::Roles::outputs(roles.outputs(), &mut failure), failure) {
        (Some(outputs), None) => Ok(C::outcome(outputs)),
        (_, Some((_, error))) => Err(error),
        (None, None) => unreachable!("without a failure there are outputs"),
    }
}

/// An end for each role.
async fn session(roles: usize) -> Vec<Tcp> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut streams: Vec<Vec<TcpStream>> = (0..roles).map(|_| Vec::new()).collect();
    // Each role has its streams in the order of the others.
    for one in 0..roles {
        for other in one + 1..roles {
            let (dialled, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
            streams[one].push(dialled.expect("a listener"));
            streams[other].push(accepted.expect("a dialler").0);
        }
    }
    let ends = streams.into_iter().enumerate();
    ends.map(|(place, streams)| {
        let streams = streams.into_iter().map(Stream::plaintext);
        from_streams(place, streams).expect("it is open")
    })
    .collect()
}
