//! Choreographies between sockets.

mod conformance;
mod crowd;
mod cuts;
mod expendable;
mod failure;
mod families;
mod floods;
mod flow;
mod inside;
mod lanes;
#[path = "../support/log.rs"]
mod log;
mod memory;
mod nodes;
mod outside;
mod played_back;
mod proxy;
mod raw;
mod series;
mod sessions;
mod silent;
mod streams;
mod support;
mod survey;
mod tail;
mod way;
