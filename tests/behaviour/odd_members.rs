//! Families in unusual places, none of which is warned of.
#![deny(warnings)]

use chor::play_together;
use chor::prelude::*;

mod elsewhere {
    use chor::prelude::*;

    chor! {
        pub chor total[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ [Leader, Workers] {
            let all: Vec<u32> @ Leader = each w in Workers { w -> Leader: x };
            let sum: u32 = Leader => Workers: all.iter().sum();
            sum
        }
    }
}

chor! {
    chor used_by_some[Leader, Workers[..]](x: u32 @ Leader) -> usize @ Leader {
        let all: Vec<u32> @ Leader = each w in Workers {
            let x: u32 = Leader => Workers: x;
            let y = x + 1;
            let z: u32 = w -> Leader: y;
            z
        };
        Leader: all.len()
    }
    chor again_and_again[Leader, Workers[..]](rounds: u32 @ [Leader, Workers]) -> Vec<u32> @ Leader {
        let mut all: Vec<u32> @ Leader = Leader: Vec::new();
        for round in 0..rounds {
            let got: Vec<u32> @ Leader = each w in Workers { w -> Leader: round * 10 + small(w.index()) };
            Leader: all.extend(got);
        }
        all
    }
    chor to_all[Leader, Workers[..]](x: u32 @ each Workers) -> Vec<u32> @ [Leader, Workers] {
        each w in Workers { w => [Leader, Workers]: x }
    }
    chor down[Leader, Workers[..]](n: u32 @ [Leader, Workers]) -> u32 @ Leader {
        if n == 0 {
            Leader: 0
        } else {
            let all: Vec<u32> @ Leader = each w in Workers { w -> Leader: n };
            let rest: u32 @ Leader = down[Leader, Workers](n - 1);
            Leader: rest + all.iter().sum::<u32>()
        }
    }
    chor sized[Leader, Workers[N]]<const N: usize>(x: u32 @ each Workers) -> [u32; N] @ Leader {
        let all: Vec<u32> @ Leader = each w in Workers { w -> Leader: x };
        Leader: all.try_into().unwrap()
    }
    chor of_three[Workers[3]](x: u32 @ each Workers) -> u32 @ each Workers { each Workers: x + 1 }
    chor of_any[Workers[..]](x: u32 @ each Workers) -> u32 @ each Workers {
        of_three[Workers](each Workers: x)
    }
    chor abroad[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ [Leader, Workers] {
        elsewhere::total[Leader, Workers](each Workers: x)
    }
    chor abroad_of_few[A, B, C](x: u32 @ each [A, B]) -> u32 @ [A, B, C] {
        elsewhere::total[C, [A, B]](each [A, B]: x)
    }
    chor valued[Leader, Workers[..]](x: u32 @ Leader) -> u32 @ Leader {
        let add = chor(y: u32 @ Leader) -> u32 @ Leader | Workers {
            let all: Vec<u32> @ Leader = each w in Workers {
                let got: u32 = Leader -> w: x + y;
                w -> Leader: got * 2
            };
            Leader: all.iter().sum()
        };
        let one: u32 @ Leader = add(Leader: 1);
        let two: u32 @ Leader = add(Leader: 2);
        Leader: one + two
    }
    chor branching[Leader, Workers[..]](x: Option<u32> @ [Leader, Workers]) -> Vec<u32> @ Leader {
        match x {
            Some(x) if x > 3 => each w in Workers { w -> Leader: x },
            Some(_) => Leader: vec![1],
            None => {
                let first: u32 = Workers[0] -> Leader: 9;
                Leader: vec![first]
            }
        }
    }
    chor at_once[Leader, Workers[..]](x: u32 @ each Workers) -> (Vec<u32>, Vec<u32>) @ Leader {
        let (one, two) = par {
            { let one: Vec<u32> @ Leader = each w in Workers { w -> Leader: x }; one }
            { let two: Vec<u32> @ Leader = each w in Workers { w -> Leader: x + 100 }; two }
        };
        Leader: (one, two)
    }
    chor borrowed[Leader, Workers[..]](names: &[String] @ Leader) -> Vec<usize> @ Leader {
        let seen: std::sync::Mutex<usize> @ Leader = Leader: std::sync::Mutex::new(0);
        let lengths: Vec<usize> @ Leader = each w in Workers {
            let name: String = Leader -> w: names[w.index()].clone();
            let length: usize = w -> Leader: name.len();
            Leader: { *seen.lock().unwrap() += 1; length }
        };
        Leader: assert_eq!(*seen.lock().unwrap(), Workers.len());
        lengths
    }
    chor failing[Leader, Workers[..]](text: String @ each Workers) -> Vec<u32> @ Leader {
        each w in Workers { w -> Leader: text.parse()? }
    }
    chor mixed[Leader, Workers[..]](
        x: u32 @ each [Leader, Workers],
        y: String @ [Leader, Workers],
    ) -> usize @ each [Leader, Workers] {
        each r in [Leader, Workers] { r: x as usize + y.len() }
    }
}

fn small(index: usize) -> u32 {
    index.try_into().unwrap()
}

#[tokio::test]
async fn what_only_some_members_use_is_not_warned_of() -> Result<(), Error> {
    assert_eq!(play_together(used_by_some::Choreography::new(1).workers(3)).await?.leader, 3);
    Ok(())
}

#[tokio::test]
async fn branches_of_later_rounds_are_their_own() -> Result<(), Error> {
    let outcome = play_together(again_and_again::Choreography::new(3).workers(2)).await?;
    assert_eq!(outcome.leader, [0, 1, 10, 11, 20, 21]);
    assert_eq!(play_together(down::Choreography::new(3).workers(2)).await?.leader, 12);
    Ok(())
}

#[tokio::test]
async fn all_and_one_more_gather() -> Result<(), Error> {
    let outcome = play_together(to_all::Choreography::new(vec![1, 2])).await?;
    assert_eq!((outcome.leader, outcome.workers), (vec![1, 2], vec![vec![1, 2]; 2]));
    Ok(())
}

#[tokio::test]
async fn a_size_may_stand_in_the_type() -> Result<(), Error> {
    let run = sized::Choreography::<_, 3>::new(vec![1, 2, 3]);
    assert_eq!(play_together(run).await?.leader, [1, 2, 3]);
    let run = sized::Choreography::<_, 2>::new(vec![1, 2, 3]);
    let error = play_together(run).await.unwrap_err().to_string();
    assert!(error.contains("`Workers` has 2, `x` has 3"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_size_is_checked_where_a_caller_says_who_plays() -> Result<(), Error> {
    assert_eq!(play_together(of_any::Choreography::new(vec![1, 2, 3])).await?.workers, [2, 3, 4]);
    let error = play_together(of_any::Choreography::new(vec![1, 2])).await.unwrap_err();
    let text = std::error::Error::source(&error).unwrap().to_string();
    assert!(text.contains("`Workers` has to have 3 members here, and is played by 2"), "{text}");
    Ok(())
}

#[tokio::test]
async fn families_are_called_across_modules() -> Result<(), Error> {
    let outcome = play_together(abroad::Choreography::new(vec![1, 2])).await?;
    assert_eq!((outcome.leader, outcome.workers), (3, vec![3, 3]));
    let outcome = play_together(abroad_of_few::Choreography::new(vec![1, 2])).await?;
    assert_eq!((outcome.a, outcome.b, outcome.c), (3, 3, 3));
    Ok(())
}

#[tokio::test]
async fn families_stand_in_values_and_branches() -> Result<(), Error> {
    assert_eq!(play_together(valued::Choreography::new(1).workers(2)).await?.leader, 20);
    for (x, expected) in [(Some(4), vec![4, 4]), (Some(1), vec![1]), (None, vec![9])] {
        let outcome = play_together(branching::Choreography::new(x).workers(2)).await?;
        assert_eq!(outcome.leader, expected);
    }
    let outcome = play_together(at_once::Choreography::new(vec![1, 2])).await?;
    assert_eq!(outcome.leader, (vec![1, 2], vec![101, 102]));
    Ok(())
}

#[tokio::test]
async fn branches_share_what_is_around_them() -> Result<(), Error> {
    let names = ["a".to_owned(), "bcd".to_owned()];
    let outcome = play_together(borrowed::Choreography::new(&names).workers(2)).await?;
    assert_eq!(outcome.leader, [1, 3]);
    let outcome = play_together(mixed::Choreography::new(vec![1, 2, 3], "ab".to_owned())).await?;
    assert_eq!((outcome.leader, outcome.workers), (3, vec![4, 5]));
    Ok(())
}

#[tokio::test]
async fn a_failing_member_is_named() {
    let texts = ["1", "x", "3"].map(str::to_owned).to_vec();
    let error = play_together(failing::Choreography::new(texts)).await.unwrap_err();
    assert!(error.to_string().contains("Workers[1]"), "{error}");
}
