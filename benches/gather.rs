//! A gather from many members over the memory transport, against the same by hand: one bounded
//! `tokio` channel for each member, and `FuturesUnordered` over their receives.
//!
//! All run on one current-thread runtime, the members as tasks. A gather is one message of each member;
//! a session has many gathers, and is set up anew for each measurement. Rounds are interleaved and
//! compared by their medians. The last lines are `ratio<TAB>work<TAB>value`: time and memory of the
//! session by those of the program by hand, and growth of both with ten times the members, by 10.
//! Memory is the most that is allocated at once, from the session's beginning to its end.
//!
//! A task of `tokio` may take 128 messages from channels before it is interrupted; a
//! `FuturesUnordered` then polls hundreds of futures in vain. So the program by hand is timed as one
//! would write it first, and `unbudgeted`, in `tokio::task::unconstrained`.

#![allow(clippy::cast_precision_loss, reason = "numbers far below 2^52")]

use chor::memory;
use chor::prelude::*;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;
use tokio::task::unconstrained;

const ROUNDS: usize = 15;
const GATHERS: u64 = 30;
/// Few, those that count, and many.
const MEMBERS: [usize; 3] = [100, 1_000, 10_000];

chor! {
    /// The leader adds up what all members say, again and again.
    chor gather[Leader, Workers[..]](gathers: u64 @ [Leader, Workers]) -> u64 @ Leader {
        let mut sum: u64 @ Leader = 0;
        for number in 0..gathers {
            let all: Vec<u64> @ Leader = each w in Workers { w -> Leader: number };
            Leader: sum += all.iter().sum::<u64>();
        }
        sum
    }
}

fn main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let by_size = MEMBERS.map(|members| Times::of(&runtime, members));
    let held = MEMBERS.map(|members| Held::of(&runtime, members));
    for (members, times) in MEMBERS.into_iter().zip(&by_size) {
        let all = [times.by_hand, times.unbudgeted, times.session];
        let [hand, unbudgeted, session] = all.map(|time| time / sends(members));
        println!(
            "{members} members: by hand {hand:.1} ns, unbudgeted {unbudgeted:.1} ns, \
             session {session:.1} ns a message"
        );
    }
    for (members, held) in MEMBERS.into_iter().zip(&held) {
        let [hand, session] = [held.by_hand, held.session].map(|bytes| bytes / members as f64);
        println!("{members} members: by hand {hand:.0} bytes, session {session:.0} bytes a member");
    }
    for (members, times) in MEMBERS.into_iter().zip(&by_size) {
        println!("ratio\tgather from {members}\t{:.2}", times.session / times.by_hand);
        println!(
            "ratio\tunbudgeted gather from {members}\t{:.2}",
            times.session / times.unbudgeted
        );
    }
    for (members, held) in MEMBERS.into_iter().zip(&held) {
        println!("ratio\tmemory of a gather from {members}\t{:.2}", held.session / held.by_hand);
    }
    growth("time", by_size.map(|times| times.session));
    growth("memory", held.map(|held| held.session));
}

fn growth(of: &str, sizes: [f64; 3]) {
    for (members, sizes) in MEMBERS[1..].iter().zip(sizes.windows(2)) {
        let growth = sizes[1] / sizes[0] / 10.0;
        println!("ratio\tgrowth of {of} to {members} members by 10\t{growth:.2}");
    }
}

/// The messages of one session.
fn sends(members: usize) -> f64 {
    (GATHERS as f64) * (members as f64)
}

/// Medians of whole sessions, in nanoseconds.
struct Times {
    by_hand: f64,
    unbudgeted: f64,
    session: f64,
}

impl Times {
    fn of(runtime: &Runtime, members: usize) -> Times {
        let mut times = [const { Vec::new() }; 3];
        for _ in 0..ROUNDS {
            times[0].push(time(runtime, by_hand(members)));
            times[1].push(time(runtime, unconstrained(by_hand(members))));
            times[2].push(time(runtime, session(members)));
        }
        let [by_hand, unbudgeted, session] = times.map(median);
        Times { by_hand, unbudgeted, session }
    }
}

/// The most bytes at once.
struct Held {
    by_hand: f64,
    session: f64,
}

impl Held {
    fn of(runtime: &Runtime, members: usize) -> Held {
        let by_hand = held(runtime, by_hand(members));
        Held { by_hand, session: held(runtime, session(members)) }
    }
}

async fn session(members: usize) -> u64 {
    let mut ends = memory::session_of(&[1, members]).into_iter();
    let leader = ends.next().expect("the leader's end");
    for end in ends {
        tokio::spawn(async move { play_role(gather::Workers::new(GATHERS), &end).await });
    }
    play_role(gather::Leader::new(GATHERS), &leader).await.expect("all send")
}

async fn by_hand(members: usize) -> u64 {
    let mut receivers = Vec::new();
    for _ in 0..members {
        let (sender, receiver) = mpsc::channel::<u64>(16);
        receivers.push(receiver);
        tokio::spawn(async move {
            for number in 0..GATHERS {
                sender.send(number).await.expect("the leader receives");
            }
        });
    }
    let mut sum = 0;
    for _ in 0..GATHERS {
        let mut all: FuturesUnordered<_> =
            receivers.iter_mut().map(|receiver| async { receiver.recv().await }).collect();
        while let Some(number) = all.next().await {
            sum += number.expect("all send");
        }
    }
    sum
}

fn time(runtime: &Runtime, run: impl Future<Output = u64>) -> Duration {
    let start = Instant::now();
    std::hint::black_box(runtime.block_on(run));
    start.elapsed()
}

fn held(runtime: &Runtime, run: impl Future<Output = u64>) -> f64 {
    let counted = allocation_counter::measure(|| {
        std::hint::black_box(runtime.block_on(run));
    });
    counted.bytes_max as f64
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_nanos() as f64
}
