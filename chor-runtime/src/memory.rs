//! The in-process transport: messages are moved from role to role, never encoded.
//!
//! Knows inboxes, queues and who waits for whom; deliberately neither roles nor tasks. A role has an
//! inbox behind a lock of its own, with a queue for each sender and lane. Queues are bounded, and a
//! sender at a full one waits, but never for a receiver that can't go on without it: see
//! [`waits`](self::waits).

mod queue;
mod waits;

use crate::cause::{Cause, Reason};
use crate::message::Message;
use crate::place::Place;
use crate::protocol::{Protocol, Step};
use crate::transport::{End, Fault, Lane, Transport};
use queue::{CAPACITY, Inbox};
use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use waits::{Parking, Waits};

/// Starts a session of `N` roles in this process, and gives each role its end.
///
/// ```
/// use chor_runtime::{Transport, memory};
///
/// let [buyer, seller] = memory::session();
/// assert_eq!((buyer.place(), seller.place()), (0, 1));
/// ```
pub fn session<const N: usize>() -> [Memory; N] {
    let session = Session::new(N);
    std::array::from_fn(|place| Memory { session: Arc::clone(&session), place })
}

/// Starts a session of as many roles as `participants`, and gives the roles' ends in their order.
///
/// ```
/// use chor_runtime::memory;
///
/// assert_eq!(memory::session_of(3).len(), 3);
/// ```
pub fn session_of(participants: usize) -> Vec<Memory> {
    let session = Session::new(participants);
    let end = |place| Memory { session: Arc::clone(&session), place };
    (0..participants).map(end).collect()
}

/// One role's end of a session in this process; from [`session`] or [`session_of`].
///
/// A queue holds up to 16 messages before its sender waits. Messages are moved through ring buffers,
/// one for each type in a queue: once these have grown, sending allocates nothing. Dropping an end
/// that was never played counts as a failure of its role; dropping all ends drops what was not
/// delivered.
#[derive(Debug)]
pub struct Memory {
    session: Arc<Session>,
    place: usize,
}

impl Drop for Memory {
    fn drop(&mut self) {
        let role = self.session.name(self.place);
        let dropped = || Cause::new(role, Reason::Cancelled, Place::default());
        self.session.close(self.place, || End::Failed(dropped()));
    }
}

impl Transport for Memory {
    type Parcel<M: Message> = M;

    fn place(&self) -> usize {
        self.place
    }

    fn participants(&self) -> usize {
        self.session.inboxes.len()
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Fault> {
        self.session.protocol.get_or_init(|| protocol);
        let mut inbox = self.session.inbox(self.place);
        if std::mem::replace(&mut inbox.opened, true) { Err(Fault::Used) } else { Ok(()) }
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Fault> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Fault> {
        Ok(message.clone())
    }

    async fn send<M: Message>(
        &self,
        to: usize,
        lane: Lane,
        step: &'static Step,
        message: M,
    ) -> Result<(), Fault> {
        let mut message = Some(message);
        if let Some(sent) =
            self.session.try_send(self.place, to, lane, step, &mut message, CAPACITY)
        {
            return sent;
        }
        let mut parking = Parking::new(&self.session, self.place, to, lane);
        poll_fn(|cx| parking.poll(cx, step, &mut message)).await
    }

    async fn recv<M: Message>(
        &self,
        from: usize,
        lane: Lane,
        step: &'static Step,
    ) -> Result<M, Fault> {
        poll_fn(|cx| self.session.poll_recv(self.place, from, lane, step, cx)).await
    }

    fn close(&self, end: End) {
        self.session.close(self.place, || end);
    }
}

/// What the ends of a session share.
#[derive(Debug)]
struct Session {
    inboxes: Vec<Mutex<Inbox>>,
    waits: Waits,
    /// The choreography, for the names of roles that are dropped.
    protocol: OnceLock<&'static Protocol>,
}

impl Session {
    fn new(participants: usize) -> Arc<Self> {
        let inboxes = (0..participants).map(|_| Mutex::new(Inbox::new(participants))).collect();
        Arc::new(Self { inboxes, waits: Waits::default(), protocol: OnceLock::new() })
    }

    fn inbox(&self, place: usize) -> MutexGuard<'_, Inbox> {
        self.inboxes[place].lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn name(&self, place: usize) -> String {
        let protocol = self.protocol.get();
        protocol.map_or_else(|| format!("number {place}"), |it| it.role(place).to_owned())
    }

    /// Puts the message into its queue, unless that holds `capacity` messages.
    fn try_send<M: Message>(
        &self,
        me: usize,
        to: usize,
        lane: Lane,
        step: &'static Step,
        message: &mut Option<M>,
        capacity: usize,
    ) -> Option<Result<(), Fault>> {
        let mut inbox = self.inbox(to);
        let receiver = match &inbox.closed {
            None => inbox.senders[me].queue(lane).push(step, message, capacity)?,
            Some(End::Finished) => None,
            Some(End::Failed(cause)) => return Some(Err(Fault::Gone(cause.clone()))),
        };
        // Outside the lock: a waker is code of the executor.
        drop(inbox);
        wake(receiver);
        Some(Ok(()))
    }

    fn poll_recv<M: Message>(
        &self,
        me: usize,
        from: usize,
        lane: Lane,
        step: &'static Step,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M, Fault>> {
        let mut inbox = self.inbox(me);
        let sender = &mut inbox.senders[from];
        let taken = match sender.queue(lane).take(lane, step) {
            Some(taken) => taken,
            None => match sender.ended(lane, step) {
                Some(fault) => return Poll::Ready(Err(fault)),
                None => {
                    sender.queue(lane).wait(cx.waker());
                    drop(inbox);
                    self.waits.receiver_waits(self, me, from);
                    return Poll::Pending;
                }
            },
        };
        drop(inbox);
        if taken.made_room {
            self.waits.room(from, me, lane);
        }
        Poll::Ready(taken.message)
    }

    /// Ends a role's part, once.
    fn close(&self, me: usize, end: impl FnOnce() -> End) {
        let mut inbox = self.inbox(me);
        if inbox.closed.is_some() {
            return;
        }
        let end = end();
        inbox.closed = Some(end.clone());
        let undelivered = inbox.clear();
        drop(inbox);
        // User code may run when these are dropped: not under a lock.
        drop(undelivered);
        self.waits.closed(me);
        for peer in 0..self.inboxes.len() {
            let receivers = self.inbox(peer).sender_ended(me, &end);
            receivers.into_iter().for_each(Waker::wake);
        }
    }
}

fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
