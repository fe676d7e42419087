//! One message between this participant and another: what it is called when it fails, and in the log.

use crate::error::Error;
use crate::fail::Fail;
use crate::protocol::Protocol;
use crate::transport::{Address, Fault, Transport};
use tracing::level_filters::LevelFilter;

/// A message between this participant and another.
#[derive(Clone, Copy)]
pub(super) struct Exchange {
    pub(super) protocol: &'static Protocol,
    pub(super) address: Address,
}

impl Exchange {
    #[cold]
    pub(super) fn fail(&self, transport: &impl Transport, fault: Fault) -> Fail {
        let Address { peer, step, .. } = self.address;
        let name = |participant| self.protocol.participant(participant, |it| transport.members(it));
        Fail::new(Error::of_message(name(transport.place()), name(peer), step, fault))
    }

    /// Costs a load and a comparison when nobody listens.
    #[inline]
    pub(super) fn trace(&self, transport: &impl Transport, event: &'static str) {
        if LevelFilter::current() >= LevelFilter::TRACE {
            self.emit(transport, event);
        }
    }

    #[cold]
    fn emit(&self, transport: &impl Transport, event: &'static str) {
        let Address { peer, step, .. } = self.address;
        let name = |participant| self.protocol.participant(participant, |it| transport.members(it));
        tracing::trace!(
            target: "chor",
            choreography = step.choreography,
            role = &*name(transport.place()),
            peer = &*name(peer),
            label = step.label,
            r#type = step.ty,
            "{event}",
        );
    }
}
