//! Connections between the tests' roles.

use tokio::net::{TcpListener, TcpStream};

/// Both ends of a connection.
pub(crate) async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (dialled, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
    (dialled.expect("a listener"), accepted.expect("a dialler").0)
}

/// What must happen; a minute is for ever.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    let minute = std::time::Duration::from_mins(1);
    tokio::time::timeout(minute, future).await.expect("it hangs")
}
