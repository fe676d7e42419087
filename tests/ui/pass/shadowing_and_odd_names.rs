//! Names of users and of the macro never meet.

#![deny(warnings)]

use chor::prelude::*;

#[derive(Clone, serde::Serialize, serde::Deserialize)]
pub struct Seller(pub u32);

#[derive(Clone, Copy)]
pub struct Result;

chor! {
    pub chor buy[Buyer, Seller, Error, Some, Ok](
        r#type: self::Seller @ Buyer,
        payload: u32 @ Buyer,
        p0: u32 @ Seller,
        __ep: u32 @ Seller,
    ) -> u32 @ Buyer {
        let result = Buyer -> Seller: r#type;
        let p0 = Seller: p0 + __ep + result.0;
        let payload = Buyer => Error: payload;
        let Result = [Buyer, Error]: Result;
        let r#match = Error => [Some, Ok]: payload;
        if r#match > 3 {
            Ok: println!("{}", r#match);
        }
        Seller -> Buyer: p0
    }
}

fn main() {
    drop(buy::Error::new());
    drop(buy::Seller::new(1, 2));
}
