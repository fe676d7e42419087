//! Families, first answers and deadlines in simulated runs.

#[path = "../../chor-runtime/tests/crew/mod.rs"]
mod crew;

use chor_runtime::__private::{Until, first};
use chor_runtime::{Choreography, Members, Roles, play_together};
use chor_sim::{Decision, Fate, Simulation, simulate};
use crew::{Crew, DONE, JOB};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const PLACE: u64 = 77;

fn crew() -> Crew {
    Crew::of(vec![10, 20])
}

#[test]
fn members_have_numbers_in_the_trace() {
    let run = Simulation::new().run(crew);
    assert_eq!(
        run.trace.to_string(),
        "Leader -> Workers[0]: job = 10\n\
         Leader -> Workers[1]: job = 20\n\
         Workers[0] -> Leader: done = 20\n\
         Workers[1] -> Leader: done = 40"
    );
    assert_eq!(run.trace.messages_by("Workers[1]"), 1);
    assert_eq!(run.trace.roles_with("done"), ["Leader", "Workers[0]", "Workers[1]"]);
    assert!(run.trace.to_json().contains(r#""roles":["Leader","Workers[0]","Workers[1]"]"#));
    let seeded = (0..20).map(|seed| Simulation::new().seed(seed).run(crew).trace.to_string());
    assert!(seeded.into_iter().all(|trace| trace == run.trace.to_string()));
}

#[tokio::test]
async fn simulate_runs_families() {
    assert_eq!(simulate(crew()).await.unwrap().leader, [20, 40]);
    assert_eq!(simulate(Crew::of(vec![])).await.unwrap().leader, [0; 0]);
    let error = simulate(crew::Unequal).await.unwrap_err();
    assert!(error.to_string().contains("`xs` has 3, `ys` has 2"), "{error}");
}

#[test]
fn a_member_crashes_by_its_name() {
    let points = Simulation::new().points().run(crew).points;
    let names: Vec<_> = points.iter().map(ToString::to_string).collect();
    let point = "Workers[1] before sending crew.done to Leader, round 1";
    assert!(names.iter().any(|name| name == point), "{names:?}");
    let crash = Decision::Crash(point.parse().unwrap());
    let run = Simulation::new().fault(crash.clone()).run(crew);
    let (leader, (workers, ())) = run.results;
    assert_eq!(leader.unwrap_err().cause().role(), "Workers[1]");
    assert_eq!(workers[0].as_ref().unwrap().1, 10);
    assert!(workers[1].is_err());
    assert_eq!(run.schedule.decisions, [crash]);
}

#[test]
#[should_panic(expected = "`crew` has no role `Workers[2]`, but Leader, Workers[0], Workers[1]")]
fn a_member_that_is_not_there_is_refused() {
    Simulation::new().slow("Workers[2]", SECOND).run(crew);
}

/// The leader waits a second for each of three messages of the only worker, and then for a fourth.
struct Waits;
struct Asks;

role!(Waits, 0, Vec<Option<u64>>, |me, ep| {
    let mut got = Vec::new();
    for _ in 0..3 {
        got.push(ep.recv_within::<u64>(1, JOB, PLACE, SECOND).await?);
    }
    got.push(Some(ep.recv::<u64>(1, DONE).await?));
    Ok(got)
});

role!(Asks, 1, (), |me, ep| {
    for job in 0..3 {
        ep.round(PLACE, 0)?.send::<u64>(0, JOB, job).await?;
    }
    ep.send::<u64>(0, DONE, 7).await
});

struct Deadlines;

impl Choreography<2> for Deadlines {
    type Roles = (Waits, (Members<Asks>, ()));
    type Outcome = Vec<Option<u64>>;
    type Results = <Self::Roles as Roles<2>>::Each;

    fn roles(self) -> Self::Roles {
        (Waits, (Members::new(vec![Asks]), ()))
    }

    fn outcome((got, _): <Self::Roles as Roles<2>>::Outputs) -> Vec<Option<u64>> {
        got
    }

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

#[test]
fn a_deadline_passes_in_virtual_time() {
    for seed in 0..10 {
        let late = |message: &chor_sim::InFlight<'_>| {
            let second = message.label() == "job" && message.round() == 2;
            if second { Fate::Delay(3 * SECOND) } else { Fate::Deliver }
        };
        let run = Simulation::new().seed(seed).rule(late).run(|| Deadlines);
        // Messages between two roles arrive in order, so the third is late as well.
        let got = run.results.0.unwrap();
        assert_eq!(got, [Some(0), None, None, Some(7)]);
        assert_eq!(run.time, 3 * SECOND);
        let trace = run.trace.to_string();
        assert!(trace.contains("Workers[0] -> Leader: job = 1 (too late)"), "{trace}");
        assert!(trace.contains("Workers[0] -> Leader: job = 2 (too late)"), "{trace}");
        assert!(run.trace.to_json().contains(r#""event":"discarded""#));
    }
}

#[tokio::test]
async fn deadlines_without_virtual_time_are_those_of_the_machine() {
    assert_eq!(simulate(Deadlines).await.unwrap().len(), 4);
    assert_eq!(play_together(Deadlines).await.unwrap().len(), 4);
}

/// Twice the first two votes of three.
struct Judge;
struct Voter;

role!(Judge, 0, Vec<Vec<(usize, u64)>>, |me, ep| {
    let mut all = Vec::new();
    for _ in 0..2 {
        let slots = ep.slots_of_round::<3>(&[1], PLACE)?;
        let votes: Vec<_> = slots.iter().map(|slot| slot.0.recv::<u64>(2, DONE)).collect();
        let votes = first(ep, &slots, votes, Until::Count(2), None).await?;
        all.push(votes.into_iter().map(|(member, vote)| (member.index(), vote)).collect());
    }
    Ok(all)
});

role!(Voter, 1, (), |me, ep| {
    let me = ep.me();
    for vote in 0..2 {
        let ep = ep.member::<3>(&[1], me)?.round(PLACE, me)?;
        ep.send::<u64>(0, DONE, vote).await?;
    }
    Ok(())
});

struct Vote;

impl Choreography<2> for Vote {
    type Roles = (Judge, (Members<Voter>, ()));
    type Outcome = ();
    type Results = <Self::Roles as Roles<2>>::Each;

    fn roles(self) -> Self::Roles {
        (Judge, (Members::new(vec![Voter, Voter, Voter]), ()))
    }

    fn outcome(_: <Self::Roles as Roles<2>>::Outputs) {}

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

#[test]
fn late_votes_never_count_in_the_next_round() {
    for seed in 0..200 {
        let run = Simulation::new().seed(seed).run(|| Vote);
        for (round, votes) in (0..).zip(run.results.0.unwrap()) {
            assert_eq!(votes.len(), 2);
            assert!(votes.iter().all(|(_, vote)| *vote == round), "seed {seed}: {votes:?}");
        }
        assert_eq!(run.trace.messages(), 6);
    }
}

#[test]
fn a_voter_that_crashes_never_answers() {
    let point = "Workers[1] before sending crew.done to Leader, round 2";
    let crash = Decision::Crash(point.parse().unwrap());
    let run = Simulation::new().fault(crash).run(|| Vote);
    let votes = run.results.0.unwrap();
    let last: Vec<_> = votes[1].iter().map(|(member, _)| *member).collect();
    assert_eq!(last, [0, 2]);
}
