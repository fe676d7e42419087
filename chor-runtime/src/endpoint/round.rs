//! What may end before its message has come: deadlines, and losses as values.

use super::Endpoint;
use crate::error::Error;
use crate::fail::Fail;
use crate::lane::{Lane, mix};
use crate::lost::Lost;
use crate::message::Message;
use crate::protocol::Step;
use crate::transport::Transport;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// The same in the lane of a round: that of this `index` at this `place` of the source. All roles
    /// that take part have to come to the place equally often, with the same roles.
    ///
    /// # Errors
    /// The transport has no rounds.
    pub fn round(self, place: u64, index: usize) -> Result<Self, Fail> {
        self.begin(mix(self.root_of(place), index as u64))
    }

    /// As [`slots`](Self::slots), each in the lane of a [`round`](Self::round) with its member.
    ///
    /// # Errors
    /// The transport has no rounds.
    ///
    /// # Panics
    /// Unless `M` is `N + 1`.
    pub fn slots_of_round<const M: usize>(
        self,
        of: &[usize],
        place: u64,
    ) -> Result<Vec<(Endpoint<T, M>, usize)>, Fail> {
        let slot = |(index, it)| Ok((self.with(it).round(place, index)?, index));
        self.seat(of).iter().enumerate().map(slot).collect()
    }

    /// Waits for a message of a role for so long; `None` if it hasn't come by then, in which case it is
    /// dropped when it comes. Its sender sends it in the [`round`](Self::round) of `place`.
    ///
    /// # Errors
    /// As [`recv`](Self::recv), and if the transport has no rounds.
    ///
    /// # Cancel safety
    /// A future that is dropped before it was ready has taken no message, and drops it when it comes.
    pub async fn recv_within<M: Message>(
        self,
        from: usize,
        step: &'static Step,
        place: u64,
        within: Duration,
    ) -> Result<Option<M>, Fail> {
        let own = self.round(place, 0)?;
        let _discarding = Discarding { transport: self.transport, lanes: vec![own.lane] };
        let (mut recv, mut late) =
            (pin!(own.recv::<M>(from, step)), pin!(self.transport.sleep(within)));
        poll_fn(|cx| match recv.as_mut().poll(cx) {
            Poll::Ready(received) => Poll::Ready(received.map(Some)),
            Poll::Pending => late.as_mut().poll(cx).map(|()| Ok(None)),
        })
        .await
    }

    /// As [`recv`](Self::recv), where that the role is gone is a value.
    ///
    /// # Errors
    /// It finished, or sent something else.
    ///
    /// # Cancel safety
    /// As [`recv`](Self::recv).
    pub async fn try_recv<M: Message>(
        self,
        from: usize,
        step: &'static Step,
    ) -> Result<Result<M, Lost>, Fail> {
        lost(self.recv(from, step).await)
    }

    /// As [`recv_within`](Self::recv_within), where that the role is gone is a value.
    ///
    /// # Errors
    /// It finished, or sent something else, or the transport has no rounds.
    ///
    /// # Cancel safety
    /// As [`recv_within`](Self::recv_within).
    pub async fn try_recv_within<M: Message>(
        self,
        from: usize,
        step: &'static Step,
        place: u64,
        within: Duration,
    ) -> Result<Result<Option<M>, Lost>, Fail> {
        lost(self.recv_within(from, step, place, within).await)
    }

    /// The failure as the loss of the last role, a member that is bound, if it is that.
    pub(crate) fn loss_of_bound(&self, fail: Fail) -> Result<Lost, Fail> {
        let bound = self.roles.last().and_then(|seat| seat.get(0)).map(|it| self.name(it));
        Lost::of(fail, bound.as_deref())
    }

    /// Discards the lanes of these endpoints when it is dropped.
    pub(crate) fn discarding<'s>(slots: impl Iterator<Item = &'s Self>) -> Option<Discarding<T>>
    where
        T: 's,
    {
        let mut slots = slots.peekable();
        let transport = slots.peek()?.transport;
        Some(Discarding { transport, lanes: slots.map(|slot| slot.lane).collect() })
    }

    /// Waits for so long.
    pub(crate) fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        let transport = self.transport;
        async move { transport.sleep(duration).await }
    }

    /// The place with those who play the roles: another call of the same choreography counts for itself.
    fn root_of(&self, place: u64) -> u64 {
        self.roles.iter().fold(place, |root, seat| seat.digest(root))
    }

    fn begin(self, root: u64) -> Result<Self, Fail> {
        match self.transport.begin_round(self.lane, root) {
            Some(lane) => Ok(Self { lane, ..self }),
            None => Err(self.without_rounds()),
        }
    }

    #[cold]
    fn without_rounds(&self) -> Fail {
        let problem = "its transport can't drop messages that come late".to_owned();
        Fail::new(Error::Setup { role: self.name(self.own()), problem })
    }
}

fn lost<V>(received: Result<V, Fail>) -> Result<Result<V, Lost>, Fail> {
    match received {
        Ok(value) => Ok(Ok(value)),
        Err(fail) => Lost::of(fail, None).map(Err),
    }
}

/// Discards lanes when it is dropped: also if the future that uses them is.
pub(crate) struct Discarding<T: Transport> {
    transport: T,
    lanes: Vec<Lane>,
}

impl<T: Transport> Drop for Discarding<T> {
    fn drop(&mut self) {
        self.transport.discard(&self.lanes);
    }
}
