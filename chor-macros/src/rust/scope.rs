//! The names and loops that code declares around a point inside itself.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::{Block, Fields, Item, Lifetime, Stmt, UseTree};

/// What a name of the code stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// A variable or an item of the code.
    Own,
    /// A `use` inside the code brings it in, as a value or as something else.
    Imported,
}

/// The declarations in force, innermost last.
#[derive(Debug, Default)]
pub struct Scope {
    names: Vec<(String, Meaning)>,
    targets: Vec<Target>,
    /// Closures, async and const blocks around the point: a `return` ends there.
    nested: usize,
    /// `try` blocks around the point, inside of the innermost closure.
    tries: usize,
}

/// What a `break` can leave.
#[derive(Debug)]
struct Target {
    label: Option<String>,
    is_loop: bool,
}

impl Scope {
    pub fn bind(&mut self, name: &Ident) {
        self.names.push((name.unraw().to_string(), Meaning::Own));
    }

    pub fn meaning(&self, name: &Ident) -> Option<Meaning> {
        let name = name.unraw().to_string();
        self.names.iter().rev().find(|(known, _)| *known == name).map(|(_, meaning)| *meaning)
    }

    /// Items are visible in their whole block, also above themselves.
    pub fn declare_items(&mut self, block: &Block) {
        for stmt in &block.stmts {
            match stmt {
                Stmt::Item(Item::Fn(it)) => self.bind(&it.sig.ident),
                Stmt::Item(Item::Const(it)) => self.bind(&it.ident),
                Stmt::Item(Item::Static(it)) => self.bind(&it.ident),
                Stmt::Item(Item::Struct(it)) if !matches!(it.fields, Fields::Named(_)) => {
                    self.bind(&it.ident);
                }
                Stmt::Item(Item::Use(it)) => self.import(&it.tree),
                _ => {}
            }
        }
    }

    fn import(&mut self, tree: &UseTree) {
        match tree {
            UseTree::Path(it) => self.import(&it.tree),
            UseTree::Name(it) => self.names.push((it.ident.unraw().to_string(), Meaning::Imported)),
            UseTree::Rename(it) => {
                self.names.push((it.rename.unraw().to_string(), Meaning::Imported));
            }
            UseTree::Group(it) => it.items.iter().for_each(|tree| self.import(tree)),
            UseTree::Glob(_) => {}
        }
    }

    /// How many names there are; `close` drops what was bound since.
    pub fn open(&self) -> usize {
        self.names.len()
    }

    pub fn close(&mut self, mark: usize) {
        self.names.truncate(mark);
    }

    pub fn push_loop(&mut self, label: Option<&syn::Label>) {
        self.push_target(label, true);
    }

    pub fn push_label(&mut self, label: &syn::Label) {
        self.push_target(Some(label), false);
    }

    fn push_target(&mut self, label: Option<&syn::Label>, is_loop: bool) {
        let label = label.map(|label| label.name.ident.to_string());
        self.targets.push(Target { label, is_loop });
    }

    pub fn pop_target(&mut self) {
        self.targets.pop();
    }

    /// A `break` or `continue` with this label stays inside the code.
    pub fn has_target(&self, label: Option<&Lifetime>) -> bool {
        self.targets.iter().any(|target| match label {
            None => target.is_loop,
            Some(label) => target.label.as_ref().is_some_and(|known| label.ident == known),
        })
    }

    pub fn enter_nested(&mut self) {
        self.nested += 1;
    }

    pub fn leave_nested(&mut self) {
        self.nested -= 1;
    }

    /// Control flow here is the code's own.
    pub fn is_outermost(&self) -> bool {
        self.nested == 0
    }

    pub fn enter_try(&mut self) {
        self.tries += 1;
    }

    pub fn leave_try(&mut self) {
        self.tries -= 1;
    }

    pub fn is_outside_try(&self) -> bool {
        self.tries == 0
    }
}
