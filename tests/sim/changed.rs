//! What roles change in place, each for itself, and what of it differs.

use crate::agreements::without_place;
use chor::prelude::*;
use chor::sim::{Simulation, explore};
use std::fmt::Write;
use std::sync::atomic::{AtomicU32, Ordering};

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

type Counter<'c> = &'c AtomicU32;

chor! {
    chor pushed[A, B](counter: Counter<'_> @ [A, B]) -> usize @ [A, B] {
        let mut list: Vec<u32> @ [A, B] = vec![];
        [A, B]: list.push(next(counter));
        list.len()
    }
    chor in_a_branch[A, B](counter: Counter<'_> @ [A, B]) -> usize @ A {
        let mut list: Vec<u32> @ [A, B] = vec![7];
        if A => B: true {
            list.push(next(counter))
        }
        B: assert!(list.len() < 3);
        A: list.len()
    }
    chor in_a_block[A, B](counter: Counter<'_> @ [A, B], mut list: Vec<u32> @ [A, B]) {
        for _ in 0..2 {
            [A, B]: { for _ in 0..2 { list[0] += next(counter); } };
        }
        [A, B]: assert!(!list.is_empty());
    }
    chor swapped[A, B](counter: Counter<'_> @ [A, B]) -> bool @ [A, B] {
        let mut x: u32 @ [A, B] = 1;
        let mut y: u32 @ [A, B] = 2;
        [A, B]: {
            let mut own = next(counter);
            std::mem::swap(&mut own, &mut y);
            std::mem::swap(&mut x, &mut y);
        };
        A: println!("{x} {y}");
        B: println!("{x} {y}");
        true
    }
    chor written[A, B](counter: Counter<'_> @ [A, B]) -> usize @ [A, B] {
        let mut text: String @ [A, B] = String::new();
        [A, B]: write!(text, "{}", next(counter))?;
        text.len()
    }
    chor computed_place[A, B](counter: Counter<'_> @ [A, B]) -> usize @ [A, B] {
        let mut list: Vec<u32> @ [A, B] = vec![3, 4];
        list[usize::from(true)] = next(counter);
        list.len()
    }
}

/// What is told of the difference, without its place.
macro_rules! differs {
    ($name:ident $(, $argument:expr)*) => {{
        let counter = AtomicU32::new(0);
        let failure = explore(|| {
            counter.store(0, Ordering::Relaxed);
            $name::Choreography::new(&counter $(, $argument)*)
        });
        let failure = failure.orders(false).find(|_| ()).expect_err("the values differ");
        without_place(&failure.problem.to_string())
    }};
}

#[test]
fn what_a_statement_changes_is_compared_after_it() {
    assert_eq!(differs!(pushed), "`list` after list.push(next(counter)): A = [0], B = [1]");
    assert_eq!(
        differs!(in_a_branch),
        "`list` after list.push(next(counter)): A = [7, 0], B = [7, 1]"
    );
    let told = differs!(in_a_block, vec![0]);
    assert!(told.starts_with("`list` after { for _ in 0..2 {"), "{told}");
    assert!(told.ends_with(": A = [1], B = [9]"), "{told}");
    let told = differs!(swapped);
    assert!(told.starts_with("`x` after {"), "{told}");
    assert!(told.ends_with(": A = 0, B = 1"), "{told}");
    let told = differs!(written);
    assert!(told.starts_with("`text` after write!(text"), "{told}");
    let told = differs!(computed_place);
    assert!(told.ends_with(": A = [3, 0], B = [3, 1]"), "{told}");
}

/// Can be moved, and lends what changes it.
#[derive(Clone, Debug, Default)]
struct Book(Vec<u32>);

impl Book {
    fn add(&mut self, number: u32) -> &mut Self {
        self.0.push(number);
        self
    }
    fn close(self) -> usize {
        self.0.len()
    }
    fn print(self) {
        println!("{:?}", self.0);
    }
}

chor! {
    // Each of these statements moves what it is called on, or is the last that looks at it: what is
    // no longer there can't be compared. That this compiles is the test.
    chor moves[A, B](n: u32 @ [A, B]) -> usize @ [A, B] {
        let mut first = [A, B]: Book::default();
        first.add(n).add(n);
        [A, B]: drop(first);
        let mut book = [A, B]: Book::default();
        book.add(n);
        let mut other = [A, B]: book.clone();
        if n > 3 {
            other.print();
            other = Book::default();
        } else {
            [A, B]: other.print();
            return 7;
        }
        other.add(1);
        loop {
            if n > 100 {
                book.print();
                break;
            }
            book.add(n);
            for round in 0..n {
                if round == 2 {
                    book.print();
                    return 1;
                }
                book.add(round);
            }
            book = other.clone();
        }
        match n {
            0 => other.print(),
            1 => { other.print(); [A, B]: panic!("never"); }
            _ => {
                let lent = other.add(3);
                lent.add(4);
                [A, B]: other.close();
            }
        }
        let mut last = [A, B]: vec![n];
        [A, B]: { for x in &mut last { *x += 1; } };
        par {
            { A: println!("{last:?}"); }
            { B: println!("{n}"); }
        };
        last.push(3);
        let kept = move chor(x: usize @ [A, B]) -> usize @ [A, B] { x + last.len() };
        kept(1)
    }
}

#[test]
fn what_has_moved_is_left_alone() {
    for n in [0, 5] {
        let run = Simulation::new().run(|| moves::Choreography::new(n));
        let (a, b) = (run.results.a.expect("A ends"), run.results.b.expect("B ends"));
        assert_eq!(a, b);
    }
}
