//! The choreography that the checks pretend to run: its messages, and roles that play a list of acts.

use super::party::body;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fail::{Fail, finish};
use crate::pause::yield_now;
use crate::protocol::{Protocol, Step};
use crate::role::Projection;
use crate::signature::Signature;
use crate::transport::{Address, Transport};
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const NAMES: [&str; 5] = ["A", "B", "C", "D", "E"];

const fn step(index: u32, label: &'static str) -> Step {
    Step::new("conformance", index, label, "u64", "A", &["B"], "conformance.rs", index + 1, 1)
}

static STEPS: [Step; 3] = [step(0, "first"), step(1, "second"), step(2, "third")];
pub(super) static FIRST: &Step = &STEPS[0];
pub(super) static SECOND: &Step = &STEPS[1];
pub(super) static THIRD: &Step = &STEPS[2];

const fn signature(participants: usize) -> Signature {
    Signature::new("conformance", NAMES.split_at(participants).0, &[], "")
}

static SIGNATURES: [Signature; 4] = [signature(2), signature(3), signature(4), signature(5)];
static PROTOCOLS: [Protocol; 4] = [
    Protocol::new(&SIGNATURES[0], &STEPS, &[]),
    Protocol::new(&SIGNATURES[1], &STEPS, &[]),
    Protocol::new(&SIGNATURES[2], &STEPS, &[]),
    Protocol::new(&SIGNATURES[3], &STEPS, &[]),
];

/// The protocol of so many participants, from 2 to 5.
pub(super) const fn protocol(participants: usize) -> &'static Protocol {
    &PROTOCOLS[participants - 2]
}

/// What a role does next, with another role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Send(usize, &'static Step),
    Recv(usize, &'static Step),
}

/// How a role's part ends after its acts.
#[derive(Clone, Debug)]
pub(super) enum Last {
    Finish,
    Fail,
    /// Notes that it is there, and does nothing any more.
    Stop(Arc<AtomicBool>),
}

/// The role number `ROLE` of three.
pub(super) struct Actor<const ROLE: usize> {
    pub(super) acts: Vec<Act>,
    pub(super) last: Last,
}

#[derive(Debug, thiserror::Error)]
#[error("it dies here")]
pub(super) struct Dies;

impl<const ROLE: usize> Actor<ROLE> {
    async fn run<T: Transport + Copy>(self, endpoint: Endpoint<T, 3>) -> Result<(), Fail> {
        for act in self.acts {
            match act {
                Act::Send(to, step) => endpoint.send::<u64>(to, step, step.id).await?,
                Act::Recv(from, step) => drop(endpoint.recv::<u64>(from, step).await?),
            }
            yield_now().await;
        }
        match self.last {
            Last::Finish => Ok(()),
            Last::Fail => Err(Dies)?,
            Last::Stop(there) => {
                there.store(true, Ordering::Relaxed);
                pending().await
            }
        }
    }
}

impl<const ROLE: usize> Projection<3> for Actor<ROLE> {
    type Output = ();
    const ROLE: usize = ROLE;
    const PROTOCOL: &'static Protocol = protocol(3);

    fn play<T: Transport + Copy>(
        self,
        endpoint: Endpoint<T, 3>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        finish(self.run(endpoint))
    }
}

/// The first message of the body, to or from a participant.
pub(super) fn first(peer: usize) -> Address {
    body(peer, FIRST)
}
