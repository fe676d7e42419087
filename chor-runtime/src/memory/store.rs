//! The messages of one type in a queue. Knows where each stands in it, but not what else is there.

use crate::protocol::Step;
use std::any::{Any, type_name};
use std::collections::VecDeque;

/// The messages of one type in a queue, a `VecDeque` of them: so none needs a box of its own.
#[derive(Debug)]
pub(super) struct Store {
    messages: Box<dyn Any + Send>,
    first: fn(&dyn Any) -> Option<Head>,
    /// The type.
    pub(super) name: &'static str,
}

/// A message, and where it stands.
pub(super) struct Stored<M> {
    pub(super) head: Head,
    pub(super) value: M,
}

/// Where a message stands in its queue, and which it is.
#[derive(Clone, Copy)]
pub(super) struct Head {
    /// How many messages were sent before.
    pub(super) count: u64,
    pub(super) step: &'static Step,
}

impl Store {
    pub(super) fn new<M: Send + 'static>(messages: VecDeque<Stored<M>>) -> Self {
        Self { messages: Box::new(messages), first: first::<M>, name: type_name::<M>() }
    }

    /// The messages, if they are of this type.
    #[inline]
    pub(super) fn messages<M: 'static>(&mut self) -> Option<&mut VecDeque<Stored<M>>> {
        self.messages.downcast_mut()
    }

    /// Its first message.
    pub(super) fn first(&self) -> Option<Head> {
        (self.first)(&*self.messages)
    }
}

fn first<M: 'static>(messages: &dyn Any) -> Option<Head> {
    let messages: &VecDeque<Stored<M>> = messages.downcast_ref()?;
    messages.front().map(|stored| stored.head)
}
