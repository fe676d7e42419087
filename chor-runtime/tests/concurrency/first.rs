//! First answers: which count, and what becomes of the others.

use crate::crew::{DONE, JOB};
use crate::{LEADER, PLACE, W, WORKERS, number, role_of};
use chor_runtime::__private::{Endpoint, Fail, Until, first, try_first, until};
use chor_runtime::{Error, Lost, Member, TooFew, Transport, memory, play_role, together};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// How the leader collects.
#[derive(Clone, Copy)]
enum Collect {
    Count(usize),
    Equal,
    Within,
}

type Votes = Vec<(Member, u64)>;

/// One execution of `each w in Workers first .. { w -> Leader: .. }` at the leader.
async fn collect<T: Transport + Copy>(ep: Endpoint<T, 2>, how: Collect) -> Result<Votes, Fail> {
    let slots = ep.slots_of_round::<3>(WORKERS, PLACE)?;
    let mut branches = Vec::new();
    for slot in &slots {
        branches.push(async move { slot.0.recv::<u64>(W, DONE).await });
    }
    match how {
        Collect::Count(count) => first(ep, &slots, branches, Until::Count(count), None).await,
        Collect::Equal => {
            let twice = |votes: &[(Member, u64)]| {
                votes.iter().any(|(_, vote)| votes.iter().filter(|it| it.1 == *vote).count() > 1)
            };
            let twice = Until::Closure(until::<u64, _>(twice));
            first(ep, &slots, branches, twice, None).await
        }
        Collect::Within => first(ep, &slots, branches, Until::All, Some(Duration::ZERO)).await,
    }
}

/// The same at a worker.
async fn vote<T: Transport + Copy>(ep: Endpoint<T, 2>, vote: u64) -> Result<(), Fail> {
    let me = ep.me();
    let ep = ep.member::<3>(WORKERS, me)?.round(PLACE, me)?;
    ep.send::<u64>(LEADER, DONE, vote).await
}

fn from(votes: &Votes) -> Vec<(usize, u64)> {
    votes.iter().map(|(member, vote)| (member.index(), *vote)).collect()
}

#[tokio::test]
async fn the_first_answers_count_and_late_ones_never_do() {
    let ends = memory::session_of(&[1, 3]);
    let late = Arc::new(Semaphore::new(0));
    let rounds = 200;
    let opens = Arc::clone(&late);
    let leader = role_of!(0, (Vec<Vec<(usize, u64)>>, u64), { opens: Arc<Semaphore>, rounds: u64 }, |ep| {
        let mut all = Vec::new();
        for _ in 0..rounds {
            all.push(from(&collect(ep, Collect::Count(2)).await?));
        }
        opens.add_permits(1);
        // Nothing else is disturbed by what comes late.
        let last = ep.member::<3>(WORKERS, 1)?.recv::<u64>(W, JOB).await?;
        Ok((all, last))
    });
    let worker = |late: Arc<Semaphore>| {
        role_of!(1, (), { late: Arc<Semaphore>, rounds: u64 }, |ep| {
            if ep.me() == 1 {
                late.acquire().await?.forget();
            }
            for round in 0..rounds {
                vote(ep, 1000 * number(ep.me()) + round).await?;
            }
            if ep.me() == 1 { ep.send::<u64>(LEADER, JOB, 7).await } else { Ok(()) }
        })
    };
    let workers: Vec<_> =
        ends[1..].iter().map(|end| play_role(worker(Arc::clone(&late)), end)).collect();
    let (leader, workers) = together((play_role(leader, &ends[0]), together(workers))).await;
    let (all, last) = leader.unwrap();
    for (round, mut votes) in (0..).zip(all) {
        votes.sort_unstable();
        assert_eq!(votes, [(0, round), (2, 2000 + round)]);
    }
    assert_eq!(last, 7);
    assert!(workers.into_iter().all(|worker| worker.is_ok()));
    assert_eq!(ends[0].discarded(), rounds);
}

#[tokio::test]
async fn a_closure_says_when_there_are_enough() {
    let ends = memory::session_of(&[1, 3]);
    let leader = role_of!(0, (Vec<(usize, u64)>, Result<Vec<(usize, u64)>, Error>), {}, |ep| {
        let one = collect(ep, Collect::Equal).await?;
        let other = collect(ep, Collect::Equal).await;
        Ok((from(&one), other.map(|votes| from(&votes)).map_err(Fail::into_error)))
    });
    let worker = || {
        role_of!(1, (), {}, |ep| {
            vote(ep, [5, 4, 5][ep.me()]).await?;
            vote(ep, number(ep.me())).await
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, _) = together((play_role(leader, &ends[0]), together(workers))).await;
    let (equal, different) = leader.unwrap();
    assert_eq!(equal.last().unwrap().1, 5);
    assert_eq!(
        different.unwrap_err().downcast_ref::<TooFew>().unwrap().to_string(),
        "not enough answers, and no more than 3 can come"
    );
}

#[tokio::test]
async fn a_deadline_ends_with_what_has_come() {
    let ends = memory::session_of(&[1, 3]);
    let sent = Arc::new(Semaphore::new(0));
    let waits = Arc::clone(&sent);
    let leader = role_of!(0, Vec<(usize, u64)>, { waits: Arc<Semaphore> }, |ep| {
        waits.acquire_many(2).await?.forget();
        Ok(from(&collect(ep, Collect::Within).await?))
    });
    let worker = |sent: Arc<Semaphore>| {
        role_of!(1, (), { sent: Arc<Semaphore> }, |ep| {
            if ep.me() == 0 {
                return pending().await;
            }
            vote(ep, number(ep.me())).await?;
            sent.add_permits(1);
            Ok(())
        })
    };
    let mut workers = pin!(together(
        ends[1..].iter().map(|end| play_role(worker(Arc::clone(&sent)), end)).collect::<Vec<_>>(),
    ));
    let mut leader = pin!(play_role(leader, &ends[0]));
    let votes = poll_fn(|cx| {
        let _ = workers.as_mut().poll(cx);
        leader.as_mut().poll(cx)
    });
    assert_eq!(votes.await.unwrap(), [(1, 1), (2, 2)]);
}

#[tokio::test]
async fn who_is_gone_never_answers_and_too_few_fail_at_once() {
    let ends = memory::session_of(&[1, 3]);
    let leader = role_of!(0, (Vec<(usize, u64)>, Lost, Error), {}, |ep| {
        let slots = ep.slots_of_round::<3>(WORKERS, PLACE)?;
        let branches: Vec<_> = slots.iter().map(|slot| slot.0.recv::<u64>(W, DONE)).collect();
        let one = first(ep, &slots, branches, Until::Count(1), None).await?;
        let slots = ep.slots_of_round::<3>(WORKERS, PLACE)?;
        let branches: Vec<_> = slots.iter().map(|slot| slot.0.recv::<u64>(W, DONE)).collect();
        let lost = try_first(ep, &slots, branches, Until::Count(2), None).await?.unwrap_err();
        let failed = collect(ep, Collect::Count(2)).await.unwrap_err().into_error();
        Ok((from(&one), lost, failed))
    });
    let worker = || {
        role_of!(1, (), {}, |ep| {
            if ep.me() != 1 {
                Err(std::fmt::Error)?;
            }
            for round in 0..3 {
                vote(ep, round).await?;
            }
            Ok(())
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, _) = together((play_role(leader, &ends[0]), together(workers))).await;
    let (one, lost, failed): (_, Lost, Error) = leader.unwrap();
    assert_eq!(one, [(1, 0)]);
    assert_eq!(lost.to_string(), "2 answers are needed, and only 1 can come");
    assert!(matches!(lost.role(), Some("Workers[0]" | "Workers[2]")));
    assert!(lost.came::<u64>().iter().all(|(member, vote)| (member.index(), *vote) == (1, 1)));
    let few = failed.downcast_ref::<TooFew>().unwrap();
    assert_eq!((few.needed, few.left), (Some(2), 1));
}

#[tokio::test]
async fn more_than_there_are_fail_at_once_and_none_are_there_at_once() {
    let ends = memory::session_of(&[1, 0]);
    let leader = role_of!(0, Error, {}, |ep| {
        assert!(collect(ep, Collect::Count(0)).await?.is_empty());
        assert!(collect(ep, Collect::Within).await?.is_empty());
        Ok(collect(ep, Collect::Count(1)).await.unwrap_err().into_error())
    });
    let error = play_role(leader, &ends[0]).await.unwrap();
    let few = error.downcast_ref::<TooFew>().unwrap();
    assert_eq!(few.to_string(), "1 answers are needed, and only 0 can come");
}

#[tokio::test]
async fn a_failure_of_the_collecting_role_is_no_loss() {
    let ends = memory::session_of(&[1, 1]);
    let leader = role_of!(0, Votes, {}, |ep| {
        let slots = ep.slots_of_round::<3>(WORKERS, PLACE)?;
        let branches = slots.iter().map(|_| async { Err::<u64, _>(std::fmt::Error.into()) });
        first(ep, &slots, branches.collect(), Until::Count(1), None).await
    });
    let error = play_role(leader, &ends[0]).await.unwrap_err();
    assert!(error.downcast_ref::<std::fmt::Error>().is_some());
}
