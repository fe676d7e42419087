//! How a participant comes to the link to another one.

use crate::error::LinkError;
use crate::link::Link;
use std::future::ready;
use std::pin::Pin;
use std::sync::Arc;

/// The way to another participant.
pub(crate) enum Way {
    /// It is there; this end opens the channel.
    Ready(Arc<Link>),
    /// The other one opens the channel.
    Await,
    /// It is still to be dialled.
    Dial(Pin<Box<dyn Future<Output = Result<Arc<Link>, LinkError>> + Send>>),
}

impl Way {
    /// It can't be reached.
    pub(crate) fn none(error: LinkError) -> Self {
        Self::Dial(Box::pin(ready(Err(error))))
    }

    pub(crate) async fn link(self) -> Result<Option<Arc<Link>>, LinkError> {
        match self {
            Self::Ready(link) => Ok(Some(link)),
            Self::Await => Ok(None),
            Self::Dial(dialled) => dialled.await.map(Some),
        }
    }
}
