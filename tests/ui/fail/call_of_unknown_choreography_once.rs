//! A callee that doesn't exist is the only mistake: what its caller becomes can be used.

use chor::prelude::*;

chor! {
    chor caller[A, B](name: String @ A) -> bool @ A {
        let known: bool = A -> B: !name.is_empty();
        B: drop(known);
        login[A, B](name)
    }
}

mod other {
    chor::chor! {
        pub chor indirect[A, B](name: String @ A) -> bool @ A {
            super::caller[A, B](name)
        }
    }
}

use caller::{A, B};

async fn run() -> Result<(), Error> {
    let [a, b] = chor::memory::session();
    let a: bool = play_role(A::new(String::new()), &a).await?;
    play_role(B::new(), &b).await?;
    let outcome = chor::sim::simulate(other::indirect::Choreography::new(String::new())).await?;
    assert_eq!(outcome.a, a);
    println!("{} {}", caller::SIGNATURE, caller::PROTOCOL);
    Ok(())
}

fn main() {}
