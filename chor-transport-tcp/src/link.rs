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

mod reading;
mod vetting;

use crate::budget::Budget;
use crate::channel::{Channel, Ended, Told};
use crate::error::LinkError;
use crate::frame::{Frame, Open};
use crate::handshake::{self, Greeting};
use crate::identity::Known;
use crate::meeting::Meeting;
use crate::options::Options;
use crate::out::Out;
use crate::outgoing::Outgoing;
use crate::reader::Reader;
use crate::sending::Limits;
use crate::stream::Connection;
use crate::woken::Woken;
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Poll, Wake, Waker};

/// More than this waits only for a peer that doesn't read although it makes this end answer.
const STUCK: usize = 16 << 20;
/// Bytes that the names of all steps may have that a peer introduces.
const MAX_STEPS: usize = 4 << 20;
/// The longest reason of a refusal that is sent.
const REASON: usize = 1024;
/// What a step takes beyond its name.
const STEP: usize = 64;

/// Whom a link asks about channels that its peer opens.
pub(crate) trait Host: Send + Sync {
    fn opened(&self, channel: Arc<Channel>, open: Open);

    /// A link is over; gives who is to be woken for it.
    fn lost(&self, link: &Link) -> Option<Waker>;

    /// A participant is no longer played here.
    fn left(&self, meeting: &Arc<Meeting>);

    /// Whether nobody has answered at an address lately.
    fn is_silent(&self, _address: &str) -> bool {
        false
    }

    /// Nobody has answered there.
    fn add_silent(&self, _address: &str) {}

    /// Who was refused or hung up last.
    fn came_instead(&self) -> Option<String> {
        None
    }
}

pub(crate) struct Link {
    pub(crate) peer: String,
    /// Who it is, where connections are secured.
    known: Option<Known>,
    pub(crate) options: Options,
    greeting: Greeting,
    host: Weak<dyn Host>,
    reader: Mutex<Reader>,
    table: Mutex<Table>,
    out: Mutex<Out>,
    pub(crate) budget: Arc<Budget>,
    /// What is kept of what the peer says before sessions begin.
    pub(crate) told: Told,
    /// The driver looks after the link at every tick: somebody uses it.
    pub(crate) active: AtomicBool,
    pub(crate) signal: Arc<Signal>,
    /// Wakes the driver.
    waker: Waker,
}

/// What is known of the peer.
#[derive(Default)]
struct Table {
    channels: BTreeMap<u64, Arc<Channel>>,
    /// The last channel that either side opened.
    opened: u64,
    steps: Vec<(u64, String)>,
    /// What the steps take.
    named: usize,
    over: Option<LinkError>,
    released: bool,
    /// It was over before a peer's part was that may need what was sent.
    unsure: bool,
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
        connection: Connection,
        codec: String,
        options: Options,
        host: Weak<dyn Host>,
    ) -> Arc<Self> {
        let Connection { read, write, peer, known } = connection;
        let Options { window, max_message, .. } = options;
        let budget = Arc::new(options.budget());
        let shared = budget.shared();
        let greeting = Greeting { codec, window, max_message, shared };
        let mut outgoing = Outgoing::default();
        handshake::encode(&greeting, outgoing.bytes());
        let limits = Limits { window, max_message, shared };
        let signal = Arc::<Signal>::default();
        Arc::new(Self {
            peer,
            known,
            options,
            greeting,
            host,
            reader: Mutex::new(Reader::new(read)),
            table: Mutex::default(),
            out: Mutex::new(Out::new(write, outgoing, limits)),
            budget,
            told: Told::default(),
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

    /// Whether the link was over before its peer has said that it has all that was sent.
    pub(crate) fn is_unsure(&self) -> bool {
        self.table().unsure
    }

    /// Something that had come was taken or dropped.
    #[inline]
    pub(crate) fn free(&self, cost: u64) {
        if self.budget.free(cost) {
            self.waker.wake_by_ref();
        }
    }

    /// Has the driver tell the peer what it may send, if there is anything to tell.
    #[inline]
    pub(crate) fn see_to_room(&self) {
        if self.budget.is_due() {
            self.waker.wake_by_ref();
        }
    }

    /// Tells the peer what it may send since messages were taken: what the driver does.
    pub(crate) fn give_room(&self) {
        if !self.budget.see_to() {
            return;
        }
        let bytes = self.budget.room();
        if bytes > 0 {
            self.out().outgoing.frame(&Frame::Room { channel: 0, bytes });
        }
        while let Some(asking) = self.budget.next() {
            let channel = self.table().channels.get(&asking.channel).cloned();
            if !channel.is_some_and(|channel| channel.allow(asking)) {
                self.budget.release(asking.bytes);
            }
        }
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
    pub(crate) fn fail(&self, error: &LinkError) {
        self.fail_waking(error, &mut Woken::default());
    }

    fn fail_waking(&self, error: &LinkError, woken: &mut Woken) {
        let mut table = self.table();
        if table.over.is_some() {
            return;
        }
        table.over = Some(error.clone());
        let channels = std::mem::take(&mut table.channels);
        table.unsure = channels.values().any(|channel| channel.is_unsure());
        drop(table);
        let ended = Ended::Link(error.clone());
        // Those whose part here is over miss nothing.
        let missed = channels.values().filter(|channel| !channel.set_ended(&ended, woken)).count();
        // Who sees this can rely on it that nothing is sent there any more.
        report(error, missed);
        self.out().give_up(woken);
        woken.add(self.host.upgrade().and_then(|host| host.lost(self)));
        self.waker.wake_by_ref();
    }
}

/// A reason that may mention what the peer said, no longer than it may be.
fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(REASON)]
}

fn report(error: &LinkError, channels: usize) {
    match error {
        // Whoever shuts a link down here knows what it ends.
        LinkError::Shutdown { .. } => tracing::debug!(target: "chor", channels, "{error}"),
        LinkError::Closed { .. } if channels == 0 => tracing::debug!(target: "chor", "{error}"),
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
        self.flush_after(|out| out.outgoing.frame(frame));
    }

    /// Sends off what waits, as far as the connection takes it; the driver sees to the rest.
    pub(crate) fn flush(&self) {
        self.flush_after(|_| ());
    }

    /// Does so after something was added.
    pub(crate) fn flush_after<R>(&self, add: impl FnOnce(&mut Out) -> R) -> R {
        let mut woken = Woken::default();
        let mut out = self.out();
        let added = add(&mut out);
        let written = out.write(&self.waker, &mut woken);
        drop(out);
        self.wrote(written);
        added
    }

    /// Goes on after a write without locks.
    pub(crate) fn wrote(&self, written: io::Result<()>) {
        if let Err(error) = written {
            self.broke(error);
        }
    }

    pub(crate) fn broke(&self, error: io::Error) {
        self.fail(&self.broken(error));
    }

    fn broken(&self, error: io::Error) -> LinkError {
        #[cfg(feature = "tls")]
        if crate::tls::said(&error).is_some() {
            return crate::tls::failed(self.peer.clone(), &error);
        }
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

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Link").field("peer", &self.peer).finish_non_exhaustive()
    }
}
