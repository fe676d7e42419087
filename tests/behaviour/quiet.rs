//! What is right as one program is not warned of because one role's share of it looks odd.
#![deny(warnings)]

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor read_by_one[A, B](f: bool @ [A, B], x: u32 @ A) -> u32 @ B {
        let mut n: u32 @ [A, B] = 0;
        if f { n = 3; }
        let y: u32 = A -> B: x;
        B: y + n
    }
    chor last_of[A, B](xs: Vec<u32> @ [A, B]) -> u32 @ B {
        let mut last: u32 @ [A, B] = 0;
        for x in &xs {
            last = *x;
            A: assert!(*x < 100);
        }
        B: last
    }
    chor initialised_later[A, B](f: bool @ [A, B]) -> u32 @ B {
        let x: u32 @ [A, B];
        if f { x = 1; A: assert_eq!(x, 1); } else { x = 2; }
        B: x
    }
    chor counted[A, B](stop: u32 @ A) -> u32 @ A {
        let mut rounds: u32 @ [A, B] = 0;
        while A => B: rounds < stop {
            let ball: u32 = A => B: rounds + 1;
            rounds = B => A: ball;
        }
        A: rounds
    }
    chor without_braces[A, B](x: u32 @ [A, B]) -> u32 @ B {
        match x { 0 => B: 1, n => n.wrapping_add(3) }
    }
    chor same[A, B](x: u32 @ [A, B]) -> u32 @ [A, B] { x }
    chor called_in_an_arm[A, B](x: u32 @ [A, B]) -> u32 @ B {
        let k: u32 = match x { 0 => B: 1, n => same[A, B](n) };
        k
    }
    chor asked_again[A, B](x: u32 @ [A, B]) -> u32 @ B {
        let z: u32 = if x > 3 { A: print(); B: 1 } else if x.is_power_of_two() { B: 2 } else { B: 3 };
        z
    }
    chor assigned_from_blocks[A, B](xs: Vec<Option<u32>> @ [A, B]) -> u32 @ B {
        let mut sum: u32 @ [A, B] = 0;
        let mut n: u32 @ [A, B] = 0;
        for x in &xs {
            n = match x { Some(v) => *v, None => continue };
            let y: u32 = A => B: n;
            sum += { let z: u32 @ [A, B] = 4; y + z };
        }
        sum + n
    }
    chor left_inner_loop[A, B](xs: Vec<u32> @ [A, B]) -> u32 @ A {
        let mut found: u32 @ A = 0;
        'outer: for x in &xs {
            for y in 0..*x {
                if y > 2 { continue 'outer; }
                found += 1;
            }
            let z: u32 = A -> B: *x;
            B: assert!(z < 3);
        }
        found
    }
}

fn print() {
    println!("big");
}

#[tokio::test]
async fn they_are_right_too() -> Result<(), Error> {
    assert_eq!(simulate(read_by_one::Choreography::new(true, 4)).await?.b, 7);
    assert_eq!(simulate(last_of::Choreography::new(vec![1, 2])).await?.b, 2);
    assert_eq!(simulate(initialised_later::Choreography::new(false)).await?.b, 2);
    assert_eq!(simulate(counted::Choreography::new(3)).await?.a, 3);
    assert_eq!(simulate(without_braces::Choreography::new(4)).await?.b, 7);
    assert_eq!(simulate(called_in_an_arm::Choreography::new(4)).await?.b, 4);
    for (x, z) in [(5, 1), (2, 2), (3, 3)] {
        assert_eq!(simulate(asked_again::Choreography::new(x)).await?.b, z);
    }
    let xs = vec![Some(1), None, Some(2)];
    assert_eq!(simulate(assigned_from_blocks::Choreography::new(xs)).await?.b, 13);
    assert_eq!(simulate(left_inner_loop::Choreography::new(vec![1, 5, 2])).await?.a, 6);
    Ok(())
}

chor! {
    chor formatted[A, B](f: bool @ [A, B], name: &str @ B) -> String @ B {
        let mut n: u32 @ [A, B] = 0;
        let width: usize = 4;
        if f { n = 3; }
        B: format!("{name} {n:>width$} {}", n + 1)
    }
}

#[tokio::test]
async fn names_in_strings_stay_the_same() -> Result<(), Error> {
    assert_eq!(simulate(formatted::Choreography::new(true, "n")).await?.b, "n    3 4");
    Ok(())
}
