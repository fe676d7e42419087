//! Roles as lists of acts: what the macro would generate, without the macro.

#![allow(dead_code, unreachable_pub, reason = "each test is a crate that uses its part")]

use chor_runtime::__private::{Endpoint, Fail, Signature, Step, finish};
use chor_runtime::{Choreography, Error, Message, Projection, Protocol, Roles, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// What a role does next.
#[derive(Clone)]
pub enum Act {
    /// Sends the number to a role.
    Send(usize, &'static Step, u64),
    /// Receives a number from a role, for the role's output.
    Recv(usize, &'static Step),
    /// Receives a text where the sender may have sent a number.
    RecvText(usize, &'static Step),
    /// Waits until the test lets it go on.
    Wait(Arc<Semaphore>),
    /// Counts how often the role came here.
    Count(Arc<AtomicUsize>),
    /// Lets others of its thread go on.
    Yield,
    /// Fails with [`OutOfStock`].
    Fail,
    /// Panics with "out of paper".
    Panic,
    /// Never goes on.
    Hang,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfStock(pub u32);

impl std::fmt::Display for OutOfStock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} too few in stock", self.0)
    }
}

impl std::error::Error for OutOfStock {}

const fn step(index: u32, label: &'static str) -> Step {
    Step::new("trade", index, label, "u64", "A", &["B"], "src/trade.rs", index + 10, 9)
}

static STEPS: [Step; 4] = [step(0, "title"), step(1, "price"), step(2, "date"), step(3, "receipt")];
pub static TITLE: &Step = &STEPS[0];
pub static PRICE: &Step = &STEPS[1];
pub static DATE: &Step = &STEPS[2];
pub static RECEIPT: &Step = &STEPS[3];

static TWO: Signature = Signature::new("trade", &["Buyer", "Seller"], &[], "");
static THREE: Signature = Signature::new("trade", &["Buyer", "Seller", "Bank"], &[], "");
static PROTOCOL_TWO: Protocol = Protocol::new(&TWO, &STEPS, &[]);
static PROTOCOL_THREE: Protocol = Protocol::new(&THREE, &STEPS, &[]);

/// Role number `ROLE` of a choreography with `N` roles. Its output are the numbers it received.
pub struct Role<const ROLE: usize, const N: usize>(pub Vec<Act>);

pub fn buyer(acts: impl Into<Vec<Act>>) -> Role<0, 2> {
    Role(acts.into())
}

pub fn seller(acts: impl Into<Vec<Act>>) -> Role<1, 2> {
    Role(acts.into())
}

impl<const ROLE: usize, const N: usize> Role<ROLE, N> {
    async fn run<T: Transport + Copy>(self, ep: Endpoint<T, N>) -> Result<Vec<u64>, Fail> {
        let mut received = Vec::new();
        for act in self.0 {
            match act {
                Act::Send(to, step, number) => ep.send::<u64>(to, step, number).await?,
                Act::Recv(from, step) => received.push(ep.recv::<u64>(from, step).await?),
                Act::RecvText(from, step) => drop(ep.recv::<String>(from, step).await?),
                Act::Wait(gate) => gate.acquire().await?.forget(),
                Act::Count(count) => drop(count.fetch_add(1, Ordering::Relaxed)),
                Act::Yield => tokio::task::yield_now().await,
                Act::Fail => Err(OutOfStock(3))?,
                Act::Panic => panic!("out of paper"),
                Act::Hang => std::future::pending().await,
            }
        }
        Ok(received)
    }
}

impl<const ROLE: usize, const N: usize> Projection<N> for Role<ROLE, N> {
    type Output = Vec<u64>;
    const ROLE: usize = ROLE;
    const PROTOCOL: &'static Protocol = if N == 2 { &PROTOCOL_TWO } else { &PROTOCOL_THREE };

    fn play<T: Transport + Copy>(
        self,
        ep: Endpoint<T, N>,
    ) -> impl Future<Output = Result<Vec<u64>, Error>> + Send {
        finish(self.run(ep))
    }
}

/// Two roles together.
pub struct Two(pub Vec<Act>, pub Vec<Act>);

impl Choreography<2> for Two {
    type Roles = (Role<0, 2>, (Role<1, 2>, ()));
    type Outcome = [Vec<u64>; 2];
    type Results = <Self::Roles as Roles<2>>::Each;

    fn roles(self) -> Self::Roles {
        (Role(self.0), (Role(self.1), ()))
    }

    fn outcome((a, (b, ())): (Vec<u64>, (Vec<u64>, ()))) -> Self::Outcome {
        [a, b]
    }

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

/// Three roles together.
pub struct Three(pub Vec<Act>, pub Vec<Act>, pub Vec<Act>);

impl Choreography<3> for Three {
    type Roles = (Role<0, 3>, (Role<1, 3>, (Role<2, 3>, ())));
    type Outcome = [Vec<u64>; 3];
    type Results = <Self::Roles as Roles<3>>::Each;

    fn roles(self) -> Self::Roles {
        (Role(self.0), (Role(self.1), (Role(self.2), ())))
    }

    fn outcome((a, (b, (c, ()))): (Vec<u64>, (Vec<u64>, (Vec<u64>, ())))) -> Self::Outcome {
        [a, b, c]
    }

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

/// A role that sends values of any type to role 1 and ends.
pub struct Sender<M>(pub Vec<M>);

impl<M: Message> Projection<2> for Sender<M> {
    type Output = ();
    const ROLE: usize = 0;
    const PROTOCOL: &'static Protocol = &PROTOCOL_TWO;

    fn play<T: Transport + Copy>(
        self,
        ep: Endpoint<T, 2>,
    ) -> impl Future<Output = Result<(), Error>> + Send {
        finish(async move {
            for value in self.0 {
                let value = ep.copy::<M, _>([1], TITLE, value).await?;
                ep.send_ref::<M, _>([1], TITLE, &value).await?;
                ep.send_each::<M, _>([1], TITLE, value).await?;
            }
            Ok(())
        })
    }
}

/// The acts, `count` times.
pub fn repeat(act: &[Act], count: usize) -> Vec<Act> {
    std::iter::repeat_n(act, count).flatten().cloned().collect()
}
