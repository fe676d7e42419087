//! Sessions without nodes.

use crate::authority::Authority;
use crate::log::Log;
use crate::support::{broker, buy, link_error, within};
use chor::conformance::Suite;
use chor::prelude::*;
use chor::tcp::{LinkError, Security, Stream, Tcp, Tls, fixed, from_streams};
use std::error::Error as _;
use std::sync::atomic::{AtomicU8, Ordering};
use tokio::join;
use tokio::net::{TcpListener, TcpStream};

const NAMES: [&str; 3] = ["client.example", "broker.example", "bank.example"];
const ROLES: [&str; 3] = ["Client", "Broker", "Bank"];

/// TLS for a role of the broker's choreography, with the others as they should be.
fn tls(authority: &Authority, own: usize) -> Tls {
    let others = (0..3).filter(|other| *other != own);
    others.fold(authority.mutual(NAMES[own]), |tls, other| {
        tls.allow(NAMES[other], "broker", [ROLES[other]])
    })
}

async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (dialled, accepted) = join!(TcpStream::connect(address), listener.accept());
    (dialled.expect("a listener"), accepted.expect("a dialler").0)
}

/// Both ends of a connection that is secured.
async fn secured(dials: &Tls, accepts: &Tls, name: &str) -> (Stream, Stream) {
    let (near, far) = connection().await;
    let (near, far) = join!(dials.connect(near, name), accepts.accept(far));
    (near.expect("it trusts"), far.expect("it trusts"))
}

/// The ends of the broker's session.
async fn session(authority: &Authority) -> [Tcp; 3] {
    let [client, broker, bank] = [0, 1, 2].map(|role| tls(authority, role));
    let (ab, ba) = secured(&client, &broker, NAMES[1]).await;
    let (ac, ca) = secured(&client, &bank, NAMES[2]).await;
    let (bc, cb) = secured(&broker, &bank, NAMES[2]).await;
    let ends = [(0, [ab, ac]), (1, [ba, bc]), (2, [ca, cb])];
    ends.map(|(place, streams)| from_streams(place, streams).expect("it is open"))
}

#[tokio::test]
async fn connections_that_are_there_can_be_secured() {
    let [client, broker, bank] = session(&Authority::new()).await;
    let (sum, broker, bank) = within(async {
        join!(
            play_role(broker::Client::new(1), &client),
            play_role(broker::Broker::new(), &broker),
            play_role(broker::Bank::new(3), &bank),
        )
    })
    .await;
    assert_eq!(sum.unwrap(), 6);
    broker.unwrap();
    bank.unwrap();
}

#[tokio::test]
async fn their_certificates_are_bound_to_roles_as_well() {
    let (log, _guard) = Log::listen();
    let authority = Authority::new();
    let buyer = authority.mutual("buyer.example").allow("seller.example", "buy", ["Seller"]);
    let seller = authority.mutual("seller.example").allow("buyer.example", "buy", ["Buyer"]);
    let text = "may not play `Buyer` of `buy`, nor any other of its roles";
    let (a, b) =
        secured(&authority.mutual("eve.example").allow_if(|_, _| true), &seller, "seller.example")
            .await;
    let (a, b) = (from_streams(0, [a]).unwrap(), from_streams(1, [b]).unwrap());
    let (bought, sold) = within(async {
        join!(play_role(buy::Buyer::new(String::new()), &a), play_role(buy::Seller::new(1), &b))
    })
    .await;
    let (bought, sold) = (bought.unwrap_err(), sold.unwrap_err());
    assert!(
        matches!(link_error(&bought), LinkError::Refused { reason, .. } if reason.ends_with(text)),
        "{bought:?}"
    );
    let LinkError::Denied { denied, .. } = link_error(&sold) else { panic!("{sold:?}") };
    assert_eq!(denied.to_string(), format!("`eve.example` {text}"));
    log.says("a session is refused").await;

    // The certificate is right, but it plays the other one's role.
    let (a, b) = secured(&buyer, &seller, "seller.example").await;
    let (a, b) = (from_streams(1, [a]).unwrap(), from_streams(0, [b]).unwrap());
    let (sold, bought) = within(async {
        join!(play_role(buy::Seller::new(1), &a), play_role(buy::Buyer::new(String::new()), &b))
    })
    .await;
    for error in [sold.map(|_| ()).unwrap_err(), bought.map(|_| ()).unwrap_err()] {
        let source = error.source().expect("a source").to_string();
        assert!(source.contains("may not play"), "{error}: {source}");
    }
}

#[tokio::test]
async fn a_handshake_that_fails_says_why_at_both_ends() {
    let authority = Authority::new();
    let other = Authority::new();
    let (near, far) = connection().await;
    let (buyer, seller) = (other.mutual("buyer.example"), authority.mutual("seller.example"));
    let (near, far) =
        within(async { join!(buyer.connect(near, "seller.example"), seller.accept(far)) }).await;
    for (secured, text) in [(near, "invalid peer certificate: "), (far, "it refuses: ")] {
        let error = secured.unwrap_err();
        let LinkError::Tls { reason, .. } = &error else { panic!("{error:?}") };
        assert!(reason.starts_with(text), "{reason}");
    }
}

/// Addresses at which nobody listens, on a host that no other test uses.
fn free_addresses() -> [String; 3] {
    static LAST: AtomicU8 = AtomicU8::new(0);
    let host = LAST.fetch_add(1, Ordering::Relaxed);
    [1, 2, 3].map(|last| {
        let listener = std::net::TcpListener::bind(format!("127.72.{host}.{last}:0"));
        listener.and_then(|it| it.local_addr()).expect("a port").to_string()
    })
}

#[tokio::test]
async fn fixed_addresses_can_be_secured() {
    let authority = Authority::new();
    let addresses = free_addresses();
    let end = async |place: usize| {
        let known = addresses.iter().zip(NAMES).map(|(at, name)| format!("{name}@{at}"));
        fixed(place, known, tls(&authority, place)).await.expect("it is free")
    };
    let client = end(0).await;
    let client = tokio::spawn(async move { play_role(broker::Client::new(1), &client).await });
    // Somebody who has a certificate, but not for this role, comes first.
    let eve = authority.mutual("eve.example").allow_if(|_, _| true);
    let bank = end(2).await;
    let knocks = TcpStream::connect(&addresses[2]).await.unwrap();
    let knocks = eve.connect(knocks, NAMES[2]).await.unwrap();
    let (unused, _far) = connection().await;
    let eve = from_streams(1, [Stream::plaintext(unused), knocks]).unwrap();
    let eve = tokio::spawn(async move { play_role(broker::Broker::new(), &eve).await });
    let bank = tokio::spawn(async move { play_role(broker::Bank::new(3), &bank).await });
    let error = within(eve).await.unwrap().unwrap_err();
    let LinkError::Refused { reason, .. } = link_error(&error) else { panic!("{error:?}") };
    assert!(reason.starts_with("`eve.example` may not play `Broker` of `broker`"), "{reason}");

    let broker = end(1).await;
    within(play_role(broker::Broker::new(), &broker)).await.unwrap();
    assert_eq!(within(client).await.unwrap().unwrap(), 6);
    within(bank).await.unwrap().unwrap();
}

#[tokio::test]
async fn who_comes_to_a_fixed_session_before_it_is_played_is_told_when_it_never_is() {
    let authority = Authority::new();
    let addresses = free_addresses();
    let bank = fixed(2, addresses.clone(), tls(&authority, 2)).await.unwrap();
    let broker = tls(&authority, 1);
    let stream = TcpStream::connect(&addresses[2]).await.unwrap();
    let stream = broker.connect(stream, NAMES[2]).await.unwrap();
    let (unused, _far) = connection().await;
    let broker = from_streams(1, [Stream::plaintext(unused), stream]).unwrap();
    let broker = tokio::spawn(async move { play_role(broker::Broker::new(), &broker).await });
    tokio::task::yield_now().await;
    drop(bank);
    let error = within(broker).await.unwrap().unwrap_err();
    assert_eq!(error.peer(), Some("Bank"), "{error:?}");
}

#[tokio::test]
async fn plaintext_and_tls_do_not_meet_at_fixed_addresses() {
    let authority = Authority::new();
    let addresses = free_addresses();
    let [buyer, seller, _] = addresses;
    let at = [buyer, format!("seller.example@{seller}")];
    let tls = authority.mutual("buyer.example").allow_if(|_, _| true);
    let plain = fixed(1, [at[0].clone(), seller], Security::Plaintext).await.unwrap();
    let seller = tokio::spawn(async move { play_role(buy::Seller::new(1), &plain).await });
    let secure = fixed(0, at, tls).await.unwrap();
    let error = play_role(buy::Buyer::new(String::new()), &secure).await.unwrap_err();
    let LinkError::Tls { reason, .. } = link_error(&error) else { panic!("{error:?}") };
    assert_eq!(reason, "it doesn't speak TLS");
    seller.abort();
}

/// The whole contract of transports, with encrypted connections.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_keeps_the_contract_of_transports() {
    let authority = Authority::new();
    let tls = authority.mutual("peer.example").allow_if(|_, _| true);
    let sessions = async |participants: usize| {
        let mut streams: Vec<Vec<Stream>> = (0..participants).map(|_| Vec::new()).collect();
        for one in 0..participants {
            for other in one + 1..participants {
                let (dialled, accepted) = secured(&tls, &tls, "peer.example").await;
                streams[one].push(dialled);
                streams[other].push(accepted);
            }
        }
        let ends = streams.into_iter().enumerate();
        ends.map(|(place, streams)| from_streams(place, streams).expect("it is open")).collect()
    };
    let suite = Suite::new(sessions).many(500);
    let kept = tokio::time::timeout(std::time::Duration::from_mins(2), suite.run()).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}
