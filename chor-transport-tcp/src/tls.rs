//! TLS: who this end is, whom it trusts, and which roles each may play.
//!
//! Knows certificates and handshakes; deliberately no sessions, and no links.

mod configs;
mod handshake;

pub(crate) use handshake::{failed, said, target};

use crate::identity::{Identity, Part, Permits};
use configs::Configs;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// TLS for a node: its certificate, whom it trusts, and which roles its peers may play. It becomes a
/// [`Security`](crate::Security).
///
/// **Nobody may play anything** until [`allow`](Self::allow) and its kin say so. What they say is
/// checked at both ends: a node plays no role in a session with a peer, nor invites it to a role, that
/// the peer may not play. Which role a peer plays is up to its certificate, not to its address.
///
/// | made with | its certificate | peers that it connects to | peers that connect to it |
/// |---|---|---|---|
/// | [`mutual`](Self::mutual) | shown to all | need one | need one, unless [`allow_anonymous`](Self::allow_anonymous) is used |
/// | [`server`](Self::server) | shown to all | none: it can't connect | are not asked for one |
/// | [`client`](Self::client) | it has none | need one | none: it can't listen |
///
/// A certificate counts if it was issued, maybe through others that the peer sends along, by one of
/// the roots, and hasn't expired. Of a peer that this end connects to, it also has to have the name
/// that stands in the address, a host's or an IP address's; if that differs, the name that is wanted
/// stands before it: `seller.example@10.0.0.3:4000`.
///
/// Certificates, keys and roots are text in the PEM format, as most tools write it. TLS 1.3 is spoken,
/// and nothing older. Clones are cheap.
///
/// # Examples
/// A seller that only the two buyers may buy from, and one of them. The choreography is
/// `ask[Buyer, Seller]`.
/// ```
/// # use chor::prelude::*;
/// # use chor_transport_tcp::{Node, Tls};
/// # chor! {
/// #     chor ask[Buyer, Seller](title: String @ Buyer, price: u32 @ Seller) -> u32 @ Buyer {
/// #         let title: String = Buyer -> Seller: title;
/// #         Seller: println!("{title}");
/// #         Seller -> Buyer: price
/// #     }
/// # }
/// # struct File { chain: String, key: String }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let key = rcgen::KeyPair::generate()?;
/// # let mut parameters = rcgen::CertificateParams::new([])?;
/// # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
/// # let roots = parameters.self_signed(&key)?.pem();
/// # let issuer = rcgen::Issuer::new(parameters, key);
/// # let issue = |name: &str| {
/// #     let key = rcgen::KeyPair::generate()?;
/// #     let chain = rcgen::CertificateParams::new([name.to_owned()])?.signed_by(&key, &issuer)?.pem();
/// #     Ok::<_, rcgen::Error>(File { chain, key: key.serialize_pem() })
/// # };
/// # let (seller, buyer) = (issue("seller.example")?, issue("ann.example")?);
/// // In the seller's process; `seller.chain` and the others are what its files hold.
/// let tls = Tls::mutual(&seller.chain, &seller.key, &roots)?
///     .allow("ann.example", "ask", ["Buyer"])
///     .allow("ben.example", "ask", ["Buyer"]);
/// let node = Node::listen("127.0.0.1:0", tls).await?;
/// node.serve(|_| ask::Seller::new(50));
/// let port = node.address().expect("it listens").port();
///
/// // In Ann's process.
/// let tls = Tls::mutual(&buyer.chain, &buyer.key, &roots)?
///     .allow("seller.example", "ask", ["Seller"]);
/// let node = Node::new(tls);
/// let address = format!("seller.example@127.0.0.1:{port}");
/// let session = node.session([(ask::Role::Seller as usize, address)]);
/// assert_eq!(session.play(ask::Buyer::new("TAPL".to_owned())).await?, 50);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Tls {
    /// Shared by clones.
    configs: Arc<RwLock<Arc<Configs>>>,
    permits: Permits,
    /// Peers without a certificate may play some role.
    anonymous: bool,
}

impl Tls {
    /// For a node that shows its certificate to its peers, and wants one of each.
    ///
    /// `chain` begins with the node's certificate, and goes on with those that lead to a root. `roots`
    /// are the certificates of those who issue the peers' certificates.
    ///
    /// # Errors
    /// What is given is not in the PEM format, holds no certificate or no private key, or can't be
    /// used; or the key isn't that of the certificate.
    pub fn mutual(
        chain: impl AsRef<[u8]>,
        key: impl AsRef<[u8]>,
        roots: impl AsRef<[u8]>,
    ) -> Result<Self, TlsError> {
        Configs::new(Some((chain.as_ref(), key.as_ref())), Some(roots.as_ref())).map(Self::of)
    }

    /// For a node that shows its certificate to whoever connects, and wants none: only
    /// [`allow_anonymous`](Self::allow_anonymous) says what such peers may play. It can't connect to
    /// others.
    ///
    /// # Errors
    /// As [`mutual`](Self::mutual).
    pub fn server(chain: impl AsRef<[u8]>, key: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        Configs::new(Some((chain.as_ref(), key.as_ref())), None).map(Self::of)
    }

    /// For a node that only connects to others, and shows no certificate. Their certificates are
    /// issued by one of the `roots`.
    ///
    /// # Errors
    /// As [`mutual`](Self::mutual).
    pub fn client(roots: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        Configs::new(None, Some(roots.as_ref())).map(Self::of)
    }

    fn of(configs: Configs) -> Self {
        let configs = Arc::new(RwLock::new(Arc::new(configs)));
        Self { configs, permits: Permits::default(), anonymous: false }
    }

    /// Lets certificates not count that their issuers have revoked: `lists` are lists of them, one for
    /// **each** issuer between a peer's certificate and its root. They take the place of those that were
    /// given before.
    ///
    /// Whoever is in doubt is refused: a peer one of whose issuers has no list here, and all peers of an
    /// issuer whose list is out of date. So lists have to be [renewed](Self::renew) before their time is
    /// over. Connections that are there go on.
    ///
    /// ```
    /// # fn tls(files: [&str; 4]) -> Result<chor_transport_tcp::Tls, chor_transport_tcp::TlsError> {
    /// use chor_transport_tcp::Tls;
    ///
    /// # let [chain, key, roots, lists] = files;
    /// let tls = Tls::mutual(chain, key, roots)?.reject_revoked(lists)?;
    /// # Ok(tls)
    /// # }
    /// ```
    ///
    /// # Errors
    /// What is given is not in the PEM format, holds no list, or can't be used.
    pub fn reject_revoked(self, lists: impl AsRef<[u8]>) -> Result<Self, TlsError> {
        let configs = self.configs().rejecting(lists.as_ref())?;
        Ok(Self { configs: Arc::new(RwLock::new(Arc::new(configs))), ..self })
    }

    /// Has all nodes that were made with this, or with a clone of it, use the certificate, the key, the
    /// roots and the lists of revoked certificates of `other` for connections from now on. Rules stay as
    /// they are. Connections that are there go on.
    ///
    /// `other` should be made as this one was: a node that listens can't let anybody in without a
    /// certificate, nor connect to anybody without roots.
    pub fn renew(&self, other: &Self) {
        let configs = other.configs();
        *self.configs.write().unwrap_or_else(PoisonError::into_inner) = configs;
    }

    fn configs(&self) -> Arc<Configs> {
        Arc::clone(&self.configs.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A peer whose certificate has this name, a DNS name or a URI, may play these roles of a
    /// choreography, all by the names that they have in its source. See [`Identity::is`] for how names
    /// are compared.
    #[must_use]
    pub fn allow<R: Into<String>>(
        self,
        name: impl Into<String>,
        choreography: impl Into<String>,
        roles: impl IntoIterator<Item = R>,
    ) -> Self {
        let (name, parts) = (name.into(), Parts::new(choreography, roles));
        self.allow_if(move |peer, part| peer.is(&name) && parts.hold(part))
    }

    /// Any peer may play these roles of a choreography without a certificate: nobody knows who it is.
    #[must_use]
    pub fn allow_anonymous<R: Into<String>>(
        self,
        choreography: impl Into<String>,
        roles: impl IntoIterator<Item = R>,
    ) -> Self {
        let parts = Parts::new(choreography, roles);
        let this = Self { anonymous: true, ..self };
        this.allow_if(move |peer, part| peer.is_anonymous() && parts.hold(part))
    }

    /// A peer may play a role if the rule says so. Any number of rules may be given, and one is enough.
    ///
    /// It is asked anew for each session before it begins, so a role can be taken away again. It must
    /// not block, since it holds up all sessions of a connection. That
    /// it lets peers without a certificate through has no effect unless
    /// [`allow_anonymous`](Self::allow_anonymous) or [`server`](Self::server) does.
    #[must_use]
    pub fn allow_if(
        mut self,
        rule: impl Fn(&Identity, Part<'_>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.permits.add(rule);
        self
    }

    pub(crate) fn can_accept(&self) -> bool {
        self.configs().acceptor(self.anonymous).is_some()
    }
}

/// Roles of a choreography.
struct Parts {
    choreography: String,
    roles: Vec<String>,
}

impl Parts {
    fn new<R: Into<String>>(
        choreography: impl Into<String>,
        roles: impl IntoIterator<Item = R>,
    ) -> Self {
        let roles = roles.into_iter().map(Into::into).collect();
        Self { choreography: choreography.into(), roles }
    }

    fn hold(&self, part: Part<'_>) -> bool {
        part.choreography == self.choreography && self.roles.iter().any(|role| role == part.role)
    }
}

impl fmt::Debug for Tls {
    /// Without keys.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("anonymous", &self.anonymous).finish_non_exhaustive()
    }
}

/// Why certificates, keys or roots can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// What is given is not in the PEM format, or holds nothing of what it should.
    #[error("the {what} can't be read")]
    #[non_exhaustive]
    Unreadable {
        /// `certificate chain`, `private key`, `roots` or `revocation lists`.
        what: &'static str,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It can be read, but not be used.
    #[error("the {what} can't be used")]
    #[non_exhaustive]
    Unusable {
        /// `certificate chain`, `private key`, `roots` or `revocation lists`.
        what: &'static str,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
