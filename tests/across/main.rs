//! Calls of choreographies of other blocks, modules and crates.

mod crates;
mod macros;
mod modules;
