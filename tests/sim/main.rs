//! The simulator.

mod diagrams;
mod explore;
mod faults;
mod numbers;
mod runs;
mod stuck;
mod traces;
