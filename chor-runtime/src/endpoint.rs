//! A role's handle on a session, through which its projection sends and receives.
//!
//! Maps the roles of the choreography that is running to participants, notes where the role is, and
//! gives faults their exchange. Deliberately holds no state and no lifetime: it is copied freely.

use crate::error::Error;
use crate::fail::Fail;
use crate::message::Message;
use crate::place;
use crate::protocol::{Protocol, Step};
use crate::transport::{Address, Fault, Lane, Transport};
use crate::watch::Site;
use std::fmt::Debug;
use tracing::level_filters::LevelFilter;

/// A role's handle on a session of a choreography with `N` roles.
///
/// Projections get one and use it as generated code does: by role numbers in the order of the
/// choreography's header.
#[derive(Clone, Copy, Debug)]
pub struct Endpoint<T, const N: usize> {
    transport: T,
    protocol: &'static Protocol,
    me: usize,
    roles: [Seat; N],
    lane: Lane,
}

/// The participants that play a role: a number and those after it, so that a family is one entry.
#[derive(Clone, Copy, Debug)]
struct Seat {
    first: u32,
    #[expect(dead_code, reason = "a role is one participant until there are families")]
    count: u32,
}

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// The endpoint of the participant `me`, where each role is played by the participant of its
    /// number.
    pub(crate) fn new(transport: T, protocol: &'static Protocol, me: usize) -> Self {
        let mut first = 0;
        let roles = [(); N].map(|()| {
            let seat = Seat { first, count: 1 };
            first += 1;
            seat
        });
        Self { transport, protocol, me, roles, lane: Lane::ROOT }
    }

    /// The endpoint for a choreography that is called: its role number `i` is played by this
    /// choreography's role `roles[i]`.
    ///
    /// # Panics
    /// If there is no such role.
    #[must_use]
    pub fn roles<const K: usize>(self, roles: [usize; K]) -> Endpoint<T, K> {
        let Self { transport, protocol, me, lane, .. } = self;
        Endpoint { transport, protocol, me, roles: roles.map(|role| self.roles[role]), lane }
    }

    /// The same roles in the lane of another endpoint: a choreography that is called as a value runs
    /// in its caller's lane.
    #[must_use]
    pub fn in_lane_of<const K: usize>(self, caller: Endpoint<T, K>) -> Self {
        Self { lane: caller.lane, ..self }
    }

    /// This participant's number among the roles of the choreography that is running.
    pub(crate) fn own_role(&self) -> usize {
        let own = self.roles.iter().position(|seat| seat.first as usize == self.me);
        own.expect("a participant runs choreographies in which it plays a role")
    }

    /// The participant that plays a role.
    pub(crate) fn participant(&self, role: usize) -> u32 {
        self.roles[role].first
    }

    /// Shows the transport a value that all who come to `site` should have.
    pub(crate) fn watched(&self, site: &'static Site, value: &dyn Debug) {
        let mut among = [0; N];
        let all = among.iter_mut().zip(site.at);
        let count = all.map(|(peer, role)| *peer = self.participant(*role) as usize).count();
        self.transport.agreed(site, &among[..count], self.lane, value);
    }

    /// What the session's choreography calls a participant.
    pub(crate) fn name(&self, participant: u32) -> &'static str {
        self.protocol.role(participant as usize)
    }

    /// Sends `message`, which is given up.
    ///
    /// # Errors
    /// The peer failed, or the way to it is broken.
    pub fn send<M: Message>(
        self,
        to: usize,
        step: &'static Step,
        message: M,
    ) -> impl Future<Output = Result<(), Fail>> + Send + use<T, M, N> {
        place::begin(step);
        self.send_parcel::<M>(to, step, self.transport.pack(message))
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
        let mut parcels = [const { None }; K];
        self.pack_all(&mut parcels[..K.saturating_sub(1)], &message);
        if let Some(last) = parcels.last_mut() {
            *last = Some(self.transport.pack(message));
        }
        self.send_parcels(to, step, parcels)
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
        let mut parcels = [const { None }; K];
        self.pack_all(&mut parcels, message);
        self.send_parcels(to, step, parcels)
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
        let sent = self.send_ref(to, step, &message);
        async move {
            sent.await?;
            Ok(message)
        }
    }

    /// Waits for the next message of a role, which has to be `step`.
    ///
    /// # Errors
    /// The peer failed or finished, it sent something else, or the way to it is broken.
    ///
    /// # Cancel safety
    /// A future that is dropped before it was ready has taken no message.
    pub fn recv<M: Message>(
        self,
        from: usize,
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
                    exchange.trace("received");
                    Ok(message)
                }
                Err(fault) => Err(exchange.fail(*fault)),
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

    async fn send_parcels<M: Message, const K: usize>(
        self,
        to: [usize; K],
        step: &'static Step,
        parcels: [Option<Packed<T, M>>; K],
    ) -> Result<(), Fail> {
        for (to, parcel) in to.into_iter().zip(parcels.into_iter().flatten()) {
            self.send_parcel::<M>(to, step, parcel).await?;
        }
        Ok(())
    }

    fn send_parcel<M: Message>(
        self,
        to: usize,
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
            match sent {
                Ok(()) => {
                    exchange.trace("sent");
                    Ok(())
                }
                Err(fault) => Err(exchange.fail(*fault)),
            }
        }
    }

    fn pack_all<M: Message>(&self, parcels: &mut [Option<Packed<T, M>>], message: &M) {
        for index in 0..parcels.len() {
            let previous = index.checked_sub(1).and_then(|previous| parcels[previous].as_ref());
            parcels[index] = Some(match previous {
                Some(Ok(previous)) => self.transport.pack_again(previous, message),
                _ => self.transport.pack_ref(message),
            });
        }
    }

    fn exchange(&self, role: usize, step: &'static Step) -> Exchange {
        let Self { protocol, me, lane, .. } = *self;
        let address = Address::new(self.roles[role].first as usize, lane, step);
        Exchange { protocol, me, address }
    }
}

type Packed<T, M> = Result<<T as Transport>::Parcel<M>, Box<Fault>>;

/// A message between this participant and another.
#[derive(Clone, Copy)]
struct Exchange {
    protocol: &'static Protocol,
    me: usize,
    address: Address,
}

impl Exchange {
    #[cold]
    fn fail(&self, fault: Fault) -> Fail {
        let Self { protocol, me, address: Address { peer, step, .. } } = *self;
        Fail::new(Error::of_message(protocol.role(me), protocol.role(peer), step, fault))
    }

    /// Costs a load and a comparison when nobody listens.
    #[inline]
    fn trace(&self, event: &'static str) {
        if LevelFilter::current() >= LevelFilter::TRACE {
            self.emit(event);
        }
    }

    #[cold]
    fn emit(&self, event: &'static str) {
        let Self { protocol, me, address: Address { peer, step, .. } } = *self;
        tracing::trace!(
            target: "chor",
            choreography = step.choreography,
            role = protocol.role(me),
            peer = protocol.role(peer),
            label = step.label,
            r#type = step.ty,
            "{event}",
        );
    }
}
