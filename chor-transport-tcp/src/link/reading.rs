//! How a link is read, and what each frame does.

use super::{Link, MAX_STEPS, STEP, STUCK, Table, cut, lock};
use crate::channel::{Channel, Ended};
use crate::error::{ChannelError, LinkError};
use crate::frame::{Frame, Open};
use crate::handshake::Greeting;
use crate::inbound::{Inbound, cost_of};
use crate::out::Out;
use crate::reader::{DRIVER, Reader};
use crate::sending::Limits;
use crate::taken::Owner;
use crate::woken::Woken;
use std::sync::atomic::Ordering;
use std::sync::{Arc, TryLockError};
use std::task::{Context, Poll, Waker};

/// Reads before it is taken for granted that the peer lives.
const LOOKS: usize = 4;

impl Link {
    /// Reads for all until there is something for one role, whose `turn` it is from now on. Who receives
    /// in a lane of its own, its `owner`, isn't woken for what it reads itself.
    pub(crate) fn poll_read(
        self: &Arc<Self>,
        turn: &mut u64,
        owner: Option<Owner>,
        cx: &mut Context<'_>,
        has_news: impl Fn() -> bool,
        wait: impl FnOnce() -> bool,
    ) -> Poll<()> {
        let mut woken = Woken::but(owner);
        let mut reader = match self.reader.try_lock() {
            Ok(reader) => reader,
            Err(TryLockError::Poisoned(reader)) => reader.into_inner(),
            // Somebody reads at this very moment, and will see that this one waits.
            Err(TryLockError::WouldBlock) => {
                return if wait() { Poll::Pending } else { Poll::Ready(()) };
            }
        };
        reader.take_turn(turn);
        while self.read(&mut reader, cx, &mut woken).is_ready() {
            if woken.has_come() || has_news() {
                self.hand_over(&mut reader, std::mem::take(turn), &mut woken);
                return Poll::Ready(());
            }
        }
        // Nobody else can put anything there while the reader is held.
        if !wait() {
            self.hand_over(&mut reader, std::mem::take(turn), &mut woken);
            return Poll::Ready(());
        }
        drop(reader);
        self.activate();
        Poll::Pending
    }

    /// A role waits no more: if it has the turn, the driver gets it.
    pub(crate) fn leave(self: &Arc<Self>, turn: u64) {
        let mut woken = Woken::default();
        self.hand_over(&mut lock(&self.reader), turn, &mut woken);
    }

    fn hand_over(self: &Arc<Self>, reader: &mut Reader, turn: u64, woken: &mut Woken) {
        if reader.turn == turn {
            self.read_as_driver(reader, 1, woken);
        }
    }

    /// Makes the socket wake the driver, from now on.
    fn read_as_driver(self: &Arc<Self>, reader: &mut Reader, times: usize, woken: &mut Woken) {
        reader.turn = DRIVER;
        for _ in 0..times {
            if self.read(reader, &mut Context::from_waker(&self.waker), woken).is_pending() {
                return;
            }
        }
        self.waker.wake_by_ref();
    }

    /// What the driver does when it is woken.
    pub(crate) fn look(self: &Arc<Self>, times: usize) {
        // Before the peer's greeting is read: if it is wrong, the peer is still to learn why.
        if !self.has_greeted() {
            self.flush();
        }
        let mut woken = Woken::default();
        let mut reader = lock(&self.reader);
        if reader.turn == DRIVER {
            self.read_as_driver(&mut reader, times, &mut woken);
        }
        drop(reader);
        self.give_room();
        self.flush();
    }

    /// Reads what there is, whoever has the turn to read; it is the driver's from now on.
    pub(crate) fn look_for_all(self: &Arc<Self>) {
        let mut woken = Woken::default();
        let mut reader = lock(&self.reader);
        self.read_as_driver(&mut reader, LOOKS, &mut woken);
        drop(reader);
    }

    /// What the driver does at every tick; gives whether there is to be another one.
    ///
    /// There is one after the first tick at which nobody has used the link: who put something in a tray
    /// meanwhile may not have seen yet that the link is not active any more.
    pub(crate) fn tick(self: &Arc<Self>) -> bool {
        let mut woken = Woken::default();
        let mut reader = lock(&self.reader);
        let polled = reader.is_used();
        if !polled {
            self.read_as_driver(&mut reader, 1, &mut woken);
        }
        drop(reader);
        let cleared = self.flush_after(Out::clear_all);
        polled || cleared || self.active.swap(false, Ordering::SeqCst)
    }

    #[cfg(test)]
    pub(crate) fn nodelay(&self) -> Option<bool> {
        lock(&self.reader).nodelay()
    }

    /// Whether a frame has come since the last call.
    pub(crate) fn has_heard(&self) -> bool {
        lock(&self.reader).has_heard()
    }

    pub(crate) fn has_greeted(&self) -> bool {
        lock(&self.reader).greeted
    }

    /// Reads once and handles what came; ready if there may be more.
    fn read(
        self: &Arc<Self>,
        reader: &mut Reader,
        cx: &mut Context<'_>,
        woken: &mut Woken,
    ) -> Poll<()> {
        let handled = match std::task::ready!(reader.poll_fill(cx)) {
            Ok(0) => Err(LinkError::Closed { peer: self.peer.clone() }),
            Ok(_) => self.handle(reader, woken),
            Err(error) => Err(self.broken(error)),
        };
        if let Err(error) = handled {
            reader.disconnect();
            self.fail_waking(&error, woken);
        }
        Poll::Ready(())
    }

    fn handle(self: &Arc<Self>, reader: &mut Reader, woken: &mut Woken) -> Result<(), LinkError> {
        let peer = || self.peer.clone();
        if !reader.greeted {
            let greeted = reader.greeting(&self.greeting);
            let greeted = greeted.map_err(|source| LinkError::Greeting { peer: peer(), source })?;
            let Some(Greeting { window, max_message, shared, .. }) = greeted else {
                return Ok(());
            };
            self.out().limits = Limits { window, max_message, shared };
        }
        let mut opened = Vec::new();
        let mut table = self.table();
        let handled = loop {
            match reader.frame() {
                Ok(Some(frame)) => {
                    if let Err(error) = self.frame(&mut table, frame, &mut opened, woken) {
                        break Err(error);
                    }
                }
                Ok(None) => break Ok(()),
                Err(source) => break Err(LinkError::Frame { peer: peer(), source }),
            }
        };
        drop(table);
        self.see_to_room();
        for (channel, open) in opened {
            match self.host.upgrade() {
                Some(host) => host.opened(channel, open),
                None => self.refuse(channel.id, "its session is over"),
            }
        }
        handled
    }

    /// Handles one frame.
    fn frame(
        self: &Arc<Self>,
        table: &mut Table,
        frame: Frame<'_>,
        opened: &mut Vec<(Arc<Channel>, Open)>,
        woken: &mut Woken,
    ) -> Result<(), LinkError> {
        match frame {
            Frame::Batch { head, records } => {
                let cost = records.len() as u64;
                self.put(table, (head.channel, cost), woken, |inbound| {
                    inbound.records(head.lane, head.offset, records)
                })?;
            }
            Frame::First { head, id, total, part } => {
                // An honest peer knows the limit.
                let cost = cost_of(total.min(self.options.max_message));
                self.put(table, (head.channel, cost), woken, |inbound| {
                    inbound.first(head.lane, head.offset, id, total, part)
                })?;
            }
            Frame::Part { channel, lane, part } => {
                self.put(table, (channel, 0), woken, |inbound| inbound.part(lane, part))?;
            }
            Frame::Step { id, text } => {
                table.named += STEP + text.len();
                if table.named > MAX_STEPS {
                    return Err(self.protocol("it has introduced too many steps".to_owned()));
                }
                table.steps.push((id, text.to_owned()));
            }
            Frame::Credit { channel, lane, bytes } => {
                if let Some(channel) = table.channels.get(&channel) {
                    channel.credit(lane, bytes, woken);
                }
            }
            Frame::Room { channel: 0, bytes } => self.out().room_for_all(bytes, woken),
            Frame::Room { channel, bytes } => {
                if let Some(channel) = table.channels.get(&channel) {
                    channel.room(bytes, woken);
                }
            }
            Frame::Ask { channel: id, lane, bytes, begins } => {
                if let Some(channel) = self.find(table, id, "a question") {
                    self.asked(channel, channel.asked(lane, bytes, begins), woken);
                }
            }
            Frame::Rounds { channel, lane, root } => {
                if let Some(channel) = self.find(table, channel, "a lane")
                    && let Err(error) = channel.in_rounds(lane, root)
                {
                    self.rubbish(channel, error, woken);
                }
            }
            Frame::May(head) => {
                if let Some(channel) = table.channels.get(&head.channel) {
                    channel.may(head, woken);
                    self.waker.wake_by_ref();
                }
            }
            Frame::Open { channel, open } => {
                if channel <= table.opened {
                    return Err(self.protocol(format!("channel {channel} was opened twice")));
                }
                table.opened = channel;
                let opening = Arc::new(Channel::new(channel, Arc::clone(self)));
                opening.set_digest(open.digest, woken);
                table.channels.insert(channel, Arc::clone(&opening));
                opened.push((opening, open));
            }
            Frame::Answer { channel, digest } => {
                if let Some(channel) = self.find(table, channel, "an answer") {
                    channel.set_digest(digest, woken);
                }
            }
            Frame::Normal { channel, runner, text } => {
                if let Some(channel) = self.find(table, channel, "a text") {
                    channel.set_normal(runner, text, woken);
                }
            }
            Frame::Sizes { channel, sizes } => {
                if let Some(channel) = self.find(table, channel, "sizes") {
                    channel.set_sizes(sizes, woken);
                }
            }
            Frame::Lost { channel, participant, why } => {
                if let Some(channel) = self.find(table, channel, "a loss") {
                    channel.set_lost(participant, why, woken);
                }
            }
            Frame::Refuse { channel, reason } if channel > table.opened => {
                tracing::warn!(target: "chor", peer = self.peer, reason, "this end is not invited");
            }
            Frame::Refuse { channel, reason } => {
                let (peer, reason) = (self.peer.clone(), reason.to_owned());
                let ended = Ended::Link(LinkError::Refused { peer, reason });
                self.ended(table, channel, &ended, woken);
            }
            Frame::End { channel, end } => self.ended(table, channel, &Ended::Said(end), woken),
            Frame::Ping => {
                self.out().outgoing.frame(&Frame::Pong);
                self.waker.wake_by_ref();
                return self.stuck().map_or(Ok(()), Err);
            }
            Frame::Pong => {}
        }
        Ok(())
    }

    /// The peer makes this end answer without reading what it says.
    fn stuck(&self) -> Option<LinkError> {
        let waiting = self.out().outgoing.len();
        (waiting > STUCK).then(|| LinkError::Stuck { peer: self.peer.clone(), waiting })
    }

    fn protocol(&self, problem: String) -> LinkError {
        LinkError::Protocol { peer: self.peer.clone(), problem }
    }

    /// The channel that a frame is for. One that was never opened concerns nobody here.
    fn find<'t>(&self, table: &'t Table, id: u64, what: &str) -> Option<&'t Arc<Channel>> {
        let channel = table.channels.get(&id);
        if channel.is_none() && id > table.opened {
            tracing::warn!(target: "chor", peer = self.peer, channel = id, "{what} for an unknown session");
        }
        channel
    }

    /// Puts what came into a channel. If it doesn't fit there, only this channel is over.
    fn put(
        &self,
        table: &Table,
        (id, cost): (u64, u64),
        woken: &mut Woken,
        put: impl FnOnce(&mut Inbound) -> Result<Option<Waker>, ChannelError>,
    ) -> Result<(), LinkError> {
        let Some(channel) = self.find(table, id, "a message") else {
            self.budget.pass(cost);
            return Ok(());
        };
        match channel.arrived(cost, woken, put) {
            Ok(()) => Ok(()),
            Err(ChannelError::Budget) => {
                let (peer, limit) = (self.peer.clone(), self.budget.shared());
                Err(LinkError::Budget { peer, limit })
            }
            Err(error) => {
                self.rubbish(channel, error, woken);
                Ok(())
            }
        }
    }

    /// The peer has asked for room, and is told that it may have it, or not.
    fn asked(&self, channel: &Channel, told: Result<bool, ChannelError>, woken: &mut Woken) {
        match told {
            Ok(true) => self.waker.wake_by_ref(),
            Ok(false) => {}
            Err(error) => self.rubbish(channel, error, woken),
        }
    }

    fn rubbish(&self, channel: &Channel, error: ChannelError, woken: &mut Woken) {
        tracing::warn!(target: "chor", peer = self.peer, channel = channel.id, "{error}");
        channel.set_ended(&Ended::Rubbish(error), woken);
    }

    fn ended(&self, table: &mut Table, id: u64, ended: &Ended, woken: &mut Woken) {
        let Some(channel) = self.find(table, id, "an end") else { return };
        if channel.set_ended(ended, woken) {
            table.channels.remove(&id);
            if table.released && table.channels.is_empty() {
                self.waker.wake_by_ref();
            }
        }
    }

    /// Refuses a channel that the peer has opened.
    pub(crate) fn refuse(&self, channel: u64, reason: &str) {
        let reason = cut(reason);
        tracing::warn!(target: "chor", peer = self.peer, channel, reason, "a session is refused");
        self.table().channels.remove(&channel);
        self.say(&Frame::Refuse { channel, reason });
        if let Some(error) = self.stuck() {
            self.fail(&error);
        }
    }
}
