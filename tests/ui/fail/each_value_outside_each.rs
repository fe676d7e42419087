use chor::prelude::*;

chor! {
    chor sum[Leader, Workers[..]](part: u32 @ each Workers) -> u32 @ Leader {
        Workers: println!("{part}");
        let doubled = part * 2;
        let parts: Vec<u32> = each w in Workers { w -> Leader: part };
        Leader: parts.iter().sum()
    }
}

fn main() {}
