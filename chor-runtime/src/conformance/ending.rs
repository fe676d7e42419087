//! How a participant's part ends, and who learns of it.

use super::party::body;
use super::script::{SECOND, first, protocol};
use super::{Checked, Suite, both, ensure};
use crate::cause::{Cause, Reason};
use crate::pause::yield_now;
use crate::place::Place;
use crate::transport::{End, Fault, Transport};

fn cause() -> Cause {
    Cause::new("A", Reason::Error("out of paper".to_owned()), Place::of(SECOND))
}

fn failed() -> End {
    End::Failed(cause())
}

fn is_gone(fault: &Fault) -> Checked {
    match fault {
        Fault::Gone(found) => {
            ensure(*found == cause(), || format!("the cause became another: {found:?}"))
        }
        other => Err(format!("it is another error: {other:?}")),
    }
}

pub(super) async fn an_end_is_played_once<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    for _ in 0..2 {
        match a.end.open(protocol(2)) {
            Err(fault) if matches!(*fault, Fault::Used) => {}
            other => return Err(format!("to open it again gives {other:?}")),
        }
    }
    // Who plays already is not disturbed.
    both(a.sends(first(1), 1u64), b.takes(first(0), 1u64)).await?;
    both(b.sends(first(0), 2u64), a.takes(first(1), 2u64)).await
}

pub(super) async fn what_was_sent_before_the_end_arrives<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for end in [End::Finished, failed()] {
        let (a, b) = suite.pair().await?;
        let sending = async {
            a.sends_all(first(1), 0..suite.many).await?;
            a.end.flush();
            a.end.close(end.clone());
            drop(a);
            Ok(())
        };
        both(sending, b.takes_all(first(0), 0..suite.many)).await?;
        let fault = b.misses(first(0)).await?;
        let right = match end {
            End::Finished => matches!(fault, Fault::Finished { .. }),
            End::Failed(_) => matches!(fault, Fault::Gone(_)),
        };
        ensure(right, || format!("the end {end:?} became {fault:?}"))?;
    }
    Ok(())
}

pub(super) async fn a_receive_from_the_finished_fails<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for sent in [0, 2] {
        let (a, b) = suite.pair().await?;
        a.sends_all(first(1), 0..sent).await?;
        a.finish();
        drop(a);
        b.takes_all(first(0), 0..sent).await?;
        // As often as it is asked.
        for _ in 0..2 {
            match b.misses(body(0, SECOND)).await? {
                Fault::Finished { expected, last } => {
                    let before = last.as_ref().map(|last| last.count + 1).unwrap_or_default();
                    let named = expected.step.starts_with("`second`")
                        && last.is_none_or(|last| last.step.starts_with("`first`"));
                    let right = (expected.count, before) == (sent, sent) && named;
                    ensure(right, || format!("after {sent} messages it expects {expected}"))?;
                }
                other => return Err(format!("after {sent} messages it is another: {other:?}")),
            }
        }
    }
    Ok(())
}

pub(super) async fn a_send_to_the_finished_is_dropped<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for dropped in [false, true] {
        let (a, b, c) = suite.triple().await?;
        b.finish();
        if dropped {
            drop(b);
        }
        a.sends_all(first(1), 0..suite.many).await?;
        // Others are still there.
        both(a.sends(first(2), 1u64), c.takes(first(0), 1u64)).await?;
    }
    Ok(())
}

pub(super) async fn a_failure_reaches_receives<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b, c) = suite.triple().await?;
    a.sends(first(1), 5u64).await?;
    a.end.close(failed());
    b.takes(first(0), 5u64).await?;
    for receiver in [&b, &c, &b] {
        is_gone(&receiver.misses(first(0)).await?)?;
    }
    // The two go on without it.
    both(b.sends(first(2), 1u64), c.takes(first(1), 1u64)).await
}

/// At the latest when a receive has said so.
pub(super) async fn a_failure_reaches_sends<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    a.end.close(failed());
    is_gone(&b.misses(first(0)).await?)?;
    match b.send(first(0), 1u64).await {
        Ok(()) => Err("the send succeeded".to_owned()),
        Err(fault) => is_gone(&fault),
    }
}

pub(super) async fn an_end_wakes_who_waits<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for end in [End::Finished, failed()] {
        let (a, b, c) = suite.triple().await?;
        let ending = async {
            for _ in 0..50 {
                yield_now().await;
            }
            a.end.close(end);
            Ok(())
        };
        let waiting = async |end: &super::Party<'_, T>| end.misses(first(0)).await.map(drop);
        both(both(waiting(&b), waiting(&c)), ending).await?;
    }
    Ok(())
}

pub(super) async fn the_first_end_counts<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for (first_end, second_end) in [(End::Finished, failed()), (failed(), End::Finished)] {
        let (a, b) = suite.pair().await?;
        a.end.close(first_end.clone());
        a.end.close(second_end.clone());
        drop(a);
        for _ in 0..2 {
            let fault = b.misses(first(0)).await?;
            let right = match first_end {
                End::Finished => matches!(fault, Fault::Finished { .. }),
                End::Failed(_) => matches!(fault, Fault::Gone(_)),
            };
            ensure(right, || format!("{first_end:?}, then {second_end:?}, became {fault:?}"))?;
        }
    }
    Ok(())
}

/// As a failure whose cause is known, or as a way that is broken.
pub(super) async fn a_dropped_end_is_missed<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    a.sends(first(1), 1u64).await?;
    drop(a);
    b.takes(first(0), 1u64).await?;
    let fault = b.misses(first(0)).await?;
    ensure(matches!(fault, Fault::Gone(_) | Fault::Link(_)), || {
        format!("who receives is told {fault:?}")
    })
}
