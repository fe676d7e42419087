//! The error of `?` becomes a boxed one.

use chor::prelude::*;

pub struct NoError;

chor! {
    chor f[A, B](x: Result<u32, NoError> @ A) {
        A: drop(x?);
        B: println!("hello");
    }
}

fn main() {}
