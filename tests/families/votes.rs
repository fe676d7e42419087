//! A majority vote that ends as soon as it is decided, again and again.

use crate::delay::Delay;
use crate::{crashes, leak, seeds};
use chor::play_together;
use chor::prelude::*;
use chor::sim::Simulation;
use tokio::sync::Notify;

/// What a voter says in each round, and when.
type Votes = Vec<(bool, Delay)>;

async fn cast(votes: &Votes, round: usize) -> bool {
    let (vote, delay) = votes[round];
    delay.before(vote).await
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
        over: &[Notify] @ Judge,
    ) -> Vec<(bool, usize)> @ Judge {
        let mut decisions: Vec<(bool, usize)> @ Judge = Vec::new();
        for round in 0..rounds {
            let heard: Vec<(Member, bool)> @ Judge = each v in Voters until decided {
                v -> Judge: cast(&votes, round).await
            };
            Judge: over[round].notify_one();
            decisions.push((most(&heard), heard.len()));
        }
        Judge: decisions
    }
}

const SLOW: Delay = Delay::Millis(3_600_000);

/// Is told when each of up to four rounds is over.
fn overs() -> [Notify; 4] {
    Default::default()
}

fn millis(votes: [(bool, u64); 3]) -> Votes {
    votes.map(|(vote, delay)| (vote, Delay::Millis(delay))).to_vec()
}

#[test]
fn two_equal_votes_end_it_and_the_late_one_never_counts() {
    let mut votes = vec![
        millis([(true, 1), (false, 1), (true, 1)]),
        millis([(true, 2), (false, 0), (false, 2)]),
        millis([(false, 0), (false, 3), (false, 3)]),
    ];
    votes[1][1].1 = SLOW;
    votes[2][0].1 = SLOW;
    let over = overs();
    let run = Simulation::new().run(|| judge::Choreography::new(3, votes.clone(), &over));
    assert_eq!(run.results.judge.unwrap(), [(true, 2), (false, 2), (false, 3)]);
}

/// In each round one votes when it is over, and so late that it could make the next one a tie.
fn vote_late(play: impl Fn(Judged) -> Vec<(bool, usize)>) {
    for _ in 0..20 {
        let over = leak(overs());
        let votes = (0..3).map(|voter| {
            let vote = |round| {
                let late = round % 3 == voter;
                let delay = if late { Delay::Until(&over[round]) } else { Delay::NONE };
                // What is late says the contrary of the round, which is what the next one says.
                (late != (round % 2 == 0), delay)
            };
            (0..4).map(vote).collect()
        });
        let decisions = play(judge::Choreography::new(4, votes.collect(), over));
        assert_eq!(decisions, [(true, 2), (false, 2), (true, 2), (false, 2)]);
    }
}

type Judged = judge::Choreography<usize, Vec<Votes>, &'static [Notify]>;

#[test]
fn two_equal_votes_end_it_and_the_late_one_never_counts_over_memory() {
    vote_late(|all| seeds::runtime().block_on(play_together(all)).unwrap().judge);
}

#[test]
fn two_equal_votes_end_it_and_the_late_one_never_counts_over_nodes() {
    vote_late(|all| seeds::between_nodes(all).judge);
}

#[test]
fn no_seed_changes_what_a_clear_vote_says() {
    let over = leak(overs());
    let votes = || vec![vec![(true, Delay::NONE); 4]; 3];
    crate::change_nothing(|| judge::Choreography::new(4, votes(), over));
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let over = overs();
    let votes = || vec![vec![(true, Delay::NONE), (false, Delay::Millis(1))]; 3];
    let make = || judge::Choreography::new(2, votes(), &over);
    crashes::change_nothing_else(make);
}
