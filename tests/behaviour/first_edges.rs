//! First answers where none are needed, where too many are, and where they come in an order.

use chor::prelude::*;
use chor::sim::{Run, Simulation, What};
use chor::{Projection, memory};
use std::error::Error as _;
use std::time::Duration;

/// After so many seconds of virtual time.
async fn after<T>(seconds: u64, value: T) -> T {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    value
}

fn numbers(votes: &[(Member, u32)]) -> Vec<(usize, u32)> {
    votes.iter().map(|(member, vote)| (member.index(), *vote)).collect()
}

chor! {
    chor some[Judge, Voters[..]](needed: usize @ Judge, delay: u64 @ each Voters) -> Vec<(Member, u32)> @ Judge {
        each w in Voters first needed { w -> Judge: after(delay, 10).await }
    }
    chor tried[Judge, Voters[..]](needed: usize @ Judge, delay: u64 @ each Voters)
        -> Result<Vec<(Member, u32)>, Lost> @ Judge
    {
        try each w in Voters first needed { w -> Judge: after(delay, 10).await }
    }
    /// Each answers with when it does, twice; the second time when all of the first are over.
    chor ordered[Judge, Voters[..]](needed: usize @ Judge, delay: u32 @ each Voters)
        -> (Vec<(Member, u32)> @ Judge, Vec<(Member, u32)> @ Judge)
    {
        let one: Vec<(Member, u32)> @ Judge =
            each w in Voters first needed { w -> Judge: after(u64::from(delay), delay).await };
        let other: Vec<(Member, u32)> @ Judge =
            each w in Voters first needed { w -> Judge: after(100 + u64::from(delay), delay + 1).await };
        (Judge: one, Judge: other)
    }
    chor in_time[Judge, Voters[..]](
        needed: usize @ Judge,
        seconds: u64 @ Judge,
        delay: u32 @ each Voters,
    ) -> (Vec<(Member, u32)> @ Judge, Vec<(Member, u32)> @ Judge) {
        let came: Vec<(Member, u32)> @ Judge = each w in Voters first needed within Duration::from_secs(seconds) {
            w -> Judge: after(u64::from(delay), delay).await
        };
        let all: Vec<(Member, u32)> @ Judge = each w in Voters first Voters.len() { w -> Judge: 1 };
        (Judge: came, Judge: all)
    }
}

/// Plays the judge alone: the ends of the voters are there, but nobody ever plays them.
async fn alone<P: Projection<2>>(judge: P, voters: usize) -> Result<P::Output, Error> {
    let ends = memory::session_of(&[1, voters]);
    play_role(judge, &ends[0]).await
}

#[tokio::test]
async fn where_none_are_needed_nobody_is_waited_for() -> Result<(), Error> {
    for voters in [0, 1, 3] {
        assert_eq!(alone(some::Judge::new(0), voters).await?, []);
        assert_eq!(alone(tried::Judge::new(0), voters).await?.unwrap(), []);
    }
    Ok(())
}

#[test]
fn where_none_are_needed_nothing_is_received() {
    for needed in [0, 1] {
        let run = Simulation::new().run(|| some::Choreography::new(needed, vec![0, 0, 0]));
        let received =
            run.trace.events().filter(|event| matches!(event.what(), What::Received { .. }));
        assert_eq!((received.count(), run.results.judge.unwrap().len()), (needed, needed));
    }
}

#[tokio::test]
async fn more_than_there_are_fail_at_once_with_both_numbers() {
    for (needed, voters) in [(4, 3), (1, 0), (usize::MAX, 2)] {
        let error = alone(some::Judge::new(needed), voters).await.unwrap_err();
        let expected = format!("{needed} answers are needed, and only {voters} can come");
        assert_eq!(error.source().unwrap().to_string(), expected);
        assert_eq!((error.role(), error.cause().role()), ("Judge", "Judge"));

        let lost = alone(tried::Judge::new(needed), voters).await.unwrap().unwrap_err();
        assert_eq!(lost.to_string(), expected);
        let few = lost.too_few().unwrap();
        assert_eq!((few.needed, few.left), (Some(needed), voters));
        assert!(lost.role().is_none() && lost.came::<u32>().is_empty());
    }
}

#[tokio::test]
async fn more_than_are_left_fail_at_once_with_both_numbers() {
    let mut ends = memory::session_of(&[1, 3]);
    drop(ends.remove(2));
    let error = play_role(some::Judge::new(3), &ends[0]).await.unwrap_err();
    let expected = "3 answers are needed, and only 2 can come";
    assert_eq!(error.source().unwrap().to_string(), expected);

    let mut ends = memory::session_of(&[1, 3]);
    drop(ends.remove(2));
    let lost = play_role(tried::Judge::new(3), &ends[0]).await.unwrap().unwrap_err();
    assert_eq!((lost.to_string().as_str(), lost.role()), (expected, Some("Voters[1]")));
}

#[test]
fn answers_stand_in_the_order_of_their_arrival() {
    let delays = [30, 10, 40, 20];
    let in_order = [(1, 10), (3, 20), (0, 30), (2, 40)];
    for needed in 0..=4 {
        for seed in 0..20 {
            let simulation = Simulation::new().seed(seed);
            let run = simulation.run(|| ordered::Choreography::new(needed, delays.to_vec()));
            let (one, other) = run.results.judge.unwrap();
            assert_eq!(numbers(&one), in_order[..needed], "{seed}");
            // None of the first block is among them, however late it was.
            let in_order = in_order.map(|(member, delay)| (member, delay + 1));
            assert_eq!(numbers(&other), in_order[..needed], "{seed}");
        }
    }
}

fn came(needed: usize, seconds: u64) -> (Vec<(usize, u32)>, Duration) {
    let run: Run<_> =
        Simulation::new().run(|| in_time::Choreography::new(needed, seconds, vec![30, 10, 40, 20]));
    let (came, mut all) = run.results.judge.unwrap();
    // What was late isn't among what comes later.
    all.sort_by_key(|(member, _)| member.index());
    assert_eq!(numbers(&all), [(0, 1), (1, 1), (2, 1), (3, 1)]);
    (numbers(&came), run.time)
}

#[test]
fn a_deadline_gives_what_has_come() {
    let in_order = [(1, 10), (3, 20), (0, 30), (2, 40)];
    for (seconds, count) in [(0, 0), (5, 0), (15, 1), (25, 2), (35, 3), (45, 3)] {
        let (came, time) = came(3, seconds);
        assert_eq!(came, in_order[..count], "{seconds}");
        // That of the last voter, who answers after this in the second block.
        assert_eq!(time, Duration::from_secs(40));
    }
    assert_eq!(came(0, 15).0, []);
    assert_eq!(came(4, 45).0, in_order);
}
