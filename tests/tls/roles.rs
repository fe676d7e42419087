//! Which certificate may play which role.

use crate::authority::Authority;
use crate::log::Log;
use crate::support::{Shop, address, broker, buy, buys, link_error, listen, within};
use chor::prelude::*;
use chor::tcp::{Identity, LinkError, Node, Part, Tls};
use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

const SELLER: &str = "seller.example";
const BUYER: &str = "buyer.example";

/// A seller that the holder of [`BUYER`] may buy from.
fn seller(authority: &Authority) -> Tls {
    authority.mutual(SELLER).allow(BUYER, "buy", ["Buyer"])
}

/// Somebody who buys from the holder of [`SELLER`].
fn buyer(authority: &Authority, name: &str) -> Node {
    Node::new(authority.mutual(name).allow(SELLER, "buy", ["Seller"]))
}

fn assert_ends(error: &Error, text: &str) {
    let said = link_error(error).to_string();
    assert!(said.ends_with(text), "{said}");
}

#[tokio::test]
async fn peers_play_the_roles_that_their_certificates_may_play() {
    let authority = Authority::new();
    let node = listen(seller(&authority)).await;
    let (said, mut invited) = unbounded_channel();
    node.serve(move |it| {
        said.send(it.identity.clone()).expect("it is heard");
        buy::Seller::new(50)
    });
    let buyer = buyer(&authority, BUYER);
    for _ in 0..3 {
        assert_eq!(buys(&buyer, &address(&node, SELLER)).await.unwrap(), 50);
        let identity: Identity = invited.recv().await.unwrap().expect("it is known");
        assert_eq!(identity.names(), [BUYER]);
        assert!(identity.certificate().is_some() && !identity.is_anonymous());
    }
}

#[tokio::test]
async fn who_opens_a_session_without_being_allowed_is_refused() {
    let (log, _guard) = Log::listen();
    let authority = Authority::new();
    let mut shop = Shop::open(seller(&authority).allow("eve.example", "buy", ["Seller"])).await;
    let at = shop.known_as(SELLER);
    let eve = buyer(&authority, "eve.example");
    let error = buys(&eve, &at).await.unwrap_err();
    let LinkError::Refused { reason, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!(reason, "`eve.example` may not play `Buyer` of `buy`, but only `Seller`");
    assert_eq!(error.peer(), Some("Seller"));
    log.says("a session is refused").await;
    log.says(reason).await;

    let mallory = buyer(&authority, "mallory.example");
    let error = buys(&mallory, &at).await.unwrap_err();
    let text = "`mallory.example` may not play `Buyer` of `buy`, nor any other of its roles";
    assert_ends(&error, text);
    shop.assert_sells(&buyer(&authority, BUYER), &at).await;
    // On the same link, too.
    assert!(buys(&mallory, &at).await.is_err());
    assert!(shop.sold.try_recv().is_err(), "nobody else was sold anything");
}

#[tokio::test]
async fn who_may_not_play_the_role_is_not_invited_to_it() {
    let (log, _guard) = Log::listen();
    let authority = Authority::new();
    let seller = authority.mutual("eve.example").allow(BUYER, "buy", ["Buyer"]);
    let mut shop = Shop::open(seller).await;
    let tls = authority.mutual(BUYER).allow(SELLER, "buy", ["Seller"]);
    let buyer = Node::new(tls.allow("eve.example", "buy", ["Buyer"]));
    let error = buys(&buyer, &shop.known_as("eve.example")).await.unwrap_err();
    let LinkError::Denied { denied, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!((denied.role.as_str(), denied.choreography.as_str()), ("Seller", "buy"));
    assert_eq!(
        (denied.identity.names(), denied.allowed.as_slice()),
        (&["eve.example".to_owned()][..], &["Buyer".to_owned()][..])
    );
    let text = "`eve.example` may not play `Seller` of `buy`, but only `Buyer`";
    assert_eq!(denied.to_string(), text);
    assert_ends(&error, &format!(" is not let play: {text}"));
    // Both ends say so.
    log.says(&format!("eve.example@{} is not let play", shop.node.address().unwrap())).await;
    log.says("this end is not invited").await;
    assert!(shop.sold.try_recv().is_err(), "it has not played");
}

#[tokio::test]
async fn nobody_may_play_anything_without_a_rule() {
    let authority = Authority::new();
    let mut shop = Shop::open(authority.mutual(SELLER)).await;
    let at = shop.known_as(SELLER);
    let error = buys(&buyer(&authority, BUYER), &at).await.unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Refused { .. }), "{error}");
    let error = buys(&Node::new(authority.mutual(BUYER)), &at).await.unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Denied { .. }), "{error}");
    assert!(shop.sold.try_recv().is_err());
}

#[tokio::test]
async fn a_rule_is_for_one_choreography() {
    let authority = Authority::new();
    let tls = authority.mutual(SELLER).allow(BUYER, "broker", ["Client", "Buyer"]);
    let shop = Shop::open(tls).await;
    let error = buys(&buyer(&authority, BUYER), &shop.known_as(SELLER)).await.unwrap_err();
    let text = "`buyer.example` may not play `Buyer` of `buy`, nor any other of its roles";
    assert_ends(&error, text);
}

#[tokio::test]
async fn uris_and_rules_of_ones_own_say_who_a_peer_is() {
    let authority = Authority::new();
    let tls = authority.mutual(SELLER).allow("spiffe://shop/ann", "buy", ["Buyer"]);
    let tls = tls.allow_if(|peer, part| {
        peer.names().iter().any(|name| name.starts_with("spiffe://shop/staff/"))
            && (part.choreography, part.role) == ("buy", "Buyer")
    });
    let mut shop = Shop::open(tls).await;
    let at = shop.known_as(SELLER);
    for name in ["spiffe://shop/ann", "spiffe://shop/staff/ben"] {
        shop.assert_sells(&buyer(&authority, name), &at).await;
    }
    for name in ["spiffe://shop/Ann", "spiffe://shop/staff", "shop"] {
        let error = buys(&buyer(&authority, name), &at).await.unwrap_err();
        assert!(matches!(link_error(&error), LinkError::Refused { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_asks_for_no_certificate_lets_anybody_play_what_it_says() {
    let authority = Authority::new();
    let issued = authority.issue(SELLER);
    let only_server = Tls::server(&issued.chain, &issued.key).unwrap();
    let mixed = authority.mutual_with(&issued).allow(BUYER, "buy", ["Buyer"]);
    for tls in [only_server, mixed] {
        let mut shop = Shop::open(tls.allow_anonymous("buy", ["Buyer"])).await;
        let at = shop.known_as(SELLER);
        let tls = Tls::client(&authority.roots).unwrap().allow(SELLER, "buy", ["Seller"]);
        let anonymous = Node::new(tls);
        shop.assert_sells(&anonymous, &at).await;
        shop.node.serve(|_| broker::Broker::new());
        shop.node.serve(|_| broker::Bank::new(1));
        let tls =
            Tls::client(&authority.roots).unwrap().allow(SELLER, "broker", ["Broker", "Bank"]);
        let error = Node::new(tls).session([(1, &at), (2, &at)]).play(broker::Client::new(1)).await;
        let error = error.unwrap_err();
        let text = "a peer without a certificate may not play `Client` of `broker`, nor any other of its roles";
        assert_ends(&error, text);
        shop.assert_sells(&buyer(&authority, BUYER), &at).await;
    }
}

/// An authority that may not issue certificates for a name could put it into a URI.
#[tokio::test]
async fn a_uri_is_no_dns_name() {
    let authority = Authority::new();
    let shop = Shop::open(seller(&authority)).await;
    let tls = authority.mutual_with(&authority.issue_uri(BUYER));
    let tricky = Node::new(tls.allow(SELLER, "buy", ["Seller"]));
    let error = buys(&tricky, &shop.known_as(SELLER)).await.unwrap_err();
    let text = "a certificate without a DNS name or URI may not play `Buyer` of `buy`, nor any other of its roles";
    assert_ends(&error, text);
}

#[tokio::test]
async fn a_certificate_may_be_issued_by_somebody_in_between_for_an_ip_address() {
    let authority = Authority::new();
    let (delegate, own) = authority.delegate();
    let mut issued = delegate.issue("127.0.0.1");
    issued.chain += &own;
    let tls = delegate.mutual_with(&issued).allow(BUYER, "buy", ["Buyer"]);
    let mut shop = Shop::open(tls).await;
    let at = shop.node.address().unwrap().to_string();
    // A role may be bound to what is no name, too.
    let tls = authority.mutual(BUYER);
    let seller = move |peer: &Identity, part: Part<'_>| {
        part.role == "Seller" && peer.names().is_empty() && !peer.is_anonymous()
    };
    shop.assert_sells(&Node::new(tls.allow_if(seller)), &at).await;
}

#[tokio::test]
async fn a_role_can_be_taken_away_again() {
    let authority = Authority::new();
    let may = Arc::new(AtomicBool::new(true));
    let rule = Arc::clone(&may);
    let tls = authority.mutual(SELLER).allow_if(move |_, _| rule.load(Ordering::SeqCst));
    let mut shop = Shop::open(tls).await;
    let at = shop.known_as(SELLER);
    let buyer = buyer(&authority, BUYER);
    for _ in 0..2 {
        may.store(true, Ordering::SeqCst);
        shop.assert_sells(&buyer, &at).await;
        may.store(false, Ordering::SeqCst);
        let error = buys(&buyer, &at).await.unwrap_err();
        assert!(matches!(link_error(&error), LinkError::Refused { .. }), "{error}");
    }
}

#[tokio::test]
async fn sessions_of_who_may_and_who_may_not_do_not_mix() {
    let authority = Authority::new();
    let mut shop = Shop::open(seller(&authority)).await;
    let at = shop.known_as(SELLER);
    let nodes = [BUYER, "eve.example"].map(|name| buyer(&authority, name));
    let sessions = (0..200).map(|number| {
        let session = nodes[number % 2].session([(1, &at)]);
        let bought = tokio::spawn(session.play(buy::Buyer::new("Emma".to_owned())));
        async move { (number % 2 == 0, within(bought).await.expect("no panic")) }
    });
    let sessions: Vec<_> = sessions.collect();
    for session in sessions {
        let (may, bought) = session.await;
        assert_eq!(bought.is_ok(), may, "{bought:?}");
    }
    for _ in 0..100 {
        assert_eq!(within(shop.sold.recv()).await.unwrap().unwrap(), "Emma");
    }
    assert!(shop.sold.try_recv().is_err());
}

/// Three nodes, each with its own rules for the broker's roles.
struct Three {
    client: Node,
    broker: Node,
    bank: Node,
}

const NAMES: [&str; 3] = ["client.example", "broker.example", "bank.example"];
const ROLES: [&str; 3] = ["Client", "Broker", "Bank"];

impl Three {
    /// Each lets the others play their roles, but the node with the first of the numbers has another
    /// one not play.
    async fn but(denied: Option<(usize, usize)>) -> Self {
        let authority = Authority::new();
        let node = async |own: usize| {
            let others = (0..3).filter(|other| *other != own && denied != Some((own, *other)));
            let tls = others.fold(authority.mutual(NAMES[own]), |tls, other| {
                tls.allow(NAMES[other], "broker", [ROLES[other]])
            });
            listen(tls).await
        };
        Self { client: node(0).await, broker: node(1).await, bank: node(2).await }
    }

    /// How a session ends for each role.
    async fn play(&self) -> [Result<u64, Error>; 3] {
        let (said, mut broker) = unbounded_channel();
        self.broker.serve_then(|_| broker::Broker::new(), move |_, it| drop(said.send(it)));
        let (said, mut bank) = unbounded_channel();
        self.bank.serve_then(|_| broker::Bank::new(3), move |_, it| drop(said.send(it)));
        let at = [address(&self.broker, NAMES[1]), address(&self.bank, NAMES[2])];
        let session = self.client.session((1..).zip(at));
        let client = within(session.play(broker::Client::new(1))).await;
        let other = async |ended: &mut UnboundedReceiver<_>| {
            within(ended.recv()).await.expect("it is told")
        };
        let broker: Result<(), Error> = other(&mut broker).await;
        let bank: Result<(), Error> = other(&mut bank).await;
        [client, broker.map(|()| 0), bank.map(|()| 0)]
    }
}

#[tokio::test]
async fn three_roles_know_each_other() {
    let [client, broker, bank] = Three::but(None).await.play().await;
    assert_eq!((client.unwrap(), broker.unwrap(), bank.unwrap()), (6, 0, 0));
}

/// The broker dials the bank, so it may find that the bank isn't one, and the bank that the broker
/// isn't one.
#[tokio::test]
async fn each_pair_of_roles_that_was_invited_is_checked() {
    let cases = [
        ((1, 2), "`bank.example` may not play `Bank`"),
        ((2, 1), "`broker.example` may not play `Broker`"),
    ];
    for (denied, text) in cases {
        let (log, _guard) = Log::listen();
        let three = Three::but(Some(denied)).await;
        for error in three.play().await.map(Result::unwrap_err) {
            // All learn what was wrong, wherever they were.
            let source = error.source().expect("a source").to_string();
            assert!(source.contains(text), "{error}: {source}");
        }
        log.says(text).await;
    }
}
