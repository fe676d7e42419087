//! Programs of which each participant crashes at each point of a run: nobody is left waiting, who fails
//! says who crashed, and who doesn't has what it should.

use crate::seeds::Raw;
use chor::sim::{Simulation, explore};
use chor::{Choreography, Error, Roles};

/// Whoever crashes where: the others have what they have without a crash, or fail because of it.
///
/// # Panics
/// If one doesn't.
pub(crate) fn change_nothing_else<C, const N: usize>(make: impl Fn() -> C)
where
    C: Choreography<N>,
    <C::Roles as Roles<N>>::Each: Ends,
{
    let whole = Simulation::new().run(|| Raw(make())).results;
    assert_eq!(whole.errors().len(), 0);
    crash_everywhere(make, |ends| ends.are_among(&whole));
}

/// Whoever crashes where: the others have something that is `right`, or fail because of it.
///
/// # Panics
/// If one doesn't.
pub(crate) fn crash_everywhere<C, const N: usize>(
    make: impl Fn() -> C,
    mut right: impl FnMut(&<C::Roles as Roles<N>>::Each) -> bool,
) where
    C: Choreography<N>,
    <C::Roles as Roles<N>>::Each: Ends,
{
    // Where answers are taken as they come, orders always make a difference: they are not all tried.
    let all = explore(|| Raw(make())).orders(false).crashes(1);
    let report = all.check(|run| {
        let crashed: Vec<&str> =
            run.schedule.decisions.iter().map(|decision| &*decision.point().role).collect();
        for error in run.results.errors() {
            assert_eq!(crashed, [error.cause().role()], "{error}");
        }
        assert!(right(&run.results), "{}", run.trace);
    });
    assert!(report.faults > 10 && !report.bounded, "{report}");
}

/// How participants have ended, as nested pairs.
pub(crate) trait Ends {
    /// Those who failed.
    fn errors(&self) -> Vec<&Error>;

    /// Each has the same as there, or has failed.
    fn are_among(&self, whole: &Self) -> bool;
}

impl Ends for () {
    fn errors(&self) -> Vec<&Error> {
        Vec::new()
    }

    fn are_among(&self, (): &()) -> bool {
        true
    }
}

impl<T: PartialEq, R: Ends> Ends for (Result<T, Error>, R) {
    fn errors(&self) -> Vec<&Error> {
        self.0.as_ref().err().into_iter().chain(self.1.errors()).collect()
    }

    fn are_among(&self, whole: &Self) -> bool {
        is_of(&self.0, &whole.0) && self.1.are_among(&whole.1)
    }
}

/// The members of a family.
impl<T: PartialEq, R: Ends> Ends for (Vec<Result<T, Error>>, R) {
    fn errors(&self) -> Vec<&Error> {
        self.0.iter().filter_map(|end| end.as_ref().err()).chain(self.1.errors()).collect()
    }

    fn are_among(&self, whole: &Self) -> bool {
        self.0.iter().zip(&whole.0).all(|(end, whole)| is_of(end, whole))
            && self.1.are_among(&whole.1)
    }
}

fn is_of<T: PartialEq>(end: &Result<T, Error>, whole: &Result<T, Error>) -> bool {
    end.as_ref().is_ok_and(|value| whole.as_ref().is_ok_and(|it| it == value)) || end.is_err()
}
