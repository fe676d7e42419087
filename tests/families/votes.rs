//! A majority vote that ends as soon as it is decided, again and again.

use chor::prelude::*;
use chor::sim::{Simulation, explore};
use std::time::Duration;
use tokio::time::sleep;

/// What a voter says in each round, and after how many milliseconds.
type Votes = Vec<(bool, u64)>;

async fn cast(votes: &Votes, round: usize) -> bool {
    let (vote, delay) = votes[round];
    sleep(Duration::from_millis(delay)).await;
    vote
}

/// What the most of them say.
fn most(votes: &[(Member, bool)]) -> bool {
    2 * votes.iter().filter(|(_, vote)| *vote).count() > votes.len()
}

fn decided(votes: &[(Member, bool)]) -> bool {
    [true, false].iter().any(|side| votes.iter().filter(|(_, vote)| vote == side).count() >= 2)
}

chor! {
    chor judge[Judge, Voters[3]](
        rounds: usize @ [Judge, Voters],
        votes: Votes @ each Voters,
    ) -> Vec<(bool, usize)> @ Judge {
        let mut decisions: Vec<(bool, usize)> @ Judge = Vec::new();
        for round in 0..rounds {
            let heard: Vec<(Member, bool)> @ Judge = each v in Voters until decided {
                v -> Judge: cast(&votes, round).await
            };
            decisions.push((most(&heard), heard.len()));
        }
        Judge: decisions
    }
}

const SLOW: u64 = 3_600_000;

#[test]
fn two_equal_votes_end_it_and_the_late_one_never_counts() {
    let votes = || {
        vec![
            vec![(true, 1), (false, 1), (true, 1)],
            vec![(true, 2), (false, SLOW), (false, 2)],
            vec![(false, SLOW), (false, 3), (false, 3)],
        ]
    };
    let run = Simulation::new().run(|| judge::Choreography::new(3, votes()));
    assert_eq!(run.results.judge.unwrap(), [(true, 2), (false, 2), (false, 3)]);
}

#[test]
fn no_seed_changes_what_a_clear_vote_says() {
    let votes = || vec![vec![(true, 0); 4]; 3];
    crate::change_nothing_in_memory(|| judge::Choreography::new(4, votes()));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let make = || judge::Choreography::new(2, vec![vec![(true, 0), (false, 1)]; 3]);
    explore(make).orders(false).crashes(1).check(|_| ());
}
