//! Futures that are dropped before they are done.

use super::party::body;
use super::script::{SECOND, first};
use super::{Checked, Suite, both, ensure};
use crate::pause::{self, yield_now};
use crate::transport::Transport;

/// Receives are dropped after some polls, first one, then more and more, until a message is there.
pub(super) async fn a_dropped_receive_takes_nothing<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    const COUNT: u64 = 200;
    let (a, b) = suite.pair().await?;
    let sending = async {
        for number in 0..COUNT {
            for _ in 0..number % 5 {
                yield_now().await;
            }
            a.sends(first(1), number).await?;
        }
        // Who sends no more may wait for what helps the messages on their way.
        a.takes(first(1), COUNT).await
    };
    let receiving = async {
        let (mut expected, mut turns) = (0, 0);
        while expected < COUNT {
            match pause::within(turns, b.recv::<u64>(first(0))).await {
                Some(Ok(number)) => {
                    ensure(number == expected, || format!("after {expected} came {number}"))?;
                    (expected, turns) = (expected + 1, 0);
                }
                Some(Err(fault)) => return Err(format!("after {expected}: {fault:?}")),
                None => turns += 1,
            }
        }
        b.sends(first(0), COUNT).await
    };
    both(sending, receiving).await
}

/// Each send is polled once and dropped; what arrives are whole messages in order.
pub(super) async fn a_dropped_send_is_all_or_nothing<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    const COUNT: u64 = 200;
    let (a, b) = suite.pair().await?;
    let value = |number: u64| (number, vec![number; 100]);
    let sending = async {
        let mut done = Vec::new();
        for number in 0..COUNT {
            match pause::within(0, a.send(first(1), value(number))).await {
                Some(Ok(())) => done.push(number),
                Some(Err(fault)) => return Err(format!("number {number}: {fault:?}")),
                None => {}
            }
            // Sometimes the queue is full, sometimes not.
            for _ in 0..number % 7 {
                yield_now().await;
            }
        }
        a.sends(first(1), value(COUNT)).await?;
        let arrived = a.recv::<Vec<u64>>(body(1, SECOND)).await;
        let arrived = arrived.map_err(|fault| format!("{fault:?}"))?;
        let lost = done.into_iter().find(|number| !arrived.contains(number));
        ensure(lost.is_none(), || format!("number {lost:?} was sent and is lost"))
    };
    let receiving = async {
        let mut arrived = Vec::new();
        while arrived.last() != Some(&COUNT) {
            let taken = b.recv::<(u64, Vec<u64>)>(first(0)).await;
            let (number, rest) = taken.map_err(|fault| format!("after {arrived:?}: {fault:?}"))?;
            ensure((number, rest) == value(number), || format!("number {number} is torn"))?;
            ensure(arrived.last().is_none_or(|last| *last < number), || {
                format!("{number} came after {arrived:?}")
            })?;
            arrived.push(number);
            yield_now().await;
        }
        b.sends(body(0, SECOND), arrived).await
    };
    both(sending, receiving).await
}
