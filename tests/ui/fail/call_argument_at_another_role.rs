//! Arguments are at least where the parameters are.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client, key: u32 @ [Client, Server]) {
        Client -> Server: name;
        Server: drop(key);
    }

    chor f[A, B](name: String @ B, key: u32 @ A) {
        auth[A, B](name, key);
        auth[A, B](A: "me".to_owned(), A -> B: key);
    }
}

fn main() {}
