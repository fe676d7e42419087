//! Control flow belongs to all roles.

use chor::prelude::*;

chor! {
    chor f[A, B](names: Vec<String> @ A) {
        loop {
            A: if names.is_empty() { return; };
            A: if names.len() > 3 { break };
            A: for name in &names {
                if name == "me" {
                    continue;
                }
            };
            B: println!("hello");
        }
    }
}

fn main() {}
