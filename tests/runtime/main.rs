//! What the runtime promises about memory, bytes, transports and tasks, attacked from outside: one
//! file for each theme, with choreographies as users write them.

mod bytes;
mod drops;
mod flush;
mod memory;
mod noting;
mod open;
mod own_transport;
mod recursion;
mod together;
mod verify;
mod watch;

use std::time::Duration;

/// Guards against a test that hangs. Long enough for any machine: no test waits for it otherwise.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    let patience = Duration::from_secs(20);
    tokio::time::timeout(patience, future).await.expect("somebody hangs")
}

/// What a spawned role ended with.
async fn ended<T>(task: tokio::task::JoinHandle<T>) -> T {
    soon(task).await.expect("a role panicked")
}

/// Lets all other tasks of a current-thread runtime run until they wait.
async fn settle() {
    for _ in 0..1_000 {
        tokio::task::yield_now().await;
    }
}
