//! What a failing exploration prints runs exactly the same again, and goes on to do so when the
//! program around it changes.

use chor::prelude::*;
use chor::sim::{Failure, Report, Schedule, Simulation, explore, random};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

chor! {
    /// `Late` writes what `Early` reads.
    chor meet[Early, Late](cell: &AtomicU32 @ [Early, Late]) -> u32 @ Late {
        Late -> Early: true;
        Late: cell.store(1, Ordering::Relaxed);
        let seen: u32 = Early -> Late: cell.load(Ordering::Relaxed);
        seen
    }

    chor draw[A, B]() -> u64 @ B {
        let drawn: u64 = A -> B: random() % 10;
        B: drawn + random() % 10
    }

    chor gather[Leader, Workers[..]]() -> u32 @ Leader {
        let parts: Vec<u32> = each w in Workers {
            let part: u32 = w -> Leader: 1;
            Leader -> w: part;
            part
        };
        Leader: parts.iter().sum()
    }
}

type Found = Result<Report, Box<Failure>>;

/// Runs the line that the failure prints, in a process of its own.
fn fails_again(test: &'static str, find: impl Fn() -> Found + Send + 'static) {
    // The line names the test by its thread.
    let thread = std::thread::Builder::new().name(format!("rerun::{test}"));
    let thread = thread.spawn(move || fail(&find().expect_err("it fails")));
    thread.expect("a thread").join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

fn fail(failure: &Failure) {
    let told = failure.to_string();
    assert!(std::env::var_os("CHOR_SIM").is_none(), "failed again: {told}");
    let (_, line) = told.split_once("to run exactly this again:\n").expect("there is a line");
    let line = line.replace(" cargo test -- ", " \"$TESTS\" ");
    let tests = std::env::current_exe().expect("this program");
    let ran = Command::new("sh").args(["-c", &line]).env("TESTS", tests).output().expect("a shell");
    let (stdout, stderr) =
        (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    let trace = format!("`{}`:\n{}\n", failure.schedule, failure.trace.detailed());
    assert!(stdout.contains(&trace), "{line}\n{stdout}\ninstead of\n{trace}");
    assert_eq!(ran.status.code(), Some(101), "{stdout}\n{stderr}");
    let again = format!("failed again: {}\nin 1 of 1 run", failure.problem);
    assert!(stderr.contains(&again), "{stderr}\ninstead of\n{again}");
}

#[test]
fn a_crash() {
    fails_again("a_crash", || {
        explore(draw::Choreography::new).crashes(1).find(|run| run.results.b.is_ok())
    });
}

#[test]
fn a_crash_of_a_member() {
    fails_again("a_crash_of_a_member", || {
        explore(|| gather::Choreography::new().workers(3))
            .crashes(2)
            .find(|run| run.results.workers[1].is_ok() || run.results.leader.is_ok())
    });
}

#[test]
fn an_order() {
    fails_again("an_order", || {
        let cell: &AtomicU32 = Box::leak(Box::default());
        let make = || {
            cell.store(0, Ordering::Relaxed);
            meet::Choreography::new(cell)
        };
        explore(make).orders(true).find(|run| *run.results.late.as_ref().expect("it ends") == 1)
    });
}

#[test]
fn a_seed() {
    fails_again("a_seed", || {
        explore(draw::Choreography::new)
            .seeds(200)
            .orders(false)
            .find(|run| run.results.b.as_ref().is_ok_and(|drawn| *drawn < 15))
    });
}

mod old {
    use chor::prelude::*;

    chor! {
        pub(super) chor sale[Buyer, Seller, Workers[..]](n: u32 @ Buyer) -> u32 @ Buyer {
            let order: u32 = Buyer -> Seller: n;
            let parts: Vec<u32> = each w in Workers {
                let part: u32 = Seller -> w: order;
                let made: u32 = w -> Seller: part + 1;
                made
            };
            let made: u32 = Seller -> Buyer: parts.iter().sum();
            made
        }
    }
}

/// With messages of others, of the same roles, and of members, at the beginning, between and inside.
mod new {
    use chor::prelude::*;

    chor! {
        pub(super) chor sale[Buyer, Seller, Workers[..], Clerk](n: u32 @ Buyer) -> u32 @ Buyer {
            let hello: u8 = Clerk -> Seller: 1;
            Seller -> Buyer: hello;
            let order: u32 = Buyer -> Seller: n;
            let parts: Vec<u32> = each w in Workers {
                let ready: bool = w -> Seller: true;
                let part: u32 = Seller -> w: if ready { order } else { 0 };
                let noted: u32 = w -> Clerk: part;
                Clerk -> w: noted;
                let made: u32 = w -> Seller: part + 1;
                made
            };
            let count: usize = Seller -> Clerk: parts.len();
            Clerk: assert_eq!(count, 2);
            let made: u32 = Seller -> Buyer: parts.iter().sum();
            made
        }
    }
}

/// Every crash and cut of the old program, and each role last, as it was written down.
fn recorded() -> Vec<String> {
    let run = Simulation::new().points().run(|| old::sale::Choreography::new(1).workers(2));
    let points = run.points.iter().map(ToString::to_string);
    let faults = points.flat_map(|point| {
        let (role, moment) = point.split_once(' ').expect("a role and a moment");
        let crash = format!("{role} crashes {moment}");
        let cut = moment.starts_with("before sending");
        let cut = cut.then(|| format!("{role} is cut off {moment}"));
        [Some(crash), cut].into_iter().flatten()
    });
    let last = ["Buyer", "Seller", "Workers[0]", "Workers[1]"].map(|role| format!("last {role}"));
    faults.chain(last).collect()
}

#[test]
fn a_recorded_schedule_comes_to_pass_in_the_next_version() {
    let recorded = recorded();
    assert_eq!(recorded.len(), (4 + 2 * 2 * 6) + 6 + 4);
    for text in recorded {
        let schedule: Schedule = text.parse().expect("a schedule");
        let replayed = Simulation::new().replay(&schedule);
        let old = replayed.run(|| old::sale::Choreography::new(1).workers(2));
        let new = replayed.run(|| new::sale::Choreography::new(1).workers(2));
        assert_eq!(old.schedule, schedule, "it came to pass before");
        assert_eq!(new.schedule, schedule, "and it does now");
        let causes = [old.results.buyer, new.results.buyer].map(|buyer| {
            buyer.map_err(|error| (error.cause().role().to_owned(), error.cause().reason().clone()))
        });
        assert_eq!(causes[0], causes[1], "{text}");
    }
}
