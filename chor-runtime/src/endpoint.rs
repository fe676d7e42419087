//! A role's handle on a session, through which its projection sends and receives.
//!
//! Maps the roles of the choreography that is running to participants, notes where the role is, and
//! gives faults their exchange. Deliberately holds no state and no lifetime: it is copied freely.

mod exchange;
mod family;
mod round;

use crate::fail::Fail;
use crate::lane::Lane;
use crate::message::Message;
use crate::place;
use crate::protocol::{Protocol, Step};
use crate::seat::Seat;
use crate::transport::{Fault, Transport};
use crate::watch::Site;
use exchange::Exchange;
pub use family::{Coincide, OutOfRange};
pub(crate) use round::Discarding;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// A role's handle on a session of a choreography with `N` roles.
///
/// Projections get one and use it as generated code does: by role numbers in the order of the
/// choreography's header; after these come the members of families that are bound, the outermost first.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<T, const N: usize> {
    transport: T,
    protocol: &'static Protocol,
    roles: [Seat; N],
    lane: Lane,
}

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// The endpoint of the transport's participant in a session of this protocol.
    pub(crate) fn new(transport: T, protocol: &'static Protocol) -> Self {
        let (mut role, mut first) = (0, 0);
        let roles = [(); N].map(|()| {
            let count = number(transport.members(role));
            let seat = Seat::range(first, count);
            first += count;
            role += 1;
            seat
        });
        Self { transport, protocol, roles, lane: Lane::ROOT }
    }

    /// The endpoint for a choreography that is called: its role number `i` is played by this
    /// choreography's role `roles[i]`.
    ///
    /// # Panics
    /// If there is no such role.
    #[must_use]
    pub fn roles<const K: usize>(self, roles: [usize; K]) -> Endpoint<T, K> {
        let Self { transport, protocol, lane, .. } = self;
        Endpoint { transport, protocol, roles: roles.map(|role| self.roles[role]), lane }
    }

    /// The same roles in the lane of another endpoint: a choreography that is called as a value runs
    /// in its caller's lane.
    #[must_use]
    pub fn in_lane_of<const K: usize>(self, caller: Endpoint<T, K>) -> Self {
        Self { lane: caller.lane, ..self }
    }

    /// The participants that play these roles, in order.
    pub(crate) fn participants(&self, of: &[usize]) -> impl Iterator<Item = u32> {
        of.iter().flat_map(|role| self.roles[*role].iter())
    }

    /// This participant.
    pub(crate) fn own(&self) -> u32 {
        number(self.transport.place())
    }

    /// Shows the transport a value that all who come to `site` should have.
    pub(crate) fn watched(&self, site: &'static Site, value: &dyn Debug) {
        let lane = self.lane_of_members();
        let mut few = [0; N];
        if let Some(count) = self.each_once(site.at, &mut few) {
            return self.transport.agreed(site, &few[..count], lane, value);
        }
        let mut seen = BTreeSet::new();
        let all = self.participants(site.at).map(|participant| participant as usize);
        let all: Vec<usize> = all.filter(|participant| seen.insert(*participant)).collect();
        self.transport.agreed(site, &all, lane, value);
    }

    /// Who plays these roles, if no more than one participant plays each: that is told at every site,
    /// so without a list. Bound members may be the same participant.
    fn each_once(&self, roles: &[usize], few: &mut [usize; N]) -> Option<usize> {
        let mut count = 0;
        for role in roles {
            let participant = self.roles[*role].single()? as usize;
            if !few[..count].contains(&participant) {
                few[count] = participant;
                count += 1;
            }
        }
        Some(count)
    }

    /// The lane, told apart by who plays the roles where some are members: what these members do as
    /// themselves, others do not.
    fn lane_of_members(&self) -> Lane {
        let plain =
            |index: usize, seat: &Seat| seat.single().is_some_and(|it| it as usize == index);
        if self.roles.iter().enumerate().all(|(index, seat)| plain(index, seat)) {
            return self.lane;
        }
        self.lane.branch(self.roles.iter().fold(0, |digest, seat| seat.digest(digest)), 0)
    }

    /// What the session's choreography calls a participant.
    pub(crate) fn name(&self, participant: u32) -> Cow<'static, str> {
        self.protocol.participant(participant as usize, |role| self.transport.members(role))
    }

    // By reference, as `recv`: to copy the endpoint over the stack costs as much as the rest of a small
    // message. The futures hold no reference.
    /// Sends `message`, which is given up.
    ///
    /// # Errors
    /// The peer failed, or the way to it is broken.
    pub fn send<M: Message>(
        &self,
        to: usize,
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        place::begin(step);
        self.send_parcel::<M>(self.player(to), step, self.transport.pack(message))
    }

    /// Sends `message` to several roles; clones it for all but the last.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn send_each<M: Message, const K: usize>(
        self,
        to: [usize; K],
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N, K> {
        place::begin(step);
        let mut parcels = to.map(|role| (self.player(role), None));
        self.pack_all(&mut parcels, message);
        self.send_parcels(step, parcels, ())
    }

    /// Sends a value that the sender keeps. It is cloned or encoded at once: the future doesn't
    /// borrow it.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn send_ref<M: Message, const K: usize>(
        self,
        to: [usize; K],
        step: &'static Step,
        message: &M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N, K> {
        place::begin(step);
        let mut parcels = to.map(|role| (self.player(role), None));
        self.pack_all_refs(&mut parcels, message);
        self.send_parcels(step, parcels, ())
    }

    /// Sends `message` and gives it back.
    ///
    /// # Errors
    /// A peer failed, or the way to it is broken.
    pub fn copy<M: Message, const K: usize>(
        self,
        to: [usize; K],
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<M, Fail>> + Send + use<T, M, N, K> {
        place::begin(step);
        let mut parcels = to.map(|role| (self.player(role), None));
        self.pack_all_refs(&mut parcels, &message);
        self.send_parcels(step, parcels, message)
    }

    /// Waits for the next message of a role, which has to be `step`.
    ///
    /// # Errors
    /// The peer failed or finished, it sent something else, or the way to it is broken.
    ///
    /// # Cancel safety
    /// A future that is dropped before it was ready has taken no message.
    pub fn recv<M: Message>(
        &self,
        from: usize,
        step: &'static Step,
    ) -> impl Future<Output = Result<M, Fail>> + Send + use<T, M, N> {
        self.recv_from(self.player(from), step)
    }

    /// As [`recv`](Self::recv), by participant.
    pub(crate) fn recv_from<M: Message>(
        &self,
        from: u32,
        step: &'static Step,
    ) -> impl Future<Output = Result<M, Fail>> + Send + use<T, M, N> {
        // No `async fn` here and below: it would keep its arguments twice, and a message would cost
        // as much to copy around as to send.
        place::begin(step);
        let exchange = self.exchange(from, step);
        let transport = self.transport;
        async move {
            match transport.recv(&exchange.address).await {
                Ok(message) => {
                    exchange.trace(&transport, "received");
                    Ok(message)
                }
                Err(fault) => Err(exchange.fail(&transport, *fault)),
            }
        }
    }

    /// Sends off what the transport holds back: the role is about to wait for something else than a
    /// message.
    pub fn flush(self) {
        self.transport.flush();
    }

    /// `future`, before which [`flush`](Self::flush) is called.
    pub fn flushed<F>(self, future: F) -> F {
        self.flush();
        future
    }

    /// Sends each parcel to its participant, and then gives `output`.
    fn send_parcels<M: Message, P, R: Send>(
        self,
        step: &'static Step,
        mut parcels: P,
        output: R,
    ) -> impl Future<Output = Result<R, Fail>> + Send + use<T, M, P, R, N>
    where
        P: AsMut<[Parcel<T, M>]> + Send,
    {
        let Self { transport, protocol, lane, .. } = self;
        // What is taken out of `parcels` by reference is kept once, what is moved out twice; and no
        // other future is held, which would be one more copy of all of it.
        async move {
            for (to, parcel) in parcels.as_mut() {
                let Some(parcel) = parcel.take() else { continue };
                let exchange = Exchange::new(protocol, *to, lane, step);
                let sent = match parcel {
                    Ok(parcel) => transport.send::<M>(&exchange.address, parcel).await,
                    Err(fault) => Err(fault),
                };
                exchange.sent(&transport, sent)?;
            }
            Ok(output)
        }
    }

    /// By participant.
    pub(crate) fn send_parcel<M: Message>(
        &self,
        to: u32,
        step: &'static Step,
        parcel: Packed<T, M>,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        let exchange = self.exchange(to, step);
        let transport = self.transport;
        async move {
            let sent = match parcel {
                Ok(parcel) => transport.send::<M>(&exchange.address, parcel).await,
                Err(fault) => Err(fault),
            };
            exchange.sent(&transport, sent)
        }
    }

    /// As [`send_ref`](Self::send_ref), by participant.
    pub(crate) fn send_ref_to<M: Message>(
        self,
        to: u32,
        step: &'static Step,
        message: &M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        place::begin(step);
        self.send_parcel::<M>(to, step, self.transport.pack_ref(message))
    }

    /// Clones the message for all but the last.
    fn pack_all<M: Message>(&self, parcels: &mut [Parcel<T, M>], message: M) {
        if let Some(((_, last), others)) = parcels.split_last_mut() {
            self.pack_all_refs(others, &message);
            *last = Some(self.transport.pack(message));
        }
    }

    fn pack_all_refs<M: Message>(&self, parcels: &mut [Parcel<T, M>], message: &M) {
        for index in 0..parcels.len() {
            let previous = index.checked_sub(1).and_then(|previous| parcels[previous].1.as_ref());
            parcels[index].1 = Some(match previous {
                Some(Ok(previous)) => self.transport.pack_again(previous, message),
                _ => self.transport.pack_ref(message),
            });
        }
    }

    /// The one participant that plays a role.
    #[inline]
    fn player(&self, role: usize) -> u32 {
        let seat = self.roles[role];
        seat.single().unwrap_or_else(|| one_of(seat))
    }

    fn exchange(&self, participant: u32, step: &'static Step) -> Exchange {
        Exchange::new(self.protocol, participant, self.lane, step)
    }
}

type Packed<T, M> = Result<<T as Transport>::Parcel<M>, Box<Fault>>;

/// What is sent to a participant, until it is.
type Parcel<T, M> = (u32, Option<Packed<T, M>>);

/// A family in the place of a participant.
#[cold]
fn one_of(seat: Seat) -> u32 {
    panic!("a message goes to one participant or to a list, not to {} as to one", seat.len())
}

/// Participants are counted with 32 bits.
fn number(of: usize) -> u32 {
    of.try_into().expect("fewer than 2^32 participants")
}
