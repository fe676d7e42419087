//! The list of passes.

use crate::ast::Source;
use crate::check::{Checked, Task};
use crate::codegen::{Stage, Unit};
use crate::error::Errors;
use crate::foreign::{self, Foreign, Resumed};
use crate::rust::keep_together;
use crate::{check, codegen, parse};
use proc_macro2::TokenStream;

/// A block, but for the choreographies that call others of other blocks: these are expanded one by
/// one, as their callees' signatures come.
pub fn expand(input: TokenStream) -> TokenStream {
    let mut errors = Errors::new();
    let input = keep_together(input);
    let block = input.clone();
    let source = parse::parse(input, &mut errors);
    check::check_headers(&source, &mut errors);
    let needed = foreign::needed(&source);
    let task = |index: usize| {
        if needed[index].is_empty() { Task::Report } else { Task::Preview }
    };
    let checked = check::check(&source, &[], task, &mut errors);
    let waiting: Vec<usize> = (0..source.items.len())
        .filter(|index| !needed[*index].is_empty() && checked[*index].sound)
        .collect();
    let wanted = |index: usize| !waiting.contains(&index);
    let units = project(&source, &[], &checked, wanted, false, &mut errors);
    let items = codegen::generate(&source.facade, &units, Stage::Whole, wanted);
    // Before the callees are known, so that two blocks can call each other.
    let settled = |index: usize| waiting.contains(&index) && units[index].is_settled();
    let fronts = codegen::generate(&source.facade, &units, Stage::Front, settled);
    let broken = !errors.is_empty();
    let chains = waiting.into_iter().map(|index| {
        let pending = needed[index].clone();
        let (facade, block, known) = (source.facade.clone(), block.clone(), TokenStream::new());
        let attrs = codegen::gates(&source, index);
        let begun = units[index].is_settled();
        let state = Resumed { facade, index, broken, begun, block, known, pending };
        foreign::emit_chain(&state, &attrs)
    });
    let chains: TokenStream = chains.collect();
    let mistakes = errors.into_compile_errors();
    quote::quote!(#mistakes #items #fronts #chains)
}

/// One choreography of a block, when the signature of a callee has come.
pub fn resume(input: TokenStream) -> TokenStream {
    let state = match foreign::parse_resumed(input) {
        Ok(state) => state,
        Err(error) => return error.into_compile_error(),
    };
    if !state.pending.is_empty() {
        return foreign::emit_chain(&state, &[]);
    }
    let (mut quiet, mut errors) = (Errors::new(), Errors::new());
    let source = parse::parse(state.block.clone(), &mut quiet);
    let reached = foreign::reached(&source, state.index);
    let task = |index: usize| match index {
        index if index == state.index => Task::Report,
        index if reached.contains(&index) => Task::Check,
        _ => Task::Skip,
    };
    let foreign = state.foreign();
    let checked = check::check(&source, &foreign, task, &mut errors);
    let wanted = |index: usize| index == state.index;
    let units = project(&source, &foreign, &checked, wanted, state.broken, &mut errors);
    let stage = if state.begun { Stage::Back } else { Stage::Whole };
    let items = codegen::generate(&source.facade, &units, stage, wanted);
    let mistakes = errors.into_compile_errors();
    quote::quote!(#mistakes #items)
}

/// Only the passes before this one's end can fail. After mistakes the items are made all the same,
/// with bodies that are never run, so that no use of them is a second mistake.
fn project<'a>(
    source: &'a Source,
    foreign: &'a [Foreign],
    checked: &'a [Checked],
    wanted: impl Fn(usize) -> bool,
    broken: bool,
    errors: &mut Errors,
) -> Vec<Unit<'a>> {
    let units = codegen::project(source, foreign, checked, true);
    codegen::check_generics(&units, &wanted, errors);
    // Mistakes of the others are reported elsewhere.
    let mut quiet = Errors::new();
    codegen::check_generics(&units, |_| true, &mut quiet);
    if !broken && errors.is_empty() && quiet.is_empty() {
        return units;
    }
    codegen::project(source, foreign, checked, false)
}
