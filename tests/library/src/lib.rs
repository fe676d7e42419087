//! A library of choreographies, as a crate of its own would offer them.

use serde::{Deserialize, Serialize};

/// What a client shows to be let in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password(pub String);

/// What it gets for that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token(pub u32);

engine::chor! {
    /// A client shows its password and gets a token if it is the right one.
    pub chor auth[Client, Server](
        password: Password @ Client,
        secret: &str @ Server,
    ) -> Option<Token> @ [Client, Server] {
        let password: Password = Client -> Server: password;
        Server => Client: (password.0 == secret).then_some(Token(7))
    }

    /// Hands a value over.
    pub chor give[From, To]<T: engine::Message>(value: T @ From) -> T @ To {
        From -> To: value
    }

    /// The default of a type, made at one role and sent to the other.
    pub chor make[From, To]<T: engine::Message + Default>() -> T @ To {
        From -> To: T::default()
    }

    /// Does a step twice: from `Left` to `Right`, and with the result again.
    pub chor twice[Left, Right](
        step: chor(Password @ Left) -> Password @ Left | Right,
        password: Password @ Left,
    ) -> Password @ Left {
        let once = step(password);
        step(once)
    }

    /// Two values change places.
    pub chor swap[A, B]<T: engine::Message, U: engine::Message>(
        pair: (T @ A, U @ B),
    ) -> (U @ A, T @ B) {
        let (left, right) = pair;
        let there: T = A -> B: left;
        let back: U = B -> A: right;
        (A: back, B: there)
    }

    /// A choreography as a result.
    pub chor adder[A, B](by: u32 @ A) -> chor(u32 @ B) -> u32 @ A | B {
        move chor(x: u32 @ B) -> u32 @ A {
            let x: u32 = B -> A: x;
            A: x + *by
        }
    }
}

pub mod deep {
    //! A module further down, whose choreography calls those of others.

    engine::chor! {
        /// From the first to the last.
        pub chor relay[First, Middle, Last](x: u32 @ First) -> u32 @ Last {
            let x = super::give[First, Middle](x);
            crate::hidden::double[Middle, Last](x)
        }
    }
}

pub mod sized {
    //! Families of a constant size, whose constant only this module names.

    const VOTERS: usize = 4;

    engine::chor! {
        /// How many said yes.
        pub chor tally[Judge, Voters[VOTERS]](vote: bool @ each Voters) -> u32 @ Judge {
            let votes: Vec<bool> @ Judge = each v in Voters { v -> Judge: vote };
            Judge: votes.into_iter().map(u32::from).sum()
        }
    }

    engine::chor! {
        /// The same, asked twice.
        pub chor twice[Judge, Voters[VOTERS]](vote: bool @ each Voters) -> u32 @ Judge {
            let once = self::tally[Judge, Voters](vote);
            let again = self::tally[Judge, Voters](vote);
            Judge: once + again
        }
    }
}

mod hidden {
    engine::chor! {
        pub(crate) chor double[A, B](x: u32 @ A) -> u32 @ B {
            A -> B: 2 * x
        }
    }
}

/// Makes a choreography of this name that calls one of this crate.
#[macro_export]
macro_rules! greeter {
    ($name:ident, $text:expr) => {
        $crate::__chor! {
            chor $name[A, B]() -> String @ B {
                $crate::give[A, B]::<String>(A: String::from($text))
            }
        }
    };
}

#[doc(hidden)]
pub use engine::chor as __chor;
