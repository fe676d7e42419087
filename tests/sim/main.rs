//! The simulator.

mod agreements;
mod changed;
mod computed;
mod determinism;
mod diagrams;
mod explore;
mod family_agreements;
mod family_diagrams;
mod family_orders;
mod faults;
mod interrupted;
mod mermaid;
mod mixed;
mod numbers;
mod orders;
mod rerun;
mod runs;
mod seeds;
mod stuck;
mod threads;
mod traces;
mod unbound;
