//! A call of a choreography that has changed shows what it is now.

use chor::prelude::*;

mod library {
    use serde::{Deserialize, Serialize};

    #[derive(Clone, Serialize, Deserialize)]
    pub struct Name(pub String);

    chor::chor! {
        // Once: `greet[A, B](name: Name @ A) -> bool @ A`.
        pub chor greet[Guest, Host, Door](name: Name @ Host, open: &str @ Door) -> bool @ [Guest, Door] {
            let name: Name = Host -> Guest: name;
            let open: bool = Door => Guest: open == "yes";
            Guest: drop(name);
            open
        }
        pub chor ask[A, B](question: chor(u32 @ A) -> u32 @ B, x: u32 @ A) -> u32 @ B { question(x) }
        pub chor make[A, B]<T: chor::Message + Default>() -> T @ B { A -> B: T::default() }
    }
}

chor! {
    chor too_few_roles[A, B](name: String @ A) -> bool @ A {
        library::greet[A, B](A: library::Name(name))
    }
    chor role_named_twice[A, B](name: String @ A) -> bool @ A {
        library::greet[A, B, A](A: library::Name(name), A: "yes")
    }
    chor too_few_arguments[A, B, C](name: String @ A) -> bool @ A {
        library::greet[A, B, C](A: library::Name(name))
    }
    chor argument_elsewhere[A, B, C](name: String @ A) -> bool @ A {
        library::greet[A, B, C](A: library::Name(name), C: "yes")
    }
    chor result_elsewhere[A, B, C](name: String @ B) -> bool @ B {
        library::greet[A, B, C](B: library::Name(name), C: "yes")
    }
    chor no_value_for_a_choreography[A, B](x: u32 @ A) -> u32 @ B {
        library::ask[A, B](x, x)
    }
    chor no_type[A, B]() {
        library::make[A, B]();
    }
    chor outside_the_census[A, B, C](x: bool @ A) {
        if A => B: x {
            library::make[A, C]::<u32>();
        }
    }
}

fn main() {}
