//! Whether all participants of a session run the same. Whoever meets one that doesn't tells all others,
//! so that each can say what differs, whomever it has met itself.

use super::{Met, Tcp};
use crate::channel::{Ended, Introduced};
use crate::sizes::Sizes;
use chor_runtime::{Codec, Fault, Protocol};
use std::future::poll_fn;
use std::task::{Context, Poll};

/// A participant that runs something else, and what, as far as it is known.
pub(super) struct Differs {
    runner: usize,
    text: Option<String>,
}

impl<D: Codec> Tcp<D> {
    /// Waits until all others are there and run the same.
    pub(super) async fn compare(&self, protocol: &'static Protocol) -> Met<()> {
        let own = protocol.digest();
        if let Some(differs) = poll_fn(|cx| self.poll_compare(own, cx)).await? {
            return Err(self.differ(protocol, differs).await);
        }
        self.settle();
        Ok(())
    }

    pub(super) fn settle(&self) {
        self.meeting.channels().for_each(|channel| channel.settle());
    }

    /// Tells all who runs what, so that each can say it; gives the error.
    async fn differ(&self, protocol: &'static Protocol, differs: Differs) -> (usize, Box<Fault>) {
        let Differs { runner, text } = differs;
        self.meeting.tell(self.meeting.place, &protocol.normal());
        let text = match text {
            Some(text) => Ok(text),
            None => poll_fn(|cx| self.poll_normal(runner, cx)).await,
        };
        match text {
            Ok(text) => {
                self.meeting.tell(runner, &text);
                (runner, protocol.mismatch(text).into())
            }
            Err(fault) => (runner, fault),
        }
    }

    /// Ready with the first participant that runs something else, when it is known, or when all run
    /// the same.
    pub(super) fn poll_compare(
        &self,
        own: u64,
        cx: &mut Context<'_>,
    ) -> Poll<Met<Option<Differs>>> {
        self.meeting.watch(cx.waker());
        if let Some((peer, sizes)) = self.meeting.other_sizes() {
            return Poll::Ready(Err((peer, self.counts_others(&sizes).into())));
        }
        self.heed(cx.waker());
        let all_lost = self.meeting.all_lost();
        let (mut missing, mut lost, mut opener, mut unreached) = (false, None, None, false);
        for peer in self.others() {
            if let Some(ended) = all_lost.get(&peer) {
                unreached |=
                    matches!(ended, Ended::Link(_)) && self.meeting.channel(peer).is_none();
                continue;
            }
            let Some(channel) = self.meeting.channel(peer) else {
                missing = true;
                lost = self.lost_link(peer).or(lost);
                continue;
            };
            let introduced = channel.introduced(cx.waker());
            if let Some(sizes) = &introduced.sizes {
                return Poll::Ready(Err((peer, self.counts_others(sizes).into())));
            }
            if let Some(differs) = self.differs(peer, own, &introduced) {
                return Poll::Ready(Ok(Some(differs)));
            }
            let failed = introduced.fault().map(|fault| (peer, Box::new(fault)));
            match &introduced.ended {
                Some(ended) if self.meeting.bears(peer, ended) => {
                    if self.meeting.is_opener(peer) {
                        opener = failed;
                    } else {
                        self.lose(peer, ended);
                    }
                }
                Some(_) => lost = failed,
                None => missing |= introduced.digest.is_none(),
            }
        }
        // Whom this one can't meet, perhaps nobody was invited by the opener.
        let lost = lost.or(opener.filter(|_| missing || unreached));
        match lost {
            Some(lost) => Poll::Ready(Err(lost)),
            None if missing => Poll::Pending,
            None => Poll::Ready(Ok(None)),
        }
    }

    /// A peer has these sizes, which are not those of this participant.
    fn counts_others(&self, sizes: &[u32]) -> Fault {
        let own = self.meeting.sizes.tell();
        let roles = if own.is_empty() { self.meeting.participants() } else { own.len() };
        let [own, other] = [&*own, sizes].map(|sizes| Sizes::by_role(sizes, roles));
        Fault::Sizes { own, other }
    }

    /// Who runs something else than this participant, as far as a peer shows or says it.
    fn differs(&self, peer: usize, own: u64, introduced: &Introduced) -> Option<Differs> {
        let Introduced { digest, normals, .. } = introduced;
        if (*digest)? != own {
            return Some(Differs { runner: peer, text: normals.get(&(peer as u64)).cloned() });
        }
        // One that runs the same has met another that doesn't.
        normals.iter().find_map(|(runner, text)| {
            let runner = usize::try_from(*runner).ok()?;
            let other = ![peer, self.meeting.place].contains(&runner);
            let known = other && runner < self.meeting.participants();
            known.then(|| Differs { runner, text: Some(text.clone()) })
        })
    }

    fn poll_normal(&self, peer: usize, cx: &mut Context<'_>) -> Poll<Result<String, Box<Fault>>> {
        let mut introduced = self.channel(peer)?.introduced(cx.waker());
        match (introduced.normals.remove(&(peer as u64)), introduced.fault()) {
            (Some(normal), _) => Poll::Ready(Ok(normal)),
            (None, Some(fault)) => Poll::Ready(Err(fault.into())),
            (None, None) => Poll::Pending,
        }
    }

    /// What failed; or, since it may have failed because of that, that somebody runs something else.
    pub(super) async fn or_differs(
        &self,
        protocol: &'static Protocol,
        failed: (usize, Box<Fault>),
    ) -> (usize, Box<Fault>) {
        let own = protocol.digest();
        match poll_fn(|cx| Poll::Ready(self.poll_compare(own, cx))).await {
            Poll::Ready(Ok(Some(differs))) => self.differ(protocol, differs).await,
            Poll::Ready(Err((peer, fault))) if matches!(*fault, Fault::Sizes { .. }) => {
                (peer, fault)
            }
            _ => failed,
        }
    }

    /// Waits until those are there whom this participant is still to tell that somebody runs something
    /// else: who comes when all others have ended would find nobody. To a session that somebody has
    /// opened, all are invited, and who can't be met learns it from the opener.
    pub(super) async fn told_late(&self) {
        let is_opened = self.host.is_some() && !self.meeting.public;
        if is_opened || !self.meeting.tells() {
            return;
        }
        poll_fn(|cx| {
            self.meeting.watch(cx.waker());
            let is_there = |peer: &usize| {
                self.meeting.channel(*peer).is_some() || self.lost_link(*peer).is_some()
            };
            // To the others, this one makes the way. Who counts other members has other numbers.
            let there = (0..self.meeting.place).filter(is_there).count();
            let all = there + self.meeting.counting_others() >= self.meeting.place;
            if all { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }
}
