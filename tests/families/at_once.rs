//! Two requests at once, and two calls of one choreography at once.

use crate::seeds;
use chor::prelude::*;
use chor::sim::{Simulation, explore, simulate};
use std::sync::Mutex;
use std::time::Duration;
use tokio::time::sleep;

type Log = Mutex<Vec<&'static str>>;

fn note(log: &Log, what: &'static str) {
    log.lock().expect("no role panics").push(what);
}

async fn after<T>(delay: u64, value: T) -> T {
    sleep(Duration::from_millis(delay)).await;
    value
}

chor! {
    /// The text takes its time, or the key does.
    chor fetch[Client, Content, Keys](
        text: u64 @ Content,
        key: u64 @ Keys,
        log: &Log @ Client,
    ) -> (String, u32) @ Client {
        let (text, key) = par {
            {
                let text: String = Content -> Client: after(text, "text".to_owned()).await;
                Client: note(log, "text");
                text
            }
            {
                let key: u32 = Keys -> Client: after(key, 7).await;
                Client: note(log, "key");
                key
            }
        };
        Client: (text, key)
    }

    chor echo[A, B](value: u32 @ A, there: u64 @ A, back: u64 @ B) -> u32 @ A {
        let value: u32 = A -> B: after(there, value).await;
        B -> A: after(back, value).await
    }

    /// Two calls between the same roles.
    chor twice[A, B](first: u64 @ [A, B], second: u64 @ [A, B]) -> Vec<u32> @ A {
        let (one, two) = par {
            { echo[A, B](1, first, first) }
            { echo[A, B](2, second, second) }
        };
        A: vec![one, two]
    }
}

fn fetched(text: u64, key: u64) -> Vec<&'static str> {
    let log = Log::default();
    let run = Simulation::new().run(|| fetch::Choreography::new(text, key, &log));
    assert_eq!(run.results.client.unwrap(), ("text".to_owned(), 7));
    let time = Duration::from_millis(text.max(key));
    assert!(run.time >= time && run.time < 2 * time, "they don't wait for each other");
    log.into_inner().expect("no role panics")
}

#[test]
fn the_fast_answer_is_delivered_before_the_slow_one() {
    assert_eq!(fetched(1_000, 10), ["key", "text"]);
    assert_eq!(fetched(10, 1_000), ["text", "key"]);
}

#[test]
fn messages_of_two_calls_never_mix() {
    for (first, second) in [(0, 100), (100, 0), (50, 50)] {
        let run = Simulation::new().run(|| twice::Choreography::new(first, second));
        assert_eq!(run.results.a.unwrap(), [1, 2], "{first} and {second} ms");
    }
}

#[tokio::test]
async fn both_run_on_any_executor() {
    let log = Log::default();
    let outcome = simulate(fetch::Choreography::new(1, 1, &log)).await.unwrap();
    assert_eq!(outcome.client, ("text".to_owned(), 7));
}

#[test]
fn no_seed_changes_anything() {
    seeds::change_nothing(|| twice::Choreography::new(0, 1));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || twice::Choreography::new(0, 100);
    explore(make).orders(false).crashes(1).check(|_| ());
}

#[test]
fn no_seed_changes_what_is_fetched() {
    let log: &Log = Box::leak(Box::default());
    crate::change_nothing_in_memory(|| fetch::Choreography::new(2, 1, log));
}
