//! The first answers of a family's members: enough of them, or those that come in time.
//!
//! Knows who has answered and who can't any more; deliberately not how the rest is dropped, which is the
//! transport's.

use crate::branches::{Branches, Futures, Several};
use crate::endpoint::{Discarding, Endpoint};
use crate::fail::Fail;
use crate::lost::{Lost, Member, TooFew};
use crate::together::Polling;
use crate::transport::Transport;
use crate::until::Enough;
use std::future::{pending, poll_fn};
use std::ops::ControlFlow;
use std::panic::Location;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// Those values of `branches` that come first, in the order of arrival: until there are enough, or for
/// so long. Each branch is that of the member in the slot of its number. Members that are gone never
/// answer; what comes later is dropped.
///
/// # Errors
/// Too few can still answer; or a branch failed, but not because its member is gone.
#[track_caller]
pub fn first<T, F, V, const N: usize, const M: usize>(
    endpoint: Endpoint<T, N>,
    slots: &[(Endpoint<T, M>, usize)],
    branches: Vec<F>,
    until: impl Enough<V>,
    within: Option<Duration>,
) -> impl Future<Output = Result<Vec<(Member, V)>, Fail>> + Send
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>> + Send,
    V: Send,
{
    // Where the block stands in the source; this file is not what a role's failure is to name.
    let place = Location::caller();
    let race = race(endpoint, slots, branches, until, within);
    async move { race.await?.map_err(|short| Fail::at(place, short.few)) }
}

/// As [`first`], where too few answers are a value.
///
/// # Errors
/// A branch failed, but not because its member is gone.
pub async fn try_first<T, F, V, const N: usize, const M: usize>(
    endpoint: Endpoint<T, N>,
    slots: &[(Endpoint<T, M>, usize)],
    branches: Vec<F>,
    until: impl Enough<V>,
    within: Option<Duration>,
) -> Result<Result<Vec<(Member, V)>, Lost>, Fail>
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>> + Send,
    V: Send + Sync + 'static,
{
    let came = race(endpoint, slots, branches, until, within).await?;
    Ok(came.map_err(|Short { last, few, came }| Lost::few(last, few, came)))
}

/// Too few have come and can come.
struct Short<V> {
    last: Option<Lost>,
    few: TooFew,
    came: Vec<(Member, V)>,
}

type Came<V> = Result<Vec<(Member, V)>, Short<V>>;

async fn race<T, F, V, const N: usize, const M: usize>(
    endpoint: Endpoint<T, N>,
    slots: &[(Endpoint<T, M>, usize)],
    branches: Vec<F>,
    mut until: impl Enough<V>,
    within: Option<Duration>,
) -> Result<Came<V>, Fail>
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>> + Send,
    V: Send,
{
    let mut race = Race::new(slots, branches);
    if until.is_enough(&race.came) {
        return Ok(Ok(race.came));
    }
    let mut late = pin!(async {
        match within {
            Some(within) => endpoint.sleep(within).await,
            None => pending().await,
        }
    });
    let enough = poll_fn(|cx| match race.poll(&mut until, cx) {
        Poll::Pending => late.as_mut().poll(cx).map(|()| Ok(true)),
        ended @ Poll::Ready(_) => ended,
    });
    let (enough, few) = (enough.await?, TooFew { needed: until.needed(), left: race.left });
    let Race { came, lost: last, .. } = race;
    Ok(if enough { Ok(came) } else { Err(Short { last, few, came }) })
}

struct Race<'s, T: Transport + Copy, F: Future, V, const M: usize> {
    // Dropped in this order: when the lanes are discarded, nobody waits in them.
    branches: Several<F>,
    _discarding: Option<Discarding<T>>,
    polling: Polling,
    slots: &'s [(Endpoint<T, M>, usize)],
    /// In the order of arrival.
    came: Vec<(Member, V)>,
    /// How many have answered or still can.
    left: usize,
    /// The last that was.
    lost: Option<Lost>,
}

impl<'s, T, F, V, const M: usize> Race<'s, T, F, V, M>
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>>,
{
    fn new(slots: &'s [(Endpoint<T, M>, usize)], branches: Vec<F>) -> Self {
        let left = branches.len();
        Self {
            branches: branches.start(),
            _discarding: Endpoint::discarding(slots.iter().map(|(slot, _)| slot)),
            polling: Polling::new(left),
            slots,
            came: Vec::new(),
            left,
            lost: None,
        }
    }

    /// Whether enough have come; if not, too few are left.
    fn poll(
        &mut self,
        until: &mut impl Enough<V>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<bool, Fail>> {
        let Self { branches, polling, slots, came, left, lost, .. } = self;
        if let Some(end) = ended(until, *left, came.len()) {
            return Poll::Ready(Ok(end));
        }
        polling.poll(cx, |index, cx| {
            if !branches.poll_branch(index, cx) {
                return ControlFlow::Continue(());
            }
            match branches.take(index) {
                Some(Ok(value)) => {
                    came.push((Member::new(slots[index].1), value));
                    if until.is_enough(came) {
                        return ControlFlow::Break(Ok(true));
                    }
                }
                Some(Err(fail)) => match slots[index].0.loss_of_bound(fail) {
                    Ok(gone) => (*left, *lost) = (*left - 1, Some(gone)),
                    Err(fail) => return ControlFlow::Break(Err(fail)),
                },
                None => {}
            }
            match ended(until, *left, came.len()) {
                Some(end) => ControlFlow::Break(Ok(end)),
                None => ControlFlow::Continue(()),
            }
        })
    }
}

/// Whether there are enough, if no more can come or too few can.
fn ended<V>(until: &impl Enough<V>, left: usize, came: usize) -> Option<bool> {
    match until.needed() {
        Some(needed) if left < needed => Some(false),
        needed => (came == left).then_some(needed == Some(0)),
    }
}
