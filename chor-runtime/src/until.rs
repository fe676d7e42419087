//! When there are enough answers: what generated code passes to [`first`](crate::first::first).

use crate::lost::Member;

/// When there are enough answers of members.
pub trait Enough<V>: Send {
    /// How many are needed; `None` if that shows only when they are there.
    fn needed(&self) -> Option<usize>;

    /// Whether these are enough.
    fn is_enough(&mut self, came: &[(Member, V)]) -> bool;
}

/// The ways of saying it, called as the variants of an enum: of one, the compiler couldn't tell the
/// closure's type where there is none.
#[derive(Clone, Copy, Debug)]
pub struct Until;

#[allow(non_snake_case, non_upper_case_globals)] // named as variants
impl Until {
    /// All that come in time.
    pub const All: All = All;

    /// So many.
    pub fn Count(count: usize) -> Count {
        Count(count)
    }

    /// Those that have come when the closure says so.
    pub fn Closure<C>(enough: C) -> Closure<C> {
        Closure(enough)
    }
}

/// Tells the compiler the closure's type.
pub fn until<V, C: FnMut(&[(Member, V)]) -> bool>(enough: C) -> C {
    enough
}

/// [`Until::All`].
#[derive(Clone, Copy, Debug)]
pub struct All;

/// [`Until::Count`].
#[derive(Clone, Copy, Debug)]
pub struct Count(usize);

/// [`Until::Closure`].
#[derive(Clone, Copy, Debug)]
pub struct Closure<C>(C);

impl<V> Enough<V> for All {
    fn needed(&self) -> Option<usize> {
        Some(0)
    }

    fn is_enough(&mut self, _: &[(Member, V)]) -> bool {
        false
    }
}

impl<V> Enough<V> for Count {
    fn needed(&self) -> Option<usize> {
        Some(self.0)
    }

    fn is_enough(&mut self, came: &[(Member, V)]) -> bool {
        came.len() >= self.0
    }
}

impl<V, C: FnMut(&[(Member, V)]) -> bool + Send> Enough<V> for Closure<C> {
    fn needed(&self) -> Option<usize> {
        None
    }

    fn is_enough(&mut self, came: &[(Member, V)]) -> bool {
        self.0(came)
    }
}
