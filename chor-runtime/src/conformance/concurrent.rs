//! Several messages at once: of lanes, of participants, of sizes, of sessions.

use super::party::Party;
use super::script::{FIRST, SECOND, first};
use super::{Checked, Suite, all, both, ensure};
use crate::cause::{Cause, Reason};
use crate::lane::Lane;
use crate::pause::yield_now;
use crate::place::Place;
use crate::transport::{Address, End, Fault, Transport};

pub(super) async fn lanes_are_waited_for_at_once<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    const LANES: u64 = 16;
    let (a, b) = suite.pair().await?;
    let lane = |peer, number| Address::new(peer, Lane::new(number), FIRST);
    let answer = async |number| {
        b.takes(lane(0, number), number).await?;
        b.sends(lane(0, number), number + 1).await
    };
    // The last lane first; the next one only after its answer.
    let asking = async {
        for number in (0..LANES).rev() {
            a.sends(lane(1, number), number).await?;
            a.takes(lane(1, number), number + 1).await?;
        }
        Ok(())
    };
    both(all((0..LANES).map(answer).collect()), asking).await
}

pub(super) async fn all_talk_with_all<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    const COUNT: u64 = 100;
    let ends = suite.session(5).await?;
    let numbers = |from: usize, to: usize| {
        let start = (from * 10 + to) as u64 * COUNT;
        start..start + COUNT
    };
    let with = async |own: &Party<'_, T>, other: usize| {
        let place = own.end.place();
        let sending = own.sends_all(first(other), numbers(place, other));
        both(sending, own.takes_all(first(other), numbers(other, place))).await
    };
    let mut talks = Vec::new();
    for own in &ends {
        for other in (0..5).filter(|other| *other != own.end.place()) {
            talks.push(with(own, other));
        }
    }
    all(talks).await
}

pub(super) async fn large_messages_arrive<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let large = || (0..=250).cycle().take(suite.large).collect::<Vec<u8>>();
    let beside = |peer| Address::new(peer, Lane::new(1), SECOND);
    let side = async |own: &Party<'_, T>, other| {
        let sending = async {
            for _ in 0..3 {
                own.sends(first(other), large()).await?;
            }
            Ok(())
        };
        let receiving = async {
            for _ in 0..3 {
                let value = own.recv::<Vec<u8>>(first(other)).await;
                let value = value.map_err(|fault| format!("a large message: {fault:?}"))?;
                let length = value.len();
                ensure(value == large(), || format!("it arrived changed, with {length} bytes"))?;
            }
            Ok(())
        };
        let small_sending = own.sends_all(beside(other), 0..100);
        let small = both(small_sending, own.takes_all(beside(other), 0..100));
        both(small, both(sending, receiving)).await
    };
    both(side(&a, 1), side(&b, 0)).await
}

pub(super) async fn sessions_do_not_mix<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let play = async |session: u64| {
        let (a, b) = suite.pair().await?;
        for number in (0..50).map(|number| session * 100 + number) {
            let asking = async {
                a.sends(first(1), number).await?;
                yield_now().await;
                a.takes(first(1), number + 1).await
            };
            let answering = async {
                b.takes(first(0), number).await?;
                yield_now().await;
                b.sends(first(0), number + 1).await
            };
            both(asking, answering).await?;
        }
        Ok(())
    };
    all((0..8).map(play).collect()).await
}

pub(super) async fn a_failure_stays_in_its_session<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (failing, missing) = suite.pair().await?;
    let (dropped, missing_too) = suite.pair().await?;
    let (a, b) = suite.pair().await?;
    both(a.sends(first(1), 1u64), b.takes(first(0), 1u64)).await?;
    failing.end.close(End::Failed(Cause::new("A", Reason::Cancelled, Place::default())));
    drop(dropped);
    let fault = missing.misses(first(0)).await?;
    ensure(matches!(fault, Fault::Gone(_)), || format!("the failure became {fault:?}"))?;
    missing_too.misses(first(0)).await?;
    both(a.sends(first(1), 2u64), b.takes(first(0), 2u64)).await?;
    both(b.sends(first(0), 3u64), a.takes(first(1), 3u64)).await
}
