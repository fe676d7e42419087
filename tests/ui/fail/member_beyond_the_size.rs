//! Members are numbered from 0, up to the size that the header states.

use chor::prelude::*;

chor! {
    chor f[Leader, Workers[3]](known: bool @ [Leader, Workers]) {
        let last = Workers[2];
        let beyond = Workers[3];
        beyond: println!("me");
        last -> Workers[5]: 1_u32;
        if known {
            Workers[5]: println!("me");
            let one: u32 @ [Leader, Workers[0x10]] = last => [Leader, Workers[0x10]]: 1;
        }
        g[Leader, Workers[4]](Workers[4]: 1);
        each w in Workers { w -> Workers[9]: 1_u32; }
        par {
            { Workers[3_usize]: println!("me"); }
            { each w in [Leader, Workers] { w: println!("me"); } }
        }
    }

    chor g[Leader, Worker](x: u32 @ Worker) {
        Worker: println!("{x}");
    }

    chor of_one[Workers[1]]() {
        Workers[0]: println!("me");
        Workers[1]: println!("me");
    }

    chor of_none[Workers[0]]() {
        Workers[0]: println!("me");
    }

    // Sizes that come with a session, or from a constant, are compared when it runs.
    chor of_any[Workers[..]]() {
        Workers[5]: println!("me");
    }

    chor of_many[Workers[N]]<const N: usize>() {
        Workers[5]: println!("me");
    }
}

macro_rules! played_by {
    ($name:ident, $size:expr, $number:expr) => {
        chor! {
            chor $name[Workers[$size]]() {
                Workers[$number]: println!("me");
            }
        }
    };
}

played_by!(of_a_macro, 2, 2);

fn main() {
    let _ = f::Choreography::new(true);
    let _ = of_one::Choreography::new();
    let _ = of_many::Choreography::<2>::new();
}
