//! What is verified is sent.

use chor::prelude::*;

chor! {
    #[verify(agreement)]
    chor f[A, B](x: &str @ [A, B], y: &[u32] @ [A, B]) {
        A: println!("{x} {y:?}");
    }
}

fn main() {}
