use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        if A => B: { x > 0 } {
            B: println!("more");
        }
    }
}

fn main() {
    let _ = f::Choreography::new(1);
}
