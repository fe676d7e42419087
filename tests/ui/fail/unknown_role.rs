//! `A: e` is run by a role of the header.

use chor::prelude::*;

chor! {
    chor buy[Buyer, Seller](price: u32 @ Buyer) {
        Byer: println!("{price}");
        Buyer -> Shop: price;
        [Buyer, Sellers]: println!("bye");
    }
}

fn main() {}
