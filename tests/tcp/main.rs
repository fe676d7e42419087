//! Choreographies between sockets.

mod cuts;
mod failure;
mod nodes;
mod proxy;
mod streams;
mod support;
mod way;
