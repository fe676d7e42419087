//! Branches that run at once, first answers, deadlines and losses as values.

mod branches;
#[path = "../crew/mod.rs"]
mod crew;
mod first;
mod rounds;

const LEADER: usize = 0;
const WORKERS: &[usize] = &[1];
/// The bound worker.
const W: usize = 2;
const PLACE: u64 = 0x00ab_cdef;

fn number(index: usize) -> u64 {
    index as u64
}
