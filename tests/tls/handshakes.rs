//! Peers that are not let in, or don't get as far: each learns why, and the node goes on serving others.

use crate::authority::{Authority, Issued};
use crate::support::{Log, Shop, buys, link_error, within};
use chor::DefaultCodec;
use chor::tcp::{LinkError, Node, Options, Security, Tls, TlsError};
use std::error::Error as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const SELLER: &str = "seller.example";
const BUYER: &str = "buyer.example";

/// A shop, an honest buyer, and an authority that others may have certificates of.
struct Street {
    authority: Authority,
    shop: Shop,
    buyer: Node,
    at: String,
    log: Log,
    _guard: tracing::subscriber::DefaultGuard,
}

impl Street {
    async fn new() -> Self {
        Self::with(Options::default(), |tls| tls).await
    }

    async fn with(options: Options, change: impl Fn(Tls) -> Tls) -> Self {
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
    async fn assert_goes_on(&mut self) {
        self.shop.assert_sells(&self.buyer, &self.at).await;
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.shop.node.address().expect("it listens")).await.expect("it listens")
    }
}

fn buying(tls: Tls) -> Tls {
    tls.allow(SELLER, "buy", ["Seller"])
}

/// How a purchase fails that never comes to a connection.
async fn fails(security: impl Into<Security>, at: &str) -> String {
    let error = buys(&Node::new(security), at).await.unwrap_err();
    assert_eq!(error.peer(), Some("Seller"), "{error}");
    link_error(&error).to_string()
}

/// Why the connection is not secure.
async fn insecure(tls: Tls, at: &str) -> String {
    let said = fails(tls, at).await;
    let prefix = format!("{at} can't be spoken with securely: ");
    said.strip_prefix(&prefix).unwrap_or_else(|| panic!("{said}")).to_owned()
}

#[tokio::test]
async fn a_peer_that_speaks_plaintext_is_told_apart() {
    let mut street = Street::new().await;
    let at = street.shop.node.address().unwrap().to_string();
    let error = buys(&Node::new(Security::Plaintext), &at).await.unwrap_err();
    let LinkError::Greeting { source, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!(source.to_string(), "it speaks TLS, and this end plaintext");
    street.log.says("can't be spoken with securely: it doesn't speak TLS").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_node_that_speaks_plaintext_is_told_apart() {
    let (log, _guard) = Log::listen();
    let mut shop = Shop::open(Security::Plaintext).await;
    let tls = buying(Authority::new().mutual(BUYER));
    assert_eq!(insecure(tls, &shop.known_as(SELLER)).await, "it doesn't speak TLS");
    log.says("it speaks TLS, and this end plaintext").await;
    let at = shop.node.address().unwrap().to_string();
    shop.assert_sells(&Node::new(Security::Plaintext), &at).await;
}

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused_at_both_ends() {
    let mut street = Street::new().await;
    let expired = street.authority.mutual_with(&street.authority.expired(BUYER));
    let said = insecure(buying(expired), &street.at).await;
    assert_eq!(said, "it refuses: CertificateExpired");
    street.log.says("invalid peer certificate: certificate expired").await;

    let expired = street.authority.mutual_with(&street.authority.expired(SELLER));
    let other = Shop::open(expired.allow(BUYER, "buy", ["Buyer"])).await;
    let tls = buying(street.authority.mutual(BUYER));
    let said = insecure(tls, &other.known_as(SELLER)).await;
    assert!(said.starts_with("invalid peer certificate: certificate expired"), "{said}");
    street.log.says("securely: it refuses: CertificateExpired").await;
    street.assert_goes_on().await;
}

/// The holder of a certificate of one authority, who trusts another one.
fn stranger(issued: &Issued, trusted: &Authority) -> Tls {
    Tls::mutual(&issued.chain, &issued.key, &trusted.roots).expect("they fit")
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_at_both_ends() {
    let mut street = Street::new().await;
    let other = Authority::new();
    let unknown = stranger(&other.issue(BUYER), &street.authority);
    let said = insecure(buying(unknown), &street.at).await;
    // Both authorities have the same name, so it's the signature that gives it away.
    assert!(["it refuses: UnknownCA", "it refuses: DecryptError"].contains(&&*said), "{said}");
    street.log.says("invalid peer certificate: ").await;

    let said = insecure(buying(other.mutual(BUYER)), &street.at).await;
    assert!(said.starts_with("invalid peer certificate: "), "{said}");
    street.log.says("securely: it refuses: ").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_peer_without_a_certificate_is_refused_where_one_is_wanted() {
    let mut street = Street::new().await;
    let anonymous = Tls::client(&street.authority.roots).unwrap();
    let said = insecure(buying(anonymous), &street.at).await;
    assert_eq!(said, "it refuses: CertificateRequired");
    street.log.says("can't be spoken with securely: it has shown no certificate").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_certificate_with_another_name_than_the_address_is_refused() {
    let mut street = Street::new().await;
    let address = street.shop.node.address().unwrap();
    // The name of a host, and one that is wanted behind an address.
    for at in [address.to_string(), format!("other.example@{address}")] {
        let said = insecure(buying(street.authority.mutual(BUYER)), &at).await;
        let text = "invalid peer certificate: certificate not valid for name ";
        assert!(said.starts_with(text) && said.contains(SELLER), "{said}");
        street.log.says("securely: it refuses: BadCertificate").await;
    }
    street.assert_goes_on().await;
}

#[tokio::test]
async fn what_can_not_be_the_name_of_a_certificate_is_an_error() {
    let street = Street::new().await;
    let at = format!("a name@{}", street.shop.node.address().unwrap());
    let said = insecure(buying(street.authority.mutual(BUYER)), &at).await;
    assert_eq!(said, "`a name` is no name that a certificate can have");
}

#[tokio::test]
async fn peers_that_stall_in_the_handshake_hold_up_nobody() {
    let mut street = Street::new().await;
    let mut stalled = Vec::new();
    for bytes in [&b""[..], b"\x16", b"\x16\x03\x01\x40\x00\x01"] {
        let mut stream = street.connect().await;
        stream.write_all(bytes).await.unwrap();
        stalled.push(stream);
        street.assert_goes_on().await;
    }
    // Who leaves instead.
    drop(stalled);
    street.log.says("can't be spoken with securely: ").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_peer_that_stalls_in_the_handshake_is_given_up() {
    let options = Options::default().handshake(Duration::from_millis(50));
    let street = Street::with(options, |tls| tls).await;
    let mut stream = street.connect().await;
    stream.write_all(b"\x16\x03\x01").await.unwrap();
    let mut rest = Vec::new();
    let ended = within(stream.read_to_end(&mut rest)).await;
    assert!(ended.is_err() || rest.is_empty(), "{rest:?}");
    street.log.says("has not answered within 50ms").await;
}

#[tokio::test]
async fn a_node_that_stalls_in_the_handshake_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("{SELLER}@{}", listener.local_addr().unwrap());
    let options = Options::default().handshake(Duration::from_millis(50));
    let tls = buying(Authority::new().mutual(BUYER));
    let buyer = Node::with(tls, DefaultCodec::default(), options);
    let error = buys(&buyer, &at).await.unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Unanswered { .. }), "{error:?}");
    assert_eq!(error.cause().role(), "Seller");
    // The connection is not left behind.
    let (mut stream, _) = listener.accept().await.unwrap();
    within(stream.read_to_end(&mut Vec::new())).await.unwrap();
}

#[tokio::test]
async fn a_buyer_that_is_dropped_in_the_handshake_closes_the_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("{SELLER}@{}", listener.local_addr().unwrap());
    let buyer = Node::new(buying(Authority::new().mutual(BUYER)));
    let mut buys = Box::pin(buys(&buyer, &at));
    let mut stream = tokio::select! {
        ended = &mut buys => panic!("{ended:?}"),
        accepted = listener.accept() => accepted.unwrap().0,
    };
    drop(buys);
    within(stream.read_to_end(&mut Vec::new())).await.unwrap();
}

#[tokio::test]
async fn rubbish_in_the_handshake_harms_nobody_else() {
    let mut street = Street::new().await;
    let rubbish: [&[u8]; 4] = [
        b"GET / HTTP/1.1\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello",
        b"\x16\x03\x03\xff\xff",
        b"\x15\x03\x03\x00\x02\x02\x28",
    ];
    for bytes in rubbish {
        let mut stream = street.connect().await;
        stream.write_all(bytes).await.unwrap();
        let told = within(stream.read_to_end(&mut Vec::new())).await;
        assert!(told.is_ok(), "{told:?}");
        let peer = stream.local_addr().unwrap();
        street.log.says(&format!("{peer} can't be spoken with securely: ")).await;
    }
    street.assert_goes_on().await;
}

#[tokio::test]
async fn handshakes_count_as_links() {
    let mut street = Street::with(Options::default().max_links(2), |tls| tls).await;
    let stalled = [street.connect().await, street.connect().await];
    let mut refused = street.connect().await;
    // It is closed, or reset.
    let _ = within(refused.read_to_end(&mut Vec::new())).await;
    street.log.says("a connection is refused: too many links").await;
    drop(stalled);
    for _ in 0..2 {
        street.log.says("can't be spoken with securely: ").await;
    }
    let once = async { while buys(&street.buyer, &street.at).await.is_err() {} };
    within(once).await;
    assert_eq!(within(street.shop.sold.recv()).await.unwrap().unwrap(), "Emma");
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_handshakes() {
    let street = Street::new().await;
    let mut stalled = street.connect().await;
    stalled.write_all(b"\x16").await.unwrap();
    within(street.shop.node.shutdown(Duration::from_mins(5))).await.unwrap();
    let _ = within(stalled.read_to_end(&mut Vec::new())).await;
}

#[tokio::test]
async fn who_has_no_certificate_can_not_listen_and_who_has_no_roots_can_not_connect() {
    let authority = Authority::new();
    let client = Tls::client(&authority.roots).unwrap();
    let error = Node::listen("127.0.0.1:0", client).await.unwrap_err();
    assert_eq!(error.to_string(), "a node that listens has to have a certificate");
    let issued = authority.issue(SELLER);
    let server = Tls::server(&issued.chain, &issued.key).unwrap();
    let shop = Shop::open(authority.mutual(SELLER)).await;
    let said = insecure(server, &shop.known_as(SELLER)).await;
    assert_eq!(said, "this end has no roots to check a certificate by");
}

#[test]
fn what_can_not_be_used_is_named() {
    let authority = Authority::new();
    let (one, two) = (authority.issue("one"), authority.issue("two"));
    let roots = authority.roots.as_str();
    let text = |error: TlsError| format!("{error}: {}", error.source().expect("a reason"));
    let cases = [
        (Tls::mutual("", &one.key, roots), "the certificate chain can't be read: it holds no cert"),
        (Tls::mutual(&one.chain, "", roots), "the private key can't be read: "),
        (Tls::mutual(&one.chain, &one.chain, roots), "the private key can't be read: "),
        (Tls::mutual(&one.chain, &two.key, roots), "the private key can't be used: "),
        (Tls::server(&one.chain, &two.key), "the private key can't be used: "),
        (Tls::client("-----BEGIN CERTIFICATE-----\n"), "the roots can't be read: "),
        (Tls::client("nothing"), "the roots can't be read: it holds no certificate"),
    ];
    for (tls, expected) in cases {
        let said = text(tls.unwrap_err());
        assert!(said.starts_with(expected), "{said}");
    }
    let tls = Tls::mutual(&one.chain, &one.key, roots).unwrap();
    assert!(!format!("{tls:?}").contains("PRIVATE"), "{tls:?}");
}
