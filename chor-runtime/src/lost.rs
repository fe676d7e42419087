//! Members of families as values, and their loss.

use crate::cause::Cause;
use crate::error::Error;
use crate::fail::Fail;
use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A member of a family, by its number: who sent what came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Member {
    index: usize,
}

impl Member {
    pub(crate) fn new(index: usize) -> Self {
        Self { index }
    }

    /// Its number in its family, from 0; in a list of roles, its number in that list.
    pub fn index(self) -> usize {
        self.index
    }
}

/// Its number.
impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.index.fmt(f)
    }
}

/// Fewer members can answer than are needed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", text(*needed, *left))]
#[non_exhaustive]
pub struct TooFew {
    /// How many are needed; `None` if a closure says when there are enough.
    pub needed: Option<usize>,
    /// How many have answered or still can.
    pub left: usize,
}

fn text(needed: Option<usize>, left: usize) -> String {
    match needed {
        Some(needed) => format!("{needed} answers are needed, and only {left} can come"),
        None => format!("not enough answers, and no more than {left} can come"),
    }
}

/// What was to come is lost: what `try` gives in the place of a value.
#[derive(Clone, Debug)]
pub struct Lost {
    who: Option<(Cow<'static, str>, Cause)>,
    few: Option<TooFew>,
    came: Option<Arc<dyn Any + Send + Sync>>,
}

impl Lost {
    /// The role that is gone, `Workers[3]` in a family: of several the last. `None` if a family had too
    /// few members from the start.
    pub fn role(&self) -> Option<&str> {
        self.who.as_ref().map(|(role, _)| &**role)
    }

    /// Why it is gone.
    pub fn cause(&self) -> Option<&Cause> {
        self.who.as_ref().map(|(_, cause)| cause)
    }

    /// How many answers were needed and how many could come, of `try each .. first`.
    pub fn too_few(&self) -> Option<&TooFew> {
        self.few.as_ref()
    }

    /// What had come by then, of `try each .. first`, in the order of arrival; nothing if it was of
    /// another type than `V`.
    pub fn came<V: 'static>(&self) -> &[(Member, V)] {
        let came = self.came.as_ref().and_then(|came| came.downcast_ref::<Vec<(Member, V)>>());
        came.map_or(&[], Vec::as_slice)
    }

    /// The loss of a peer, or of the one of this name, if the failure of a message with it is one.
    pub(crate) fn of(fail: Fail, peer: Option<&str>) -> Result<Self, Fail> {
        let error = fail.into_error();
        match &error {
            Error::Gone { peer: gone, .. } | Error::Link { peer: gone, .. }
                if peer.is_none_or(|peer| peer == gone) =>
            {
                let who = Some((gone.clone(), error.cause()));
                Ok(Self { who, few: None, came: None })
            }
            _ => Err(Fail::new(error)),
        }
    }

    pub(crate) fn few<V: Send + Sync + 'static>(
        last: Option<Self>,
        few: TooFew,
        came: Vec<(Member, V)>,
    ) -> Self {
        let who = last.and_then(|last| last.who);
        Self { who, few: Some(few), came: Some(Arc::new(came)) }
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.few, self.role()) {
            (Some(few), _) => few.fmt(f),
            (None, Some(role)) => write!(f, "`{role}` is lost"),
            (None, None) => f.write_str("nobody is lost"),
        }
    }
}

impl std::error::Error for Lost {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.who.as_ref().map(|(_, cause)| cause as _)
    }
}
