//! Which roles the peer at the other end of a link may play.

use super::{Link, cut};
use crate::error::LinkError;
use crate::frame::Frame;
use crate::identity::{Denied, Identity};
use chor_runtime::Protocol;

impl Link {
    /// Who the peer is; `None` where connections are not secured.
    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.known.as_ref().map(|known| &known.identity)
    }

    /// Whether the peer may play a role: where connections are not secured, it may.
    pub(crate) fn vet(&self, protocol: &Protocol, role: usize) -> Result<(), Denied> {
        self.known.as_ref().map_or(Ok(()), |known| known.vet(protocol, role))
    }

    /// Whether this end lets the peer play a role that it is to reach. If it was about to invite it, the
    /// peer is told why it isn't invited.
    pub(crate) fn vet_to_reach(
        &self,
        protocol: &Protocol,
        role: usize,
        invites: bool,
    ) -> Result<(), LinkError> {
        self.vet(protocol, role).map_err(|denied| {
            if invites {
                self.decline(&denied);
            }
            let error = self.denied(denied);
            tracing::warn!(target: "chor", "{error}");
            error
        })
    }

    pub(crate) fn denied(&self, denied: Denied) -> LinkError {
        LinkError::Denied { peer: self.peer.clone(), denied: denied.into() }
    }

    fn decline(&self, denied: &Denied) {
        let mut table = self.table();
        // The number of a channel that there never is.
        table.opened += 1;
        let channel = table.opened;
        drop(table);
        self.say(&Frame::Refuse { channel, reason: cut(&denied.to_string()) });
    }
}
