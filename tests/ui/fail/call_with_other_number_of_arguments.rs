//! A call has an argument for each parameter.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client, key: u32 @ Server) {
        Client -> Server: name;
        Server: drop(key);
    }

    chor f[A, B](name: String @ A) {
        auth[A, B](name);
        auth[A, B]();
    }
}

fn main() {}
