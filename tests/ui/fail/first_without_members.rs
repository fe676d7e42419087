//! What doesn't wait for all says who sent what.

use chor::prelude::*;

chor! {
    chor first[Client, Shops[..]](price: u32 @ each Shops) -> u32 @ Client {
        let prices: Vec<u32> @ Client = each shop in Shops first 2 {
            shop -> Client: price + 1
        };
        Client: prices.into_iter().sum()
    }

    chor late[Client, Shops[..]](price: u32 @ each Shops) -> Option<u32> @ Client {
        each shop in Shops within std::time::Duration::from_secs(1) {
            shop -> Client: price + 1
        }
    }

    chor attempt[Client, Shops[..]](price: u32 @ each Shops) -> Vec<(Member, u32)> @ Client {
        try each shop in Shops until |come| come.len() == 2 {
            shop -> Client: price + 1
        }
    }
}

fn main() {}
