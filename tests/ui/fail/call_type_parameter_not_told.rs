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
}

fn main() {}
