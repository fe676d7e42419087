//! They are named.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client) {
        Client -> Server: name;
    }

    chor f[A, B](name: String @ A) {
        auth[](name.clone());
        auth(A: name.clone());
        auth(name.clone());
        A: auth(name);
    }
}

fn main() {}
