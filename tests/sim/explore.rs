//! Exploring: crash points, cuts, seeds, orders, and what is told of failures.

use chor::prelude::*;
use chor::sim::{Problem, Simulation, explore, random};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Money that two roles hold, whatever becomes of them.
#[derive(Default)]
struct Accounts {
    buyer: Mutex<i64>,
    seller: Mutex<i64>,
}

impl Accounts {
    fn add(account: &Mutex<i64>, amount: i64) {
        *account.lock().expect("no panic") += amount;
    }

    fn sum(&self) -> i64 {
        *self.buyer.lock().expect("no panic") + *self.seller.lock().expect("no panic")
    }
}

chor! {
    /// Loses money if a role crashes when the buyer has paid and the seller hasn't got it.
    chor pay[Buyer, Seller](accounts: &Accounts @ [Buyer, Seller]) {
        let bill: i64 = Seller -> Buyer: 10;
        Buyer: Accounts::add(&accounts.buyer, -bill);
        let money: i64 = Buyer -> Seller: bill;
        Seller: Accounts::add(&accounts.seller, money);
        let thanks: String = Seller -> Buyer: "thanks".to_owned();
        Buyer: drop(thanks);
    }

    chor chain[A, B, C](x: u32 @ A) -> u32 @ C {
        let x: u32 = A -> B: x + 1;
        let y: u32 = B -> C: x + 1;
        y
    }

    chor racing[A, B, C](log: &Mutex<Vec<char>> @ [A, B, C]) -> Vec<char> @ C {
        A: log.lock().expect("no panic").push('a');
        A -> C: true;
        B: log.lock().expect("no panic").push('b');
        B -> C: true;
        let seen: Vec<char> = C -> A: log.lock().expect("no panic").clone();
        A: drop(seen);
        C: log.lock().expect("no panic").clone()
    }

    chor drawing[A, B](number: u64 @ A) -> u64 @ B {
        let first: u64 = A -> B: number;
        let second: u64 = B -> A: random();
        A: assert!(second > 0);
        first
    }

    chor guessing[A, B, C]() -> bool @ C {
        let x: u64 = A -> C: random() % 100;
        let y: u64 = B -> C: random() % 100;
        C: x.abs_diff(y) > 2
    }
}

static ACCOUNTS: Mutex<Option<&'static Accounts>> = Mutex::new(None);

/// New accounts for each run.
fn accounts() -> &'static Accounts {
    let accounts = Box::leak(Box::default());
    *ACCOUNTS.lock().expect("no panic") = Some(accounts);
    accounts
}

/// The line that reruns a failure names the test by its thread, so this one makes its own.
#[test]
fn the_shortest_failing_trace_is_told() {
    let name = "explore::the_shortest_failing_trace_is_told".to_owned();
    let test = std::thread::Builder::new().name(name).spawn(tell_the_shortest_failing_trace);
    test.expect("a thread").join().expect("it is told");
}

fn tell_the_shortest_failing_trace() {
    let failure = explore(|| pay::Choreography::new(accounts()))
        .crashes(1)
        .find(|_| {
            let sum = ACCOUNTS.lock().expect("no panic").map_or(0, Accounts::sum);
            if sum == 0 { Ok(()) } else { Err(format!("{sum} is lost")) }
        })
        .expect_err("money gets lost");
    assert_eq!(failure.problem, Problem::Check("-10 is lost".to_owned()));
    let told = failure.to_string();
    assert_eq!(
        told,
        "-10 is lost\n\
         in 4 of 24 runs (14 with faults); the shortest trace, of `Seller crashes after sending \
         pay.bill to Buyer, round 1`:\n  \
           Seller -> Buyer: bill = 10\n  \
           Seller crashed after sending pay.bill to Buyer, round 1\n  \
           Buyer failed because Seller did\n\
         to run exactly this again:\n  \
           CHOR_SIM='Seller crashes after sending pay.bill to Buyer, round 1' cargo test -- \
         --exact explore::the_shortest_failing_trace_is_told --nocapture",
    );
    let again = Simulation::new().replay(&failure.schedule);
    let again = again.run(|| pay::Choreography::new(accounts()));
    assert_eq!(again.trace.detailed(), failure.trace.detailed());
}

#[test]
fn several_crashes_and_cuts_are_tried() {
    let report = explore(|| chain::Choreography::new(1)).crashes(1).check(|_| ());
    assert_eq!((report.faults, report.races, report.bounded), (3 + 2 * 4, false, false));
    let cuts = explore(|| chain::Choreography::new(1))
        .cuts(1)
        .check(|run| run.results.c.is_err() != run.schedule.decisions.is_empty());
    assert_eq!(cuts.faults, 2);
    let two = explore(|| chain::Choreography::new(1)).crashes(2).check(|_| ());
    assert!(two.faults > 11 && two.faults < 11 + 11 * 11, "{two}");
    let bounded = explore(|| chain::Choreography::new(1)).crashes(3).runs(20).check(|_| ());
    assert_eq!((bounded.runs, bounded.bounded), (20, true));
    assert_eq!(bounded.to_string(), "20 runs (10 with faults), and there are more");
}

#[test]
fn races_are_found_and_all_their_orders_tried() {
    let seen = Mutex::new(std::collections::BTreeSet::new());
    let log: Mutex<Vec<char>> = Mutex::default();
    let make = || {
        log.lock().expect("no panic").clear();
        racing::Choreography::new(&log)
    };
    let report = explore(make).check(|run| {
        seen.lock().expect("no panic").insert(run.results.c.as_ref().ok().cloned());
    });
    assert!(
        report.races && report.orders > 10 && report.orders < 1000 && !report.bounded,
        "{report}"
    );
    let seen = seen.into_inner().expect("no panic");
    assert_eq!(Vec::from_iter(seen), [Some(vec!['a', 'b']), Some(vec!['b', 'a'])]);
}

#[test]
fn seeds_find_what_chance_brings_and_are_shrunk() {
    let report = explore(guessing::Choreography::new).seeds(20).orders(false).find(|_| true);
    assert_eq!(report.expect("all is fine").seeds, 20);
    let failure = explore(guessing::Choreography::new)
        .seeds(1000)
        .orders(false)
        .find(|run| *run.results.c.as_ref().expect("C ends"))
        .expect_err("chances are one in twenty");
    let again = Simulation::new().replay(&failure.schedule).run(guessing::Choreography::new);
    assert!(!again.results.c.expect("C ends"));

    let failure = explore(|| chain::Choreography::new(1))
        .seeds(100)
        .crashes(2)
        .find(|run| run.results.c.is_ok() || run.results.b.is_ok())
        .expect_err("B and C fail if B does");
    assert_eq!(failure.schedule.decisions.len(), 1);
    assert!(failure.to_string().contains("the shortest trace, of `"), "{failure}");
    assert!(!failure.to_string().contains("seed "), "{failure}");
}

#[test]
fn what_is_not_deterministic_is_told() {
    let count = AtomicU32::new(0);
    let failure =
        explore(|| drawing::Choreography::new(count.fetch_add(1, Ordering::Relaxed).into()))
            .find(|_| ())
            .expect_err("each run counts")
            .to_string();
    assert_eq!(
        failure.lines().take(3).collect::<Vec<_>>(),
        [
            "the choreography isn't deterministic: under the same conditions",
            "  one run has     0ns  A sends first = 0 to B (tests/sim/explore.rs:54:26)",
            "  and another has 0ns  A sends first = 1 to B (tests/sim/explore.rs:54:26)",
        ],
    );
}

#[test]
fn random_numbers_follow_from_the_seed() {
    let draw = |seed| {
        let run = Simulation::new().seed(seed).run(|| drawing::Choreography::new(random()));
        run.trace.to_string()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn roles_that_are_stuck_fail_a_run() {
    chor! {
        chor wait[A, B]() {
            A: tokio::time::sleep(Duration::from_hours(2)).await;
            A -> B: true;
        }
    }
    let failure = explore(wait::Choreography::new).find(|_| ()).expect_err("it is too late");
    assert!(matches!(failure.problem, Problem::Stuck(_)), "{failure}");
    explore(wait::Choreography::new).stuck_is_fine().check(|_| ());
    let patient = Simulation::new().patience(Duration::from_hours(3));
    explore(wait::Choreography::new).under(patient).check(|run| run.results.b.is_ok());
}

#[test]
#[should_panic(expected = "C ends with 3")]
fn an_assertion_is_a_check() {
    explore(|| chain::Choreography::new(1))
        .check(|run| assert_ne!(run.results.c.as_ref().ok(), Some(&3), "C ends with 3"));
}

/// A panic with a lock held, as of an assertion on what is in it, poisons the lock.
#[test]
fn a_check_that_poisons_a_lock_doesnt_hide_its_failure() {
    let log: Mutex<Vec<char>> = Mutex::default();
    let make = || {
        log.lock().unwrap().clear();
        racing::Choreography::new(&log)
    };
    let failure = explore(make)
        .crashes(1)
        .find(|run| {
            assert_eq!(log.lock().unwrap().len(), 3, "{}", run.schedule);
        })
        .expect_err("there are two");
    assert!(failure.problem.to_string().contains("left: 2\n right: 3"), "{failure}");
}

#[test]
#[should_panic(expected = "poisoned")]
fn a_panic_of_what_makes_a_choreography_goes_on() {
    let make = || -> chain::Choreography<u32> { panic!("poisoned") };
    drop(explore(make).find(|_| ()));
}

#[tokio::test]
#[should_panic(expected = "use `#[test]` instead of `#[tokio::test]`")]
async fn in_a_task_nothing_is_explored() {
    explore(|| chain::Choreography::new(1)).check(|_| ());
}
