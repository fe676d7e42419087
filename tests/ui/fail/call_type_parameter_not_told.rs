//! Each role can tell the types that its share mentions.

use chor::prelude::*;

chor! {
    chor zero[A, B]<T: Message + Default>() -> T @ B {
        A -> B: T::default()
    }

    chor f[A, B]() {
        let x = zero[A, B]();
        B: drop::<u32>(x);
    }

    // At `A` the literal would be an `i32`, at `B` the closure wants a `u8`.
    chor applied[A, B]<T: Message>(x: T @ A, f: impl Fn(T) -> T @ B) -> T @ B {
        let x: T = A -> B: x;
        B: f(x)
    }
    chor apart[A, B]() {
        applied[A, B](A: 1, B: |x: u8| x);
    }
}

fn main() {}
