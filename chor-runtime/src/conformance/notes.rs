//! Who does what just now, for who looks at a suite that doesn't end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

#[derive(Debug, Default)]
pub(super) struct Notes(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    behaviour: &'static str,
    next: u64,
    doing: BTreeMap<u64, String>,
}

impl Notes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, behaviour: &'static str) {
        *self.lock() = State { behaviour, ..State::default() };
    }

    /// Somebody does something until the note is dropped.
    pub(super) fn doing(&self, what: String) -> Note<'_> {
        let mut state = self.lock();
        state.next += 1;
        let number = state.next;
        state.doing.insert(number, what);
        Note { notes: self, number }
    }
}

impl fmt::Display for Notes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        match state.behaviour {
            "" => f.write_str("nothing is being checked")?,
            behaviour => write!(f, "being checked: {behaviour}")?,
        }
        state.doing.values().try_for_each(|doing| write!(f, "; {doing}"))
    }
}

pub(super) struct Note<'n> {
    notes: &'n Notes,
    number: u64,
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.notes.lock().doing.remove(&self.number);
    }
}
