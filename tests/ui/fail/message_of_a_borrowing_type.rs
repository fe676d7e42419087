//! A type with a lifetime can't outlive its sender.

use chor::prelude::*;

#[derive(Clone, serde::Serialize)]
pub struct Title<'a>(&'a str);

chor! {
    chor f[A, B]<'a>(x: Title<'a> @ A) {
        let y = A -> B: x;
        B: drop(y);
    }
}

fn main() {}
