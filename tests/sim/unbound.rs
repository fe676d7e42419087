//! Values that several roles compute, each for itself, and that no name is bound to.

use crate::agreements::without_place;
use chor::prelude::*;
use chor::sim::explore;
use std::sync::atomic::{AtomicU32, Ordering};

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

type Counter<'c> = &'c AtomicU32;

chor! {
    chor argument[A, B](counter: Counter<'_> @ [A, B]) {
        takes[A, B](next(counter));
    }
    chor referred[A, B](counter: Counter<'_> @ [A, B]) {
        borrows[A, B](&vec![next(counter)]);
    }
    chor result[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        next(counter)
    }
    chor boxed[A, B](counter: Counter<'_> @ [A, B]) -> Box<dyn std::fmt::Debug + Send> @ [A, B] {
        [A, B]: Box::new(next(counter))
    }
    chor part[A, B](counter: Counter<'_> @ [A, B]) -> (u32 @ A, u32 @ [A, B]) {
        (A: 1, [A, B]: next(counter))
    }
    chor early[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        if A => B: true {
            return next(counter);
        }
        2
    }
    chor branch[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        match 3 {
            0 => { 1 }
            _ => { next(counter) + 1 }
        }
    }
    chor left[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        loop {
            break next(counter);
        }
    }
    chor value[A, B](counter: Counter<'_> @ [A, B]) -> u32 @ [A, B] {
        let make = chor() -> u32 @ [A, B] { next(counter) };
        make()
    }
    chor called[A, B](counter: Counter<'_> @ [A, B]) {
        let take = chor(x: u32 @ [A, B]) { A: println!("{x}"); B: println!("{x}"); };
        take(next(counter));
    }
    chor gathered[A, B, W[..]](counter: Counter<'_> @ [A, B]) -> Vec<u32> @ [A, B] {
        each w in W {
            let _own: u8 = w -> A: 1;
            [A, B]: next(counter)
        }
    }
    chor numbered[W[..]](counter: Counter<'_> @ W) {
        let w = W[next(counter) as usize % W.len()];
        w: println!("it is me");
    }
    chor takes[A, B](x: u32 @ [A, B]) {
        A: println!("{x}");
        B: println!("{x}");
    }
    chor borrows[A, B](x: &[u32] @ [A, B]) {
        A: println!("{x:?}");
        B: println!("{x:?}");
    }
}

/// What is told of the difference, without its place.
macro_rules! differs {
    ($name:ident $(.$size:ident($count:expr))?) => {{
        let counter = AtomicU32::new(0);
        let failure = explore(|| {
            counter.store(0, Ordering::Relaxed);
            $name::Choreography::new(&counter)$(.$size($count))?
        });
        let failure = failure.orders(false).find(|_| ()).expect_err("the values differ");
        without_place(&failure.problem.to_string())
    }};
}

#[test]
fn arguments_are_compared() {
    assert_eq!(differs!(argument), "next(counter): A = 0, B = 1");
    assert_eq!(differs!(referred), "&vec![next(counter)]: A = [0], B = [1]");
    assert_eq!(differs!(called), "next(counter): A = 0, B = 1");
}

#[test]
fn results_are_compared() {
    assert_eq!(differs!(result), "next(counter): A = 0, B = 1");
    assert_eq!(differs!(boxed), "Box::new(next(counter)): A = 0, B = 1");
    assert_eq!(differs!(part), "next(counter): A = 0, B = 1");
    assert_eq!(differs!(early), "next(counter): A = 0, B = 1");
    assert_eq!(differs!(branch), "next(counter) + 1: A = 1, B = 2");
    assert_eq!(differs!(left), "next(counter): A = 0, B = 1");
    assert_eq!(differs!(value), "next(counter): A = 0, B = 1");
}

#[test]
fn what_is_gathered_is_compared() {
    let told = differs!(gathered.w(2));
    assert!(told.starts_with("next(counter): A = "), "{told}");
}

#[test]
fn numbers_of_members_are_compared() {
    assert_eq!(differs!(numbered.w(2)), "next(counter) as usize % W.len(): W[0] = 0, W[1] = 1");
}
