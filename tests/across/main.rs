//! Calls of choreographies of other blocks, modules and crates.

mod crates;
mod expendable;
mod macros;
mod modules;
mod sizes;
