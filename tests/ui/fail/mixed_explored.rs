//! Exploring a run some of whose roles are real.

use chor::prelude::*;
use chor::sim::{Simulation, explore};

chor! {
    chor tell[A, B]() {
        A -> B: true;
    }
}

fn main() {
    let [a, _] = chor::memory::session();
    let mixed = Simulation::new().real(&["B"], [a]);
    explore(tell::Choreography::new).under(mixed).check(|_| ());
}
