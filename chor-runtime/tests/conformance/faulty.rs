//! A transport over memory with one defect.

use chor_runtime::memory::{self, Memory};
use chor_runtime::{Address, Cause, End, Fault, Lane, Message, Place, Protocol, Reason, Transport};
use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use tokio::sync::Semaphore;
use tokio::task::yield_now;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    None,
    /// Says that it is another's end.
    WrongPlace,
    /// Loses each hundredth message.
    Loses,
    /// Says of a message that is not the expected one only that it is none.
    NamesNoPositions,
    /// Puts all messages of a pair into one queue.
    OneLane,
    /// Can be played twice.
    PlayedTwice,
    /// Says of who fails that it finished.
    FailsAsFinished,
    /// Says of who finished that it failed.
    FinishesAsFailed,
    /// Names another as the cause.
    OtherCause,
    /// Says nothing when it ends.
    NeverEnds,
    /// Says how it ended only when it is dropped.
    EndsLate,
    /// The last end counts, as it is told when it is dropped.
    LastEnd,
    /// Says nothing when it is dropped.
    DroppedInSilence,
    /// A receive takes its message some time before it is done.
    TakesEarly,
    /// Waits for the receiver as soon as a few messages are in a queue.
    Deadlocks,
    /// Doesn't wake the receiver.
    NoWake,
    /// Fails a send to who finished.
    MindsFinished,
    /// A receive from who is gone says so, a send goes nowhere.
    SendsToTheGone,
}

/// What the ends of a session share.
#[derive(Default)]
struct Shared {
    room: Mutex<BTreeMap<(usize, usize, Lane), Arc<Semaphore>>>,
    ended: Mutex<BTreeMap<usize, bool>>,
}

pub(crate) struct Faulty {
    inner: ManuallyDrop<Memory>,
    defect: Defect,
    shared: Arc<Shared>,
    sent: AtomicU64,
    opened: AtomicUsize,
    last: Mutex<Option<End>>,
}

pub(crate) fn session(participants: usize, defect: Defect) -> Vec<Faulty> {
    let shared = Arc::new(Shared::default());
    let end = |inner| Faulty {
        inner: ManuallyDrop::new(inner),
        defect,
        shared: Arc::clone(&shared),
        sent: AtomicU64::new(0),
        opened: AtomicUsize::new(0),
        last: Mutex::new(None),
    };
    memory::session_of(&vec![1; participants]).into_iter().map(end).collect()
}

impl Faulty {
    fn has(&self, defect: Defect) -> bool {
        self.defect == defect
    }

    fn address(&self, address: &Address) -> Address {
        let lane = if self.has(Defect::OneLane) { Lane::ROOT } else { address.lane };
        Address::new(address.peer, lane, address.step)
    }

    fn room(&self, from: usize, to: usize, lane: Lane) -> Arc<Semaphore> {
        let mut room = self.shared.room.lock().unwrap();
        Arc::clone(room.entry((from, to, lane)).or_insert_with(|| Arc::new(Semaphore::new(8))))
    }

    fn ended(&self, peer: usize) -> Option<bool> {
        self.shared.ended.lock().unwrap().get(&peer).copied()
    }

    fn end(&self, end: End) {
        let unknown = || Cause::new("Z", Reason::Cancelled, Place::default());
        self.inner.close(match (self.defect, end) {
            (Defect::FailsAsFinished, End::Failed(_)) => End::Finished,
            (Defect::FinishesAsFailed, End::Finished) | (Defect::OtherCause, End::Failed(_)) => {
                End::Failed(unknown())
            }
            (_, end) => end,
        });
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        if let Some(end) = self.last.lock().unwrap().take() {
            self.end(end);
        }
        if !self.has(Defect::DroppedInSilence) {
            // By value, and only here.
            self.inner.close(End::Failed(Cause::new(
                "number",
                Reason::Cancelled,
                Place::default(),
            )));
        }
    }
}

impl Transport for Faulty {
    type Parcel<M: Message> = M;

    fn place(&self) -> usize {
        if self.has(Defect::WrongPlace) { 0 } else { self.inner.place() }
    }

    fn participants(&self) -> usize {
        self.inner.participants()
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        let before = self.opened.fetch_add(1, Ordering::Relaxed);
        if before > 0 && self.has(Defect::PlayedTwice) { Ok(()) } else { self.inner.open(protocol) }
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Box<Fault>> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Box<Fault>> {
        Ok(message.clone())
    }

    async fn send<M: Message>(&self, to: &Address, message: M) -> Result<(), Box<Fault>> {
        match (self.defect, self.ended(to.peer)) {
            (Defect::MindsFinished, Some(true)) => return Err(Fault::Link("closed".into()).into()),
            (Defect::SendsToTheGone, Some(false)) => return Ok(()),
            _ => {}
        }
        let sent = self.sent.fetch_add(1, Ordering::Relaxed);
        if self.has(Defect::Loses) && sent % 100 == 99 {
            return Ok(());
        }
        if self.has(Defect::Deadlocks) {
            self.room(self.place(), to.peer, to.lane).acquire().await.unwrap().forget();
        }
        self.inner.send(&self.address(to), message).await
    }

    async fn recv<M: Message>(&self, from: &Address) -> Result<M, Box<Fault>> {
        let address = self.address(from);
        if self.has(Defect::NoWake) {
            let mut receiving = std::pin::pin!(self.inner.recv::<M>(&address));
            return std::future::poll_fn(|_| {
                receiving.as_mut().poll(&mut Context::from_waker(Waker::noop()))
            })
            .await;
        }
        let mut taken = self.inner.recv(&address).await;
        if self.has(Defect::NamesNoPositions) {
            taken = taken.map_err(|fault| Box::new(Fault::Codec(fault.into())));
        }
        if self.has(Defect::TakesEarly) {
            yield_now().await;
        }
        if self.has(Defect::Deadlocks) {
            self.room(from.peer, self.place(), from.lane).add_permits(1);
        }
        taken
    }

    fn close(&self, end: End) {
        self.shared.ended.lock().unwrap().insert(self.place(), end == End::Finished);
        match self.defect {
            Defect::NeverEnds => {}
            Defect::EndsLate => drop(self.last.lock().unwrap().get_or_insert(end)),
            Defect::LastEnd => *self.last.lock().unwrap() = Some(end),
            _ => self.end(end),
        }
    }
}
