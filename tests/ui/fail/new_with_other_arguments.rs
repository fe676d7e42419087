//! `new` takes what the role brings.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A, y: String @ [A, B]) {
        A -> B: x;
        [A, B]: drop(y);
    }
}

fn main() {
    let _ = f::A::new(3);
    let _ = f::B::new("me");
    let _ = f::Choreography::new(3, "me".to_owned(), "me".to_owned());
}
