//! The participants tell each other what they run and how many they are, before anything else.

use super::inbound::Met;
use super::{Channel, Encoded};
use crate::codec::Codec;
use crate::error::BoxError;
use crate::frame::{self, Hello};
use crate::together::together;
use crate::transport::Fault;
use std::future::poll_fn;
use std::sync::atomic::Ordering;

/// What a participant fails with before the first message: the peer, and how.
pub(super) type Failed = (usize, Box<Fault>);

impl<C: Channel, D: Codec> Encoded<C, D> {
    /// Tells all what runs here, and waits until all have said that they run the same.
    pub(super) async fn meet_all(&self) -> Result<(), Failed> {
        // At once, so that it needs no room in the channel.
        let (told, met) = together((self.tell_all(), self.hear_all())).await;
        // What a peer said says more than a channel that refuses to send.
        met.and(told)
    }

    /// Tells a peer what runs here, once, before anything else.
    pub(super) async fn tell(&self, to: usize) -> Result<(), C::Error> {
        let Some(protocol) = self.protocol.get() else { return Ok(()) };
        if self.peers[to].told.swap(true, Ordering::Relaxed) {
            return Ok(());
        }
        let place = u32::try_from(self.place).unwrap_or(u32::MAX);
        let (digest, normal) = (protocol.digest(), protocol.normal());
        let hello = Hello { digest, place, sizes: self.sizes.clone(), normal };
        self.channel.send(to, frame::encode_hello(&hello)).await
    }

    async fn tell_all(&self) -> Result<(), Failed> {
        for to in self.others() {
            self.tell(to).await.map_err(|error| (to, Box::new(Fault::Link(error.into()))))?;
        }
        Ok(())
    }

    /// Waits for what each peer says that it runs.
    async fn hear_all(&self) -> Result<(), Failed> {
        let mut first = Ok(());
        for from in self.others() {
            // All are asked, since what differs matters more than who fails because of it.
            match (self.meet(from).await, &first) {
                (Err(fault), Ok(())) => first = Err((from, fault)),
                (Err(fault), Err((_, earlier))) if differs(&fault) && !differs(earlier) => {
                    first = Err((from, fault));
                }
                _ => {}
            }
        }
        first
    }

    async fn meet(&self, from: usize) -> Result<(), Box<Fault>> {
        let inbound = &self.peers[from].inbound;
        loop {
            let turn = match poll_fn(|cx| inbound.poll_met(cx)).await {
                Met::Known(known) => return known,
                Met::Turn(turn) => turn,
            };
            let arrived = self.channel.recv(from).await;
            turn.arrived(arrived.map_err(BoxError::from), &self.own());
        }
    }
}

/// Whether the peer runs something else, or counts others.
fn differs(fault: &Fault) -> bool {
    matches!(fault, Fault::Signature { .. } | Fault::Sizes { .. })
}
