//! They know of the branch.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client) {
        Client -> Server: name;
    }

    chor f[A, B, C](go: bool @ [A, B], name: String @ A) {
        if go {
            auth[A, C](name);
        }
    }
}

fn main() {}
