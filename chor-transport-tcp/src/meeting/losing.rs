//! Who is lost before all have met, where a session that somebody has opened can begin without them.

use super::Meeting;
use crate::channel::{Channel, Ended};
use crate::error::LinkError;
use crate::frame::Frame;
use chor_runtime::{Cause, End, Place, Reason};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;

impl Meeting {
    /// One that this participant has opened; there is no such one between fixed addresses.
    pub(crate) fn opened_by(self, opener: usize) -> Self {
        Self { opener: Some(opener), ..self }
    }

    pub(crate) fn is_opener(&self, participant: usize) -> bool {
        self.opener == Some(participant)
    }

    fn is_expendable(&self, participant: usize) -> bool {
        let protocol = self.with(|state| state.protocol);
        let role = self.sizes.role_of(participant);
        protocol.is_some_and(|protocol| protocol.expendable.contains(&role))
    }

    /// Whether the session can begin if a participant can't be met. Of two others than the opener, one
    /// has to be expendable; whom the opener doesn't reach, nobody invites.
    pub(crate) fn can_miss(&self, peer: usize) -> bool {
        let Some(opener) = self.opener else { return false };
        let others = ![self.place, peer].contains(&opener);
        self.is_expendable(peer) || (others && self.is_expendable(self.place))
    }

    /// Whether the session can begin although a participant that was met has ended so.
    pub(crate) fn bears(&self, peer: usize, ended: &Ended) -> bool {
        let is_loss = match ended {
            Ended::Said(_) => true,
            Ended::Link(error) => error.is_loss(),
            Ended::Rubbish(_) => false,
        };
        is_loss && self.opener.is_some() && self.is_expendable(peer)
    }

    /// Those without whom the session begins.
    pub(crate) fn all_lost(&self) -> BTreeMap<usize, Ended> {
        self.with(|state| state.lost.clone())
    }

    /// Why the session has begun without a participant, if it has.
    pub(crate) fn lost(&self, peer: usize) -> Option<Ended> {
        self.with(|state| state.lost.get(&peer).cloned())
    }

    /// The session begins without a participant. The opener tells all others: who waits for it to come
    /// has no other way to know.
    pub(crate) fn lose(&self, peer: usize, ended: &Ended) {
        let known = self.with(|state| {
            let known = state.lost.contains_key(&peer);
            state.lost.entry(peer).or_insert_with(|| ended.clone());
            known
        });
        if known {
            return;
        }
        let (role, why) = (self.name_of(peer), why(ended));
        let role = &*role;
        tracing::warn!(target: "chor", role, why, "a session goes on without a participant");
        if let Some(channel) = self.channel(peer) {
            channel.lose(ended, self.end_of_lost(peer, ended));
        }
        if self.is_opener(self.place) {
            let others = self.seats.iter().enumerate().filter(|(other, _)| *other != peer);
            let channels = others.filter_map(|(_, seat)| seat.get());
            channels.for_each(|channel| say_lost(channel, peer, ended));
        }
    }

    /// What the opener says of a participant that isn't met yet.
    pub(crate) fn lose_as_told(&self, peer: usize, why: String) {
        let cause = Cause::new(self.name_of(peer), Reason::Lost(why), Place::default());
        self.lose(peer, &Ended::Said(End::Failed(cause)));
    }

    /// How this participant has ended for one that comes although it is lost.
    pub(super) fn end_of_lost(&self, peer: usize, ended: &Ended) -> End {
        End::Failed(Cause::new(self.name_of(peer), Reason::Lost(why(ended)), Place::default()))
    }

    /// Tells a participant that has just been reached who is lost.
    pub(super) fn say_all_lost(&self, channel: &Channel) {
        if self.is_opener(self.place) {
            self.all_lost().iter().for_each(|(peer, ended)| say_lost(channel, *peer, ended));
        }
    }

    /// A link is over that this participant may have used to invite others, who may not have met all
    /// others yet.
    pub(crate) fn lose_behind(&self, link: usize, error: &LinkError) {
        let ended = Ended::Link(error.clone());
        for (peer, seat) in self.seats.iter().enumerate() {
            let is_behind = seat.get().is_some_and(|it| Arc::as_ptr(&it.link).addr() == link);
            if is_behind && self.bears(peer, &ended) {
                self.lose(peer, &ended);
            }
        }
    }
}

fn say_lost(channel: &Channel, peer: usize, ended: &Ended) {
    let (channel_id, participant) = (channel.id, peer as u64);
    channel.say(&Frame::Lost { channel: channel_id, participant, why: &why(ended) });
}

/// Why nothing comes any more, for people.
fn why(ended: &Ended) -> String {
    match ended {
        Ended::Said(End::Failed(cause)) => match cause.reason() {
            Reason::Lost(text) => text.clone(),
            _ => cause.to_string(),
        },
        Ended::Said(_) => "it has finished".to_owned(),
        Ended::Link(error) => {
            error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
        }
        Ended::Rubbish(error) => error.to_string(),
    }
}
