//! All mistakes of a block are reported at once, each once.

use chor::prelude::*;

chor! {
    chor Buy[Buyer, seller](title: String @ Byer, price: u32 @ seller) -> u32 {
        let offer = seller -> Buyer: price + 1;
        if Buyer: offer > 3 {
            seller: println!("no");
        }
        Buyer: println!("{price}");
        println!("{offer}");
        ask[Buyer](offer);
        Buyer: return;
        offer +;
        Buyer -> Shop: offer;
        offer
    }

    #[inline]
    chor ask[A, B](x: u32 @ A) -> u32 @ B {
        loop {
            if x > 3 {
                break x;
            }
            A -> B: "me";
        }
    }

    chor ask[A](x: u32 @ A) {
        A: drop(x);
    }

    fn helper() {}

    chor last[A, B](x: u32 @ A) -> u32 @ B {
        A: x
    }
}

fn main() {}
