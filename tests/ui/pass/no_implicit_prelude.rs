//! What is generated names its own things.

#![no_implicit_prelude]
#![deny(warnings)]

mod inner {
    ::chor::chor! {
        pub chor f[A, B](mut n: u32 @ [A, B], text: ::std::string::String @ A) -> ::std::string::String @ B {
            let text = A -> B: text;
            while A => B: n > 3 {
                n -= 1;
                if n == 7 {
                    break;
                }
            }
            match B => A: n as u32 {
                0 => A: ::std::println!("none"),
                _ => B: ::std::println!("{text}"),
            }
            let both = (A: n, B: n);
            let (a, b) = both;
            A: ::std::println!("{a}");
            let _ = g[B, A](b);
            B: text
        }

        chor g[C, D](n: u32 @ C) -> u32 @ D {
            C -> D: n
        }
    }
}

fn main() {
    let _ = inner::f::A::new(9, ::std::string::String::new());
}
