//! A guard of an arm is plain Rust.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B]) {
        match x {
            Some(y) if A => B: y > 3 => A: println!("hello"),
            _ => {}
        }
    }
}

fn main() {}
