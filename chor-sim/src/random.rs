//! Random numbers for roles' own code, that follow from the run's seed.

use crate::scheduler::{Random, mix};
use std::cell::RefCell;

thread_local! {
    static HERE: RefCell<Option<Streams>> = const { RefCell::new(None) };
}

/// A source for each role: so what one draws is the same in whatever order they run.
struct Streams {
    seed: u64,
    /// Roles of any run have an order by the seed: it is that of a whole test.
    orders: bool,
    roles: Vec<Random>,
    current: usize,
}

/// A random number for the role whose code is running, or for what makes the choreography: it follows
/// from the seed of the [`Simulation`](crate::Simulation), and is the same in whatever order the roles
/// run.
///
/// # Panics
/// Outside of a run of a [`Simulation`](crate::Simulation).
///
/// # Examples
/// ```should_panic
/// chor_sim::random();
/// ```
pub fn random() -> u64 {
    let number = HERE.with_borrow_mut(|here| here.as_mut().map(Streams::next));
    number.expect("`chor::sim::random` needs a run of a `Simulation` around it")
}

impl Streams {
    fn next(&mut self) -> u64 {
        while self.roles.len() <= self.current {
            let role = self.roles.len() as u64;
            self.roles.push(Random::new(mix(mix(self.seed) ^ !role)));
        }
        self.roles[self.current].next()
    }
}

/// While a run has its numbers here; a run inside it has its own.
pub(crate) struct Numbers(Option<Streams>);

impl Numbers {
    pub(crate) fn of(seed: u64) -> Self {
        Self::start(seed, false)
    }

    /// The numbers of a test, which are those of all that it runs.
    pub(crate) fn of_test(seed: u64) -> Self {
        Self::start(seed, true)
    }

    fn start(seed: u64, orders: bool) -> Self {
        let own = Streams { seed, orders, roles: Vec::new(), current: 0 };
        Self(HERE.replace(Some(own)))
    }

    /// What the order of roles follows from, in a test under a seed.
    pub(crate) fn order() -> Option<u64> {
        HERE.with_borrow_mut(|here| here.as_mut().filter(|here| here.orders).map(Streams::next))
    }

    /// Says which role is going to run.
    pub(crate) fn of_role(role: usize) {
        // The first is for what is no role.
        HERE.with_borrow_mut(|here| {
            if let Some(here) = here {
                here.current = role + 1;
            }
        });
    }
}

/// The numbers of a run that is polled now and then: in between, others have theirs.
pub(crate) struct Kept(Option<Streams>);

impl Kept {
    pub(crate) fn of(seed: u64) -> Self {
        Self(Some(Streams { seed, orders: false, roles: Vec::new(), current: 0 }))
    }

    /// Has these numbers here for as long as what is returned lives.
    pub(crate) fn enter(&mut self) -> impl Drop + use<'_> {
        self.swap();
        Entered(self)
    }

    fn swap(&mut self) {
        HERE.with_borrow_mut(|here| std::mem::swap(here, &mut self.0));
    }
}

struct Entered<'k>(&'k mut Kept);

impl Drop for Entered<'_> {
    fn drop(&mut self) {
        self.0.swap();
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        HERE.replace(self.0.take());
    }
}
