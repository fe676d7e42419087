//! All roles of a choreography at once, for running them together.

mod members;
mod stage;

use crate::branches::{Branches, Group, Running};
use crate::error::Error;
use crate::memory::Lent;
use crate::role::{Projection, play_role};
use crate::together::Together;
use crate::transport::Transport;
pub use members::{coinciding, given, sized};
use pin_project_lite::pin_project;
pub use stage::Stage;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

/// A choreography with `N` roles and all that they bring.
///
/// `chor!` makes one for each choreography; `chor::sim::simulate` runs it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no choreography that can be run by itself",
    label = "not all roles of a choreography",
    note = "pass all its roles, as in `simulate(buy_book::Choreography::new(order, catalogue))`",
    note = "one whose parameters are choreographies or choreographic tuples can't be run by itself: \
            write a small choreography that builds them"
)]
pub trait Choreography<const N: usize>: Sized {
    /// The roles' projections, as nested pairs: `(Buyer, (Seller, ()))`.
    type Roles: Roles<N>;
    /// What each role has at the end.
    type Outcome;
    /// What each role has at the end, or why it has nothing.
    type Results;

    /// The roles' projections.
    fn roles(self) -> Self::Roles;

    /// The outcome, from what each role has at the end.
    fn outcome(outputs: <Self::Roles as Roles<N>>::Outputs) -> Self::Outcome;

    /// The results, from those of each role.
    fn results(each: <Self::Roles as Roles<N>>::Each) -> Self::Results;
}

/// Plays all roles of a choreography in one task, over memory.
///
/// The roles run interleaved, each until it waits: one that computes for long holds up the others.
/// It is the fastest way to run roles in one process: their messages pass neither a lock nor the
/// executor's queue. To play only some of a session's roles in one task, use
/// [`together`](crate::together) on [`play_role`].
///
/// # Errors
/// The failure that was first: of the roles that failed by themselves, not because another did, the
/// one that ended first. Its own error can be downcast.
///
/// # Panics
/// If a role's code panics, as a test expects of a failed assertion: at once, after the peers were
/// told; the other roles are dropped.
///
/// # Cancel safety
/// Dropping the future cancels all roles.
pub async fn play_together<C, const N: usize>(choreography: C) -> Result<C::Outcome, Error>
where
    C: Choreography<N>,
{
    let roles = choreography.roles();
    if let Some(error) = roles.problem() {
        return Err(error);
    }
    let sizes = roles.sizes();
    let results = Lent::session(&sizes, |ends| async move {
        let ended = AtomicUsize::new(0);
        Together::new(roles.play(&ends, &ended)).await
    });
    let results = results.await;
    let mut failure = None;
    match (C::Roles::outputs(results, &mut failure), failure) {
        (_, Some((_, error))) => Err(error),
        (Some(outputs), None) => Ok(C::outcome(outputs)),
        (None, None) => unreachable!("without a failure there are outputs"),
    }
}

/// Projections of one choreography, as nested pairs ending in `()`.
pub trait Roles<const N: usize>: Send {
    /// Their outputs, as nested pairs.
    type Outputs;
    /// What each has or why it has nothing, as nested pairs of `Result`s.
    type Each;
    /// Their results, as nested pairs, each with its number in the order of ending.
    #[doc(hidden)]
    type Results;
    /// Their results as far as there are any.
    #[doc(hidden)]
    type Finished;

    /// How many participants play each of these roles.
    fn sizes(&self) -> Vec<usize>;

    /// Plays each participant where `stage` does, all at once; gives what each has at the end, or why it
    /// has nothing.
    ///
    /// # Errors
    /// [`Error::Setup`]: what a family brings differs in length, or nothing says how many members it has.
    ///
    /// # Cancel safety
    /// As that of the stage's futures: dropping this one drops them.
    ///
    /// An example stands in `docs/families.md`, "Running them".
    fn play_on<S: Stage<N>>(self, stage: &S) -> impl Future<Output = Result<Self::Each, Error>>
    where
        Self: Sized + 'static,
    {
        stage::play_on(self, stage)
    }

    /// Why they can't be played.
    #[doc(hidden)]
    fn problem(&self) -> Option<Error>;

    /// The runs of all these roles, each on its own of `ends`, which are those of their participants, in
    /// order.
    #[doc(hidden)]
    fn play<'t, T: Transport>(
        self,
        ends: &'t [T],
        ended: &'t AtomicUsize,
    ) -> impl Branches<Outputs = Self::Results, Finished = Self::Finished> + Send;

    /// The runs of all these roles on a stage, of which the first is participant number `first`.
    #[doc(hidden)]
    fn staged<S: Stage<N>>(self, stage: &S, first: usize) -> impl Branches<Outputs = Self::Each>
    where
        Self: 'static;

    /// The outputs, if there are all of them. Keeps the first failure: of those that are no echo of
    /// another, the one that ended first.
    #[doc(hidden)]
    fn outputs(
        results: Self::Results,
        failure: &mut Option<(usize, Error)>,
    ) -> Option<Self::Outputs>;

    /// The result of each, of which the first is that of participant number `first`. One that didn't fail
    /// by itself has what `halted` gives for its number, if that is something.
    ///
    /// # Panics
    /// If one has neither.
    #[doc(hidden)]
    fn each(
        finished: Self::Finished,
        first: usize,
        halted: &mut impl FnMut(usize) -> Option<Error>,
    ) -> Self::Each;
}

impl<const N: usize> Roles<N> for () {
    type Outputs = ();
    type Each = ();
    type Results = ();
    type Finished = ();

    fn sizes(&self) -> Vec<usize> {
        Vec::with_capacity(N)
    }

    fn problem(&self) -> Option<Error> {
        None
    }

    fn play<'t, T: Transport>(
        self,
        _: &'t [T],
        _: &'t AtomicUsize,
    ) -> impl Branches<Outputs = (), Finished = ()> + Send {
    }

    fn staged<S: Stage<N>>(self, _: &S, _: usize) -> impl Branches<Outputs = ()> {}

    fn outputs((): (), _: &mut Option<(usize, Error)>) -> Option<()> {
        Some(())
    }

    fn each((): (), _: usize, _: &mut impl FnMut(usize) -> Option<Error>) {}
}

impl<const N: usize, P: Projection<N>, R: Roles<N>> Roles<N> for (P, R) {
    type Outputs = (P::Output, R::Outputs);
    type Each = (Result<P::Output, Error>, R::Each);
    type Results = ((usize, Result<P::Output, Error>), R::Results);
    type Finished = (Option<(usize, Result<P::Output, Error>)>, R::Finished);

    fn sizes(&self) -> Vec<usize> {
        with_first(1, self.1.sizes())
    }

    fn problem(&self) -> Option<Error> {
        self.1.problem()
    }

    fn play<'t, T: Transport>(
        self,
        ends: &'t [T],
        ended: &'t AtomicUsize,
    ) -> impl Branches<Outputs = Self::Results, Finished = Self::Finished> + Send {
        let (role, rest) = self;
        let (own, others) = split(ends, 1);
        Running::new(play_in_order(role, &own[0], ended), rest.play(others, ended))
    }

    fn staged<S: Stage<N>>(self, stage: &S, first: usize) -> impl Branches<Outputs = Self::Each>
    where
        Self: 'static,
    {
        stage::one(self, stage, first)
    }

    fn outputs(
        ((ended, result), rest): Self::Results,
        failure: &mut Option<(usize, Error)>,
    ) -> Option<Self::Outputs> {
        let own = result.map_err(|error| keep_first(failure, (ended, error))).ok();
        let rest = R::outputs(rest, failure);
        own.zip(rest)
    }

    fn each(
        (own, rest): Self::Finished,
        first: usize,
        halted: &mut impl FnMut(usize) -> Option<Error>,
    ) -> Self::Each {
        (one_of_each(own, first, halted), R::each(rest, first + 1, halted))
    }
}

/// The members of a family, which play the same role.
#[derive(Debug)]
pub struct Members<P> {
    members: Vec<P>,
    problem: Option<String>,
}

impl<P> Members<P> {
    /// The members in order.
    pub fn new(members: Vec<P>) -> Self {
        Self { members, problem: None }
    }

    /// A family that can't be played: the parameters that bring something for each of its members have
    /// these names and these different lengths.
    pub fn unequal(family: &str, lengths: &[(&str, usize)]) -> Self {
        let texts = lengths.iter().map(|(name, length)| format!("`{name}` has {length}"));
        let texts = texts.collect::<Vec<_>>().join(", ");
        let problem =
            format!("each member of `{family}` needs one value of each parameter: {texts}");
        Self { members: Vec::new(), problem: Some(problem) }
    }
}

impl<const N: usize, P: Projection<N>, R: Roles<N>> Roles<N> for (Members<P>, R) {
    type Outputs = (Vec<P::Output>, R::Outputs);
    type Each = (Vec<Result<P::Output, Error>>, R::Each);
    type Results = (Vec<(usize, Result<P::Output, Error>)>, R::Results);
    type Finished = (Vec<Option<(usize, Result<P::Output, Error>)>>, R::Finished);

    fn sizes(&self) -> Vec<usize> {
        with_first(self.0.members.len(), self.1.sizes())
    }

    fn problem(&self) -> Option<Error> {
        let problem = self.0.problem.clone();
        let setup = |problem| Error::Setup { role: P::PROTOCOL.role(P::ROLE).into(), problem };
        problem.map(setup).or_else(|| self.1.problem())
    }

    fn play<'t, T: Transport>(
        self,
        ends: &'t [T],
        ended: &'t AtomicUsize,
    ) -> impl Branches<Outputs = Self::Results, Finished = Self::Finished> + Send {
        let (Members { members, .. }, rest) = self;
        let (own, others) = split(ends, members.len());
        let runs = members.into_iter().zip(own).map(|(role, end)| play_in_order(role, end, ended));
        Group::new(runs, rest.play(others, ended))
    }

    fn staged<S: Stage<N>>(self, stage: &S, first: usize) -> impl Branches<Outputs = Self::Each>
    where
        Self: 'static,
    {
        stage::several(self, stage, first)
    }

    fn outputs(
        (results, rest): Self::Results,
        failure: &mut Option<(usize, Error)>,
    ) -> Option<Self::Outputs> {
        let mut outputs = Vec::with_capacity(results.len());
        for (ended, result) in results {
            match result {
                Ok(output) => outputs.push(output),
                Err(error) => keep_first(failure, (ended, error)),
            }
        }
        let rest = R::outputs(rest, failure)?;
        failure.is_none().then_some((outputs, rest))
    }

    fn each(
        (members, rest): Self::Finished,
        first: usize,
        halted: &mut impl FnMut(usize) -> Option<Error>,
    ) -> Self::Each {
        let mut own = Vec::with_capacity(members.len());
        for (participant, member) in (first..).zip(members) {
            own.push(one_of_each(member, participant, halted));
        }
        let next = first + own.len();
        (own, R::each(rest, next, halted))
    }
}

/// The result of a participant, which ended as `finished` says.
fn one_of_each<O>(
    finished: Option<(usize, Result<O, Error>)>,
    participant: usize,
    halted: &mut impl FnMut(usize) -> Option<Error>,
) -> Result<O, Error> {
    match finished {
        Some((_, Err(error))) => Err(error),
        own => match halted(participant) {
            Some(error) => Err(error),
            None => own.expect("a role that was not halted has a result").1,
        },
    }
}

/// A role's run, with its number in the order of ending.
fn play_in_order<'t, P, T, const N: usize>(
    role: P,
    end: &'t T,
    ended: &'t AtomicUsize,
) -> impl Future<Output = (usize, Result<P::Output, Error>)> + Send + use<'t, P, T, N>
where
    P: Projection<N>,
    T: Transport,
{
    InOrder { playing: play_role(role, end), ended }
}

pin_project! {
    /// The future of [`play_in_order`]: an `async` block would hold the role's run twice.
    struct InOrder<'t, F> {
        #[pin]
        playing: F,
        ended: &'t AtomicUsize,
    }
}

impl<F: Future> Future for InOrder<'_, F> {
    type Output = (usize, F::Output);

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let own = self.project();
        own.playing.poll(cx).map(|result| (own.ended.fetch_add(1, Ordering::Relaxed), result))
    }
}

/// The ends of the first so many participants, and those of the others.
fn split<T>(ends: &[T], count: usize) -> (&[T], &[T]) {
    ends.split_at_checked(count).expect("a session has an end for each participant")
}

fn with_first(first: usize, mut rest: Vec<usize>) -> Vec<usize> {
    rest.insert(0, first);
    rest
}

fn keep_first(first: &mut Option<(usize, Error)>, other: (usize, Error)) {
    let rank = |(ended, error): &(usize, Error)| (error.is_echo(), *ended);
    if first.as_ref().is_none_or(|first| rank(&other) < rank(first)) {
        *first = Some(other);
    }
}
