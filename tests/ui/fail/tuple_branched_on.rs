//! A guard, a scrutinee and what is iterated over are an agreement.

use chor::prelude::*;

chor! {
    chor f[A, B](x: bool @ A, y: bool @ B) {
        let both = (A: x, B: y);
        if both {}
        match both {
            _ => {}
        }
        for _ in both {}
    }
}

fn main() {}
