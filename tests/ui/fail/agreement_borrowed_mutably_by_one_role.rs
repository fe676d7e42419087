//! So it takes no `&mut` of it.

use chor::prelude::*;

chor! {
    chor f[A, B](mut names: Vec<String> @ [A, B]) {
        A: names.push("me".to_owned());
        B: std::mem::take(&mut names);
    }
}

fn main() {}
