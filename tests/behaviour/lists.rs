//! Lists of roles in the place of a family.

use chor::play_together;
use chor::prelude::*;

chor! {
    chor sum[Leader, Workers[..]](x: u32 @ each Workers) -> u32 @ Leader {
        let all: Vec<u32> @ Leader = each w in Workers {
            let x: u32 = w -> Leader: x;
            x
        };
        Leader: all.iter().sum::<u32>() * 10 + u32::try_from(Workers.len()).unwrap()
    }
    chor of_list[A, B, C](x: u32 @ each [A, C]) -> u32 @ B { sum[B, [A, C]](each [A, C]: x) }
    chor told[Leader, Workers[..]](x: u32 @ Leader) -> u32 @ [Leader, Workers] {
        Leader => Workers: x + u32::try_from(Workers.len()).unwrap()
    }
    chor nobody[A, B](x: u32 @ A) -> (u32 @ A, u32 @ [A, B]) {
        let alone: u32 @ A = told[A, []](A: x);
        let both: u32 @ [A, B] = told[A, [B]](A: x);
        (A: alone, both)
    }
    chor of_members[Leader, Workers[..], Extra](
        x: u32 @ each Workers,
    ) -> u32 @ Leader {
        let all: Vec<u32> @ Leader = each r in [Extra, Workers] {
            let own: u32 @ r = r: u32::try_from(r.index()).unwrap() * 2;
            let own: u32 = r -> Leader: own;
            own
        };
        let workers: u32 @ Leader = sum[Leader, Workers](each Workers: x);
        Leader: all.iter().sum::<u32>() * 1000 + workers
    }
    chor hashes[Server, Backups[..]](x: u32 @ [Server, Backups]) -> Vec<u32> @ Server {
        each r in [Server, Backups] {
            let own: u32 = r -> Server: x + u32::try_from(r.index()).unwrap();
            own
        }
    }
    chor pair[A, B](x: u32 @ A) -> u32 @ B { A -> B: x + 1 }
    chor chain[Nodes[..]](x: u32 @ each Nodes) -> u32 @ each Nodes {
        each w in Nodes {
            let next = Nodes[(w.index() + 1) % Nodes.len()];
            let got: u32 = pair[w, next](w: x);
            next: got;
            w: 0
        }
    }
}

#[tokio::test]
async fn a_list_stands_for_a_family() -> Result<(), Error> {
    let outcome = play_together(of_list::Choreography::new(vec![4, 5])).await?;
    assert_eq!(outcome.b, 92);
    Ok(())
}

#[tokio::test]
async fn a_list_may_be_empty_or_have_one_role() -> Result<(), Error> {
    let outcome = play_together(nobody::Choreography::new(5)).await?;
    assert_eq!((outcome.a, outcome.b), ((5, 6), 6));
    Ok(())
}

#[tokio::test]
async fn a_list_is_ranged_over_in_order() -> Result<(), Error> {
    let outcome = play_together(of_members::Choreography::new(vec![4, 5])).await?;
    assert_eq!(outcome.leader, 6092);
    let outcome = play_together(hashes::Choreography::new(10).backups(2)).await?;
    assert_eq!(outcome.server, [10, 11, 12]);
    Ok(())
}

#[tokio::test]
async fn roles_of_a_call_that_coincide_fail_it() -> Result<(), Error> {
    play_together(chain::Choreography::new(vec![1, 2, 3])).await?;
    let error = play_together(chain::Choreography::new(vec![1])).await.unwrap_err();
    let text = format!("{error}: {}", std::error::Error::source(&error).unwrap());
    assert!(text.contains("`Nodes[0]` can't play two roles"), "{text}");
    Ok(())
}
