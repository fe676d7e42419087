//! What one that collects first answers can't be waited for.

use super::{RECURSIVE, Task};
use crate::ast;
use crate::error::Errors;
use crate::ir::Global;
use crate::sends;

/// Reports what a role sends where it may be done before, in what it calls too.
pub(super) fn check_answers(
    source: &ast::Source,
    globals: &mut [(Global, bool)],
    task: impl Fn(usize) -> Task,
    errors: &mut Errors,
) {
    let bodies: Vec<_> = globals.iter().map(|(global, _)| Some(global)).collect();
    let recursive =
        |index: usize| is_recursive(&source.options) || is_recursive(&source.items[index].attrs);
    let found = sends::find(&bodies, recursive);
    for (index, found) in found.into_iter().enumerate() {
        let answers = found.map(|found| found.answers).unwrap_or_default();
        globals[index].1 &= answers.is_empty();
        if matches!(task(index), Task::Report | Task::Preview) {
            for sends::Answer { what, help, span } in answers {
                errors.error(span, what, help);
            }
        }
    }
}

/// It may lead back to itself through choreographies of other blocks.
pub fn is_recursive(attrs: &[syn::Attribute]) -> bool {
    attrs.iter().any(|attr| attr.path().is_ident(RECURSIVE))
}
