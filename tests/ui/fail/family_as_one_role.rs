use chor::prelude::*;

chor! {
    chor greet[A, B]() {
        let name: String = A -> B: "me".to_owned();
        B: println!("{name}");
    }

    chor tell[Leader, Workers[..]]() {
        let word: String = Leader -> Workers: "now".to_owned();
        Workers: println!("{word}");
    }

    chor all[Leader, Helper, Workers[..]]() {
        greet[Leader, Workers]();
        greet[Leader, [Helper]]();
        tell[Leader, Helper]();
        let one: u32 = Workers -> Leader: 1;
        each h in Helper { h: println!("me"); }
        each w in Workers {
            Leader: println!("{}", [1, 2][w]);
        }
    }
}

fn main() {}
