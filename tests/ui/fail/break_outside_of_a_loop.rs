//! Jumps have somewhere to go.

use chor::prelude::*;

chor! {
    chor f[A, B]() {
        break;
        continue;
        'here: {
            A: println!("hello");
            break 'there;
        }
    }
}

fn main() {}
