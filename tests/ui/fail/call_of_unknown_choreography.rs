//! A callee exists, here or where its path leads; a choreography that is a value has its roles.

use chor::prelude::*;

mod shop {}

chor! {
    chor auth[Client, Server](name: String @ Client) -> bool @ Client {
        let name: String = Client -> Server: name;
        Server -> Client: !name.is_empty()
    }

    chor f[A, B](name: String @ A) -> bool @ A {
        let token = login[A, B](name);
        token
    }

    chor g[A, B]() {
        shop::auth[A, B]();
    }

    chor h[A, B](ask: chor(u32 @ A) -> u32 @ B, x: u32 @ A) -> u32 @ B {
        ask[A, B](x)
    }
}

fn main() {}
