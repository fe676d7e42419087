//! Runs a program over TCP, between connections and between nodes, and in the simulator under many seeds,
//! and expects what it gives over memory.

#[path = "nodes.rs"]
pub(crate) mod nodes;
#[path = "tcp.rs"]
mod tcp;

use chor::sim::Simulation;
use chor::{Choreography, Error, Roles, play_together};
use std::fmt::Debug;

const SEEDS: u64 = 1_000;

/// Runs what `make` makes [over TCP](over_tcp), and then under each seed: with the same outcome.
///
/// # Panics
/// If an outcome is another, or if a role fails.
pub(crate) fn change_nothing<C, const N: usize>(make: impl Fn() -> C)
where
    C: Choreography<N>,
    C::Outcome: Debug + PartialEq,
    C::Roles: 'static,
    <C::Roles as Roles<N>>::Each: Complete<Outputs = <C::Roles as Roles<N>>::Outputs>,
{
    let expected = over_tcp(&make);
    change_nothing_to(&expected, make);
}

/// Runs what `make` makes under each seed: with this outcome.
///
/// # Panics
/// If an outcome is another, or if a role fails.
pub(crate) fn change_nothing_to<C, const N: usize>(expected: &C::Outcome, make: impl Fn() -> C)
where
    C: Choreography<N>,
    C::Outcome: Debug + PartialEq,
    <C::Roles as Roles<N>>::Each: Complete<Outputs = <C::Roles as Roles<N>>::Outputs>,
{
    for seed in 0..SEEDS {
        let run = Simulation::new().seed(seed).untraced().run(|| Raw(make()));
        match run.results.complete() {
            Ok(outputs) => assert_eq!(C::outcome(outputs), *expected, "seed {seed}"),
            Err(error) => panic!("seed {seed}: {error}"),
        }
    }
}

/// Runs what `make` makes over memory, over connections and between nodes, with the same outcome;
/// gives it.
///
/// # Panics
/// If an outcome is another, or if a role fails.
pub(crate) fn over_tcp<C, const N: usize>(make: impl Fn() -> C) -> C::Outcome
where
    C: Choreography<N>,
    C::Outcome: Debug + PartialEq,
    C::Roles: 'static,
    <C::Roles as Roles<N>>::Each: Complete<Outputs = <C::Roles as Roles<N>>::Outputs>,
{
    let runtime = runtime();
    let expected = runtime.block_on(play_together(make())).expect("over memory it ends well");
    let connected = runtime.block_on(tcp::play(make())).expect("over connections it ends well");
    assert_eq!(connected, expected, "over connections");
    assert_eq!(between_nodes(make()), expected, "between nodes");
    expected
}

/// Runs a program between nodes.
///
/// # Panics
/// If a role fails.
pub(crate) fn between_nodes<C, const N: usize>(choreography: C) -> C::Outcome
where
    C: Choreography<N>,
    C::Roles: 'static,
    <C::Roles as Roles<N>>::Each: Complete<Outputs = <C::Roles as Roles<N>>::Outputs>,
{
    let outputs = runtime().block_on(nodes::play(Raw(choreography))).complete();
    C::outcome(outputs.expect("between nodes it ends well"))
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime")
}

/// A choreography whose results are left as they come, so that an outcome can be made of them.
pub(crate) struct Raw<C>(pub(crate) C);

impl<C: Choreography<N>, const N: usize> Choreography<N> for Raw<C> {
    type Roles = C::Roles;
    type Outcome = C::Outcome;
    type Results = <C::Roles as Roles<N>>::Each;

    fn roles(self) -> C::Roles {
        self.0.roles()
    }

    fn outcome(outputs: <C::Roles as Roles<N>>::Outputs) -> C::Outcome {
        C::outcome(outputs)
    }

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

/// Results of roles, as nested pairs.
pub(crate) trait Complete {
    /// What they have.
    type Outputs;

    /// What all have, or an error of one.
    fn complete(self) -> Result<Self::Outputs, Error>;
}

impl Complete for () {
    type Outputs = ();

    fn complete(self) -> Result<(), Error> {
        Ok(())
    }
}

impl<T, R: Complete> Complete for (Result<T, Error>, R) {
    type Outputs = (T, R::Outputs);

    fn complete(self) -> Result<Self::Outputs, Error> {
        Ok((self.0?, self.1.complete()?))
    }
}

/// The members of a family.
impl<T, R: Complete> Complete for (Vec<Result<T, Error>>, R) {
    type Outputs = (Vec<T>, R::Outputs);

    fn complete(self) -> Result<Self::Outputs, Error> {
        Ok((self.0.into_iter().collect::<Result<_, _>>()?, self.1.complete()?))
    }
}

chor::chor! {
    /// Whoever is first at the lock leaves its name there.
    chor race[A, B](first: &std::sync::OnceLock<char> @ [A, B]) -> (char @ A, char @ B) {
        (A: *first.get_or_init(|| 'a'), B: *first.get_or_init(|| 'b'))
    }
}

#[test]
#[should_panic(expected = "Outcome { a: 'b', b: 'b' }")]
fn a_difference_is_found() {
    change_nothing(|| race::Choreography::new(Box::leak(Box::default())));
}
