//! What is verified can be compared and shown.

use chor::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Order {
    title: String,
}

chor! {
    #![verify(agreement)]

    chor f[A, B](order: Order @ [A, B]) {
        A: println!("{}", order.title);
    }

    chor g[A, B]<T: Message>(x: T @ A, y: T @ B) -> T @ [A, B] {
        agree!(A: x, B: y)
    }
}

fn main() {}
