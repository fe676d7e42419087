//! Two requests at once, and two calls of one choreography at once.

use crate::delay::Delay;
use crate::{crashes, leak, seeds};
use chor::play_together;
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

    /// Two calls between the same roles, with a delay there and one back.
    chor twice[A, B](
        first: [Delay; 2] @ [A, B],
        second: [Delay; 2] @ [A, B],
        over: &[Notify] @ A,
    ) -> Vec<u32> @ A {
        let (one, two) = par {
            {
                let one: u32 @ A = echo[A, B](1, first[0], first[1]);
                A: over[0].notify_one();
                one
            }
            {
                let two: u32 @ A = echo[A, B](2, second[0], second[1]);
                A: over[1].notify_one();
                two
            }
        };
        A: vec![one, two]
    }
}

/// Is told when each of two calls is over.
fn overs() -> [Notify; 2] {
    Default::default()
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

type Fetched = fetch::Choreography<Delay, Delay, &'static Log>;

/// The slow one begins when the fast one was delivered.
fn fetch_in_order(play: impl Fn(Fetched) -> (String, u32)) {
    for (text_is_slow, order) in [(true, ["key", "text"]), (false, ["text", "key"])] {
        let log = leak(Log::default());
        let (slow, fast) = (Delay::Until(&log.more), Delay::NONE);
        let (text, key) = if text_is_slow { (slow, fast) } else { (fast, slow) };
        let fetched = play(fetch::Choreography::new(text, key, log));
        assert_eq!(fetched, ("text".to_owned(), 7));
        assert_eq!(log.take(), order);
    }
}

#[test]
fn the_fast_answer_is_delivered_before_the_slow_one_over_memory() {
    fetch_in_order(|all| seeds::runtime().block_on(play_together(all)).unwrap().client);
}

#[test]
fn the_fast_answer_is_delivered_before_the_slow_one_over_nodes() {
    fetch_in_order(|all| seeds::between_nodes(all).client);
}

const CALLS: [[u64; 2]; 3] = [[0, 100], [100, 0], [50, 50]];

/// Each call has one of these delays in both directions.
fn calls(millis: [u64; 2], over: &[Notify]) -> Twice<'_> {
    let [first, second] = millis.map(|it| [Delay::Millis(it); 2]);
    twice::Choreography::new(first, second, over)
}

type Twice<'o> = twice::Choreography<[Delay; 2], [Delay; 2], &'o [Notify]>;

#[test]
fn messages_of_two_calls_never_mix() {
    for millis in CALLS {
        let over = overs();
        let run = Simulation::new().run(|| calls(millis, &over));
        assert_eq!(run.results.a.unwrap(), [1, 2], "{millis:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_of_two_calls_never_mix_over_memory() {
    for millis in CALLS {
        let outcome = play_together(calls(millis, &overs())).await.unwrap();
        assert_eq!(outcome.a, [1, 2], "{millis:?}");
    }
}

/// One call sends there, or back, when the other one is over.
fn call_in_turn(play: impl Fn(Twice<'static>) -> Vec<u32>) {
    for late in 0..2 {
        for direction in 0..2 {
            let over = leak(overs());
            let mut delays = [[Delay::NONE; 2]; 2];
            delays[late][direction] = Delay::Until(&over[1 - late]);
            let [first, second] = delays;
            let answers = play(twice::Choreography::new(first, second, over));
            assert_eq!(answers, [1, 2], "call {late}, direction {direction}");
        }
    }
}

#[test]
fn messages_of_a_call_that_is_over_first_never_mix_over_memory() {
    call_in_turn(|all| seeds::runtime().block_on(play_together(all)).unwrap().a);
}

#[test]
fn messages_of_a_call_that_is_over_first_never_mix_over_nodes() {
    call_in_turn(|all| seeds::between_nodes(all).a);
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
    let over = leak(overs());
    seeds::change_nothing(|| calls([0, 1], over));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let over = overs();
    crashes::change_nothing_else(|| calls([0, 100], &over));
    let log = Log::default();
    let make = || fetch::Choreography::new(Delay::Millis(10), Delay::Millis(0), &log);
    crashes::change_nothing_else(make);
}

#[test]
fn no_seed_changes_what_is_fetched() {
    let log = leak(Log::default());
    crate::change_nothing(|| fetch::Choreography::new(Delay::Millis(2), Delay::Millis(1), log));
}
