//! The programs over TCP, with a node for each participant.

use crate::bookseller::{buy, catalogue};
use crate::cards::{STRATEGIES, game, wins};
use crate::rings::chang_roberts;
use chor::tcp::{Node, Security};
use chor::{Error, Projection};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Participants that are served, each at a node of its own.
struct Served<O> {
    role: usize,
    nodes: Vec<Node>,
    ended: Vec<oneshot::Receiver<Result<O, Error>>>,
}

impl<O: Send + 'static> Served<O> {
    async fn new<P, const N: usize>(members: Vec<P>) -> Self
    where
        P: Projection<N, Output = O> + 'static,
    {
        let mut served = Self { role: P::ROLE, nodes: Vec::new(), ended: Vec::new() };
        for member in members {
            let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
            let (said, heard) = oneshot::channel();
            let (member, said) = (Mutex::new(Some(member)), Mutex::new(Some(said)));
            node.serve_then(
                move |_| member.lock().unwrap().take().expect("it is invited once"),
                move |_, ended| {
                    let said = said.lock().unwrap().take().expect("it ends once");
                    assert!(said.send(ended).is_ok(), "it is waited for");
                },
            );
            served.nodes.push(node);
            served.ended.push(heard);
        }
        served
    }

    fn addresses(&self) -> impl Iterator<Item = (usize, String)> {
        let address = |node: &Node| node.address().expect("it listens").to_string();
        self.nodes.iter().map(move |node| (self.role, address(node)))
    }

    async fn outcomes(self) -> Vec<O> {
        let mut outcomes = Vec::new();
        for ended in self.ended {
            let ended = timeout(Duration::from_mins(1), ended).await.expect("it hangs");
            outcomes.push(ended.expect("it is invited").expect("it ends well"));
        }
        outcomes
    }
}

/// What the role that opens the session has at the end.
async fn opened<P: Projection<N>, const N: usize>(
    role: P,
    addresses: impl IntoIterator<Item = (usize, String)>,
) -> P::Output {
    let node = Node::new(Security::Plaintext);
    let played = node.session(addresses).play(role);
    timeout(Duration::from_mins(1), played).await.expect("it hangs").expect("it ends well")
}

#[tokio::test]
async fn supporters_help_from_nodes_of_their_own() {
    let shop: &_ = Box::leak(Box::new(catalogue()));
    for (gifts, date) in
        [(vec![], None), (vec![20], Some("2023-08-03")), (vec![4; 5], Some("2023-08-03"))]
    {
        let supporters =
            Served::new(gifts.iter().map(|gift| buy::Supporters::new(*gift)).collect()).await;
        let seller = Served::new(vec![buy::Seller::new(shop)]).await;
        let addresses: Vec<_> = supporters.addresses().chain(seller.addresses()).collect();
        let bought = opened(buy::Buyer::new("TAPL", 30), addresses).await;
        assert_eq!(bought.as_deref(), date, "{gifts:?}");
        assert_eq!(supporters.outcomes().await.len(), gifts.len());
        seller.outcomes().await;
    }
}

#[tokio::test]
async fn players_play_at_nodes_of_their_own() {
    let deck = vec![3, 8, 11, 9, 9, 2, 9];
    let players =
        Served::new((0..3).map(|player| game::Players::new(STRATEGIES[player])).collect()).await;
    let addresses: Vec<_> = players.addresses().collect();
    opened(game::Dealer::new(deck.clone()), addresses).await;
    assert_eq!(players.outcomes().await, wins(&deck, 3));
}

#[tokio::test]
async fn a_ring_elects_over_nodes() {
    let others = Served::new([3, 0].map(chang_roberts::Nodes::new).into_iter().collect()).await;
    let own = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
    // Who opens a session is the first member of its own family.
    let played = own.session(others.addresses()).play(chang_roberts::Nodes::new(7));
    let leader = timeout(Duration::from_mins(1), played).await.expect("it hangs");
    assert_eq!(leader.expect("it ends well"), Some(7));
    assert_eq!(others.outcomes().await, [Some(7), Some(7)]);
}
