//! Who waits for whom: so that bounded queues make no deadlock out of a program that has none.
//!
//! A role waits for another when it receives from an empty queue or sends to a full one. A cycle of
//! such waits with a sender in it would last for ever, although unbounded queues would have let the
//! sender go on: so a sender that closes a cycle goes on, and a receiver that closes one wakes the
//! senders in it, which then go on themselves. A queue grows beyond its bound only in this way.
//!
//! No cycle is missed: each role first notes its own wait and then looks for those of the others,
//! all under locks, so the last of a cycle to note its wait sees all the others. A receiver looks
//! only if a sender waits at all, of which there is a count: an exchange without full queues pays no
//! more than reading it.
//!
//! Locks are taken in the order: waits, then one inbox at a time.

use super::Session;
use super::queue::CAPACITY;
use crate::message::Message;
use crate::protocol::Step;
use crate::transport::{Fault, Lane};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// The senders that wait at full queues.
#[derive(Debug, Default)]
pub(super) struct Waits {
    parked: Mutex<Vec<Parked>>,
    /// How many they are, for those who needn't take the lock if there is none.
    count: AtomicUsize,
}

#[derive(Debug)]
struct Parked {
    from: usize,
    to: usize,
    lane: Lane,
    waker: Waker,
}

impl Waits {
    fn lock(&self) -> MutexGuard<'_, Vec<Parked>> {
        self.parked.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A message was taken from a full queue.
    pub(super) fn room(&self, from: usize, to: usize, lane: Lane) {
        self.wake(|it| it.from == from && it.to == to && it.lane == lane);
    }

    /// A role takes no more messages.
    pub(super) fn closed(&self, to: usize) {
        self.wake(|it| it.to == to);
    }

    /// `me` has noted that it waits for a message from `from`.
    pub(super) fn receiver_waits(&self, session: &Session, me: usize, from: usize) {
        if self.count.load(Ordering::SeqCst) == 0 {
            return;
        }
        let mut parked = self.lock();
        if reaches(session, &parked, from, me) {
            let cyclic: Vec<bool> =
                parked.iter().map(|it| reaches(session, &parked, it.to, it.from)).collect();
            let mut cyclic = cyclic.into_iter();
            let woken = self.remove(&mut parked, |_| cyclic.next().unwrap_or(false));
            drop(parked);
            woken.into_iter().for_each(Waker::wake);
        }
    }

    fn wake(&self, which: impl FnMut(&Parked) -> bool) {
        if self.count.load(Ordering::SeqCst) > 0 {
            let woken = self.remove(&mut self.lock(), which);
            woken.into_iter().for_each(Waker::wake);
        }
    }

    fn remove(
        &self,
        parked: &mut Vec<Parked>,
        mut which: impl FnMut(&Parked) -> bool,
    ) -> Vec<Waker> {
        let woken: Vec<Waker> = parked.extract_if(.., |it| which(it)).map(|it| it.waker).collect();
        self.count.store(parked.len(), Ordering::SeqCst);
        woken
    }

    fn add(&self, sender: Parked) {
        let mut parked = self.lock();
        parked.push(sender);
        self.count.store(parked.len(), Ordering::SeqCst);
    }
}

/// Whether `from` waits for `to`, at once or through others.
fn reaches(session: &Session, parked: &[Parked], from: usize, to: usize) -> bool {
    let mut seen = vec![false; session.inboxes.len()];
    let mut open = vec![from];
    while let Some(role) = open.pop() {
        if role == to {
            return true;
        }
        if !std::mem::replace(&mut seen[role], true) {
            open.extend(parked.iter().filter(|it| it.from == role).map(|it| it.to));
            open.extend(session.inbox(role).awaited());
        }
    }
    false
}

/// A send that waits at a full queue.
pub(super) struct Parking<'s> {
    session: &'s Session,
    from: usize,
    to: usize,
    lane: Lane,
}

impl<'s> Parking<'s> {
    pub(super) fn new(session: &'s Session, from: usize, to: usize, lane: Lane) -> Self {
        Self { session, from, to, lane }
    }

    pub(super) fn poll<M: Message>(
        &mut self,
        cx: &mut Context<'_>,
        step: &'static Step,
        message: &mut Option<M>,
    ) -> Poll<Result<(), Fault>> {
        let Self { session, from, to, lane } = *self;
        // First note the wait, then look once more: who makes room in between sees the note.
        self.leave();
        session.waits.add(Parked { from, to, lane, waker: cx.waker().clone() });
        let mut sent = session.try_send(from, to, lane, step, message, CAPACITY);
        if sent.is_none() && reaches(session, &session.waits.lock(), to, from) {
            sent = session.try_send(from, to, lane, step, message, usize::MAX);
        }
        match sent {
            Some(sent) => {
                self.leave();
                Poll::Ready(sent)
            }
            None => Poll::Pending,
        }
    }

    /// Takes back the note of the wait, if it still stands.
    fn leave(&self) {
        let own = |it: &Parked| it.from == self.from && it.to == self.to && it.lane == self.lane;
        let waits = &self.session.waits;
        if waits.count.load(Ordering::SeqCst) > 0 {
            waits.remove(&mut waits.lock(), own);
        }
    }
}

impl Drop for Parking<'_> {
    fn drop(&mut self) {
        self.leave();
    }
}
