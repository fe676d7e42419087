//! Addresses at which nobody has answered, so that not every session waits for them in vain.
//!
//! Knows that they are dialled again; deliberately not which sessions can do without whom.

use crate::dial::Links;
use crate::options::Options;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// The least time between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// For each address the task that dials it again. It counts as silent as long as that goes on.
#[derive(Debug, Default)]
pub(crate) struct Silent(Mutex<HashMap<String, AbortHandle>>);

impl Silent {
    fn tries(&self) -> MutexGuard<'_, HashMap<String, AbortHandle>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether nobody has answered at an address, neither lately nor since.
    pub(crate) fn has(&self, links: &Links, address: &str) -> bool {
        let tried = self.tries().get(address).is_some_and(|task| !task.is_finished());
        tried && !links.answers(address)
    }

    /// Nobody has answered at an address, unless somebody has by now.
    pub(crate) fn add(
        &self,
        links: &Arc<Links>,
        address: &str,
        options: &Options,
        runtime: &Handle,
    ) {
        let Options { handshake, skip_silent, .. } = *options;
        if skip_silent.is_zero() || links.answers(address) {
            return;
        }
        let mut tries = self.tries();
        tries.retain(|_, task| !task.is_finished());
        tries.entry(address.to_owned()).or_insert_with(|| {
            let dials = dial(Arc::clone(links), address.to_owned(), handshake);
            let task = async move { timeout(skip_silent, dials).await };
            runtime.spawn(task).abort_handle()
        });
    }

    /// Dials none of them any more.
    pub(crate) fn clear(&self) {
        self.tries().drain().for_each(|(_, task)| task.abort());
    }
}

impl Drop for Silent {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Until it is known how it stands there: somebody has answered, or nobody listens.
async fn dial(links: Arc<Links>, address: String, limit: Duration) {
    loop {
        let pause = sleep(PAUSE);
        match timeout(limit, links.to(&address, None)).await {
            Ok(Ok(link)) => {
                links.over(&link).await;
                if link.has_greeted() {
                    return;
                }
            }
            Ok(Err(error)) if !error.is_silence() => return,
            Ok(Err(_)) | Err(_) => {}
        }
        pause.await;
    }
}
