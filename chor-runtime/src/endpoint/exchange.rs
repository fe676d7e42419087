//! One message between this participant and another: what it is called when it fails, and in the log.

use crate::error::Error;
use crate::fail::Fail;
use crate::lane::Lane;
use crate::protocol::{Protocol, Step};
use crate::role::participants;
use crate::transport::{Address, Fault, Transport};
use tracing::level_filters::LevelFilter;

/// A message between this participant and another.
#[derive(Clone, Copy)]
pub(super) struct Exchange {
    pub(super) protocol: &'static Protocol,
    pub(super) address: Address,
}

impl Exchange {
    pub(super) fn new(
        protocol: &'static Protocol,
        participant: u32,
        lane: Lane,
        step: &'static Step,
    ) -> Self {
        Self { protocol, address: Address::new(participant as usize, lane, step) }
    }

    /// How sending it ended.
    #[inline]
    pub(super) fn sent(
        &self,
        transport: &impl Transport,
        sent: Result<(), Box<Fault>>,
    ) -> Result<(), Fail> {
        match sent {
            Ok(()) => {
                self.trace(transport, "sent");
                Ok(())
            }
            Err(fault) => self.fail_sent(transport, *fault),
        }
    }

    #[cold]
    pub(super) fn fail(&self, transport: &impl Transport, fault: Fault) -> Fail {
        let Address { peer, step, .. } = self.address;
        let name = |participant| self.protocol.participant(participant, |it| transport.members(it));
        Fail::new(Error::of_message(name(transport.place()), name(peer), step, fault))
    }

    /// The failure of a send; none if its receiver is gone and can be lost.
    #[cold]
    fn fail_sent(&self, transport: &impl Transport, fault: Fault) -> Result<(), Fail> {
        let gone = matches!(fault, Fault::Gone(_) | Fault::Link(_));
        if gone && self.is_expendable(transport) {
            Ok(())
        } else {
            Err(self.fail(transport, fault))
        }
    }

    fn is_expendable(&self, transport: &impl Transport) -> bool {
        let mut roles = self.protocol.expendable.iter();
        roles.any(|role| participants(transport, *role).contains(&self.address.peer))
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
