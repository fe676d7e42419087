//! Messages over TCP on loopback, against tokio sockets by hand with the same records and codec.
//!
//! Both programs run on one current-thread runtime, as two tasks. Rounds are interleaved and compared
//! by their medians. The lines that count are `ratio<TAB>work<TAB>value`: time of the choreography by
//! time of the program by hand; `rate` lines depend on the machine.
//!
//! The program by hand sends the same bytes for a message, and makes the same checks of what arrives: the
//! id of its step (8 bytes), its length (4 bytes) and its encoding; in the ping-pong, where each message
//! is a frame by itself, also the frame's length, kind, channel, lane and offset. In the stream thousands
//! of messages share a frame, and the program by hand leaves out its ten bytes; it writes through a
//! `BufWriter` and reads through a `BufReader`. What it lacks: credit, other sessions on the connection,
//! the end of a role, a look at whether the peer lives. Both run under a time limit, as every program
//! over a network does: the runtime's clock, which the choreography needs anyway, costs each of them the
//! same.

use chor::prelude::*;
use chor::tcp::{Node, Security, Stream, Tcp, from_streams};
use chor::{Bincode, Codec};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader, BufWriter};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

const ROUNDS: usize = 15;
const PINGS: u32 = 5_000;
const LIMIT: Duration = Duration::from_mins(1);
/// Which message one is, for the program by hand.
const PING: u64 = 0x5b3c_1d5a_9f20_77e1;
const PONG: u64 = 0x93d0_6c41_e8b7_02a5;
const NUMBER: u64 = 0x1f6e_8a97_42d3_c0b8;
const SUM: u64 = 0xc7a2_50fe_3b89_1d64;
const STREAM: u64 = 1_000_000;
/// What a frame of messages begins with, for the program by hand: its kind, and where it belongs.
const BATCH: u8 = 1;
const CHANNEL: u64 = 1;
const LANE: u64 = 0;

chor! {
    /// A value goes back and forth.
    chor ping_pong[A, B]<M: Message>(value: M @ A, count: u32 @ [A, B]) -> M @ A {
        let mut value = A: value;
        for _ in 0..count {
            let ping: M = A -> B: value;
            let pong: M = B -> A: ping;
            value = pong;
        }
        value
    }

    /// Numbers go one way, and their sum comes back.
    chor one_way[A, B](count: u64 @ [A, B]) -> u64 @ A {
        let mut sum = B: 0u64;
        for number in 0..count {
            let number: u64 = A -> B: number;
            B: sum += number;
        }
        let sum: u64 = B -> A: sum;
        sum
    }

    /// Waits at the gate between two exchanges.
    chor wait[A, B](gate: Arc<Semaphore> @ A) -> u32 @ A {
        let one: u32 = A -> B: 1;
        let two: u32 = B -> A: one + 1;
        A: gate.acquire().await?.forget();
        let three: u32 = A -> B: two + 1;
        let four: u32 = B -> A: three + 1;
        four
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let only = std::env::args().nth(1).filter(|it| !it.starts_with('-'));
    let runs = |name: &str| only.as_ref().is_none_or(|only| name.contains(only.as_str()));
    if runs("ping-pong u64") {
        latency(&runtime, "u64", &7u64);
    }
    if runs("ping-pong 1 KiB") {
        latency(&runtime, "1 KiB", &"x".repeat(1024));
    }
    if runs("one way u64") {
        stream(&runtime);
    }
    if runs("sessions") {
        sessions(&runtime);
    }
}

fn latency<M: Message>(runtime: &Runtime, name: &str, value: &M) {
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        times[0].push(limited(runtime, ping_by_hand(value.clone())));
        times[1].push(limited(runtime, ping_played(value.clone())));
    }
    report(&format!("ping-pong {name}"), times, f64::from(2 * PINGS));
}

fn limited(runtime: &Runtime, round: impl Future<Output = Duration>) -> Duration {
    runtime.block_on(async { tokio::time::timeout(LIMIT, round).await.expect("an end") })
}

fn stream(runtime: &Runtime) {
    let mut times = [const { Vec::new() }; 2];
    for _ in 0..ROUNDS {
        times[0].push(limited(runtime, stream_by_hand()));
        times[1].push(limited(runtime, stream_played()));
    }
    #[expect(clippy::cast_precision_loss, reason = "a million")]
    report("one way u64", times, STREAM as f64);
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52 nanoseconds")]
fn report(name: &str, times: [Vec<Duration>; 2], messages: f64) {
    let [hand, chor] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_nanos() as f64 / messages
    });
    println!("{name}: by hand {hand:.0} ns, choreography {chor:.0} ns for each message");
    println!("ratio\t{name}\t{:.2}", chor / hand);
}

async fn connection() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (a, b) = tokio::join!(TcpStream::connect(address), listener.accept());
    (a.expect("a listener"), b.expect("a dialler").0)
}

async fn ends() -> (Tcp, Tcp) {
    let (a, b) = connection().await;
    (
        from_streams(0, [Stream::plaintext(a)]).expect("a stream"),
        from_streams(1, [Stream::plaintext(b)]).expect("a stream"),
    )
}

async fn ping_played<M: Message>(value: M) -> Duration {
    let (a, b) = ends().await;
    let start = Instant::now();
    let b = tokio::spawn(async move { play_role(ping_pong::B::<_, M>::new(PINGS), &b).await });
    play_role(ping_pong::A::new(value, PINGS), &a).await.expect("a plays");
    b.await.expect("b ends").expect("b plays");
    start.elapsed()
}

async fn stream_played() -> Duration {
    let (a, b) = ends().await;
    let start = Instant::now();
    let b = tokio::spawn(async move { play_role(one_way::B::new(STREAM), &b).await });
    let sum = play_role(one_way::A::new(STREAM), &a).await.expect("a plays");
    assert_eq!(sum, STREAM * (STREAM - 1) / 2);
    b.await.expect("b ends").expect("b plays");
    start.elapsed()
}

/// A connection as one would write it, through buffers.
struct Hand {
    read: BufReader<OwnedReadHalf>,
    write: BufWriter<OwnedWriteHalf>,
    bytes: Vec<u8>,
    /// How many bytes were sent and received in frames.
    sent: u64,
    received: u64,
}

impl Hand {
    fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).expect("a stream");
        let (read, write) = stream.into_split();
        let (read, write) = (BufReader::new(read), BufWriter::new(write));
        Self { read, write, bytes: Vec::new(), sent: 0, received: 0 }
    }

    /// Appends a message as a record: which one it is, its length, and the message.
    fn record<M: Message>(&mut self, id: u64, value: &M) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&id.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        Bincode.encode(value, &mut self.bytes).expect("a value");
        let length = u32::try_from(self.bytes.len() - start - 12).expect("a short one");
        self.bytes[start + 8..start + 12].copy_from_slice(&length.to_le_bytes());
    }

    async fn send<M: Message>(&mut self, id: u64, value: &M) {
        self.bytes.clear();
        self.record(id, value);
        self.write.write_all(&self.bytes).await.expect("a peer");
    }

    /// Sends a message in a frame of its own.
    async fn send_frame<M: Message>(&mut self, id: u64, value: &M) {
        self.bytes.clear();
        self.bytes.extend_from_slice(&[0, 0, 0, 0, BATCH]);
        for number in [CHANNEL, LANE, self.sent] {
            put(&mut self.bytes, number);
        }
        let head = self.bytes.len();
        self.record(id, value);
        self.sent += (self.bytes.len() - head) as u64;
        let length = u32::try_from(self.bytes.len() - 4).expect("a short one");
        self.bytes[..4].copy_from_slice(&length.to_le_bytes());
        self.write.write_all(&self.bytes).await.expect("a peer");
    }

    /// Receives a message in a frame of its own.
    async fn recv_frame<M: Message>(&mut self, id: u64) -> M {
        let length = self.read.read_u32_le().await.expect("a peer") as usize;
        assert!(length <= 1 << 20, "too long a frame");
        self.bytes.resize(length, 0);
        self.read.read_exact(&mut self.bytes).await.expect("a peer");
        let (kind, mut rest) = self.bytes.split_first().expect("a kind");
        assert_eq!(*kind, BATCH, "another frame");
        let head = [(); 3].map(|()| take(&mut rest));
        assert_eq!(head, [CHANNEL, LANE, self.received], "another place");
        self.received += rest.len() as u64;
        let (found, rest) = rest.split_first_chunk().expect("an id");
        assert_eq!(u64::from_le_bytes(*found), id, "another message");
        let (length, message) = rest.split_first_chunk().expect("a length");
        assert_eq!(u32::from_le_bytes(*length) as usize, message.len(), "one message");
        Bincode.decode(message).expect("a value")
    }

    async fn recv<M: Message>(&mut self, id: u64) -> M {
        let mut head = [0; 12];
        self.read.read_exact(&mut head).await.expect("a peer");
        let (found, length) = head.split_first_chunk().expect("twelve bytes");
        assert_eq!(u64::from_le_bytes(*found), id, "another message");
        let length = u32::from_le_bytes(length.try_into().expect("four bytes"));
        self.bytes.resize(length as usize, 0);
        self.read.read_exact(&mut self.bytes).await.expect("a peer");
        Bincode.decode(&self.bytes).expect("a value")
    }

    async fn flush(&mut self) {
        self.write.flush().await.expect("a peer");
    }
}

/// Appends a number as LEB128.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn take(rest: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, others) = rest.split_first().expect("a number");
        *rest = others;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

async fn ping_by_hand<M: Message>(value: M) -> Duration {
    let (a, b) = connection().await;
    let (mut a, mut b) = (Hand::new(a), Hand::new(b));
    let start = Instant::now();
    let b = tokio::spawn(async move {
        for _ in 0..PINGS {
            let ping: M = b.recv_frame(PING).await;
            b.send_frame(PONG, &ping).await;
            b.flush().await;
        }
    });
    let mut value = value;
    for _ in 0..PINGS {
        a.send_frame(PING, &value).await;
        a.flush().await;
        value = a.recv_frame(PONG).await;
    }
    b.await.expect("b ends");
    start.elapsed()
}

async fn stream_by_hand() -> Duration {
    let (a, b) = connection().await;
    let (mut a, mut b) = (Hand::new(a), Hand::new(b));
    let start = Instant::now();
    let b = tokio::spawn(async move {
        let mut sum = 0;
        for _ in 0..STREAM {
            sum += b.recv::<u64>(NUMBER).await;
        }
        b.send(SUM, &sum).await;
        b.flush().await;
    });
    for number in 0..STREAM {
        a.send(NUMBER, &number).await;
    }
    a.flush().await;
    assert_eq!(a.recv::<u64>(SUM).await, STREAM * (STREAM - 1) / 2);
    b.await.expect("b ends");
    start.elapsed()
}

fn sessions(runtime: &Runtime) {
    runtime.block_on(async {
        let server = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
        server.serve(|_| wait::B::new());
        let address = server.address().expect("an address").to_string();
        let client = Node::new(Security::Plaintext);
        let gate = Arc::new(Semaphore::new(usize::MAX >> 3));
        let start = Instant::now();
        for _ in 0..5_000 {
            let session = client.session([(1, &address)]);
            session.play(wait::A::new(Arc::clone(&gate))).await.expect("a session");
        }
        println!(
            "rate\tsessions one after the other\t{:.0}/s",
            5_000.0 / start.elapsed().as_secs_f64()
        );
        let gate = Arc::new(Semaphore::new(0));
        let memory = resident();
        let start = Instant::now();
        let tasks: Vec<_> = (0..10_000)
            .map(|_| {
                let session = client.session([(1, &address)]);
                tokio::spawn(session.play(wait::A::new(Arc::clone(&gate))))
            })
            .collect();
        while server.sessions() < 10_000 {
            tokio::task::yield_now().await;
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        println!("size\tan idle session, both ends\t{} bytes", (resident() - memory) / 10_000);
        gate.add_permits(10_000);
        for task in tasks {
            task.await.expect("a task").expect("a session");
        }
        println!("rate\t10000 sessions at once\t{:.0}/s", 10_000.0 / start.elapsed().as_secs_f64());
    });
}

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next()).and_then(|it| it.parse().ok());
    kib.map_or(0, |kib: usize| kib * 1024)
}
