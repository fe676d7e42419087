//! Beginning without those that are lost before all have met.

use super::{Met, Tcp};
use crate::channel::Ended;
use crate::error::LinkError;
use crate::way::Way;
use chor_runtime::{Codec, Fault, Protocol};
use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

impl<D: Codec> Tcp<D> {
    /// Reaches those whom it has to, and waits until all others are there and run the same.
    pub(super) async fn meet(&self, protocol: &'static Protocol) -> Met<()> {
        let own = protocol.digest();
        let mut reach = pin!(self.reach(protocol));
        let reached = poll_fn(|cx| match reach.as_mut().poll(cx) {
            Poll::Pending if self.has_all_but_lost(own, cx) => Poll::Ready(Ok(())),
            reached => reached,
        });
        match reached.await {
            Ok(()) => self.compare(protocol).await,
            Err(failed) => Err(self.or_differs(protocol, failed).await),
        }
    }

    /// Who is still to be reached is known to be lost.
    fn has_all_but_lost(&self, own: u64, cx: &mut Context<'_>) -> bool {
        self.meeting.watch(cx.waker());
        self.heed(cx.waker());
        let has_lost = !self.meeting.all_lost().is_empty();
        has_lost && matches!(self.poll_compare(own, cx), Poll::Ready(Ok(None)))
    }

    /// Notes whom the opener has lost, of those that have not been met here.
    pub(super) fn heed(&self, waker: &Waker) {
        let Some(opener) = self.meeting.opener else { return };
        let Some(channel) = self.meeting.channel(opener) else { return };
        for (peer, why) in channel.told_lost(waker) {
            let known =
                usize::try_from(peer).ok().filter(|peer| self.others().any(|it| it == *peer));
            let Some(peer) = known.filter(|peer| *peer != opener) else { continue };
            if !self.is_met(peer) && self.meeting.can_miss(peer) {
                self.meeting.lose_as_told(peer, why);
            }
        }
    }

    pub(super) fn others(&self) -> impl Iterator<Item = usize> {
        let place = self.meeting.place;
        (0..self.meeting.participants()).filter(move |peer| *peer != place)
    }

    fn is_met(&self, peer: usize) -> bool {
        let channel = self.meeting.channel(peer);
        channel.is_some_and(|it| it.introduced(Waker::noop()).digest.is_some())
    }

    /// The way to a participant; none to one that is silent, if the session can begin without it.
    pub(super) fn unless_skipped(&self, peer: usize, way: Way) -> Way {
        match (&self.host, &self.invitation) {
            (Some(host), Some(invitation))
                if self.meeting.can_miss(peer) && host.is_silent(&invitation[peer]) =>
            {
                Way::none(LinkError::Skipped { peer: invitation[peer].clone() })
            }
            _ => way,
        }
    }

    /// The session begins without a participant. If nobody answers where it should be, those that are
    /// opened next needn't wait for it.
    pub(super) fn lose(&self, peer: usize, ended: &Ended) {
        self.meeting.lose(peer, ended);
        if let Ended::Link(error) = ended
            && error.is_silence()
            && let (Some(host), Some(invitation)) = (&self.host, &self.invitation)
        {
            host.add_silent(&invitation[peer]);
        }
    }

    /// A participant can't be reached: a failure, unless the session can begin without it.
    pub(super) fn unreached(
        &self,
        peer: usize,
        error: LinkError,
    ) -> Result<(), (usize, LinkError)> {
        if !error.is_loss() || !self.meeting.can_miss(peer) {
            return Err((peer, error));
        }
        self.lose(peer, &Ended::Link(error));
        Ok(())
    }

    /// Not all have been heard of in time: begins without them, if it can.
    pub(super) fn begin_without(&self, protocol: &'static Protocol, limit: Duration) -> Met<()> {
        let unanswered = |peer: usize| {
            let peer = format!("role `{}`", self.meeting.name(protocol, peer));
            LinkError::Unanswered { peer, limit, instead: self.came_instead() }
        };
        let lost = self.meeting.all_lost();
        let missing: Vec<usize> =
            self.others().filter(|peer| !lost.contains_key(peer) && !self.is_met(*peer)).collect();
        let needed = missing.iter().find(|peer| !self.meeting.can_miss(**peer));
        if let Some(needed) = needed {
            return Err((*needed, Fault::Link(unanswered(*needed).into()).into()));
        }
        for peer in &missing {
            self.lose(*peer, &Ended::Link(unanswered(*peer)));
        }
        let noop = &mut Context::from_waker(Waker::noop());
        match self.poll_compare(protocol.digest(), noop) {
            Poll::Ready(Ok(None)) => {
                self.settle();
                Ok(())
            }
            Poll::Ready(Err(failed)) => Err(failed),
            _ => {
                let peer = self.others().next().unwrap_or(0);
                Err((peer, Fault::Link(unanswered(peer).into()).into()))
            }
        }
    }
}
