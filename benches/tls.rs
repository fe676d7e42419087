//! What TLS costs: the same choreographies over the same connections, encrypted and not.
//!
//! Rounds are interleaved and compared by their medians. The lines that count are
//! `ratio<TAB>work<TAB>value`: time with TLS by time in plaintext. Connecting is measured from a new
//! node to the end of its first session, in which certificates are checked at both ends.

use chor::prelude::*;
use chor::tcp::{Node, Security, Tls};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const ROUNDS: usize = 15;
const PINGS: u32 = 3_000;
const NUMBERS: u64 = 300_000;
const BLOCKS: u64 = 300;
const BLOCK: usize = 1 << 16;
const CONNECTIONS: u32 = 20;
const NAME: &str = "bench.example";

chor! {
    /// A number goes back and forth.
    chor ping_pong[A, B](count: u32 @ [A, B]) -> u64 @ A {
        let mut value = A: 0u64;
        for _ in 0..count {
            let ping: u64 = A -> B: value + 1;
            let pong: u64 = B -> A: ping;
            value = pong;
        }
        value
    }

    chor greet[A, B]() {
        let hello: bool = A -> B: true;
        let hello: bool = B -> A: hello;
        A: assert!(hello);
    }

    /// Numbers go one way, and their sum comes back.
    chor numbers[A, B](count: u64 @ [A, B]) -> u64 @ A {
        let mut sum = B: 0u64;
        for number in 0..count {
            let number: u64 = A -> B: number;
            B: sum += number;
        }
        let sum: u64 = B -> A: sum;
        sum
    }

    /// Byte strings go one way, and their length comes back.
    chor blocks[A, B](count: u64 @ [A, B]) -> usize @ A {
        let mut length = B: 0usize;
        for _ in 0..count {
            let block: Vec<u8> = A -> B: vec![7; BLOCK];
            B: length += block.len();
        }
        let length: usize = B -> A: length;
        length
    }
}

/// A server and a client that know how to reach each other.
struct Pair {
    _server: Node,
    client: Node,
    security: Security,
    address: String,
}

impl Pair {
    async fn new(security: impl Into<Security>, name: &str) -> Self {
        let security = security.into();
        let server = Node::listen("127.0.0.1:0", security.clone()).await.expect("a port");
        server.serve(|_| ping_pong::B::new(PINGS));
        server.serve(|_| greet::B::new());
        server.serve(|_| numbers::B::new(NUMBERS));
        server.serve(|_| blocks::B::new(BLOCKS));
        let address = format!("{name}{}", server.address().expect("it listens"));
        Self { _server: server, client: Node::new(security.clone()), security, address }
    }

    async fn ping_pong(&self) {
        let session = self.client.session([(1, &self.address)]);
        let last = session.play(ping_pong::A::new(PINGS)).await.expect("it plays");
        assert_eq!(last, u64::from(PINGS));
    }

    async fn numbers(&self) {
        let session = self.client.session([(1, &self.address)]);
        let sum = session.play(numbers::A::new(NUMBERS)).await.expect("it plays");
        assert_eq!(sum, NUMBERS * (NUMBERS - 1) / 2);
    }

    async fn blocks(&self) {
        let session = self.client.session([(1, &self.address)]);
        let length = session.play(blocks::A::new(BLOCKS)).await.expect("it plays");
        assert_eq!(length, BLOCK * 300);
    }

    /// A node of its own for each session.
    async fn connect(&self) {
        for _ in 0..CONNECTIONS {
            let session = Node::new(self.security.clone()).session([(1, &self.address)]);
            session.play(greet::A::new()).await.expect("it plays");
        }
    }
}

fn tls() -> Tls {
    let key = KeyPair::generate().expect("a key");
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let roots = parameters.self_signed(&key).expect("a certificate").pem();
    let issuer = Issuer::new(parameters, key);
    let key = KeyPair::generate().expect("a key");
    let parameters = CertificateParams::new([NAME.to_owned()]).expect("a name");
    let chain = parameters.signed_by(&key, &issuer).expect("a certificate").pem();
    let tls = Tls::mutual(chain, key.serialize_pem(), roots).expect("they fit");
    tls.allow_if(|peer, _| peer.is(NAME))
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let pairs = runtime.block_on(async {
        [Pair::new(Security::Plaintext, "").await, Pair::new(tls(), &format!("{NAME}@")).await]
    });
    compare(&runtime, "ping-pong u64", f64::from(2 * PINGS), &pairs, &async |pair| {
        pair.ping_pong().await;
    });
    compare(&runtime, "one way u64", 300_000.0, &pairs, &async |pair| pair.numbers().await);
    compare(&runtime, "one way 64 KiB", 300.0, &pairs, &async |pair| pair.blocks().await);
    compare(&runtime, "connecting", CONNECTIONS.into(), &pairs, &async |pair| pair.connect().await);
}

fn compare(
    runtime: &Runtime,
    name: &str,
    messages: f64,
    pairs: &[Pair; 2],
    work: &impl AsyncFn(&Pair),
) {
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        for (pair, times) in pairs.iter().zip(&mut times) {
            times.push(runtime.block_on(async {
                let start = Instant::now();
                work(pair).await;
                start.elapsed()
            }));
        }
    }
    let [plaintext, tls] = times.map(|times: Vec<Duration>| median(times) / messages);
    println!("{name}: plaintext {plaintext:.0} ns, TLS {tls:.0} ns each");
    println!("ratio\t{name}\t{:.2}", tls / plaintext);
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e9
}
