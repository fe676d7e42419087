//! Accidents after every byte of whole runs between nodes, from the greeting to the goodbye: every role
//! ends with the right result or because a peer was lost, and none hangs.

mod rounds;

use crate::support::{AGES, patient, within};
use crate::way::{Accident, Direction, Plan, Way};
use chor::prelude::*;
use chor::tcp::{Invited, Node, Options, Security};
use chor::{DefaultCodec, Projection, Reason};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

chor! {
    chor trade[Buyer, Seller](title: String @ Buyer) -> (u32 @ Buyer, u32 @ Seller) {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller => Buyer: u32::try_from(title.len())?;
        let receipt: u32 = Buyer => Seller: price + 1;
        (Buyer: receipt, Seller: receipt)
    }

    /// Every pair talks.
    chor triangle[A, B, C](x: u32 @ A) -> (u32 @ A, u32 @ B, u32 @ C) {
        let x: u32 = A => [B, C]: x;
        let y: u32 = B => [A, C]: x + 1;
        let z: u32 = C => [A, B]: x + y;
        (A: z, B: z, C: z)
    }
}

/// How a role has ended.
type Ended = Result<u32, Error>;

/// So many runs at once: each has up to 14 sockets.
const AT_ONCE: usize = 100;

fn options(accident: Option<Accident>) -> Options {
    match accident {
        // The only accident that nobody is told of.
        Some(Accident::Vanish) => Options::default()
            .keep_alive(Duration::from_millis(300))
            .handshake(Duration::from_millis(600)),
        _ => patient(),
    }
}

/// A node of a run, and how the roles that it was invited to play have ended.
struct Server {
    node: Node,
    begun: Arc<AtomicUsize>,
    said: mpsc::UnboundedSender<Ended>,
    heard: mpsc::UnboundedReceiver<Ended>,
}

impl Server {
    async fn listen(options: Options) -> Self {
        let node =
            Node::listen_with("127.0.0.1:0", Security::Plaintext, DefaultCodec::default(), options)
                .await;
        let (said, heard) = mpsc::unbounded_channel();
        Self { node: node.expect("a port"), begun: Arc::default(), said, heard }
    }

    fn serve<P: Projection<N, Output = u32> + 'static, const N: usize>(&self, role: fn() -> P) {
        let (begun, said) = (Arc::clone(&self.begun), self.said.clone());
        let make = move |_: &Invited| {
            begun.fetch_add(1, Ordering::SeqCst);
            role()
        };
        self.node.serve_then(make, move |_, ended| drop(said.send(ended)));
    }

    fn address(&self) -> SocketAddr {
        self.node.address().expect("it listens")
    }

    /// The node's sessions end by themselves; how.
    async fn end(mut self) -> Vec<Ended> {
        end(&self.node).await;
        let mut all = Vec::new();
        for _ in 0..self.begun.load(Ordering::SeqCst) {
            all.push(within(self.heard.recv()).await.expect("a result of each"));
        }
        all
    }
}

/// No session hangs. Peers on connections that break meanwhile may miss what was sent.
async fn end(node: &Node) {
    let hanging = node.shutdown(AGES).await.map_or_else(|left| left.sessions, |()| 0);
    assert_eq!(hanging, 0);
}

/// All ends, and how many bytes the way has passed.
type Ran = (Vec<Ended>, [usize; 2]);

async fn trade(plan: Option<Plan>) -> Ran {
    let options = options(plan.map(|(accident, ..)| accident));
    let seller = Server::listen(options.clone()).await;
    seller.serve(trade::Seller::new);
    let way = Way::to(seller.address(), plan).await;
    let buyer = Node::with(Security::Plaintext, DefaultCodec::default(), options);
    let session = buyer.session([(1, &way.address)]);
    let mut ends = vec![within(session.play(trade::Buyer::new("TAPL".to_owned()))).await];
    end(&buyer).await;
    ends.extend(seller.end().await);
    (ends, way.passed())
}

/// The accident is one of the last role, to which both others connect.
async fn triangle(plan: Option<Plan>) -> Ran {
    let options = options(plan.map(|(accident, ..)| accident));
    let (b, c) = (Server::listen(options.clone()).await, Server::listen(options.clone()).await);
    b.serve(triangle::B::new);
    c.serve(triangle::C::new);
    let way = Way::to(c.address(), plan).await;
    let a = Node::with(Security::Plaintext, DefaultCodec::default(), options);
    let session = a.session([(1, b.address().to_string()), (2, way.address.clone())]);
    let mut ends = vec![within(session.play(triangle::A::new(2))).await];
    end(&a).await;
    ends.extend(b.end().await);
    ends.extend(c.end().await);
    (ends, way.passed())
}

/// Runs it with the accident after every byte.
async fn everywhere<R: Future<Output = Ran> + Send + 'static>(
    accident: Accident,
    run: fn(Option<Plan>) -> R,
    right: u32,
) {
    let (whole, [there, back]) = run(None).await;
    assert!(there > 100 && back > 100, "{there} and {back} bytes are no run");
    assert!(whole.iter().all(|end| matches!(end, Ok(it) if *it == right)), "{whole:?}");
    let plans = (0..=there).map(|after| (accident, Direction::There, after));
    let mut plans = plans.chain((0..=back).map(|after| (accident, Direction::Back, after)));
    let (mut runs, mut lost) = (JoinSet::new(), 0);
    loop {
        for plan in plans.by_ref().take(AT_ONCE - runs.len()) {
            runs.spawn(async move { (plan, run(Some(plan)).await) });
        }
        let Some(ran) = runs.join_next().await else { break };
        let (plan, (ends, _)) = ran.expect("no panic");
        for end in &ends {
            assert_right_or_lost(plan, end, right);
        }
        let whole = ends.len() == whole.len() && ends.iter().all(Result::is_ok);
        assert!(whole || accident != Accident::Delay, "a delay loses nothing: {plan:?}: {ends:?}");
        lost += usize::from(!whole);
    }
    if accident != Accident::Delay {
        // What comes behind the last message matters to nobody, nor who gets to know that it came.
        assert!(lost > usize::midpoint(there, back), "{lost} of {there} + {back}");
    }
}

fn assert_right_or_lost(plan: Plan, end: &Ended, right: u32) {
    match end {
        Ok(value) => assert_eq!(*value, right, "{plan:?}"),
        Err(error @ (Error::Link { .. } | Error::Gone { .. })) => {
            assert!(matches!(error.cause().reason(), Reason::Lost(_)), "{plan:?}: {error:?}");
            assert!(error.peer().is_some(), "{plan:?}: {error:?}");
        }
        Err(error) => panic!("{plan:?}: {error:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_roles_are_cut_off_after_every_byte() {
    everywhere(Accident::Cut, trade, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_direction_of_two_roles_ends_after_every_byte() {
    everywhere(Accident::Truncate, trade, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_roles_hear_nothing_after_every_byte() {
    everywhere(Accident::Vanish, trade, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_roles_wait_after_every_byte() {
    everywhere(Accident::Delay, trade, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_three_roles_is_cut_off_after_every_byte() {
    everywhere(Accident::Cut, triangle, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_direction_of_one_of_three_roles_ends_after_every_byte() {
    everywhere(Accident::Truncate, triangle, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_three_roles_hears_nothing_after_every_byte() {
    everywhere(Accident::Vanish, triangle, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_three_roles_waits_after_every_byte() {
    everywhere(Accident::Delay, triangle, 5).await;
}
