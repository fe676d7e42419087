//! Visibility is carried over.

mod shop {
    use chor::prelude::*;

    chor! {
        chor buy[Buyer, Seller]() {
            Buyer: println!("hello");
        }
    }
}

fn main() {
    let _ = shop::buy::Buyer::new();
}
