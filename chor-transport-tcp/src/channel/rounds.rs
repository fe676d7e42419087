//! How a participant receives in rounds, and leaves them.

use super::{Channel, Ended, Inbox, lock};
use crate::error::ChannelError;
use crate::frame::Frame;
use crate::inbound::Again;
use crate::late::Late;
use crate::sorted::travels_in;
use crate::woken::Woken;
use chor_runtime::{Address, Fault, Lane};
use std::sync::Arc;
use std::task::Waker;

impl Channel {
    /// From now on, what comes in rounds is judged by this.
    pub(crate) fn share(&self, late: &Arc<Late>) {
        lock(&self.inbox).messages.share(late);
    }

    /// A round of a root was begun or is over: drops what isn't wanted any more.
    pub(crate) fn purge(&self, root: u64) {
        if !self.marks.may_have(root) {
            return;
        }
        let mut woken = Woken::default();
        let mut inbox = lock(&self.inbox);
        if inbox.closed {
            return;
        }
        let lanes = inbox.messages.lanes_of(root).into_iter();
        let again: Vec<_> =
            lanes.map(|lane| (lane, inbox.messages.purge(lane, &mut woken))).collect();
        drop(inbox);
        for (lane, again) in again {
            self.say_again(lane, again, &mut woken);
        }
    }

    /// The next message in a lane of a round; `None` if there is none yet.
    pub(super) fn take_in_round<M>(
        &self,
        from: &Address,
        decode: impl FnOnce(&[u8]) -> Result<M, Box<Fault>>,
    ) -> Option<Result<M, Box<Fault>>> {
        let (lane, travels, mut woken) = (from.lane, travels_in(from.lane), Woken::default());
        let mut inbox = lock(&self.inbox);
        let sorted = inbox.messages.agrees(lane);
        if let Err(error) = sorted.and_then(|()| inbox.messages.sort(travels, &mut woken)) {
            drop(inbox);
            self.set_ended(&Ended::Rubbish(error.clone()), &mut woken);
            return Some(Err(Fault::Codec(error.into()).into()));
        }
        let sorted = inbox.messages.sorted(lane);
        let (count, last) = sorted.received(lane);
        match sorted.peek(lane) {
            Some(id) if id != from.step.id => {
                // It looks into the link's table.
                drop(inbox);
                Some(Err(self.misplaced(id, count, from)))
            }
            Some(_) => {
                let message = sorted.take(lane, from.step)?;
                let again = inbox.messages.again(travels);
                drop(inbox);
                self.say_again(travels, Ok(again), &mut woken);
                Some(decode(&message))
            }
            None => Some(Err(Self::ended(&inbox, (count, last), from)?)),
        }
    }

    /// Notes that a receiver waits, unless there is something for it.
    pub(super) fn wait_in_round(inbox: &mut Inbox, lane: Lane, waker: &Waker) -> bool {
        let sorted = inbox.messages.sorted(lane);
        if inbox.ended.is_some() || sorted.peek(lane).is_some() {
            return false;
        }
        sorted.wait(lane, waker);
        true
    }

    /// Tells the peer what it may send again.
    fn say_again(&self, lane: u64, again: Result<Again, ChannelError>, woken: &mut Woken) {
        self.link.see_to_room();
        match again {
            Ok(again) if again.is_nothing() => self.note_freed(again),
            Ok(again) => {
                self.note_freed(again);
                self.link.flush_after(|out| {
                    for frame in self.frames(lane, again) {
                        out.outgoing.frame(&frame);
                    }
                });
            }
            Err(error) => {
                self.set_ended(&Ended::Rubbish(error), woken);
            }
        }
    }

    /// What has arrived belongs to rounds, perhaps: sorts it. The driver sends off what is said.
    pub(super) fn sort_arrived(
        &self,
        inbox: &mut Inbox,
        woken: &mut Woken,
    ) -> Result<(), ChannelError> {
        let Some(lane) = inbox.messages.unsorted() else { return Ok(()) };
        inbox.messages.sort(lane, woken)?;
        let again = inbox.messages.again(lane);
        self.note_freed(again);
        if !again.is_nothing() {
            let mut out = self.link.out();
            self.frames(lane, again).for_each(|frame| out.outgoing.frame(&frame));
            drop(out);
            self.link.waker().wake_by_ref();
        }
        Ok(())
    }

    fn frames(&self, lane: u64, again: Again) -> impl Iterator<Item = Frame<'static>> {
        let channel = self.id;
        let room = (again.room > 0).then_some(Frame::Room { channel, bytes: again.room });
        let more =
            (again.credit > 0).then_some(Frame::Credit { channel, lane, bytes: again.credit });
        let may = again.may.map(|offset| self.may_frame(lane, offset));
        room.into_iter().chain(more).chain(may)
    }

    fn note_freed(&self, again: Again) {
        if again.freed > 0 {
            self.free(again.freed);
        }
        if again.dropped > 0 {
            let (peer, dropped) = (&self.link.peer, again.dropped);
            tracing::debug!(target: "chor", peer, channel = self.id, dropped, "messages of a round that is over are dropped");
        }
    }
}
