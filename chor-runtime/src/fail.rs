//! How `?` in a role's own code becomes its failure. Used by generated code only.

use crate::error::{BoxError, Error};
use crate::place::Place;
use std::borrow::Cow;
use std::panic::Location;

/// A role's failure inside its own function. Deliberately no [`std::error::Error`]: so it can be made
/// from everything that is one, and a native `?` keeps the user's line.
#[derive(Debug)]
pub struct Fail(Box<Error>);

impl Fail {
    pub(crate) fn new(error: Error) -> Self {
        Self(Box::new(error))
    }

    /// A failure of the role's own code there.
    pub(crate) fn at(code: &Location<'_>, source: impl Into<BoxError>) -> Self {
        let (place, source) = (Place::code(code), source.into());
        Self::new(Error::Failed { role: Cow::Borrowed(""), place, source })
    }

    /// The error, which lacks its role if it is one of the role's own code.
    pub fn into_error(self) -> Error {
        *self.0
    }
}

impl<E: Into<BoxError>> From<E> for Fail {
    /// An [`Error`] of this library is passed on, not wrapped: it already names the first cause.
    #[track_caller]
    fn from(error: E) -> Self {
        match error.into().downcast::<Error>() {
            Ok(error) => Self(error),
            Err(source) => Self::at(Location::caller(), source),
        }
    }
}

/// What `?` can stand behind in a role's own code.
#[diagnostic::on_unimplemented(
    message = "`?` needs a `Result` or an `Option`, not `{Self}`",
    label = "this is neither a `Result` nor an `Option`"
)]
pub trait OrFail {
    /// What `?` gives.
    type Value;
    /// What it fails with.
    type Early;

    /// As a result, on which a native `?` works.
    ///
    /// # Errors
    /// What `self` fails with.
    fn or_fail(self) -> Result<Self::Value, Self::Early>;
}

impl<T, E> OrFail for Result<T, E> {
    type Value = T;
    type Early = E;

    fn or_fail(self) -> Self {
        self
    }
}

impl<T> OrFail for Option<T> {
    type Value = T;
    type Early = Missing;

    fn or_fail(self) -> Result<T, Missing> {
        self.ok_or(Missing)
    }
}

/// What a role fails with whose code used `?` on a `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`?` on `None`")]
#[non_exhaustive]
pub struct Missing;

/// Takes the result of code that a macro may leave early with an error of its own type, and demands
/// that a role can fail with that type.
///
/// # Errors
/// What the code left with.
pub fn early<T, E: Into<BoxError>>(result: Result<T, E>) -> Result<T, E> {
    result
}

/// Turns the failure of a role's function into the public error.
///
/// # Errors
/// What `run` failed with.
// It holds `run` twice, but in a future written by hand rustc would call one that can't move between
// threads by the hidden function of the role.
pub async fn finish<O>(run: impl Future<Output = Result<O, Fail>>) -> Result<O, Error> {
    run.await.map_err(Fail::into_error)
}

/// The error of a role that was ended from outside, as the simulator does.
pub fn failed(role: impl Into<Cow<'static, str>>, place: Place, source: BoxError) -> Error {
    Error::Failed { role: role.into(), place, source }
}
