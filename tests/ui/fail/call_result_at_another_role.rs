//! A result is where the callee says.

use chor::prelude::*;

chor! {
    chor ask[Client, Server](x: u32 @ Client) -> u32 @ Server {
        Client -> Server: x
    }

    chor f[A, B](x: u32 @ A) -> u32 @ A {
        let y = ask[A, B](x);
        A: println!("{y}");
        ask[A, B](x)
    }
}

fn main() {}
