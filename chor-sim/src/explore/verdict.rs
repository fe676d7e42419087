//! What a check says of a run.

use std::fmt::Display;

/// What a check says of a run: `false` and an `Err` are failures.
pub trait Verdict {
    /// What is wrong, if anything is.
    fn problem(self) -> Option<String>;
}

impl Verdict for () {
    fn problem(self) -> Option<String> {
        None
    }
}

impl Verdict for bool {
    fn problem(self) -> Option<String> {
        if self { None } else { Some("the check says `false`".to_owned()) }
    }
}

impl<E: Display> Verdict for Result<(), E> {
    fn problem(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}
