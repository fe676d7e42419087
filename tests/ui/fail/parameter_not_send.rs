//! What a role brings can move between threads.

use chor::prelude::*;

chor! {
    chor f[A, B](x: std::rc::Rc<u32> @ A) {
        let y: u32 = A -> B: *x;
        B: println!("{y}");
    }
}

fn main() {}
