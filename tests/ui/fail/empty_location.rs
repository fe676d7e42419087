//! A location has at least one role.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ [], y: u32 @) {
        []: println!("hello");
    }
}

fn main() {}
