//! Choreographies between sockets.

mod conformance;
mod cuts;
mod failure;
mod floods;
mod flow;
mod nodes;
mod outside;
mod proxy;
mod raw;
mod sessions;
mod streams;
mod support;
mod way;
