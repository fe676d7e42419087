//! A test's body under many seeds.

use crate::clock::Reused;
use crate::explore::{Verdict, given, rerun};
use crate::random::Numbers;
use crate::schedule::{Order, Schedule};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs `body` under each seed from 0 to `count`, excluded. In it [`random`](crate::random) gives
/// numbers that follow from the seed, and [`simulate`](crate::simulate) runs roles in a random order by
/// it. The body gets the seed, for what else depends on it: `Simulation::new().seed(seed)`.
///
/// The attribute `chor::test` calls this. With `CHOR_SIM='seed 7'` in the environment, it runs the body
/// under that seed alone.
///
/// # Panics
/// If the body does, or if its [`Verdict`] is a failure; before, it prints the seed, and the line that
/// runs the body under it alone. If `CHOR_SIM` is no schedule.
///
/// # Examples
/// ```
/// use chor_sim::{random, under_seeds};
///
/// under_seeds(100, |_| random() % 6 < 6);
/// ```
#[track_caller]
pub fn under_seeds<V: Verdict>(count: u64, body: impl Fn(u64) -> V) {
    for seed in chosen(count) {
        told(seed, || {
            let _numbers = Numbers::of_test(seed);
            body(seed).problem()
        });
    }
}

/// As [`under_seeds`], for a body that is a future: it runs on this thread, in virtual time.
///
/// # Panics
/// As [`under_seeds`]; and if this is called in a task of a `tokio` runtime.
///
/// # Examples
/// ```
/// use chor_sim::under_seeds_async;
/// use std::time::Duration;
///
/// under_seeds_async(100, async |_| tokio::time::sleep(Duration::from_hours(1)).await);
/// ```
#[track_caller]
pub fn under_seeds_async<V: Verdict>(count: u64, body: impl AsyncFn(u64) -> V) {
    let runtime = Reused::default();
    for seed in chosen(count) {
        told(seed, || {
            let _numbers = Numbers::of_test(seed);
            runtime.with(|runtime| runtime.block_on(body(seed))).problem()
        });
    }
}

/// All seeds, or the one that the environment wants.
fn chosen(count: u64) -> std::ops::Range<u64> {
    match given().map(|schedule| schedule.order) {
        Some(Order::Seed(seed)) => seed..seed.saturating_add(1),
        Some(_) => 0..1.min(count),
        None => 0..count,
    }
}

/// Says under which seed a test failed.
#[track_caller]
fn told(seed: u64, test: impl FnOnce() -> Option<String>) {
    let schedule = Schedule { order: Order::Seed(seed), ..Schedule::default() };
    match catch_unwind(AssertUnwindSafe(test)) {
        Ok(None) => {}
        Ok(Some(problem)) => {
            panic!("{problem}\nunder {schedule}; to run it alone:\n  {}", rerun(&schedule))
        }
        Err(panic) => {
            eprintln!("failed under {schedule}; to run it alone:\n  {}", rerun(&schedule));
            resume_unwind(panic)
        }
    }
}
