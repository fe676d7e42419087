//! Nodes against peers that misbehave, over pipes, in virtual time; and the contract of transports.

mod anew;
mod attacks;
mod conformance;
mod deaths;
mod ended;
mod extremes;
mod held;
mod hoards;
mod hurried;
mod instead;
mod late;
mod liveness;
#[path = "../../tests/support/log.rs"]
mod log;
mod losses;
mod pipes;
mod programs;
mod queues;
mod raw;
mod reentrant;
mod rounds;
mod rubbish;
mod silent;
mod sizes;
mod trial;
mod turns;
#[cfg(feature = "tls")]
mod vetting;
