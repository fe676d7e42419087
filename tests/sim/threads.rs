//! A run's future goes from thread to thread, as tasks of an executor do.

use chor::prelude::*;
use chor::sim::simulate;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

chor! {
    /// Hands on what comes from outside.
    chor hand_on[A, B](
        n: u32 @ [A, B],
        mut numbers: UnboundedReceiver<u32> @ A,
        kept: Arc<()> @ B,
    ) -> u32 @ B {
        let mut sum: u32 @ B = 0;
        for _ in 0..n {
            let number: u32 = A -> B: numbers.recv().await.expect("there is one more");
            B: sum += number;
        }
        B: drop(kept);
        sum
    }
}

type Run = Pin<Box<dyn Future<Output = Result<Option<u32>, Error>> + Send>>;

/// Polls a run once, in a thread of its own.
fn poll_elsewhere(mut run: Run) -> (Run, Option<u32>) {
    let polled = thread::spawn(move || {
        let polled = run.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        (run, polled)
    });
    match polled.join().expect("no panic") {
        (run, Poll::Pending) => (run, None),
        (run, Poll::Ready(result)) => (run, result.expect("the roles end")),
    }
}

fn run(n: u32, numbers: UnboundedReceiver<u32>, kept: &Arc<()>) -> Run {
    let choreography = hand_on::Choreography::new(n, numbers, Arc::clone(kept));
    Box::pin(async { simulate(choreography).await.map(|outcome| Some(outcome.b)) })
}

#[test]
fn a_run_goes_on_in_one_thread_after_the_other() {
    let (sender, numbers) = unbounded_channel();
    let mut run = run(8, numbers, &Arc::new(()));
    for number in 0..8 {
        let (pending, result) = poll_elsewhere(run);
        assert_eq!(result, None);
        run = pending;
        sender.send(number).expect("the run is there");
    }
    assert_eq!(poll_elsewhere(run).1, Some(28));
}

#[test]
fn a_run_that_began_in_another_thread_is_dropped_here() {
    let (sender, numbers) = unbounded_channel();
    let kept = Arc::new(());
    let (run, result) = poll_elsewhere(run(8, numbers, &kept));
    assert_eq!((result, Arc::strong_count(&kept)), (None, 2));
    drop(run);
    assert_eq!(Arc::strong_count(&kept), 1);
    assert!(sender.is_closed());
}
