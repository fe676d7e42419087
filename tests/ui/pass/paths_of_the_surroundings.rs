//! Names are resolved where the macro stands.

#![deny(warnings)]

pub const BASE: u32 = 3;

pub mod shop {
    pub mod goods {
        #[derive(Clone, serde::Serialize, serde::Deserialize)]
        pub enum Good {
            Book { pages: u32 },
            Pen,
        }
    }

    fn price(good: &goods::Good) -> u32 {
        match good {
            goods::Good::Book { pages } => pages * super::BASE,
            goods::Good::Pen => 1,
        }
    }

    macro_rules! double {
        ($value:expr) => {
            $value * 2
        };
    }

    chor::chor! {
        pub chor buy[Buyer, Seller](good: self::goods::Good @ Buyer) -> u32 @ Buyer {
            use self::goods::Good::{self, *};
            let good: Good = Buyer -> Seller: good;
            let least: u32 @ Seller = super::BASE;
            Seller: match &good {
                Book { .. } => println!("a book"),
                Pen => println!("a pen"),
            }
            Seller -> Buyer: double!(self::price(&good)).max(least).min(crate::BASE * 100)
        }
    }
}

fn main() {
    let _ = shop::buy::Seller::new();
}
