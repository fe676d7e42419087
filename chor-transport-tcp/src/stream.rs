//! The two directions of a connection: those of a plain TCP connection without a detour, those of any
//! other through a pointer.

use crate::identity::Known;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};

/// A connection for [`from_streams`](crate::from_streams), which says how it is secured.
pub struct Stream(pub(crate) io::Result<Connection>);

impl Stream {
    /// A TCP connection as it is, without encryption: whoever is on the way can read and change what
    /// is sent. `TCP_NODELAY` is set.
    pub fn plaintext(stream: TcpStream) -> Self {
        Self(Connection::of_tcp(stream))
    }

    /// Any other connection as it is: a pipe, a socket of the system, or an encrypted stream of your
    /// own. Who the peer is, and whether somebody listens, is for the stream to see to. Errors call the
    /// peer `peer`.
    pub fn unchecked(
        stream: impl AsyncRead + AsyncWrite + Send + 'static,
        peer: impl Into<String>,
    ) -> Self {
        Self(Ok(Connection::of_any(stream, peer.into(), None)))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = self.0.as_ref().map(|connection| connection.peer.as_str());
        f.debug_struct("Stream").field("peer", &peer).finish_non_exhaustive()
    }
}

/// A connection that a link can be made of.
pub(crate) struct Connection {
    pub(crate) read: ReadHalf,
    pub(crate) write: WriteHalf,
    /// Where the peer is, for errors.
    pub(crate) peer: String,
    /// Who it is, where connections are secured.
    pub(crate) known: Option<Known>,
}

pub(crate) enum ReadHalf {
    Tcp(OwnedReadHalf),
    Other(Box<dyn AsyncRead + Send + Unpin>),
}

pub(crate) enum WriteHalf {
    Tcp(OwnedWriteHalf),
    Other(Box<dyn AsyncWrite + Send + Unpin>),
}

impl Connection {
    /// Small messages leave at once: the link itself decides what travels together.
    pub(crate) fn of_tcp(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let peer = stream.peer_addr()?.to_string();
        let (read, write) = stream.into_split();
        let (read, write) = (ReadHalf::Tcp(read), WriteHalf::Tcp(write));
        Ok(Self { read, write, peer, known: None })
    }

    pub(crate) fn of_any(
        stream: impl AsyncRead + AsyncWrite + Send + 'static,
        peer: String,
        known: Option<Known>,
    ) -> Self {
        let (read, write) = tokio::io::split(stream);
        let (read, write) = (ReadHalf::Other(Box::new(read)), WriteHalf::Other(Box::new(write)));
        Self { read, write, peer, known }
    }
}

impl ReadHalf {
    pub(crate) fn poll_read(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let mut buffer = ReadBuf::new(bytes);
        let polled = match self {
            Self::Tcp(half) => Pin::new(half).poll_read(cx, &mut buffer),
            Self::Other(half) => Pin::new(half).poll_read(cx, &mut buffer).map(or_end),
        };
        polled.map_ok(|()| buffer.filled().len())
    }
}

/// How TLS says that the peer closed the connection without a word counts as an end: links have words
/// of their own for what is missing.
fn or_end(read: io::Result<()>) -> io::Result<()> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(()),
        read => read,
    }
}

impl WriteHalf {
    pub(crate) fn poll_write(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(half) => Pin::new(half).poll_write(cx, bytes),
            Self::Other(half) => Pin::new(half).poll_write(cx, bytes),
        }
    }

    /// What was written may not have left before a flush.
    pub(crate) fn holds_back(&self) -> bool {
        matches!(self, Self::Other(_))
    }

    pub(crate) fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            // The system has it already.
            Self::Tcp(_) => Poll::Ready(Ok(())),
            Self::Other(half) => Pin::new(half).poll_flush(cx),
        }
    }

    pub(crate) fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(half) => Pin::new(half).poll_shutdown(cx),
            Self::Other(half) => Pin::new(half).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn small_messages_are_not_held_back_by_the_system() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let dialled = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        for stream in [dialled, listener.accept().await.unwrap().0] {
            let ReadHalf::Tcp(half) = Connection::of_tcp(stream).unwrap().read else { panic!() };
            assert!(half.as_ref().nodelay().unwrap());
        }
    }
}
