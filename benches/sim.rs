//! The simulator: messages and whole runs a second, on one core, and the same in `turmoil`.
//!
//! The programs: a ping-pong of many messages, and a run of ten messages from its beginning to its
//! end. In `turmoil` each is a client and a server on a simulated TCP connection, which exchange eight
//! bytes. Rounds are interleaved and compared by their medians. The last lines are
//! `ratio<TAB>work<TAB>value`: for `turmoil`, time there by time here; for `traced`, time with a trace
//! by time without; for `compared`, time where agreements are compared by time where they aren't.
//! What is timed takes about as long on both sides, so that a busy machine disturbs both alike.
//!
//! And the bank of `tests/programs`, which crashes wherever it can: seconds for all of its runs, and what
//! they are of the ten that they may take.

#[path = "../tests/programs/bank_crashes.rs"]
#[allow(dead_code, reason = "its tests use the rest")]
mod bank_crashes;

use bank_crashes::crash_everywhere;
use chor::prelude::*;
use chor::sim::Simulation;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use turmoil::net::{TcpListener, TcpStream};

const ROUNDS: usize = 31;
/// Messages of the long run.
const MESSAGES: u32 = 100_000;
/// Whole runs in one round.
const RUNS: u32 = 1_000;
const PORT: u16 = 1;
/// Explorations of the bank; its median is reported.
const EXPLORATIONS: usize = 5;

chor! {
    /// A number goes back and forth.
    chor ping_pong[A, B](count: u32 @ [A, B]) -> u64 @ A {
        let mut number: u64 @ A = 0;
        for _ in 0..count {
            let ping: u64 = A -> B: number;
            let pong: u64 = B -> A: ping + 1;
            number = pong;
        }
        number
    }
}

fn main() {
    let (plain, traced) = (Simulation::new().untraced(), Simulation::new());
    let uncompared = plain.clone().uncompared();
    let mut long = Times::default();
    let mut short = Times::default();
    for _ in 0..ROUNDS {
        let pairs = MESSAGES / 2;
        long.plain.push(time(|| simulated(&plain, pairs)));
        long.uncompared.push(time(|| simulated(&uncompared, pairs)));
        long.traced.push(time(|| simulated(&traced, pairs)));
        long.turmoil.push(time(|| in_turmoil(pairs / 20)) * 20);
        short.plain.push(time(|| (0..RUNS).for_each(|_| simulated(&plain, 5))));
        short.uncompared.push(time(|| (0..RUNS).for_each(|_| simulated(&uncompared, 5))));
        short.traced.push(time(|| (0..RUNS).for_each(|_| simulated(&traced, 5))));
        short.turmoil.push(time(|| (0..RUNS / 10).for_each(|_| in_turmoil(5))) * 10);
    }
    long.print("messages", MESSAGES);
    short.print("runs of ten messages", RUNS);
    long.print_ratios("messages");
    short.print_ratios("runs of ten messages");
    explore_bank(1);
    explore_bank(2);
}

fn explore_bank(crashes: usize) {
    let mut report = None;
    let explorations: Vec<_> =
        (0..EXPLORATIONS).map(|_| time(|| report = Some(crash_everywhere(crashes)))).collect();
    let seconds = median(&explorations);
    println!("the bank, {crashes} crashing: {seconds:.3} s. {}", report.expect("it was explored"));
    println!("ratio\tbank, all runs with crashes of {crashes} by 10 s\t{:.4}", seconds / 10.0);
}

fn simulated(simulation: &Simulation, pairs: u32) {
    let run = simulation.run(|| ping_pong::Choreography::new(pairs));
    assert_eq!(run.results.a.expect("A ends"), u64::from(pairs));
}

fn in_turmoil(pairs: u32) {
    let mut builder = turmoil::Builder::new();
    // The shortest latency that it has, as there is none here.
    builder.min_message_latency(Duration::ZERO).max_message_latency(Duration::from_millis(1));
    let mut sim = builder.simulation_duration(Duration::from_hours(10)).build();
    sim.host("server", || async {
        let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
        loop {
            let (mut stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            while let Ok(number) = stream.read_u64().await {
                stream.write_u64(number + 1).await?;
            }
        }
    });
    sim.client("client", async move {
        let mut stream = TcpStream::connect(("server", PORT)).await?;
        let mut number = 0;
        for _ in 0..pairs {
            stream.write_u64(number).await?;
            number = stream.read_u64().await?;
        }
        assert_eq!(number, u64::from(pairs));
        Ok(())
    });
    sim.run().expect("the client ends");
}

/// Of all rounds.
#[derive(Default)]
struct Times {
    plain: Vec<Duration>,
    uncompared: Vec<Duration>,
    traced: Vec<Duration>,
    turmoil: Vec<Duration>,
}

impl Times {
    fn print(&self, what: &str, count: u32) {
        let rate = |times: &[Duration]| f64::from(count) / median(times);
        let times = [&self.plain, &self.uncompared, &self.traced, &self.turmoil];
        let [plain, uncompared, traced, turmoil] = times.map(|times| rate(times));
        println!(
            "{what} a second: {plain:.0}, uncompared {uncompared:.0}, traced {traced:.0}, \
             turmoil {turmoil:.0}"
        );
    }

    fn print_ratios(&self, what: &str) {
        let plain = median(&self.plain);
        println!("ratio\tturmoil, {what}\t{:.1}", median(&self.turmoil) / plain);
        println!("ratio\tcompared, {what}\t{:.2}", plain / median(&self.uncompared));
        println!("ratio\ttraced, {what}\t{:.2}", median(&self.traced) / plain);
    }
}

fn time(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// In seconds.
fn median(times: &[Duration]) -> f64 {
    let mut times = times.to_vec();
    times.sort();
    times[times.len() / 2].as_secs_f64()
}
