//! What a member has of its own is at all branches of its role, as anything else is.

use chor::prelude::*;

chor! {
    chor f[Nodes[..]](mut seen: Vec<u32> @ each Nodes) {
        each n in Nodes {
            each m in Nodes {
                let number: u32 = n -> m: 1;
                m: seen.push(number);
            }
        }
    }
}

fn main() {}
