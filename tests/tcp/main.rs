//! Choreographies between sockets.

mod nodes;
mod streams;
mod support;
