//! A leader that gathers from many members at once, against the same by hand: one bounded `tokio`
//! channel for each member, and `FuturesUnordered` over their receives.
//!
//! All run on one current-thread runtime, the members as tasks. A gather is one message of each member;
//! a session has many gathers, and is set up anew for each measurement. The lines to look at are
//! `ratio<TAB>work<TAB>value`: time of the session by time of the program by hand; and growth of time
//! and of the memory that is allocated at once, with twice the members by 2.

#![allow(clippy::cast_precision_loss, reason = "numbers far below 2^52")]

use chor_runtime::__private::{Endpoint, Fail, Signature, Step, finish, join};
use chor_runtime::{Error, Projection, Protocol, Size, Transport, memory, play_role};
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc;

const ROUNDS: usize = 15;
const GATHERS: u64 = 30;
const MEMBERS: usize = 1000;

static STEPS: [Step; 1] =
    [Step::new("gather", 0, "done", "u64", "Workers", &["Leader"], "gather.rs", 1, 1)];
static SIGNATURE: Signature = Signature::new("gather", &["Leader", "Workers"], &[], "");
static PROTOCOL: Protocol = Protocol::new(&SIGNATURE, &STEPS, &[]).families(&[1]);
const SIZES: [Size; 2] = [Size::One, Size::Any];

struct Leader;
struct Worker;

impl Leader {
    async fn run<T: Transport + Copy>(ep: Endpoint<T, 2>) -> Result<u64, Fail> {
        let mut sum = 0;
        for _ in 0..GATHERS {
            let slots = ep.slots::<3>(&[1], 7);
            let mut branches = Vec::with_capacity(slots.len());
            for slot in &slots {
                branches.push(async {
                    let (ep, _) = *slot;
                    ep.recv::<u64>(2, &STEPS[0]).await
                });
            }
            sum += join(branches).await?.into_iter().sum::<u64>();
        }
        Ok(sum)
    }
}

impl Projection<2> for Leader {
    type Output = u64;
    const ROLE: usize = 0;
    const PROTOCOL: &'static Protocol = &PROTOCOL;
    const SIZES: [Size; 2] = SIZES;

    fn play<T: Transport + Copy>(
        self,
        ep: Endpoint<T, 2>,
    ) -> impl Future<Output = Result<u64, Error>> + Send {
        finish(Self::run(ep))
    }
}

impl Projection<2> for Worker {
    type Output = ();
    const ROLE: usize = 1;
    const PROTOCOL: &'static Protocol = &PROTOCOL;
    const SIZES: [Size; 2] = SIZES;

    fn play<T: Transport + Copy>(
        self,
        ep: Endpoint<T, 2>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        finish(async move {
            let me = ep.me();
            let ep = ep.member::<3>(&[1], me)?.branch(7, me);
            for number in 0..GATHERS {
                ep.send::<u64>(0, &STEPS[0], number).await?;
            }
            Ok(())
        })
    }
}

async fn session(members: usize) -> u64 {
    let mut ends = memory::session_of(&[1, members]).into_iter();
    let leader = ends.next().expect("the leader's end");
    for end in ends {
        tokio::spawn(async move { play_role(Worker, &end).await });
    }
    play_role(Leader, &leader).await.expect("all send")
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

fn main() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(time(&runtime, by_hand(MEMBERS)));
        times[1].push(time(&runtime, session(MEMBERS)));
        times[2].push(time(&runtime, session(2 * MEMBERS)));
    }
    let [hand, own, twice] = times.map(median);
    let each = (GATHERS as f64) * (MEMBERS as f64);
    println!("by hand {:.1} ns, session {:.1} ns a message", hand / each, own / each);
    println!("ratio\tgather from {MEMBERS}\t{:.2}", own / hand);
    println!("ratio\tgrowth of time with twice the members by 2\t{:.2}", twice / own / 2.0);
    let held = |members| {
        allocation_counter::measure(|| {
            std::hint::black_box(runtime.block_on(session(members)));
        })
        .bytes_max as f64
    };
    let growth = held(2 * MEMBERS) / held(MEMBERS) / 2.0;
    println!("ratio\tgrowth of memory with twice the members by 2\t{growth:.2}");
}

fn time(runtime: &Runtime, run: impl Future<Output = u64>) -> Duration {
    let start = Instant::now();
    std::hint::black_box(runtime.block_on(run));
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_nanos() as f64
}
