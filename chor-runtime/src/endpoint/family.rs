//! Families at an endpoint: how many members, which one this participant is, and one of them as a role.

use super::{Endpoint, Parcel};
use crate::fail::Fail;
use crate::message::Message;
use crate::place;
use crate::protocol::Step;
use crate::seat::Seat;
use crate::transport::Transport;

/// There is no member of this number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("number {number} is out of range: `{family}` has {}", count(*members))]
#[non_exhaustive]
pub struct OutOfRange {
    /// The number.
    pub number: usize,
    /// The family.
    pub family: String,
    /// How many members it has.
    pub members: usize,
}

fn count(members: usize) -> String {
    match members {
        0 => "no members".to_owned(),
        1 => "1 member".to_owned(),
        _ => format!("{members} members"),
    }
}

/// One participant would play two roles of a choreography that is called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{participant}` can't play two roles of the choreography that is called")]
#[non_exhaustive]
pub struct Coincide {
    /// The participant.
    pub participant: String,
}

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// How many participants play these roles.
    pub fn len(&self, of: &[usize]) -> usize {
        of.iter().map(|role| self.roles[*role].len()).sum()
    }

    /// This participant's number in the family that it is a member of.
    ///
    /// # Panics
    /// If it plays no role here.
    pub fn me(&self) -> usize {
        let own = self.own();
        let number = self.roles.iter().find_map(|seat| seat.position(own));
        number.expect("a participant runs choreographies in which it plays a role")
    }

    /// This participant's number among those that play these roles, in the order of the roles.
    pub fn index_in(&self, of: &[usize]) -> Option<usize> {
        self.seat(of).position(self.own())
    }

    /// The same with one more role, number `M - 1`: the member of number `index` of those that play the
    /// roles `of`.
    ///
    /// # Errors
    /// There is no such member.
    ///
    /// # Panics
    /// Unless `M` is `N + 1`.
    #[track_caller]
    pub fn member<const M: usize>(
        self,
        of: &[usize],
        index: usize,
    ) -> Result<Endpoint<T, M>, Fail> {
        match self.seat(of).get(index) {
            Some(participant) => Ok(self.with(participant)),
            None => Err(self.out_of_range(of, index)),
        }
    }

    /// For each participant that plays one of the roles `of`, the endpoint with it as one more role, in
    /// the lane of its own branch; and its number.
    ///
    /// # Panics
    /// Unless `M` is `N + 1`.
    pub fn slots<const M: usize>(self, of: &[usize], place: u64) -> Vec<(Endpoint<T, M>, usize)> {
        let members = self.seat(of).iter().enumerate();
        members.map(|(index, it)| (self.branch(place, index).with(it), index)).collect()
    }

    /// The same in the lane of a branch: that of this `index` at this `place` of the source.
    #[must_use]
    pub fn branch(self, place: u64, index: usize) -> Self {
        Self { lane: self.lane.branch(place, index as u64), ..self }
    }

    /// The endpoint for a choreography that is called, whose roles are played by the participants of
    /// these roles: a list of roles where the callee has a family.
    ///
    /// # Errors
    /// A participant would play two of the callee's roles.
    ///
    /// # Panics
    /// If there is no such role.
    #[track_caller]
    pub fn regroup<const K: usize>(self, roles: [&[usize]; K]) -> Result<Endpoint<T, K>, Fail> {
        let Self { transport, protocol, lane, .. } = self;
        let roles = roles.map(|of| self.seat(of));
        let pairs = || (0..K).flat_map(|one| (0..one).map(move |other| (one, other)));
        let shared = pairs().find_map(|(one, other)| roles[one].common(roles[other]));
        match shared.or_else(|| roles.into_iter().find_map(Seat::twice)) {
            None => Ok(Endpoint { transport, protocol, roles, lane }),
            Some(twice) => Err(Coincide { participant: self.name(twice).into_owned() }.into()),
        }
    }

    /// Sends `message` to all participants that play one of the roles `to`, but not to this one; clones
    /// it for all but the last.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn send_all<M: Message>(
        self,
        to: &[usize],
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        place::begin(step);
        let mut parcels = self.for_others(to);
        self.pack_all(&mut parcels, message);
        self.send_parcels(step, parcels, ())
    }

    /// As [`send_all`](Self::send_all), of a value that the sender keeps. It is cloned or encoded at
    /// once: the future doesn't borrow it.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn send_all_ref<M: Message>(
        self,
        to: &[usize],
        step: &'static Step,
        message: &M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        place::begin(step);
        let mut parcels = self.for_others(to);
        self.pack_all_refs(&mut parcels, message);
        self.send_parcels(step, parcels, ())
    }

    /// As [`send_all`](Self::send_all), and gives the message back.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn copy_all<M: Message>(
        self,
        to: &[usize],
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<M, Fail>> + Send + use<T, M, N> {
        place::begin(step);
        let mut parcels = self.for_others(to);
        self.pack_all_refs(&mut parcels, &message);
        self.send_parcels(step, parcels, message)
    }

    /// Who plays these roles, in order, each once, without this participant.
    pub(crate) fn others(&self, of: &[usize]) -> Vec<u32> {
        let mut others = Vec::with_capacity(self.len(of));
        others.extend(of.iter().flat_map(|role| self.roles[*role].iter()));
        // A bound member and its family may both be named.
        if of.len() > 1 {
            let mut seen = std::collections::BTreeSet::new();
            others.retain(|participant| seen.insert(*participant));
        }
        let own = self.own();
        others.retain(|participant| *participant != own);
        others
    }

    /// A parcel for each of the [`others`](Self::others), not yet packed.
    fn for_others<M: Message>(&self, of: &[usize]) -> Vec<Parcel<T, M>> {
        self.others(of).into_iter().map(|participant| (participant, None)).collect()
    }

    /// The participants that play these roles.
    pub(super) fn seat(&self, of: &[usize]) -> Seat {
        match of {
            [role] => self.roles[*role],
            _ => Seat::joined(of.iter().map(|role| self.roles[*role])),
        }
    }

    /// With one more role.
    pub(super) fn with<const M: usize>(self, participant: u32) -> Endpoint<T, M> {
        assert_eq!(M, N + 1, "a bound member is one more role");
        let Self { transport, protocol, lane, .. } = self;
        let mut roles = [Seat::one(participant); M];
        roles[..N].copy_from_slice(&self.roles);
        Endpoint { transport, protocol, roles, lane }
    }

    #[cold]
    #[track_caller]
    fn out_of_range(&self, of: &[usize], number: usize) -> Fail {
        let members = self.len(of);
        OutOfRange { number, family: self.family(of), members }.into()
    }

    /// What people call these roles: the name of the session's family, if they are one.
    fn family(&self, of: &[usize]) -> String {
        let names = of.iter().filter_map(|role| {
            let name = self.name(self.roles[*role].get(0)?);
            Some(name.split('[').next().unwrap_or(&name).to_owned())
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() { "the family".to_owned() } else { names.join(", ") }
    }
}
