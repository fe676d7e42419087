//! Connections that peers make: accepted, secured, and handed to the node's links.

use crate::hosting::Hosting;
use crate::security::Security;
use crate::stream::Connection;
use chor_runtime::Codec;
use std::io;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Accepts connections at an address from now on.
pub(crate) async fn listen<D: Codec + Clone + 'static>(
    hosting: &Arc<Hosting<D>>,
    address: impl ToSocketAddrs,
) -> io::Result<std::net::SocketAddr> {
    hosting.links.security.can_listen()?;
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let task = tokio::spawn(accept(listener, Arc::downgrade(hosting)));
    hosting.listens(task.abort_handle());
    Ok(address)
}

async fn accept<D: Codec + Clone + 'static>(listener: TcpListener, hosting: Weak<Hosting<D>>) {
    // Those that are not secured yet; given up with this task.
    let mut pending = JoinSet::new();
    loop {
        let accepted = listener.accept().await;
        let Some(hosting) = hosting.upgrade() else { return };
        while pending.try_join_next().is_some() {}
        match accepted {
            Ok(_) if hosting.links.is_full(pending.len()) => {}
            Ok((stream, _)) => secure(&hosting, stream, &mut pending),
            Err(error) => {
                // Most often there are too many open files: others have to be closed first.
                tracing::warn!(target: "chor", %error, "a connection can't be accepted");
                drop(hosting);
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

#[cfg_attr(not(feature = "tls"), expect(unused_variables, reason = "a plain one is ready at once"))]
fn secure<D: Codec + Clone + 'static>(
    hosting: &Arc<Hosting<D>>,
    stream: TcpStream,
    pending: &mut JoinSet<()>,
) {
    match &hosting.links.security {
        Security::Plaintext => match Connection::of_tcp(stream) {
            Ok(connection) => drop(hosting.links.run(connection)),
            Err(error) => tracing::debug!(target: "chor", %error, "a connection broke at once"),
        },
        #[cfg(feature = "tls")]
        Security::Tls(tls) => {
            let (tls, limit) = (tls.clone(), hosting.options.handshake);
            let hosting = Arc::downgrade(hosting);
            pending.spawn(async move {
                let Some(connection) = tls.accepted(stream, limit).await else { return };
                let Some(hosting) = hosting.upgrade() else { return };
                hosting.links.run(connection);
            });
        }
    }
}
