//! Families whose size is a constant where the choreography stands, called from elsewhere.

use chor::prelude::*;
use chor::sim::simulate;

mod inner {
    const VOTERS: usize = 3;

    chor::chor! {
        pub(super) chor count[Judge, Voters[VOTERS]](vote: bool @ each Voters) -> usize @ Judge {
            let votes: Vec<bool> @ Judge = each v in Voters { v -> Judge: vote };
            Judge: votes.into_iter().filter(|vote| *vote).count()
        }
    }
}

mod waiting {
    const VOTERS: usize = 1 + 2;

    chor::chor! {
        pub(super) chor more[Judge, Voters[VOTERS]](vote: bool @ each Voters) -> bool @ Judge {
            let count = super::inner::count[Judge, Voters](vote);
            Judge: count * 2 > VOTERS
        }
    }
}

chor! {
    chor by_module[Judge, Voters[3]](vote: bool @ each Voters) -> usize @ Judge {
        inner::count[Judge, Voters](vote)
    }

    chor of_any[Judge, Voters[..]](vote: bool @ each Voters) -> bool @ Judge {
        waiting::more[Judge, Voters](vote)
    }

    chor of_a_list[Judge, A, B, C](vote: bool @ each [A, B, C]) -> usize @ Judge {
        inner::count[Judge, [A, B, C]](vote)
    }

    chor as_a_value[Judge, Voters[3]](vote: bool @ each Voters) -> usize @ Judge {
        twice[Judge, Voters](inner::count[Judge, Voters], vote)
    }
    chor twice[Judge, Voters[3]](
        ask: chor(bool @ each Voters) -> usize @ Judge,
        vote: bool @ each Voters,
    ) -> usize @ Judge {
        let once = ask(vote);
        let again = ask(vote);
        Judge: once + again
    }

    chor by_crate[Judge, Voters[..]](vote: bool @ each Voters) -> u32 @ Judge {
        library::sized::tally[Judge, Voters](vote)
    }

    chor deep[Judge, Voters[..]](vote: bool @ each Voters) -> u32 @ Judge {
        library::sized::twice[Judge, Voters](vote)
    }
}

#[tokio::test]
async fn a_constant_size_of_another_module_needs_no_name_here() {
    let votes = vec![true, false, true];
    let outcome = simulate(by_module::Choreography::new(votes.clone())).await.unwrap();
    assert_eq!(outcome.judge, 2);
    assert!(simulate(of_any::Choreography::new(votes.clone())).await.unwrap().judge);
    assert_eq!(simulate(as_a_value::Choreography::new(votes.clone())).await.unwrap().judge, 4);
    assert_eq!(simulate(of_a_list::Choreography::new(votes)).await.unwrap().judge, 2);
}

#[tokio::test]
async fn a_constant_size_of_another_crate_needs_no_name_here() {
    let votes = vec![true, false, true, true];
    assert_eq!(simulate(by_crate::Choreography::new(votes.clone())).await.unwrap().judge, 3);
    assert_eq!(simulate(deep::Choreography::new(votes)).await.unwrap().judge, 6);
}

#[tokio::test]
async fn another_size_is_refused_where_the_constant_is() {
    let error = simulate(of_any::Choreography::new(vec![true; 4])).await.unwrap_err();
    let text = chain(&error);
    assert!(text.contains("`Voters` has to have 3 members here, and is played by 4"), "{text}");
}

fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
