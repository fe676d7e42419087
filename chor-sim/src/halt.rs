//! How a role ends that the simulator ended.

use chor_runtime::__private::failed;
use chor_runtime::{Error, Place, Step};

/// Why a role has no result although its code didn't fail. The source of the
/// [`Error::Failed`](chor_runtime::Error::Failed) that stands in its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Halt {
    /// It crashed, as the schedule wanted.
    #[error("{0}")]
    Crashed(String),
    /// Its code panicked; the text of the panic.
    #[error("panicked: {0}")]
    Panicked(String),
    /// It waits for a message that nobody is going to send.
    #[error("is stuck: it waits for `{}` from {from} ({}:{}:{})", step.label, step.file, step.line, step.column)]
    #[non_exhaustive]
    Waits {
        /// The message.
        step: &'static Step,
        /// The role that would have to send it.
        from: String,
    },
    /// It waits, in its own code, for something that doesn't come.
    #[error("is stuck: it waits in its own code{}", after(*last))]
    #[non_exhaustive]
    Local {
        /// The last message that it began to send or to receive.
        last: Option<&'static Step>,
    },
    /// Roles hold different values of an agreement: the expression, its place, and values by role.
    #[error("was stopped: {0}")]
    Differs(String),
    /// The run was too long; its bound.
    #[error("was stopped: the run took more than {0} turns")]
    TooLong(u64),
}

fn after(last: Option<&'static Step>) -> String {
    last.map_or_else(|| ", at the start".to_owned(), |step| format!(", after {step}"))
}

impl Halt {
    /// What stands in the place of the role's result.
    pub(crate) fn into_error(self, role: &'static str) -> Error {
        let place = match self {
            Self::Waits { step, .. } | Self::Local { last: Some(step) } => Place::of(step),
            _ => Place::default(),
        };
        failed(role, place, self.into())
    }

    /// Without places in the source.
    pub(crate) fn short(&self) -> String {
        match self {
            Self::Waits { step, from } => {
                format!("is stuck: it waits for `{}` from {from}", step.label)
            }
            Self::Local { .. } => "is stuck: it waits in its own code".to_owned(),
            Self::Crashed(_) | Self::Panicked(_) | Self::Differs(_) | Self::TooLong(_) => {
                self.to_string()
            }
        }
    }
}
