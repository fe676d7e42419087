//! The branches of an `each` share what their role has: they can't all change it.

use chor::prelude::*;

chor! {
    chor f[Leader, Workers[..]](mut total: u32 @ Leader, mut seen: Vec<u32> @ Leader) {
        each w in Workers {
            let more: u32 = w -> Leader: 1;
            Leader: total += more;
        }
        each w in Workers {
            let more: u32 = w -> Leader: 1;
            Leader: seen.push(more);
        }
        Leader: println!("{total} {seen:?}");
    }
}

fn main() {}
