//! Sessions that a role opens in its own code, with members that it chooses then: all nodes share their
//! links.

use crate::support::within;
use chor::prelude::*;
use chor::tcp::{Node, Security};
use std::sync::Arc;
use tokio::sync::mpsc;

/// A coordinator, and how it reaches each shard.
#[derive(Clone)]
struct Shards {
    node: Node,
    addresses: Arc<Vec<String>>,
}

impl Shards {
    /// A session of its own, with those shards that the transaction touches.
    async fn commit(&self, touched: &[usize], amount: u32) -> Result<bool, Error> {
        let members =
            touched.iter().map(|shard| (commit::Role::Shards as usize, &self.addresses[*shard]));
        self.node.session(members).play(commit::Coordinator::new(amount)).await
    }
}

chor! {
    chor order[Client, Coordinator](
        transactions: Vec<(Vec<usize>, u32)> @ Client,
        shards: Shards @ Coordinator,
    ) -> Vec<bool> @ Client {
        let mut done: Vec<bool> @ Client = Vec::new();
        let count: usize = Client => Coordinator: transactions.len();
        for number in 0..count {
            let (touched, amount): (Vec<usize>, u32) = Client -> Coordinator: transactions[number].clone();
            let committed: bool = Coordinator -> Client: shards.commit(&touched, amount).await?;
            Client: done.push(committed);
        }
        Client: done
    }

    /// All of these shards do it, or none.
    chor commit[Coordinator, Shards[..]](amount: u32 @ Coordinator, limit: Result<u32, String> @ each Shards)
        -> (bool @ Coordinator, (usize, bool) @ each Shards)
    {
        let amount: u32 = Coordinator => Shards: amount;
        let votes: Vec<bool> = each shard in Shards { shard -> Coordinator: amount <= limit? };
        let all: bool = Coordinator => Shards: votes.iter().all(|vote| *vote);
        (Coordinator: all, each Shards: (Shards.len(), all))
    }
}

/// How a session has ended for a shard: how many took part, and what came of it, if it didn't fail.
type Ended = Option<(usize, bool)>;

struct Cluster {
    nodes: Vec<(Node, mpsc::UnboundedReceiver<Ended>)>,
    client: Node,
    coordinator: Node,
}

impl Cluster {
    /// A shard for each limit.
    async fn start(limits: &[Result<u32, String>]) -> Self {
        let listen = || Node::listen("127.0.0.1:0", Security::Plaintext);
        let mut nodes = Vec::new();
        for limit in limits {
            let limit = limit.clone();
            let node = listen().await.expect("a port");
            let (said, heard) = mpsc::unbounded_channel();
            node.serve_then(
                move |_| commit::Shards::new(limit.clone()),
                move |_, ended| said.send(ended.ok()).expect("somebody listens"),
            );
            nodes.push((node, heard));
        }
        let coordinator = listen().await.expect("a port");
        let addresses = nodes.iter().map(|(node, _)| address(node)).collect();
        let shards = Shards { node: coordinator.clone(), addresses: Arc::new(addresses) };
        coordinator.serve(move |_| order::Coordinator::new(shards.clone()));
        Self { nodes, client: Node::new(Security::Plaintext), coordinator }
    }

    async fn order(&self, transactions: &[(&[usize], u32)]) -> Result<Vec<bool>, Error> {
        let transactions = transactions.iter().map(|(touched, amount)| (touched.to_vec(), *amount));
        let session =
            self.client.session([(order::Role::Coordinator as usize, address(&self.coordinator))]);
        within(session.play(order::Client::new(transactions.collect()))).await
    }

    /// What each shard has taken part in, sorted: who is told of one end may be slower than the next session.
    async fn heard(self) -> Vec<Vec<Ended>> {
        let mut all = Vec::new();
        for (node, mut heard) in self.nodes {
            within(node.shutdown(crate::support::AGES)).await.expect("all sessions are over");
            let mut own = Vec::new();
            while let Ok(ended) = heard.try_recv() {
                own.push(ended);
            }
            own.sort_unstable();
            all.push(own);
        }
        all
    }
}

fn address(node: &Node) -> String {
    node.address().expect("it listens").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_those_who_are_chosen_take_part_and_each_time_others() {
    let cluster = Cluster::start(&[Ok(10), Ok(20), Ok(30), Ok(40)]).await;
    let done = cluster
        .order(&[(&[1, 3], 15), (&[0, 1], 15), (&[2], 30), (&[], 99), (&[3, 2, 1], 20)])
        .await;
    assert_eq!(done.unwrap(), [true, false, true, true, true]);
    let heard = cluster.heard().await;
    let expected = [
        vec![(2, false)],
        vec![(2, false), (2, true), (3, true)],
        vec![(1, true), (3, true)],
        vec![(2, true), (3, true)],
    ];
    for (heard, expected) in heard.into_iter().zip(expected) {
        assert_eq!(heard, expected.into_iter().map(Some).collect::<Vec<_>>());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_fails_inside_is_the_cause_outside() {
    let cluster = Cluster::start(&[Ok(10), Err("the disk is full".to_owned()), Ok(30)]).await;
    assert_eq!(cluster.order(&[(&[0, 2], 5)]).await.unwrap(), [true]);
    let error = cluster.order(&[(&[2, 1], 5), (&[0], 5)]).await.unwrap_err();
    assert_eq!(error.peer(), Some("Coordinator"));
    assert_eq!(error.cause().role(), "Shards[1]");
    assert!(error.cause().to_string().contains("the disk is full"), "{error}");
    // Who wasn't chosen notices nothing.
    assert_eq!(cluster.order(&[(&[0], 5)]).await.unwrap(), [true]);
    let heard = cluster.heard().await;
    assert_eq!(heard[0], [Some((1, true)), Some((2, true))]);
    assert_eq!(heard[1], [None]);
    assert_eq!(heard[2], [None, Some((2, true))]);
}
