//! What connects two participants of one session: a share of a link.
//!
//! Knows queues, credit and ends; deliberately neither sockets nor codecs.

mod introducing;
mod receiving;
mod rounds;

use crate::budget::Asking;
use crate::error::{ChannelError, LinkError};
use crate::frame::{Frame, Head};
use crate::inbound::Inbound;
use crate::lanes::Marks;
use crate::link::Link;
use crate::sorted::travels_in;
use crate::taken;
use crate::tray::Tray;
use crate::woken::Woken;
use chor_runtime::{Address, End, Fault, Lane};
pub(crate) use introducing::{Introduced, Told};
use receiving::AllTaken;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Poll, Waker, ready};

/// One end of a channel. Locks are taken in this order: a link's reader, its table, an `inbox`, the
/// link's outgoing side.
#[derive(Debug)]
pub(crate) struct Channel {
    pub(crate) id: u64,
    /// Tells it from all others of this process.
    serial: u64,
    pub(crate) link: Arc<Link>,
    inbox: Mutex<Inbox>,
    /// Grows with what is put into the inbox: who has seen all needn't look.
    news: AtomicU64,
    /// What of them there was when nothing was left in the first lane.
    nothing_at: AtomicU64,
    /// What the link was told of that was taken or dropped; [`GONE`] when it was told of all.
    freed: AtomicU64,
    /// The lanes in which something is received, perhaps.
    marks: Arc<Marks>,
    taken: Mutex<AllTaken>,
    /// Where the link's outgoing side has its part.
    slot: usize,
    /// Where small messages of the first lane wait to leave.
    tray: OnceLock<Arc<Tray>>,
}

/// What the link has put here for the participant.
#[derive(Debug)]
struct Inbox {
    messages: Inbound,
    ended: Option<Ended>,
    /// The peer's digest of what it runs.
    digest: Option<u64>,
    /// What participants run, by their numbers, as text: the peer, and one that differs from it.
    normals: BTreeMap<u64, String>,
    /// How many play each role, as the peer says, who says otherwise than this end.
    sizes: Option<Vec<u32>>,
    /// Who is lost, as the peer says, and why.
    lost: BTreeMap<u64, String>,
    /// What the link was told of that is kept.
    told: usize,
    /// Who waits for one of the latter five.
    watcher: Option<Waker>,
    /// Both run the same: no text is wanted.
    settled: bool,
    /// This participant's part has ended: messages are dropped.
    closed: bool,
}

/// Why nothing comes from the peer any more.
#[derive(Clone, Debug)]
pub(crate) enum Ended {
    Said(End),
    Link(LinkError),
    Rubbish(ChannelError),
}

impl Ended {
    /// What a receive meets that waits for nothing in particular.
    pub(crate) fn fault(&self) -> Option<Fault> {
        match self {
            Self::Said(End::Failed(cause)) => Some(Fault::Gone(cause.clone())),
            Self::Link(error) => Some(Fault::Link(error.clone().into())),
            Self::Rubbish(error) => Some(Fault::Codec(error.clone().into())),
            Self::Said(_) => None,
        }
    }
}

/// Nothing is held for the channel any more.
const GONE: u64 = u64::MAX;

static SERIAL: AtomicU64 = AtomicU64::new(0);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Channel {
    pub(crate) fn new(id: u64, link: Arc<Link>) -> Self {
        let marks = Arc::default();
        let messages = Self::inbound(id, &link, &marks);
        let inbox = Inbox {
            messages,
            ended: None,
            digest: None,
            normals: BTreeMap::new(),
            sizes: None,
            lost: BTreeMap::new(),
            told: 0,
            watcher: None,
            settled: false,
            closed: false,
        };
        let slot = link.out().add();
        let serial = SERIAL.fetch_add(1, Ordering::Relaxed);
        Self {
            id,
            serial,
            link,
            inbox: Mutex::new(inbox),
            news: AtomicU64::new(0),
            freed: AtomicU64::new(0),
            nothing_at: AtomicU64::new(u64::MAX),
            marks,
            taken: Mutex::default(),
            slot,
            tray: OnceLock::new(),
        }
    }

    fn inbound(id: u64, link: &Link, marks: &Arc<Marks>) -> Inbound {
        let (options, budget) = (&link.options, Arc::clone(&link.budget));
        Inbound::new(id, options.window, options.max_message, budget).marking(marks)
    }

    /// Something was taken or dropped.
    #[inline]
    fn free(&self, cost: u64) {
        let add = |freed: u64| freed.checked_add(cost);
        if self.freed.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok() {
            self.link.free(cost);
        }
    }

    /// Nothing that has come is held any more, of so much in all.
    fn free_all(&self, charged: u64) {
        let freed = self.freed.swap(GONE, Ordering::Relaxed);
        if freed != GONE {
            self.link.free(charged.saturating_sub(freed));
        }
    }

    /// Sends a frame that is no message, at once.
    pub(crate) fn say(&self, frame: &Frame<'_>) {
        self.link.say(frame);
    }

    /// Sends a message, or notes that its sender waits.
    #[expect(clippy::inline_always, reason = "the only hot call, and a call is a tenth of it")]
    #[inline(always)]
    pub(crate) fn poll_send(
        &self,
        to: &Address,
        payload: &mut Vec<u8>,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        if to.lane == Lane::ROOT
            && let Some(tray) = self.tray.get()
            && tray.put(to.step.id, payload)
        {
            self.link.activate();
            return Poll::Ready(Ok(()));
        }
        self.poll_send_by_link(to, payload, waker)
    }

    /// Sends a message that couldn't be put in the tray.
    #[inline(never)]
    pub(crate) fn poll_send_by_link(
        &self,
        to: &Address,
        payload: &mut Vec<u8>,
        waker: &Waker,
    ) -> Poll<Result<(), Box<Fault>>> {
        let mut woken = Woken::default();
        let mut out = self.link.out();
        ready!(out.poll_send(self.place(), to, payload, waker))?;
        if self.tray.get().is_none()
            && let Some(tray) = out.tray(self.place())
        {
            let _ = self.tray.set(tray);
        }
        let written = out.write_if_much(self.link.waker(), &mut woken);
        drop(out);
        match written {
            Some(written) => self.link.wrote(written),
            None => self.link.activate(),
        }
        Poll::Ready(Ok(()))
    }

    /// Its number, and where the link's outgoing side has its part.
    fn place(&self) -> (u64, usize) {
        (self.id, self.slot)
    }

    /// Sends off what was held back.
    pub(crate) fn flush(&self) {
        self.link.flush_after(|out| out.clear(self.place()));
    }

    /// Ends this participant's part, behind its messages.
    pub(crate) fn close(&self, end: End) {
        let mut inbox = lock(&self.inbox);
        if std::mem::replace(&mut inbox.closed, true) {
            return;
        }
        let charged = inbox.messages.charged();
        inbox.messages = Self::inbound(self.id, &self.link, &self.marks);
        taken::let_go(self.serial);
        let over = inbox.ended.is_some();
        drop(inbox);
        self.free_all(charged);
        self.link.flush_after(|out| {
            out.clear(self.place());
            out.outgoing.end(self.id, end);
        });
        if over {
            self.link.forget(self.id);
        }
    }

    /// This participant's part has ended, and the peer has not said so of its own: it may not have all
    /// that was sent.
    pub(crate) fn is_unsure(&self) -> bool {
        let inbox = lock(&self.inbox);
        inbox.closed && inbox.ended.is_none()
    }

    /// Waits until this participant's end has left, if its part has ended.
    pub(crate) async fn drained(&self) {
        if lock(&self.inbox).closed {
            let mut until = None;
            poll_fn(|cx| self.link.out().poll_drained(self.id, &mut until, cx.waker())).await;
        }
    }

    // What the link does here, as frames arrive.

    /// A message, or a part of one, has arrived.
    pub(crate) fn arrived(
        &self,
        cost: u64,
        woken: &mut Woken,
        put: impl FnOnce(&mut Inbound) -> Result<Option<Waker>, ChannelError>,
    ) -> Result<(), ChannelError> {
        let mut inbox = lock(&self.inbox);
        let awake = woken.awake(self.serial);
        if let Some(lane) = awake {
            inbox.messages.queue(lane).unwait();
        }
        let before = inbox.messages.charged();
        let put = match &inbox.ended {
            _ if inbox.closed => Ok(None),
            Some(Ended::Rubbish(_)) => Ok(None),
            Some(_) => Err(ChannelError::Ended),
            None => put(&mut inbox.messages).map(Some),
        };
        if inbox.messages.charged() == before {
            // The peer has charged itself for it.
            self.link.budget.pass(cost);
        }
        let Some(waker) = put? else { return Ok(()) };
        self.sort_arrived(&mut inbox, woken)?;
        if awake.is_some_and(|lane| !inbox.messages.queue(lane).is_empty()) {
            woken.come();
        }
        self.tell_news();
        drop(inbox);
        woken.add(waker);
        Ok(())
    }

    /// Called while the inbox is held, so that nobody else changes it.
    fn tell_news(&self) {
        self.news.store(self.news.load(Ordering::Relaxed) + 1, Ordering::Release);
    }

    /// The peer says that what follows in a lane is of the rounds of a root.
    pub(crate) fn in_rounds(&self, lane: u64, root: u64) -> Result<(), ChannelError> {
        let mut inbox = lock(&self.inbox);
        let over = inbox.closed || inbox.ended.is_some();
        if over { Ok(()) } else { inbox.messages.in_rounds(lane, root) }
    }

    /// The peer waits for room to send a message that costs so much, and in a lane of rounds begins so;
    /// gives whether it is told that it may.
    pub(crate) fn asked(&self, lane: u64, bytes: u64, begins: &[u8]) -> Result<bool, ChannelError> {
        let mut inbox = lock(&self.inbox);
        if inbox.closed || inbox.ended.is_some() {
            return Ok(false);
        }
        let Some(offset) = inbox.messages.ask(lane, bytes, begins)? else { return Ok(false) };
        drop(inbox);
        self.link.out().outgoing.frame(&self.may_frame(lane, offset));
        Ok(true)
    }

    fn may_frame(&self, lane: u64, offset: u64) -> Frame<'static> {
        Frame::May(Head { channel: self.id, lane, offset })
    }

    /// It is the turn of a message that the peer wants to send; gives whether it is still waited for.
    pub(crate) fn allow(&self, asking: Asking) -> bool {
        let mut inbox = lock(&self.inbox);
        if inbox.closed || inbox.ended.is_some() {
            return false;
        }
        let Some(offset) = inbox.messages.allow(asking) else { return false };
        drop(inbox);
        self.link.out().outgoing.frame(&self.may_frame(asking.lane, offset));
        true
    }

    /// The peer waits for the message that this participant has asked to send.
    pub(crate) fn may(&self, head: Head, woken: &mut Woken) {
        self.link.out().may(self.slot, head, woken);
    }

    /// A send waits, or doesn't any more.
    pub(crate) fn waits(&self, lane: Lane, waits: bool) {
        if self.link.out().waits(self.place(), travels_in(lane), waits) {
            self.link.waker().wake_by_ref();
        }
    }

    pub(crate) fn credit(&self, lane: u64, bytes: u64, woken: &mut Woken) {
        self.link.out().credit(self.slot, lane, bytes, woken);
    }

    pub(crate) fn room(&self, bytes: u64, woken: &mut Woken) {
        self.link.out().room(self.slot, bytes, woken);
    }

    /// Nothing comes from the peer any more; the first reason counts. Gives whether both sides have
    /// ended.
    pub(crate) fn set_ended(&self, ended: &Ended, woken: &mut Woken) -> bool {
        let mut inbox = lock(&self.inbox);
        if inbox.ended.is_none() {
            inbox.ended = Some(ended.clone());
            self.tell_news();
            woken.add_all(inbox.messages.waiting());
            woken.add(inbox.watcher.take());
        }
        let closed = inbox.closed;
        drop(inbox);
        self.link.out().set_over(self.slot, ended, woken);
        closed
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        let inbox = lock(&self.inbox);
        let charged = inbox.messages.charged();
        self.link.told.free(inbox.told);
        drop(inbox);
        self.free_all(charged);
        self.link.out().remove(self.slot);
    }
}
