//! What a role holds while it waits can move between threads.

use chor::prelude::*;

use std::rc::Rc;

chor! {
    chor f[A, B](x: u32 @ A) {
        let counter = A: Rc::new(x);
        let y: u32 = B -> A: 3;
        A: println!("{}", *counter + y);
    }
}

fn main() {}
