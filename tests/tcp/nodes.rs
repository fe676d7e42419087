//! Sessions between nodes.

use crate::support::{free_address, patient};
use chor::DefaultCodec;
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Options, Security, Unfinished, fixed};
use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

const SELLER: usize = buy::Role::Seller as usize;

chor! {
    chor buy[Buyer, Seller](title: String @ Buyer, price: u32 @ Seller) -> u32 @ Buyer {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller -> Buyer: price + u32::try_from(title.len())?;
        price
    }

    chor broker[Client, Broker, Bank](amount: u64 @ Client, rate: u64 @ Bank) -> u64 @ Client {
        let amount: u64 = Client -> Broker: amount;
        let amount: u64 = Broker -> Bank: amount + 1;
        let sum: u64 = Bank -> Client: amount * rate;
        sum
    }

    chor chat[A, B](count: u32 @ [A, B], gate: Arc<Semaphore> @ A) -> u32 @ B {
        let mut sum: u32 @ [A, B] = 0;
        for number in 0..count {
            let said: u32 = A => B: number;
            let answer: u32 = B => A: said + 1;
            sum += answer;
        }
        A: gate.acquire().await?.forget();
        let last: u32 = A -> B: 1;
        let last: u32 = B => A: last;
        B: sum + last
    }
}

/// Another version of the first one.
mod next {
    use chor::prelude::*;

    chor! {
        pub(crate) chor buy[Buyer, Seller](title: String @ Buyer, price: u64 @ Seller) -> u64 @ Buyer {
            let title: String = Buyer -> Seller: title;
            let price: u64 = Seller -> Buyer: price + title.len() as u64;
            price
        }
    }
}

async fn listening() -> (Node, String) {
    listening_with(Options::default()).await
}

async fn listening_with(options: Options) -> (Node, String) {
    let (security, codec) = (Security::Plaintext, DefaultCodec::default());
    let node = Node::listen_with("127.0.0.1:0", security, codec, options).await.expect("a port");
    let address = node.address().expect("an address").to_string();
    (node, address)
}

#[tokio::test]
async fn a_role_is_served_for_ever() {
    let (seller, address) = listening().await;
    seller.serve(|_| buy::Seller::new(40));
    let buyer = Node::new(Security::Plaintext);
    for title in ["TAPL", "SICP", "HoTT Book"] {
        let price =
            buyer.session([(SELLER, &address)]).play(buy::Buyer::new(title.to_owned())).await;
        assert_eq!(price.unwrap(), 40 + u32::try_from(title.len()).unwrap());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_three_roles_opens_and_all_pairs_connect() {
    let (one, first) = listening().await;
    let (two, second) = listening().await;
    let (three, third) = listening().await;
    two.serve(|_| broker::Broker::new());
    three.serve(|_| broker::Bank::new(3));
    for amount in 0..20 {
        let session = one.session([(1, &second), (2, &third)]);
        assert_eq!(session.play(broker::Client::new(amount)).await.unwrap(), (amount + 1) * 3);
    }
    let (said, mut heard) = mpsc::unbounded_channel();
    one.serve_then(|_| broker::Client::new(9), move |_, ended| said.send(ended).unwrap());
    two.session([(0, &first), (2, &third)]).play(broker::Broker::new()).await.unwrap();
    assert_eq!(heard.recv().await.unwrap().unwrap(), 30);
    three.session([(0, &first), (1, &second)]).play(broker::Bank::new(5)).await.unwrap();
    assert_eq!(heard.recv().await.unwrap().unwrap(), 50);
}

#[tokio::test]
async fn one_node_plays_several_roles_of_one_session() {
    let (node, address) = listening().await;
    node.serve(|_| broker::Broker::new());
    node.serve(|_| broker::Bank::new(3));
    let session = node.session([(1, &address), (2, &address)]);
    assert_eq!(session.play(broker::Client::new(1)).await.unwrap(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_sessions_share_a_link() {
    const SESSIONS: usize = 10_000;
    // All of them begin at once, and the last has to wait for all others.
    let (one, _) = listening_with(patient()).await;
    // A second link would be refused, with the sessions on it.
    let (two, address) = listening_with(patient().max_links(1)).await;
    let (said, mut heard) = mpsc::unbounded_channel();
    two.serve_then(|_| chat::B::new(2), move |_, ended| said.send(ended.unwrap()).unwrap());
    let gate = Arc::new(Semaphore::new(0));
    let tasks: Vec<_> = (0..SESSIONS)
        .map(|_| {
            let session = one.session([(1, &address)]);
            tokio::spawn(session.play(chat::A::new(2, Arc::clone(&gate))))
        })
        .collect();
    while one.sessions() < SESSIONS || two.sessions() < SESSIONS {
        tokio::task::yield_now().await;
    }
    gate.add_permits(SESSIONS);
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    for _ in 0..SESSIONS {
        assert_eq!(heard.recv().await, Some(4));
    }
}

#[tokio::test]
async fn another_version_is_shown_at_both_ends() {
    let (seller, address) = listening().await;
    let (said, mut heard) = mpsc::unbounded_channel();
    seller.serve_then(|_| next::buy::Seller::new(40), move |_, ended| said.send(ended).unwrap());
    let played = Node::new(Security::Plaintext)
        .session([(1, &address)])
        .play(buy::Buyer::new("TAPL".to_owned()))
        .await;
    for (error, other) in
        [(played.unwrap_err(), "u64"), (heard.recv().await.unwrap().unwrap_err(), "u32")]
    {
        let Error::Signature { other: text, difference, .. } = &error else { panic!("{error}") };
        assert!(text.contains(other), "{text}");
        assert!(difference.contains("u32") && difference.contains("u64"), "{difference}");
    }
}

#[tokio::test]
async fn what_is_not_served_is_refused() {
    let (seller, address) = listening().await;
    seller.serve(|_| broker::Broker::new());
    let error = Node::new(Security::Plaintext)
        .session([(1, &address)])
        .play(buy::Buyer::new(String::new()))
        .await
        .unwrap_err();
    let Some(LinkError::Refused { reason, .. }) = link_error(&error) else { panic!("{error}") };
    assert_eq!(reason, "it doesn't serve role number 1 of `buy`");
}

fn link_error(error: &Error) -> Option<&LinkError> {
    error.source()?.downcast_ref()
}

#[tokio::test]
async fn an_address_without_a_node_is_an_error() {
    let (node, address) = listening().await;
    drop(node);
    let error = Node::new(Security::Plaintext)
        .session([(1, &address)])
        .play(buy::Buyer::new(String::new()))
        .await
        .unwrap_err();
    let dialled =
        matches!(link_error(&error), Some(LinkError::Dial { peer, .. }) if *peer == address);
    assert!(dialled, "{error:?}");
    let error = Node::new(Security::Plaintext)
        .session::<String>([])
        .play(buy::Buyer::new(String::new()))
        .await
        .unwrap_err();
    assert!(matches!(link_error(&error), Some(LinkError::Dial { .. })), "{error:?}");
}

#[tokio::test]
async fn a_role_that_can_not_be_reached_fails_all() {
    let (broker, second) = listening().await;
    let (said, mut heard) = mpsc::unbounded_channel();
    broker.serve_then(|_| broker::Broker::new(), move |_, ended| said.send(ended).unwrap());
    let session = Node::new(Security::Plaintext).session([(1, second), (2, free_address())]);
    let error = session.play(broker::Client::new(1)).await.unwrap_err();
    assert_eq!((error.peer(), error.cause().role()), (Some("Bank"), "Bank"));
    let error = heard.recv().await.unwrap().unwrap_err();
    assert_eq!(error.cause().role(), "Bank");
}

#[tokio::test]
async fn fixed_addresses_need_nobody_who_opens() {
    let addresses = [free_address(), free_address(), free_address()];
    let end = |place| fixed(place, addresses.clone(), Security::Plaintext);
    // The one that dials starts first.
    let client = end(0).await.unwrap();
    let client = tokio::spawn(async move { play_role(broker::Client::new(4), &client).await });
    let broker = end(1).await.unwrap();
    let broker = tokio::spawn(async move { play_role(broker::Broker::new(), &broker).await });
    let bank = end(2).await.unwrap();
    play_role(broker::Bank::new(2), &bank).await.unwrap();
    broker.await.unwrap().unwrap();
    assert_eq!(client.await.unwrap().unwrap(), 10);
}

#[tokio::test]
async fn a_shutdown_waits_for_sessions_and_refuses_new_ones() {
    let (one, _) = listening().await;
    let (two, address) = listening().await;
    let (said, mut heard) = mpsc::unbounded_channel();
    two.serve_then(|_| chat::B::new(1), move |_, ended| said.send(ended).unwrap());
    let gate = Arc::new(Semaphore::new(0));
    let playing =
        tokio::spawn(one.session([(1, &address)]).play(chat::A::new(1, Arc::clone(&gate))));
    while two.sessions() < 1 {
        tokio::task::yield_now().await;
    }
    let node = two.clone();
    let shutdown = tokio::spawn(async move { node.shutdown(Duration::from_mins(1)).await });
    tokio::task::yield_now().await;
    let refused = one.session([(1, &address)]).play(chat::A::new(1, Arc::clone(&gate))).await;
    assert!(matches!(link_error(&refused.unwrap_err()), Some(LinkError::Refused { .. })));
    gate.add_permits(1);
    playing.await.unwrap().unwrap();
    assert_eq!(heard.recv().await.unwrap().unwrap(), 2);
    shutdown.await.unwrap().unwrap();
    let late = one.session([(1, &address)]).play(chat::A::new(1, gate)).await;
    assert!(matches!(link_error(&late.unwrap_err()), Some(LinkError::Dial { .. })));
}

#[tokio::test]
async fn a_shutdown_cuts_off_what_is_not_over_in_time() {
    let (one, _) = listening().await;
    let (two, address) = listening().await;
    two.serve(|_| chat::B::new(1));
    let gate = Arc::new(Semaphore::new(0));
    let playing = tokio::spawn(one.session([(1, &address)]).play(chat::A::new(1, gate.clone())));
    while two.sessions() < 1 {
        tokio::task::yield_now().await;
    }
    let cut = two.shutdown(Duration::ZERO).await;
    assert!(matches!(cut, Err(Unfinished { sessions: 1, .. })), "{cut:?}");
    gate.add_permits(1);
    assert_eq!(playing.await.unwrap().unwrap_err().cause().role(), "B");
}
