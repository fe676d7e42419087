//! The in-process transport: messages are moved from role to role, never encoded.
//!
//! What a session holds is in `table`, which knows nothing of threads. It is behind a lock, for roles
//! that run anywhere ([`session`]), or lent to the thread that polls all roles (`local`, for
//! [`play_together`](crate::play_together)).

mod local;
mod meeting;
mod parked;
mod queue;
mod senders;
mod sizes;
mod store;
mod table;
mod waits;
mod woken;

pub(crate) use local::Lent;

use crate::cause::{Cause, Reason};
use crate::lane::Lane;
use crate::message::Message;
use crate::place::Place;
use crate::protocol::Protocol;
use crate::transport::{Address, End, Fault, Transport};
use sizes::Sizes;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use table::Table;

/// Starts a session of `N` roles in this process, and gives each role its end.
///
/// ```
/// use chor_runtime::{Transport, memory};
///
/// let [buyer, seller] = memory::session();
/// assert_eq!((buyer.place(), seller.place()), (0, 1));
/// ```
pub fn session<const N: usize>() -> [Memory; N] {
    let session = Shared::new(Sizes::Ones(N));
    std::array::from_fn(|place| Memory::new(session.clone(), place, Sizes::Ones(N)))
}

/// Starts a session in which so many participants play each role, and gives their ends: that of the
/// first role first, then the members of the second, and so on.
///
/// ```
/// use chor_runtime::{Transport, memory};
///
/// // A leader and five workers.
/// let ends = memory::session_of(&[1, 5]);
/// assert_eq!(ends.len(), 6);
/// assert_eq!(ends[0].members(1), 5);
/// ```
pub fn session_of(sizes: &[usize]) -> Vec<Memory> {
    let sizes = Sizes::new(sizes);
    let session = Shared::new(sizes.clone());
    let end = |place| Memory::new(session.clone(), place, sizes.clone());
    (0..sizes.participants()).map(end).collect()
}

/// One role's end of a session in this process; from [`session`] or [`session_of`].
///
/// A queue holds up to 16 messages before its sender waits; but a sender whose receiver waits for it,
/// at once or through other roles, goes on: full queues never make a deadlock. Messages are moved
/// through ring buffers, one for each type in a queue: once these have grown, sending allocates
/// nothing. Dropping an end that was never played counts as a failure of its role. What was not
/// delivered is dropped when its receiver's part ends.
#[derive(Debug)]
pub struct Memory<S: Session = Shared> {
    session: S,
    place: usize,
    sizes: Sizes,
}

/// Where the state of a session is.
#[doc(hidden)]
pub trait Session: Send + Sync {
    /// Lets `act` have the state, and then wakes whom it woke; `None` if the state can't be had here.
    #[doc(hidden)]
    fn with<R>(&self, act: impl FnOnce(&mut Table) -> R) -> Option<R>;
}

/// The state of a session whose roles run anywhere.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Shared(Arc<Mutex<Table>>);

impl Shared {
    fn new(sizes: Sizes) -> Self {
        Self(Arc::new(Mutex::new(Table::new(sizes))))
    }
}

impl Session for Shared {
    #[inline]
    fn with<R>(&self, act: impl FnOnce(&mut Table) -> R) -> Option<R> {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let result = act(&mut table);
        let woken = table.woken.take();
        // Outside the lock: a waker is code of the executor.
        drop(table);
        woken.wake();
        Some(result)
    }
}

impl<S: Session> Memory<S> {
    fn new(session: S, place: usize, sizes: Sizes) -> Self {
        Self { session, place, sizes }
    }

    /// Takes back the note that a send to `to` waits.
    #[cold]
    fn unpark(&self, to: &Address) {
        drop(self.session.with(|table| table.unpark((self.place, to.peer, to.lane))));
    }
}

impl<S: Session> Drop for Memory<S> {
    fn drop(&mut self) {
        let ended = self.session.with(|table| {
            let role = table.role(self.place);
            let dropped = || End::Failed(Cause::new(role, Reason::Cancelled, Place::default()));
            table.close(self.place, dropped)
        });
        drop(ended);
    }
}

impl<S: Session> Transport for Memory<S> {
    type Parcel<M: Message> = M;

    fn place(&self) -> usize {
        self.place
    }

    fn participants(&self) -> usize {
        self.sizes.participants()
    }

    fn members(&self, role: usize) -> usize {
        self.sizes.of(role)
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        self.session.with(|table| table.open(self.place, protocol)).unwrap_or_else(elsewhere)
    }

    /// All run the same program, unless they are of different builds of a library: compared only
    /// where that is asked for.
    async fn start(&self, protocol: &'static Protocol) -> Result<(), (usize, Box<Fault>)> {
        if protocol.verified { self.meet(protocol).await } else { Ok(()) }
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Box<Fault>> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Box<Fault>> {
        Ok(message.clone())
    }

    // Plain functions, and addresses by reference: what a future keeps twice or moves once more costs
    // as much as the rest of a message.
    fn send<M: Message>(
        &self,
        to: &Address,
        message: M,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send {
        Sending { memory: self, to, message: Some(message), parked: false }
    }

    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send {
        Receiving { memory: self, from, message: PhantomData }
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        let (lane, stale) = self.session.with(|table| table.begin(self.place, from, root))?;
        drop(stale);
        Some(lane)
    }

    fn discard(&self, lanes: &[Lane]) {
        // As for `close`.
        drop(self.session.with(|table| table.discard(self.place, lanes)));
    }

    fn discarded(&self) -> u64 {
        self.session.with(|table| table.discarded(self.place)).unwrap_or_default()
    }

    fn close(&self, end: End) {
        // User code may run when the undelivered messages are dropped: not while the table is held.
        drop(self.session.with(|table| table.close(self.place, || end)));
    }
}

/// A send; takes back its note that it waits when it is dropped.
struct Sending<'m, 't, S: Session, M> {
    memory: &'m Memory<S>,
    to: &'t Address,
    message: Option<M>,
    parked: bool,
}

// The message is moved on, never polled.
impl<S: Session, M> Unpin for Sending<'_, '_, S, M> {}

impl<S: Session, M: Message> Future for Sending<'_, '_, S, M> {
    type Output = Result<(), Box<Fault>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { memory: Memory { session, place, .. }, to, message, parked } = &mut *self;
        let sent = session.with(|table| table.send(*place, to, message, parked, cx.waker()));
        sent.unwrap_or_else(|| Poll::Ready(elsewhere()))
    }
}

impl<S: Session, M> Drop for Sending<'_, '_, S, M> {
    #[inline]
    fn drop(&mut self) {
        if self.parked {
            self.memory.unpark(self.to);
        }
    }
}

/// A receive.
struct Receiving<'m, 'f, S: Session, M> {
    memory: &'m Memory<S>,
    from: &'f Address,
    message: PhantomData<fn() -> M>,
}

impl<S: Session, M: Message> Future for Receiving<'_, '_, S, M> {
    type Output = Result<M, Box<Fault>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Memory { session, place, .. } = self.memory;
        let received = session.with(|table| table.recv(*place, self.from, cx.waker()));
        received.unwrap_or_else(|| Poll::Ready(elsewhere()))
    }
}

#[cold]
fn elsewhere<T>() -> Result<T, Box<Fault>> {
    Err(Fault::Link("roles that are played together were polled apart".into()).into())
}
