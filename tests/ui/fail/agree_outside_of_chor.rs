//! The prelude's `agree!` says where it belongs.

use chor::prelude::*;

fn main() {
    let x = agree!(1, 1);
}
