//! `each` and `for` range over families and lists, not over one role.

use chor::prelude::*;

chor! {
    chor f[Boss, Workers[..]](x: u32 @ Boss, y: u32 @ each Boss) {
        each w in Boss {
            w: drop(x);
        }
        for w in Wokers {
            Boss -> w: x;
        }
    }
}

fn main() {}
