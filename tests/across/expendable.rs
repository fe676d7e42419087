//! Who can be lost where choreographies of other blocks, and values, say what they send.

use chor::prelude::*;
use chor::sim::simulate;

mod answers {
    chor::chor! {
        pub(super) chor given[From, To]<T: chor::Message>(x: T @ From) -> T @ To { From -> To: x }

        pub(super) chor tried[From, To]() -> bool @ To {
            let came: Result<u32, chor::Lost> @ To = try From -> To: 1;
            To: came.is_ok()
        }

        pub(super) chor through[From, Middle, To](
            pass: chor(u32 @ Middle) -> u32 @ To,
        ) -> u32 @ To {
            let x: Result<u32, chor::Lost> @ Middle = try From -> Middle: 1;
            let x = Middle: x.unwrap_or_default();
            pass(x)
        }
    }
}

chor! {
    chor counted[Judge, Voters[..]]() -> usize @ Judge {
        let votes: Vec<(Member, u32)> @ Judge = each w in Voters first 2 {
            answers::given[w, Judge](w: 1)
        };
        Judge: votes.len()
    }
    chor needed[Judge, Voters[..]]() -> u32 @ Judge {
        let mut sum: u32 @ Judge = Judge: 0;
        for w in Voters {
            let vote = further[w, Judge]();
            Judge: sum += vote;
        }
        sum
    }
    chor further[From, To]() -> u32 @ To {
        let came = answers::tried[From, To]();
        let given = answers::given[From, To](From: 2u32);
        To: given + u32::from(came)
    }
    chor tries[A, B]() -> bool @ B {
        answers::tried[A, B]()
    }
    chor tries_and_is_asked[A, B]() -> bool @ B {
        let _asked = answers::given[B, A](B: 1u32);
        tries[A, B]()
    }
    chor passes[A, B, C]() -> u32 @ C {
        let pass = chor(x: u32 @ B) -> u32 @ C { B -> C: x };
        answers::through[A, B, C](pass)
    }
    chor passes_by_name[A, B, C]() -> u32 @ C {
        let pass = answers::given[B, C]::<u32>;
        answers::through[A, B, C](pass)
    }
    #[verify(agreement)]
    chor compares[A, B](same: u32 @ [A, B]) -> bool @ B {
        B: std::hint::black_box(same);
        answers::tried[A, B]()
    }
    chor around[A, B](n: u32 @ [A, B]) -> u32 @ B {
        if n == 0 {
            B: 0
        } else {
            let came = answers::tried[A, B]();
            let rest = around[A, B](n - 1);
            B: rest + u32::from(came)
        }
    }
    // A hundred and twenty different calls of `tried`: they aren't told apart.
    chor rotates[A, B, C, D, E](n: u32 @ [A, B, C, D, E]) {
        if n > 0 {
            let _came = answers::tried[A, B]();
            rotates[B, C, D, E, A](n - 1);
            rotates[B, A, C, D, E](n - 1);
        }
    }
}

#[test]
fn what_other_blocks_send_is_known() {
    assert_eq!(counted::PROTOCOL.expendable, [1]);
    assert_eq!(needed::PROTOCOL.expendable, [0; 0]);
    assert_eq!(further::PROTOCOL.expendable, [0; 0]);
    assert_eq!(tries::PROTOCOL.expendable, [0]);
    assert_eq!(tries_and_is_asked::PROTOCOL.expendable, [0]);
    assert_eq!(around::PROTOCOL.expendable, [0]);
    assert_eq!(rotates::PROTOCOL.expendable, [0, 1, 2, 3, 4]);
}

#[test]
fn a_value_sends_what_it_does_where_it_is_made() {
    assert_eq!(passes::PROTOCOL.expendable, [0]);
    assert_eq!(passes_by_name::PROTOCOL.expendable, [0]);
}

#[test]
fn who_compares_agreements_is_needed() {
    assert_eq!(compares::PROTOCOL.expendable, [0; 0]);
}

#[tokio::test]
async fn they_run() {
    assert_eq!(simulate(counted::Choreography::new().voters(3)).await.unwrap().judge, 2);
    assert_eq!(simulate(needed::Choreography::new().voters(3)).await.unwrap().judge, 9);
    assert_eq!(simulate(passes::Choreography::new()).await.unwrap().c, 1);
    assert_eq!(simulate(passes_by_name::Choreography::new()).await.unwrap().c, 1);
    assert_eq!(simulate(around::Choreography::new(3)).await.unwrap().b, 3);
    assert!(simulate(compares::Choreography::new(3)).await.unwrap().b);
    assert!(simulate(tries_and_is_asked::Choreography::new()).await.unwrap().b);
}
