//! What roles that hold an agreement do because of it, shown to a transport that compares it: a
//! simulator finds roles that diverge where they do, without messages.
//!
//! Costs nothing with a transport that doesn't watch.

use crate::endpoint::Endpoint;
use crate::transport::Transport;
use std::fmt;

/// A place in a choreography where several roles come to the same, each for itself: a branch, a
/// round of a loop, an `agree!`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Site {
    /// The choreography in whose body it is written.
    pub choreography: &'static str,
    /// `if price < 10`, `match answer`, `while n > 0`, `agree!(A: x, B: y)`.
    pub text: &'static str,
    /// The roles that come to the same, as numbers in its choreography.
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
        Self { choreography, text, at, file, line, column }
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

/// A value that may not be able to show itself. For generated code, which calls
/// `(&&Seen(&value)).show(..)`: the nearest of both traits counts.
#[derive(Debug)]
pub struct Seen<'v, V: ?Sized>(pub &'v V);

/// For what can show itself.
pub trait Shown {
    /// As [`Endpoint::agreed`].
    fn show<T: Transport + Copy, const N: usize>(self, ep: Endpoint<T, N>, site: &'static Site);
}

impl<V: fmt::Debug + ?Sized> Shown for &&Seen<'_, V> {
    #[inline]
    fn show<T: Transport + Copy, const N: usize>(self, ep: Endpoint<T, N>, site: &'static Site) {
        ep.agreed(site, &self.0);
    }
}

/// For what can't.
pub trait Hidden {
    /// Nothing.
    fn show<T: Transport + Copy, const N: usize>(self, ep: Endpoint<T, N>, site: &'static Site);
}

impl<V: ?Sized> Hidden for &Seen<'_, V> {
    #[inline]
    fn show<T: Transport + Copy, const N: usize>(self, _: Endpoint<T, N>, _: &'static Site) {}
}
