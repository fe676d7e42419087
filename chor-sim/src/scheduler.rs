//! Which role runs next. One file for each policy.

mod first_come;
mod given;
mod last;
mod random;

pub(crate) use first_come::FirstCome;
pub(crate) use given::{Given, Pick};
pub(crate) use last::Last;
pub(crate) use random::{Random, mix};

/// Where a role may make way for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    BeforeSending,
    AfterSending,
    /// The message is there.
    BeforeReceiving,
    /// The role is going to wait.
    BeforeWaiting,
}

impl Stop {
    /// Whether roles have to make way here so that each part of their code may come before and after
    /// what others do at the same time. Before a message is sent, others notice nothing of the code
    /// that computed it which they wouldn't notice just after; and who waits makes way anyhow.
    fn separates(self) -> bool {
        matches!(self, Self::AfterSending | Self::BeforeReceiving)
    }
}

/// Chooses among the roles that can go on.
pub(crate) trait Policy: Send {
    /// Which of `ready`, the roles that can go on in the order in which they came to, is next: its
    /// index there. They are at least two. All roles have `names`.
    fn pick(&mut self, ready: &[usize], names: &[&'static str]) -> usize;

    /// Whether a role may have to make way for the others at all.
    fn is_restless(&self) -> bool {
        true
    }

    /// Whether a role makes way for the others here.
    fn yields(&mut self, at: Stop) -> bool;

    /// The choices that were made, if they are kept.
    fn picks(&mut self) -> Vec<Pick> {
        Vec::new()
    }
}
