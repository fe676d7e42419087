//! What is generated lets users forbid and deny what they like.

#![forbid(non_snake_case, unsafe_code, missing_docs, unused_must_use)]
#![deny(warnings, unreachable_pub, rust_2018_idioms, clippy::all, clippy::pedantic, clippy::nursery)]

//! Choreographies.

use chor::prelude::*;

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Move {
    /// A number of steps up.
    Up(u32),
    /// Enough.
    Stop,
}

chor! {
    /// All forms.
    pub chor forms[Alice, Bob, Carol](
        mut n: u32 @ [Alice, Bob, Carol],
        _unused: String @ Carol,
        name: &str @ Alice,
        even: impl Fn(u32) -> bool @ Carol,
    ) -> (u32 @ Alice, String @ [Bob, Carol]) {
        let text: String @ [Alice, Bob] = Alice => Bob: name.to_owned();
        let moved: Move = Alice => [Bob, Carol]: if n > 3 { Move::Up(n) } else { Move::Stop };
        match moved {
            Move::Up(steps) if steps > 3 => {
                Bob -> Carol: steps as u32;
            }
            Move::Up(_) => Alice: println!("up"),
            Move::Stop => {}
        }
        'outer: loop {
            let done: bool = Carol => [Alice, Bob]: even(n);
            if done {
                break 'outer;
            }
            n += 1;
        }
        for step in 0..n {
            Bob: println!("{step}");
        }
        let found: Option<u32> = Alice => [Bob, Carol]: Some(n);
        let Some(found) = found else {
            return (Alice: 3, [Bob, Carol]: String::new());
        };
        let sure = agree!(Alice: found, Bob: found, Carol: found);
        let whole: String = Bob => Carol: format!("{text}{sure}");
        (Alice: sure, whole)
    }

    /// Never ends.
    pub chor forever[Alice, Bob, Carol](n: u32 @ Alice) {
        loop {
            let m = Alice -> Bob: n;
            Bob: println!("{m}");
        }
    }

    /// Always fails.
    pub chor fails[Alice, Bob](n: u32 @ Alice) -> u32 @ Bob {
        let m: u32 = Alice -> Bob: todo!("{n}");
        Bob: unimplemented_yet!(m)
    }

    /// Returns early.
    pub chor early[Alice, Bob](n: u32 @ [Alice, Bob]) -> u32 @ Bob {
        if n > 3 {
            return Bob: n;
        }
        Alice -> Bob: n
    }
}

#[macro_export]
#[doc(hidden)]
macro_rules! unimplemented_yet {
    ($($value:tt)*) => {
        panic!("{}", $($value)*)
    };
}

fn main() {
    drop(forms::Carol::new(3, String::new(), |n| n % 2 == 0));
    drop(forever::Alice::new(3));
    drop(fails::Alice::new(3));
    drop(early::Alice::new(3));
}
