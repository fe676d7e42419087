//! All of several branches at once.

use crate::crew::{DONE, JOB};
use crate::{LEADER, PLACE, W, WORKERS, number, role_of};
use chor_runtime::__private::{Fail, join};
use chor_runtime::{memory, play_role, together};
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Waker};
use tokio::sync::Semaphore;

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
