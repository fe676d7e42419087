//! Sessions over connections that are there already.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Node, Security, Stream, from_streams};
use tokio::join;

chor! {
    chor buy[Buyer, Seller](title: String @ Buyer, budget: u32 @ Buyer, price: u32 @ Seller)
        -> Option<String> @ Buyer
    {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller -> Buyer: price;
        if Buyer => Seller: price <= budget {
            let receipt: String = Seller -> Buyer: format!("a copy of {title}");
            Buyer: Some(receipt)
        } else {
            Buyer: None
        }
    }

    chor around[A, B, C](x: u64 @ A, rounds: u32 @ [A, B, C]) -> u64 @ A {
        let mut x = A: x;
        for _ in 0..rounds {
            let y: u64 = A -> B: x + 1;
            let z: u64 = B -> C: y * 2;
            let next: u64 = C -> A: z % 1_000_003;
            x = next;
        }
        x
    }

    /// Nothing comes back.
    chor last[A, B](values: Vec<Vec<u8>> @ A) -> Vec<usize> @ B {
        let mut lengths = B: Vec::new();
        let mut values = A: values.into_iter();
        for _ in 0..2 {
            let value: Vec<u8> = A -> B: values.next().unwrap_or_default();
            B: lengths.push(value.len());
        }
        lengths
    }

    chor stream[A, B](mut values: Vec<Vec<u8>> @ A) -> Vec<usize> @ B {
        let mut lengths = B: Vec::new();
        while A => B: !values.is_empty() {
            let value: Vec<u8> = A -> B: values.remove(0);
            B: lengths.push(value.len());
        }
        lengths
    }
}

#[tokio::test]
async fn two_roles_buy_a_book() {
    for (price, receipt) in [(50, Some("a copy of TAPL".to_owned())), (51, None)] {
        let (buyer, seller) = connection().await;
        let buyer = from_streams(0, [Stream::plaintext(buyer)]).unwrap();
        let seller = from_streams(1, [Stream::plaintext(seller)]).unwrap();
        let (bought, sold) = join!(
            play_role(buy::Buyer::new("TAPL".to_owned(), 50), &buyer),
            play_role(buy::Seller::new(price), &seller),
        );
        assert_eq!(bought.unwrap(), receipt);
        sold.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_roles_pass_a_number_around() {
    let (ab, ba) = connection().await;
    let (ac, ca) = connection().await;
    let (bc, cb) = connection().await;
    let a = from_streams(0, [ab, ac].map(Stream::plaintext)).unwrap();
    let b = from_streams(1, [ba, bc].map(Stream::plaintext)).unwrap();
    let c = from_streams(2, [ca, cb].map(Stream::plaintext)).unwrap();
    let b = tokio::spawn(async move { play_role(around::B::new(1000), &b).await });
    let c = tokio::spawn(async move { play_role(around::C::new(1000), &c).await });
    let x = play_role(around::A::new(1, 1000), &a).await.unwrap();
    let expected = (0..1000).fold(1u64, |x, _| (x + 1) * 2 % 1_000_003);
    assert_eq!(x, expected);
    b.await.unwrap().unwrap();
    c.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_all_sizes_arrive_in_order() {
    let sizes = [0, 1, 100, 32 * 1024 - 8, 32 * 1024, 64 * 1024, 1 << 20, 7, (16 << 20) - 8, 3];
    let (a, b) = connection().await;
    let a = from_streams(0, [Stream::plaintext(a)]).unwrap();
    let b = from_streams(1, [Stream::plaintext(b)]).unwrap();
    let values = sizes.iter().map(|size| vec![7; *size]).collect();
    let a = tokio::spawn(async move { play_role(stream::A::new(values), &a).await });
    assert_eq!(play_role(stream::B::new(), &b).await.unwrap(), sizes);
    a.await.unwrap().unwrap();
}

/// Plays a role in a runtime of its own, which ends as soon as the role has.
fn alone<R>(play: impl AsyncFnOnce() -> R) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(play())
}

fn values() -> Vec<Vec<u8>> {
    vec![vec![7; 8 << 20], vec![8; 15 << 20]]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_role_has_sent_arrives_although_its_runtime_ends() {
    let (a, b) = connection().await;
    let a = a.into_std().expect("it is open");
    let by_stream = move || {
        alone(async || {
            let stream = tokio::net::TcpStream::from_std(a).expect("it is open");
            let end = from_streams(0, [Stream::plaintext(stream)]).expect("it is open");
            play_role(last::A::new(values()), &end).await
        })
    };
    let sent = std::thread::spawn(by_stream);
    let b = from_streams(1, [Stream::plaintext(b)]).expect("it is open");
    let received = within(play_role(last::B::new(), &b)).await.expect("all arrives");
    assert_eq!(received, [8 << 20, 15 << 20]);
    sent.join().expect("no panic").expect("it is played");

    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    let (said, mut heard) = tokio::sync::mpsc::unbounded_channel();
    node.serve_then(|_| last::B::new(), move |_, ended| drop(said.send(ended)));
    let address = node.address().expect("it listens").to_string();
    let by_node = move || {
        alone(async || {
            let session = Node::new(Security::Plaintext).session([(1, address)]);
            session.play(last::A::new(values())).await
        })
    };
    let sent = std::thread::spawn(by_node);
    let received = within(heard.recv()).await.expect("it is told").expect("all arrives");
    assert_eq!(received, [8 << 20, 15 << 20]);
    sent.join().expect("no panic").expect("it is played");
}
