//! Choreographies that recur deeply.

use chor::prelude::*;
use std::thread;
use tokio::runtime;

/// Checked on the stack of a thread of Rust's default size. A role is polled from the outside in, so a
/// level costs a few stack frames, as with recursive functions: without optimisation, up to 1.6 KiB in the
/// choreographies below.
const DEPTH: u32 = 1_000;
const STACK: usize = 2 << 20;

chor! {
    /// Counts down in turns, with a message on the way in and another one on the way out.
    chor down[Mover, Waiter](n: u32 @ [Mover, Waiter]) -> u32 @ Mover {
        if n == 0 {
            Mover: 0
        } else {
            let said: u32 = Mover => Waiter: n;
            let below: u32 = down[Waiter, Mover](said - 1);
            let below: u32 = Waiter -> Mover: below;
            below + 1
        }
    }
    /// The same through another one.
    chor even[A, B](n: u32 @ [A, B]) -> bool @ [A, B] {
        if n == 0 {
            true
        } else {
            let n: u32 = A => B: n - 1;
            odd[B, A](n)
        }
    }
    chor odd[A, B](n: u32 @ [A, B]) -> bool @ [A, B] {
        if n == 0 {
            false
        } else {
            let n: u32 = A => B: n - 1;
            even[B, A](n)
        }
    }
    /// Fails at the bottom: the failure goes through all levels.
    chor fails_below[A, B](n: u32 @ [A, B]) {
        if n == 0 {
            A: None::<()>?;
            let never: u32 = A -> B: n;
            B: assert_eq!(never, 0);
        } else {
            let n: u32 = A => B: n - 1;
            fails_below[A, B](n);
        }
    }
}

fn on_a_small_stack<T: Send + 'static>(run: impl Future<Output = T> + Send + 'static) -> T {
    let play = || runtime::Builder::new_current_thread().build().unwrap().block_on(run);
    thread::Builder::new().stack_size(STACK).spawn(play).unwrap().join().unwrap()
}

#[test]
fn played_together() {
    let outcome = on_a_small_stack(chor::sim::simulate(down::Choreography::new(DEPTH)));
    assert_eq!(outcome.unwrap().mover, DEPTH);
}

#[test]
fn played_by_itself() {
    let (mover, waiter) = on_a_small_stack(async {
        let [a, b] = chor::memory::session();
        let b = tokio::spawn(async move { play_role(down::Waiter::new(DEPTH), &b).await });
        (play_role(down::Mover::new(DEPTH), &a).await, b.await.unwrap())
    });
    assert_eq!((mover.unwrap(), waiter.unwrap()), (DEPTH, ()));
}

#[test]
fn mutual_recursion() {
    let outcome = on_a_small_stack(chor::sim::simulate(even::Choreography::new(DEPTH + 1)));
    assert_eq!(outcome.unwrap(), even::Outcome { a: false, b: false });
}

#[test]
fn a_failure_at_the_bottom_reaches_the_top() {
    let error = on_a_small_stack(chor::sim::simulate(fails_below::Choreography::new(DEPTH)));
    let error = error.unwrap_err();
    assert_eq!((error.role(), error.cause().role()), ("A", "A"));
    assert!(error.place().to_string().contains("`n` (message 2 of `fails_below`"), "{error}");
}

#[test]
fn cancelled_at_the_bottom() {
    let roles = on_a_small_stack(async {
        let [a, b] = chor::memory::session();
        let a = tokio::spawn(async move { play_role(down::Mover::new(DEPTH), &a).await });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        a.abort();
        (a.await, play_role(down::Waiter::new(DEPTH), &b).await)
    });
    assert!(roles.0.unwrap_err().is_cancelled());
    assert_eq!(*roles.1.unwrap_err().cause().reason(), chor::Reason::Cancelled);
}
