//! Two requests at once, and two calls of one choreography at once.

use crate::delay::Delay;
use crate::{crashes, leak, seeds};
use chor::prelude::*;
use chor::sim::{Simulation, simulate};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::Notify;

/// What the client had when.
#[derive(Debug, Default)]
struct Log {
    all: Mutex<Vec<&'static str>>,
    more: Notify,
}

impl Log {
    fn note(&self, what: &'static str) {
        self.all.lock().expect("no role panics").push(what);
        self.more.notify_one();
    }

    fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.all.lock().expect("no role panics"))
    }
}

chor! {
    /// The text takes its time, or the key does.
    chor fetch[Client, Content, Keys](
        text: Delay @ Content,
        key: Delay @ Keys,
        log: &Log @ Client,
    ) -> (String, u32) @ Client {
        let (text, key) = par {
            {
                let text: String = Content -> Client: text.before("text".to_owned()).await;
                Client: log.note("text");
                text
            }
            {
                let key: u32 = Keys -> Client: key.before(7).await;
                Client: log.note("key");
                key
            }
        };
        Client: (text, key)
    }

    chor echo[A, B](value: u32 @ A, there: Delay @ A, back: Delay @ B) -> u32 @ A {
        let value: u32 = A -> B: there.before(value).await;
        B -> A: back.before(value).await
    }

    /// Two calls between the same roles.
    chor twice[A, B](first: Delay @ [A, B], second: Delay @ [A, B]) -> Vec<u32> @ A {
        let (one, two) = par {
            { echo[A, B](1, first, first) }
            { echo[A, B](2, second, second) }
        };
        A: vec![one, two]
    }
}

fn fetched(text: u64, key: u64) -> Vec<&'static str> {
    let log = Log::default();
    let delays = [text, key].map(Delay::Millis);
    let run = Simulation::new().run(|| fetch::Choreography::new(delays[0], delays[1], &log));
    assert_eq!(run.results.client.unwrap(), ("text".to_owned(), 7));
    let time = Duration::from_millis(text.max(key));
    assert!(run.time >= time && run.time < 2 * time, "they don't wait for each other");
    log.take()
}

#[test]
fn the_fast_answer_is_delivered_before_the_slow_one() {
    assert_eq!(fetched(1_000, 10), ["key", "text"]);
    assert_eq!(fetched(10, 1_000), ["text", "key"]);
}

/// The slow one begins when the fast one was delivered.
#[test]
fn the_fast_answer_is_delivered_before_the_slow_one_over_nodes() {
    for (text_is_slow, order) in [(true, ["key", "text"]), (false, ["text", "key"])] {
        let log = leak(Log::default());
        let (slow, fast) = (Delay::Until(&log.more), Delay::NONE);
        let (text, key) = if text_is_slow { (slow, fast) } else { (fast, slow) };
        let outcome = seeds::between_nodes(fetch::Choreography::new(text, key, log));
        assert_eq!(outcome.client, ("text".to_owned(), 7));
        assert_eq!(log.take(), order);
    }
}

#[test]
fn messages_of_two_calls_never_mix() {
    for (first, second) in [(0, 100), (100, 0), (50, 50)] {
        let [first, second] = [first, second].map(Delay::Millis);
        let run = Simulation::new().run(|| twice::Choreography::new(first, second));
        assert_eq!(run.results.a.unwrap(), [1, 2], "{first:?} and {second:?}");
    }
}

#[tokio::test]
async fn both_run_on_any_executor() {
    let log = Log::default();
    let (text, key) = (Delay::Millis(1), Delay::Millis(1));
    let outcome = simulate(fetch::Choreography::new(text, key, &log)).await.unwrap();
    assert_eq!(outcome.client, ("text".to_owned(), 7));
}

#[test]
fn no_seed_changes_anything() {
    seeds::change_nothing(|| twice::Choreography::new(Delay::Millis(0), Delay::Millis(1)));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || twice::Choreography::new(Delay::Millis(0), Delay::Millis(100));
    crashes::change_nothing_else(make);
    let log = Log::default();
    let make = || fetch::Choreography::new(Delay::Millis(10), Delay::Millis(0), &log);
    crashes::change_nothing_else(make);
}

#[test]
fn no_seed_changes_what_is_fetched() {
    let log = leak(Log::default());
    crate::change_nothing(|| fetch::Choreography::new(Delay::Millis(2), Delay::Millis(1), log));
}
