//! A process's part in sessions: it listens, dials, serves roles, and opens sessions.

use crate::accept::listen;
use crate::error::LinkError;
use crate::hosting::{Hosting, Invited, Version};
use crate::meeting::Meeting;
use crate::options::Options;
use crate::security::Security;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::way::Way;
use chor_runtime::{Codec, DefaultCodec, Error, Projection, Size, play_role};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::ToSocketAddrs;
use tokio::time::timeout;

/// A process's part in sessions over TCP.
///
/// A node listens, and keeps one link to each address that it dials. Any number of sessions share a
/// link. A session is opened by one of its roles; each of the others is played by the node at its
/// address, if that [serves](Self::serve) it. A session with more than two roles connects each pair.
///
/// Clones are the same node. It listens until it is [shut down](Self::shutdown), or until it and the
/// last of its sessions are dropped.
///
/// # Examples
/// With a choreography `ask[Buyer, Seller]`:
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
/// use chor_transport_tcp::{Node, Security};
///
/// // One process, for ever:
/// let seller = Node::listen("127.0.0.1:0", Security::Plaintext).await?;
/// seller.serve(|_| ask::Seller::new(50));
/// let address = seller.address().expect("it listens").to_string();
///
/// // Another one:
/// let buyer = Node::new(Security::Plaintext);
/// let session = buyer.session([(ask::Role::Seller as usize, address)]);
/// assert_eq!(session.play(ask::Buyer::new("TAPL".to_owned())).await?, 50);
/// # Ok(())
/// # }
/// ```
pub struct Node<D = DefaultCodec> {
    pub(crate) hosting: Arc<Hosting<D>>,
    address: Option<SocketAddr>,
}

impl Node {
    /// A node that doesn't listen: it can open sessions, but not be invited to any.
    ///
    /// # Panics
    /// Outside a tokio runtime with its I/O and time drivers.
    pub fn new(security: impl Into<Security>) -> Self {
        Self::with(security, DefaultCodec::default(), Options::default())
    }

    /// A node that listens at an address. Port 0 takes any free one: [`address`](Self::address) says
    /// which.
    ///
    /// # Errors
    /// The address is not one of this machine, or taken; or peers can't be let in, since there is no
    /// certificate to show them.
    ///
    /// # Panics
    /// Outside a tokio runtime with its I/O and time drivers.
    pub async fn listen(
        address: impl ToSocketAddrs,
        security: impl Into<Security>,
    ) -> io::Result<Self> {
        Self::listen_with(address, security, DefaultCodec::default(), Options::default()).await
    }
}

impl<D: Codec + Clone + 'static> Node<D> {
    /// [`new`](Node::new) with a codec, which all nodes of a session share, and options.
    ///
    /// # Panics
    /// Outside a tokio runtime with its I/O and time drivers.
    pub fn with(security: impl Into<Security>, codec: D, options: Options) -> Self {
        Self { hosting: Hosting::new(security.into(), codec, options), address: None }
    }

    /// [`listen`](Node::listen) with a codec, which all nodes of a session share, and options.
    ///
    /// # Errors
    /// As [`listen`](Node::listen).
    ///
    /// # Panics
    /// As [`listen`](Node::listen).
    pub async fn listen_with(
        address: impl ToSocketAddrs,
        security: impl Into<Security>,
        codec: D,
        options: Options,
    ) -> io::Result<Self> {
        let hosting = Hosting::new(security.into(), codec, options);
        let address = Some(listen(&hosting, address).await?);
        Ok(Self { hosting, address })
    }

    /// Where the node listens; `None` if it doesn't.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// Serves a role: whenever somebody opens a session that has this role played here, `make` makes
    /// the role and it is played in a task of its own. How it ends is logged.
    ///
    /// A role of the same choreography that was served before is replaced.
    pub fn serve<P, const N: usize>(&self, make: impl Fn(&Invited) -> P + Send + Sync + 'static)
    where
        P: Projection<N> + 'static,
    {
        self.serve_then(make, |_, _| {});
    }

    /// [`serve`](Self::serve), and `then` is told how each session has ended for the role. A
    /// [shutdown](Self::shutdown) waits for it to return.
    pub fn serve_then<P, const N: usize>(
        &self,
        make: impl Fn(&Invited) -> P + Send + Sync + 'static,
        then: impl Fn(&Invited, Result<P::Output, Error>) + Send + Sync + 'static,
    ) where
        P: Projection<N> + 'static,
    {
        let (runtime, telling) = (self.hosting.runtime.clone(), Arc::clone(&self.hosting.telling));
        let both = Arc::new((make, then));
        let run = move |invited: Invited, transport: Tcp<D>| {
            let (both, untold) = (Arc::clone(&both), telling.begin());
            runtime.spawn(async move {
                let role = both.0(&invited);
                let ended = play_role(role, &transport).await;
                drop(transport);
                if let Err(error) = &ended {
                    tracing::warn!(target: "chor", peer = invited.peer, cause = %error.cause(), "{error}");
                }
                both.1(&invited, ended);
                drop(untold);
            });
        };
        let protocol = P::PROTOCOL;
        let version = Version { protocol, digest: protocol.digest(), roles: N, run: Arc::new(run) };
        self.hosting.serve(protocol.name, P::ROLE, version);
    }

    /// A session whose other roles are played at these addresses. Each role is named by its number in
    /// the choreography's header, from 0: `buy_book::Role::Seller as usize`. The addresses have to be
    /// such that not only this node reaches them, but also the roles each other. With TLS, the name that
    /// the certificate has to have may stand before the address: `seller.example@10.0.0.3:4000`.
    ///
    /// A family is listed once for each member, in their order: `[(1, one), (1, other)]`. Who plays a
    /// member itself is the first one of its family, unless [`Session::member`] says otherwise.
    pub fn session<A: Into<String>>(
        &self,
        addresses: impl IntoIterator<Item = (usize, A)>,
    ) -> Session<D> {
        let mut all: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (role, address) in addresses {
            all.entry(role).or_default().push(address.into());
        }
        Session { hosting: Arc::clone(&self.hosting), addresses: all, member: 0 }
    }

    /// How many sessions are under way here.
    pub fn sessions(&self) -> usize {
        self.hosting.sessions()
    }

    /// Ends the node in order: it listens no more and refuses new sessions; those under way have
    /// `within` to end. Sessions that are not over by then fail with [`LinkError::Shutdown`].
    ///
    /// What roles have sent who have ended here is still delivered: each connection is kept until all
    /// peers' parts in its sessions have ended, too; and those who [serve](Self::serve_then) are told within
    /// this time how their sessions ended. So after `Ok`, no peer misses anything, and the process may exit.
    ///
    /// # Errors
    /// [`Unfinished`]: how many sessions were cut off, and how many connections were over, by then or
    /// because they broke, whose peers may miss what was sent. Nothing is left to be done.
    ///
    /// # Cancel safety
    /// Dropping the future leaves the node refusing new sessions, with those under way going on.
    pub async fn shutdown(&self, within: Duration) -> Result<(), Unfinished> {
        self.hosting.close();
        let links = &self.hosting.links;
        let unsure = links.unsure();
        let drained = async {
            self.hosting.idle().await;
            links.release();
            links.gone().await;
            self.hosting.telling.done().await;
        };
        // Late or not, what is left now is cut off.
        let _ = timeout(within, drained).await;
        let sessions = self.hosting.sessions();
        self.hosting.cut();
        links.gone().await;
        let links = links.unsure() - unsure;
        if sessions + links > 0 { Err(Unfinished { sessions, links }) } else { Ok(()) }
    }
}

/// What a shutdown had to cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "when the node was shut down, {sessions} sessions were not over, and the peers of {links} \
     connections may miss what was sent"
)]
#[non_exhaustive]
pub struct Unfinished {
    /// How many sessions were not over here.
    pub sessions: usize,
    /// How many connections were over before their peers' parts were, in sessions that were over here: of
    /// what was sent last, the peers may miss some.
    pub links: usize,
}

/// A session that is about to be opened; from [`Node::session`].
#[must_use = "a session is opened when a role is played in it"]
pub struct Session<D = DefaultCodec> {
    hosting: Arc<Hosting<D>>,
    addresses: BTreeMap<usize, Vec<String>>,
    /// Which member of its family opens the session.
    member: usize,
}

impl<D: Codec + Clone + 'static> Session<D> {
    /// Which member of its family opens the session, by its number from 0, which is the default; the
    /// listed ones are the others, in their order. If fewer are listed than come before it, the ones that
    /// are missing can't be reached. Without effect for a role that is no family.
    ///
    /// # Examples
    /// The second of three workers, of a choreography `squares[Leader, Workers[..]]`:
    /// ```
    /// # use chor_transport_tcp::{Node, Security};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let node = Node::new(Security::Plaintext);
    /// let addresses = [(0, "10.0.0.1:4000"), (1, "10.0.0.2:4000"), (1, "10.0.0.4:4000")];
    /// let session = node.session(addresses).member(1);
    /// # let _ = session;
    /// # }
    /// ```
    pub fn member(self, number: usize) -> Self {
        Self { member: number, ..self }
    }

    /// Opens the session, invites all others, and plays this role.
    ///
    /// # Errors
    /// As [`play_role`]. That a peer can't be reached or refuses is [`Error::Link`], whose source is a
    /// [`LinkError`].
    ///
    /// # Panics
    /// As [`play_role`], and if an address is given for a role that the choreography doesn't have.
    ///
    /// # Cancel safety
    /// As [`play_role`]: dropping the future cancels the role.
    pub async fn play<P, const N: usize>(self, projection: P) -> Result<P::Output, Error>
    where
        P: Projection<N>,
    {
        let transport = self.enter(P::ROLE, &P::SIZES);
        play_role(projection, &transport).await
    }

    /// The end of role number `place` of so many roles, for [`play_role`], which opens the session. A
    /// role that isn't listed is no family without members here.
    ///
    /// # Panics
    /// If an address is given for a role beyond these.
    pub fn transport(self, place: usize, roles: usize) -> Tcp<D> {
        self.enter(place, &vec![Size::One; roles])
    }

    fn enter(self, own: usize, sizes: &[Size]) -> Tcp<D> {
        let Self { hosting, addresses, member } = self;
        let (roles, last) = (sizes.len(), addresses.keys().next_back());
        assert!(
            last.is_none_or(|last| *last < roles),
            "an address is given for role number {}, but the choreography has {roles} roles, from 0 on",
            last.unwrap_or(&0),
        );
        let members = |role: usize| {
            let mut members = addresses.get(&role).cloned().unwrap_or_default();
            match sizes[role] {
                // Nobody is reached there, which is said when it is tried.
                Size::One if members.is_empty() => members.push(String::new()),
                Size::One => {}
                _ if role == own => {
                    // Nobody is reached there, either.
                    members.resize(members.len().max(member), String::new());
                    members.insert(member, String::new());
                }
                _ => {}
            }
            members
        };
        let members: Vec<Vec<String>> = (0..sizes.len()).map(members).collect();
        let counts: Vec<usize> = members.iter().map(Vec::len).collect();
        let own_member = if sizes[own] == Size::One { 0 } else { member };
        let place = counts.iter().take(own).sum::<usize>() + own_member;
        let invitation = members.concat();
        let others = invitation.iter().enumerate().filter(|(peer, _)| *peer != place);
        let ways = others.map(|(peer, address)| match &**address {
            "" => (peer, nowhere(peer)),
            address => (peer, hosting.dial(address, None)),
        });
        let ways = ways.collect();
        let meeting = Meeting::new(random(), place, Sizes::new(&counts)).opened_by(place);
        hosting.enter(meeting, ways, Some(invitation))
    }
}

fn nowhere(peer: usize) -> Way {
    let source = Arc::new(io::Error::new(io::ErrorKind::InvalidInput, "it was given no address"));
    let error = LinkError::Dial { peer: format!("role number {peer}"), source };
    Way::none(error)
}

/// A session's number: whoever knows it can take part in the session.
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    // Fails only where the system has no random numbers at all, and then numbers only have to differ.
    if getrandom::fill(&mut bytes).is_err() {
        let unique = Arc::as_ptr(&Arc::new(0u8)).addr() as u64;
        bytes[..8].copy_from_slice(&unique.to_le_bytes());
    }
    bytes
}

impl<D> Clone for Node<D> {
    fn clone(&self) -> Self {
        Self { hosting: Arc::clone(&self.hosting), address: self.address }
    }
}

impl<D> fmt::Debug for Node<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node").field("address", &self.address).finish_non_exhaustive()
    }
}

impl<D> fmt::Debug for Session<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("addresses", &self.addresses).finish_non_exhaustive()
    }
}
