//! Several members by number, which may be the same one or not.

use chor::play_together;
use chor::prelude::*;
use std::sync::Mutex;

/// What happened, and where.
type Log = Mutex<Vec<String>>;

fn note(log: &Log, text: String) {
    log.lock().unwrap().push(text);
}

/// Says when it is dropped.
struct Held<'l>(&'l Log, usize);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        note(self.0, format!("{} lets go", self.1));
    }
}

chor! {
    chor passed[Nodes[..]](at: [usize; 3] @ Nodes, x: u64 @ each Nodes) -> (u64 @ Nodes, u64 @ each Nodes) {
        let (a, b) = (at[0], at[1]);
        let first = Nodes[a];
        let second = Nodes[b];
        let third = Nodes[at[2]];
        let mut own: u64 @ each Nodes = each Nodes: 0;
        let one: u64 = first -> second: x;
        let two: u64 = second -> third: one * 10 + x;
        third: own += two;
        let all: u64 @ Nodes = third => Nodes: two * 10 + x;
        if first => Nodes: all > 100 {
            let back: u64 = second -> first: x;
            first: own += back * 1000;
        } else {
            second: own += 7;
        }
        let acts: bool = third => Nodes: own > 0;
        match acts {
            false => {}
            true => { let last: u64 = third -> first: 1; first: own += last; }
        }
        let copied: u64 @ each Nodes = each Nodes: own;
        (all, each Nodes: copied)
    }

    /// What one member has without being sent it is dropped at the end of the block, as ever.
    chor held[Nodes[..]](log: &Log @ each Nodes) {
        let first = Nodes[0];
        let guard = first: Held(log, first.index());
        let second = Nodes[1];
        let hint: u32 = first -> second: 5;
        second: note(log, format!("second has {hint}"));
        each Nodes: note(log, "all".to_owned());
        let other = second: Held(log, second.index());
        let _: u32 = second -> first: 6;
        first: note(log, "first goes on".to_owned());
        first: note(guard.0, "first ends".to_owned());
        second: note(other.0, "second ends".to_owned());
    }

    chor shadowed[Nodes[..]](x: u64 @ Nodes) -> u64 @ Nodes {
        let first = Nodes[0];
        let last = Nodes[Nodes.len() - 1];
        let y: u64 = first -> last: x + 1;
        let x: u64 = last => Nodes: y + 1;
        const MORE: u64 = 100;
        let y: u64 = last -> first: x + MORE;
        let y: u64 = first => Nodes: y + 1;
        y
    }

    /// Only those leave early who know.
    chor leaving[Nodes[..]](x: u64 @ each Nodes) -> u64 @ each Nodes {
        let mut sum: u64 @ each Nodes = each Nodes: 0;
        for round in 0..10 {
            let node = Nodes[0];
            let next = Nodes[round % Nodes.len()];
            let value: u64 = next -> node: x;
            node: sum += value;
            if node => Nodes: sum > 10 { break; }
            next: sum += 1;
        }
        sum
    }
}

/// What `passed` has to give.
fn by_hand(at: [usize; 3], x: &[u64]) -> (u64, Vec<u64>) {
    let mut own = vec![0; x.len()];
    let two = x[at[0]] * 10 + x[at[1]];
    own[at[2]] += two;
    let all = two * 10 + x[at[2]];
    let (to, more) = if all > 100 { (at[0], x[at[1]] * 1000) } else { (at[1], 7) };
    own[to] += more;
    if own[at[2]] != 0 {
        own[at[0]] += 1;
    }
    (all, own)
}

#[tokio::test]
async fn whoever_they_are() -> Result<(), Error> {
    for x in [vec![1, 2, 3], vec![0, 0, 1], vec![5]] {
        let numbers = 0..x.len();
        let all = numbers.clone().flat_map(|a| numbers.clone().map(move |b| (a, b)));
        let all = all.flat_map(|(a, b)| numbers.clone().map(move |c| [a, b, c]));
        for at in all {
            let outcome = play_together(passed::Choreography::new(at, x.clone())).await?;
            let (agreed, own) = by_hand(at, &x);
            let expected: Vec<(u64, u64)> = own.into_iter().map(|own| (agreed, own)).collect();
            assert_eq!(outcome.nodes, expected, "{at:?} of {x:?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn what_is_held_is_let_go_at_the_end_of_its_block() -> Result<(), Error> {
    let logs = [Log::default(), Log::default()];
    play_together(held::Choreography::new(logs.iter().collect())).await?;
    let [first, second] = logs.map(|log| log.into_inner().unwrap());
    assert_eq!(first, ["all", "first goes on", "first ends", "0 lets go"]);
    assert_eq!(second, ["second has 5", "all", "second ends", "1 lets go"]);
    Ok(())
}

#[tokio::test]
async fn names_mean_their_latest_declaration() -> Result<(), Error> {
    for size in 1..4 {
        let outcome = play_together(shadowed::Choreography::new(1).nodes(size)).await?;
        assert_eq!(outcome.nodes, vec![104; size]);
    }
    Ok(())
}

#[tokio::test]
async fn loops_are_left_by_all() -> Result<(), Error> {
    let outcome = play_together(leaving::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!(outcome.nodes, [11, 1, 1]);
    Ok(())
}
