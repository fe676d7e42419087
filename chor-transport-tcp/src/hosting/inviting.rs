//! Who is invited to a session, and what is served there.

use super::{Hosting, State, meet};
use crate::channel::Channel;
use crate::frame::Open;
use crate::identity::Identity;
use crate::meeting::Meeting;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::way::Way;
use chor_runtime::{Codec, Protocol};
use std::sync::Arc;

/// The longest address of an invitation: names have 253 bytes at most, and ports five.
const MAX_ADDRESS: usize = 512;

/// A version of a choreography that is served.
pub(crate) struct Version<D> {
    pub(crate) protocol: &'static Protocol,
    pub(crate) digest: u64,
    /// How many roles it has.
    pub(crate) roles: usize,
    /// How the role is run.
    pub(crate) run: Run<D>,
}

impl<D> Clone for Version<D> {
    fn clone(&self) -> Self {
        Self { run: Arc::clone(&self.run), ..*self }
    }
}

/// How a role is run that somebody was invited to play.
pub(crate) type Run<D> = Arc<dyn Fn(Invited, Tcp<D>) + Send + Sync>;

/// A session that a role was invited to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Invited {
    /// Tells the session from all others.
    pub session: [u8; 16],
    /// The participant that has opened the session: without families, the number of its role.
    pub opener: usize,
    /// Which member of its family is played here, from 0; 0 for a role that is no family.
    pub member: usize,
    /// The address from which it did.
    pub peer: String,
    /// Who did; `None` with [`Security::Plaintext`](crate::Security::Plaintext), where
    /// nobody can tell.
    pub identity: Option<Identity>,
    /// The addresses of all participants, as the opener knows them; its own is empty.
    pub addresses: Vec<String>,
}

impl<D: Codec + Clone + 'static> Hosting<D> {
    pub(super) fn invited(
        &self,
        state: &State<D>,
        open: &Open,
        addresses: &[String],
    ) -> Result<Version<D>, String> {
        let sizes = sizes_of(open)?;
        let (count, roles) = (addresses.len(), sizes.roles());
        let Open { choreography, digest, from, to, .. } = open;
        if self.is_closing() {
            return Err("it is shutting down".to_owned());
        }
        if addresses.iter().any(|address| address.len() > MAX_ADDRESS) {
            return Err(format!("an address has more than {MAX_ADDRESS} bytes"));
        }
        if state.meetings.len() >= self.options.max_sessions {
            return Err(format!("it takes part in {} sessions already", state.meetings.len()));
        }
        if state.participants + count > self.options.max_participants() {
            let known = state.participants;
            return Err(format!(
                "it is in sessions of {known} participants already, and {count} more are too many"
            ));
        }
        if from == to || (*from.max(to) as usize) >= count {
            return Err(format!(
                "{count} roles, number {from} inviting number {to}, are no session"
            ));
        }
        let versions = state.served.get(&(choreography.clone(), sizes.role_of(*to as usize)));
        let versions = versions.map(Vec::as_slice).unwrap_or_default();
        // Another version than the peer's is run all the same: to tell both what differs.
        let version = versions.iter().find(|known| known.digest == *digest).or(versions.last());
        match version {
            Some(version) if version.roles == roles => Ok(version.clone()),
            Some(Version { roles: own, .. }) => {
                Err(format!("its `{choreography}` has {own} roles and not {roles}"))
            }
            None => Err(format!("it doesn't serve role number {to} of `{choreography}`")),
        }
    }

    pub(super) fn start(
        self: &Arc<Self>,
        version: &Version<D>,
        channel: &Arc<Channel>,
        open: &Open,
        sizes: Sizes,
    ) -> Result<(), String> {
        let (own, opener) = (open.to as usize, open.from as usize);
        let addresses = open.invitation.clone().unwrap_or_default();
        let others = (0..addresses.len()).filter(|peer| *peer != own && *peer != opener);
        let ways = others.map(|peer| {
            // One of the two has to dial.
            let dials = own < peer;
            (peer, if dials { self.dial(&addresses[peer], None) } else { Way::Await })
        });
        let member = sizes.member(own);
        let meeting = Arc::new(Meeting::new(open.session, own, sizes).opened_by(opener));
        meeting.set_protocol(version.protocol);
        let early = match self.register(&meeting) {
            Ok(early) => early,
            // Another link has invited to it at this very moment.
            Err(known) => return known.arrived(channel, open),
        };
        meet(&meeting, channel, open);
        for (channel, open) in &early {
            meet(&meeting, channel, open);
        }
        let transport = self.end_of(meeting, ways.collect(), None);
        let (session, peer) = (open.session, channel.link.peer.clone());
        let identity = channel.link.identity().cloned();
        let invited = Invited { session, opener, member, peer, identity, addresses };
        (version.run)(invited, transport);
        Ok(())
    }
}

pub(super) fn sizes_of(open: &Open) -> Result<Sizes, String> {
    let participants = open.invitation.as_ref().map_or(0, Vec::len);
    let sizes = Sizes::told(&open.sizes, participants);
    sizes.ok_or_else(|| format!("{participants} addresses are not those of all members"))
}
