//! The suite of behaviours over the transports of this crate; and over broken ones, which it catches.

mod defects;
mod faulty;
#[path = "../pipes/mod.rs"]
mod pipes;

use chor_runtime::bytes::{Channel, Encoded};
use chor_runtime::conformance::{BEHAVIOURS, Broken, Suite};
use chor_runtime::{Bincode, Codec, Json, Postcard, Transport, memory};
use pipes::{Pipes, pipes};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;

/// Nothing here needs time: with a paused clock the timeout is over when everybody waits.
async fn check<T: Transport>(sessions: impl AsyncFn(usize) -> Vec<T>) -> Result<(), String> {
    let suite = Suite::new(sessions).many(2_000).large(1 << 20);
    match timeout(Duration::from_mins(1), suite.run()).await {
        Ok(kept) => kept.map_err(|broken| broken.to_string()),
        Err(_) => Err(suite.waiting().to_string()),
    }
}

fn encoded<C: Channel, D: Codec + Clone>(channels: Vec<C>, codec: &D) -> Vec<Encoded<C, D>> {
    let count = channels.len();
    let end = |(place, channel)| Encoded::with_codec(channel, codec.clone(), place, count);
    channels.into_iter().enumerate().map(end).collect()
}

async fn check_families<T: Transport>(
    sessions: impl AsyncFn(Vec<usize>) -> Vec<T>,
) -> Result<(), String> {
    let suite = Suite::new(async |participants| sessions(vec![1; participants]).await);
    match timeout(Duration::from_mins(1), suite.run_families(&sessions)).await {
        Ok(kept) => kept.map_err(|broken| broken.to_string()),
        Err(_) => Err(suite.waiting().to_string()),
    }
}

fn encoded_families<C: Channel>(channels: Vec<C>, sizes: &[usize]) -> Vec<Encoded<C>> {
    encoded(channels, &Bincode).into_iter().map(|end| end.with_sizes(sizes)).collect()
}

#[tokio::test(start_paused = true)]
async fn memory_carries_families() {
    check_families(async |sizes| memory::session_of(&sizes)).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn channels_of_bytes_carry_families() {
    let plain = async |sizes: Vec<usize>| encoded_families(pipes(sizes.iter().sum()), &sizes);
    check_families(plain).await.unwrap();
    let slow = |count: usize| pipes(count).into_iter().map(Slow).collect();
    let slow = async |sizes: Vec<usize>| encoded_families(slow(sizes.iter().sum()), &sizes);
    check_families(slow).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn memory_keeps_the_contract() {
    check(async |participants| memory::session_of(&vec![1; participants])).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn channels_of_bytes_keep_the_contract_with_each_codec() {
    check(async |participants| encoded(pipes(participants), &Bincode)).await.unwrap();
    check(async |participants| encoded(pipes(participants), &Postcard)).await.unwrap();
    check(async |participants| encoded(pipes(participants), &Json)).await.unwrap();
}

/// Gives others their turn before each frame, as channels do that wait for something.
struct Slow(Pipes);

impl Channel for Slow {
    type Error = mpsc::error::SendError<Vec<u8>>;

    async fn send(&self, to: usize, frame: Vec<u8>) -> Result<(), Self::Error> {
        tokio::task::yield_now().await;
        self.0.send(to, frame).await
    }

    async fn recv(&self, from: usize) -> Result<Option<Vec<u8>>, Self::Error> {
        tokio::task::yield_now().await;
        self.0.recv(from).await
    }

    fn close(&self, last: Vec<u8>) {
        self.0.close(last);
    }
}

#[tokio::test(start_paused = true)]
async fn channels_that_wait_keep_the_contract() {
    let slow = |participants| pipes(participants).into_iter().map(Slow).collect();
    check(async |participants| encoded(slow(participants), &Bincode)).await.unwrap();
}

/// On an executor with nothing but a thread that polls.
#[test]
fn no_executor_is_needed() {
    let suite =
        Suite::new(async |participants| memory::session_of(&vec![1; participants])).many(100);
    let mut run = Box::pin(suite.run());
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let kept =
        std::iter::repeat_with(|| run.as_mut().poll(&mut context)).find_map(
            |polled| match polled {
                std::task::Poll::Ready(kept) => Some(kept),
                std::task::Poll::Pending => None,
            },
        );
    assert_eq!(kept, Some(Ok(())));
}

#[tokio::test]
async fn a_behaviour_can_be_checked_by_itself() {
    let suite =
        Suite::new(async |participants| memory::session_of(&vec![1; participants])).many(10);
    for behaviour in BEHAVIOURS {
        suite.run_one(behaviour).await.unwrap();
    }
    let broken: Broken = suite.run_one("it flies").await.unwrap_err();
    assert_eq!(broken.to_string(), "it does not hold that it flies: there is no such behaviour");
}
