//! The `chor!` macro: a small compiler from choreographies to one async function per role.
//!
//! Use it through the facade crate `chor`, which documents the language.

#![allow(unreachable_pub, reason = "a macro crate exports its macros only")]
#![allow(clippy::large_enum_variant, reason = "trees of one invocation, gone after it")]
#![allow(clippy::single_match_else, reason = "a `match` names both cases")]
#![allow(
    clippy::similar_names,
    reason = "`pat` and `path`, `then` and `them` are what they are called"
)]

mod ast;
mod changes;
mod check;
mod codegen;
mod diagram;
mod emit;
mod error;
mod expand;
mod foreign;
mod ir;
mod layout;
mod parse;
mod project;
mod protocol;
mod rust;
mod sends;
mod simplify;
mod syntax;
mod test_attribute;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod text;
mod walk;
mod written;

/// What the facade's `chor!` calls: its own path, `;`, and the choreographies.
///
/// With `CHOR_EXPAND` in the environment of the compiler, the expansion is printed.
#[doc(hidden)]
#[proc_macro]
pub fn chor_impl(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    shown(expand::expand(input.into()))
}

/// Where the expansion of a choreography comes back to with the signature of a callee.
#[doc(hidden)]
#[proc_macro]
pub fn chor_resume(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    shown(expand::resume(input.into()))
}

/// Runs a test under many seeds of the simulator.
///
/// Stands on a function, `async` or not, that may take the seed, a `u64`. `seeds = 100` says how many
/// there are, from 0 on; 100 is the default. Under each, `chor::sim::simulate` runs roles in an order
/// that follows from the seed, `chor::sim::random` gives numbers that do, and an `async` body runs on
/// one thread in virtual time. What fails is `false`, an `Err` or a panic; the seed is printed, with
/// the line that runs the test under it alone.
///
/// `crate = "path"` names the crate `chor` where it has another name.
#[proc_macro_attribute]
pub fn test(
    arguments: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    test_attribute::expand(arguments.into(), &item.into()).into()
}

fn shown(output: proc_macro2::TokenStream) -> proc_macro::TokenStream {
    if std::env::var_os("CHOR_EXPAND").is_some() {
        eprintln!("{output}");
    }
    output.into()
}
