//! A role's inbox: what was sent to it and not yet received. No waiting happens here.

use crate::place::Position;
use crate::protocol::Step;
use crate::transport::{End, Fault, Lane};
use std::any::{Any, type_name};
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// How many messages a queue holds before its sender waits.
pub(super) const CAPACITY: usize = 16;

#[derive(Debug)]
pub(super) struct Inbox {
    pub(super) senders: Vec<Sender>,
    /// This role has been played.
    pub(super) opened: bool,
    /// How this role's part ended.
    pub(super) closed: Option<End>,
}

impl Inbox {
    pub(super) fn new(participants: usize) -> Self {
        let senders = (0..participants).map(|_| Sender::default()).collect();
        Self { senders, opened: false, closed: None }
    }

    /// All that was not received.
    pub(super) fn clear(&mut self) -> Vec<Sender> {
        self.senders.iter_mut().map(std::mem::take).collect()
    }

    /// Notes that a sender sends no more, and gives those who wait for it.
    pub(super) fn sender_ended(&mut self, sender: usize, end: &End) -> Vec<Waker> {
        let sender = &mut self.senders[sender];
        sender.end = Some(end.clone());
        sender.queues_mut().filter_map(|queue| queue.receiver.take()).collect()
    }

    /// The senders for which this role waits in a receive.
    pub(super) fn awaited(&self) -> impl Iterator<Item = usize> {
        let awaited = |sender: &Sender| sender.queues().any(|queue| queue.receiver.is_some());
        let senders = self.senders.iter().enumerate();
        senders.filter_map(move |(index, sender)| awaited(sender).then_some(index))
    }
}

/// What one role sent to this one.
#[derive(Debug, Default)]
pub(super) struct Sender {
    /// The root lane's queue, which most sessions use alone.
    root: Queue,
    others: BTreeMap<Lane, Queue>,
    /// The sender's part has ended.
    end: Option<End>,
}

impl Sender {
    pub(super) fn queue(&mut self, lane: Lane) -> &mut Queue {
        if lane == Lane::ROOT { &mut self.root } else { self.others.entry(lane).or_default() }
    }

    fn queues(&self) -> impl Iterator<Item = &Queue> {
        std::iter::once(&self.root).chain(self.others.values())
    }

    fn queues_mut(&mut self) -> impl Iterator<Item = &mut Queue> {
        std::iter::once(&mut self.root).chain(self.others.values_mut())
    }

    /// Why nothing will come, if the sender's part has ended.
    pub(super) fn ended(&mut self, lane: Lane, step: &'static Step) -> Option<Fault> {
        match self.end.as_ref()? {
            End::Failed(cause) => Some(Fault::Gone(cause.clone())),
            End::Finished => {
                let queue = self.queue(lane);
                let last = queue.last.map(|last| Position::boxed(lane, queue.taken - 1, last));
                Some(Fault::Finished { expected: Position::boxed(lane, queue.taken, step), last })
            }
        }
    }
}

/// The messages of one sender in one lane.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// Their order: the step of each, and which store its value is in.
    order: VecDeque<(&'static Step, usize)>,
    stores: Vec<Store>,
    /// How many were received: the count in the position of the first.
    taken: u64,
    /// The last one that was received.
    last: Option<&'static Step>,
    /// Who waits for one.
    receiver: Option<Waker>,
}

/// The values of one type in a queue, a `VecDeque` of them: so no value needs a box of its own.
#[derive(Debug)]
struct Store {
    values: Box<dyn Any + Send>,
    name: &'static str,
}

pub(super) struct Taken<M> {
    pub(super) message: Result<M, Fault>,
    /// The queue was full and no longer is.
    pub(super) made_room: bool,
}

impl Queue {
    /// Takes the message, if there is room, and gives who waits for it.
    pub(super) fn push<M: Send + 'static>(
        &mut self,
        step: &'static Step,
        message: &mut Option<M>,
        capacity: usize,
    ) -> Option<Option<Waker>> {
        if self.order.len() >= capacity {
            return None;
        }
        if let Some(message) = message.take() {
            let store = self.store(message);
            self.order.push_back((step, store));
        }
        Some(self.receiver.take())
    }

    /// Puts the value to the others of its type; there are few types, so they are searched.
    fn store<M: Send + 'static>(&mut self, message: M) -> usize {
        for (index, store) in self.stores.iter_mut().enumerate() {
            if let Some(values) = store.values.downcast_mut::<VecDeque<M>>() {
                values.push_back(message);
                return index;
            }
        }
        let values = Box::new(VecDeque::from([message]));
        self.stores.push(Store { values, name: type_name::<M>() });
        self.stores.len() - 1
    }

    /// Takes the first message, which has to be that of `step` and an `M`. If it isn't it stays.
    pub(super) fn take<M: 'static>(&mut self, lane: Lane, step: &'static Step) -> Option<Taken<M>> {
        let &(found, index) = self.order.front()?;
        if found.id != step.id {
            return Some(Taken {
                message: Err(self.misplaced(lane, step, found)),
                made_room: false,
            });
        }
        let store = &mut self.stores[index];
        let values = store.values.downcast_mut::<VecDeque<M>>();
        let Some(message) = values.and_then(VecDeque::pop_front) else {
            let fault = Fault::Type { expected: type_name::<M>(), found: store.name };
            return Some(Taken { message: Err(fault), made_room: false });
        };
        let made_room = self.order.len() == CAPACITY;
        self.order.pop_front();
        self.taken += 1;
        self.last = Some(found);
        Some(Taken { message: Ok(message), made_room })
    }

    #[cold]
    fn misplaced(&self, lane: Lane, expected: &'static Step, found: &'static Step) -> Fault {
        let position = |step| Position::boxed(lane, self.taken, step);
        Fault::Position { expected: position(expected), found: position(found) }
    }

    /// Notes who waits for a message.
    pub(super) fn wait(&mut self, waker: &Waker) {
        if !self.receiver.as_ref().is_some_and(|receiver| receiver.will_wake(waker)) {
            self.receiver = Some(waker.clone());
        }
    }
}
