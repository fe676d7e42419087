use chor::prelude::*;

chor! {
    chor pick[Leader, Nodes[..]]() {
        let name = {
            let first = Nodes[0];
            let name: String = Leader -> first: "first".to_owned();
            name
        };
    }
}

fn main() {}
