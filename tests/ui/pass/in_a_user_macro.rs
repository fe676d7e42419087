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

macro_rules! judged {
    ($name:ident, $sum:expr, $known:expr, $range:expr, $few:pat) => {
        chor::chor! {
            pub chor $name[A, B](n: u32 @ A) -> (u32 @ A, bool @ [A, B]) {
                let n: u32 = A => B: n + $sum;
                for i in $range {
                    [A, B]: println!("{i}");
                }
                if $known {
                    A: println!("{}", $sum);
                }
                let few = match n { $few => $known, _ => false };
                (A: $sum, few)
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
judged!(few, 1 + 2, 2 > 1, 0..2, 1 | 2);

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
    let _ = few::A::new(1);
    let _ = more::Role::A;
}
