//! What one role sent to another and that one has not yet received. No waiting happens here.

use super::table::Woken;
use crate::lane::Lane;
use crate::protocol::Step;
use crate::rounds::Rounds;
use crate::spot::Spot;
use crate::transport::{Address, End, Fault};
use std::any::{Any, type_name};
use std::collections::{BTreeMap, VecDeque};
use std::ops::RangeInclusive;
use std::task::Waker;

/// How many messages a queue holds before its sender waits.
const CAPACITY: usize = 16;

/// What one role sent to another.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The root lane's queue, which most sessions use alone.
    root: Queue,
    /// Boxed, since most are few and a node of the map has room for many.
    others: BTreeMap<Lane, Box<Queue>>,
}

impl Sender {
    #[inline]
    pub(super) fn queue(&mut self, lane: Lane) -> &mut Queue {
        if lane == Lane::ROOT { &mut self.root } else { self.others.entry(lane).or_default() }
    }

    /// Whether the receiver waits for a message.
    pub(super) fn is_awaited(&self) -> bool {
        self.queues().any(|queue| queue.receiver.waits)
    }

    /// Wakes those who wait for it.
    pub(super) fn wake(&mut self, woken: &mut Woken) {
        self.queues_mut().for_each(|queue| woken.add(queue.receiver.take()));
    }

    /// Whether there are as many messages as fit, in this lane or in the rounds of its root.
    #[inline]
    pub(super) fn is_full(&mut self, lane: Lane) -> bool {
        if lane.is_in_round() {
            self.held(lane.root()) >= CAPACITY
        } else {
            self.queue(lane).is_full()
        }
    }

    /// How many messages there are in the rounds of a root.
    #[cold]
    fn held(&self, root: u64) -> usize {
        self.others.range(of_root(root)).map(|(_, queue)| queue.order.len()).sum()
    }

    /// Takes out the queues of the rounds of a root that aren't wanted; and whether there are others.
    pub(super) fn purge(&mut self, root: u64, rounds: &Rounds) -> (Vec<Queue>, bool) {
        let stale = self.others.extract_if(of_root(root), |lane, _| !rounds.wants(*lane));
        let stale = stale.map(|(_, queue)| *queue).collect();
        (stale, self.others.range(of_root(root)).next().is_some())
    }

    fn queues(&self) -> impl Iterator<Item = &Queue> {
        std::iter::once(&self.root).chain(self.others.values().map(|queue| &**queue))
    }

    fn queues_mut(&mut self) -> impl Iterator<Item = &mut Queue> {
        std::iter::once(&mut self.root).chain(self.others.values_mut().map(|queue| &mut **queue))
    }

    /// Why nothing will come, since the sender's part has ended.
    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    pub(super) fn ended(&mut self, end: &End, expected: &Address) -> Box<Fault> {
        Box::new(match end {
            End::Failed(cause) => Fault::Gone(cause.clone()),
            End::Finished => {
                let queue = self.queue(expected.lane);
                let last = queue
                    .last
                    .map(|step| Box::new(Address { step, ..*expected }.position(queue.taken - 1)));
                Fault::Finished { expected: Box::new(expected.position(queue.taken)), last }
            }
        })
    }
}

/// All lanes of the rounds of a root.
fn of_root(root: u64) -> RangeInclusive<Lane> {
    Lane::with_round(0, root, 0)..=Lane::with_round(u64::MAX, root, u64::MAX)
}

/// The messages of one sender in one lane.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Their order: the step of each, and which store its value is in.
    order: VecDeque<(&'static Step, usize)>,
    /// The values of the first type that was sent: most often the only one.
    first: Option<Store>,
    others: Vec<Store>,
    /// How many were received: the count in the position of the first.
    taken: u64,
    /// The last one that was received.
    last: Option<&'static Step>,
    receiver: Receiver,
}

/// The values of one type in a queue, a `VecDeque` of them: so no value needs a box of its own.
#[derive(Debug)]
struct Store {
    values: Box<dyn Any + Send>,
    name: &'static str,
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
    /// Appends the message, and gives who waits for it.
    #[inline]
    pub(super) fn push<M: Send + 'static>(
        &mut self,
        step: &'static Step,
        message: M,
    ) -> Option<Waker> {
        let store = self.store(message);
        self.order.push_back((step, store));
        self.receiver.take()
    }

    /// Puts the value to the others of its type.
    #[inline]
    fn store<M: Send + 'static>(&mut self, message: M) -> usize {
        let first = self.first.get_or_insert_with(|| Store::new(VecDeque::<M>::new()));
        match first.values() {
            Some(values) => {
                values.push_back(message);
                0
            }
            None => self.store_other(message),
        }
    }

    /// There are few types, so they are searched.
    fn store_other<M: Send + 'static>(&mut self, message: M) -> usize {
        for (index, store) in (1..).zip(&mut self.others) {
            if let Some(values) = store.values() {
                values.push_back(message);
                return index;
            }
        }
        self.others.push(Store::new(VecDeque::from([message])));
        self.others.len()
    }

    /// How many messages wait to be received.
    pub(super) fn len(&self) -> usize {
        self.order.len()
    }

    #[inline]
    fn is_full(&self) -> bool {
        self.order.len() >= CAPACITY
    }

    /// It has just ceased to be full.
    #[inline]
    pub(super) fn has_room_for_one(&self) -> bool {
        self.order.len() == CAPACITY - 1
    }

    /// Takes the first message, which has to be the expected one and an `M`. If it isn't it stays.
    #[inline]
    pub(super) fn take<M: 'static>(&mut self, expected: &Address) -> Option<Result<M, Box<Fault>>> {
        let &(found, index) = self.order.front()?;
        if found.id != expected.step.id {
            return Some(Err(self.misplaced(expected, found)));
        }
        let store = match index.checked_sub(1) {
            None => self.first.as_mut()?,
            Some(other) => &mut self.others[other],
        };
        let Some(message) = store.values::<M>().and_then(VecDeque::pop_front) else {
            return Some(Err(store.mistyped::<M>()));
        };
        self.order.pop_front();
        self.taken += 1;
        self.last = Some(found);
        Some(Ok(message))
    }

    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    fn misplaced(&self, expected: &Address, step: &'static Step) -> Box<Fault> {
        let found = Address { step, ..*expected };
        let position = |address: &Address| Box::new(address.position(self.taken));
        Box::new(Fault::Position { expected: position(expected), found: position(&found) })
    }

    /// Notes who waits for a message; gives what is to be dropped outside the lock.
    #[inline]
    pub(super) fn wait(&mut self, waker: &Waker) -> Option<Waker> {
        self.receiver.wait(waker)
    }
}

impl Store {
    fn new<M: Send + 'static>(values: VecDeque<M>) -> Self {
        Self { values: Box::new(values), name: type_name::<M>() }
    }

    #[inline]
    fn values<M: 'static>(&mut self) -> Option<&mut VecDeque<M>> {
        self.values.downcast_mut()
    }

    #[cold]
    #[expect(clippy::unnecessary_box_returns, reason = "all faults are boxed")]
    fn mistyped<M>(&self) -> Box<Fault> {
        Box::new(Fault::Type { expected: type_name::<M>(), found: self.name })
    }
}
