//! Faults: what may happen to messages on their way. Knows a message by names and numbers;
//! deliberately not its value, and not how it is delivered.

use crate::scheduler::mix;
use chor_runtime::{Address, Step};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It arrives at once.
    Deliver,
    /// It arrives so much later; later ones of the same way don't overtake it.
    Delay(Duration),
    /// It never arrives, nor do later ones of the same way: nobody learns why.
    Hold,
    /// The way from its sender to its receiver breaks, and both learn of it.
    Cut,
}

/// A message that is being sent, for a rule to decide about.
#[derive(Clone, Copy, Debug)]
pub struct InFlight<'p> {
    from: &'p str,
    to: &'p str,
    step: &'static Step,
    round: u32,
    now: Duration,
    seed: u64,
}

impl<'p> InFlight<'p> {
    pub(crate) fn new(
        from: &'p str,
        to: &'p str,
        address: &Address,
        round: u32,
        now: Duration,
        seed: u64,
    ) -> Self {
        Self { from, to, step: address.step, round, now, seed }
    }

    /// The role that sends it.
    pub fn from(&self) -> &'p str {
        self.from
    }

    /// The role that it is sent to.
    pub fn to(&self) -> &'p str {
        self.to
    }

    /// Its label.
    pub fn label(&self) -> &'static str {
        self.step.label
    }

    /// The message as it stands in the source.
    pub fn step(&self) -> &'static Step {
        self.step
    }

    /// How often this message was sent on this way, this time included: from 1.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// The virtual time since the run began.
    pub fn now(&self) -> Duration {
        self.now
    }

    /// A number that depends on the run's seed and on the message's names and round alone: other
    /// messages don't change it.
    pub fn random(&self) -> u64 {
        let texts = [self.from, self.to, self.step.choreography, self.step.label];
        let start = mix(self.seed ^ u64::from(self.round).rotate_left(32));
        texts
            .iter()
            .flat_map(|text| text.bytes().chain([0xff]))
            .fold(start, |hash, byte| mix(hash ^ u64::from(byte)))
    }

    /// Whether a chance of one in `n` comes true, by [`random`](Self::random). Never if `n` is 0.
    pub fn one_in(&self, n: u64) -> bool {
        n != 0 && self.random().is_multiple_of(n)
    }
}

/// Decides about each message that is sent.
pub(crate) type Rule = Arc<dyn Fn(&InFlight<'_>) -> Fate + Send + Sync>;

/// A time in which no message passes between some roles and the others.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) apart: Vec<String>,
    pub(crate) time: Range<Duration>,
}

impl Window {
    /// What would arrive in the window arrives at its end.
    pub(crate) fn delay(&self, from: &str, to: &str, due: Duration) -> Duration {
        let inside = |role: &str| self.apart.iter().any(|apart| apart == role);
        let crosses = inside(from) != inside(to);
        if crosses && self.time.contains(&due) { self.time.end } else { due }
    }
}
