//! `.await` waits for futures.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        A: x.await;
        B: println!("hello");
    }
}

fn main() {}
