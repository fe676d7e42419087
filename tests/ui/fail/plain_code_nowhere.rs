//! Plain Rust runs where all its variables are.

use chor::prelude::*;

chor! {
    chor total[Shop, Carrier](price: u32 @ Shop, shipping: u32 @ Carrier) -> u32 @ Shop {
        let total = price + shipping;
        Shop: total
    }
}

fn main() {}
