//! A callee has a name.

use chor::prelude::*;

chor! {
    chor auth[Client, Server](name: String @ Client) {
        Client -> Server: name;
    }

    chor f[A, B](name: String @ A) {
        let token = login[A, B](name);
        B: println!("{token}");
        shop::auth[A, B]();
    }
}

fn main() {}
