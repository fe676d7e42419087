//! What one role sent to another and that one has not yet received. No waiting happens here.

use super::store::{Head, Store, Stored};
use super::woken::Woken;
use crate::lane::Lane;
use crate::protocol::Step;
use crate::rounds::Rounds;
use crate::spot::Spot;
use crate::transport::{Address, End, Fault};
use std::any::type_name;
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// How many messages a queue holds before its sender waits.
const CAPACITY: u64 = 16;

/// What one role sent to another.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The root lane's queue, which most sessions use alone.
    root: Queue,
    /// Boxed, since most are few and a node of the map has room for many.
    others: BTreeMap<Lane, Box<Other>>,
}

/// The queue of another lane than the root.
#[derive(Debug, Default)]
struct Other {
    queue: Queue,
    /// In which rounds inside another the lane is, as its sender knows.
    around: Vec<u64>,
}

impl Sender {
    #[inline]
    pub(super) fn queue(&mut self, lane: &Lane) -> &mut Queue {
        if lane.is_root() { &mut self.root } else { self.other(lane) }
    }

    #[cold]
    fn other(&mut self, lane: &Lane) -> &mut Queue {
        &mut self.others.entry(*lane).or_default().queue
    }

    /// Notes in which rounds inside another a lane is.
    pub(super) fn set_around(&mut self, lane: Lane, around: Vec<u64>) {
        self.others.entry(lane).or_default().around = around;
    }

    /// Whether the receiver waits for a message.
    pub(super) fn is_awaited(&self) -> bool {
        self.queues().any(|queue| queue.receiver.waits)
    }

    /// Wakes those who wait for it.
    pub(super) fn wake(&mut self, woken: &mut Woken) {
        self.queues_mut().for_each(|queue| woken.add(queue.receiver.take()));
    }

    /// The queue of a lane, unless there are as many messages as fit in it, or in the rounds of its root.
    #[inline]
    pub(super) fn with_room(&mut self, lane: &Lane) -> Option<&mut Queue> {
        let full = lane.is_in_round() && self.held(lane.root()) >= CAPACITY;
        let queue = self.queue(lane);
        if full || queue.is_full() { None } else { Some(queue) }
    }

    /// How many messages there are in the rounds of a root.
    #[cold]
    fn held(&self, root: u64) -> u64 {
        self.others.range(Lane::all_of(root)).map(|(_, other)| other.queue.len()).sum()
    }

    /// Takes out the queues of the rounds of a root that aren't wanted; and whether there are others.
    pub(super) fn purge(&mut self, root: u64, rounds: &Rounds) -> (Vec<Queue>, bool) {
        let over = |lane: &Lane, other: &mut Box<Other>| !rounds.wants_in(*lane, &other.around);
        let stale = self.others.extract_if(Lane::all_of(root), over);
        let stale = stale.map(|(_, other)| other.queue).collect();
        (stale, self.others.range(Lane::all_of(root)).next().is_some())
    }

    fn queues(&self) -> impl Iterator<Item = &Queue> {
        std::iter::once(&self.root).chain(self.others.values().map(|other| &other.queue))
    }

    fn queues_mut(&mut self) -> impl Iterator<Item = &mut Queue> {
        std::iter::once(&mut self.root)
            .chain(self.others.values_mut().map(|other| &mut other.queue))
    }
}

/// The messages of one sender in one lane.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Those of the first type that was sent: most often the only one.
    first: Option<Store>,
    others: Vec<Store>,
    /// How many were sent.
    sent: u64,
    /// How many were received: the count in the position of the next.
    taken: u64,
    /// The last one that was received.
    last: Option<&'static Step>,
    receiver: Receiver,
}

/// Who waits for a message of a queue.
#[derive(Debug, Default)]
struct Receiver {
    waits: bool,
    waker: Option<Waker>,
    /// Where it can be woken without its waker, which is then kept for the next time: taking turns
    /// in one task needs no reference counting.
    spot: Option<Spot>,
}

impl Receiver {
    /// Notes that it waits, and gives the waker of an earlier time, if that was another one.
    #[inline]
    fn wait(&mut self, waker: &Waker) -> Option<Waker> {
        self.waits = true;
        self.spot = Spot::of(waker);
        if self.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            return None;
        }
        self.waker.replace(waker.clone())
    }

    /// The waker, if it waits and isn't woken by this.
    #[inline]
    fn take(&mut self) -> Option<Waker> {
        let waits = std::mem::replace(&mut self.waits, false);
        if !waits || self.spot.is_some_and(Spot::wake) { None } else { self.waker.take() }
    }
}

impl Queue {
    /// Appends the message, if it is still there, and gives who waits for it.
    #[inline]
    pub(super) fn push<M: Send + 'static>(
        &mut self,
        step: &'static Step,
        message: &mut Option<M>,
    ) -> Option<Waker> {
        let stored = Stored { head: Head { count: self.sent, step }, value: message.take()? };
        self.sent += 1;
        let first = self.first.get_or_insert_with(|| Store::new(VecDeque::<Stored<M>>::new()));
        match first.messages() {
            Some(messages) => messages.push_back(stored),
            None => self.push_other(stored),
        }
        self.receiver.take()
    }

    /// There are few types, so they are searched.
    fn push_other<M: Send + 'static>(&mut self, stored: Stored<M>) {
        match self.others.iter_mut().find_map(Store::messages) {
            Some(messages) => messages.push_back(stored),
            None => self.others.push(Store::new(VecDeque::from([stored]))),
        }
    }

    /// How many messages wait to be received.
    #[inline]
    pub(super) fn len(&self) -> u64 {
        self.sent - self.taken
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.len() >= CAPACITY
    }

    /// It has just ceased to be full.
    #[inline]
    pub(super) fn has_room_for_one(&self) -> bool {
        self.len() == CAPACITY - 1
    }

    /// Takes the next message, which has to be the expected one and an `M`. If it isn't it stays.
    #[inline]
    pub(super) fn take<M: 'static>(&mut self, expected: &Address) -> Option<Result<M, Box<Fault>>> {
        let count = self.taken;
        if self.sent == count {
            return None;
        }
        let is_next = |Stored { head, .. }: &mut Stored<M>| {
            head.count == count && head.step.id == expected.step.id
        };
        let Some(stored) = self.messages().and_then(|messages| messages.pop_front_if(is_next))
        else {
            return Some(Err(self.unexpected::<M>(expected)));
        };
        self.taken += 1;
        self.last = Some(stored.head.step);
        Some(Ok(stored.value))
    }

    /// Those of this type.
    #[inline]
    fn messages<M: 'static>(&mut self) -> Option<&mut VecDeque<Stored<M>>> {
        let first = self.first.as_mut().and_then(Store::messages);
        if first.is_some() { first } else { self.others.iter_mut().find_map(Store::messages) }
    }

    /// Why the next message isn't the expected one.
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    fn unexpected<M>(&self, expected: &Address) -> Box<Fault> {
        let stores = self.first.iter().chain(&self.others);
        let mut firsts = stores.filter_map(|store| Some((store.first()?, store.name)));
        let next = firsts.find(|(head, _)| head.count == self.taken);
        let (Head { step, .. }, found) = next.expect("each message that was sent is in a store");
        if step.id == expected.step.id {
            return Box::new(Fault::Type { expected: type_name::<M>(), found });
        }
        let found = Address { step, ..*expected };
        let position = |address: &Address| Box::new(address.position(self.taken));
        Box::new(Fault::Position { expected: position(expected), found: position(&found) })
    }

    /// Why nothing will come, since the sender's part has ended.
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    pub(super) fn ended(&self, end: &End, expected: &Address) -> Box<Fault> {
        Box::new(match end {
            End::Failed(cause) => Fault::Gone(cause.clone()),
            End::Finished => {
                let position = |address: Address, count| Box::new(address.position(count));
                let last =
                    self.last.map(|step| position(Address { step, ..*expected }, self.taken - 1));
                Fault::Finished { expected: position(*expected, self.taken), last }
            }
        })
    }

    /// Notes who waits for a message; gives what is to be dropped outside the lock.
    #[inline]
    pub(super) fn wait(&mut self, waker: &Waker) -> Option<Waker> {
        self.receiver.wait(waker)
    }
}
