//! A choreographic tuple has elements.

use chor::prelude::*;

chor! {
    chor swap[A, B](both: (u32 @ A, String @ B)) {
        let (a, b) = both;
        A: println!("{a}");
        B: println!("{b}");
    }

    chor f[A, B](x: u32 @ A) {
        swap[A, B](x);
    }
}

fn main() {}
