//! The simulator.

mod explore;
mod faults;
mod runs;
mod stuck;
mod traces;
