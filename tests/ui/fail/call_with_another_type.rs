//! The type of an argument of another module's choreography is checked where it is written.

use chor::prelude::*;

mod library {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    pub struct Name(pub String);

    chor::chor! {
        pub chor tell[A, B](name: Name @ A) -> Name @ B { A -> B: name }
    }
}

chor! {
    chor local[A, B](name: String @ A) {
        library::tell[A, B](name);
    }
    chor message[A, B, C](name: String @ C) {
        library::tell[A, B](C -> A: name);
    }
    chor result[A, B](name: String @ A) -> String @ B {
        library::tell[A, B](A: library::Name(name))
    }
}

fn main() {}
