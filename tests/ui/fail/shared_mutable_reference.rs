//! Several roles can't share one `&mut`.

use chor::prelude::*;

chor! {
    chor f[A, B](total: &mut u32 @ [A, B]) {
        A: *total += 1;
    }
}

fn main() {}
