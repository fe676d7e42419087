//! What is computed twice may be two members.

use chor::prelude::*;

chor! {
    chor f[Leader, Workers[..]](i: usize @ [Leader, Workers]) {
        let job: u32 = Leader -> Workers[i]: 1;
        Workers[i]: println!("{job}");
    }
    // A literal is the same number each time.
    chor g[Leader, Workers[..]]() {
        let job: u32 = Leader -> Workers[0]: 1;
        Workers[0]: println!("{job}");
    }
}

fn main() {
    let _ = f::Choreography::new(1).workers(2);
    let _ = g::Choreography::new().workers(2);
}
