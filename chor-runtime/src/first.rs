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
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// The first values of `branches`, each of which is that of the member in the slot of its number.
pub fn first<T, F, V, const M: usize>(
    slots: &[(Endpoint<T, M>, usize)],
    branches: Vec<F>,
) -> First<'_, T, F, V, M>
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>>,
{
    let discarding = Endpoint::discarding(slots.iter().map(|(slot, _)| slot));
    let polling = Polling::new(branches.len());
    let (came, lost) = (Vec::new(), None);
    let left = branches.len();
    let branches = branches.start();
    First { branches, polling, slots, within: None, came, left, lost, _discarding: discarding }
}

/// Waits for the first values of branches. Members that are gone never answer; what comes late is
/// dropped.
pub struct First<'s, T: Transport + Copy, F: Future, V, const M: usize> {
    // Before the lanes are discarded, nobody may wait in them.
    branches: Several<F>,
    polling: Polling,
    slots: &'s [(Endpoint<T, M>, usize)],
    within: Option<Duration>,
    /// In the order of arrival.
    came: Vec<(Member, V)>,
    /// How many have answered or still can.
    left: usize,
    lost: Option<Lost>,
    _discarding: Option<Discarding<T>>,
}

/// The first values, or why there are too few.
type Came<V> = Result<Vec<(Member, V)>, (Option<Lost>, TooFew, Vec<(Member, V)>)>;

impl<T, F, V, const M: usize> First<'_, T, F, V, M>
where
    T: Transport + Copy,
    F: Future<Output = Result<V, Fail>> + Send,
    V: Send,
{
    /// Ends after so long, with what has come.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within: Some(within), ..self }
    }

    /// The first `count`.
    ///
    /// # Errors
    /// Fewer can still answer; or a branch failed, but not because its member is gone.
    pub async fn count(self, count: usize) -> Result<Vec<(Member, V)>, Fail> {
        if count == 0 {
            return Ok(Vec::new());
        }
        few(self.run(Some(count), |came| came.len() >= count).await?)
    }

    /// Those that have come when `enough` says so.
    ///
    /// # Errors
    /// All have answered, and it didn't; or as [`count`](Self::count).
    pub async fn until(
        self,
        enough: impl FnMut(&[(Member, V)]) -> bool + Send,
    ) -> Result<Vec<(Member, V)>, Fail> {
        few(self.run(None, enough).await?)
    }

    /// All that come in time.
    ///
    /// # Errors
    /// A branch failed, but not because its member is gone.
    pub async fn all(self) -> Result<Vec<(Member, V)>, Fail> {
        few(self.run(Some(0), |_| false).await?)
    }

    /// As [`count`](Self::count), where too few answers are a value.
    ///
    /// # Errors
    /// A branch failed, but not because its member is gone.
    pub async fn try_count(self, count: usize) -> Result<Result<Vec<(Member, V)>, Lost>, Fail>
    where
        V: Sync + 'static,
    {
        if count == 0 {
            return Ok(Ok(Vec::new()));
        }
        Ok(as_lost(self.run(Some(count), |came| came.len() >= count).await?))
    }

    /// As [`until`](Self::until), where too few answers are a value.
    ///
    /// # Errors
    /// A branch failed, but not because its member is gone.
    pub async fn try_until(
        self,
        enough: impl FnMut(&[(Member, V)]) -> bool + Send,
    ) -> Result<Result<Vec<(Member, V)>, Lost>, Fail>
    where
        V: Sync + 'static,
    {
        Ok(as_lost(self.run(None, enough).await?))
    }

    /// As [`all`](Self::all).
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub async fn try_all(self) -> Result<Result<Vec<(Member, V)>, Lost>, Fail> {
        self.all().await.map(Ok)
    }

    /// With `needed` of `Some(0)` and never enough: all that can come.
    async fn run(
        mut self,
        needed: Option<usize>,
        mut enough: impl FnMut(&[(Member, V)]) -> bool + Send,
    ) -> Result<Came<V>, Fail> {
        let within = self.within;
        let slot = self.slots.first().map(|(slot, _)| *slot);
        let mut late = pin!(async move {
            match (slot, within) {
                (Some(slot), Some(within)) => slot.sleep(within).await,
                _ => std::future::pending().await,
            }
        });
        let in_time = poll_fn(|cx| match self.poll(needed, &mut enough, cx) {
            Poll::Ready(result) => Poll::Ready(result),
            Poll::Pending => late.as_mut().poll(cx).map(|()| Ok(true)),
        });
        if in_time.await? {
            return Ok(Ok(std::mem::take(&mut self.came)));
        }
        let few = TooFew { needed, left: self.left };
        Ok(Err((self.lost.take(), few, std::mem::take(&mut self.came))))
    }

    /// Whether enough have come; if not, too few are left.
    fn poll(
        &mut self,
        needed: Option<usize>,
        enough: &mut impl FnMut(&[(Member, V)]) -> bool,
        cx: &mut Context<'_>,
    ) -> Poll<Result<bool, Fail>> {
        let Self { branches, polling, slots, came, left, lost, .. } = self;
        let short = |left: usize, came: &[(Member, V)]| match needed {
            Some(needed) if left < needed => Some(false),
            // No more can come, and that is all, or not enough.
            _ if came.len() == left => Some(needed == Some(0)),
            _ => None,
        };
        if let Some(end) = short(*left, came) {
            return Poll::Ready(Ok(end));
        }
        polling.poll(cx, |index, cx| {
            if !branches.poll_branch(index, cx) {
                return ControlFlow::Continue(());
            }
            match branches.take(index) {
                Some(Ok(value)) => {
                    came.push((Member::new(slots[index].1), value));
                    if enough(came) {
                        return ControlFlow::Break(Ok(true));
                    }
                }
                Some(Err(fail)) => match slots[index].0.loss_of_bound(fail) {
                    Ok(gone) => (*left, *lost) = (*left - 1, Some(gone)),
                    Err(fail) => return ControlFlow::Break(Err(fail)),
                },
                None => {}
            }
            match short(*left, came) {
                Some(end) => ControlFlow::Break(Ok(end)),
                None => ControlFlow::Continue(()),
            }
        })
    }
}

fn few<V>(came: Came<V>) -> Result<Vec<(Member, V)>, Fail> {
    came.map_err(|(_, few, _)| few.into())
}

fn as_lost<V: Send + Sync + 'static>(came: Came<V>) -> Result<Vec<(Member, V)>, Lost> {
    came.map_err(|(last, few, came)| Lost::few(last, few, came))
}
