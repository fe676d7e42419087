//! One session between fixed addresses, without anybody who opens it.

use crate::accept::listen;
use crate::hosting::Hosting;
use crate::meeting::Meeting;
use crate::options::Options;
use crate::participant::Participant;
use crate::security::Security;
use crate::session::Tcp;
use crate::way::Way;
use chor_runtime::{Codec, DefaultCodec};
use std::io;
use tokio::time::Instant;

/// The end of this participant, the number of its role, of a session whose roles are at these
/// addresses, in the order of the choreography's header. It listens at its own. The processes may be started in any
/// order, within [`Options::handshake`] (10 s) of each other. Roles that run different builds wait as long
/// for those who come late, to tell them, too.
///
/// With families, the participant is a [`Participant::of`] the sizes, and the addresses are those of all
/// members, in their order. The participants compare the sizes before they begin: if they differ, all
/// who know of each other fail with [`Error::Setup`](chor_runtime::Error::Setup), which has both. One of
/// whom no other knows finds nobody.
///
/// # Errors
/// `InvalidInput`: there is no such participant, or the addresses are not as many as the participants.
/// This role's own address is not one of this machine, or taken; or there is no
/// certificate to show to peers.
///
/// # Panics
/// Outside a tokio runtime with its I/O and time drivers.
///
/// # Examples
/// With a choreography `ask[Buyer, Seller]`; the addresses are the same in both processes:
/// ```
/// # use chor::prelude::*;
/// # chor! {
/// #     chor ask[Buyer, Seller](title: String @ Buyer, price: u32 @ Seller) -> u32 @ Buyer {
/// #         let title: String = Buyer -> Seller: title;
/// #         Seller: println!("{title}");
/// #         Seller -> Buyer: price
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use chor_transport_tcp::{Security, fixed};
///
/// # let free = || std::net::TcpListener::bind("127.0.0.1:0")?.local_addr();
/// # let (buyer, seller) = (free()?.to_string(), free()?.to_string());
/// let addresses = [buyer, seller];
/// # let others = addresses.clone();
/// # let other = tokio::spawn(async move {
/// #     play_role(ask::Seller::new(50), &fixed(1, others, Security::Plaintext).await.expect("a free port")).await
/// # });
/// let transport = fixed(0, addresses, Security::Plaintext).await?;
/// let price = play_role(ask::Buyer::new("TAPL".to_owned()), &transport).await?;
/// assert_eq!(price, 50);
/// # other.await??;
/// # Ok(())
/// # }
/// ```
///
/// The last of three workers of a choreography `squares[Leader, Workers[..]]`:
/// ```no_run
/// use chor_transport_tcp::{Participant, Security, fixed};
///
/// # async fn last() -> std::io::Result<()> {
/// let addresses = ["10.0.0.1:4000", "10.0.0.2:4000", "10.0.0.3:4000", "10.0.0.4:4000"];
/// let worker = Participant::of(&[1, 3], 1, 2);
/// let transport = fixed(worker, addresses, Security::Plaintext).await?;
/// # let _ = transport;
/// # Ok(())
/// # }
/// ```
pub async fn fixed<A: Into<String>>(
    participant: impl Into<Participant>,
    addresses: impl IntoIterator<Item = A>,
    security: impl Into<Security>,
) -> io::Result<Tcp> {
    fixed_with(participant, addresses, security, DefaultCodec::default(), Options::default()).await
}

/// [`fixed`] with a codec, which all roles share, and options of one's own.
///
/// # Errors
/// As [`fixed`].
///
/// # Panics
/// As [`fixed`].
pub async fn fixed_with<D: Codec + Clone + 'static, A: Into<String>>(
    participant: impl Into<Participant>,
    addresses: impl IntoIterator<Item = A>,
    security: impl Into<Security>,
    codec: D,
    options: Options,
) -> io::Result<Tcp<D>> {
    let addresses: Vec<String> = addresses.into_iter().map(Into::into).collect();
    let (place, sizes) = participant.into().among(addresses.len())?;
    let until = Instant::now() + options.handshake;
    let hosting = Hosting::new(security.into(), codec, options);
    listen(&hosting, hosting.links.security.target(&addresses[place])).await?;
    let others = addresses.iter().enumerate().filter(|(peer, _)| *peer != place);
    let ways = others.map(|(peer, address)| {
        // One of the two has to dial.
        let way = if place < peer { hosting.dial(address, Some(until)) } else { Way::Await };
        (peer, way)
    });
    let ways = ways.collect();
    let meeting = Meeting::new([0; 16], place, sizes).public();
    Ok(hosting.enter(meeting, ways, None))
}
