//! What arrives from one peer: frames sorted into queues, and whose turn it is to read the next.
//!
//! Several receives may wait for one peer, in different lanes. One of them reads, and hands each
//! frame to the lane that it belongs to; when it has its own, or is dropped, another one reads.

use super::late::Late;
use crate::error::BoxError;
use crate::frame::{self, Frame, Header, Hello};
use crate::lane::Lane;
use crate::place::Position;
use crate::protocol::Protocol;
use crate::transport::{Address, End, Fault};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

#[derive(Debug)]
pub(super) struct Inbound {
    peer: usize,
    state: Mutex<State>,
    late: Arc<Late>,
}

#[derive(Debug, Default)]
struct State {
    lanes: BTreeMap<Lane, Queue>,
    end: Option<Ended>,
    /// The peer runs the same as this participant, as it says.
    met: bool,
    meeting: Option<Waker>,
    /// Somebody reads.
    reading: bool,
}

#[derive(Debug, Default)]
struct Queue {
    messages: VecDeque<(Header, Vec<u8>)>,
    taken: u64,
    last: Option<Box<Position>>,
    waker: Option<Waker>,
    /// In which rounds inside another its lane is, as the peer says.
    around: Vec<u64>,
}

/// How the peer's part ended, as far as it arrived.
#[derive(Clone, Debug)]
enum Ended {
    Said(End),
    /// The channel broke or closed.
    Link(Shared),
    /// What arrived is no frame: what comes after can't be trusted.
    Rubbish(Shared),
    /// The peer runs another choreography, of this text.
    Other(&'static Protocol, Arc<str>),
    /// The peer counts other numbers of members than this participant.
    Sizes(Arc<[usize]>, Arc<[usize]>),
}

/// What a participant is, for comparing it with what a peer says.
pub(super) struct Own<'o> {
    /// What it runs, since it does.
    pub(super) protocol: Option<&'static Protocol>,
    /// How many participants play each role; empty if one each.
    pub(super) sizes: &'o [u32],
}

/// An error that every later receive meets again.
#[derive(Clone, Debug, thiserror::Error)]
#[error(transparent)]
struct Shared(Arc<dyn std::error::Error + Send + Sync>);

/// The channel was closed without the peer's last frame.
#[derive(Debug, thiserror::Error)]
#[error("its channel was closed before its part ended")]
struct Closed;

/// The channel that should lead to one participant leads to another.
#[derive(Debug, thiserror::Error)]
#[error("its channel leads to participant number {found} instead of {expected}")]
struct Misled {
    expected: usize,
    found: u32,
}

/// What a receive goes on with.
pub(super) enum Next<'i> {
    Payload(Result<Vec<u8>, Box<Fault>>),
    Turn(Turn<'i>),
}

/// What waiting for the peer's hello goes on with.
pub(super) enum Met<'i> {
    Known(Result<(), Box<Fault>>),
    Turn(Turn<'i>),
}

impl Inbound {
    /// What arrives from this peer.
    pub(super) fn new(peer: usize, late: &Arc<Late>) -> Self {
        Self { peer, state: Mutex::default(), late: Arc::clone(late) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Drops what isn't wanted of the rounds of a root.
    pub(super) fn purge(&self, root: u64) {
        let mut state = self.lock();
        let is_over = |lane: &Lane, queue: &mut Queue| !self.late.wants_in(*lane, &queue.around);
        let over = state.lanes.extract_if(Lane::all_of(root), is_over);
        let dropped = over.map(|(_, queue)| queue.messages.len()).sum();
        drop(state);
        self.late.count(self.peer, dropped);
    }

    /// The next message of a lane, which has to be the expected one; or the turn to read.
    pub(super) fn poll_take(&self, expected: &Address, cx: &mut Context<'_>) -> Poll<Next<'_>> {
        let mut state = self.lock();
        let State { lanes, end, reading, .. } = &mut *state;
        let queue = lanes.entry(expected.lane).or_default();
        if let Some(taken) = queue.take(expected) {
            return Poll::Ready(Next::Payload(taken));
        }
        if let Some(end) = end {
            return Poll::Ready(Next::Payload(Err(end.fault(queue, expected).into())));
        }
        if std::mem::replace(reading, true) {
            queue.waker = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Next::Turn(Turn(self)))
    }

    /// Whether the peer runs the same as this participant, once it has said so; or the turn to read.
    pub(super) fn poll_met(&self, cx: &mut Context<'_>) -> Poll<Met<'_>> {
        let mut state = self.lock();
        if state.met {
            return Poll::Ready(Met::Known(Ok(())));
        }
        match state.end() {
            Some(Err(fault)) => return Poll::Ready(Met::Known(Err(fault))),
            Some(Ok(End::Failed(cause))) => {
                return Poll::Ready(Met::Known(Err(Fault::Gone(cause).into())));
            }
            // It had nothing to say to this participant.
            Some(Ok(End::Finished)) => return Poll::Ready(Met::Known(Ok(()))),
            None => {}
        }
        if std::mem::replace(&mut state.reading, true) {
            state.meeting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(Met::Turn(Turn(self)))
    }

    /// The turn to read, if nobody has it and there is more to read.
    pub(super) fn try_turn(&self) -> Option<Turn<'_>> {
        let mut state = self.lock();
        let free = state.end.is_none() && !std::mem::replace(&mut state.reading, true);
        free.then(|| Turn(self))
    }

    fn put(&self, mut header: Header, payload: Vec<u8>) {
        let mut state = self.lock();
        let lane = header.position.lane;
        // While the state is held: else it could come after the round was purged.
        if self.late.wants_in(lane, &header.around) {
            let queue = state.lanes.entry(lane).or_default();
            queue.around = std::mem::take(&mut header.around);
            queue.messages.push_back((header, payload));
        } else {
            drop(state);
            self.late.count(self.peer, 1);
        }
    }

    /// How the peer's part ended, if that has arrived.
    pub(super) fn end(&self) -> Option<Result<End, Box<Fault>>> {
        self.lock().end()
    }
}

impl State {
    fn end(&self) -> Option<Result<End, Box<Fault>>> {
        let fault = match self.end.clone()? {
            Ended::Said(end) => return Some(Ok(end)),
            Ended::Link(error) => Fault::Link(Box::new(error)),
            Ended::Rubbish(error) => Fault::Codec(Box::new(error)),
            Ended::Other(own, other) => own.mismatch(other.as_ref().to_owned()),
            Ended::Sizes(own, other) => differing(&own, &other),
        };
        Some(Err(fault.into()))
    }
}

impl Queue {
    fn take(&mut self, expected: &Address) -> Option<Result<Vec<u8>, Box<Fault>>> {
        let (Header { position, id, .. }, payload) = self.messages.pop_front()?;
        let count = self.taken;
        self.taken += 1;
        let found = Box::new(position);
        if found.count == count && id == expected.step.id {
            self.last = Some(found);
            return Some(Ok(payload));
        }
        let expected = Box::new(expected.position(count));
        Some(Err(Fault::Position { expected, found }.into()))
    }
}

impl Ended {
    fn fault(&self, queue: &Queue, expected: &Address) -> Fault {
        match self {
            Self::Said(End::Failed(cause)) => Fault::Gone(cause.clone()),
            Self::Said(End::Finished) => Fault::Finished {
                expected: Box::new(expected.position(queue.taken)),
                last: queue.last.clone(),
            },
            Self::Link(error) => Fault::Link(Box::new(error.clone())),
            Self::Rubbish(error) => Fault::Codec(Box::new(error.clone())),
            Self::Other(own, other) => own.mismatch(other.as_ref().to_owned()),
            Self::Sizes(own, other) => differing(own, other),
        }
    }

    /// How it ends with a peer that says this; not at all if it is the right one and fits.
    fn of_hello(hello: Hello, peer: usize, own: &Own<'_>) -> Option<Self> {
        let Hello { digest, place, sizes, normal } = hello;
        let protocol = own.protocol?;
        if usize::try_from(place).ok() != Some(peer) {
            let misled = Misled { expected: peer, found: place };
            return Some(Self::Link(Shared(Arc::new(misled))));
        }
        if protocol.digest() != digest {
            return Some(Self::Other(protocol, normal.into()));
        }
        let by_role = |sizes: &[u32]| match sizes {
            [] => protocol.roles.iter().map(|_| 1).collect(),
            sizes => sizes.iter().map(|size| *size as usize).collect(),
        };
        (sizes != own.sizes).then(|| Self::Sizes(by_role(own.sizes), by_role(&sizes)))
    }
}

fn differing(own: &[usize], other: &[usize]) -> Fault {
    Fault::Sizes { own: own.to_vec(), other: other.to_vec() }
}

/// The turn to read from the peer. Dropped, it passes to another one who waits.
pub(super) struct Turn<'i>(&'i Inbound);

impl Turn<'_> {
    /// Hands over what the channel gave, to this participant.
    pub(super) fn arrived(self, arrived: Result<Option<Vec<u8>>, BoxError>, own: &Own<'_>) {
        let inbound = self.0;
        let ended = match arrived {
            Ok(Some(bytes)) => match frame::decode(&bytes) {
                Ok(Frame::Message(header, payload)) => return inbound.put(header, payload),
                Ok(Frame::End(end)) => Ended::Said(end),
                Ok(Frame::Hello(hello)) => {
                    let Some(ended) = Ended::of_hello(hello, inbound.peer, own) else {
                        inbound.lock().met = true;
                        return;
                    };
                    ended
                }
                Err(error) => Ended::Rubbish(Shared(Arc::new(error))),
            },
            Ok(None) => Ended::Link(Shared(Arc::new(Closed))),
            Err(error) => Ended::Link(Shared(error.into())),
        };
        inbound.lock().end = Some(ended);
    }
}

impl Drop for Turn<'_> {
    /// Wakes all: the one whose message arrived takes it, and the first of the others reads on.
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.reading = false;
        let mut waiting: Vec<Waker> =
            state.lanes.values_mut().filter_map(|queue| queue.waker.take()).collect();
        waiting.extend(state.meeting.take());
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }
}
