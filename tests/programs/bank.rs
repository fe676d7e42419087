//! A bank that commits in two phases: a transaction happens at both accounts or at neither.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;

/// What is to be added to each account; `None` ends the day.
type Transaction = Option<(i64, i64)>;

chor! {
    chor bank[Client, Coordinator, Alice, Bob](
        mut transactions: impl Iterator<Item = (i64, i64)> @ Client,
    ) -> (Vec<bool> @ Client, Vec<i64> @ Alice, Vec<i64> @ Bob) {
        let mut balance_a: i64 @ Alice = 0;
        let mut balance_b: i64 @ Bob = 0;
        let mut history_a: Vec<i64> @ Alice = Vec::new();
        let mut history_b: Vec<i64> @ Bob = Vec::new();
        let mut answers: Vec<bool> @ Client = Vec::new();
        loop {
            let transaction: Transaction = Client => [Coordinator, Alice, Bob]: transactions.next();
            let Some((alice, bob)) = transaction else { break };
            // First phase: each account votes.
            let vote_a: bool = Alice -> Coordinator: balance_a + alice >= 0;
            let vote_b: bool = Bob -> Coordinator: balance_b + bob >= 0;
            // Second phase: all learn the decision.
            if Coordinator => [Client, Alice, Bob]: vote_a && vote_b {
                balance_a += alice;
                balance_b += bob;
                answers.push(true);
            } else {
                answers.push(false);
            }
            history_a.push(balance_a);
            history_b.push(balance_b);
        }
        (Client: answers, Alice: history_a, Bob: history_b)
    }
}

#[tokio::test]
async fn a_transaction_happens_at_both_or_at_neither() -> Result<(), Error> {
    let transactions = [(10, 10), (20, -5), (10, -10)];
    let outcome = simulate(bank::Choreography::new(transactions.into_iter())).await?;
    assert_eq!(outcome.client, [true, true, false]);
    assert_eq!(outcome.alice, [10, 30, 30]);
    assert_eq!(outcome.bob, [10, 5, 5]);
    Ok(())
}

#[test]
fn seeds_change_nothing() {
    let transactions = [(10, 10), (20, -5), (10, -10)];
    seeds::change_nothing(|| bank::Choreography::new(transactions.into_iter()));
}
