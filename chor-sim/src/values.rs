//! The values of a queue, of any types, without a box for each.

use std::any::{Any, type_name};
use std::collections::VecDeque;

/// Values in the order in which they came, by type.
#[derive(Default)]
pub(crate) struct Values(Vec<Store>);

/// The values of one type: a `VecDeque` of them.
struct Store {
    values: Box<dyn Any + Send>,
    name: &'static str,
}

impl Values {
    /// Adds a value; gives the store that it is in. There are few types, so they are searched.
    #[inline]
    pub(crate) fn push<M: Send + 'static>(&mut self, value: M) -> usize {
        for (index, store) in self.0.iter_mut().enumerate() {
            if let Some(values) = store.values.downcast_mut::<VecDeque<M>>() {
                values.push_back(value);
                return index;
            }
        }
        let values = Box::new(VecDeque::from([value]));
        self.0.push(Store { values, name: type_name::<M>() });
        self.0.len() - 1
    }

    /// Takes the first value of a store, if it holds those of this type; else gives the name of its
    /// type.
    #[inline]
    pub(crate) fn pop<M: 'static>(&mut self, store: usize) -> Result<M, &'static str> {
        let Store { values, name } = &mut self.0[store];
        let values = values.downcast_mut::<VecDeque<M>>();
        values.and_then(VecDeque::pop_front).ok_or(*name)
    }
}
