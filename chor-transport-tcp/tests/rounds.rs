//! First answers, deadlines and losses between nodes.

use chor::prelude::*;
use chor_runtime::Bincode;
use chor_transport_tcp::{Node, Options, Security};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

chor! {
    chor majority[Judge, Voters[3]](
        votes: Vec<u32> @ each Voters,
        held_up: Option<Arc<Notify>> @ each Voters,
        over: Arc<Notify> @ Judge,
    ) -> Vec<u32> @ Judge {
        let mut winners: Vec<u32> @ Judge = Judge: Vec::new();
        for round in 0..2usize {
            let came: Vec<(Member, u32)> @ Judge =
                each v in Voters until |came| agreed(came).is_some() {
                    v -> Judge: {
                        if let (0, Some(over)) = (round, &held_up) {
                            over.notified().await;
                        }
                        votes[round]
                    }
                };
            Judge: winners.push(agreed(&came).unwrap());
            Judge: over.notify_one();
        }
        winners
    }
    chor reply[B, A](go: Arc<Notify> @ [B, A], size: usize @ A) -> (Option<Vec<u8>>, usize) @ B {
        let first: Option<Vec<u8>> @ B = A -> B within Duration::from_millis(1): {
            go.notified().await;
            vec![1; size]
        };
        B: go.notify_one();
        let second: Vec<u8> = A -> B: vec![2; size + 1];
        B: (first, second.len())
    }
    chor enough[Judge, Voters[..]](
        needed: usize @ Judge,
        vote: Result<u32, String> @ each Voters,
    ) -> Result<Vec<u32>, Lost> @ Judge {
        let votes: Result<Vec<(Member, u32)>, Lost> @ Judge =
            try each w in Voters first needed { w -> Judge: vote? };
        Judge: votes.map(|votes| {
            let mut votes: Vec<u32> = votes.into_iter().map(|(_, vote)| vote).collect();
            votes.sort_unstable();
            votes
        })
    }
    /// Each member sends much that is received only when a little of some member has come.
    chor much_and_little[Judge, Voters[..]](
        told: Arc<Notify> @ Judge,
        size: usize @ each Voters,
    ) -> Vec<(usize, u32)> @ Judge {
        let mut all: Vec<(usize, u32)> @ Judge = Judge: Vec::new();
        for _ in 0..3usize {
            let came: Vec<(Member, (usize, u32))> @ Judge = each v in Voters first 2 {
                let (much, little) = par {
                    {
                        Judge: told.notified().await;
                        let one: Vec<u8> = v -> Judge: vec![1; size];
                        let two: Vec<u8> = v -> Judge: vec![2; size];
                        let three: Vec<u8> = v -> Judge: vec![3; size];
                        Judge: one.len() + two.len() + three.len()
                    }
                    {
                        let little: u32 = v -> Judge: 7;
                        Judge: told.notify_one();
                        little
                    }
                };
                Judge: (much, little)
            };
            Judge: all.extend(came.into_iter().map(|(_, one)| one));
        }
        all
    }
    /// As there, in rounds inside branches inside rounds.
    chor nested[Judge, Voters[..]](
        told: Arc<Notify> @ Judge,
        size: usize @ each Voters,
    ) -> Vec<usize> @ Judge {
        let came: Vec<(Member, (usize, usize))> @ Judge = each v in Voters first 2 {
            let (most, some) = par {
                {
                    Judge: told.notified().await;
                    let mut all = Judge: 0;
                    for _ in 0..3usize {
                        let one: Option<Vec<u8>> @ Judge =
                            v -> Judge within Duration::from_mins(1): vec![1; size];
                        Judge: all += one.map_or(0, |one| one.len());
                    }
                    all
                }
                {
                    let one: Option<Vec<u8>> @ Judge =
                        v -> Judge within Duration::from_mins(1): vec![1; size];
                    Judge: told.notify_one();
                    one.map_or(0, |one| one.len())
                }
            };
            Judge: (most, some)
        };
        Judge: came.into_iter().map(|(_, (most, some))| most + some).collect()
    }
}

/// What two have said.
fn agreed(votes: &[(Member, u32)]) -> Option<u32> {
    let said = |vote| votes.iter().filter(|(_, other)| *other == vote).count();
    votes.iter().map(|(_, vote)| *vote).find(|vote| said(*vote) > 1)
}

/// A node, and three times its address, for a family that is played there.
async fn three() -> (Node, Vec<(usize, String)>) {
    three_with(256 << 10).await
}

/// As [`three`], with this window.
async fn three_with(window: u32) -> (Node, Vec<(usize, String)>) {
    let options = Options::default().window(window);
    let node = Node::listen_with("127.0.0.1:0", Security::Plaintext, Bincode, options);
    let node = node.await.unwrap();
    let address = node.address().unwrap().to_string();
    (node, vec![(1, address); 3])
}

#[tokio::test]
async fn a_late_vote_never_counts_in_the_next_round() {
    let over = Arc::<Notify>::default();
    let (node, addresses) = three().await;
    let judged = Arc::clone(&over);
    node.serve(move |invited| {
        let (votes, held_up) = match invited.member {
            0 => (vec![1, 5], None),
            1 => (vec![1, 7], None),
            // If its 5 counted in the second round, 5 would win there.
            _ => (vec![5, 7], Some(Arc::clone(&judged))),
        };
        majority::Voters::new(votes, held_up)
    });
    let judge = Node::new(Security::Plaintext);
    for _ in 0..10 {
        let played = judge.session(addresses.clone()).play(majority::Judge::new(Arc::clone(&over)));
        assert_eq!(played.await.unwrap(), [1, 7]);
        // The end of the second round is not to let the next session's vote be in time.
        over.notified().await;
    }
}

#[tokio::test]
async fn an_answer_later_than_its_deadline_is_none_and_no_other() {
    // One that travels with others, and one in parts.
    for size in [1, 1_000_000] {
        let go = Arc::<Notify>::default();
        let (node, addresses) = three().await;
        let waits = Arc::clone(&go);
        node.serve(move |_| reply::A::new(Arc::clone(&waits), size));
        let asker = Node::new(Security::Plaintext);
        let played = asker.session(addresses[..1].to_vec()).play(reply::B::new(go));
        assert_eq!(played.await.unwrap(), (None, size + 1));
    }
}

#[tokio::test]
async fn a_member_that_is_gone_is_a_value() {
    let (node, addresses) = three().await;
    node.serve(|invited| {
        let vote = if invited.member == 1 { Err("no".to_owned()) } else { Ok(7) };
        enough::Voters::new(vote)
    });
    let judge = Node::new(Security::Plaintext);
    let play =
        async |needed| judge.session(addresses.clone()).play(enough::Judge::new(needed)).await;
    assert_eq!(play(2).await.unwrap().unwrap(), [7, 7]);
    let lost = play(3).await.unwrap().unwrap_err();
    assert_eq!(lost.to_string(), "3 answers are needed, and only 2 can come");
}

/// Less than a window, about one, messages in parts; and one message fills a window.
const SIZES: [(u32, usize); 4] =
    [(256 << 10, 100_000), (256 << 10, 250_000), (256 << 10, 1_000_000), (1, 10)];

#[tokio::test]
async fn branches_in_a_round_dont_hold_each_other_up() {
    for (window, size) in SIZES {
        let (node, addresses) = three_with(window).await;
        node.serve(move |_| much_and_little::Voters::new(size));
        let judge = Node::with(Security::Plaintext, Bincode, Options::default().window(window));
        let played = judge.session(addresses).play(much_and_little::Judge::new(Arc::default()));
        let came = timeout(Duration::from_mins(1), played).await.expect("it ends");
        assert_eq!(came.unwrap(), [(3 * size, 7); 6]);
    }
}

#[tokio::test]
async fn rounds_in_branches_in_rounds_dont_hold_each_other_up() {
    for (window, size) in SIZES {
        let (node, addresses) = three_with(window).await;
        node.serve(move |_| nested::Voters::new(size));
        let judge = Node::with(Security::Plaintext, Bincode, Options::default().window(window));
        let played = judge.session(addresses).play(nested::Judge::new(Arc::default()));
        let came = timeout(Duration::from_mins(1), played).await.expect("it ends");
        assert_eq!(came.unwrap(), [4 * size; 2]);
    }
}
