//! A way to a node on which something goes wrong after so many bytes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, yield_now};

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Accident {
    /// All connections end at once, in both directions, as when a process dies.
    Cut,
    /// This direction ends as if nothing were missing; the other goes on.
    Truncate,
    /// Nothing passes any more, in either direction, and nobody is told: a cable is unplugged.
    Vanish,
    /// This direction stands still while everybody else has their turn some times.
    Delay,
}

/// One of the two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    There,
    Back,
}

/// An accident, in which direction, and after how many bytes of all connections together.
pub(crate) type Plan = (Accident, Direction, usize);

/// Passes on connections to a node until it is dropped.
pub(crate) struct Way {
    pub(crate) address: String,
    state: Arc<State>,
    task: JoinHandle<()>,
}

struct State {
    plan: Option<Plan>,
    passed: [AtomicUsize; 2],
    /// What was said to the node, and what it said.
    said: [Mutex<Vec<u8>>; 2],
    /// How much of each there was whenever more was said to the node.
    turns: Mutex<Vec<[usize; 2]>>,
    /// The accident that all connections suffer.
    happened: watch::Sender<Option<Accident>>,
}

impl Way {
    pub(crate) async fn to(node: SocketAddr, plan: Option<Plan>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let happened = watch::Sender::new(None);
        let (passed, said, turns) = Default::default();
        let state = Arc::new(State { plan, passed, said, turns, happened });
        let task = tokio::spawn(accept(listener, node, Arc::clone(&state)));
        Self { address, state, task }
    }

    /// How many bytes have passed so far, there and back.
    pub(crate) fn passed(&self) -> [usize; 2] {
        [Direction::There, Direction::Back].map(|direction| self.state.passed(direction))
    }

    /// All that was said to the node, or by it, in one connection.
    pub(crate) fn said(&self, direction: Direction) -> Vec<u8> {
        self.state.said[direction as usize].lock().expect("no panic").clone()
    }

    /// How much the node had said when the byte of this number was said to it.
    pub(crate) fn said_before(&self, byte: usize) -> usize {
        let turns = self.state.turns.lock().expect("no panic");
        turns.iter().rev().find(|[there, _]| *there <= byte).map_or(0, |[_, back]| *back)
    }
}

impl Drop for Way {
    fn drop(&mut self) {
        self.task.abort();
        self.state.happened.send_replace(Some(Accident::Cut));
    }
}

async fn accept(listener: TcpListener, node: SocketAddr, state: Arc<State>) {
    while let Ok((dialled, _)) = listener.accept().await {
        let Ok(there) = TcpStream::connect(node).await else { continue };
        let _ = (dialled.set_nodelay(true), there.set_nodelay(true));
        let ((a_in, a_out), (b_in, b_out)) = (dialled.into_split(), there.into_split());
        tokio::spawn(pass(a_in, b_out, Arc::clone(&state), Direction::There));
        tokio::spawn(pass(b_in, a_out, Arc::clone(&state), Direction::Back));
    }
}

impl State {
    fn passed(&self, direction: Direction) -> usize {
        self.passed[direction as usize].load(Ordering::SeqCst)
    }

    /// How many of so many further bytes pass, and what happens behind them.
    fn admit(&self, direction: Direction, count: usize) -> (usize, Option<Accident>) {
        let before = self.passed[direction as usize].fetch_add(count, Ordering::SeqCst);
        match self.plan {
            Some((accident, its, after)) if its == direction && after <= before + count => {
                match after.checked_sub(before) {
                    Some(some) => (some, Some(accident)),
                    // It has happened, maybe to another connection.
                    None if accident == Accident::Delay => (count, None),
                    None => (0, Some(accident)),
                }
            }
            _ => (count, None),
        }
    }

    fn say(&self, direction: Direction, bytes: &[u8]) {
        let said = [Direction::There, Direction::Back].map(|it| &self.said[it as usize]);
        if direction == Direction::There {
            let turn = said.map(|said| said.lock().expect("no panic").len());
            self.turns.lock().expect("no panic").push(turn);
        }
        said[direction as usize].lock().expect("no panic").extend(bytes);
    }

    async fn until(&self, happened: impl FnMut(&Option<Accident>) -> bool) {
        // The sender is a field of this.
        let _ = self.happened.subscribe().wait_for(happened).await;
    }
}

async fn pass(from: OwnedReadHalf, to: OwnedWriteHalf, state: Arc<State>, direction: Direction) {
    let mut halves = (from, to);
    tokio::select! {
        biased;
        () = state.until(Option::is_some) => {}
        // Nobody is left to tell.
        _ = pass_on(&mut halves, &state, direction) => {}
    }
    if *state.happened.borrow() == Some(Accident::Vanish) {
        // The connections stay open.
        state.until(|it| *it == Some(Accident::Cut)).await;
    }
}

async fn pass_on(
    (from, to): &mut (OwnedReadHalf, OwnedWriteHalf),
    state: &State,
    direction: Direction,
) -> std::io::Result<()> {
    let mut bytes = vec![0; 4096];
    while let count @ 1.. = from.read(&mut bytes).await? {
        let (some, accident) = state.admit(direction, count);
        state.say(direction, &bytes[..count]);
        to.write_all(&bytes[..some]).await?;
        match accident {
            None => {}
            Some(Accident::Truncate) => to.shutdown().await?,
            Some(Accident::Delay) => {
                for _ in 0..20 {
                    yield_now().await;
                }
                to.write_all(&bytes[some..count]).await?;
            }
            Some(accident @ (Accident::Cut | Accident::Vanish)) => {
                state.happened.send_replace(Some(accident));
                return Ok(());
            }
        }
    }
    to.shutdown().await
}
