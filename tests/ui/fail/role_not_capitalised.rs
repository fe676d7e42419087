//! Roles are TitleCase.

use chor::prelude::*;

chor! {
    chor buy[buyer, book_shop](title: String @ buyer) {
        buyer: drop(title);
    }
}

fn main() {}
