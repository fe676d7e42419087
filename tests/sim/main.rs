//! The simulator.

mod agreements;
mod changed;
mod computed;
mod diagrams;
mod explore;
mod family_agreements;
mod family_diagrams;
mod family_orders;
mod faults;
mod mermaid;
mod mixed;
mod numbers;
mod orders;
mod runs;
mod seeds;
mod stuck;
mod traces;
mod unbound;
