//! It is held by all roles of the scrutinee.

use chor::prelude::*;

chor! {
    chor f[A, B](x: Option<u32> @ [A, B], most: u32 @ A) {
        match x {
            Some(y) if y > most => [A, B]: println!("{y}"),
            _ => {}
        }
    }
}

fn main() {}
