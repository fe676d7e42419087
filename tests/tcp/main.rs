//! Choreographies between sockets.

mod failure;
mod nodes;
mod proxy;
mod streams;
mod support;
