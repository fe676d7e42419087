//! Deadlines, losses as values, and rounds.

use crate::crew::{self, DONE, JOB};
use crate::{LEADER, PLACE, W, WORKERS, role_of};
use chor_runtime::__private::{Until, first};
use chor_runtime::{Cause, End, Place, Reason, Transport, memory, play_role, together};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Semaphore;

const LONG: Duration = Duration::from_hours(1);

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
