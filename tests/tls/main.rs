//! Choreographies between peers that know each other by their certificates.

mod authority;
mod certificates;
mod handshakes;
#[path = "../support/log.rs"]
mod log;
mod revoked;
mod roles;
mod streams;
mod street;
mod support;
#[path = "../tcp/way.rs"]
#[allow(dead_code, reason = "others play back what was said")]
mod way;
mod wire;
