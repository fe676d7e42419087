//! Connections between the tests' roles.

use chor::tcp::Options;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tokio::net::TcpStream;

/// Longer than any test takes.
pub(crate) const AGES: Duration = Duration::from_mins(10);

/// For nodes that are not to run out of time, however busy the machine is.
pub(crate) fn patient() -> Options {
    Options::default().handshake(AGES).keep_alive(AGES)
}

/// Both ends of a connection.
pub(crate) async fn connection() -> (TcpStream, TcpStream) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (dialled, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    (dialled.expect("a listener"), accepted.expect("a dialler").0)
}

/// What must happen; a minute is for ever.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    let minute = Duration::from_mins(1);
    tokio::time::timeout(minute, future).await.expect("it hangs")
}

/// An address at which nobody listens, on a host that this process has not used before.
pub(crate) fn free_address() -> String {
    static LAST: AtomicU16 = AtomicU16::new(1);
    let [high, low] = LAST.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    let listener = TcpListener::bind(format!("127.71.{high}.{low}:0")).expect("a port");
    listener.local_addr().expect("an address").to_string()
}
