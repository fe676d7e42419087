//! A given order, and then first come: to replay a run, and to try all orders one after the other.

use super::{Policy, Stop};

/// A choice among roles that could go on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pick {
    /// The role that was chosen.
    pub(crate) role: &'static str,
    /// The others, that could have been.
    pub(crate) others: Vec<&'static str>,
}

/// The roles to choose, one for each choice; makes way so that every order of what roles do between
/// their messages can be had.
pub(crate) struct Given {
    roles: std::vec::IntoIter<String>,
    made: Vec<Pick>,
}

impl Given {
    pub(crate) fn new(roles: Vec<String>) -> Self {
        Self { roles: roles.into_iter(), made: Vec::new() }
    }
}

impl Policy for Given {
    fn pick(&mut self, ready: &[usize], names: &[&'static str]) -> usize {
        let wanted = self.roles.next();
        let index = wanted.and_then(|role| {
            ready.iter().position(|ready| names.get(*ready).is_some_and(|name| *name == role))
        });
        let index = index.unwrap_or(0);
        let name = |role: &usize| names.get(*role).copied().unwrap_or("?");
        let others = ready.iter().filter(|role| **role != ready[index]).map(name).collect();
        self.made.push(Pick { role: name(&ready[index]), others });
        index
    }

    fn yields(&mut self, at: Stop) -> bool {
        at.separates()
    }

    fn picks(&mut self) -> Vec<Pick> {
        std::mem::take(&mut self.made)
    }
}
