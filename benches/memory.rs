//! A ping-pong over the memory transport against a hand-written one over bounded `tokio` channels.
//!
//! All programs run on one current-thread runtime: the hand-written one as two tasks with two
//! `mpsc::channel(16)`; the choreography once in the same shape, as two tasks, and once with both
//! roles in one task. Rounds are interleaved and compared by their medians. The last lines are
//! `ratio<TAB>work<TAB>value`: time of the choreography by time of the hand-written program.

use chor::prelude::*;
use chor::{memory, play_together};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const ROUNDS: usize = 31;
const NUMBERS: u32 = 100_000;
const TEXTS: u32 = 50_000;

chor! {
    /// A value goes back and forth.
    chor ping_pong[A, B]<M: Message>(value: M @ A, count: u32 @ [A, B]) -> M @ A {
        let mut value = A: value;
        for _ in 0..count {
            let ping: M = A -> B: value;
            let pong: M = B -> A: ping;
            value = pong;
        }
        value
    }
}

fn main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let numbers = compare(&runtime, &7u64, NUMBERS);
    let texts = compare(&runtime, &"x".repeat(1024), TEXTS);
    println!("ratio\tu64 spawned\t{:.2}", numbers.spawned());
    println!("ratio\t1 KiB String spawned\t{:.2}", texts.spawned());
    println!("ratio\tu64 together\t{:.2}", numbers.together());
    println!("ratio\t1 KiB String together\t{:.2}", texts.together());
}

/// Times for one message, in nanoseconds.
struct Medians {
    mpsc: f64,
    spawned: f64,
    together: f64,
}

impl Medians {
    fn spawned(&self) -> f64 {
        self.spawned / self.mpsc
    }

    fn together(&self) -> f64 {
        self.together / self.mpsc
    }
}

fn compare<M: Message>(runtime: &Runtime, value: &M, count: u32) -> Medians {
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(time(|| runtime.block_on(by_hand(value.clone(), count))));
        times[1].push(time(|| runtime.block_on(spawned(value.clone(), count))));
        times[2].push(time(|| runtime.block_on(together(value.clone(), count))));
    }
    let [mpsc, spawned, together] = times.map(|times| median(times) / f64::from(2 * count));
    let name = std::any::type_name::<M>();
    println!("{name}: mpsc {mpsc:.1} ns, spawned {spawned:.1} ns, together {together:.1} ns");
    Medians { mpsc, spawned, together }
}

async fn by_hand<M: Message>(value: M, count: u32) -> M {
    let (to_b, mut from_a) = mpsc::channel::<M>(16);
    let (to_a, mut from_b) = mpsc::channel::<M>(16);
    let a = tokio::spawn(async move {
        let mut value = value;
        for _ in 0..count {
            to_b.send(value).await.expect("b receives");
            value = from_b.recv().await.expect("b sends");
        }
        value
    });
    let b = tokio::spawn(async move {
        for _ in 0..count {
            let ping = from_a.recv().await.expect("a sends");
            to_a.send(ping).await.expect("a receives");
        }
    });
    b.await.expect("b ends");
    a.await.expect("a ends")
}

async fn spawned<M: Message>(value: M, count: u32) -> M {
    let [a, b] = memory::session();
    let a = tokio::spawn(async move { play_role(ping_pong::A::new(value, count), &a).await });
    let b = tokio::spawn(async move { play_role(ping_pong::B::<_, M>::new(count), &b).await });
    b.await.expect("b ends").expect("b plays");
    a.await.expect("a ends").expect("a plays")
}

async fn together<M: Message>(value: M, count: u32) -> M {
    let roles = ping_pong::Choreography::new(value, count);
    play_together(roles).await.expect("both play").a
}

fn time<T>(run: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    std::hint::black_box(run());
    start.elapsed()
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 nanoseconds")]
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_nanos() as f64
}
