//! rustc compares the types, at the argument.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client, key: u32 @ Server) {
        Client -> Server: name;
        Server: drop(key);
    }

    chor f[A, B](name: u64 @ A, key: String @ B) {
        auth[A, B](name, key);
    }
}

fn main() {}
