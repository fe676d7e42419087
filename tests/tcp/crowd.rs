//! Many sessions at once, on several threads, with small messages both ways.

use crate::support::within;
use chor::prelude::*;
use chor::tcp::{Node, Security};
use chor::together;
use tokio::task::JoinSet;

chor! {
    /// Each sends some ahead, so that messages are under way in both directions at once.
    chor trade[Buyer, Seller](rounds: u32 @ [Buyer, Seller]) -> u32 @ Buyer {
        let mut sum: u32 @ Buyer = 0;
        for round in 0..rounds {
            let x: u32 = Buyer -> Seller: round;
            let y: u32 = Buyer -> Seller: 2 * round;
            let z: u32 = Seller -> Buyer: x + y;
            let u: u32 = Seller -> Buyer: 1;
            sum += z + u;
        }
        sum
    }
}

const ROUNDS: u32 = 50;
const SUM: u32 = 3 * (ROUNDS * (ROUNDS - 1) / 2) + ROUNDS;

/// A node that serves the seller, and where it is.
async fn seller() -> (Node, String) {
    let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    node.serve(|_| trade::Seller::new(ROUNDS));
    let address = node.address().expect("it listens").to_string();
    (node, address)
}

async fn buy(client: &Node, address: &str) {
    let session = client.session([(1, address)]);
    assert_eq!(session.play(trade::Buyer::new(ROUNDS)).await.unwrap(), SUM);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_sessions_of_one_link_go_on_in_tasks_of_their_own() {
    let (_server, address) = seller().await;
    let client = Node::new(Security::Plaintext);
    let mut sessions = JoinSet::new();
    for _ in 0..100 {
        let (client, address) = (client.clone(), address.clone());
        sessions.spawn(async move { buy(&client, &address).await });
    }
    within(sessions.join_all()).await;
}

/// This task is on no thread of the executor's own. What it has used up of its turn is given back after
/// it only, so it has to end, however deep the sessions that wait for that are in each other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_sessions_begin_and_go_on_in_one_task() {
    let (_server, address) = seller().await;
    let clients: Vec<Node> = (0..4).map(|_| Node::new(Security::Plaintext)).collect();
    let several = |client| {
        let sessions = (0..5).map(|_| buy(client, &address));
        together((together(sessions.collect::<Vec<_>>()),))
    };
    for _ in 0..5 {
        within(together(clients.iter().map(several).collect::<Vec<_>>())).await;
    }
}
