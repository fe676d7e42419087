//! A turbofish gives each of them.

use chor::prelude::*;

chor! {
    chor zero[A, B]<T: Message + Default>() -> T @ B {
        A -> B: T::default()
    }

    chor f[A, B]() {
        let x = zero[A, B]::<u32, u32>();
        B: drop(x);
    }
}

fn main() {}
