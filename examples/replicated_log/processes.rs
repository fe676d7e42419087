//! The command line: nodes and a client, each in a process of its own.

use super::client::Client;
use super::node::{Disk, Seat};
use super::search::{Cluster, look_for_losses};
use super::{PATIENCE, majority, replicate};
use chor::tcp::{Node, Security};
use clap::Parser;
use std::hash::{BuildHasher, RandomState};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, BufReader, stdin};

/// How many rounds a session has; all its processes know it.
const ROUNDS: usize = 100_000;

/// Plays one role; without one, the simulator looks for a run that loses an entry.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    role: Option<Role>,
}

#[derive(Parser)]
enum Role {
    /// Keeps the log, until it is stopped.
    Node {
        /// Where to listen; port 0 takes any free one, and the first line printed says which.
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: String,
    },
    /// Appends each line of its input.
    Client {
        /// Where the nodes listen: as this process reaches them, and each other.
        #[arg(long, value_delimiter = ',', required = true)]
        nodes: Vec<String>,
    },
}

pub(super) async fn main() -> ExitCode {
    let ended = match Arguments::parse().role {
        None => {
            look();
            Ok(())
        }
        Some(Role::Node { listen }) => keep(listen).await,
        Some(Role::Client { nodes }) => append(nodes).await,
    };
    if let Err(error) = ended {
        eprintln!("error: {error:#}");
        // Not by returning: the terminal is read in a thread that nothing can stop.
        std::process::exit(2);
    }
    std::process::exit(0)
}

fn look() {
    for (name, quorum) in
        [("half of the nodes", half as fn(usize) -> usize), ("a majority", majority)]
    {
        let cluster = Cluster::new(3, quorum, &["one", "two"]);
        match look_for_losses(&cluster, 4, 20_000) {
            Ok(report) => println!("{name}: {report}: no entry was lost"),
            Err(failure) => println!("{name}: {failure}\n"),
        }
    }
}

/// One of three, which is too few.
pub fn half(nodes: usize) -> usize {
    nodes / 2
}

async fn keep(listen: String) -> anyhow::Result<()> {
    let disk = Arc::<Disk>::default();
    let node = Node::listen(listen, Security::Plaintext).await?;
    let seat = move |_: &_| {
        replicate::Nodes::new(ROUNDS, majority, Seat::new(&disk, |news| println!("{news}")))
    };
    node.serve_then(seat, |_, ended| match ended {
        Ok(()) => println!("the session has ended"),
        Err(error) => println!("the session has failed: {:#}", anyhow::Error::new(error)),
    });
    println!("listening on {}", node.address().expect("a node that listens has an address"));
    tokio::signal::ctrl_c().await?;
    Ok(())
}

async fn append(nodes: Vec<String>) -> anyhow::Result<()> {
    let client: &Client =
        Box::leak(Box::new(Client::waiting(RandomState::new().hash_one(()), PATIENCE / 2)));
    let read = async {
        let mut lines = BufReader::new(stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            client.add(line);
        }
        client.all_told().await;
        anyhow::Ok(())
    };
    let nodes = nodes.into_iter().map(|address| (replicate::Role::Nodes as usize, address));
    let session = Node::new(Security::Plaintext).session(nodes);
    tokio::select! {
        ended = session.play(replicate::Client::new(ROUNDS, majority, client)) => Ok(ended?),
        ended = read => ended,
    }
}
