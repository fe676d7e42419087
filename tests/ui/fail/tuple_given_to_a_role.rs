//! A choreographic tuple can't be given to one role.

use chor::prelude::*;

chor! {
    chor f[A, B](both: (u32 @ A, String @ B)) {
        let (a, b) = both;
        A: println!("{a}");
        B: println!("{b}");
    }
}

fn main() {
    let [memory, _] = chor::memory::session();
    let _ = play_role(f::A::new(3), &memory);
}
