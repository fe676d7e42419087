//! Mergesort by three roles that take turns.
//!
//! `A` halves its items between `B` and `C`. Each of them sorts its half in the same way, with the
//! other two as helpers: `sort[B, C, A]`, `sort[C, A, B]`. Then the two merge their halves into
//! `A`, one item at a time, without either of them seeing the whole half of the other.
//!
//! Only what can't be known in advance is told. The number of items is an agreement, told once: so
//! all three know how the items are halved, where the recursion ends and when a half is used up,
//! and none of this costs a message. What remains are the comparisons, told to the two others, and
//! the items themselves. For the ten items of `main` that makes 111 messages; telling the others
//! every choice, where to halve and whether a half is used up included, takes 267.
//!
//! The recursion is as deep as the items can be halved, and merging is a loop, so the stack stays
//! shallow for any number of items.
//!
//! Run it with `cargo run --example mergesort`.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// Sorts the items of `A` with the help of `B` and `C`.
    pub chor mergesort[A, B, C](items: Vec<u32> @ A) -> Vec<u32> @ A {
        let len: usize = A => [B, C]: items.len();
        sort[A, B, C](items, len)
    }

    /// Sorts the items of `A`, whose number all know.
    pub chor sort[A, B, C](items: Vec<u32> @ A, len: usize @ [A, B, C]) -> Vec<u32> @ A {
        if len < 2 {
            A: items
        } else {
            let half = len / 2;
            let rest = len - half;
            let left: Vec<u32> = A -> B: items[..half].to_vec();
            let right: Vec<u32> = A -> C: items[half..].to_vec();
            let left = sort[B, C, A](left, half);
            let right = sort[C, A, B](right, rest);
            merge[A, B, C](left, right, half, rest)
        }
    }

    /// Merges the sorted items of `B` and of `C` into `A`. Both have at least one, and all know how
    /// many.
    pub chor merge[A, B, C](
        left: Vec<u32> @ B,
        right: Vec<u32> @ C,
        lefts: usize @ [A, B, C],
        rights: usize @ [A, B, C],
    ) -> Vec<u32> @ A {
        let mut merged: Vec<u32> = A: Vec::with_capacity(lefts + rights);
        let mut l: usize = 0;
        let mut r: usize = 0;
        let mut rival: u32 = C -> B: right[0];
        loop {
            if B => [A, C]: left[l] <= rival {
                let item: u32 = B -> A: left[l];
                A: merged.push(item);
                l += 1;
                if l == lefts {
                    let tail: Vec<u32> = C -> A: right[r..].to_vec();
                    A: merged.extend(tail);
                    break;
                }
            } else {
                let item: u32 = C -> A: right[r];
                A: merged.push(item);
                r += 1;
                if r == rights {
                    let tail: Vec<u32> = B -> A: left[l..].to_vec();
                    A: merged.extend(tail);
                    break;
                }
                rival = C -> B: right[r];
            }
        }
        merged
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let items = vec![9, 1, 4, 7, 5, 2, 3, 0, 6, 8];
    println!("{items:?}");
    let outcome = simulate(mergesort::Choreography::new(items)).await?;
    println!("{:?}", outcome.a);
    Ok(())
}
