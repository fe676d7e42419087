//! The simulator.

mod agreements;
mod diagrams;
mod explore;
mod family_diagrams;
mod faults;
mod mixed;
mod numbers;
mod runs;
mod seeds;
mod stuck;
mod traces;
