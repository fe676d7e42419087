//! `?`, `bail!` and `ensure!` fail the role, also inside other macros.

#![deny(warnings)]

use anyhow::{Context, bail, ensure};
use chor::prelude::*;

chor! {
    pub chor f[A, B](text: String @ A, limit: Option<u32> @ [A, B]) -> u32 @ B {
        let n: u32 = A -> B: text.parse().context("no number")?;
        let limit = [A, B]: limit?;
        B: ensure!(n < limit, "{n} is too much");
        B: if n == 3 {
            bail!("three");
        };
        B: println!("{}", u8::try_from(n)?);
        B: n
    }
}

fn main() {
    drop(f::Choreography::new("3".to_owned(), None));
}
