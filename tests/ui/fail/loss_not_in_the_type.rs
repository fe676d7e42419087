//! `try` and `within` show in the type of what the receiver has.

use chor::prelude::*;

chor! {
    chor f[A, B](x: u32 @ A) {
        let late: u32 = A -> B within std::time::Duration::from_secs(1): x;
        let lost: u32 = try A -> B: x;
        let both: Option<u32> = try A -> B within std::time::Duration::from_secs(1): x;
        let open = try A -> B within std::time::Duration::from_secs(1): x + 1;
        B: println!("{late} {lost} {both:?} {open:?}");
    }
}

fn main() {}
