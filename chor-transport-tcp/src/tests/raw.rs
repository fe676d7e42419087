//! A peer that says what a test tells it to.

use crate::frame::{self, Frame, Head, Open};
use crate::handshake::{self, Greeting};
use crate::stream::Connection;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Projection};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;

chor! {
    /// Adds numbers up until a zero comes.
    pub(super) chor add[Client, Server](numbers: Vec<u64> @ Client) -> u64 @ Server {
        let mut sum = Server: 0;
        let mut numbers = Client: numbers.into_iter();
        loop {
            let number: u64 = Client => Server: numbers.next().unwrap_or(0);
            if number == 0 {
                break;
            }
            sum += number;
        }
        let thanks: bool = Server -> Client: true;
        Client: assert!(thanks);
        sum
    }
}

pub(super) type Ended = Result<u64, Error>;

/// A node that serves [`add`], how each session has ended for it, and its options.
pub(super) fn server(options: Options) -> (Node, mpsc::UnboundedReceiver<Ended>) {
    let node = Node::with(Security::Plaintext, Bincode, options);
    let (said, heard) = mpsc::unbounded_channel();
    node.serve_then(|_| add::Server::new(), move |_, ended| drop(said.send(ended)));
    (node, heard)
}

pub(super) fn of_pipe(pipe: DuplexStream) -> Connection {
    Connection::of_any(pipe, "a pipe".to_owned(), None)
}

pub(super) struct Raw(pub(super) DuplexStream);

impl Raw {
    /// A peer that has not greeted.
    pub(super) fn unknown(node: &Node) -> Self {
        let (one, two) = tokio::io::duplex(1 << 20);
        node.hosting.links.run(of_pipe(one));
        Self(two)
    }

    /// A peer that has greeted.
    pub(super) async fn greeted(node: &Node) -> Self {
        Self::unknown(node).greet().await
    }

    pub(super) async fn greet(mut self) -> Self {
        let greeting = Greeting {
            codec: "bincode".to_owned(),
            window: u64::from(u32::MAX),
            max_message: u64::from(u32::MAX),
            shared: u64::from(u32::MAX),
        };
        let mut bytes = Vec::new();
        handshake::encode(&greeting, &mut bytes);
        self.write(&bytes).await;
        self.hear_greeting().await;
        self
    }

    pub(super) async fn hear_greeting(&mut self) {
        let mut length = [0; 8];
        self.0.read_exact(&mut length).await.unwrap();
        let mut rest = vec![0; usize::from(u16::from_le_bytes([length[6], length[7]]))];
        self.0.read_exact(&mut rest).await.unwrap();
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.unwrap();
    }

    pub(super) async fn say(&mut self, frame: &Frame<'_>) {
        let mut bytes = Vec::new();
        frame::encode(frame, &mut bytes);
        self.write(&bytes).await;
    }

    /// Opens a channel as the client of [`add`], and waits for the answer.
    pub(super) async fn open(&mut self, channel: u64) {
        self.open_as(channel, [7; 16]).await;
    }

    /// Does so in a session of this number.
    pub(super) async fn open_as(&mut self, channel: u64, session: [u8; 16]) {
        self.say(&Frame::Open { channel, open: Open { session, ..opening() } }).await;
        let answer = self.hear().await.unwrap();
        assert!(matches!(frame::decode(&answer), Ok(Frame::Answer { .. })), "{answer:?}");
        self.say(&Frame::Step { id: add::PROTOCOL.steps[0].id, text: "number" }).await;
    }

    /// Sends a number as number `count` of the channel's messages.
    pub(super) async fn number(&mut self, channel: u64, count: u64, number: u8) {
        let head = Head { channel, lane: 0, offset: 13 * count };
        self.say(&Frame::Batch { head, records: &record(&[number]) }).await;
    }

    /// The next frame, without its length; `None` when the node has hung up.
    pub(super) async fn hear(&mut self) -> Option<Vec<u8>> {
        let mut length = [0; frame::PREFIX];
        self.0.read_exact(&mut length).await.ok()?;
        let mut frame = vec![0; u32::from_le_bytes(length) as usize];
        self.0.read_exact(&mut frame).await.ok()?;
        Some(frame)
    }

    /// The next frame, as text.
    pub(super) async fn hear_text(&mut self) -> String {
        let frame = self.hear().await;
        frame
            .map_or_else(|| "nothing".to_owned(), |it| format!("{:?}", frame::decode(&it).unwrap()))
    }

    /// The node still talks.
    pub(super) async fn assert_alive(&mut self) {
        self.say(&Frame::Ping).await;
        assert_eq!(self.hear_text().await, "Pong");
    }

    /// The node has hung up.
    pub(super) async fn assert_dead(&mut self) {
        while let Some(frame) = self.hear().await {
            let _ = frame::decode(&frame);
        }
    }
}

pub(super) fn opening() -> Open {
    let digest = <add::Server as Projection<2>>::PROTOCOL.digest();
    let invitation = Some(vec![String::new(), "a pipe".to_owned()]);
    let (session, choreography) = ([7; 16], "add".to_owned());
    Open { session, choreography, digest, from: 0, to: 1, sizes: Vec::new(), invitation }
}

/// A message of the client.
pub(super) fn record(bytes: &[u8]) -> Vec<u8> {
    [&frame::record(add::PROTOCOL.steps[0].id, bytes.len()), bytes].concat()
}
