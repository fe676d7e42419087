use chor::prelude::*;

chor! {
    chor pass[Leader, Nodes[..]](start: usize @ Leader, known: usize @ [Leader, Nodes]) {
        let first = Nodes[start];
        first: println!("me");
        if Leader: known > 1 {
            let second = Nodes[known];
            second: println!("me");
        }
    }
}

fn main() {}
