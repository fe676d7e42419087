//! How connections are secured, and how they become so.

use crate::error::LinkError;
use crate::stream::Connection;
#[cfg(feature = "tls")]
use crate::tls::Tls;
use std::io;
use std::sync::Arc;
use tokio::net::TcpStream;

/// How the connections of a node are secured. There is no default: whoever makes a node says it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Security {
    /// Not at all: whoever is on the way can read and change what is sent, and whoever can connect
    /// may play any role that is open to others. For networks that you trust.
    Plaintext,
    /// TLS, with certificates that say who a peer is, and rules for which roles it may play. With the
    /// feature `tls`.
    #[cfg(feature = "tls")]
    Tls(Tls),
}

#[cfg(feature = "tls")]
impl From<Tls> for Security {
    fn from(tls: Tls) -> Self {
        Self::Tls(tls)
    }
}

impl Security {
    /// Where to connect to for an address: behind the name that its certificate has, if one is given.
    pub(crate) fn target<'a>(&self, address: &'a str) -> &'a str {
        match self {
            Self::Plaintext => address,
            #[cfg(feature = "tls")]
            Self::Tls(_) => crate::tls::target(address),
        }
    }

    /// Secures a connection that this end has made to an address.
    #[cfg_attr(not(feature = "tls"), expect(clippy::unused_async, reason = "TLS takes its time"))]
    pub(crate) async fn dialled(
        &self,
        stream: TcpStream,
        address: &str,
    ) -> Result<Connection, LinkError> {
        let connection = match self {
            Self::Plaintext => {
                Connection::of_tcp(stream).map_err(|error| unreached(address, error))?
            }
            #[cfg(feature = "tls")]
            Self::Tls(tls) => tls.dialled(stream, address).await?,
        };
        Ok(Connection { peer: address.to_owned(), ..connection })
    }

    /// Whether peers may connect to this end.
    #[cfg_attr(
        not(feature = "tls"),
        expect(clippy::unnecessary_wraps, reason = "without TLS, all can")
    )]
    pub(crate) fn can_listen(&self) -> io::Result<()> {
        match self {
            Self::Plaintext => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(tls) if tls.can_accept() => Ok(()),
            #[cfg(feature = "tls")]
            Self::Tls(_) => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "a node that listens has to have a certificate",
            )),
        }
    }
}

/// An address that can't be connected to.
pub(crate) fn unreached(address: &str, source: io::Error) -> LinkError {
    LinkError::Dial { peer: address.to_owned(), source: Arc::new(source) }
}
