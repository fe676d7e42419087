//! Distinct ones.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client) {
        Client -> Server: name;
    }

    chor f[A, B](name: String @ A) {
        auth[A, A](name);
    }
}

fn main() {}
