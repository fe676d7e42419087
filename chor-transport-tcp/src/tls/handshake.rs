//! From a TCP connection to one that is secured, or to the reason why not.

use super::Tls;
use crate::error::LinkError;
use crate::identity::{Identity, Known};
use crate::security::unreached;
use crate::stream::{Connection, Stream};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, CommonState};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::rustls;

/// How long a peer may take to hang up that was told why it is not spoken with.
const LINGER: Duration = Duration::from_secs(5);

/// A handshake that failed, with what is left of the connection.
type Failed = (io::Error, TcpStream);

impl Tls {
    /// Secures a connection that this end has made, for [`from_streams`](crate::from_streams). The
    /// peer's certificate has to have this DNS name or IP address.
    ///
    /// # Errors
    /// [`LinkError::Tls`]: one of the two ends doesn't accept the other's certificate, or the peer
    /// doesn't speak TLS. [`LinkError::Dial`]: the connection broke.
    ///
    /// # Cancel safety
    /// Dropping the future closes the connection. It has no time limit of its own.
    pub async fn connect(&self, stream: TcpStream, name: &str) -> Result<Stream, LinkError> {
        let peer = stream.peer_addr().map_err(|error| unreached(name, error))?.to_string();
        self.connected(stream, name, peer).await.map(|connection| Stream(Ok(connection)))
    }

    /// Secures a connection that the peer has made, for [`from_streams`](crate::from_streams).
    ///
    /// # Errors
    /// As [`connect`](Self::connect).
    ///
    /// # Cancel safety
    /// As [`connect`](Self::connect).
    pub async fn accept(&self, stream: TcpStream) -> Result<Stream, LinkError> {
        let peer = stream.peer_addr().map_err(|error| unreached("a peer", error))?.to_string();
        let accepted = self.handshake(stream, peer.clone()).await;
        let accepted = accepted.map_err(|(error, stream)| refuse(peer, &error, stream));
        accepted.map(|connection| Stream(Ok(connection)))
    }

    pub(crate) async fn dialled(
        &self,
        stream: TcpStream,
        address: &str,
    ) -> Result<Connection, LinkError> {
        self.connected(stream, name(address), address.to_owned()).await
    }

    async fn connected(
        &self,
        stream: TcpStream,
        name: &str,
        peer: String,
    ) -> Result<Connection, LinkError> {
        let failed = |reason: String| LinkError::Tls { peer: peer.clone(), reason };
        let configs = self.configs();
        let Some(connector) = &configs.connector else {
            return Err(failed("this end has no roots to check a certificate by".to_owned()));
        };
        let wanted = ServerName::try_from(name.to_owned())
            .map_err(|_| failed(format!("`{name}` is no name that a certificate can have")))?;
        stream.set_nodelay(true).map_err(|error| unreached(&peer, error))?;
        match connector.connect(wanted, stream).into_fallible().await {
            Ok(stream) => {
                let known = self.known(stream.get_ref().1);
                Ok(Connection::of_any(stream, peer, Some(known)))
            }
            Err((error, stream)) => Err(refuse(peer, &error, stream)),
        }
    }

    /// Secures a connection that a peer has made within a time limit, or logs why not.
    pub(crate) async fn accepted(&self, stream: TcpStream, limit: Duration) -> Option<Connection> {
        let peer = stream.peer_addr().ok()?.to_string();
        let secured = timeout(limit, self.handshake(stream, peer.clone())).await;
        let (error, stream) = match secured {
            Ok(Ok(connection)) => return Some(connection),
            Ok(Err((error, stream))) => (failed(peer, &error), Some(stream)),
            Err(_) => (LinkError::Unanswered { peer, limit, instead: None }, None),
        };
        tracing::warn!(target: "chor", "{error}");
        if let Some(stream) = stream {
            hang_up(stream).await;
        }
        None
    }

    async fn handshake(&self, stream: TcpStream, peer: String) -> Result<Connection, Failed> {
        if let Err(error) = stream.set_nodelay(true) {
            return Err((error, stream));
        }
        let configs = self.configs();
        let Some(acceptor) = configs.acceptor(self.anonymous) else {
            return Err((io::Error::other("this end has no certificate"), stream));
        };
        let stream = acceptor.accept(stream).into_fallible().await?;
        let known = self.known(stream.get_ref().1);
        Ok(Connection::of_any(stream, peer, Some(known)))
    }

    fn known(&self, session: &CommonState) -> Known {
        let certificate = session.peer_certificates().and_then(<[_]>::first);
        let identity = certificate.map_or_else(Identity::anonymous, identify);
        Known { identity, permits: self.permits.clone() }
    }
}

/// Whom a certificate was issued for that has been checked.
fn identify(certificate: &CertificateDer<'_>) -> Identity {
    let names = webpki::EndEntityCert::try_from(certificate).map(|checked| {
        // Of what has no colon, only the issuer of DNS names may decide.
        let uris = checked.valid_uri_names().filter(|uri| uri.contains(':'));
        checked.valid_dns_names().chain(uris).map(ToOwned::to_owned).collect()
    });
    Identity::new(certificate, names.unwrap_or_default())
}

/// Where to connect to for an address.
pub(crate) fn target(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(_, target)| target)
}

/// The name that the certificate at an address has to have.
fn name(address: &str) -> &str {
    let host = || address.rsplit_once(':').map_or(address, |(host, _)| host);
    let name = address.rsplit_once('@').map_or_else(host, |(name, _)| name);
    name.trim_start_matches('[').trim_end_matches(']')
}

fn refuse(peer: String, error: &io::Error, stream: TcpStream) -> LinkError {
    tokio::spawn(hang_up(stream));
    failed(peer, error)
}

/// Waits until the peer has hung up: before that, the system could throw away what it is still to read.
async fn hang_up(mut stream: TcpStream) {
    // What goes wrong here has no consequences any more.
    let _ = stream.shutdown().await;
    let mut rest = [0; 1024];
    let read = async { while matches!(stream.read(&mut rest).await, Ok(1..)) {} };
    let _ = timeout(LINGER, read).await;
}

/// Why a connection could not be secured.
pub(crate) fn failed(peer: String, error: &io::Error) -> LinkError {
    LinkError::Tls { peer, reason: reason(error) }
}

/// What rustls says about a connection; `None` if it is not about TLS.
pub(crate) fn said(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn reason(error: &io::Error) -> String {
    match said(error) {
        Some(rustls::Error::InvalidMessage(_)) => "it doesn't speak TLS".to_owned(),
        Some(rustls::Error::NoCertificatesPresented) => "it has shown no certificate".to_owned(),
        Some(rustls::Error::InvalidCertificate(CertificateError::Revoked)) => {
            "its certificate was revoked".to_owned()
        }
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownRevocationStatus)) => {
            "an issuer of its certificate has no revocation list here".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => format!("it refuses: {alert:?}"),
        Some(error) => error.to_string(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::{name, target};

    #[test]
    fn an_address_may_begin_with_the_name_that_is_wanted() {
        let cases = [
            ("seller.example:4000", "seller.example", "seller.example:4000"),
            ("10.0.0.3:4000", "10.0.0.3", "10.0.0.3:4000"),
            ("[::1]:4000", "::1", "[::1]:4000"),
            ("seller.example@10.0.0.3:4000", "seller.example", "10.0.0.3:4000"),
            ("seller.example@[::1]:4000", "seller.example", "[::1]:4000"),
            ("::1@[::2]:4000", "::1", "[::2]:4000"),
            ("a@b@c:1", "a@b", "c:1"),
            ("nothing", "nothing", "nothing"),
            ("@host:1", "", "host:1"),
            ("", "", ""),
        ];
        for (address, wanted, connected) in cases {
            assert_eq!((name(address), target(address)), (wanted, connected), "{address}");
        }
    }
}
