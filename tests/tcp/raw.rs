//! Peers that say what a test tells them to, at a node that has other things to do as well.
//!
//! What a well-behaved peer says is not written down here but recorded from one.

use crate::support::within;
use crate::way::{Direction, Way};
use chor::DefaultCodec;
use chor::prelude::*;
use chor::tcp::{Node, Options, Security};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

chor! {
    pub(crate) chor trade[Buyer, Seller](title: String @ Buyer) -> (u32 @ Buyer, u32 @ Seller) {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller => Buyer: u32::try_from(title.len())?;
        let receipt: u32 = Buyer => Seller: price + 1;
        (Buyer: receipt, Seller: receipt)
    }

    /// Goes on as long as there are questions.
    pub(crate) chor steady[Asker, Echo](
        mut questions: mpsc::Receiver<u32> @ Asker,
        answers: mpsc::Sender<u32> @ Asker,
    ) {
        loop {
            let question: Option<u32> = Asker => Echo: questions.recv().await;
            let Some(question) = question else { break };
            let answer: u32 = Echo -> Asker: question + 1;
            Asker: answers.send(answer).await?;
        }
    }
}

/// A node that serves the seller, while it is in a session with somebody else.
pub(crate) struct Shop {
    pub(crate) node: Node,
    /// How each session has ended for the seller.
    pub(crate) sold: mpsc::UnboundedReceiver<Result<u32, Error>>,
    questions: mpsc::Sender<u32>,
    answers: mpsc::Receiver<u32>,
}

impl Shop {
    pub(crate) async fn open(options: Options) -> Self {
        let node =
            Node::listen_with("127.0.0.1:0", Security::Plaintext, DefaultCodec::default(), options)
                .await;
        let node = node.expect("a port");
        let (said, sold) = mpsc::unbounded_channel();
        node.serve_then(|_| trade::Seller::new(), move |_, ended| drop(said.send(ended)));
        node.serve(|_| steady::Echo::new());
        let (questions, asked) = mpsc::channel(1);
        let (said, answers) = mpsc::channel(1);
        let session = Node::new(Security::Plaintext)
            .session([(1, node.address().expect("it listens").to_string())]);
        tokio::spawn(session.play(steady::Asker::new(asked, said)));
        let mut shop = Self { node, sold, questions, answers };
        shop.assert_goes_on().await;
        shop
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.node.address().expect("it listens")
    }

    /// The session with somebody else goes on, and so does the shop.
    pub(crate) async fn assert_goes_on(&mut self) {
        self.assert_steady().await;
        let session = Node::new(Security::Plaintext).session([(1, self.address().to_string())]);
        let bought = within(session.play(trade::Buyer::new("Emma".to_owned()))).await;
        assert_eq!(bought.expect("the shop goes on"), 5);
        // Sessions with other peers may still be failing.
        while !matches!(within(self.sold.recv()).await.expect("it is told"), Ok(5)) {}
    }

    /// The session with somebody else goes on.
    pub(crate) async fn assert_steady(&mut self) {
        self.questions.send(7).await.expect("the session goes on");
        assert_eq!(within(self.answers.recv()).await, Some(8));
    }

    /// No session is left but the one with somebody else.
    pub(crate) async fn assert_left_alone(&self) {
        within(async {
            while self.node.sessions() > 1 {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }

    /// What a buyer says from the greeting to the goodbye.
    pub(crate) async fn recorded(&mut self) -> Said {
        let way = Way::to(self.address(), None).await;
        let buyer = Node::new(Security::Plaintext);
        let session = buyer.session([(1, &way.address)]);
        within(session.play(trade::Buyer::new("Emma".to_owned()))).await.expect("it is sold");
        within(self.sold.recv()).await.expect("it is told").expect("it has sold");
        buyer.shutdown(std::time::Duration::from_mins(1)).await.expect("it is idle");
        Said::new(&way.said(Direction::There))
    }
}

/// What a peer says, cut into its pieces.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) greeting: Vec<u8>,
    pub(crate) frames: Vec<Vec<u8>>,
}

/// Kinds of frames.
pub(crate) const MESSAGE: u8 = 1;
pub(crate) const STEP: u8 = 4;
pub(crate) const CREDIT: u8 = 5;
pub(crate) const ASK: u8 = 6;
pub(crate) const OPEN: u8 = 7;
pub(crate) const REFUSE: u8 = 10;
pub(crate) const END: u8 = 11;
pub(crate) const PING: u8 = 12;
pub(crate) const PONG: u8 = 13;
pub(crate) const MAY: u8 = 16;
pub(crate) const ROUNDS: u8 = 18;

impl Said {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let length = 8 + usize::from(u16::from_le_bytes([bytes[6], bytes[7]]));
        let (greeting, mut rest) = bytes.split_at(length);
        let mut frames = Vec::new();
        while let Some((length, _)) = rest.split_first_chunk() {
            let (frame, others) = rest.split_at(4 + u32::from_le_bytes(*length) as usize);
            frames.push(frame.to_owned());
            rest = others;
        }
        Self { greeting: greeting.to_owned(), frames }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        [self.greeting.clone(), self.frames.concat()].concat()
    }

    /// The frames of a kind.
    pub(crate) fn of(&self, kind: u8) -> impl Iterator<Item = &Vec<u8>> {
        self.frames.iter().filter(move |frame| frame[4] == kind)
    }

    /// The frames but pings, for another channel of the same link, in another session.
    pub(crate) fn again(&self, channel: u8) -> Vec<u8> {
        let mut frames = self.frames.clone();
        frames.retain(|frame| ![STEP, PING, PONG].contains(&frame[4]));
        for frame in &mut frames {
            frame[5] = channel;
            if frame[4] == OPEN {
                frame[6..22].fill(channel);
            }
        }
        frames.concat()
    }
}

/// A frame of a kind with such fields, each number below 128.
pub(crate) fn frame(kind: u8, numbers: &[u8], rest: &[u8]) -> Vec<u8> {
    let length = u32::try_from(1 + numbers.len() + rest.len()).expect("a short frame");
    [&length.to_le_bytes(), &[kind][..], numbers, rest].concat()
}

/// A peer of a node.
pub(crate) struct Raw(pub(crate) TcpStream);

impl Raw {
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("it listens");
        stream.set_nodelay(true).expect("it is connected");
        Self(stream)
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).await.expect("the node listens");
    }

    /// What the node says until it hangs up.
    pub(crate) async fn rest(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // It may hang up on what it doesn't read.
        let _ = within(self.0.read_to_end(&mut bytes)).await;
        bytes
    }

    /// The node's greeting.
    pub(crate) async fn greeting(&mut self) {
        let mut bytes = [0; 8];
        within(self.0.read_exact(&mut bytes)).await.expect("a greeting");
        let mut rest = vec![0; usize::from(u16::from_le_bytes([bytes[6], bytes[7]]))];
        within(self.0.read_exact(&mut rest)).await.expect("a greeting");
    }

    /// The next frame of a kind, from its kind on.
    pub(crate) async fn hear(&mut self, kind: u8) -> Vec<u8> {
        loop {
            let frame = self.next().await.expect("a frame");
            if frame[0] == kind {
                return frame;
            }
        }
    }

    /// The next frame, from its kind on.
    pub(crate) async fn next(&mut self) -> std::io::Result<Vec<u8>> {
        let mut length = [0; 4];
        within(self.0.read_exact(&mut length)).await?;
        let mut frame = vec![0; u32::from_le_bytes(length) as usize];
        within(self.0.read_exact(&mut frame)).await?;
        Ok(frame)
    }
}
