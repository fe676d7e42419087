//! A server that waits for numbers, each until its deadline, and a client that says what a test tells
//! it to.

use super::raw::{Ended, Raw, add, of_pipe, opening, server};
use crate::frame::{self, Frame, Head, Open};
use crate::meeting::Meeting;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::sorted::put_head;
use crate::way::Way;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Lane, Projection};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::task::JoinHandle;

pub(super) const SECOND: Duration = Duration::from_secs(1);

chor! {
    /// Three numbers that may come too late, and one that may not.
    pub(super) chor hurry[Client, Server]() -> (Vec<Option<u8>>, u8) @ Server {
        let ready: bool = Client -> Server: true;
        Server: assert!(ready);
        let mut came = Server: Vec::new();
        for _ in 0..3usize {
            let number: Option<u8> = Client -> Server within SECOND: 7;
            Server: came.push(number);
        }
        let last: u8 = Client -> Server: 9;
        Server: (came, last)
    }
}

pub(super) fn options() -> Options {
    Options::default().keep_alive(Duration::from_mins(1))
}

/// What a client says, as records, and the root of the rounds, in whose lane they travel.
pub(super) struct Said {
    ready: Vec<u8>,
    pub(super) rounds: Vec<Vec<u8>>,
    last: Vec<u8>,
    pub(super) root: u64,
}

impl Said {
    /// Recorded from a client that behaves well.
    async fn new() -> Self {
        let node = Node::with(Security::Plaintext, Bincode, options());
        let (near, far) = tokio::io::duplex(1 << 16);
        let ways = vec![(1, Way::Ready(node.hosting.links.run(of_pipe(near))))];
        let end = node.hosting.enter(Meeting::new([7; 16], 0, Sizes::ones(2)), ways, None);
        let played = tokio::spawn(async move { play_role(hurry::Client::new(), &end).await });
        let records = heard(Raw(far).greet().await).await;
        played.await.unwrap().unwrap();
        let [(0, ready), (root, first), second, third, (0, last)] = &records[..] else {
            panic!("{records:?}")
        };
        let rounds = [first, &second.1, &third.1].map(Clone::clone).to_vec();
        Self { ready: ready.clone(), root: *root, rounds, last: last.clone() }
    }

    pub(super) fn id(&self) -> u64 {
        frame::first_record(&self.rounds[0]).unwrap().0
    }

    /// What is said of the rounds' lane before anything else.
    pub(super) fn lane(&self) -> Frame<'static> {
        Frame::Rounds { channel: 1, lane: self.root, root: self.root }
    }

    /// Where something begins in the rounds' lane.
    pub(super) fn at(&self, offset: usize) -> Head {
        Head { channel: 1, lane: self.root, offset: offset as u64 }
    }

    /// Records in the rounds' lane.
    pub(super) fn batch<'r>(&self, offset: usize, records: &'r [u8]) -> Frame<'r> {
        Frame::Batch { head: self.at(offset), records }
    }

    /// The number 8 in any lane of any round of the root.
    pub(super) fn elsewhere(&self, round: u64, lane: u64) -> Vec<u8> {
        let mut payload = Vec::new();
        put_head(Lane::with_round(lane, self.root, round), Vec::new(), &mut payload);
        payload.push(8);
        [&frame::record(self.id(), payload.len())[..], &payload].concat()
    }
}

/// What a client says to the server until its end: each record by itself, with the lane it came in.
async fn heard(mut server: Raw) -> Vec<(u64, Vec<u8>)> {
    let mut records = Vec::new();
    loop {
        let heard = server.hear().await.unwrap();
        match frame::decode(&heard).unwrap() {
            Frame::Open { channel, open: Open { digest, .. } } => {
                server.say(&Frame::Answer { channel, digest }).await;
            }
            Frame::Batch { head, records: all } => records.extend(cut(head.lane, all)),
            Frame::End { .. } => return records,
            _ => {}
        }
    }
}

fn cut(lane: u64, mut records: &[u8]) -> Vec<(u64, Vec<u8>)> {
    let mut all = Vec::new();
    while let Some((_, message)) = frame::first_record(records) {
        let (one, rest) = records.split_at(frame::RECORD + message.len());
        all.push((lane, one.to_owned()));
        records = rest;
    }
    all
}

/// How the server ends: the numbers that came in time, and the last one.
pub(super) type Came = (Vec<Option<u8>>, u8);

/// A server to whom the client has come, over a link that has another session, of [`add`].
pub(super) struct Hosted {
    pub(super) end: Arc<Tcp>,
    pub(super) client: Raw,
    played: JoinHandle<Result<Came, Error>>,
    sums: UnboundedReceiver<Ended>,
    _node: Node,
}

impl Hosted {
    pub(super) async fn new(options: Options) -> (Self, Said) {
        let (mut hosted, said) = Self::untold(options).await;
        hosted.say(&[said.lane()]).await;
        (hosted, said)
    }

    /// Has not been told in which lane rounds travel.
    pub(super) async fn untold(options: Options) -> (Self, Said) {
        let (node, sums) = server(options);
        let meeting = Meeting::new([7; 16], 1, Sizes::ones(2)).public();
        let end = Arc::new(node.hosting.enter(meeting, vec![(0, Way::Await)], None));
        let own = Arc::clone(&end);
        let played = tokio::spawn(async move { play_role(hurry::Server::new(), &*own).await });
        let mut client = Raw::greeted(&node).await;
        let digest = <hurry::Server as Projection<2>>::PROTOCOL.digest();
        let open = Open { invitation: None, digest, ..opening() };
        client.say(&Frame::Open { channel: 1, open }).await;
        client.say(&Frame::Open { channel: 2, open: Open { session: [8; 16], ..opening() } }).await;
        for channel in 1..=2 {
            let answer = client.hear_text().await;
            assert!(answer.starts_with(&format!("Answer {{ channel: {channel}")), "{answer}");
        }
        client.say(&Frame::Step { id: add::PROTOCOL.steps[0].id, text: "number" }).await;
        (Self { end, client, played, sums, _node: node }, Said::new().await)
    }

    pub(super) async fn say(&mut self, frames: &[Frame<'_>]) {
        for frame in frames {
            self.client.say(frame).await;
        }
    }

    /// Has the server come to its first round.
    pub(super) async fn begin(&mut self, said: &Said) {
        let head = Head { channel: 1, lane: 0, offset: 0 };
        self.say(&[Frame::Batch { head, records: &said.ready }]).await;
        self.client.assert_alive().await;
    }

    /// Says what has no deadline; gives how the server has ended.
    pub(super) async fn finish(&mut self, said: &Said) -> Result<Came, Error> {
        let head = Head { channel: 1, lane: 0, offset: said.ready.len() as u64 };
        self.say(&[Frame::Batch { head, records: &said.last }]).await;
        self.ended().await
    }

    pub(super) async fn ended(&mut self) -> Result<Came, Error> {
        (&mut self.played).await.unwrap()
    }

    /// The other session of the link goes on.
    pub(super) async fn assert_goes_on(&mut self) {
        self.client.number(2, 0, 40).await;
        self.client.number(2, 1, 0).await;
        assert_eq!(self.sums.recv().await.unwrap().unwrap(), 40);
    }
}
