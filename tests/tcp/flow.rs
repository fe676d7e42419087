//! Memory is bounded, and whoever is slow holds up nobody else.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Node, Options, Security, Stream, from_streams_with};
use chor::{Address, DefaultCodec, Lane, Transport};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{Semaphore, mpsc};

chor! {
    /// The consumer takes what comes when it may, and the producer counts what it has sent.
    chor produce[Producer, Consumer](
        count: u64 @ [Producer, Consumer],
        sent: Arc<AtomicU64> @ Producer,
        gate: Arc<Semaphore> @ Consumer,
    ) -> u64 @ Consumer {
        Consumer: gate.acquire().await?.forget();
        let mut sum = Consumer: 0;
        for number in 0..count {
            let number: u64 = Producer -> Consumer: number;
            Producer: sent.fetch_add(1, Ordering::Relaxed);
            Consumer: sum += number;
        }
        sum
    }

    chor large[A, B](value: Vec<u8> @ A) -> usize @ A {
        let value: Vec<u8> = A -> B: value;
        let length: usize = B -> A: value.len();
        length
    }
}

const MANY: u64 = 200_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_session_is_bounded_and_holds_up_no_other() {
    let options = Options::default().window(4096);
    let server =
        Node::listen_with("127.0.0.1:0", Security::Plaintext, DefaultCodec::default(), options)
            .await
            .unwrap();
    let address = server.address().unwrap().to_string();
    let gates = [(); 2].map(|()| Arc::new(Semaphore::new(0)));
    let (own, mut next) = (gates.clone(), 0);
    let order = std::sync::Mutex::new(move || {
        next += 1;
        Arc::clone(&own[next - 1])
    });
    let (said, mut heard) = mpsc::unbounded_channel();
    server.serve_then(
        move |_| {
            let gate = (order.lock().unwrap())();
            produce::Consumer::new(MANY, gate)
        },
        move |_, ended| said.send(ended.unwrap()).unwrap(),
    );
    let client = Node::new(Security::Plaintext);
    let counts = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let mut tasks = Vec::new();
    for (index, sent) in counts.iter().enumerate() {
        let role = produce::Producer::new(MANY, Arc::clone(sent));
        tasks.push(tokio::spawn(client.session([(1, &address)]).play(role)));
        while server.sessions() <= index {
            tokio::task::yield_now().await;
        }
    }
    gates[1].add_permits(1);
    assert_eq!(within(heard.recv()).await, Some(MANY * (MANY - 1) / 2));
    // A message takes at least 13 bytes of the window.
    assert!(counts[0].load(Ordering::Relaxed) <= 4096 / 13 + 1);
    gates[0].add_permits(1);
    assert_eq!(within(heard.recv()).await, Some(MANY * (MANY - 1) / 2));
    for task in tasks {
        within(task).await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn small_messages_pass_between_the_parts_of_large_ones() {
    let server = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
    server.serve(|_| large::B::new());
    let address = server.address().unwrap().to_string();
    let client = Node::new(Security::Plaintext);
    let play = |size| client.session([(1, &address)]).play(large::A::new(vec![7; size]));
    let big: Vec<_> = (0..4).map(|_| tokio::spawn(play(8 << 20))).collect();
    for _ in 0..50 {
        assert_eq!(within(play(1)).await.unwrap(), 1);
    }
    for task in big {
        assert_eq!(within(task).await.unwrap().unwrap(), 8 << 20);
    }
}

#[tokio::test]
async fn a_message_beyond_the_peers_limit_fails_its_sender() {
    let (a, b) = connection().await;
    let codec = DefaultCodec::default;
    let options = Options::default();
    let a = from_streams_with(0, [Stream::plaintext(a)], codec(), options.clone()).unwrap();
    let b =
        from_streams_with(1, [Stream::plaintext(b)], codec(), options.max_message(1000)).unwrap();
    let b = tokio::spawn(async move { play_role(large::B::new(), &b).await });
    let error = play_role(large::A::new(vec![0; 2000]), &a).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error:?}");
    let text = "a message has 2003 bytes, more than 1000";
    assert!(error.cause().to_string().contains(text), "{}", error.cause());
    assert_eq!(within(b).await.unwrap().unwrap_err().cause(), error.cause());
}

#[tokio::test]
async fn a_slow_lane_holds_up_no_other_of_its_session() {
    let (a, b) = connection().await;
    let options = Options::default().window(1000);
    let ends = [(0, a), (1, b)].map(|(place, stream)| {
        let codec = DefaultCodec::default();
        Arc::new(
            from_streams_with(place, [Stream::plaintext(stream)], codec, options.clone()).unwrap(),
        )
    });
    let [a, b] = ends;
    let protocol = &produce::PROTOCOL;
    let (one, two) = tokio::join!(a.start(protocol), b.start(protocol));
    assert!(one.is_ok() && two.is_ok());
    let step = &protocol.steps[0];
    let flood = {
        let a = Arc::clone(&a);
        tokio::spawn(async move {
            let to = Address::new(1, Lane::new(1), step);
            for number in 0..10_000u64 {
                a.send::<u64>(&to, a.pack(number).unwrap()).await.unwrap();
            }
            a.flush();
        })
    };
    let (to, from) = (Address::new(1, Lane::new(2), step), Address::new(0, Lane::new(2), step));
    for number in 0..1000u64 {
        a.send::<u64>(&to, a.pack(number).unwrap()).await.unwrap();
        a.flush();
        assert_eq!(within(b.recv::<u64>(&from)).await.unwrap(), number);
    }
    assert!(!flood.is_finished());
    let from = Address::new(0, Lane::new(1), step);
    for number in 0..10_000u64 {
        assert_eq!(within(b.recv::<u64>(&from)).await.unwrap(), number);
    }
    within(flood).await.unwrap();
}
