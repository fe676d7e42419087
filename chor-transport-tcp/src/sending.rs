//! What was sent in the channels of a link, and what may be: credit, and ends.
//!
//! Kept beside what is about to leave, so that a message needs one lock.
//!
//! # No deadlock from full lanes
//! A sender waits when its lane's window is used up. In a choreography this never closes a circle.
//! Number all messages of a run in the order of the source: each role, in each lane, sends and receives
//! its own in that order. If a role can't send message *m* because its receiver has not taken an
//! earlier one *k* of the lane, the receiver is at something before *k*; if it is at a receive of a
//! message that isn't there, that one's sender is at something before it, too. So along a chain of
//! such waits the numbers fall, and it can't come back to *m*. Branches that run at once have lanes of
//! their own, each with a window of its own.
//!
//! What lanes share is the link, which is always read, and two budgets: that of the session, for all lanes
//! but the first, which is three windows, and that of the link, for all of its sessions. So a peer that uses
//! many lanes or sessions can't make this end keep a window for each. With them alone, messages that
//! nobody receives yet could keep out the one that is waited for. So a sender that lacks room *asks* for
//! it, and as soon as a receive waits in that lane, now or later, it gets some of the link's
//! [reserve](crate::budget), when it is its turn. The argument above needs no more: it holds without any
//! window, if a message can be sent while its receive waits, since the chain of waits leads only through
//! receives that wait. What was asked for and isn't sent after all, since its sender has given up, is said
//! to be so: others wait for the room.
//!
//! The rounds of a root share a lane, as the executions of a branch do outside of rounds; branches inside
//! them have lanes of their own. A message of a round that is over is received by nobody, but its sender
//! may have others behind it: so it may send this one, too, beyond the budget.
//!
//! Programs that use endpoints by hand in no common order can wait for each other, if they have more
//! than a window under way in each direction. Which behaviours of the contract that costs, the tests of
//! conformance name. More credit for whoever waits in a circle would have to know the circle: given to
//! all who wait, it would take the bound from memory.

use crate::channel::Ended;
use crate::error::ChannelError;
use crate::frame::{Frame, Head};
use crate::inbound::{budget, cost, shares};
use crate::lanes::Lanes;
use crate::outgoing::{Done, Outgoing, PART};
use crate::room::Room;
use crate::sorted::{begins, travels_in};
use crate::tray::{LONGEST, Tray};
use crate::woken::{Woken, note};
use chor_runtime::{Address, Fault, Lane};
use std::sync::Arc;
use std::task::{Poll, Waker, ready};

/// What the peer takes.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) window: u64,
    pub(crate) max_message: u64,
    /// Bytes that may wait for all channels together.
    pub(crate) shared: u64,
}

/// What was sent in one channel.
#[derive(Debug, Default)]
pub(crate) struct Sending {
    lanes: Lanes<Way>,
    /// Of all lanes that share: what was granted beyond the budget, and what was used of both.
    granted: u64,
    used: u64,
    /// Why nothing can be sent any more.
    over: Option<Ended>,
    /// Where messages of the first lane wait, once several were sent in a row.
    tray: Option<Arc<Tray>>,
    /// What of the room for all channels is set aside for the tray.
    aside: u64,
}

/// What was sent in a lane.
#[derive(Debug, Default)]
struct Way {
    granted: u64,
    used: u64,
    /// The last message, if it is a large one that may be on its way.
    large: Option<Arc<Done>>,
    /// Who waits: in rounds it may be several.
    wakers: Vec<Waker>,
    /// How many sends wait.
    waiting: usize,
    /// The peer knows whether rounds travel in it.
    told: bool,
    /// The peer was asked for room for a message that costs so much.
    asked: Option<u64>,
    /// The peer waits for the next message, if it costs no more than that.
    may: Option<u64>,
}

impl Sending {
    /// Sends a message, or notes that its sender waits.
    #[inline]
    pub(crate) fn poll_send(
        &mut self,
        (outgoing, room): (&mut Outgoing, &mut Room),
        limits: Limits,
        channel: u64,
        to: &Address,
        payload: &mut Vec<u8>,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        self.clear(outgoing, room, channel);
        if let Some(over) = &self.over {
            return Poll::Ready(over.fault().map_or(Ok(()), |fault| Err(fault.into())));
        }
        let Self { lanes, granted, used, .. } = self;
        let (lane, cost) = (travels_in(to.lane), cost(payload.len()));
        let way = lanes.of(lane);
        if let Some(large) = &way.large {
            ready!(large.poll(waker));
            way.large = None;
        }
        if payload.len() as u64 > limits.max_message {
            return Poll::Ready(Err(too_long(payload.len() as u64, limits)));
        }
        if !way.told {
            way.tell(outgoing, channel, to.lane);
        }
        let exceeds = !room.has(cost, limits.shared)
            || shares(lane) && *used >= granted.saturating_add(budget(limits.window));
        if way.used >= way.granted.saturating_add(limits.window) {
            note(&mut way.wakers, waker);
            return Poll::Pending;
        }
        if exceeds && way.may.is_none_or(|bytes| bytes < cost) {
            note(&mut way.wakers, waker);
            room.lacked = !room.has(cost, limits.shared);
            way.ask(outgoing, (channel, lane), cost, begins(to.lane, payload));
            return Poll::Pending;
        }
        ready!(outgoing.poll_room(waker));
        let offset = way.used;
        way.asked = None;
        let asked = way.may.take().is_some();
        way.used += cost;
        room.used += cost;
        if shares(lane) {
            *used += cost;
        }
        if payload.len() <= PART {
            let many = outgoing.message(channel, to, offset, payload);
            if asked {
                // The peer has to know it from what follows.
                outgoing.seal();
            }
            self.lay(room, to, limits, many);
        } else {
            let payload = std::mem::take(payload);
            way.large = Some(outgoing.large(channel, to, offset, payload));
            // What comes next has to wait for it.
            self.set_budget(room, to, 0);
        }
        Poll::Ready(Ok(()))
    }

    /// Lets what follows be put in the tray, if there were many messages, or there is one already.
    #[inline]
    fn lay(&mut self, room: &mut Room, to: &Address, limits: Limits, many: bool) {
        if to.lane != Lane::ROOT || limits.max_message < LONGEST as u64 {
            return;
        }
        if many && self.tray.is_none() {
            self.tray = Some(Arc::default());
        }
        let way = self.lanes.of(0);
        let left = way.granted.saturating_add(limits.window).saturating_sub(way.used);
        let left = left.min(room.for_tray(limits.shared));
        self.set_budget(room, to, left);
    }

    fn set_budget(&mut self, room: &mut Room, to: &Address, budget: u64) {
        if let Some(tray) = &self.tray
            && to.lane == Lane::ROOT
        {
            tray.allow(to.step.id, budget);
            room.set_aside(&mut self.aside, budget);
        }
    }

    pub(crate) fn tray(&self) -> Option<&Arc<Tray>> {
        self.tray.as_ref()
    }

    /// Moves what is in the tray to what is about to leave; gives whether there was anything.
    pub(crate) fn clear(&mut self, outgoing: &mut Outgoing, room: &mut Room, channel: u64) -> bool {
        let Some(tray) = self.tray.as_ref().filter(|tray| !tray.is_empty()) else { return false };
        if self.over.is_some() {
            tray.clear();
            return false;
        }
        let way = self.lanes.of(0);
        let cost = outgoing.messages(channel, way.used, tray);
        way.used += cost;
        room.used += cost;
        let left = self.aside.saturating_sub(cost);
        room.set_aside(&mut self.aside, left);
        true
    }

    pub(crate) fn credit(&mut self, lane: u64, bytes: u64, woken: &mut Woken) {
        // A lane that nothing was sent in needs no credit: whoever gives some is not to cost memory.
        if let Some(way) = self.lanes.known(lane) {
            way.granted = way.granted.saturating_add(bytes);
            woken.add_all(way.wakers.drain(..));
        }
    }

    pub(crate) fn room(&mut self, bytes: u64, woken: &mut Woken) {
        self.granted = self.granted.saturating_add(bytes);
        let asking = self.lanes.all().filter(|way| way.asked.is_some());
        woken.add_all(asking.flat_map(|way| way.wakers.drain(..)));
    }

    /// The peer waits for the message that it was asked about. If nobody sends that any more, it is told.
    pub(crate) fn may(&mut self, outgoing: &mut Outgoing, head: Head, woken: &mut Woken) {
        let Some(way) = self.lanes.known(head.lane).filter(|way| way.used == head.offset) else {
            return;
        };
        let Some(bytes) = way.asked.take() else { return };
        way.may = Some(bytes);
        way.drop_unused(outgoing, (head.channel, head.lane));
        woken.add_all(way.wakers.drain(..));
    }

    /// A send waits in a lane, or doesn't any more; gives whether the peer is told something.
    pub(crate) fn waits(
        &mut self,
        outgoing: &mut Outgoing,
        (channel, lane): (u64, u64),
        waits: bool,
    ) -> bool {
        let way = self.lanes.of(lane);
        if waits {
            way.waiting += 1;
            return false;
        }
        way.waiting = way.waiting.saturating_sub(1);
        way.drop_unused(outgoing, (channel, lane))
    }

    /// The channel is gone.
    pub(crate) fn leave(&mut self, room: &mut Room) {
        room.set_aside(&mut self.aside, 0);
    }

    /// Nothing can be sent any more; the first reason counts.
    pub(crate) fn set_over(&mut self, over: &Ended, woken: &mut Woken) {
        if self.over.is_none() {
            self.over = Some(over.clone());
            self.tray.iter().for_each(|tray| tray.close());
            woken.add_all(self.lanes.all().flat_map(|way| way.wakers.drain(..)));
        }
    }
}

impl Way {
    /// Asks the peer for room, unless it was asked already and has not answered.
    #[cold]
    fn ask(
        &mut self,
        outgoing: &mut Outgoing,
        (channel, lane): (u64, u64),
        bytes: u64,
        begins: &[u8],
    ) {
        if self.may.is_some() {
            // It was asked for another message, which was smaller.
            self.decline(outgoing, (channel, lane));
        }
        if self.asked.is_none() {
            self.asked = Some(bytes);
            outgoing.frame(&Frame::Ask { channel, lane, bytes, begins });
        }
    }

    /// Tells the peer whether rounds travel in it, before anything else of it.
    #[cold]
    fn tell(&mut self, outgoing: &mut Outgoing, channel: u64, its: Lane) {
        self.told = true;
        if its.is_in_round() {
            let lane = travels_in(its);
            outgoing.frame(&Frame::Rounds { channel, lane, root: its.root() });
        }
    }

    fn drop_unused(&mut self, outgoing: &mut Outgoing, at: (u64, u64)) -> bool {
        let unused = self.waiting == 0 && self.may.is_some();
        if unused {
            self.decline(outgoing, at);
        }
        unused
    }

    /// Tells the peer that what it waits for isn't sent: others need the room.
    fn decline(&mut self, outgoing: &mut Outgoing, (channel, lane): (u64, u64)) {
        self.may = None;
        let head = Head { channel, lane, offset: self.used };
        outgoing.frame(&Frame::Batch { head, records: &[] });
    }
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
fn too_long(length: u64, limits: Limits) -> Box<Fault> {
    Fault::Codec(ChannelError::Long { length, limit: limits.max_message }.into()).into()
}
