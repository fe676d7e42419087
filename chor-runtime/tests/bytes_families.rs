//! Families, first answers and deadlines over channels of bytes.

mod crew;
mod pipes;

use chor_runtime::__private::{Endpoint, Signature, Until, first};
use chor_runtime::bytes::Encoded;
use chor_runtime::{
    Error, Projection, Protocol, Reason, Size, TooFew, Transport, play_role, together,
};
use crew::{DONE, JOB, Leader, Worker};
use pipes::{Pipes, pipes};
use std::time::Duration;
use tokio::sync::oneshot;

const LEADER: usize = 0;
const WORKERS: usize = 1;
const W: usize = 2;

fn ends(sizes: &[usize]) -> Vec<Encoded<Pipes>> {
    let count = sizes.iter().sum();
    let end = |(place, pipes)| Encoded::new(pipes, place, count).with_sizes(sizes);
    pipes(count).into_iter().enumerate().map(end).collect()
}

fn jobs(count: u64) -> Vec<u64> {
    (0..count).map(|job| job * 10).collect()
}

type Worked = Result<(usize, u64, u64), Error>;

/// What the leader and the workers on these ends come to.
async fn play(ends: &[Encoded<Pipes>]) -> (Result<Vec<u64>, Error>, Vec<Worked>) {
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(Worker::default(), end)).collect();
    let jobs = jobs(workers.len() as u64);
    together((play_role(Leader::new(jobs), &ends[0]), together(workers))).await
}

#[tokio::test]
async fn all_members_do_their_part() {
    for count in [0, 1, 2, 20] {
        let (leader, workers) = play(&ends(&[1, count])).await;
        let jobs = jobs(count as u64);
        assert_eq!(leader.unwrap(), jobs.iter().map(|job| job * 2).collect::<Vec<_>>());
        for (index, (worker, job)) in workers.into_iter().zip(jobs).enumerate() {
            assert_eq!(worker.unwrap(), (index, job, count as u64));
        }
    }
}

#[tokio::test]
async fn members_run_in_tasks_of_their_own() {
    let mut ends = ends(&[1, 10]).into_iter();
    let leader = ends.next().unwrap();
    let workers: Vec<_> = ends
        .map(|end| tokio::spawn(async move { play_role(Worker::default(), &end).await }))
        .collect();
    assert_eq!(play_role(Leader::new(jobs(10)), &leader).await.unwrap()[9], 180);
    for (index, worker) in workers.into_iter().enumerate() {
        assert_eq!(worker.await.unwrap().unwrap().0, index);
    }
}

/// A role of two families, which does nothing.
struct Side<const ROLE: usize>;

static SIGNATURE: Signature = Signature::new("sides", &["Left", "Right"], &[], "");
static SIDES: Protocol = Protocol::new(&SIGNATURE, &[], &[]).families(&[0, 1]);

impl<const ROLE: usize> Projection<2> for Side<ROLE> {
    type Output = ();
    const ROLE: usize = ROLE;
    const PROTOCOL: &'static Protocol = &SIDES;
    const SIZES: [Size; 2] = [Size::Any, Size::Any];

    fn play<T: Transport + Copy>(
        self,
        _: Endpoint<T, 2>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        std::future::ready(Ok(()))
    }
}

const LEFT: Side<0> = Side;
const RIGHT: Side<1> = Side;

/// Ends that were told different sizes.
fn differing<const N: usize>(all: [&[usize]; N]) -> [Encoded<Pipes>; N] {
    let mut pipes = pipes(N).into_iter();
    let mut next = |place| Encoded::new(pipes.next().unwrap(), place, N);
    std::array::from_fn(|place| next(place).with_sizes(all[place]))
}

#[tokio::test]
async fn sizes_that_differ_fail_all_with_both() {
    let [a, b, c] = differing([&[1, 2], &[1, 2], &[2, 1]]);
    let (a, b, c) =
        together((play_role(LEFT, &a), play_role(RIGHT, &b), play_role(RIGHT, &c))).await;
    let says = |outcome: Result<(), Error>, role: &str, here: &str, there: &str, peer: &str| {
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::Setup { .. }), "{error:?}");
        assert_eq!(
            error.to_string(),
            format!(
                "role `{role}` can't be played: the session is one of {here} here, and of {there} at \
                 `{peer}`"
            )
        );
    };
    says(a, "Left[0]", "Left[1], Right[2]", "Left[2], Right[1]", "Right[1]");
    says(b, "Right[0]", "Left[1], Right[2]", "Left[2], Right[1]", "Right[1]");
    says(c, "Right[0]", "Left[2], Right[1]", "Left[1], Right[2]", "Left[0]");
}

#[tokio::test]
async fn who_was_told_no_sizes_has_others() {
    let [a, b] = pipes(2).try_into().ok().unwrap();
    let (a, b) = (Encoded::new(a, 0, 2), Encoded::new(b, 1, 2).with_sizes(&[0, 2]));
    let (a, b) = together((play_role(LEFT, &a), play_role(RIGHT, &b))).await;
    assert_eq!(
        a.unwrap_err().to_string(),
        "role `Left[0]` can't be played: the session is one of Left[1], Right[1] here, and of Left[0], \
         Right[2] at `Right[0]`"
    );
    assert!(b.unwrap_err().to_string().ends_with("and of Left[1], Right[1] at `Right[0]`"));
}

#[tokio::test]
async fn sizes_that_are_not_those_of_the_participants_are_refused() {
    let [a, b] = differing([&[1, 2], &[1, 2]]);
    let error = play_role(LEFT, &a).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Left[0]` can't be played: the session has 2 participants, the choreography 2 roles"
    );
    let error = play_role(RIGHT, &b).await.unwrap_err();
    assert!(matches!(error, Error::Setup { .. }), "{error}");
}

/// Of three workers the last one is missing: its channels end.
#[tokio::test]
async fn a_missing_member_fails_all_at_the_start() {
    let mut ends = ends(&[1, 3]);
    drop(ends.pop());
    let (leader, workers) = play(&ends).await;
    let failed = [leader.map(drop).unwrap_err()].into_iter();
    for error in failed.chain(workers.into_iter().map(|worker| worker.map(drop).unwrap_err())) {
        let cause = error.cause();
        assert_eq!(cause.role(), "Workers[2]");
        assert!(matches!(cause.reason(), Reason::Lost(_)), "{cause:?}");
        assert_eq!(cause.place().to_string(), "the start");
    }
}

/// Two processes that both play the first worker.
#[tokio::test]
async fn a_member_twice_is_found_at_the_start() {
    let mut pipes = pipes(3);
    let [leader, one, other] = [pipes.remove(0), pipes.remove(0), pipes.remove(0)];
    let of = |pipes: Pipes, place| Encoded::new(pipes, place, 3).with_sizes(&[1, 2]);
    // It speaks through the channels of the second worker, which end with it.
    let other = of(Pipes { place: 1, ..other }, 1);
    let (leader, one) = (of(leader, 0), of(one, 1));
    let (leader, one, other) = together((
        play_role(Leader::new(jobs(2)), &leader),
        play_role(Worker::default(), &one),
        async move { play_role(Worker::default(), &other).await },
    ))
    .await;
    let error = leader.unwrap_err();
    assert_eq!(error.peer(), Some("Workers[1]"));
    let text = "its channel leads to participant number 1 instead of 2";
    assert_eq!(error.cause().reason(), &Reason::Lost(text.into()));
    assert!(one.is_err() && other.is_err());
}

#[tokio::test]
async fn a_peer_that_was_cancelled_before_the_start_is_named() {
    let ends = ends(&[1, 2]);
    drop(play_role(Worker::default(), &ends[2]));
    let one = play_role(Worker::default(), &ends[1]);
    let (leader, one) = together((play_role(Leader::new(jobs(2)), &ends[0]), one)).await;
    for error in [leader.map(drop).unwrap_err(), one.map(drop).unwrap_err()] {
        assert_eq!(error.cause().to_string(), "role `Workers[1]` was cancelled at the start");
    }
}

/// The first worker always answers, the second one only when the leader has taken all it needs.
#[tokio::test]
async fn late_answers_never_count_and_are_dropped() {
    const ROUNDS: u64 = 50;
    let ends = ends(&[1, 2]);
    let leader = role_of!(LEADER, Vec<u64>, {}, |ep| {
        let mut all = Vec::new();
        for _ in 0..ROUNDS {
            let slots = ep.slots_of_round::<3>(&[WORKERS], 1)?;
            let branches: Vec<_> = slots.iter().map(|slot| slot.0.recv::<u64>(W, DONE)).collect();
            let came = first(ep, &slots, branches, Until::Count(1), None).await?;
            all.extend(came.into_iter().map(|(_, vote)| vote));
        }
        let late = ep.member::<3>(&[WORKERS], 1)?;
        late.send::<u64>(W, JOB, 0).await?;
        late.recv::<u64>(W, JOB).await?;
        Ok(all)
    });
    let worker = || {
        role_of!(WORKERS, (), {}, |ep| {
            let index = ep.me();
            let member = ep.member::<3>(&[WORKERS], index)?;
            if index == 1 {
                member.recv::<u64>(LEADER, JOB).await?;
            }
            for round in 0..ROUNDS {
                let vote = 100 * index as u64 + round;
                member.round(1, index)?.send::<u64>(LEADER, DONE, vote).await?;
            }
            if index == 1 { member.send::<u64>(LEADER, JOB, 0).await } else { Ok(()) }
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, workers) = together((play_role(leader, &ends[0]), together(workers))).await;
    assert_eq!(leader.unwrap(), (0..ROUNDS).collect::<Vec<_>>());
    assert!(workers.into_iter().all(|worker| worker.is_ok()));
    assert_eq!(ends[0].discarded(), ROUNDS);
}

/// A worker that fails never answers; who waits for one too many fails with both numbers.
#[tokio::test]
async fn too_few_that_can_answer_fail_at_once() {
    let ends = ends(&[1, 2]);
    let leader = role_of!(LEADER, (), {}, |ep| {
        let slots = ep.slots_of_round::<3>(&[WORKERS], 1)?;
        let branches: Vec<_> = slots.iter().map(|slot| slot.0.recv::<u64>(W, DONE)).collect();
        first(ep, &slots, branches, Until::Count(2), None).await.map(drop)
    });
    let worker = || {
        role_of!(WORKERS, (), {}, |ep| {
            let index = ep.me();
            if index == 1 {
                Err(std::fmt::Error)?;
            }
            ep.member::<3>(&[WORKERS], index)?.round(1, index)?.send::<u64>(LEADER, DONE, 1).await
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, _) = together((play_role(leader, &ends[0]), together(workers))).await;
    let error = leader.unwrap_err();
    assert_eq!(
        error.downcast_ref::<TooFew>().unwrap().to_string(),
        "2 answers are needed, and only 1 can come"
    );
}

/// The answer is sent after its deadline, and is not taken for the next one.
#[tokio::test]
async fn an_answer_after_its_deadline_is_not_the_next_one() {
    let ends = ends(&[1, 1]);
    let (over, is_over) = oneshot::channel::<()>();
    let leader = role_of!(LEADER, (Option<u64>, Option<u64>), { over: oneshot::Sender<()> }, |ep| {
        let ep = ep.member::<3>(&[WORKERS], 0)?;
        let none = ep.recv_within::<u64>(W, DONE, 1, Duration::ZERO).await?;
        let _ = over.send(());
        Ok((none, ep.recv_within::<u64>(W, DONE, 1, Duration::from_mins(10)).await?))
    });
    let worker = role_of!(WORKERS, (), { is_over: oneshot::Receiver<()> }, |ep| {
        let ep = ep.member::<3>(&[WORKERS], 0)?;
        is_over.await?;
        ep.round(1, 0)?.send::<u64>(LEADER, DONE, 1).await?;
        ep.round(1, 0)?.send::<u64>(LEADER, DONE, 2).await
    });
    let (leader, worker) =
        together((play_role(leader, &ends[0]), play_role(worker, &ends[1]))).await;
    worker.unwrap();
    assert_eq!(leader.unwrap(), (None, Some(2)));
    assert_eq!(ends[0].discarded(), 1);
}
