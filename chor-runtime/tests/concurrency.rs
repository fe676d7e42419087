//! Branches that run at once, first answers, deadlines and losses as values.

mod crew;

use chor_runtime::__private::{Endpoint, Fail, Until, first, join, try_first, until};
use chor_runtime::{
    Cause, End, Error, Lost, Member, Place, Reason, TooFew, Transport, memory, play_role, together,
};
use crew::{DONE, JOB};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Semaphore;

const LEADER: usize = 0;
const WORKERS: &[usize] = &[1];
/// The bound worker.
const W: usize = 2;
const PLACE: u64 = 0x00ab_cdef;
const LONG: Duration = Duration::from_hours(1);

fn number(index: usize) -> u64 {
    index as u64
}

#[tokio::test]
async fn all_members_answer_at_once_and_in_their_order() {
    let gate = Arc::new(Semaphore::new(0));
    let ends = memory::session_of(&[1, 100]);
    let opens = Arc::clone(&gate);
    let leader = role_of!(0, Vec<u64>, { opens: Arc<Semaphore> }, |ep| {
        let slots = ep.slots::<3>(WORKERS, PLACE);
        let mut branches = Vec::new();
        for slot in &slots {
            let opens = &opens;
            branches.push(async move {
                let (ep, index) = *slot;
                // The first member answers when the last one has.
                let answer = ep.recv::<u64>(W, DONE).await?;
                if index == 99 {
                    opens.add_permits(1);
                }
                Ok(answer)
            });
        }
        join(branches).await
    });
    let worker = |gate: Arc<Semaphore>| {
        role_of!(1, (), { gate: Arc<Semaphore> }, |ep| {
            let me = ep.me();
            let ep = ep.member::<3>(WORKERS, me)?.branch(PLACE, me);
            if me == 0 {
                gate.acquire().await?.forget();
            }
            ep.send::<u64>(LEADER, DONE, number(me)).await
        })
    };
    let workers = ends[1..].iter().map(|end| play_role(worker(Arc::clone(&gate)), end));
    let workers = workers.collect::<Vec<_>>();
    let (answers, workers) = together((play_role(leader, &ends[0]), together(workers))).await;
    assert_eq!(answers.unwrap(), (0..100).collect::<Vec<_>>());
    assert!(workers.into_iter().all(|worker| worker.is_ok()));
}

#[tokio::test]
async fn two_branches_between_the_same_roles_keep_their_messages() {
    let ends = memory::session_of(&[1, 1]);
    let leader = role_of!(0, (u64, u64), {}, |ep| {
        // Received in the other order than sent.
        let (one, two) = (ep.branch(PLACE, 0), ep.branch(PLACE, 1));
        let second = two.recv::<u64>(1, JOB).await?;
        Ok((one.recv::<u64>(1, JOB).await?, second))
    });
    let worker = role_of!(1, ((), ()), {}, |ep| {
        let sends = (async { ep.branch(PLACE, 0).send::<u64>(LEADER, JOB, 10).await }, async {
            ep.branch(PLACE, 1).send::<u64>(LEADER, JOB, 20).await
        });
        join(sends).await
    });
    let (leader, worker) =
        together((play_role(leader, &ends[0]), play_role(worker, &ends[1]))).await;
    assert_eq!((leader.unwrap(), worker.unwrap()), ((10, 20), ((), ())));
}

#[test]
fn a_branch_is_polled_only_when_it_was_woken() {
    let polls = [const { AtomicUsize::new(0) }; 100];
    let gates: Vec<_> = (0..100).map(|_| Semaphore::new(0)).collect();
    let branches = polls.iter().zip(&gates).map(|(polls, gate)| async move {
        let mut open = pin!(gate.acquire());
        let permit = poll_fn(|cx| {
            polls.fetch_add(1, Ordering::Relaxed);
            open.as_mut().poll(cx)
        });
        permit.await?.forget();
        Ok::<_, Fail>(())
    });
    let mut joined = pin!(join(branches.collect::<Vec<_>>()));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(joined.as_mut().poll(&mut cx).is_pending());
    for gate in gates.iter().rev() {
        gate.add_permits(1);
        let _ = joined.as_mut().poll(&mut cx);
    }
    assert!(polls.iter().all(|polls| polls.load(Ordering::Relaxed) == 2));
}

#[tokio::test]
async fn the_first_error_ends_all_branches() {
    struct Dropped<'d>(&'d AtomicUsize);
    impl Drop for Dropped<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = AtomicUsize::new(0);
    let branches = (0..70).map(|index| {
        let guard = Dropped(&dropped);
        async move {
            let _guard = guard;
            if index == 66 {
                Err(std::fmt::Error)?;
            }
            pending::<Result<(), Fail>>().await
        }
    });
    let error = join(branches.collect::<Vec<_>>()).await.unwrap_err().into_error();
    assert!(error.downcast_ref::<std::fmt::Error>().is_some());
    assert_eq!(dropped.load(Ordering::Relaxed), 70);
}

#[tokio::test]
async fn no_branches_are_done_at_once() {
    let none: Vec<std::future::Ready<Result<(), Fail>>> = Vec::new();
    assert!(join(none).await.unwrap().is_empty());
}

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

#[tokio::test]
async fn what_comes_after_its_deadline_is_dropped() {
    let ends = memory::session_of(&[1, 1]);
    let late = Arc::new(Semaphore::new(0));
    let opens = Arc::clone(&late);
    let leader = role_of!(0, Vec<Option<u64>>, { opens: Arc<Semaphore> }, |ep| {
        let mut got = Vec::new();
        for _ in 0..100 {
            got.push(ep.recv_within::<u64>(1, JOB, PLACE, Duration::ZERO).await?);
        }
        opens.add_permits(1);
        got.push(ep.recv_within::<u64>(1, JOB, PLACE, LONG).await?);
        got.push(Some(ep.recv::<u64>(1, DONE).await?));
        Ok(got)
    });
    let worker = role_of!(1, (), { late: Arc<Semaphore> }, |ep| {
        late.acquire().await?.forget();
        for job in 0..=100 {
            ep.round(PLACE, 0)?.send::<u64>(LEADER, JOB, job).await?;
        }
        ep.send::<u64>(LEADER, DONE, 7).await
    });
    let (leader, worker) =
        together((play_role(leader, &ends[0]), play_role(worker, &ends[1]))).await;
    worker.unwrap();
    let got = leader.unwrap();
    assert_eq!(got[..100], [None; 100]);
    assert_eq!(got[100..], [Some(100), Some(7)]);
    assert_eq!(ends[0].discarded(), 100);
}

#[tokio::test]
async fn a_loss_is_a_value_where_it_is_tried() {
    let ends = memory::session_of(&[1, 2]);
    let leader = role_of!(0, (u64, String, String, String), {}, |ep| {
        let [one, two] = [ep.member::<3>(WORKERS, 0)?, ep.member::<3>(WORKERS, 1)?];
        let got = one.try_recv::<u64>(W, JOB).await?.unwrap();
        let lost = two.try_recv::<u64>(W, JOB).await?.unwrap_err();
        let within = two.try_recv_within::<u64>(W, JOB, PLACE, LONG).await?.unwrap_err();
        Ok((got, lost.to_string(), lost.cause().unwrap().role().to_owned(), within.to_string()))
    });
    let worker = || {
        role_of!(1, (), {}, |ep| {
            if ep.me() == 1 {
                Err(std::fmt::Error)?;
            }
            ep.send::<u64>(LEADER, JOB, 4).await
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, _) = together((play_role(leader, &ends[0]), together(workers))).await;
    let lost = || "`Workers[1]` is lost".to_owned();
    assert_eq!(leader.unwrap(), (4, lost(), "Workers[1]".to_owned(), lost()));
}

#[tokio::test]
async fn who_is_late_by_many_rounds_waits_and_goes_on_when_they_are_over() {
    let ends = memory::session_of(&[1, 1]);
    let sent = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&sent);
    let worker = role_of!(1, (), { counts: Arc<AtomicUsize> }, |ep| {
        for job in 0..1000 {
            ep.round(PLACE, 0)?.send::<u64>(LEADER, JOB, job).await?;
            counts.fetch_add(1, Ordering::Relaxed);
        }
        Ok(())
    });
    let mut worker = pin!(play_role(worker, &ends[1]));
    let mut cx = Context::from_waker(Waker::noop());
    assert!(worker.as_mut().poll(&mut cx).is_pending());
    assert_eq!(sent.load(Ordering::Relaxed), 16);
    let leader = role_of!(0, u64, {}, |ep| {
        let mut got = 0;
        for job in 0..1000 {
            // Every other one is not waited for at all.
            if job % 2 == 0 {
                let mut recv = pin!(ep.recv_within::<u64>(1, JOB, PLACE, LONG));
                poll_fn(|cx| Poll::Ready(recv.as_mut().poll(cx).is_ready())).await;
            } else {
                let job = ep.recv_within::<u64>(1, JOB, PLACE, LONG).await?;
                got += u64::from(job.is_some());
            }
        }
        Ok(got)
    });
    let (leader, worker) = together((play_role(leader, &ends[0]), worker)).await;
    worker.unwrap();
    assert_eq!(leader.unwrap(), 500);
}

#[tokio::test]
async fn a_send_to_an_expendable_role_that_is_gone_is_dropped() {
    let ends = memory::session_of(&[1, 1]);
    ends[1].open(crew::EXPENDABLE).unwrap();
    let cause = Cause::new("Workers[0]", Reason::Cancelled, Place::default());
    ends[1].close(End::Failed(cause));
    assert_eq!(play_role(crew::ToExpendable, &ends[0]).await.unwrap(), "`Workers[0]` is lost");
}

#[tokio::test]
async fn a_deadline_passes_by_itself() {
    let ends = memory::session_of(&[1, 1]);
    let leader = role_of!(0, Option<u64>, {}, |ep| {
        ep.recv_within::<u64>(1, JOB, PLACE, Duration::from_millis(1)).await
    });
    assert_eq!(play_role(leader, &ends[0]).await.unwrap(), None);
}

#[tokio::test]
async fn rounds_inside_rounds_keep_their_messages() {
    let ends = memory::session_of(&[1, 2]);
    let leader = role_of!(0, Vec<Vec<Option<u64>>>, {}, |ep| {
        let mut all = Vec::new();
        for _ in 0..50 {
            let slots = ep.slots_of_round::<3>(WORKERS, PLACE)?;
            let inside = slots.iter().map(|(ep, _)| async {
                let mut got = Vec::new();
                // The first is given up at once, so its message is late.
                let mut given_up = pin!(ep.recv_within::<u64>(W, JOB, PLACE + 1, LONG));
                poll_fn(|cx| Poll::Ready(given_up.as_mut().poll(cx).is_ready())).await;
                got.push(ep.recv_within::<u64>(W, JOB, PLACE + 1, LONG).await?);
                got.push(Some(ep.recv::<u64>(W, DONE).await?));
                Ok(got)
            });
            let votes = first(ep, &slots, inside.collect(), Until::Count(1), None).await?;
            all.extend(votes.into_iter().map(|(_, got)| got));
        }
        Ok(all)
    });
    let worker = || {
        role_of!(1, (), {}, |ep| {
            for round in 0..50 {
                let me = ep.me();
                let ep = ep.member::<3>(WORKERS, me)?.round(PLACE, me)?;
                for job in 0..2 {
                    ep.round(PLACE + 1, 0)?.send::<u64>(LEADER, JOB, 10 * round + job).await?;
                }
                ep.send::<u64>(LEADER, DONE, round).await?;
            }
            Ok(())
        })
    };
    let workers: Vec<_> = ends[1..].iter().map(|end| play_role(worker(), end)).collect();
    let (leader, workers) = together((play_role(leader, &ends[0]), together(workers))).await;
    assert!(workers.into_iter().all(|worker| worker.is_ok()));
    for (round, got) in (0..).zip(leader.unwrap()) {
        assert!(got == [Some(10 * round + 1), Some(round)], "{got:?}");
    }
}
