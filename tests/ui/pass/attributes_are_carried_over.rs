//! What stands on a choreography stands on what is generated.

#![deny(warnings)]
#![forbid(missing_docs)]

//! Choreographies.

use chor::prelude::*;

chor! {
    /// Documented.
    #[cfg(not(test))]
    pub chor here[A, B](x: u32 @ A) {
        A -> B: x;
    }

    #[cfg(test)]
    chor not_here[A, B](x: Missing @ A) {
        A: x.missing();
    }

    /// Old.
    #[deprecated = "use `here`"]
    pub chor old[A, B](x: u32 @ A) {
        A -> B: x;
    }

    /// Shouts.
    #[allow(unused_variables, clippy::no_effect)]
    pub chor LOUD[A, B](x: u32 @ A) {
        let y = A: x;
    }

    #[expect(dead_code)]
    chor quiet[A, B](x: u32 @ A) {
        A -> B: x;
    }
}

fn main() {
    drop(here::A::new(3));
    drop(LOUD::A::new(3));
}
