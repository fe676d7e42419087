//! `loop`, `while`, `for`, with `break`, `continue` and labels.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor counted[A, B](n: u32 @ A) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        let mut left: u32 @ A = n;
        while A => B: left > 0 {
            let x: u32 = A => B: left;
            sum += x;
            left -= 1;
        }
        sum
    }
    chor each_item[A, B](xs: Vec<u32> @ A) -> Vec<u32> @ B {
        let xs: Vec<u32> = A => B: xs;
        let mut seen: Vec<u32> @ B = Vec::new();
        for (index, x) in xs.iter().enumerate() {
            if x % 2 == 0 { continue; }
            let y: u32 = A -> B: x + u32::try_from(index)?;
            seen.push(y);
        }
        seen
    }
    chor until[A, B](limit: u32 @ B) -> u32 @ [A, B] {
        let mut n: u32 @ A = 0;
        loop {
            n += 1;
            let seen: u32 = A => B: n;
            if B => A: seen >= limit { break seen; }
        }
    }
    chor labelled[A, B](grid: Vec<Vec<u32>> @ [A, B]) -> Option<u32> @ [A, B] {
        let mut found: Option<u32> @ [A, B] = None;
        'rows: for row in &grid {
            for cell in row {
                if *cell == 0 { continue 'rows; }
                if A => B: *cell > 3 {
                    found = Some(*cell);
                    break 'rows;
                }
            }
        }
        found
    }
    chor left_block[A, B](x: u32 @ A) -> u32 @ [A, B] {
        'done: {
            if A => B: x > 3 { break 'done 1; }
            if A => B: x > 1 { break 'done 2; }
            3
        }
    }
    chor popped[A, B](mut stack: Vec<u32> @ [A, B]) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        while let Some(top) = stack.pop() {
            let add: u32 = A => B: top * 2;
            sum += add;
        }
        sum
    }
    chor third_role_skips[A, B, C](n: u32 @ [A, B, C]) -> (u32 @ B, u32 @ C) {
        let mut sum: u32 @ B = 0;
        for i in 0..n {
            let x: u32 = A -> B: i;
            sum += x;
        }
        let last: u32 = A -> C: n;
        (B: sum, C: last)
    }
}

#[tokio::test]
async fn while_asks_in_each_round() -> Result<(), Error> {
    let outcome = simulate(counted::Choreography::new(4)).await?;
    assert_eq!((outcome.a, outcome.b), (10, 10));
    Ok(())
}

#[tokio::test]
async fn for_goes_through_an_agreement() -> Result<(), Error> {
    let outcome = simulate(each_item::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!(outcome.b, vec![1, 5]);
    Ok(())
}

#[tokio::test]
async fn break_carries_a_value() -> Result<(), Error> {
    let outcome = simulate(until::Choreography::new(3)).await?;
    assert_eq!((outcome.a, outcome.b), (3, 3));
    for (x, value) in [(4, 1), (2, 2), (0, 3)] {
        let outcome = simulate(left_block::Choreography::new(x)).await?;
        assert_eq!((outcome.a, outcome.b), (value, value));
    }
    Ok(())
}

#[tokio::test]
async fn labels_leave_outer_loops() -> Result<(), Error> {
    let grid = vec![vec![1, 0, 9], vec![2, 5, 7]];
    let outcome = simulate(labelled::Choreography::new(grid)).await?;
    assert_eq!((outcome.a, outcome.b), (Some(5), Some(5)));
    Ok(())
}

#[tokio::test]
async fn while_let_empties_an_agreement() -> Result<(), Error> {
    let outcome = simulate(popped::Choreography::new(vec![1, 2, 3])).await?;
    assert_eq!((outcome.a, outcome.b), (12, 12));
    Ok(())
}

#[tokio::test]
async fn roles_without_a_part_skip_the_loop() -> Result<(), Error> {
    let outcome = simulate(third_role_skips::Choreography::new(4)).await?;
    assert_eq!((outcome.b, outcome.c), (6, 4));
    Ok(())
}

chor! {
    /// The jump leaves a loop in which `B` does nothing else.
    chor left_together[A, B](xs: Vec<u32> @ [A, B]) -> (u32 @ A, u32 @ B) {
        let mut found: u32 @ A = 0;
        let mut kept: u32 @ B = 0;
        'outer: for x in &xs {
            for y in 0..*x {
                if y > 2 { continue 'outer; }
                found += 1;
            }
            let mut z: u32 @ [A, B] = 0;
            while z < *x {
                if z == 1 { continue 'outer; }
                A: assert!(z < 1);
                z += 1;
            }
            let w: u32 = A -> B: *x;
            kept += w;
        }
        (A: found, B: kept)
    }
}

#[tokio::test]
async fn a_jump_takes_all_along() -> Result<(), Error> {
    let outcome = simulate(left_together::Choreography::new(vec![1, 5, 2, 0])).await?;
    assert_eq!((outcome.a, outcome.b), (6, 1));
    Ok(())
}
