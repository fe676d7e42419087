//! Sessions between nodes that begin without a participant whose loss is a value.

use crate::support::{free_address, patient, within};
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Options, Security};
use chor::{DefaultCodec, Reason};
use std::error::Error as _;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

/// A replica, and from which of the others it has heard.
type Seen = mpsc::UnboundedSender<(usize, Vec<usize>)>;

fn heard(all: [(usize, Result<u32, Lost>); 2]) -> Vec<usize> {
    all.into_iter().filter(|(_, said)| said.is_ok()).map(|(from, _)| from).collect()
}

chor! {
    /// Two of three replicas are enough, and each says something to each other one.
    pub chor majority[Client, Replicas[3], Log](number: u32 @ Client, seen: Seen @ each Replicas) -> u32 @ Client {
        let asked: u32 @ [Client, Replicas] = Client => Replicas: number;
        let answers: Vec<(Member, u32)> @ Client = each r in Replicas first 2 { r -> Client: asked + 1 };
        let logged: u32 = Log -> Client: 100;
        let a = Replicas[0];
        let b = Replicas[1];
        let c = Replicas[2];
        let ab: Result<u32, Lost> = try a -> b: 1;
        let ac: Result<u32, Lost> = try a -> c: 2;
        let ba: Result<u32, Lost> = try b -> a: 3;
        let bc: Result<u32, Lost> = try b -> c: 4;
        let ca: Result<u32, Lost> = try c -> a: 5;
        let cb: Result<u32, Lost> = try c -> b: 6;
        a: seen.send((0, heard([(1, ba), (2, ca)])))?;
        b: seen.send((1, heard([(0, ab), (2, cb)])))?;
        c: seen.send((2, heard([(0, ac), (1, bc)])))?;
        Client: logged + answers.iter().map(|(_, answer)| answer).sum::<u32>()
    }

    /// All that is lost is the answer.
    chor told[Asker, Teller](number: u32 @ Asker) -> Result<u32, Lost> @ Asker {
        let asked: u32 = Asker -> Teller: number;
        let answer: Result<u32, Lost> = try Teller -> Asker: asked + 1;
        answer
    }
}

async fn listening() -> (Node, String) {
    let (security, codec) = (Security::Plaintext, DefaultCodec::default());
    let node = Node::listen_with("127.0.0.1:0", security, codec, patient()).await.expect("a port");
    let address = node.address().expect("an address").to_string();
    (node, address)
}

fn opening(options: Options) -> Node {
    Node::with(Security::Plaintext, DefaultCodec::default(), options)
}

/// Nodes that serve replicas and the log, where they are, and what the replicas have seen.
struct Served {
    nodes: Vec<Node>,
    addresses: Vec<(usize, String)>,
    seen: mpsc::UnboundedReceiver<(usize, Vec<usize>)>,
    failed: mpsc::UnboundedReceiver<Error>,
}

impl Served {
    async fn new() -> Self {
        let (tell, seen) = mpsc::unbounded_channel();
        let (fail, failed) = mpsc::unbounded_channel();
        let (mut nodes, mut addresses) = (Vec::new(), Vec::new());
        for role in [1, 1, 1, 2] {
            let (node, address) = listening().await;
            let (tell, fail) = (tell.clone(), fail.clone());
            let then = move |_: &_, ended: Result<(), Error>| {
                let _ = ended.map_err(|error| fail.send(error));
            };
            if role == 1 {
                node.serve_then(move |_| majority::Replicas::new(tell.clone()), then);
            } else {
                node.serve_then(|_| majority::Log::new(), then);
            }
            nodes.push(node);
            addresses.push((role, address));
        }
        Self { nodes, addresses, seen, failed }
    }

    async fn play(&self) -> Result<u32, Error> {
        let session = opening(patient()).session(self.addresses.clone());
        within(session.play(majority::Client::new(1))).await
    }

    /// All but one have heard of each other, and not of that one.
    async fn assert_seen_without(&mut self, absent: usize) {
        let there: Vec<usize> = (0..3).filter(|replica| *replica != absent).collect();
        for _ in 0..2 {
            let (replica, heard) = within(self.seen.recv()).await.unwrap();
            let others: Vec<usize> = there.iter().copied().filter(|it| *it != replica).collect();
            assert!(there.contains(&replica));
            assert_eq!(heard, others, "at replica {replica} without {absent}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_majority_goes_on_without_a_replica_that_is_not_there() {
    for absent in 0..3 {
        let mut served = Served::new().await;
        served.addresses[absent].1 = free_address();
        for _ in 0..3 {
            assert_eq!(served.play().await.unwrap(), 104);
            served.assert_seen_without(absent).await;
        }
        assert!(served.failed.try_recv().is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_minority_alone_can_not_decide() {
    let mut served = Served::new().await;
    served.addresses[0].1 = free_address();
    served.addresses[2].1 = free_address();
    let error = served.play().await.unwrap_err();
    assert_eq!(error.role(), "Client");
    let few = error.downcast_ref::<chor::TooFew>();
    assert_eq!(few.map(|few| (few.needed, few.left)), Some((Some(2), 1)), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_that_is_needed_fails_all_others() {
    let mut served = Served::new().await;
    served.addresses[3].1 = free_address();
    let error = served.play().await.unwrap_err();
    assert_eq!(error.peer(), Some("Log"));
    let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    assert!(matches!(source, Some(LinkError::Dial { .. })), "{error}");
    for _ in 0..3 {
        let error = within(served.failed.recv()).await.unwrap();
        assert_eq!(error.cause().role(), "Log", "{error}");
    }
}

/// Stands between a node and those who dial it.
struct Proxy {
    address: String,
    passing: JoinSet<()>,
}

impl Proxy {
    async fn to(target: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let mut passing = JoinSet::new();
        passing.spawn(async move {
            let mut all = JoinSet::new();
            loop {
                let (mut near, _) = listener.accept().await.expect("a dialler");
                let mut far = TcpStream::connect(&target).await.expect("a node");
                all.spawn(async move {
                    let _ = tokio::io::copy_bidirectional(&mut near, &mut far).await;
                });
            }
        });
        Self { address, passing }
    }
}

/// Has a replica wait when it is invited: it says so, and goes on when it is told.
fn holding(node: &Node) -> (mpsc::UnboundedReceiver<()>, oneshot::Sender<()>) {
    let (tell, invited) = mpsc::unbounded_channel();
    let (go_on, held) = oneshot::channel();
    let held = std::sync::Mutex::new(Some(held));
    node.serve(move |_| {
        let _ = tell.send(());
        let held = held.lock().unwrap().take();
        // Not even the answer to the invitation leaves.
        let _ = held.map(|held| tokio::task::block_in_place(|| held.blocking_recv()));
        let (nobody, _) = mpsc::unbounded_channel();
        majority::Replicas::new(nobody)
    });
    (invited, go_on)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_majority_goes_on_without_a_replica_that_dies_before_all_have_met() {
    for dying in 0..3 {
        let mut served = Served::new().await;
        let (mut invited, go_on) = holding(&served.nodes[dying]);
        let mut proxy = Proxy::to(served.addresses[dying].1.clone()).await;
        served.addresses[dying].1.clone_from(&proxy.address);
        let dies = async {
            within(invited.recv()).await.unwrap();
            proxy.passing.shutdown().await;
        };
        let (number, ()) = tokio::join!(served.play(), dies);
        assert_eq!(number.unwrap(), 104);
        served.assert_seen_without(dying).await;
        let _ = go_on.send(());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_majority_goes_on_without_a_replica_that_is_shut_down_before_all_have_met() {
    for dying in 0..3 {
        let mut served = Served::new().await;
        let (mut invited, go_on) = holding(&served.nodes[dying]);
        let node = served.nodes[dying].clone();
        let dies = async {
            within(invited.recv()).await.unwrap();
            assert_eq!(node.shutdown(Duration::ZERO).await.unwrap_err().sessions, 1);
        };
        let (number, ()) = tokio::join!(served.play(), dies);
        assert_eq!(number.unwrap(), 104);
        served.assert_seen_without(dying).await;
        let _ = go_on.send(());
    }
}

#[tokio::test]
async fn the_loss_has_its_cause() {
    let address = free_address();
    let session = opening(patient()).session([(1, &address)]);
    let lost = within(session.play(told::Asker::new(1))).await.unwrap().unwrap_err();
    let cause = lost.cause().unwrap();
    assert_eq!((lost.role(), cause.role()), (Some("Teller"), "Teller"));
    let Reason::Lost(text) = cause.reason() else { panic!("{cause}") };
    assert!(text.starts_with(&format!("{address} can't be reached")), "{text}");
}

#[tokio::test]
async fn who_is_silent_is_lost_when_the_time_is_over() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap().to_string();
    let session =
        opening(Options::default().handshake(Duration::from_millis(50))).session([(1, address)]);
    let lost = within(session.play(told::Asker::new(1))).await.unwrap().unwrap_err();
    assert!(lost.cause().unwrap().to_string().contains("has not answered within"), "{lost:?}");
}

#[tokio::test]
async fn who_is_there_and_refuses_is_not_lost() {
    let (_node, address) = listening().await;
    let session = opening(patient()).session([(1, address)]);
    let error = within(session.play(told::Asker::new(1))).await.unwrap_err();
    let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    assert!(matches!(source, Some(LinkError::Refused { .. })), "{error}");
}

#[tokio::test]
async fn who_has_no_address_is_not_lost() {
    let nobody: [(usize, String); 0] = [];
    let session = opening(patient()).session(nobody);
    let error = within(session.play(told::Asker::new(1))).await.unwrap_err();
    assert_eq!(error.peer(), Some("Teller"), "{error}");
}
