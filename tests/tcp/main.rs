//! Choreographies between sockets.

mod streams;
mod support;
