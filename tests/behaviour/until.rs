//! Closures that say when enough has come.

use chor::play_together;
use chor::prelude::*;
use std::time::Duration;

const LONG: Duration = Duration::from_hours(1);

chor! {
    /// Every node collects, and what is enough is an agreement of all.
    chor poll[Nodes[..]](quorum: usize @ Nodes, vote: u32 @ each Nodes) -> usize @ each Nodes {
        each n in Nodes {
            let votes: Result<Vec<(Member, u32)>, Lost> @ n =
                try each v in Nodes until |votes| is_enough(votes, quorum) within LONG {
                    v -> n: vote
                };
            n: votes.map_or(0, |votes| votes.len())
        }
    }
    chor captured[Nodes[..]](sets: Vec<u32> @ Nodes, vote: u32 @ each Nodes) -> usize @ each Nodes {
        each n in Nodes {
            let mut seen: usize @ n = n: 0;
            let votes: Vec<(Member, u32)> @ n =
                each v in Nodes until |votes| {
                    seen += 1;
                    assert!(seen <= sets.len(), "asked before the first and after each arrival");
                    votes.iter().any(|(_, vote)| matches!(sets.first(), Some(set) if set == vote))
                } {
                    v -> n: vote
                };
            n: std::hint::black_box(votes);
            n: seen
        }
    }
    chor made[Judge, Voters[..]](quorum: usize @ [Judge, Voters], vote: u32 @ each Voters) -> usize @ Judge {
        let votes: Vec<(Member, u32)> @ Judge =
            each v in Voters until made_of(quorum) { v -> Judge: vote };
        let more: Vec<(Member, u32)> @ Judge =
            each v in Voters until move |votes| votes.len() == quorum { v -> Judge: vote };
        Judge: votes.len() + more.len()
    }
}

fn made_of(quorum: usize) -> impl FnMut(&[(Member, u32)]) -> bool {
    move |votes| votes.len() == quorum
}

fn is_enough(votes: &[(Member, u32)], quorum: usize) -> bool {
    votes.len() >= quorum
}

#[tokio::test]
async fn what_is_enough_may_be_an_agreement() -> Result<(), Error> {
    let outcome = play_together(poll::Choreography::new(2, vec![1, 2, 3])).await?;
    assert_eq!(outcome.nodes, [2, 2, 2]);
    Ok(())
}

#[tokio::test]
async fn a_closure_may_change_what_is_its_role_s_own() -> Result<(), Error> {
    let outcome = play_together(captured::Choreography::new(vec![7, 8, 9], vec![7, 7, 7])).await?;
    assert_eq!(outcome.nodes, [2, 2, 2]);
    Ok(())
}

#[tokio::test]
async fn a_closure_may_be_made_elsewhere_and_may_move() -> Result<(), Error> {
    let outcome = play_together(made::Choreography::new(2, vec![7, 7, 7])).await?;
    assert_eq!(outcome.judge, 4);
    Ok(())
}
