//! Choreographies of other blocks, modules and crates: how their signatures are exported, and how
//! they come to where they are called.
//!
//! A macro sees its own tokens only. So each choreography exports its header as a `macro_rules!` of
//! its own name, which hands the header to a callback; the expansion of a caller goes through those
//! of its callees and comes back with what it needs.

mod export;
mod resume;
mod spelling;

pub use export::{emit_export, emit_tellers};
pub use resume::{Resumed, emit_chain, parse_resumed};
use spelling::wrap;
pub use spelling::{Spelling, is_known, is_opaque, usable};

use crate::ast;
use crate::check::{Signature, signature};
use crate::error::Errors;
use crate::layout::Header;
use std::collections::{BTreeSet, VecDeque};

/// A choreography of another block, as it is known here.
pub struct Foreign {
    /// How the caller names it.
    pub path: syn::Path,
    /// Its header, with an empty body.
    pub item: ast::Item,
    /// The generics that each of its roles carries.
    pub used: Vec<BTreeSet<String>>,
}

impl Foreign {
    /// Its header, as it is written there.
    pub fn header(&self) -> Header {
        let own = signature(&self.item, &mut Errors::new());
        Header::new(&self.item, &own.params, &own.result)
    }

    /// Its signature, in which types that can't be written here are wrapped.
    pub fn signature(&self) -> Signature {
        let mut own = signature(&self.item, &mut Errors::new());
        let header = Header::new(&self.item, &own.params, &own.result);
        let mut told: VecDeque<_> = header
            .leaves()
            .into_iter()
            .enumerate()
            .map(|(index, ty)| Spelling {
                path: self.path.clone(),
                index,
                args: header.told(ty),
                ty: ty.clone(),
            })
            .collect();
        let names = header.names();
        for (_, ty) in &mut own.params {
            wrap(ty, &mut told, &names);
        }
        wrap(&mut own.result, &mut told, &names);
        own.path = Some(self.path.clone());
        own
    }
}

/// For each choreography of a block, those of other blocks that it needs: its own callees and those
/// of the choreographies of this block that it calls.
pub fn needed(source: &ast::Source) -> Vec<Vec<syn::Path>> {
    (0..source.items.len()).map(|index| needed_by(source, index)).collect()
}

fn needed_by(source: &ast::Source, index: usize) -> Vec<syn::Path> {
    let mut needed: Vec<syn::Path> = Vec::new();
    for index in reached(source, index) {
        let item = &source.items[index];
        let param = |path: &syn::Path| item.params.iter().any(|param| path.is_ident(&param.name));
        let outside = |path: &&syn::Path| local(source, path).is_none() && !param(path);
        for path in item.calls.iter().filter(outside) {
            if !needed.contains(path) {
                needed.push(path.clone());
            }
        }
    }
    needed
}

/// A choreography and those of its block that it calls, directly or not.
pub fn reached(source: &ast::Source, index: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![index];
    while let Some(index) = open.pop() {
        if found.insert(index) {
            open.extend(source.items[index].calls.iter().filter_map(|path| local(source, path)));
        }
    }
    found
}

fn local(source: &ast::Source, path: &syn::Path) -> Option<usize> {
    source.items.iter().position(|item| path.is_ident(&item.name))
}
