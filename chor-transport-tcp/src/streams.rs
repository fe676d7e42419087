//! Sessions over connections that the user already has.

use crate::driver::Driver;
use crate::link::{Host, Link};
use crate::meeting::Meeting;
use crate::options::Options;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::stream::{Connection, Stream};
use crate::way::Way;
use chor_runtime::{Codec, DefaultCodec};
use std::io;
use std::sync::{Arc, Weak};

/// Makes a session of connections: for the role number `place`, one to each other role, in the order
/// of the choreography's header, with this role left out.
///
/// The connections serve this session alone. Which end has dialled makes no difference.
///
/// # Errors
/// A connection is broken already.
///
/// # Panics
/// Outside a tokio runtime with its I/O and time drivers.
///
/// # Examples
/// ```
/// use chor_runtime::Transport;
/// use chor_transport_tcp::{Stream, from_streams};
/// use tokio::net::{TcpListener, TcpStream};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let listener = TcpListener::bind("127.0.0.1:0").await?;
/// let stream = TcpStream::connect(listener.local_addr()?).await?;
/// let buyer = from_streams(0, [Stream::plaintext(stream)])?;
/// let (stream, _) = listener.accept().await?;
/// let seller = from_streams(1, [Stream::plaintext(stream)])?;
/// assert_eq!((buyer.place(), seller.place()), (0, 1));
/// # Ok(())
/// # }
/// ```
pub fn from_streams(place: usize, streams: impl IntoIterator<Item = Stream>) -> io::Result<Tcp> {
    from_streams_with(place, streams, DefaultCodec::default(), Options::default())
}

/// [`from_streams`] with a codec, which all roles share, and options of one's own.
///
/// # Errors
/// As [`from_streams`].
///
/// # Panics
/// As [`from_streams`].
pub fn from_streams_with<D: Codec>(
    place: usize,
    streams: impl IntoIterator<Item = Stream>,
    codec: D,
    options: Options,
) -> io::Result<Tcp<D>> {
    let connections: io::Result<Vec<_>> = streams.into_iter().map(|stream| stream.0).collect();
    Ok(over(place, connections?, codec, options))
}

pub(crate) fn over<D: Codec>(
    place: usize,
    connections: Vec<Connection>,
    codec: D,
    options: Options,
) -> Tcp<D> {
    let meeting = Arc::new(Meeting::new([0; 16], place, Sizes::ones(connections.len() + 1)));
    let weak = Arc::downgrade(&meeting);
    let host: Weak<dyn Host> = weak;
    let peers = (0..).filter(|peer| *peer != place);
    let (mut ways, mut links) = (Vec::new(), Vec::new());
    for (peer, connection) in peers.zip(connections) {
        let link =
            Link::new(connection, codec.name().to_owned(), options.clone(), Weak::clone(&host));
        tokio::spawn(Driver::new(Arc::clone(&link)));
        // One of the two has to open the channel.
        ways.push((peer, if place < peer { Way::Ready(Arc::clone(&link)) } else { Way::Await }));
        links.push((peer, link));
    }
    Tcp::new(meeting, codec, options, ways, None).owning(links)
}
