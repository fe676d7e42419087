//! The outgoing side of a link: what is about to leave, and the half of the connection that it leaves
//! by.

use crate::channel::Ended;
use crate::frame::Head;
use crate::outgoing::Outgoing;
use crate::room::Room;
use crate::sending::{Limits, Sending};
use crate::stream::WriteHalf;
use crate::tray::Tray;
use crate::woken::Woken;
use chor_runtime::{Address, Fault};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};

/// A buffer with more than this is written without waiting for a flush.
const MUCH: usize = 16 * 1024;
/// Writes in one go, after which others have their turn.
const WRITES: usize = 16;

pub(crate) struct Out {
    half: Option<WriteHalf>,
    /// The connection may hold something back that it has taken.
    held: bool,
    pub(crate) outgoing: Outgoing,
    /// The peer's limits: this end's own until it has greeted, and until then nothing is sent.
    pub(crate) limits: Limits,
    /// What was sent in each channel, where its slot says.
    channels: Vec<Sending>,
    free: Vec<usize>,
    /// What may still be sent in all of them.
    room: Room,
    /// The slots of those in which a send waits for that.
    waiting: BTreeSet<usize>,
    /// The channels that have a tray: their slots and numbers.
    trays: BTreeMap<usize, u64>,
}

impl Out {
    pub(crate) fn new(half: WriteHalf, outgoing: Outgoing, limits: Limits) -> Self {
        Self {
            half: Some(half),
            held: false,
            outgoing,
            limits,
            channels: Vec::new(),
            free: Vec::new(),
            room: Room::default(),
            waiting: BTreeSet::new(),
            trays: BTreeMap::new(),
        }
    }

    /// A slot for a new channel.
    pub(crate) fn add(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            self.channels.push(Sending::default());
            self.channels.len() - 1
        })
    }

    pub(crate) fn remove(&mut self, slot: usize) {
        std::mem::take(&mut self.channels[slot]).leave(&mut self.room);
        self.trays.remove(&slot);
        self.waiting.remove(&slot);
        self.free.push(slot);
    }

    /// Sends a message in the channel, or notes that its sender waits.
    #[inline]
    pub(crate) fn poll_send(
        &mut self,
        (channel, slot): (u64, usize),
        to: &Address,
        payload: &mut Vec<u8>,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        let Self { outgoing, limits, channels, room, .. } = self;
        let polled =
            channels[slot].poll_send((outgoing, room), *limits, channel, to, payload, waker);
        if std::mem::take(&mut room.lacked) {
            self.waiting.insert(slot);
        }
        polled
    }

    /// Where small messages of the channel may wait.
    pub(crate) fn tray(&mut self, (channel, slot): (u64, usize)) -> Option<Arc<Tray>> {
        let tray = self.channels[slot].tray()?;
        self.trays.insert(slot, channel);
        Some(Arc::clone(tray))
    }

    /// Moves what is in the channel's tray to what is about to leave.
    pub(crate) fn clear(&mut self, (channel, slot): (u64, usize)) {
        self.channels[slot].clear(&mut self.outgoing, &mut self.room, channel);
    }

    /// Does so for all channels; gives whether there was anything.
    pub(crate) fn clear_all(&mut self) -> bool {
        let Self { outgoing, channels, trays, room, .. } = self;
        let cleared =
            trays.iter().map(|(slot, channel)| channels[*slot].clear(outgoing, room, *channel));
        cleared.fold(false, |any, cleared| any | cleared)
    }

    pub(crate) fn credit(&mut self, slot: usize, lane: u64, bytes: u64, woken: &mut Woken) {
        self.channels[slot].credit(lane, bytes, woken);
    }

    pub(crate) fn room(&mut self, slot: usize, bytes: u64, woken: &mut Woken) {
        self.channels[slot].room(bytes, woken);
    }

    /// There is room in all channels.
    pub(crate) fn room_for_all(&mut self, bytes: u64, woken: &mut Woken) {
        self.room.free(bytes);
        for slot in std::mem::take(&mut self.waiting) {
            self.channels[slot].room(0, woken);
        }
    }

    pub(crate) fn may(&mut self, slot: usize, head: Head, woken: &mut Woken) {
        self.channels[slot].may(&mut self.outgoing, head, woken);
    }

    pub(crate) fn waits(&mut self, (channel, slot): (u64, usize), lane: u64, waits: bool) -> bool {
        self.channels[slot].waits(&mut self.outgoing, (channel, lane), waits)
    }

    pub(crate) fn set_over(&mut self, slot: usize, over: &Ended, woken: &mut Woken) {
        self.channels[slot].set_over(over, woken);
    }

    /// Writes if much waits; `None` if it doesn't.
    #[inline]
    pub(crate) fn write_if_much(
        &mut self,
        waker: &Waker,
        woken: &mut Woken,
    ) -> Option<io::Result<()>> {
        if self.outgoing.has(MUCH) { Some(self.write(waker, woken)) } else { None }
    }

    /// Writes what there is, as far as the connection takes it, and has `waker` go on with the rest.
    pub(crate) fn write(&mut self, waker: &Waker, woken: &mut Woken) -> io::Result<()> {
        let Some(half) = &mut self.half else { return Ok(()) };
        let mut cx = Context::from_waker(waker);
        for _ in 0..WRITES {
            let next = self.outgoing.next(woken);
            if next.is_empty() {
                let Poll::Ready(flushed) = half.poll_flush(&mut cx) else { return Ok(()) };
                if std::mem::take(&mut self.held) {
                    self.outgoing.wake_leaving(woken);
                }
                return flushed;
            }
            match half.poll_write(&mut cx, next) {
                Poll::Ready(Ok(0)) => return Err(io::ErrorKind::WriteZero.into()),
                Poll::Ready(Ok(count)) => {
                    self.held = half.holds_back();
                    self.outgoing.sent(count, woken);
                }
                Poll::Ready(Err(error)) => return Err(error),
                Poll::Pending => return Ok(()),
            }
        }
        waker.wake_by_ref();
        Ok(())
    }

    /// Waits until a channel's end has left; `until` is kept from one call to the next.
    pub(crate) fn poll_drained(
        &mut self,
        channel: u64,
        until: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<()> {
        if self.half.is_none() {
            return Poll::Ready(());
        }
        ready!(self.outgoing.poll_left(channel, until, waker));
        if self.held {
            self.outgoing.wait_to_leave(waker);
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Shuts the connection down when everything has left.
    pub(crate) fn poll_shutdown(&mut self, waker: &Waker) -> Poll<()> {
        if !self.outgoing.is_empty() {
            return Poll::Pending;
        }
        let Some(half) = &mut self.half else { return Poll::Ready(()) };
        ready!(half.poll_shutdown(&mut Context::from_waker(waker))).ok();
        self.half = None;
        Poll::Ready(())
    }

    /// Nothing leaves any more.
    pub(crate) fn give_up(&mut self, woken: &mut Woken) {
        self.outgoing.give_up(woken);
        self.half = None;
    }

    pub(crate) fn disconnect(&mut self) {
        self.half = None;
    }
}
