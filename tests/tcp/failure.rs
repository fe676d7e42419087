//! A role fails, panics, is cancelled, or its process dies: everybody whom it concerns learns why.

use crate::support::within;
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Options, Security, Stream, from_streams};
use chor::{Codec, DefaultCodec, Reason};
use std::error::Error as _;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};

chor! {
    /// The server parses what the client says, when it may.
    chor parse[Client, Server](text: String @ Client, gate: Arc<Semaphore> @ Server)
        -> u32 @ Client
    {
        let text: String = Client -> Server: text;
        Server: gate.acquire().await?.forget();
        let number: u32 = Server -> Client: text.parse()?;
        number
    }

    chor panicking[Client, Server](text: String @ Client) -> u32 @ Client {
        let text: String = Client -> Server: text;
        let number: u32 = Server -> Client: text.parse().expect("a number");
        number
    }

    /// The server says more than fits into any frame.
    chor wordy[Client, Server](size: usize @ Client) -> u32 @ Client {
        let size: usize = Client -> Server: size;
        let number: u32 = Server -> Client: "x".repeat(size).parse::<u32>().map_err(|_| "y".repeat(size))?;
        number
    }

    /// Only the middle one talks to both ends; the last one waits for it alone.
    chor relay[First, Middle, Last](text: String @ First) -> u32 @ Last {
        let extra: u32 = Last -> First: 7;
        let number: u32 = First -> Middle: text.parse::<u32>()? + extra;
        let number: u32 = Middle -> Last: number + 1;
        number
    }
}

/// A node that serves both, its address, and how each session has ended at it.
async fn server(
    gate: Arc<Semaphore>,
) -> (Node, String, mpsc::UnboundedReceiver<Result<(), Error>>) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    let (said, heard) = mpsc::unbounded_channel();
    let make = move |_: &_| parse::Server::new(Arc::clone(&gate));
    node.serve_then(make, move |_, ended| drop(said.send(ended)));
    node.serve(|_| panicking::Server::new());
    node.serve(|_| wordy::Server::new());
    let address = node.address().expect("an address").to_string();
    (node, address, heard)
}

#[tokio::test]
async fn an_error_of_one_role_is_the_cause_at_the_other() {
    let (_node, address, mut ended) = server(Arc::new(Semaphore::new(1))).await;
    let played = Node::new(Security::Plaintext)
        .session([(1, &address)])
        .play(parse::Client::new("x".to_owned()))
        .await;
    let error = played.unwrap_err();
    assert!(matches!(error, Error::Gone { .. }), "{error:?}");
    let text = "role `Server` failed at tests/tcp/failure.rs:";
    assert!(error.cause().to_string().starts_with(text), "{}", error.cause());
    let error = within(ended.recv()).await.unwrap().unwrap_err();
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
}

/// Of a text of any length the others get the start, and the link that it takes stays as it is.
#[tokio::test]
async fn an_error_of_any_length_takes_nothing_else_down() {
    let (_node, address, _) = server(Arc::new(Semaphore::new(1))).await;
    let client = Node::new(Security::Plaintext);
    let waiting = client.session([(1, &address)]).play(parse::Client::new("5".to_owned()));
    let failing = client.session([(1, &address)]).play(wordy::Client::new(4 << 20));
    let (waiting, failing) = within(async { tokio::join!(waiting, failing) }).await;
    assert_eq!(waiting.unwrap(), 5);
    let cause = failing.unwrap_err().cause().to_string();
    assert!(cause.ends_with("y.. (4177920 bytes more)"), "{} bytes", cause.len());
}

#[tokio::test]
async fn a_panic_is_the_cause_at_the_other() {
    let (_node, address, _) = server(Arc::new(Semaphore::new(0))).await;
    let client = Node::new(Security::Plaintext);
    let played = client.session([(1, &address)]).play(panicking::Client::new("x".to_owned())).await;
    let cause = played.unwrap_err().cause();
    assert!(matches!(cause.reason(), Reason::Panic(text) if text.contains("a number")), "{cause}");
    // The node goes on.
    let played = client.session([(1, &address)]).play(panicking::Client::new("3".to_owned())).await;
    assert_eq!(played.unwrap(), 3);
}

#[tokio::test]
async fn a_role_that_is_cancelled_is_the_cause_at_the_other() {
    let gate = Arc::new(Semaphore::new(0));
    let (node, address, mut ended) = server(Arc::clone(&gate)).await;
    let session = Node::new(Security::Plaintext).session([(1, &address)]);
    let client = tokio::spawn(session.play(parse::Client::new("3".to_owned())));
    within(async {
        while node.sessions() == 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    gate.add_permits(1);
    let error = within(ended.recv()).await.unwrap().unwrap_err();
    assert_eq!((error.cause().role(), error.cause().reason()), ("Client", &Reason::Cancelled));
}

#[tokio::test]
async fn an_end_that_is_never_played_is_the_cause_at_the_other() {
    let (a, b) = crate::support::connection().await;
    let a = from_streams(0, [Stream::plaintext(a)]).unwrap();
    let b = from_streams(1, [Stream::plaintext(b)]).unwrap();
    drop(a);
    let played = play_role(panicking::Server::new(), &b).await;
    assert!(matches!(played, Err(Error::Gone { .. } | Error::Link { .. })), "{played:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_cause_reaches_those_who_are_concerned_at_second_hand() {
    let nodes = [(); 3].map(|()| Node::listen("127.0.0.1:0", Security::Plaintext));
    let [first, middle, last] = nodes;
    let [first, middle, last] = [first.await.unwrap(), middle.await.unwrap(), last.await.unwrap()];
    let (said, mut heard) = mpsc::unbounded_channel();
    let too = said.clone();
    middle.serve_then(|_| relay::Middle::new(), move |_, it| drop(said.send(it.unwrap_err())));
    last.serve_then(|_| relay::Last::new(), move |_, it| drop(too.send(it.unwrap_err())));
    let address = |node: &Node| node.address().unwrap().to_string();
    let session = first.session([(1, address(&middle)), (2, address(&last))]);
    let error = session.play(relay::First::new("x".to_owned())).await.unwrap_err();
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    for _ in 0..2 {
        let error = within(heard.recv()).await.unwrap();
        assert_eq!(error.cause().role(), "First", "{error:?}");
    }
}

/// What [`a_process_that_is_killed_is_lost`] runs in a process of its own.
#[test]
fn a_process_that_only_serves() {
    if std::env::var_os("CHOR_TEST_SERVES").is_none() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (_node, address, _ended) = server(Arc::new(Semaphore::new(0))).await;
        println!("listening at {address}");
        std::future::pending::<()>().await;
    });
}

#[tokio::test]
async fn a_process_that_is_killed_is_lost() {
    let mut process = Command::new(std::env::current_exe().unwrap())
        .args(["failure::a_process_that_only_serves", "--exact", "--nocapture"])
        .env("CHOR_TEST_SERVES", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let address = lines
        .map_while(Result::ok)
        .find_map(|line| line.split_once("listening at ").map(|(_, address)| address.to_owned()));
    let session = Node::new(Security::Plaintext).session([(1, address.unwrap())]);
    let client = tokio::spawn(session.play(parse::Client::new("3".to_owned())));
    // It has answered, so that the session is under way: or else this kills it before.
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    process.kill().unwrap();
    process.wait().unwrap();
    let error = within(client).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error:?}");
    assert_eq!(error.cause().role(), "Server");
    assert!(matches!(error.cause().reason(), Reason::Lost(_)));
}

/// A codec with another name.
#[derive(Clone)]
struct Other;

impl Codec for Other {
    type Error = <DefaultCodec as Codec>::Error;

    fn name(&self) -> &'static str {
        "other"
    }

    fn encode<M: serde::Serialize>(&self, it: &M, to: &mut Vec<u8>) -> Result<(), Self::Error> {
        DefaultCodec::default().encode(it, to)
    }

    fn decode<M: serde::de::DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, Self::Error> {
        DefaultCodec::default().decode(bytes)
    }
}

#[tokio::test]
async fn two_codecs_are_an_error_that_names_both() {
    let (_node, address, _) = server(Arc::new(Semaphore::new(1))).await;
    let session =
        Node::with(Security::Plaintext, Other, Options::default()).session([(1, address)]);
    let error = session.play(parse::Client::new("3".to_owned())).await.unwrap_err();
    let link = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    let Some(greeting @ LinkError::Greeting { .. }) = link else { panic!("{error:?}") };
    let text = "it encodes messages with `bincode`, this end with `other`";
    assert_eq!(greeting.source().unwrap().to_string(), text);
}

#[tokio::test]
async fn a_role_that_nobody_plays_is_missed_in_time() {
    let (a, _kept) = crate::support::connection().await;
    let options = Options::default().handshake(Duration::from_millis(50));
    let a = [Stream::plaintext(a)];
    let a = chor::tcp::from_streams_with(0, a, DefaultCodec::default(), options).unwrap();
    let error = play_role(panicking::Client::new(String::new()), &a).await.unwrap_err();
    assert_eq!((error.peer(), error.cause().role()), (Some("Server"), "Server"));
    assert!(matches!(error.cause().reason(), Reason::Lost(text) if text.contains("50ms")));
}
