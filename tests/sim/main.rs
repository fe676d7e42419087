//! The simulator.

mod faults;
mod runs;
mod stuck;
mod traces;
