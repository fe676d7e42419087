//! One connection, shared by any number of channels.
//!
//! # Who reads
//! A hop through a task that only reads would cost more than a message itself. So a role that waits
//! reads the connection itself, and hands out what belongs to others. There is a *turn* to read: the
//! last who began to wait has it, and only its waker is known to the socket. Who has got its message
//! hands the turn to the driver, a task that thereby reads whenever no role waits: the link is always
//! read. A role that has the turn but is not polled any more loses it to the driver a tick later.
//!
//! # Who writes
//! A role writes what it has sent when it is about to wait, as far as the socket takes it. The rest is
//! written by the driver.

use crate::channel::{Channel, Ended};
use crate::error::{ChannelError, LinkError};
use crate::frame::{Frame, Open};
use crate::handshake::{self, Greeting};
use crate::meeting::Meeting;
use crate::options::Options;
use crate::out::Out;
use crate::outgoing::Outgoing;
use crate::reader::{DRIVER, Reader};
use crate::sending::Limits;
use crate::stream::Stream;
use crate::woken::Woken;
use chor_runtime::End;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError, Weak};
use std::task::{Context, Poll, Wake, Waker};

/// More than this waits only for a peer that doesn't read although it makes this end answer.
const STUCK: usize = 16 << 20;
/// Steps that a peer may introduce, and the bytes of their texts.
const MAX_STEPS: usize = 1 << 16;
const MAX_STEP_BYTES: usize = 4 << 20;
/// The longest reason of a refusal that is sent.
const REASON: usize = 1024;

/// Whom a link asks about channels that its peer opens.
pub(crate) trait Host: Send + Sync {
    fn opened(&self, channel: Arc<Channel>, open: Open);

    /// A link is over; gives who is to be woken for it.
    fn lost(&self, link: &Link) -> Option<Waker>;

    /// A participant is no longer played here.
    fn left(&self, meeting: &Meeting);
}

pub(crate) struct Link {
    pub(crate) peer: String,
    pub(crate) options: Options,
    greeting: Greeting,
    host: Weak<dyn Host>,
    reader: Mutex<Reader>,
    table: Mutex<Table>,
    out: Mutex<Out>,
    /// The driver looks after the link at every tick: somebody uses it.
    pub(crate) active: AtomicBool,
    pub(crate) signal: Arc<Signal>,
    /// Wakes the driver.
    waker: Waker,
}

/// What is known of the peer.
#[derive(Default)]
struct Table {
    channels: HashMap<u64, Arc<Channel>>,
    /// The last channel that either side opened.
    opened: u64,
    steps: Vec<(u64, String)>,
    step_bytes: usize,
    over: Option<LinkError>,
    released: bool,
}

/// Wakes the driver of a link.
#[derive(Debug, Default)]
pub(crate) struct Signal(Mutex<Option<Waker>>);

impl Signal {
    pub(crate) fn register(&self, waker: &Waker) {
        *lock(&self.0) = Some(waker.clone());
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let driver = lock(&self.0).clone();
        if let Some(driver) = driver {
            driver.wake();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Link {
    /// A link over a connection; its driver has to be run.
    pub(crate) fn new(
        stream: Stream,
        codec: String,
        options: Options,
        host: Weak<dyn Host>,
    ) -> Arc<Self> {
        let Stream { read, write, peer } = stream;
        let Options { window, max_message, .. } = options;
        let greeting = Greeting { codec, window, max_message };
        let mut outgoing = Outgoing::default();
        handshake::encode(&greeting, outgoing.bytes());
        let limits = Limits { window, max_message };
        let signal = Arc::<Signal>::default();
        Arc::new(Self {
            peer,
            options,
            greeting,
            host,
            reader: Mutex::new(Reader::new(read)),
            table: Mutex::default(),
            out: Mutex::new(Out::new(write, outgoing, limits)),
            active: AtomicBool::new(false),
            waker: Waker::from(Arc::clone(&signal)),
            signal,
        })
    }

    /// Wakes the driver.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    pub(crate) fn out(&self) -> MutexGuard<'_, Out> {
        lock(&self.out)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        lock(&self.table)
    }

    /// What a step is called that the peer introduced.
    pub(crate) fn step(&self, id: u64) -> String {
        let table = self.table();
        let text = table.steps.iter().find(|(known, _)| *known == id).map(|(_, text)| text.clone());
        text.unwrap_or_else(|| format!("step {id:x}"))
    }

    /// Why the link is over, if it is.
    pub(crate) fn over(&self) -> Option<LinkError> {
        self.table().over.clone()
    }

    /// Opens a channel to a participant at the other end.
    pub(crate) fn open(self: &Arc<Self>, open: Open) -> Result<Arc<Channel>, LinkError> {
        let mut table = self.table();
        if let Some(over) = &table.over {
            return Err(over.clone());
        }
        table.opened += 1;
        let id = table.opened;
        let channel = Arc::new(Channel::new(id, Arc::clone(self)));
        table.channels.insert(id, Arc::clone(&channel));
        // While the table is held: channels arrive in the order of their numbers.
        self.out().outgoing.frame(&Frame::Open { channel: id, open });
        drop(table);
        self.flush();
        Ok(channel)
    }

    /// Nobody uses the link any more when its channels are gone.
    pub(crate) fn release(&self) {
        self.table().released = true;
        self.waker.wake_by_ref();
    }

    pub(crate) fn is_released(&self) -> bool {
        let table = self.table();
        table.released && table.channels.is_empty()
    }

    pub(crate) fn forget(&self, channel: u64) {
        let mut table = self.table();
        table.channels.remove(&channel);
        let last = table.released && table.channels.is_empty();
        drop(table);
        if last {
            self.waker.wake_by_ref();
        }
    }

    /// Ends the link: all its channels learn why.
    pub(crate) fn fail(&self, error: LinkError) {
        self.fail_waking(error, &mut Woken::default());
    }

    fn fail_waking(&self, error: LinkError, woken: &mut Woken) {
        let mut table = self.table();
        if table.over.is_some() {
            return;
        }
        report(&error, table.channels.len());
        table.over = Some(error.clone());
        let channels = std::mem::take(&mut table.channels);
        drop(table);
        let ended = Ended::Link(error);
        for channel in channels.values() {
            channel.set_ended(&ended, woken);
        }
        self.out().give_up(woken);
        woken.add(self.host.upgrade().and_then(|host| host.lost(self)));
        self.waker.wake_by_ref();
    }
}

fn report(error: &LinkError, channels: usize) {
    match error {
        LinkError::Closed { .. } | LinkError::Shutdown { .. } if channels == 0 => {
            tracing::debug!(target: "chor", "{error}");
        }
        _ => {
            let source = std::error::Error::source(error).map(ToString::to_string);
            tracing::warn!(target: "chor", source, channels, "{error}");
        }
    }
}

/// Writing.
impl Link {
    /// Sends a frame that is no message, at once.
    pub(crate) fn say(&self, frame: &Frame<'_>) {
        self.out().outgoing.frame(frame);
        self.flush();
    }

    /// Ends a participant's part.
    pub(crate) fn end(&self, channel: u64, end: End) {
        self.out().outgoing.end(channel, end);
        self.flush();
    }

    /// Sends off what was held back, as far as the connection takes it; the driver sees to the rest.
    pub(crate) fn flush(&self) {
        let mut woken = Woken::default();
        let mut out = self.out();
        let written = out.write(&self.waker, &mut woken);
        drop(out);
        self.wrote(written);
    }

    /// Goes on after a write without locks.
    pub(crate) fn wrote(&self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broke(error);
        }
    }

    pub(crate) fn broke(&self, error: io::Error) {
        self.fail(self.broken(error));
    }

    fn broken(&self, error: io::Error) -> LinkError {
        LinkError::Broken { peer: self.peer.clone(), source: Arc::new(error) }
    }

    /// Has the driver look after the link for a while.
    #[inline]
    pub(crate) fn activate(&self) {
        if !self.active.load(Ordering::SeqCst) && !self.active.swap(true, Ordering::SeqCst) {
            self.waker.wake_by_ref();
        }
    }

    /// Shuts the outgoing side down when everything has left.
    pub(crate) fn poll_shutdown(&self) -> Poll<()> {
        self.out().poll_shutdown(&self.waker)
    }

    /// Gives the connection up.
    pub(crate) fn disconnect(&self) {
        lock(&self.reader).disconnect();
        self.out().disconnect();
    }
}

/// Reading.
impl Link {
    /// Reads for all until there is something for one role, whose `turn` it is from now on.
    pub(crate) fn poll_read(
        self: &Arc<Self>,
        turn: &mut u64,
        cx: &mut Context<'_>,
        has_news: impl Fn() -> bool,
        wait: impl Fn() -> bool,
    ) -> Poll<()> {
        let mut woken = Woken::default();
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
            if has_news() {
                self.hand_over(&mut reader, *turn, &mut woken);
                return Poll::Ready(());
            }
        }
        // Nobody else can put anything there while the reader is held.
        if !wait() {
            self.hand_over(&mut reader, *turn, &mut woken);
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
        self.flush();
    }

    /// What the driver does at every tick: whether somebody uses the link.
    pub(crate) fn tick(self: &Arc<Self>) -> bool {
        let mut woken = Woken::default();
        let mut reader = lock(&self.reader);
        let used = reader.is_used();
        if !used {
            self.read_as_driver(&mut reader, 1, &mut woken);
            self.active.store(false, Ordering::SeqCst);
        }
        drop(reader);
        self.flush();
        used
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
            self.fail_waking(error, woken);
        }
        Poll::Ready(())
    }

    fn handle(self: &Arc<Self>, reader: &mut Reader, woken: &mut Woken) -> Result<(), LinkError> {
        let peer = || self.peer.clone();
        if !reader.greeted {
            let greeted = reader.greeting(&self.greeting);
            let greeted = greeted.map_err(|source| LinkError::Greeting { peer: peer(), source })?;
            let Some(Greeting { window, max_message, .. }) = greeted else { return Ok(()) };
            self.out().limits = Limits { window, max_message };
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
                self.put(table, head.channel, woken, |inbound| {
                    inbound.records(head.lane, head.offset, records)
                });
            }
            Frame::First { head, id, total, part } => {
                self.put(table, head.channel, woken, |inbound| {
                    inbound.first(head.lane, head.offset, id, total, part)
                });
            }
            Frame::Part { channel, lane, part } => {
                self.put(table, channel, woken, |inbound| inbound.part(lane, part));
            }
            Frame::Step { id, text } => {
                table.step_bytes += text.len();
                if table.steps.len() >= MAX_STEPS || table.step_bytes > MAX_STEP_BYTES {
                    return Err(self.protocol("it has introduced too many steps".to_owned()));
                }
                table.steps.push((id, text.to_owned()));
            }
            Frame::Credit { channel, lane, bytes } => {
                if let Some(channel) = table.channels.get(&channel) {
                    channel.credit(lane, bytes, woken);
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
            Frame::Normal { channel, text } => {
                if let Some(channel) = self.find(table, channel, "a text") {
                    channel.set_normal(text, woken);
                }
            }
            Frame::Refuse { channel, reason } => {
                let (peer, reason) = (self.peer.clone(), reason.to_owned());
                let ended = Ended::Link(LinkError::Refused { peer, reason });
                self.ended(table, channel, &ended, woken);
            }
            Frame::End { channel, end } => self.ended(table, channel, &Ended::Said(end), woken),
            Frame::Ping => {
                self.out().outgoing.frame(&Frame::Pong);
                if let Some(error) = self.stuck() {
                    return Err(error);
                }
                self.waker.wake_by_ref();
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

    /// Puts what came into a channel. If it doesn't fit, only this channel is over.
    fn put(
        &self,
        table: &Table,
        id: u64,
        woken: &mut Woken,
        put: impl FnOnce(&mut crate::inbound::Inbound) -> Result<Option<Waker>, ChannelError>,
    ) {
        let Some(channel) = self.find(table, id, "a message") else { return };
        if let Err(error) = channel.arrived(woken, put) {
            tracing::warn!(target: "chor", peer = self.peer, channel = id, "{error}");
            channel.set_ended(&Ended::Rubbish(error), woken);
        }
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
        // A reason may mention what the peer said.
        let reason = &reason[..reason.floor_char_boundary(REASON)];
        tracing::warn!(target: "chor", peer = self.peer, channel, reason, "a session is refused");
        self.table().channels.remove(&channel);
        self.say(&Frame::Refuse { channel, reason });
        if let Some(error) = self.stuck() {
            self.fail(error);
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("peer", &self.peer).finish_non_exhaustive()
    }
}
