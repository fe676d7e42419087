//! Sessions over connections that the user already has.

use crate::driver::Driver;
use crate::link::{Host, Link};
use crate::meeting::Meeting;
use crate::options::Options;
use crate::participant::Participant;
use crate::session::Tcp;
use crate::stream::{Connection, Stream};
use crate::way::Way;
use chor_runtime::{Codec, DefaultCodec};
use std::io;
use std::sync::{Arc, Weak};

/// Makes a session of connections: for this participant, the number of its role, one to each other
/// role, in the order of the choreography's header, with this role left out.
///
/// With families, the participant is a [`Participant::of`] the sizes, and there is one connection to
/// each member of a family, in their order. The participants compare the sizes before they begin: if
/// they differ, all fail with [`Error::Setup`](chor_runtime::Error::Setup), which has both.
///
/// The connections serve this session alone. Which end has dialled makes no difference. Who speaks
/// through the connection to another participant fails both at the start.
///
/// # Errors
/// A connection is broken already. `InvalidInput`: there is no such participant, or the connections are
/// not those to all others.
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
///
/// With a family of two, over pipes:
/// ```
/// use chor_runtime::Transport;
/// use chor_transport_tcp::{Participant, Stream, from_streams};
/// use tokio::io::duplex;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let (leader_one, one_leader) = duplex(1 << 16);
/// let (leader_other, other_leader) = duplex(1 << 16);
/// let (one_other, other_one) = duplex(1 << 16);
/// let to = |pipe, peer| Stream::unchecked(pipe, peer);
///
/// let sizes = [1, 2];
/// let leader = from_streams(
///     Participant::of(&sizes, 0, 0),
///     [to(leader_one, "one"), to(leader_other, "other")],
/// )?;
/// let one = from_streams(
///     Participant::of(&sizes, 1, 0),
///     [to(one_leader, "leader"), to(one_other, "other")],
/// )?;
/// let other = from_streams(
///     Participant::of(&sizes, 1, 1),
///     [to(other_leader, "leader"), to(other_one, "one")],
/// )?;
/// assert_eq!((leader.members(1), one.place(), other.place()), (2, 1, 2));
/// # Ok(())
/// # }
/// ```
pub fn from_streams(
    participant: impl Into<Participant>,
    streams: impl IntoIterator<Item = Stream>,
) -> io::Result<Tcp> {
    from_streams_with(participant, streams, DefaultCodec::default(), Options::default())
}

/// [`from_streams`] with a codec, which all roles share, and options of one's own.
///
/// # Errors
/// As [`from_streams`].
///
/// # Panics
/// As [`from_streams`].
pub fn from_streams_with<D: Codec>(
    participant: impl Into<Participant>,
    streams: impl IntoIterator<Item = Stream>,
    codec: D,
    options: Options,
) -> io::Result<Tcp<D>> {
    let connections: io::Result<Vec<_>> = streams.into_iter().map(|stream| stream.0).collect();
    over(participant, connections?, codec, options)
}

pub(crate) fn over<D: Codec>(
    participant: impl Into<Participant>,
    connections: Vec<Connection>,
    codec: D,
    options: Options,
) -> io::Result<Tcp<D>> {
    let (place, sizes) = participant.into().among(connections.len() + 1)?;
    let meeting = Arc::new(Meeting::new([0; 16], place, sizes).told_apart());
    let weak = Arc::downgrade(&meeting);
    let host: Weak<dyn Host> = weak;
    let peers = (0..).filter(|peer| *peer != place);
    let (name, limit) = (codec.name().to_owned(), options.handshake);
    let link = move |(peer, connection)| {
        (peer, Link::new(connection, name.clone(), options.clone(), Weak::clone(&host)))
    };
    let links: Vec<(usize, Arc<Link>)> = peers.zip(connections).map(link).collect();
    meeting.set_links(&links);
    // One of the two has to open the channel.
    let way = |peer, link| if place < peer { Way::Ready(Arc::clone(link)) } else { Way::Await };
    let ways = links.iter().map(|(peer, link)| (*peer, way(*peer, link))).collect();
    for (_, link) in &links {
        tokio::spawn(Driver::new(Arc::clone(link)));
    }
    Ok(Tcp::new(meeting, codec, limit, ways, None).owning(links))
}
