//! Choreographies call themselves and each other.

#![deny(warnings)]

use chor::prelude::*;

chor! {
    pub chor count[A, B](n: u32 @ [A, B]) -> u32 @ B {
        if n == 0 {
            B: 0
        } else {
            let rest = count[B, A](n - 1);
            A -> B: rest
        }
    }

    pub chor even[A, B](n: u32 @ A) -> bool @ A {
        if A => B: n == 0 {
            A: true
        } else {
            let m: u32 = A -> B: n - 1;
            let odd = odd[B, A](m);
            B -> A: odd
        }
    }

    pub chor odd[A, B](n: u32 @ A) -> bool @ A {
        if A => B: n == 0 {
            A: false
        } else {
            even[A, B](A: n - 1)
        }
    }
}

fn main() {
    drop(count::A::new(3));
    drop(even::A::new(3));
}
