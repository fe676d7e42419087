//! Senders that are faster than their receivers. A full queue may make a sender wait, but never stops
//! a program that could go on with longer queues.

use super::party::{Party, body};
use super::script::{FIRST, SECOND, first};
use super::{Checked, Suite, all, both, ensure};
use crate::cause::{Cause, Reason};
use crate::lane::Lane;
use crate::pause::yield_now;
use crate::place::Place;
use crate::transport::{Address, End, Fault, Transport};

pub(super) async fn two_send_at_once<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let side = async |own: &Party<'_, T>, other| {
        own.sends_all(first(other), 0..suite.many).await?;
        own.takes_all(first(other), 0..suite.many).await
    };
    both(side(&a, 1), side(&b, 0)).await
}

pub(super) async fn a_circle_sends_at_once<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let circle = suite.session(4).await?;
    let side = async |own: &Party<'_, T>| {
        let place = own.end.place();
        own.sends_all(first((place + 1) % 4), 0..suite.many).await?;
        own.takes_all(first((place + 3) % 4), 0..suite.many).await
    };
    all(circle.iter().map(side).collect()).await
}

/// The receiver waits for another lane of the same sender first.
pub(super) async fn a_full_lane_stops_no_other<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let other = |peer| Address::new(peer, Lane::new(1), SECOND);
    let sending = async {
        a.sends_all(first(1), 0..suite.many).await?;
        a.sends(other(1), 7u64).await
    };
    let receiving = async {
        b.takes(other(0), 7u64).await?;
        b.takes_all(first(0), 0..suite.many).await
    };
    both(sending, receiving).await
}

/// The receiver waits for a third participant first, which waits for the sender.
pub(super) async fn a_full_queue_stops_no_detour<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b, c) = suite.triple().await?;
    let sending = async {
        a.sends_all(first(2), 0..suite.many).await?;
        a.sends(first(1), 7u64).await
    };
    let passing = async {
        b.takes(first(0), 7u64).await?;
        b.sends(first(2), 8u64).await
    };
    let receiving = async {
        c.takes(first(1), 8u64).await?;
        c.takes_all(first(0), 0..suite.many).await
    };
    both(sending, both(passing, receiving)).await
}

pub(super) async fn a_waiting_sender_is_woken<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let cause = Cause::new("B", Reason::Cancelled, Place::default());
    for end in [End::Finished, End::Failed(cause.clone())] {
        let (a, b) = suite.pair().await?;
        let sending = async {
            for number in 0..suite.many {
                match (a.send(body(1, FIRST), number).await, &end) {
                    (Ok(()), _) => {}
                    (Err(fault), End::Failed(_)) => {
                        let right = matches!(&*fault, Fault::Gone(found) if *found == cause);
                        return ensure(right, || format!("the failure became {fault:?}"));
                    }
                    (Err(fault), End::Finished) => {
                        return Err(format!("the receiver finished, and a send failed: {fault:?}"));
                    }
                }
            }
            Ok(())
        };
        let ending = async {
            for _ in 0..50 {
                yield_now().await;
            }
            b.end.close(end.clone());
            Ok(())
        };
        both(sending, ending).await?;
    }
    Ok(())
}
