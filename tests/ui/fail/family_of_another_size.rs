//! A family of a stated size is played by so many.

use chor::prelude::*;

mod elsewhere {
    chor::chor! {
        pub chor pair[Both[2]]() {
            each Both: println!("me");
        }
    }
}

chor! {
    chor of_three[Leader, Workers[3]](x: u32 @ each Workers) -> Vec<u32> @ Leader {
        each w in Workers { w -> Leader: x }
    }

    chor single[Worker[1]]() {
        Worker: println!("me");
    }

    chor calls[A, B, Pairs[2], Any[..]](x: u32 @ each [A, Pairs], y: u32 @ each [A, B]) {
        let right: Vec<u32> @ B = of_three[B, [A, Pairs]](x);
        let wrong: Vec<u32> @ Any[0] = of_three[Any[0], [A, B]](y);
        let wrong: Vec<u32> @ B = of_three[B, Pairs](each Pairs: 1);
        let known_later: Vec<u32> @ B = of_three[B, Any](each Any: 1);
        single[[A, B]]();
        single[[]]();
        each a in Any { single[[a]](); }
    }

    chor calls_elsewhere[A, Pairs[2]]() {
        elsewhere::pair[Pairs]();
        elsewhere::pair[[A, Pairs]]();
    }
}

fn main() {}
