//! Names are resolved where the macro stands.

use chor::sim::simulate;
use std::collections::BTreeMap as Map;

const LIMIT: u32 = 7;

mod inner {
    use chor::prelude::*;

    fn own(x: u32) -> u32 {
        x + 1
    }

    chor! {
        pub(crate) chor paths[A, B](x: u32 @ A) -> u32 @ B {
            let y: u32 = A -> B: self::own(x) + super::LIMIT;
            B: y
        }
    }
}

macro_rules! make {
    ($name:ident, $ty:ty, $add:expr) => {
        chor::chor! {
            chor $name[A, B](x: $ty @ A) -> $ty @ B {
                let y: $ty = A -> B: x + $add;
                y
            }
        }
    };
}

make!(by_eight, u8, 8);
make!(by_thousand, u64, 1000);

macro_rules! with_names {
    ($chor:ident, $var:ident) => {
        chor::chor! {
            pub(super) chor $chor[A, B](f: bool @ [A, B]) -> u32 @ B {
                let mut $var: u32 @ [A, B] = 0;
                'done: loop {
                    if f { $var = 3; break 'done; } else { break; }
                }
                B: $var + 1
            }
        }
    };
}

#[allow(unused, reason = "one role has no use of the variable")]
mod outside {
    with_names!(named_outside, outside);
}
use outside::named_outside;

#[tokio::test]
async fn variables_may_be_named_by_a_macro() -> Result<(), chor::Error> {
    assert_eq!(simulate(named_outside::Choreography::new(true)).await?.b, 4);
    Ok(())
}

#[tokio::test]
async fn paths_are_those_of_the_module() -> Result<(), chor::Error> {
    assert_eq!(simulate(inner::paths::Choreography::new(1)).await?.b, 9);
    Ok(())
}

#[tokio::test]
async fn macros_may_make_choreographies() -> Result<(), chor::Error> {
    assert_eq!(simulate(by_eight::Choreography::new(1)).await?.b, 9);
    assert_eq!(simulate(by_thousand::Choreography::new(1)).await?.b, 1001);
    Ok(())
}

#[tokio::test]
async fn functions_may_have_choreographies() -> Result<(), chor::Error> {
    const STEP: u32 = 5;
    struct Local(u32);
    chor::chor! {
        chor here[Local1, B](x: Local @ Local1) -> Map<u32, u32> @ B {
            let y: Map<u32, u32> = Local1 -> B: Map::from([(x.0, STEP)]);
            y
        }
    }
    let outcome = simulate(here::Choreography::new(Local(1))).await?;
    assert_eq!(outcome.b, Map::from([(1, 5)]));
    Ok(())
}
