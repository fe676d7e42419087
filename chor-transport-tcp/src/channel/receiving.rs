//! How a participant receives: from the series at hand, from what it has taken, from the inbox.

use super::{Channel, Inbox, lock};
use crate::error::ChannelError;
use crate::frame::Frame;
use crate::inbound::shares;
use crate::lanes::Lanes;
use crate::sorted::travels_in;
use crate::taken::{self, Next, Owner, Taken};
use chor_runtime::{Address, Fault, Lane, Step};
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::task::Waker;

/// What the participant has taken out of the inbox.
#[derive(Debug, Default)]
pub(super) struct AllTaken {
    lanes: Lanes<Received>,
    /// What of all lanes that share was not granted again.
    cost: u64,
}

#[derive(Debug, Default)]
struct Received {
    messages: Taken,
    /// What of this lane was not granted again.
    cost: u64,
    last: Option<&'static Step>,
}

impl Channel {
    /// The next message of a lane, as `decode` makes it, if it is at hand.
    #[inline]
    pub(crate) fn take_at_hand<M>(
        &self,
        from: &Address,
        decode: impl FnOnce(&[u8]) -> M,
    ) -> Option<M> {
        if from.lane.is_in_round() {
            return None;
        }
        taken::receive(self.owner(from.lane), from.step.id, decode)
    }

    /// The next message of a lane, which isn't at hand; `None` if there is none yet.
    pub(crate) fn take<M>(
        &self,
        from: &Address,
        decode: impl FnOnce(&[u8]) -> Result<M, Box<Fault>>,
    ) -> Option<Result<M, Box<Fault>>> {
        if from.lane.is_in_round() {
            return self.take_in_round(from, decode);
        }
        // Without a lock, as most often before a receive waits.
        if from.lane == Lane::ROOT && self.nothing_at.load(Ordering::Relaxed) == self.news() {
            return None;
        }
        self.take_from_lane(from, decode)
    }

    #[inline]
    pub(crate) fn owner(&self, lane: Lane) -> Owner {
        Owner { channel: self.serial, lane: lane.number() }
    }

    fn take_from_lane<M>(
        &self,
        from: &Address,
        decode: impl FnOnce(&[u8]) -> Result<M, Box<Fault>>,
    ) -> Option<Result<M, Box<Fault>>> {
        let number = from.lane.number();
        let mut last = None;
        let mut taken = lock(&self.taken);
        let lane = taken.lanes.of(number);
        let (length, message) = loop {
            match lane.messages.peek() {
                Next::Message(id, payload) if id == from.step.id => {
                    break (payload.len(), decode(payload));
                }
                Next::Message(id, _) => {
                    return Some(Err(self.misplaced(id, lane.messages.count(), from)));
                }
                Next::Rubbish => return Some(Err(rubbish(number))),
                Next::Nothing => match self.refill(lane, from)? {
                    Ok(at) => last = at,
                    Err(fault) => return Some(Err(fault)),
                },
            }
        };
        lane.last = Some(from.step);
        let cost = lane.messages.advance(length);
        if let Some(series) = lane.messages.series() {
            taken::put_at_hand(self.owner(from.lane), series);
        } else if from.lane == Lane::ROOT
            && let Some(at) = last
        {
            self.nothing_at.store(at, Ordering::Relaxed);
        }
        if cost > 0 {
            self.grant_again(taken, number, cost);
        }
        Some(message)
    }

    /// Lets the sender send as much as was taken, in steps of some size.
    fn grant_again(&self, mut taken: MutexGuard<'_, AllTaken>, number: u64, cost: u64) {
        let window = self.link.options.window;
        let lane = taken.lanes.of(number);
        lane.cost += cost;
        let credit = if lane.cost >= window / 2 { std::mem::take(&mut lane.cost) } else { 0 };
        taken.cost += if shares(number) { cost } else { 0 };
        let room = if taken.cost >= window { std::mem::take(&mut taken.cost) } else { 0 };
        drop(taken);
        self.free(cost);
        if credit > 0 || room > 0 {
            self.grant(number, credit, room);
        }
    }

    /// Takes what has arrived, `None` if there is nothing yet; gives the news, if that was all.
    fn refill(
        &self,
        lane: &mut Received,
        from: &Address,
    ) -> Option<Result<Option<u64>, Box<Fault>>> {
        let mut inbox = lock(&self.inbox);
        inbox.messages.recycle(lane.messages.spare());
        let queue = inbox.messages.queue(from.lane.number());
        queue.unwait();
        match queue.pop() {
            Some(segment) => {
                let is_last = queue.is_empty() && inbox.ended.is_none();
                lane.messages.refill(segment);
                Some(Ok(is_last.then(|| self.news())))
            }
            None => Some(Err(Self::ended(&inbox, (lane.messages.count(), lane.last), from)?)),
        }
    }

    #[cold]
    pub(super) fn ended(
        inbox: &Inbox,
        (count, last): (u64, Option<&'static Step>),
        from: &Address,
    ) -> Option<Box<Fault>> {
        let ended = inbox.ended.as_ref()?;
        Some(Box::new(ended.fault().unwrap_or_else(|| {
            let before =
                |step| Box::new(Address::new(from.peer, from.lane, step).position(count - 1));
            let expected = Box::new(from.position(count));
            Fault::Finished { expected, last: last.map(before) }
        })))
    }

    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    pub(super) fn misplaced(&self, id: u64, count: u64, from: &Address) -> Box<Fault> {
        let mut found = from.position(count);
        found.step = self.link.step(id).into();
        Box::new(Fault::Position {
            expected: Box::new(from.position(count)),
            found: Box::new(found),
        })
    }

    /// What there was so far: it is the same as long as nothing has arrived for any receiver.
    #[inline]
    pub(crate) fn news(&self) -> u64 {
        self.news.load(Ordering::Acquire)
    }

    /// Notes that a receiver waits, and what it has seen, unless there is something for it.
    pub(crate) fn wait(&self, lane: Lane, waker: &Waker, seen: &mut u64) -> bool {
        let mut inbox = lock(&self.inbox);
        let waits = if lane.is_in_round() {
            Self::wait_in_round(&mut inbox, lane, waker)
        } else {
            Self::wait_in(&mut inbox, lane, waker)
        };
        if !waits {
            return false;
        }
        *seen = self.news();
        let lane = travels_in(lane);
        let may = inbox.messages.want(lane);
        drop(inbox);
        if let Some(offset) = may {
            self.say(&self.may_frame(lane, offset));
        }
        self.link.see_to_room();
        true
    }

    fn wait_in(inbox: &mut Inbox, lane: Lane, waker: &Waker) -> bool {
        let queue = inbox.messages.queue(lane.number());
        let nothing = inbox.ended.is_none() && queue.is_empty();
        if nothing {
            queue.wait(waker);
        }
        nothing
    }

    /// There is something for a receiver.
    pub(crate) fn has_news(&self, lane: Lane) -> bool {
        let mut inbox = lock(&self.inbox);
        let has_any = if lane.is_in_round() {
            inbox.messages.sorted(lane).peek(lane).is_some()
        } else {
            !inbox.messages.queue(lane.number()).is_empty()
        };
        has_any || inbox.ended.is_some()
    }

    fn grant(&self, lane: u64, credit: u64, room: u64) {
        let mut inbox = lock(&self.inbox);
        if inbox.closed || inbox.ended.is_some() {
            return;
        }
        inbox.messages.grant(room);
        inbox.messages.queue(lane).grant(credit);
        drop(inbox);
        let channel = self.id;
        self.link.flush_after(|out| {
            if room > 0 {
                out.outgoing.frame(&Frame::Room { channel, bytes: room });
            }
            if credit > 0 {
                out.outgoing.frame(&Frame::Credit { channel, lane, bytes: credit });
            }
        });
    }
}

#[cold]
#[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
fn rubbish(lane: u64) -> Box<Fault> {
    Fault::Codec(ChannelError::Record { lane }.into()).into()
}
