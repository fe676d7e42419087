//! A location names roles of the header.

use chor::prelude::*;

chor! {
    chor buy[Buyer, Seller](order: String @ Byer, stock: u32 @ Shop) -> u32 @ [Buyer, Sellr] {
        Buyer: drop(order);
        Seller: drop(stock);
    }
}

fn main() {}
