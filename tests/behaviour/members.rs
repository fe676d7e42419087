//! One member after the other, members by their number, and pairs of members.

use chor::play_together;
use chor::prelude::*;

chor! {
    chor counted[Leader, Workers[..]](x: u32 @ each Workers) -> Vec<u32> @ Leader {
        let mut seen: Vec<u32> @ Leader = Leader: Vec::new();
        for w in Workers {
            let total: u32 = Leader -> w: seen.iter().sum();
            let own: u32 = w -> Leader: total + x;
            Leader: seen.push(own);
        }
        seen
    }
    chor until_zero[Leader, Workers[..]](x: u32 @ each Workers) -> usize @ [Leader, Workers] {
        let mut count: usize @ [Leader, Workers] = 0;
        for w in Workers {
            if w => [Leader, Workers]: x == 0 { break; }
            count += 1;
        }
        count
    }
    chor ring[Nodes[..]](x: u32 @ each Nodes) -> u32 @ each Nodes {
        each w in Nodes {
            let left = Nodes[(w.index() + Nodes.len() - 1) % Nodes.len()];
            let right = Nodes[(w.index() + 1) % Nodes.len()];
            let to_right: u32 = left -> w: x;
            let to_left: u32 = right -> w: x;
            w: to_right * 100 + to_left
        }
    }
    chor ends[Leader, Workers[..]](x: u32 @ each Workers) -> (u32 @ Leader, u32 @ Leader) {
        let last = Workers[Workers.len() - 1];
        let first: u32 = Workers[0] -> Leader: x;
        let end: u32 = last -> Leader: x;
        (Leader: first, Leader: end)
    }
    chor table[Nodes[..]](x: u32 @ each Nodes) -> Vec<u32> @ each Nodes {
        each u in Nodes {
            each v in Nodes {
                if (u.index() + v.index()) & 1 == 0 {
                    let got: u32 = v -> u: x;
                    u: got
                } else {
                    u: 0
                }
            }
        }
    }
    chor chosen[Leader, Workers[..]](at: usize @ Leader, x: u32 @ each Workers) -> u32 @ Leader {
        let at: usize = Leader => Workers: at;
        let picked: u32 = Workers[at] -> Leader: x;
        picked
    }
}

#[tokio::test]
async fn one_member_comes_after_the_other() -> Result<(), Error> {
    let outcome = play_together(counted::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!(outcome.leader, [1, 3, 7]);
    Ok(())
}

#[tokio::test]
async fn all_leave_a_loop_over_members_together() -> Result<(), Error> {
    for (values, count) in [(vec![1, 0, 3], 1), (vec![1, 2], 2), (vec![], 0)] {
        let members = values.len();
        let outcome = play_together(until_zero::Choreography::new(values)).await?;
        assert_eq!((outcome.leader, outcome.workers), (count, vec![count; members]));
    }
    Ok(())
}

#[tokio::test]
async fn neighbours_in_a_ring_have_numbers() -> Result<(), Error> {
    let outcome = play_together(ring::Choreography::new(vec![1, 2, 3, 4])).await?;
    assert_eq!(outcome.nodes, [402, 103, 204, 301]);
    // One that is its own neighbour sends itself no message.
    let outcome = play_together(ring::Choreography::new(vec![7])).await?;
    assert_eq!(outcome.nodes, [707]);
    Ok(())
}

#[tokio::test]
async fn members_are_named_by_number() -> Result<(), Error> {
    let outcome = play_together(ends::Choreography::new(vec![4, 5, 6])).await?;
    assert_eq!(outcome.leader, (4, 6));
    let outcome = play_together(ends::Choreography::new(vec![4])).await?;
    assert_eq!(outcome.leader, (4, 4));
    Ok(())
}

#[tokio::test]
async fn pairs_of_members_may_be_one_member_twice() -> Result<(), Error> {
    let outcome = play_together(table::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!(outcome.nodes, [vec![1, 0, 3], vec![0, 2, 0], vec![1, 0, 3]]);
    Ok(())
}

#[tokio::test]
async fn a_number_out_of_range_fails_all_roles() -> Result<(), Error> {
    let outcome = play_together(chosen::Choreography::new(1, vec![4, 5])).await?;
    assert_eq!(outcome.leader, 5);
    let error = play_together(chosen::Choreography::new(2, vec![4, 5])).await.unwrap_err();
    let text = format!("{error}: {}", std::error::Error::source(&error).unwrap());
    assert!(text.contains("number 2 is out of range: `Workers` has 2 members"), "{text}");
    Ok(())
}
