//! What roles that hold an agreement do because of it, shown to a transport that compares it: a
//! simulator finds roles that diverge where they do, without messages.
//!
//! Costs nothing with a transport that doesn't watch.

use crate::endpoint::Endpoint;
use crate::fingerprint::Fingerprint;
use crate::transport::Transport;
use serde::Serialize;
use std::fmt;

/// A place in a choreography where several roles come to the same, each for itself: a branch, a
/// round of a loop, a value that they compute, an `agree!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Site {
    /// The choreography in whose body it is written.
    pub choreography: &'static str,
    /// `if price < 10`, `match answer`, `while n > 0`, `let sum = x + 1`, `agree!(A: x, B: y)`.
    pub text: &'static str,
    /// Of a branch: the names of its arms, `true` and `false` or patterns. None for what has no arms.
    pub arms: &'static [&'static str],
    /// The roles that come here, and to the same, as numbers in its choreography: a family that comes
    /// alone is one. Behind the roles of the header come the members of families that have names, the
    /// outermost first.
    pub at: &'static [usize],
    /// The file of the source.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl Site {
    /// A site from its parts.
    pub const fn new(
        choreography: &'static str,
        text: &'static str,
        at: &'static [usize],
        file: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        Self { choreography, text, arms: &[], at, file, line, column }
    }

    /// The same, of a branch with these arms.
    #[must_use]
    pub const fn choosing(self, arms: &'static [&'static str]) -> Self {
        Self { arms, ..self }
    }
}

/// `if price < 10 at src/main.rs:12`
impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}:{}", self.text, self.file, self.line)
    }
}

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// Shows the transport what this role came to at `site`: whether a guard holds, which arm was
    /// taken, what is agreed.
    #[inline]
    pub fn agreed(self, site: &'static Site, value: &dyn fmt::Debug) {
        if T::WATCHES {
            self.watched(site, value);
        }
    }
}

/// Shows the transport the value of an agreement, as far as it can be told. For generated code, which
/// gives `0` as the first two arguments and writes no types: see `Told`.
#[inline]
pub fn show<K, L, V, T, const N: usize>(
    _: K,
    _: L,
    value: &V,
    ep: Endpoint<T, N>,
    site: &'static Site,
) where
    V: Told<K> + Coded<L> + ?Sized,
    T: Transport + Copy,
{
    if T::WATCHES {
        let mut to = |told: &dyn fmt::Debug| ep.agreed(site, told);
        let _ = value.tell(&mut to) || value.tell_digest(&mut to);
    }
}

/// As [`show`], and gives the value back.
#[inline]
pub fn shown<K, L, V, T, const N: usize>(
    value: V,
    k: K,
    l: L,
    ep: Endpoint<T, N>,
    site: &'static Site,
) -> V
where
    V: Told<K> + Coded<L>,
    T: Transport + Copy,
{
    show(k, l, &value, ep, site);
    value
}

/// Tells a value if it has `Debug`, for any value.
///
/// There are two implementations, and which of them counts is told by the type of a literal without
/// a suffix. For a type without `Debug` only that for `u32` is left. For one with `Debug` both are,
/// so the compiler takes the type that it takes for any such literal: `i32`. It decides that when it
/// knows all types of the function, so this works too where a value's type follows from later code,
/// which would then have to have `Debug` if the choice were among methods.
pub trait Told<K> {
    /// Gives the value to `to`, if it can be told; whether it did.
    fn tell(&self, to: &mut dyn FnMut(&dyn fmt::Debug)) -> bool;
}

impl<V: fmt::Debug + ?Sized> Told<i32> for V {
    #[inline]
    fn tell(&self, to: &mut dyn FnMut(&dyn fmt::Debug)) -> bool {
        to(&self);
        true
    }
}

impl<V: ?Sized> Told<u32> for V {
    #[inline]
    fn tell(&self, _: &mut dyn FnMut(&dyn fmt::Debug)) -> bool {
        false
    }
}

/// As [`Told`], for what can be serialised: tells the value's length and digest.
pub trait Coded<L> {
    /// As [`Told::tell`].
    fn tell_digest(&self, to: &mut dyn FnMut(&dyn fmt::Debug)) -> bool;
}

impl<V: Serialize + ?Sized> Coded<i32> for V {
    #[inline]
    fn tell_digest(&self, to: &mut dyn FnMut(&dyn fmt::Debug)) -> bool {
        let taken = Fingerprint::of(self);
        taken.is_some_and(|taken| {
            to(&taken);
            true
        })
    }
}

impl<V: ?Sized> Coded<u32> for V {
    #[inline]
    fn tell_digest(&self, _: &mut dyn FnMut(&dyn fmt::Debug)) -> bool {
        false
    }
}
