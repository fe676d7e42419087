//! `each`: all members of a family at once.

use chor::play_together;
use chor::prelude::*;

chor! {
    chor map_reduce[Leader, Workers[..]]<J: Message, R: Message>(
        jobs: Vec<Vec<J>> @ Leader,
        work: impl Fn(J) -> R + Clone @ Workers,
    ) -> Vec<Vec<R>> @ Leader {
        each w in Workers {
            let chunk: Vec<J> = Leader -> w: jobs[w.index()].clone();
            let done: Vec<R> = w -> Leader: chunk.into_iter().map(&work).collect();
            done
        }
    }
    chor own[Workers[..]](x: u32 @ each Workers) -> usize @ each Workers {
        each w in Workers { w: x as usize * 10 + w.index() }
    }
    chor brief[Workers[..]](x: u32 @ each Workers) -> u32 @ each Workers {
        each Workers: x + u32::try_from(me.index()).unwrap()
    }
    chor gathered[Workers[..]](x: u32 @ each Workers) -> Vec<u32> @ Workers {
        each w in Workers { w => Workers: x }
    }
    chor spread[Workers[..]](text: String @ each Workers) -> Vec<String> @ Workers {
        each w in Workers { w => Workers: text }
    }
    chor taken[A, B, Workers[..]](text: String @ each [A, Workers]) -> (usize @ each [A, Workers], Vec<usize> @ B) {
        let lengths: Vec<usize> @ [A, B, Workers] = each w in [A, Workers] {
            let owned = w: { let text = text; text.into_bytes() };
            let all: usize = w => [A, B, Workers]: owned.len();
            all
        };
        (each [A, Workers]: lengths.iter().sum(), B: lengths)
    }
    chor listed[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ Leader {
        let all = each w in Workers { w -> Leader: x };
        Leader: all.iter().sum()
    }
    chor told[Leader, Workers[..]](x: u32 @ Leader) -> u32 @ Workers {
        Leader -> Workers: x + u32::try_from(Workers.len()).unwrap()
    }
    chor agreed[Leader, Workers[3]](x: u32 @ Leader) -> u32 @ [Leader, Workers] {
        let x: u32 = Leader => Workers: x;
        x + 1
    }
}

#[tokio::test]
async fn a_leader_scatters_and_gathers() -> Result<(), Error> {
    for workers in [0, 1, 5] {
        let jobs: Vec<Vec<u32>> = (0..workers).map(|w| vec![w, w + 1]).collect();
        let expected: Vec<Vec<u32>> = (0..workers).map(|w| vec![w * 2, w * 2 + 2]).collect();
        let run = || {
            let jobs = jobs.clone();
            map_reduce::Choreography::new(jobs, |job: u32| job * 2).workers(workers as usize)
        };
        let outcome = play_together(run()).await?;
        assert_eq!((outcome.leader, outcome.workers), (expected, vec![(); workers as usize]));
    }
    Ok(())
}

#[tokio::test]
async fn members_have_values_of_their_own() -> Result<(), Error> {
    let outcome = play_together(own::Choreography::new(vec![4, 5, 6])).await?;
    assert_eq!(outcome.workers, [40, 51, 62]);
    let outcome = play_together(brief::Choreography::new(vec![4, 5, 6])).await?;
    assert_eq!(outcome.workers, [4, 6, 8]);
    Ok(())
}

#[tokio::test]
async fn all_members_gather_what_each_has() -> Result<(), Error> {
    let outcome = play_together(gathered::Choreography::new(vec![4, 5, 6])).await?;
    assert_eq!(outcome.workers, vec![vec![4, 5, 6]; 3]);
    Ok(())
}

#[tokio::test]
async fn a_member_gives_away_what_it_has_once() -> Result<(), Error> {
    let texts = || ["a", "bc", ""].map(str::to_owned).to_vec();
    let outcome = play_together(spread::Choreography::new(texts())).await?;
    assert_eq!(outcome.workers, vec![texts(); 3]);
    let outcome = play_together(taken::Choreography::new(texts())).await?;
    assert_eq!((outcome.a, outcome.b, outcome.workers), (3, vec![1, 2, 0], vec![3, 3]));
    Ok(())
}

#[tokio::test]
async fn the_type_of_what_each_has_is_known() -> Result<(), Error> {
    assert_eq!(play_together(listed::Choreography::new(vec![4, 5])).await?.leader, 9);
    Ok(())
}

#[tokio::test]
async fn a_whole_family_is_told() -> Result<(), Error> {
    let outcome = play_together(told::Choreography::new(40).workers(2)).await?;
    assert_eq!(outcome.workers, [42, 42]);
    let outcome = play_together(agreed::Choreography::new(6)).await?;
    assert_eq!((outcome.leader, outcome.workers), (7, vec![7, 7, 7]));
    Ok(())
}

#[tokio::test]
async fn a_size_that_nobody_told_is_an_error() {
    let error = play_together(told::Choreography::new(40)).await.unwrap_err();
    assert!(error.to_string().contains("how many members `Workers` has"), "{error}");
}
