//! Which role runs next. One file for each policy.

mod first_come;
mod given;
mod random;

pub(crate) use first_come::FirstCome;
pub(crate) use given::{Given, Pick};
pub(crate) use random::{Random, mix};

/// Chooses among the roles that can go on.
pub(crate) trait Policy: Send {
    /// Which of `ready`, the roles that can go on in the order in which they came to, is next: its
    /// index there. They are at least two. All roles have `names`.
    fn pick(&mut self, ready: &[usize], names: &[&'static str]) -> usize;

    /// Whether a role may have to make way for the others at all.
    fn is_restless(&self) -> bool {
        true
    }

    /// Whether a role makes way for the others, before it sends or receives and when it has sent.
    fn yields(&mut self) -> bool;

    /// The choices that were made, if they are kept.
    fn picks(&mut self) -> Vec<Pick> {
        Vec::new()
    }
}
