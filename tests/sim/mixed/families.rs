//! Families in mixed runs: wholly real, wholly simulated, and single members real.

use super::{ends, real};
use chor::memory::{self, Memory};
use chor::prelude::*;
use chor::sim::{Family, Simulation};
use chor::tcp::{Participant, Stream, Tcp, from_streams};
use chor::{Reason, Transport};
use std::time::Duration;
use tokio::io::duplex;
use tokio::sync::oneshot;

chor! {
    pub chor squares[Leader, Workers[..]](jobs: Vec<u64> @ Leader) -> (Vec<u64> @ Leader, usize @ each Workers) {
        let squares: Vec<u64> = each w in Workers {
            let job: u64 = Leader -> w: jobs[w.index()];
            w -> Leader: job * job
        };
        (Leader: squares, each Workers: me.index())
    }

    /// The first two of three votes count; the last voter votes when all has been counted.
    pub chor votes[Judge, Voters[..]](
        rounds: usize @ [Judge, Voters],
        counted: oneshot::Sender<()> @ Judge,
        wait: Option<oneshot::Receiver<()>> @ each Voters,
    ) -> (Vec<usize> @ Judge) {
        let mut all: Vec<usize> @ Judge = Vec::new();
        each Voters: if let Some(wait) = wait { wait.await? };
        for round in 0..rounds {
            let came: Vec<(Member, usize)> @ Judge = each v in Voters first 2 {
                v -> Judge: 10 * round + v.index()
            };
            all.extend(came.into_iter().map(|(_, vote)| vote));
        }
        Judge: counted.send(()).unwrap_or_default();
        each v in Voters {
            let _last: bool = v -> Judge: true;
        }
        all
    }

    /// The server answers when it is told that the client has given up.
    pub chor late[Client, Servers[..]](
        over: oneshot::Sender<()> @ Client,
        is_over: oneshot::Receiver<()> @ each Servers,
    ) -> (Option<u32> @ Client, Option<u32> @ Client) {
        let server = Servers[0];
        let first: Option<u32> = server -> Client within Duration::from_millis(1): {
            is_over.await?;
            1
        };
        Client: over.send(()).unwrap_or_default();
        let second: Option<u32> = server -> Client within Duration::from_mins(10): 2;
        (first, second)
    }
}

fn workers(count: usize) -> Family<squares::Workers> {
    Family((0..count).map(|_| squares::Workers::new()).collect())
}

/// Which ends of a session are for the simulation, and which for the real participants.
fn split<T>(all: Vec<T>, real: &[usize]) -> (Vec<T>, Vec<T>) {
    let (own, others): (Vec<_>, Vec<_>) =
        all.into_iter().enumerate().partition(|(place, _)| !real.contains(place));
    let strip = |ends: Vec<(usize, T)>| ends.into_iter().map(|(_, end)| end).collect();
    (strip(own), strip(others))
}

/// The ends of a session over connections.
fn connected(sizes: &[usize]) -> Vec<Tcp> {
    let members =
        |role: usize| (0..sizes[role]).map(move |member| Participant::of(sizes, role, member));
    let all: Vec<Participant> = (0..sizes.len()).flat_map(members).collect();
    let mut streams: Vec<Vec<Stream>> = all.iter().map(|_| Vec::new()).collect();
    for one in 0..all.len() {
        for other in one + 1..all.len() {
            let (near, far) = duplex(1 << 16);
            streams[one].push(Stream::unchecked(near, format!("number {other}")));
            streams[other].push(Stream::unchecked(far, format!("number {one}")));
        }
    }
    all.into_iter().zip(streams).map(|(it, streams)| from_streams(it, streams).unwrap()).collect()
}

async fn a_real_leader<T: Transport + 'static>(all: Vec<T>) {
    let (own, mut others) = split(all, &[0]);
    let leader = real(squares::Leader::new(vec![1, 2, 3]), others.remove(0));
    let mixed = Simulation::new().real(&["Leader"], own);
    let run = ends(mixed.run(|| (workers(3),))).await;
    let numbers: Vec<usize> = run.results.0.into_iter().map(Result::unwrap).collect();
    assert_eq!(numbers, [0, 1, 2]);
    assert_eq!(leader.await.unwrap().unwrap(), [1, 4, 9]);
    assert_eq!(run.trace.messages(), 6);
}

#[tokio::test]
async fn a_family_is_simulated_around_a_real_role() {
    a_real_leader(memory::session_of(&[1, 3])).await;
    a_real_leader(connected(&[1, 3])).await;
}

async fn a_real_family<T: Transport + 'static>(all: Vec<T>) {
    let (own, others) = split(all, &[1, 2, 3]);
    let played: Vec<_> = others.into_iter().map(|end| real(squares::Workers::new(), end)).collect();
    let mixed = Simulation::new().real(&["Workers"], own);
    let run = ends(mixed.run(|| (squares::Leader::new(vec![1, 2, 3]),))).await;
    assert_eq!(run.results.0.unwrap(), [1, 4, 9]);
    for (index, worker) in played.into_iter().enumerate() {
        assert_eq!(worker.await.unwrap().unwrap(), index);
    }
    let text = run.trace.to_string();
    assert!(text.contains("Leader -> Workers[2]: job"), "{text}");
}

#[tokio::test]
async fn a_whole_family_is_real() {
    a_real_family(memory::session_of(&[1, 3])).await;
    a_real_family(connected(&[1, 3])).await;
}

async fn a_real_member<T: Transport + 'static>(all: Vec<T>) {
    let (own, mut others) = split(all, &[2]);
    let played = real(squares::Workers::new(), others.remove(0));
    let mixed = Simulation::new().real(&["Workers[1]"], own);
    let run = ends(mixed.run(|| (squares::Leader::new(vec![1, 2, 3]), workers(2)))).await;
    assert_eq!(run.results.0.unwrap(), [1, 4, 9]);
    let numbers: Vec<usize> = run.results.1.into_iter().map(Result::unwrap).collect();
    assert_eq!(numbers, [0, 2]);
    assert_eq!(played.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_single_member_is_real() {
    a_real_member(memory::session_of(&[1, 3])).await;
    a_real_member(connected(&[1, 3])).await;
}

#[tokio::test]
async fn an_empty_family_is_real_or_simulated() {
    let mixed = Simulation::new().real(&["Workers"], memory::session_of(&[1, 0]));
    let run = ends(mixed.run(|| (squares::Leader::new(vec![]),))).await;
    assert_eq!(run.results.0.unwrap(), Vec::<u64>::new());
    let none = Simulation::new().real::<Memory>(&[], memory::session_of(&[1, 0]));
    let run = ends(none.run(|| (squares::Leader::new(vec![]), workers(0)))).await;
    assert_eq!(run.results.0.unwrap(), Vec::<u64>::new());
    assert!(run.results.1.is_empty());
}

/// The judge is simulated, and the late voter real; or the other way round.
async fn late_votes<T: Transport + 'static>(all: Vec<T>, judge_is_real: bool) {
    const ROUNDS: usize = 20;
    let (counted, wait) = oneshot::channel();
    let judge = votes::Judge::new(ROUNDS, counted);
    let early = || votes::Voters::new(ROUNDS, None);
    let late = votes::Voters::new(ROUNDS, Some(wait));
    let votes = if judge_is_real {
        let (own, mut others) = split(all, &[0]);
        let judge = real(judge, others.remove(0));
        let mixed = Simulation::new().real(&["Judge"], own);
        let run = ends(mixed.run(|| (Family(vec![early(), late, early()]),))).await;
        assert!(run.results.0.iter().all(Result::is_ok), "{:?}", run.results.0);
        judge.await.unwrap()
    } else {
        let (own, mut others) = split(all, &[2]);
        let late = real(late, others.remove(0));
        let mixed = Simulation::new().real(&["Voters[1]"], own);
        let run = ends(mixed.run(|| (judge, Family(vec![early(), early()])))).await;
        late.await.unwrap().unwrap();
        run.results.0
    };
    let mut votes = votes.unwrap();
    votes.sort_unstable();
    let mut expected: Vec<usize> = (0..ROUNDS).flat_map(|it| [10 * it, 10 * it + 2]).collect();
    expected.sort_unstable();
    assert_eq!(votes, expected);
}

#[tokio::test]
async fn late_votes_never_count_across_the_border() {
    for judge_is_real in [true, false] {
        late_votes(memory::session_of(&[1, 3]), judge_is_real).await;
        late_votes(connected(&[1, 3]), judge_is_real).await;
    }
}

#[tokio::test]
async fn a_deadline_passes_at_the_border() {
    for client_is_real in [true, false] {
        let (over, is_over) = oneshot::channel();
        let (client, server) = (late::Client::new(over), late::Servers::new(is_over));
        let answers = if client_is_real {
            let (own, mut others) = split(memory::session_of(&[1, 1]), &[0]);
            let client = real(client, others.remove(0));
            let run =
                ends(Simulation::new().real(&["Client"], own).run(|| (Family(vec![server]),)));
            run.await.results.0.remove(0).unwrap();
            client.await.unwrap()
        } else {
            let (own, mut others) = split(memory::session_of(&[1, 1]), &[1]);
            let server = real(server, others.remove(0));
            let run = ends(Simulation::new().real(&["Servers"], own).run(|| (client,))).await;
            server.await.unwrap().unwrap();
            run.results.0
        };
        assert_eq!(answers.unwrap(), (None, Some(2)));
    }
}

#[tokio::test]
async fn a_simulated_member_that_crashes_is_named_to_the_real_leader() {
    let (own, mut others) = split(memory::session_of(&[1, 2]), &[0]);
    let leader = real(squares::Leader::new(vec![1, 2]), others.remove(0));
    let crash = "Workers[1] crashes at the start".parse().expect("a decision");
    let mixed = Simulation::new().fault(crash).real(&["Leader"], own);
    let run = ends(mixed.run(|| (workers(2),))).await;
    assert!(run.results.0[1].is_err());
    let error = leader.await.unwrap().unwrap_err();
    assert_eq!(error.cause().role(), "Workers[1]");
}

#[tokio::test]
async fn a_real_member_that_fails_is_named_to_the_simulated_leader() {
    let (own, mut others) = split(memory::session_of(&[1, 2]), &[2]);
    drop(play_role(squares::Workers::new(), &others.remove(0)));
    let mixed = Simulation::new().real(&["Workers[1]"], own);
    let run = ends(mixed.run(|| (squares::Leader::new(vec![1, 2]), workers(1)))).await;
    let error = run.results.0.unwrap_err();
    assert_eq!(error.cause().role(), "Workers[1]");
    assert_eq!(error.cause().reason(), &Reason::Cancelled);
}

fn without(missing: usize) -> Vec<Memory> {
    split(memory::session_of(&[1, 3]), &[missing]).0
}

#[tokio::test]
#[should_panic(expected = "1 members of `Workers` are simulated, and 2 of 3 aren't real")]
async fn too_few_simulated_members_are_refused() {
    let leader = squares::Leader::new(vec![1, 2, 3]);
    Simulation::new().real(&["Workers[1]"], without(2)).run(|| (leader, workers(1))).await;
}

#[tokio::test]
#[should_panic(expected = "`Workers[1]` is real twice")]
async fn a_member_that_is_real_twice_is_refused() {
    let leader = squares::Leader::new(vec![1, 2, 3]);
    let names = ["Workers[1]", "Workers"];
    Simulation::new().real(&names, without(2)).run(|| (leader, workers(2))).await;
}

#[tokio::test]
#[should_panic(expected = "`Workers[0]` is neither simulated nor real")]
async fn members_that_nobody_plays_are_refused() {
    let leader = squares::Leader::new(vec![1, 2, 3]);
    Simulation::new().real(&["Workers[1]"], without(2)).run(|| (leader,)).await;
}

#[tokio::test]
#[should_panic(expected = "there are [1, 1] and [1, 2] participants, by role")]
async fn ends_of_different_sizes_are_refused() {
    let mut others = memory::session_of(&[1, 1]);
    others.extend(memory::session_of(&[1, 2]));
    let leader = squares::Leader::new(vec![1]);
    Simulation::new().real(&["Workers"], others).run(|| (leader,)).await;
}
