//! Which messages are sent.

use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::layer::SubscriberExt;

use crate::bookseller::example::messages::Listener;

/// Awaits `run` and gives the messages that were sent meanwhile, as in `Buyer -> Seller: title`.
pub async fn recorded<R>(run: impl Future<Output = R>) -> (R, Vec<String>) {
    let messages = Arc::new(Mutex::new(Vec::new()));
    let record = {
        let messages = Arc::clone(&messages);
        move |line| messages.lock().unwrap_or_else(PoisonError::into_inner).push(line)
    };
    let listener = tracing_subscriber::registry().with(Listener(record));
    // For this thread, which is the only one of `tokio::test`.
    let listening = tracing::subscriber::set_default(listener);
    let result = run.await;
    drop(listening);
    let messages = std::mem::take(&mut *messages.lock().unwrap_or_else(PoisonError::into_inner));
    (result, messages)
}
