//! A function at one role, its arguments at another.
//!
//! `B` holds a function and never gives it away; `A` has it called on its own values. The third
//! choreography is made of calls of the first, and shows that a loop's guard is a message, too.
//!
//! Run it with `cargo run --example remote_invoke`.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// Calls the function of `B` on a value of `A`. Two messages.
    pub chor remote_invoke[A, B]<X: Message, Y: Message, F: Fn(X) -> Y + Send>(
        function: F @ B,
        argument: X @ A,
    ) -> Y @ A {
        let argument: X = A -> B: argument;
        let result: Y = B -> A: function(argument);
        result
    }

    /// Calls the function of `B` on all values of `A` at once. Two messages.
    pub chor remote_apply[A, B]<X: Message, Y: Message, F: Fn(&[X]) -> Y + Send>(
        function: F @ B,
        arguments: Vec<X> @ A,
    ) -> Y @ A {
        let arguments: Vec<X> = A -> B: arguments;
        let result: Y = B -> A: function(&arguments);
        result
    }

    /// Calls the function of `B` on each value of `A`: for each of them the guard and the two
    /// messages of [`remote_invoke`], and once more the guard. 3n + 1 messages for n values.
    pub chor remote_map[A, B]<X: Message, Y: Message, F: Fn(X) -> Y + Send + Sync>(
        function: F @ B,
        arguments: Vec<X> @ A,
    ) -> Vec<Y> @ A {
        let mut results: Vec<Y> = A: Vec::new();
        while A => B: results.len() < arguments.len() {
            let argument = A: arguments[results.len()].clone();
            let result: Y = remote_invoke[A, B]::<X, Y, _>(&function, argument);
            A: results.push(result);
        }
        results
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let increment = |x: u32| x + 1;
    let outcome = simulate(remote_invoke::Choreography::new(increment, 1)).await?;
    println!("invoke: {}", outcome.a);

    let sum = |xs: &[u32]| xs.iter().sum::<u32>();
    let outcome = simulate(remote_apply::Choreography::new(sum, vec![1, 2, 3])).await?;
    println!("apply: {}", outcome.a);

    let outcome = simulate(remote_map::Choreography::new(increment, vec![1, 2, 3])).await?;
    println!("map: {:?}", outcome.a);
    Ok(())
}
