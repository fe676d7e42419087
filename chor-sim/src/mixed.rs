//! Runs in which some roles are real: played elsewhere, over a transport, while the others are
//! simulated.

mod border;
mod casting;
mod end;
mod roles;
mod stand_in;

pub use border::{Border, Borders};
pub use roles::{Family, OneOrMore, SomeRoles};

use crate::clock::Clock;
use crate::driver::Driver;
use crate::end::Shared;
use crate::random::Kept;
use crate::run::Run;
use crate::simulation::Simulation;
use casting::Casting;
use chor_runtime::{Roles, Transport};
use end::{Map, MixedEnd};
use roles::Mixture;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

/// How long nothing may happen, if the simulation doesn't say: this is time in which somebody waits.
const PATIENCE: Duration = Duration::from_mins(1);

/// A run some of whose roles are real; from [`Simulation::real`].
///
/// The real roles are played elsewhere: in another process over TCP, or in another task over memory.
/// The simulated ones send to them and receive from them through the ends of their session.
///
/// | | in a mixed run |
/// |---|---|
/// | time | is that of the clock of the `tokio` runtime that it runs on: what takes an hour takes an hour. Nobody can tell how long a real role needs, so time can't jump |
/// | a message to a real role | leaves when it is due: at once, or after the delays of rules and partitions. In the trace it is received when the transport has taken it |
/// | a message from a real role | is in the trace as sent when it has arrived and its receiver has come to it; then rules and partitions decide about it |
/// | a message between real roles | is not seen |
/// | a message from a real role that comes too late for its round | is dropped by the transport, and is not in the trace |
/// | a cut between a simulated and a real role | breaks the simulated role's way to all real roles of that session, in both directions |
/// | a simulated role that fails, or crashes by a fault | is that for the real ones as well, with the cause |
/// | a real role that fails, or is out of reach | is that for the simulated ones, with the cause |
/// | a real role | can neither crash by a fault nor be slow: it isn't in the simulator's hand |
///
/// Since real roles aren't, two runs under the same conditions may differ, and
/// [`explore`](crate::explore) doesn't take one.
#[must_use = "nothing is run before `run`"]
pub struct Mixed<B> {
    simulation: Simulation,
    borders: B,
}

impl<B> fmt::Debug for Mixed<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mixed").field("simulation", &self.simulation).finish_non_exhaustive()
    }
}

impl Simulation {
    /// Has the roles of these names be real: a role, a whole family (`Workers`), or a single member
    /// (`Workers[1]`). They are played elsewhere, in the session that `ends`
    /// belong to. That are the ends of all its other participants, in any order.
    ///
    /// Real roles that exchange messages with each other have to be in one session. For each session,
    /// call this once; conditions of the simulation are to be said before.
    ///
    /// # Examples
    /// With a choreography `ask[Buyer, Seller]`, whose seller is played in a task of its own:
    /// ```
    /// # use chor::prelude::*;
    /// # chor! {
    /// #     chor ask[Buyer, Seller](title: &str @ Buyer, price: u32 @ Seller) -> u32 @ Buyer {
    /// #         let title: String = Buyer -> Seller: title.to_owned();
    /// #         Seller: println!("{title}");
    /// #         let price: u32 = Seller -> Buyer: price;
    /// #         price
    /// #     }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), chor::Error> {
    /// use chor::sim::Simulation;
    ///
    /// let [buyer, seller] = chor::memory::session();
    /// let real = tokio::spawn(async move { play_role(ask::Seller::new(50), &seller).await });
    ///
    /// let mixed = Simulation::new().real(&["Seller"], [buyer]);
    /// let run = mixed.run(|| (ask::Buyer::new("TAPL"),)).await;
    /// assert_eq!(run.results.0?, 50);
    /// assert_eq!(run.trace.messages(), 2);
    /// # real.await.unwrap()
    /// # }
    /// ```
    pub fn real<T>(
        self,
        roles: &[&str],
        ends: impl IntoIterator<Item = T>,
    ) -> Mixed<(Border<T>, ())>
    where
        T: Transport + 'static,
    {
        Mixed { simulation: self, borders: () }.real(roles, ends)
    }
}

impl<B: Borders> Mixed<B> {
    /// As [`Simulation::real`], for the real roles of one more session.
    pub fn real<T>(self, roles: &[&str], ends: impl IntoIterator<Item = T>) -> Mixed<(Border<T>, B)>
    where
        T: Transport + 'static,
    {
        let Self { simulation, borders } = self;
        Mixed { simulation, borders: (Border::new(roles, ends), borders) }
    }

    /// Runs the roles that `make` makes, which are all that aren't real: a tuple of them, also of one.
    ///
    /// The run is over when they have ended and all that they sent has left. It doesn't wait for the
    /// real roles to end. If nothing happens for a minute, or for the
    /// [`patience`](Simulation::patience) of the simulation, it is given up, and the roles that are
    /// stuck have a [`Halt`](crate::Halt).
    ///
    /// # Panics
    /// If `make` does. If a role is neither simulated nor real, or both; if a session lacks an end, or
    /// sessions are of different sizes. If a
    /// crash, a slow role or a partition names a role that the choreography doesn't have, and a crash
    /// or a slow role one that is real. Outside a tokio runtime with its time driver.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the simulated roles, and the real ones are told.
    pub async fn run<P, const N: usize>(self, make: impl FnOnce() -> P) -> Run<P::Results>
    where
        P: SomeRoles<N>,
    {
        let Self { simulation, borders } = self;
        let mut numbers = Kept::of(simulation.seed_number());
        let roles = {
            let _numbers = numbers.enter();
            make()
        };
        let casting = Casting::new(&roles.describe(), &borders);
        let roles = roles.nested();
        casting.check(&simulation);
        let map = Arc::new(Map { borders, sessions: casting.sessions.clone() });
        let session = simulation.session(casting.sessions.len());
        let shared = Shared::new(session, casting.sizes.clone());
        shared.with(|session| session.cast(&casting.sessions));

        let ends = casting.simulated.iter().map(|role| MixedEnd::new(&shared, &map, *role));
        let ends: Vec<_> = ends.collect();
        let number = AtomicUsize::new(0);
        let clock = Clock::start(simulation.patience.unwrap_or(PATIENCE));
        let seats = casting.seats(&map, &shared);
        let all = Mixture { roles: roles.play(&ends, &number), seats };
        let mut driver = Driver::new(&shared, all, Some(clock), simulation.turns);
        poll_fn(|cx| {
            let _numbers = numbers.enter();
            driver.poll(cx)
        })
        .await;
        let finished = driver.finished();
        let each =
            P::Nested::each(finished, 0, &mut |place| driver.error(casting.simulated[place]));
        drop(driver);
        let results = P::results(each);
        let order = simulation.schedule.order.clone();
        shared.with(|session| session.run(order, results))
    }
}
