//! One thing that happened, as others see it.

use super::{Kind, Record, Trace};
use crate::halt::Halt;
use chor_runtime::{End, Step};
use std::time::Duration;

/// Something that happened in a run.
#[derive(Clone, Copy, Debug)]
pub struct Event<'t> {
    trace: &'t Trace,
    record: &'t Record,
}

/// What happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum What<'t> {
    /// The role sent a message.
    #[non_exhaustive]
    Sent {
        /// To whom.
        to: &'static str,
        /// The message as it stands in the source.
        step: &'static Step,
        /// Which message of the run it is, from 0.
        number: u32,
        /// Its value as text.
        value: &'t str,
        /// How many bytes the default codec makes of it.
        bytes: u32,
    },
    /// The role received a message.
    #[non_exhaustive]
    Received {
        /// From whom.
        from: &'static str,
        /// The message as it stands in the source.
        step: &'static Step,
        /// Which message of the run it is, from 0.
        number: u32,
    },
    /// The role dropped a message that came after what it belonged to was over, as a deadline.
    #[non_exhaustive]
    Discarded {
        /// From whom.
        from: &'static str,
        /// The message as it stands in the source.
        step: &'static Step,
        /// Which message of the run it is, from 0.
        number: u32,
    },
    /// The role's part ended.
    Ended(&'t End),
    /// The role could not go on when the run ended.
    Stuck(&'t Halt),
}

impl<'t> Event<'t> {
    pub(super) fn new(trace: &'t Trace, record: &'t Record) -> Self {
        Self { trace, record }
    }

    /// The virtual time since the run began; in a [mixed](crate::Mixed) run, that of a real clock.
    pub fn at(&self) -> Duration {
        self.record.at
    }

    /// Virtual time had passed when it happened.
    pub(super) fn has_virtual_time(&self) -> bool {
        !self.trace.real_time && !self.record.at.is_zero()
    }

    /// The role that it happened to.
    pub fn role(&self) -> &'static str {
        self.trace.role(self.record.role)
    }

    /// What happened.
    pub fn what(&self) -> What<'t> {
        match &self.record.kind {
            Kind::Sent { to, step, number, value, bytes } => What::Sent {
                to: self.trace.role(*to),
                step,
                number: *number,
                value: self.trace.value(*value),
                bytes: *bytes,
            },
            Kind::Received { from, step, number } => {
                What::Received { from: self.trace.role(*from), step, number: *number }
            }
            Kind::Discarded { from, step, number } => {
                What::Discarded { from: self.trace.role(*from), step, number: *number }
            }
            Kind::Ended(number) => What::Ended(&self.trace.ends[*number]),
            Kind::Stuck(number) => What::Stuck(&self.trace.halts[*number]),
        }
    }
}
