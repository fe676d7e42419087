//! What is sent arrives: in order, in its queue, as its type; and what doesn't fit is named.

mod script;

use chor_runtime::memory::{self, Memory};
use chor_runtime::{Address, End, Error, Fault, Lane, Transport, play_role};
use script::{Act, DATE, PRICE, Sender, TITLE, Two, buyer, repeat, seller};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

#[tokio::test]
async fn messages_arrive_in_order() {
    let sends: Vec<Act> = (0..1000).map(|number| Act::Send(1, TITLE, number)).collect();
    let receives = repeat(&[Act::Recv(0, TITLE)], 1000);
    let [a, b] = memory::session();
    let b = tokio::spawn(async move { play_role(seller(receives), &b).await });
    assert_eq!(play_role(buyer(sends), &a).await.unwrap(), [] as [u64; 0]);
    assert_eq!(b.await.unwrap().unwrap(), (0..1000).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_way_of_sending_delivers_the_value() {
    let [a, b] = memory::session();
    play_role(Sender(vec![7u64, 8]), &a).await.unwrap();
    let received = play_role(seller(repeat(&[Act::Recv(0, TITLE)], 6)), &b).await.unwrap();
    assert_eq!(received, [7, 7, 7, 8, 8, 8]);
}

#[tokio::test]
async fn sessions_at_once_do_not_mix() {
    let session = |number| {
        let [a, b] = memory::session();
        let acts = repeat(&[Act::Send(1, TITLE, number), Act::Yield, Act::Recv(1, PRICE)], 50);
        let back = repeat(&[Act::Recv(0, TITLE), Act::Yield, Act::Send(0, PRICE, number * 10)], 50);
        let a = tokio::spawn(async move { play_role(buyer(acts), &a).await.unwrap() });
        let b = tokio::spawn(async move { play_role(seller(back), &b).await.unwrap() });
        async move { (a.await.unwrap(), b.await.unwrap()) }
    };
    let (first, second) = (session(1), session(2));
    assert_eq!(second.await, (vec![20; 50], vec![2; 50]));
    assert_eq!(first.await, (vec![10; 50], vec![1; 50]));
}

#[tokio::test]
async fn another_message_is_an_error_with_both_positions() {
    let [a, b] = memory::session();
    let acts = [Act::Send(1, TITLE, 1), Act::Send(1, DATE, 2)];
    play_role(buyer(acts), &a).await.unwrap();
    let error =
        play_role(seller([Act::Recv(0, TITLE), Act::Recv(0, PRICE)]), &b).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Seller` expected `price`: u64 (message 2 of `trade`, src/trade.rs:11:9) as number 2 of \
         its queue from `Buyer` and found `date`: u64 (message 3 of `trade`, src/trade.rs:12:9) as \
         number 2 of its queue"
    );
    assert!(matches!(error, Error::Position { .. }));
    assert_eq!((error.role(), error.peer()), ("Seller", Some("Buyer")));
    assert_eq!(error.cause().role(), "Seller");
}

#[tokio::test]
async fn a_value_of_another_type_is_an_error_with_both_types() {
    let [a, b] = memory::session();
    play_role(buyer([Act::Send(1, TITLE, 1)]), &a).await.unwrap();
    let error = play_role(seller([Act::RecvText(0, TITLE)]), &b).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Seller` expected a `alloc::string::String` from `Buyer` at `title` (message 1 of \
         `trade`, src/trade.rs:10:9) and found a `u64`"
    );
}

#[tokio::test]
async fn messages_of_several_types_keep_their_order() {
    let [a, b] = memory::session();
    let (to, from) = (Address::new(1, Lane::ROOT, TITLE), Address::new(0, Lane::ROOT, TITLE));
    for round in 0..100u64 {
        a.send(&to, round).await.unwrap();
        a.send(&to, round.to_string()).await.unwrap();
        a.send(&to, Some(round)).await.unwrap();
        a.send(&to, round + 1).await.unwrap();
        assert_eq!(b.recv::<u64>(&from).await.unwrap(), round);
        assert_eq!(b.recv::<String>(&from).await.unwrap(), round.to_string());
        assert_eq!(b.recv::<Option<u64>>(&from).await.unwrap(), Some(round));
        assert_eq!(b.recv::<u64>(&from).await.unwrap(), round + 1);
    }
}

#[tokio::test]
async fn a_message_doesnt_come_before_those_of_other_types() {
    let [a, b] = memory::session();
    let (to, from) = (Address::new(1, Lane::ROOT, TITLE), Address::new(0, Lane::ROOT, TITLE));
    let other = Address::new(0, Lane::ROOT, PRICE);
    a.send(&to, 1u64).await.unwrap();
    a.send(&to, "two".to_owned()).await.unwrap();
    let fault = b.recv::<String>(&from).await.unwrap_err();
    assert!(matches!(*fault, Fault::Type { found: "u64", .. }), "{fault}");
    assert_eq!(b.recv::<u64>(&from).await.unwrap(), 1);
    for fault in [b.recv::<u64>(&from).await.unwrap_err(), b.recv::<char>(&from).await.unwrap_err()]
    {
        assert!(matches!(*fault, Fault::Type { found: "alloc::string::String", .. }), "{fault}");
    }
    let faults = [b.recv::<char>(&other).await.err(), b.recv::<String>(&other).await.err()];
    for fault in faults.map(Option::unwrap) {
        assert!(matches!(&*fault, Fault::Position { found, .. } if found.count == 1), "{fault}");
    }
    assert_eq!(b.recv::<String>(&from).await.unwrap(), "two");
}

#[tokio::test]
async fn lanes_do_not_take_each_others_messages() {
    let [a, b] = memory::session();
    let lanes = [Lane::ROOT, Lane::new(5), Lane::new(6)];
    for (number, lane) in (0u64..).zip(lanes) {
        a.send(&Address::new(1, lane, TITLE), number).await.unwrap();
    }
    for (number, lane) in [(2, lanes[2]), (0, lanes[0]), (1, lanes[1])] {
        let from = Address::new(0, lane, TITLE);
        assert_eq!(b.recv::<u64>(&from).await.unwrap(), number);
    }
}

#[tokio::test]
async fn a_role_waits_for_several_lanes_at_once() {
    let [a, b] = memory::session();
    let receive = |b: Arc<Memory>, lane| {
        tokio::spawn(async move { b.recv::<u64>(&Address::new(0, lane, TITLE)).await.unwrap() })
    };
    let b = Arc::new(b);
    let (slow, fast) = (receive(Arc::clone(&b), Lane::new(1)), receive(b, Lane::new(2)));
    tokio::task::yield_now().await;
    a.send(&Address::new(1, Lane::new(2), TITLE), 2u64).await.unwrap();
    assert_eq!(fast.await.unwrap(), 2);
    a.send(&Address::new(1, Lane::new(1), TITLE), 1u64).await.unwrap();
    assert_eq!(slow.await.unwrap(), 1);
}

#[derive(Debug)]
struct Counted(Arc<AtomicUsize>);

impl Clone for Counted {
    fn clone(&self) -> Self {
        self.0.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(&self.0))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl serde::Serialize for Counted {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        unreachable!("memory moves values")
    }
}

impl<'de> serde::Deserialize<'de> for Counted {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        unreachable!("memory moves values")
    }
}

#[tokio::test]
async fn what_is_not_received_is_dropped_with_its_receiver() {
    let live = Arc::new(AtomicUsize::new(1));
    let [a, b] = memory::session();
    play_role(Sender(vec![Counted(Arc::clone(&live))]), &a).await.unwrap();
    assert_eq!(live.load(Ordering::Relaxed), 3);
    b.close(End::Finished);
    assert_eq!(live.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn what_is_not_received_is_dropped_with_the_session() {
    let live = Arc::new(AtomicUsize::new(1));
    let ends: [Memory; 2] = memory::session();
    play_role(Sender(vec![Counted(Arc::clone(&live))]), &ends[0]).await.unwrap();
    drop(ends);
    assert_eq!(live.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn roles_played_together_drop_what_is_not_received() {
    let outcome = chor_runtime::play_together(Two(
        repeat(&[Act::Send(1, TITLE, 1)], 100),
        vec![Act::Recv(0, TITLE)],
    ));
    assert_eq!(outcome.await.unwrap(), [vec![], vec![1]]);
}
