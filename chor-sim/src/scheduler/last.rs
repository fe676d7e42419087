//! One role last: it runs only when no other can.
//!
//! When it does, all others wait for it, at once or through each other. So what others do that doesn't
//! depend on a part of its code has been done before that part. With each role last in turn, of two
//! parts of different roles that don't depend on each other each comes first once.

use super::{Policy, Stop};

/// The role that is last; among the others, first come.
pub(crate) struct Last(String);

impl Last {
    pub(crate) fn new(role: String) -> Self {
        Self(role)
    }
}

impl Policy for Last {
    fn pick(&mut self, ready: &[usize], names: &[&'static str]) -> usize {
        let is_last = |role: &usize| names.get(*role).is_some_and(|name| *name == self.0);
        ready.iter().position(|role| !is_last(role)).unwrap_or(0)
    }

    fn yields(&mut self, at: Stop) -> bool {
        at.separates()
    }
}
