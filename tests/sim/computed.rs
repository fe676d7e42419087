//! Values that several roles compute, each for itself, and that differ.

use crate::agreements::difference;
use chor::prelude::*;
use chor::sim::Simulation;
use std::collections::{BTreeSet, HashSet};
use std::fmt::Debug;
use std::sync::atomic::{AtomicU32, Ordering};

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

fn count(counter: &AtomicU32) -> impl Iterator<Item = u32> {
    let first = next(counter);
    first..first + 3
}

/// In an order of its own each time.
fn unordered(counter: &AtomicU32) -> Vec<u32> {
    if next(counter) == 0 { vec![1, 2, 3] } else { vec![1, 3, 2] }
}

/// Has no `Debug`.
#[derive(Clone, Copy, PartialEq, serde::Serialize)]
struct Coded(u32);

/// Has neither `Debug` nor `Serialize`.
#[derive(Clone, Copy, PartialEq)]
struct Silent(u32);

type Counter<'c> = &'c AtomicU32;

chor! {
    chor bound[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let number: u32 = [A, B]: next(counter);
        number
    }
    chor bound_plainly[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let number: u32 @ [A, B] = next(counter);
        number
    }
    chor taken_apart[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let (one, other) = [A, B]: (1, next(counter));
        one + other
    }
    chor coded[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let value = [A, B]: Coded(next(counter));
        value.0
    }
    chor silent[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let value = [A, B]: Silent(next(counter));
        value.0
    }
    chor by_a_branch[A, B](counter: Counter<'_> @ [A, B], f: bool @ [A, B]) -> u32 @ [A, B] {
        let number: u32 = if f { [A, B]: next(counter) } else { 0 };
        number
    }
    chor assigned[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let mut numbers: [u32; 2] @ [A, B] = [0; 2];
        numbers[1] = next(counter);
        numbers[1]
    }
    chor added[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        sum += next(counter);
        sum
    }
    chor matched[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        match next(counter) { 0..100 => 1, _ => 2 }
    }
    chor matched_place[A, B](pair: (u32, &AtomicU32) @ [A, B]) -> u32 @ [A, B] {
        let mut pair = [A, B]: pair;
        // Not looked at after a `let`.
        let _done = [A, B]: { pair.0 = next(pair.1); true };
        match pair.0 { 0..100 => 1, _ => 2 }
    }
    chor in_an_if_let[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        if let Some(_) = [A, B]: Some(next(counter)) { 1 } else { 2 }
    }
    chor or_else[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let 1.. = next(counter) else { return 0; };
        1
    }
    chor iterated[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        for number in count(counter) { sum += number; }
        sum
    }
    chor in_another_order[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let mut last: u32 @ [A, B] = 0;
        for number in unordered(counter) { last = number; }
        last
    }
    chor rounds[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let mut rounds: u32 @ [A, B] = 0;
        for _ in 0..next(counter) { rounds += 1; }
        rounds
    }
    chor of_any_type[A, B]<T: Copy + Debug + Send>(
        make: impl Fn(u32) -> T + Clone + Send @ [A, B],
        counter: Counter<'_> @ [A, B],
    ) -> T @ [A, B] {
        let made = [A, B]: make(next(counter));
        made
    }
    chor of_a_silent_type[A, B]<T: Copy + Send>(
        make: impl Fn(u32) -> T + Clone + Send @ [A, B],
        counter: Counter<'_> @ [A, B],
    ) -> T @ [A, B] {
        let made = [A, B]: make(next(counter));
        made
    }
    chor in_a_loop[A, B](counter: Counter<'_> @ A, other: Counter<'_> @ B) -> u32 @ A {
        let mut sum: u32 @ A = 0;
        for round in 0..5 {
            let own = agree!(A: next(counter), B: if round < 3 { next(other) } else { 0 });
            A: sum += own;
        }
        sum
    }
    chor calls[A, B, C](counter: Counter<'_> @ [A, C]) -> u32 @ [A, C] {
        let same: u32 @ [A, C] = 7;
        B: println!("something else");
        for _ in 0..3 { called[C, A](same); }
        bound[C, A](counter)
    }
    chor called[A, B](n: u32 @ [A, B]) {
        let more = n + 1;
        A: assert_eq!(more, 8);
        B: assert_eq!(more, 8);
    }
    chor recursive[A, B](n: u32 @ [A, B], counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let below: u32 = if n == 0 {
            [A, B]: next(counter)
        } else {
            let less = n - 1;
            recursive[B, A](less, counter)
        };
        below
    }
    chor in_a_value[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let both = chor(x: u32 @ [A, B]) -> u32 @ [A, B] {
            let sum = [A, B]: x + next(counter);
            sum
        };
        both(1)
    }
}

/// A run in which roles came to other values; gives what is told of the first difference, at
/// whatever order of roles.
macro_rules! differs {
    ($name:ident($($argument:expr),*)) => {{
        let mut told = BTreeSet::new();
        for seed in 0..20 {
            let counter = &AtomicU32::new(0);
            let simulation = Simulation::new().seed(seed);
            let run = simulation.run(|| $name::Choreography::new($($argument(counter)),*));
            let text = difference(&run.results.a.err().expect("the values differ"));
            let (_, text) = text.split_once(": ").expect("the text has parts");
            let (site, values) = text.split_once(" at ").expect("it has a place");
            let (_, values) = values.split_once(": ").expect("it has values");
            told.insert(format!("{site}: {values}"));
        }
        told.into_iter().collect::<Vec<_>>()
    }};
}

fn own(counter: &AtomicU32) -> &AtomicU32 {
    counter
}

#[test]
fn what_is_bound_is_compared() {
    let both = |text: &str| [format!("{text}: A = 0, B = 1"), format!("{text}: A = 1, B = 0")];
    assert_eq!(differs!(bound(own)), both("let number = [A, B]: next(counter)"));
    assert_eq!(differs!(bound_plainly(own)), both("let number = next(counter)"));
    let text = "`other` of let (one, other) = [A, B]: (1, next(counter))";
    assert_eq!(differs!(taken_apart(own)), both(text));
    let told = differs!(by_a_branch(own, |_| true));
    assert!(told.iter().all(|text| text.starts_with("let number = ")), "{told:?}");
}

#[test]
fn what_is_assigned_is_compared() {
    let told = differs!(assigned(own));
    assert_eq!(told[0], "numbers[1] = next(counter): A = 0, B = 1");
    let told = differs!(added(own));
    assert_eq!(told[0], "sum += next(counter): A = 0, B = 1");
}

/// Although the same arm is taken.
#[test]
fn scrutinees_are_compared() {
    assert_eq!(differs!(matched(own))[0], "match next(counter): A = 0, B = 1");
    assert_eq!(differs!(matched_place(|counter| (0, counter)))[0], "match pair.0: A = 0, B = 1");
    let told = differs!(in_an_if_let(own));
    assert!(told[0].ends_with(": A = Some(0), B = Some(1)"), "{told:?}");
    let told = differs!(or_else(own));
    assert_eq!(told[0], "let 1.. = next(counter): A = false, B = true");
}

#[test]
fn items_are_compared() {
    assert_eq!(differs!(iterated(own))[0], "for number in count(counter): A = 0, B = 1");
    let told = differs!(in_another_order(own));
    assert_eq!(told[0], "for number in unordered(counter): A = 2, B = 3");
}

/// One has no round, the other has one: the end of a loop counts as well.
#[test]
fn rounds_are_compared() {
    let told = differs!(rounds(own));
    assert_eq!(told[0], "for _ in 0..next(counter): A = false, B = true");
}

#[test]
fn what_has_no_debug_is_compared_by_its_digest() {
    let told = differs!(coded(own));
    assert!(told[0].starts_with("let value = [A, B]: Coded(next(counter)): A = "), "{told:?}");
    assert_eq!(told[0].matches("5 bytes, digest ").count(), 2, "{told:?}");
}

#[test]
fn what_cannot_be_told_is_not_compared() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| silent::Choreography::new(&counter));
    assert_eq!((run.results.a.expect("A ends"), run.results.b.expect("B ends")), (0, 1));
    let run = Simulation::new().run(|| of_a_silent_type::Choreography::new(Silent, &counter));
    assert_eq!(run.results.a.expect("A ends").0, 2);
}

#[test]
fn a_generic_tells_what_its_bounds_allow() {
    let make = |_: &AtomicU32| |number: u32| Some(number);
    let told = differs!(of_any_type(make, own));
    assert_eq!(told[0], "let made = [A, B]: make(next(counter)): A = Some(0), B = Some(1)");
    // Its own `Debug` makes no difference where the bounds don't say it.
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| of_a_silent_type::Choreography::new(Some, &counter));
    assert_eq!(run.results.b.expect("B ends"), Some(1));
}

#[test]
fn the_round_counts_in_which_they_differ() {
    let told =
        differs!(in_a_loop(|_| &*Box::leak(Box::default()), |_| &*Box::leak(Box::default())));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with(": A = 3, B = 0"), "{told:?}");
}

#[test]
fn values_in_callees_are_compared() {
    let told = differs!(calls(own));
    assert_eq!(told[0], "let number = [A, B]: next(counter): A = 0, C = 1");
    let told = differs!(recursive(|_| 4, own));
    assert!(told[0].starts_with("let below = if "), "{told:?}");
    let told = differs!(in_a_value(own));
    assert_eq!(told[0], "let sum = [A, B]: x + next(counter): A = 1, B = 2");
}

chor! {
    chor sets[A, B](n: u32 @ [A, B]) -> usize @ [A, B] {
        let set = [A, B]: (0..n).collect::<HashSet<u32>>();
        let texts = [A, B]: set.iter().map(|n| (n % 3, *n)).collect::<BTreeSet<_>>();
        texts.len()
    }
}

/// Each role's set has an order of its own, but nobody goes through it.
#[test]
fn sets_are_equal_whatever_their_order() {
    for seed in 0..10 {
        let run = Simulation::new().seed(seed).run(|| sets::Choreography::new(50));
        assert_eq!(run.results.a.expect("the sets are equal"), 50);
    }
}
