//! The simulator.

mod diagrams;
mod explore;
mod faults;
mod runs;
mod stuck;
mod traces;
