//! A role's end of a simulated run: the transport that hands everything to the session.

use crate::session::{Progress, Session};
use chor_runtime::{Address, End as Ending, Fault, Lane, Message, Protocol, Site, Transport};
use futures_timer::Delay;
use parking_lot::ReentrantMutex;
use std::cell::{Cell, RefCell};
use std::fmt::{Debug, Write};
use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

/// A session, shared by the roles' ends and by what drives them.
#[derive(Clone)]
pub(crate) struct Shared(Arc<Held>);

struct Held {
    /// How many participants play each role.
    sizes: Vec<usize>,
    session: ReentrantMutex<RefCell<Session>>,
}

impl Shared {
    /// A session in which so many participants play each role.
    pub(crate) fn new(session: Session, sizes: Vec<usize>) -> Self {
        let session = ReentrantMutex::new(RefCell::new(session));
        Self(Arc::new(Held { sizes, session }))
    }

    /// Keeps the session for this thread for as long as what is returned lives: what drives a run does,
    /// so that each of its steps need not lock and unlock.
    pub(crate) fn hold(&self) -> impl Drop + '_ {
        self.0.session.lock()
    }

    /// Lets `act` have the session, and then wakes whom it woke.
    #[inline]
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Session) -> R) -> R {
        let held = self.0.session.lock();
        let mut session = held.borrow_mut();
        let result = act(&mut session);
        if session.wakers.is_empty() {
            return result;
        }
        let wakers = std::mem::take(&mut session.wakers);
        drop(session);
        drop(held);
        wakers.into_iter().for_each(std::task::Waker::wake);
        result
    }
}

/// A role's end.
pub(crate) struct End {
    pub(crate) shared: Shared,
    pub(crate) place: usize,
    participants: usize,
    /// Whether it has agreements compared.
    watches: bool,
}

/// In bytes: what a larger text was told in isn't kept.
const KEPT: usize = 1 << 16;

thread_local! {
    /// What an agreement is told in. Taken while that goes on: a value may run a simulation.
    static TEXT: Cell<String> = const { Cell::new(String::new()) };
}

impl End {
    pub(crate) fn all(shared: &Shared, participants: usize) -> Vec<Self> {
        (0..participants).map(|place| Self::new(shared, place, participants)).collect()
    }

    pub(crate) fn new(shared: &Shared, place: usize, participants: usize) -> Self {
        let watches = shared.with(|session| session.agreements.is_some());
        Self { shared: shared.clone(), place, participants, watches }
    }

    /// Sends a message; what travels is what `load` makes of it.
    pub(crate) fn send_as<M: Message, V: Send + 'static>(
        &self,
        to: &Address,
        message: M,
        mut load: impl FnMut(M) -> V + Send,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send {
        let mut message = Some(message);
        let (shared, place) = (&self.shared, self.place);
        let mut sending = Sending { shared, place, to, progress: Progress::New };
        poll_fn(move |cx| {
            let Sending { shared, place, to, progress } = &mut sending;
            let waker = cx.waker();
            shared
                .with(|session| session.send(*place, to, &mut message, &mut load, progress, waker))
        })
    }
}

impl Transport for End {
    const WATCHES: bool = true;
    type Parcel<M: Message> = M;

    fn place(&self) -> usize {
        self.place
    }

    fn participants(&self) -> usize {
        self.participants
    }

    fn members(&self, role: usize) -> usize {
        self.shared.0.sizes.get(role).copied().unwrap_or_default()
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        let sizes = &self.shared.0.sizes;
        self.shared.with(|session| session.open(self.place, protocol, sizes))
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Box<Fault>> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Box<Fault>> {
        Ok(message.clone())
    }

    fn send<M: Message>(
        &self,
        to: &Address,
        message: M,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send {
        self.send_as(to, message, |message| message)
    }

    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send {
        let mut progress = Progress::New;
        let mut spare = None;
        poll_fn(move |cx| -> Poll<Result<M, Box<Fault>>> {
            let waker = cx.waker();
            self.shared
                .with(|session| session.recv(self.place, from, &mut spare, &mut progress, waker))
        })
    }

    fn agreed(&self, site: &'static Site, among: &[usize], lane: Lane, value: &dyn Debug) {
        if !self.watches {
            return;
        }
        let mut text = TEXT.take();
        text.clear();
        // Code of others: not while this has the session. A value that can't be told has no more text.
        let _ = write!(text, "{value:?}");
        self.shared.with(|session| session.compare(self.place, site, among, lane, &text));
        if text.capacity() <= KEPT {
            TEXT.set(text);
        }
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        let (lane, stale) = self.shared.with(|session| session.begin_round(self.place, from, root));
        drop(stale);
        Some(lane)
    }

    fn discard(&self, lanes: &[Lane]) {
        drop(self.shared.with(|session| session.discard(self.place, lanes)));
    }

    fn discarded(&self) -> u64 {
        self.shared.with(|session| session.discarded(self.place))
    }

    async fn sleep(&self, duration: Duration) {
        if self.shared.with(|session| session.timeless) {
            return Delay::new(duration).await;
        }
        let mut sleeping = Sleeping { shared: &self.shared, timer: None };
        poll_fn(|cx| {
            let Sleeping { shared, timer } = &mut sleeping;
            shared.with(|session| session.sleep(self.place, timer, duration, cx.waker()))
        })
        .await;
    }

    fn close(&self, end: Ending) {
        // Code of others may run when messages are dropped: not while this has the session.
        drop(self.shared.with(|session| session.close(self.place, end)));
    }
}

impl Drop for End {
    /// An end that is dropped without a word counts as failed.
    fn drop(&mut self) {
        let abandoned = self.shared.with(|session| session.abandon(self.place));
        // As in `close`.
        drop(abandoned);
    }
}

/// Waits for a time; takes back its note when it is dropped.
struct Sleeping<'e> {
    shared: &'e Shared,
    timer: Option<u64>,
}

impl Drop for Sleeping<'_> {
    fn drop(&mut self) {
        if let Some(timer) = self.timer {
            drop(self.shared.with(|session| session.forget_timer(timer)));
        }
    }
}

/// A send; takes back its note that it waits when it is dropped.
struct Sending<'e, 't> {
    shared: &'e Shared,
    place: usize,
    to: &'t Address,
    progress: Progress,
}

impl Drop for Sending<'_, '_> {
    fn drop(&mut self) {
        if self.progress == Progress::Parked {
            let way = (self.place, self.to.peer, self.to.lane);
            drop(self.shared.with(|session| session.unpark(way)));
        }
    }
}
