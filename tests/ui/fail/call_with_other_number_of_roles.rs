//! A call names a role for each.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client) {
        Client -> Server: name;
    }

    chor f[A, B, C](name: String @ A) {
        auth[A](name.clone());
        auth[A, B, C](name);
    }
}

fn main() {}
