//! Each role is a field of the outcome.

use chor::prelude::*;

chor! {
    chor f[BookShop, Bookshop, Book_Shop]() {}
}

fn main() {}
