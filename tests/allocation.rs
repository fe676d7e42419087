//! How much the runtime allocates. In a test binary of its own, because it replaces the allocator.

#[path = "programs/vitals.rs"]
mod vitals;

use allocation_counter::{AllocationInfo, measure};
use chor::bytes::{Channel, Encoded};
use chor::prelude::*;
use chor::{memory, together};
use std::convert::Infallible;
use tokio::runtime;

chor! {
    chor ping_pong[A, B](messages: u64 @ [A, B]) -> u64 @ A {
        let mut ball: u64 @ A = 0;
        for _ in 0..messages / 2 {
            let there: u64 = A -> B: ball;
            let back: u64 = B -> A: there + 1;
            ball = back;
        }
        ball
    }
    /// Fills its queue, so its sender waits and is woken again and again.
    chor stream[A, B](messages: u64 @ [A, B]) -> u64 @ B {
        let mut sum: u64 @ B = 0;
        for i in 0..messages {
            let x: u64 = A -> B: i;
            sum += x;
        }
        sum
    }
    chor text[A, B](text: String @ A) -> String @ B {
        let text: String = A -> B: text;
        text
    }
}

chor! {
    chor step[A, B](x: u64 @ A) -> u64 @ A {
        let x: u64 = A -> B: x;
        B -> A: x + 1
    }
    chor direct[A, B](x: u64 @ A) -> u64 @ A {
        let x = step[A, B](x);
        step[A, B](x)
    }
    chor twice[A, B](step: chor(u64 @ A) -> u64 @ A | B, x: u64 @ A) -> u64 @ A {
        let x = step(x);
        step(x)
    }
    chor by_name[A, B](x: u64 @ A) -> u64 @ A { twice[A, B](step[A, B], x) }
    chor anonymous[A, B](x: u64 @ A, by: u64 @ B) -> u64 @ A {
        let add = chor(x: u64 @ A) -> u64 @ A | B {
            let x: u64 = A -> B: x;
            B -> A: x + by
        };
        twice[A, B](add, x)
    }
    chor another_crate[A, B](x: u64 @ A) -> u64 @ B { library::give[A, B](x) }
    chor down[A, B](n: u64 @ [A, B]) -> u64 @ A {
        if n == 0 { A: 0 } else { down[A, B](n - 1) }
    }
}

/// What a choreography takes in all, after the first run.
fn allocations<C, const N: usize>(choreography: impl Fn() -> C) -> u64
where
    C: chor::Choreography<N>,
{
    let run = || count(async { drop(chor::play_together(choreography()).await.unwrap()) });
    run();
    run().count_total
}

#[test]
fn a_call_of_a_value_takes_no_allocation_more() {
    let direct = allocations(|| direct::Choreography::new(1));
    assert_eq!(allocations(|| by_name::Choreography::new(1)), direct);
    assert_eq!(allocations(|| anonymous::Choreography::new(1, 1)), direct);
}

#[test]
fn a_call_across_crates_takes_no_allocation_more() {
    let own = allocations(|| text::Choreography::new(String::new()));
    assert_eq!(allocations(|| another_crate::Choreography::new(1)), own);
}

#[test]
fn recursion_allocates_once_for_each_level_and_role() {
    let levels = |n| allocations(|| down::Choreography::new(n));
    assert_eq!(levels(50) - levels(10), 2 * 40);
}

const FEW: u64 = 1_000;
const MANY: u64 = 101_000;

/// What a run allocates; all on this thread, since only its allocations are counted.
fn count(run: impl Future<Output = ()>) -> AllocationInfo {
    let runtime = runtime::Builder::new_current_thread().build().unwrap();
    measure(|| runtime.block_on(run))
}

/// A hundred thousand messages more take no allocation more.
#[track_caller]
fn constant<F: Future<Output = ()>>(run: impl Fn(u64) -> F) {
    // The first run initialises what lives as long as the thread.
    count(run(FEW));
    let (few, many) = (count(run(FEW)).count_total, count(run(MANY)).count_total);
    assert!(few > 0, "nothing is counted");
    assert!(many <= few + 8, "{few} allocations for {FEW} messages, {many} for {MANY}");
}

#[test]
fn ping_pong_spawned() {
    constant(async |messages| {
        let [a, b] = memory::session();
        let b = tokio::spawn(async move { play_role(ping_pong::B::new(messages), &b).await });
        let a = tokio::spawn(async move { play_role(ping_pong::A::new(messages), &a).await });
        assert_eq!(a.await.unwrap().unwrap(), messages / 2);
        b.await.unwrap().unwrap();
    });
}

#[test]
fn ping_pong_together() {
    constant(async |messages| {
        let [a, b] = memory::session();
        let a = play_role(ping_pong::A::new(messages), &a);
        let b = play_role(ping_pong::B::new(messages), &b);
        assert_eq!(together((a, b)).await.0.unwrap(), messages / 2);
    });
}

#[test]
fn ping_pong_simulated() {
    constant(async |messages| {
        let outcome = chor::sim::simulate(ping_pong::Choreography::new(messages)).await;
        assert_eq!(outcome.unwrap().a, messages / 2);
    });
}

/// A sender that waits at a full queue looks for a cycle, once for each time the queue is full.
#[test]
fn a_stream_takes_an_allocation_at_most_for_each_full_queue() {
    let sum = |messages: u64| messages * (messages - 1) / 2;
    let few = count(async {
        assert_eq!(chor::sim::simulate(stream::Choreography::new(FEW)).await.unwrap().b, sum(FEW));
    });
    let many = count(async {
        assert_eq!(
            chor::sim::simulate(stream::Choreography::new(MANY)).await.unwrap().b,
            sum(MANY)
        );
    });
    let more = many.count_total - few.count_total;
    println!("{more} allocations for {} messages", MANY - FEW);
    assert!(more <= (MANY - FEW) / 4, "{more}");
    assert!(many.bytes_max < 64 << 10, "{} bytes at once", many.bytes_max);
}

/// Frames that somebody made up, then nothing.
struct MadeUp(std::sync::Mutex<Vec<Vec<u8>>>);

impl Channel for MadeUp {
    type Error = Infallible;

    async fn send(&self, _: usize, _: Vec<u8>) -> Result<(), Infallible> {
        Ok(())
    }

    async fn recv(&self, _: usize) -> Result<Option<Vec<u8>>, Infallible> {
        Ok(self.0.lock().unwrap().pop())
    }

    fn close(&self, _: Vec<u8>) {}
}

/// A few bytes that say that they are many must not make the receiver reserve room for all of them:
/// serde reserves 1 MiB at the most (its `size_hint::cautious`).
#[test]
fn a_claim_is_not_believed() {
    let step = &text::PROTOCOL.steps[0];
    for claim in [1u64 << 20, 1 << 29, (1 << 30) - 100, 1 << 40, u64::MAX] {
        let name = step.to_string();
        let mut frame = vec![1, 0];
        for number in [0, 0, step.id] {
            frame.extend(number.to_le_bytes());
        }
        frame.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        frame.extend(name.as_bytes());
        frame.push(253);
        frame.extend(claim.to_le_bytes());
        frame.extend(b"short");
        let transport = Encoded::new(MadeUp(std::sync::Mutex::new(vec![frame])), 1, 2);
        let info = count(async {
            let error = play_role(text::B::new(), &transport).await.unwrap_err();
            assert!(matches!(error, Error::Codec { .. }), "{error:?}");
            assert_eq!((error.role(), error.peer()), ("B", Some("A")));
        });
        assert!(
            info.bytes_max < (1 << 20) + (64 << 10),
            "{} bytes for a claim of {claim}",
            info.bytes_max
        );
    }
}

/// A million readings take no more memory at once than a thousand.
#[test]
fn a_stream_of_readings_takes_constant_memory() {
    use vitals::{Reading, Signed, stream};

    let run = |count: u32| {
        let mut sum = 0_u64;
        let readings = (0..count).map(|pulse| Signed::new(Reading { id: pulse % 10, pulse }, 7));
        let info = count_bytes(stream::Choreography::new(readings, 7, |reading: Reading| {
            sum += u64::from(reading.pulse);
        }));
        assert_eq!(sum, u64::from(count) * u64::from(count - 1) / 2);
        info.bytes_max
    };
    run(1_000);
    let (few, many) = (run(1_000), run(1_000_000));
    assert!(many <= few + 4096, "{few} bytes for 1,000 readings, {many} for 1,000,000");
}

fn count_bytes<C, const N: usize>(choreography: C) -> AllocationInfo
where
    C: chor::Choreography<N>,
{
    count(async { drop(chor::sim::simulate(choreography).await.unwrap()) })
}
