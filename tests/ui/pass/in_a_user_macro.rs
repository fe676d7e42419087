//! A choreography may be made by a macro, more than once.

#![deny(warnings)]

macro_rules! transfer {
    ($name:ident, $ty:ty, $from:ident -> $to:ident) => {
        chor::chor! {
            pub chor $name[$from, $to](value: $ty @ $from) -> $ty @ $to {
                let copy: $ty = $from -> $to: value;
                if $to => $from: is_fine(&copy) {
                    $from: println!("fine");
                }
                $to: copy
            }
        }
    };
}

macro_rules! choreography {
    ($($body:tt)*) => {
        chor::chor! { $($body)* }
    };
}

fn is_fine<T>(_: &T) -> bool {
    true
}

transfer!(up, Vec<u32>, Client -> Server);
transfer!(down, String, Server -> Client);

choreography! {
    /// Asks for one more.
    pub chor more[A, B](n: u32 @ A) -> u32 @ [A, B] {
        let m = A => B: n;
        m + 1
    }
}

fn main() {
    let _ = up::Client::new(vec![1]);
    let _ = down::Choreography::new(String::new());
    let _ = more::Role::A;
}
