//! A role that acts in a branch knows which it is.

use chor::prelude::*;

chor! {
    chor buy[Buyer, Seller, Shipper](price: u32 @ Buyer) {
        if Buyer => Seller: price < 10 {
            Seller -> Shipper: 3u32;
        } else {
            Shipper: println!("nothing to do");
        }
    }
}

fn main() {}
