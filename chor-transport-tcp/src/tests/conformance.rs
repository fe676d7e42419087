//! The contract of transports, over sessions between nodes, and with lanes that are full.

use super::raw::{add, of_pipe};
use crate::hosting::Version;
use crate::session::Parcel;
use crate::streams::over;
use crate::{Invited, Node, Options, Security, Tcp};
use chor_runtime::conformance::{BEHAVIOURS, Suite};
use chor_runtime::{Address, Bincode, End as Ending, Fault, Lane, Message, Protocol, Transport};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// The choreography that the suite pretends to run.
const NAME: &str = "conformance";

/// A session and the number of a role.
type Key = ([u8; 16], usize);

/// The ends of who was invited, until they are asked for.
#[derive(Default)]
struct Came {
    ends: Mutex<HashMap<Key, Tcp>>,
    changed: Notify,
}

impl Came {
    fn put(&self, key: Key, end: Tcp) {
        self.ends.lock().unwrap().insert(key, end);
        self.changed.notify_waiters();
    }

    async fn take(&self, key: Key) -> Tcp {
        loop {
            let changed = self.changed.notified();
            if let Some(end) = self.ends.lock().unwrap().remove(&key) {
                return end;
            }
            changed.await;
        }
    }
}

/// A node for each role of the sessions with so many.
struct Company {
    nodes: Vec<Node>,
    addresses: Vec<String>,
    came: Arc<Came>,
}

impl Company {
    async fn of(participants: usize) -> Self {
        let came = Arc::<Came>::default();
        let (mut nodes, mut addresses) = (Vec::new(), Vec::new());
        for place in 0..participants {
            let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.unwrap();
            let came = Arc::clone(&came);
            let run = move |invited: Invited, end| came.put((invited.session, place), end);
            let run = Arc::new(run);
            // Only its names are used, and only where peers are vetted.
            let protocol = &add::PROTOCOL;
            let version = Version { protocol, digest: 0, roles: participants, run };
            node.hosting.serve(NAME, place, version);
            addresses.push(node.address().unwrap().to_string());
            nodes.push(node);
        }
        Self { nodes, addresses, came }
    }

    /// The ends of a session that one of them opens.
    fn session(&self, opener: usize) -> Vec<End> {
        let participants = self.nodes.len();
        let others = self.addresses.iter().enumerate().filter(|(place, _)| *place != opener);
        let first = self.nodes[opener].session(others).transport(opener, participants);
        let session = first.meeting.session;
        let mut first = Some(first);
        let end = |place| {
            let own = OnceLock::new();
            if place == opener {
                own.set(first.take().unwrap()).unwrap();
            }
            let came = Arc::clone(&self.came);
            let key = (session, place);
            End { own, key, participants, came, opened: AtomicBool::new(false) }
        };
        (0..participants).map(end).collect()
    }
}

/// A role's end, which for all but the opener comes into being when they are invited.
struct End {
    own: OnceLock<Tcp>,
    key: Key,
    participants: usize,
    came: Arc<Came>,
    opened: AtomicBool,
}

impl End {
    fn own(&self) -> &Tcp {
        self.own.get().expect("it was started")
    }
}

impl Transport for End {
    type Parcel<M: Message> = Parcel<M>;

    fn place(&self) -> usize {
        self.key.1
    }

    fn participants(&self) -> usize {
        self.participants
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        match self.own.get() {
            Some(own) => own.open(protocol),
            None if self.opened.swap(true, Ordering::SeqCst) => Err(Fault::Used.into()),
            None => Ok(()),
        }
    }

    async fn start(&self, protocol: &'static Protocol) -> Result<(), (usize, Box<Fault>)> {
        if self.own.get().is_none() {
            let own = self.came.take(self.key).await;
            own.open(protocol).map_err(|fault| (self.key.1, fault))?;
            self.own.set(own).expect("it is started once");
        }
        self.own().start(protocol).await
    }

    fn pack<M: Message>(&self, message: M) -> Result<Parcel<M>, Box<Fault>> {
        self.own().pack(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<Parcel<M>, Box<Fault>> {
        self.own().pack_ref(message)
    }

    async fn send<M: Message>(&self, to: &Address, parcel: Parcel<M>) -> Result<(), Box<Fault>> {
        self.own().send(to, parcel).await
    }

    async fn recv<M: Message>(&self, from: &Address) -> Result<M, Box<Fault>> {
        self.own().recv(from).await
    }

    fn flush(&self) {
        self.own().flush();
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        self.own().begin_round(from, root)
    }

    fn discard(&self, lanes: &[Lane]) {
        self.own().discard(lanes);
    }

    fn discarded(&self) -> u64 {
        self.own().discarded()
    }

    fn close(&self, end: Ending) {
        self.own().close(end);
    }
}

/// Runs the suite over nodes that are the same for all sessions of so many participants.
async fn check(opener: fn(usize) -> usize) {
    let mut companies = Vec::new();
    for participants in 2..=5 {
        companies.push(Company::of(participants).await);
    }
    let sessions =
        async |participants: usize| companies[participants - 2].session(opener(participants));
    let suite = Suite::new(sessions).many(5_000);
    let kept = timeout(Duration::from_mins(10), suite.run()).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}

#[tokio::test]
async fn nodes_keep_the_contract() {
    check(|_| 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_keep_the_contract_whoever_opens() {
    check(|participants| participants - 1).await;
}

/// The ends of a session over pipes, with windows that a hundred small messages fill.
fn session_with_small_windows(participants: usize) -> Vec<Tcp> {
    let mut pipes: Vec<Vec<_>> = (0..participants).map(|_| Vec::new()).collect();
    for one in 0..participants {
        for other in one + 1..participants {
            let (near, far) = tokio::io::duplex(4096);
            pipes[one].push(of_pipe(near));
            pipes[other].push(of_pipe(far));
        }
    }
    let options = Options::default().window(1500);
    let ends = pipes.into_iter().enumerate();
    ends.map(|(place, pipes)| over(place, pipes, Bincode, options.clone()).unwrap()).collect()
}

/// What holds only as long as no lane is full, for programs that no choreography is: see `sending`.
const WITHIN_THE_WINDOW: [&str; 4] = [
    "full queues stop no two who send at once",
    "full queues stop no circle of senders",
    "full queues stop no other lane",
    "full queues stop no message by way of a third",
];

/// The clock is paused: the timeout is over when everybody waits.
#[tokio::test(start_paused = true)]
async fn full_lanes_keep_the_contract_but_for_who_sends_in_no_common_order() {
    let suite = Suite::new(async |participants| session_with_small_windows(participants));
    let mut stuck = Vec::new();
    for behaviour in BEHAVIOURS {
        match timeout(Duration::from_hours(1), suite.run_one(behaviour)).await {
            Ok(kept) => kept.unwrap(),
            Err(_) => stuck.push(*behaviour),
        }
    }
    assert_eq!(stuck, WITHIN_THE_WINDOW);
}
