//! Nodes against peers that misbehave, over pipes, in virtual time.

mod liveness;
mod pipes;
mod raw;
mod rubbish;
