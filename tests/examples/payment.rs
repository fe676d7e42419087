//! `examples/payment/main.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/payment/main.rs"]
pub mod example;

use chor::sim::{Decision, Problem, Simulation, explore};

use crate::program::run;
use crate::seeds;
use std::cell::RefCell;
use std::path::Path;

use example::account::Account;
use example::{MONEY, careful, explore_careful, explore_careless, settle};

const LOST: &str = "the purse has 82 and the till 0, of 100";

#[test]
fn the_simulator_finds_the_shortest_run_that_loses_money() {
    let failure = explore_careless().expect_err("money gets lost");
    assert_eq!(failure.problem, Problem::Check(LOST.to_owned()));
    assert_eq!(
        failure.schedule.to_string(),
        "Shop crashes after sending careless.price to Payer, round 1"
    );
    // The shop has gone, or the payer has before it sent the money, or the shop before it took it.
    assert_eq!((failure.failed, failure.report.faults), (4, 10));
}

#[test]
fn no_crash_makes_the_careful_one_lose_money() {
    let report = explore_careful().expect("no money gets lost");
    // Either role at its start, and before and after each of three messages.
    assert_eq!((report.faults, report.bounded), (2 * (1 + 2 * 3), false));
}

/// Nothing says that the machines don't crash again while they settle.
#[test]
fn nor_does_a_second_crash_when_they_settle() {
    let (purse, till) = (Account::default(), Account::default());
    let pay = || careful::Choreography::new(&purse, &till);
    let points = Simulation::new().points();
    purse.open_with(MONEY);
    for point in points.run(pay).points {
        let crash = Simulation::new().fault(Decision::Crash(point));
        let again = || {
            purse.open_with(MONEY);
            till.open_with(0);
            crash.run(pay);
            settle::Choreography::new(&purse, &till)
        };
        explore(again).crashes(1).check(|_| {
            Simulation::new().run(|| settle::Choreography::new(&purse, &till));
            assert_eq!(purse.balance() + till.balance(), MONEY);
            assert_eq!(purse.unsettled(), None);
        });
    }
}

#[test]
fn without_crashes_the_price_is_paid_once() {
    let (purse, till) = (Account::default(), Account::default());
    purse.open_with(MONEY);
    let run = Simulation::new().run(|| careful::Choreography::new(&purse, &till));
    assert!(run.results.payer.is_ok() && run.results.shop.is_ok());
    assert_eq!((purse.balance(), till.balance(), purse.unsettled()), (82, 18, None));
    assert_eq!(
        run.trace.to_string(),
        "Shop -> Payer: price = 18\n\
         Payer -> Shop: open = Some(Transfer { number: 1, amount: 18 })\n\
         Shop -> Payer: arrived = 1",
    );
}

#[test]
fn the_price_is_paid_once_over_tcp() {
    // Of each run, since roles that are invited live as long as they like.
    let accounts = RefCell::new(Vec::<[&'static Account; 2]>::new());
    seeds::over_tcp(|| {
        let [purse, till] = [(); 2].map(|()| &*Box::leak(Box::<Account>::default()));
        purse.open_with(MONEY);
        accounts.borrow_mut().push([purse, till]);
        careful::Choreography::new(purse, till)
    });
    for [purse, till] in accounts.into_inner() {
        assert_eq!((purse.balance(), till.balance(), purse.unsettled()), (82, 18, None));
    }
}

#[test]
fn the_program_tells_the_flaw_and_how_to_see_it_again() {
    let ran = run("payment", &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let (told, again) = ran.stdout.split_once("\n  CHOR_SIM=").expect("how to see it again");
    let schedule = "Shop crashes after sending careless.price to Payer, round 1";
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            &format!("careless: {LOST}"),
            &format!("in 4 of 20 runs (10 with faults); the shortest trace, of `{schedule}`:"),
            "  Shop -> Payer: price = 18",
            "  Shop crashed after sending careless.price to Payer, round 1",
            "  Payer failed because Shop did",
            "to run exactly this again:",
        ]
    );
    assert!(again.starts_with(&format!("'{schedule}' ")), "{again}");
    assert!(
        again.ends_with("payment\n\ncareful: 24 runs (14 with faults): no money was lost\n"),
        "{again}"
    );
}

#[test]
fn the_program_writes_a_page_of_the_flaw() {
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("payment.html");
    let ran = run("payment", &["--page", page.to_str().unwrap()]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.contains(&format!("step through it:\n  {}\n", page.display())), "{ran:?}");
    let html = std::fs::read_to_string(page).unwrap();
    assert!(html.starts_with("<!doctype html>"));
    for text in ["careless", "Payer", "Shop", "price", "crashed after sending"] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn the_program_names_a_page_that_it_cannot_write() {
    let ran = run("payment", &["--page", "no/such/folder.html"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.starts_with("error: can't write no/such/folder.html: "), "{ran:?}");
}
