use chor::prelude::*;

chor! {
    chor compare[Nodes[..]](id: u32 @ each Nodes) {
        each u in Nodes {
            each v in Nodes {
                if id > 3 {
                    u: println!("{id}");
                }
            }
        }
    }
}

fn main() {}
