//! A shop, and people who want to buy there.

use crate::authority::Authority;
use crate::log::Log;
use crate::support::{Shop, buys, link_error};
use chor::DefaultCodec;
use chor::tcp::{Node, Options, Security, Tls};
use tokio::net::TcpStream;

pub(crate) const SELLER: &str = "seller.example";
pub(crate) const BUYER: &str = "buyer.example";

/// A shop, an honest buyer, and an authority that others may have certificates of.
pub(crate) struct Street {
    pub(crate) authority: Authority,
    pub(crate) shop: Shop,
    pub(crate) buyer: Node,
    pub(crate) at: String,
    pub(crate) log: Log,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Street {
    pub(crate) async fn new() -> Self {
        Self::with(Options::default(), |tls| tls).await
    }

    pub(crate) async fn with(options: Options, change: impl Fn(Tls) -> Tls) -> Self {
        let (log, guard) = Log::listen();
        let authority = Authority::new();
        let tls = change(authority.mutual(SELLER).allow(BUYER, "buy", ["Buyer"]));
        let codec = DefaultCodec::default();
        let node = Node::listen_with("127.0.0.1:0", tls, codec, options).await.expect("a port");
        let shop = Shop::of(node);
        let at = shop.known_as(SELLER);
        let buyer = Node::new(buying(authority.mutual(BUYER)));
        Self { authority, shop, buyer, at, log, _guard: guard }
    }

    /// The honest buyer still gets what it wants.
    pub(crate) async fn assert_goes_on(&mut self) {
        self.shop.assert_sells(&self.buyer, &self.at).await;
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.shop.node.address().expect("it listens")).await.expect("it listens")
    }
}

pub(crate) fn buying(tls: Tls) -> Tls {
    tls.allow(SELLER, "buy", ["Seller"])
}

/// How a purchase fails that never comes to a connection.
pub(crate) async fn fails(security: impl Into<Security>, at: &str) -> String {
    let error = buys(&Node::new(security), at).await.unwrap_err();
    assert_eq!(error.peer(), Some("Seller"), "{error}");
    link_error(&error).to_string()
}

/// Why the connection is not secure.
pub(crate) async fn insecure(tls: Tls, at: &str) -> String {
    let said = fails(tls, at).await;
    let prefix = format!("{at} can't be spoken with securely: ");
    said.strip_prefix(&prefix).unwrap_or_else(|| panic!("{said}")).to_owned()
}
