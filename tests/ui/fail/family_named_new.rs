use chor::prelude::*;

chor! {
    chor f[Leader, New[..]]() {
        Leader => New: 1u32;
    }
    // A role that is none has no such method.
    chor g[Leader, New]() {
        Leader => New: 1u32;
    }
}

fn main() {
    let _ = f::Choreography::new();
    let _ = g::Choreography::new();
    let _ = f::Leader::new();
}
