//! Rounds: what may end before all of its messages have arrived. A transport without rounds isn't
//! checked for them.

use super::party::{Party, body};
use super::script::{FIRST, SECOND, first};
use super::{Checked, Suite, both, ensure};
use crate::lane::Lane;
use crate::pause::yield_now;
use crate::transport::{Address, Transport};

const ROOT: u64 = 0x00c0_ffee;

fn begin<T: Transport>(party: &Party<'_, T>, from: Lane, root: u64) -> Checked<Lane> {
    let lane = party.end.begin_round(from, root);
    lane.ok_or_else(|| "it has rounds, but not always".to_owned())
}

fn in_lane(peer: usize, lane: Lane) -> Address {
    Address::new(peer, lane, FIRST)
}

fn dropped<T: Transport>(party: &Party<'_, T>, expected: u64) -> Checked {
    let found = party.end.discarded();
    ensure(found == expected, || format!("{found} messages were discarded instead of {expected}"))
}

/// Two ends; none if the transport has no rounds.
async fn pair<T, F>(suite: &Suite<T, F>) -> Checked<Option<(Party<'_, T>, Party<'_, T>)>>
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let has_rounds = a.end.begin_round(Lane::ROOT, 1).is_some();
    let begun = b.end.begin_round(Lane::ROOT, 1).is_some();
    Ok((has_rounds && begun).then_some((a, b)))
}

pub(super) async fn all_count_alike<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        for number in 0..100 {
            let lane = begin(&a, Lane::ROOT, ROOT)?;
            a.sends(in_lane(1, lane), number).await?;
            a.sends(in_lane(1, lane.branch(1, 0)), 1000 + number).await?;
        }
        Ok(())
    };
    let receiving = async {
        for number in 0..100 {
            let lane = begin(&b, Lane::ROOT, ROOT)?;
            b.takes(in_lane(0, lane.branch(1, 0)), 1000 + number).await?;
            b.takes(in_lane(0, lane), number).await?;
            b.end.discard(&[lane]);
        }
        dropped(&b, 0)
    };
    both(sending, receiving).await
}

pub(super) async fn late_messages_are_dropped<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        a.takes(first(1), 1u64).await?;
        for number in 0..10u64 {
            let lane = begin(&a, Lane::ROOT, ROOT)?;
            a.sends(in_lane(1, lane), number).await?;
            a.sends(in_lane(1, lane.branch(1, 0)), number).await?;
        }
        a.sends(body(1, SECOND), 2u64).await
    };
    let receiving = async {
        for _ in 0..9 {
            let lane = begin(&b, Lane::ROOT, ROOT)?;
            b.end.discard(&[lane]);
        }
        b.sends(first(0), 1u64).await?;
        // It was sent after all the others.
        b.takes(body(0, SECOND), 2u64).await?;
        dropped(&b, 18)?;
        let lane = begin(&b, Lane::ROOT, ROOT)?;
        b.takes(in_lane(0, lane), 9u64).await?;
        b.takes(in_lane(0, lane.branch(1, 0)), 9u64).await
    };
    both(sending, receiving).await
}

pub(super) async fn what_is_queued_is_dropped<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        for number in 0..3u64 {
            let lane = begin(&a, Lane::ROOT, ROOT)?;
            a.sends(in_lane(1, lane), number).await?;
            a.sends(in_lane(1, lane), number).await?;
        }
        a.sends(body(1, SECOND), 2u64).await
    };
    let receiving = async {
        b.takes(body(0, SECOND), 2u64).await?;
        let lane = begin(&b, Lane::ROOT, ROOT)?;
        b.takes(in_lane(0, lane), 0u64).await?;
        b.end.discard(&[lane]);
        dropped(&b, 1)?;
        // The next one ends because another one begins.
        begin(&b, Lane::ROOT, ROOT)?;
        let lane = begin(&b, Lane::ROOT, ROOT)?;
        dropped(&b, 3)?;
        b.takes(in_lane(0, lane), 2u64).await?;
        b.takes(in_lane(0, lane), 2u64).await
    };
    both(sending, receiving).await
}

/// The sender waits for room in the round, or has sent all: it goes on in any case.
pub(super) async fn a_sender_goes_on_when_a_round_is_over<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        let lane = begin(&a, Lane::ROOT, ROOT)?;
        a.sends_all(in_lane(1, lane), 0..suite.many).await?;
        let lane = begin(&a, Lane::ROOT, ROOT)?;
        a.sends(in_lane(1, lane), 7u64).await?;
        a.sends(body(1, SECOND), 2u64).await
    };
    let receiving = async {
        let lane = begin(&b, Lane::ROOT, ROOT)?;
        for _ in 0..50 {
            yield_now().await;
        }
        b.end.discard(&[lane]);
        b.takes(body(0, SECOND), 2u64).await?;
        dropped(&b, suite.many)?;
        let lane = begin(&b, Lane::ROOT, ROOT)?;
        b.takes(in_lane(0, lane), 7u64).await
    };
    both(sending, receiving).await
}

/// A sender that is ahead by many rounds, to a receiver that takes some and leaves others.
pub(super) async fn a_sender_may_be_ahead<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        for number in 0..suite.many {
            let lane = begin(&a, Lane::ROOT, ROOT)?;
            a.sends(in_lane(1, lane), number).await?;
        }
        a.sends(body(1, SECOND), 2u64).await
    };
    let receiving = async {
        for number in 0..suite.many {
            let lane = begin(&b, Lane::ROOT, ROOT)?;
            if number % 3 == 0 {
                b.takes(in_lane(0, lane), number).await?;
            }
            b.end.discard(&[lane]);
        }
        b.takes(body(0, SECOND), 2u64).await?;
        dropped(&b, suite.many - suite.many.div_ceil(3))
    };
    both(sending, receiving).await
}

pub(super) async fn a_round_inside_ends_alone<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        for outer in 0..3u64 {
            let lane = begin(&a, Lane::ROOT, ROOT)?;
            for inner in 0..4u64 {
                let inside = begin(&a, lane, ROOT + 1)?;
                a.sends(in_lane(1, inside), 10 * outer + inner).await?;
            }
            a.sends(in_lane(1, lane), outer).await?;
        }
        a.sends(body(1, SECOND), 2u64).await
    };
    let receiving = async {
        b.takes(body(0, SECOND), 2u64).await?;
        for outer in 0..3u64 {
            let lane = begin(&b, Lane::ROOT, ROOT)?;
            let [_, second, left, last] = [(); 4].map(|()| begin(&b, lane, ROOT + 1));
            b.end.discard(&[left?]);
            dropped(&b, 2 * outer + 1)?;
            b.takes(in_lane(0, last?), 10 * outer + 3).await?;
            b.takes(in_lane(0, second?), 10 * outer + 1).await?;
            b.takes(in_lane(0, lane), outer).await?;
            // With the first inside, which nobody took.
            b.end.discard(&[lane]);
            dropped(&b, 2 * outer + 2)?;
        }
        Ok(())
    };
    both(sending, receiving).await
}

/// The sender waits for room in a branch of the round inside, and in a further round in it, to which the
/// receiver never comes.
pub(super) async fn what_began_inside_ends<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        let outer = begin(&a, Lane::ROOT, ROOT)?;
        for number in 0..3u64 {
            let inside = begin(&a, outer, ROOT + 1)?.branch(1, 0);
            a.sends_all(in_lane(1, inside), 0..suite.many).await?;
            let further = begin(&a, inside, ROOT + 2)?.branch(1, 1);
            a.sends_all(in_lane(1, further), 0..suite.many).await?;
            a.sends(in_lane(1, outer), number).await?;
        }
        Ok(())
    };
    let receiving = async {
        let outer = begin(&b, Lane::ROOT, ROOT)?;
        for number in 0..3u64 {
            let inside = begin(&b, outer, ROOT + 1)?;
            for _ in 0..50 {
                yield_now().await;
            }
            b.end.discard(&[inside]);
            b.takes(in_lane(0, outer), number).await?;
            dropped(&b, 2 * suite.many * (number + 1))?;
        }
        Ok(())
    };
    both(sending, receiving).await
}

pub(super) async fn several_rounds_go_on_at_once<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let sending = async {
        let mut lanes = Vec::new();
        for root in 0..5u64 {
            lanes.push(begin(&a, Lane::ROOT, ROOT + root)?);
        }
        for number in 0..10u64 {
            for (root, lane) in (0..).zip(&lanes) {
                a.sends(in_lane(1, *lane), 10 * root + number).await?;
            }
        }
        Ok(())
    };
    let receiving = async {
        let mut lanes = Vec::new();
        for root in 0..5u64 {
            lanes.push(begin(&b, Lane::ROOT, ROOT + root)?);
        }
        let lanes: Vec<_> = (0..5u64).zip(lanes).collect();
        for (root, lane) in lanes.into_iter().rev() {
            b.takes_all(in_lane(0, lane), 10 * root..10 * root + 5).await?;
            b.end.discard(&[lane]);
        }
        Ok(())
    };
    both(sending, receiving).await
}

/// The receiver waits for another branch of the same round first, in which the sender is at once.
pub(super) async fn a_full_branch_stops_no_other<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let Some((a, b)) = pair(suite).await? else { return Ok(()) };
    let branches = |lane: Lane, peer| [0, 1].map(|index| in_lane(peer, lane.branch(1, index)));
    let sending = async {
        for _ in 0..3 {
            let [full, other] = branches(begin(&a, Lane::ROOT, ROOT)?, 1);
            both(a.sends_all(full, 0..suite.many), a.sends(other, 7u64)).await?;
        }
        Ok(())
    };
    let receiving = async {
        for _ in 0..3 {
            let lane = begin(&b, Lane::ROOT, ROOT)?;
            let [full, other] = branches(lane, 0);
            b.takes(other, 7u64).await?;
            b.takes_all(full, 0..suite.many).await?;
            b.end.discard(&[lane]);
        }
        dropped(&b, 0)
    };
    both(sending, receiving).await
}
