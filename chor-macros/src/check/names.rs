//! Names of roles: what may be one, how a set of them is written, and who may act.

use super::{Checker, Knowledge};
use crate::ast;
use crate::error::Errors;
use crate::ir::{FamilySize, MOST_ROLES, RoleId, RoleSet};
use crate::rust;
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

/// Role names that the generated module uses itself.
const TAKEN: [&str; 3] = ["Role", "Choreography", "Outcome"];

/// What makes a choreography, which a method for the size of a family can't be called.
const NEW: &str = "new";

/// A choreography that is called again, directly or not, by one of another block that it calls.
pub const RECURSIVE: &str = "recursive";

/// Attributes that are carried over to what is generated.
const CARRIED: [&str; 9] =
    ["doc", "cfg", "cfg_attr", "deprecated", "allow", "warn", "deny", "forbid", "expect"];

pub(super) fn check_attributes(attrs: &[syn::Attribute], errors: &mut Errors) {
    for attr in attrs {
        if attr.path().is_ident(RECURSIVE) {
            if !matches!(attr.meta, syn::Meta::Path(_)) {
                errors.error(
                    attr.path().span(),
                    "`recursive` takes no arguments",
                    "write `#[recursive]`",
                );
            }
        } else if !attr.path().is_ident("verify")
            && !CARRIED.iter().any(|name| attr.path().is_ident(name))
        {
            errors.error(
                attr.path().span(),
                format_args!("`{}` means nothing on a choreography", rust::text(attr.path())),
                format_args!(
                    "leave it out: what is carried over is {}, and `verify` has a meaning",
                    join(&CARRIED)
                ),
            );
        }
    }
}

pub(super) fn check_header(item: &ast::Item, block: &[ast::Item], errors: &mut Errors) {
    check_attributes(&item.attrs, errors);
    let first = block.iter().find(|other| other.name == item.name);
    if first.is_some_and(|first| !std::ptr::eq(first, item)) {
        errors.error(
            item.name.span(),
            format_args!("`{}` is already the name of a choreography of this block", item.name),
            "give one of them another name",
        );
    }
    if item.roles.len() > MOST_ROLES {
        errors.error(
            item.roles[MOST_ROLES].span(),
            format_args!("a choreography can have at most {MOST_ROLES} roles"),
            "split it into choreographies that call each other",
        );
    }
    for (index, role) in item.roles.iter().enumerate() {
        if TAKEN.contains(&role.to_string().as_str()) {
            errors.error(
                role.span(),
                format_args!(
                    "`{role}` can't name a role: the generated module has an item of this name"
                ),
                "choose another name",
            );
        }
        let field = rust::field_name(role);
        if field == NEW && item.families.get(index).is_some_and(Option::is_some) {
            errors.error(
                role.span(),
                format_args!(
                    "`{role}` can't name a family: the method that says its size would be called `new`"
                ),
                "choose another name",
            );
        }
        if let Some(other) =
            item.roles[..index].iter().find(|other| rust::field_name(other) == field)
        {
            errors.error(
                role.span(),
                format_args!("the roles `{other}` and `{role}` would share the field `{field}` of the outcome"),
                "rename one of them",
            );
        }
    }
    let mut seen: Vec<&Ident> = Vec::new();
    for param in &item.params {
        if seen.contains(&&param.name) {
            errors.error(
                param.name.span(),
                format_args!("`{}` is already the name of a parameter", param.name),
                "give each parameter a name of its own",
            );
        }
        seen.push(&param.name);
    }
}

/// Gives roles whose names can't be generated others, after the mistake has been reported.
pub(super) fn rename_taken(roles: &mut [Ident], families: &[Option<FamilySize>]) {
    for index in 0..roles.len() {
        let is_family = families.get(index).is_some_and(Option::is_some);
        let taken = |role: &Ident| {
            TAKEN.contains(&role.to_string().as_str())
                || is_family && rust::field_name(role) == NEW
                || roles[..index]
                    .iter()
                    .any(|other| rust::field_name(other) == rust::field_name(role))
        };
        let mut role = roles[index].clone();
        while taken(&role) {
            role = Ident::new(&format!("{role}0"), role.span());
        }
        roles[index] = role;
    }
}

/// The roles that a location names; each unknown or repeated one is reported.
pub(super) fn resolve(
    location: &ast::Location,
    roles: &[Ident],
    of: &Ident,
    errors: &mut Errors,
) -> Option<Vec<RoleId>> {
    let mut found = Vec::new();
    let mut whole = true;
    for name in &location.roles {
        // Of two bound members of one name the inner one is meant.
        match roles.iter().rposition(|role| role == name) {
            Some(index) => {
                let role = RoleId(u8::try_from(index.min(MOST_NUMBERS - 1)).unwrap_or_default());
                if found.contains(&role) {
                    errors.error(
                        name.span(),
                        format_args!("`{name}` is named twice"),
                        "name each role once",
                    );
                } else {
                    found.push(role);
                }
            }
            // The list of roles was cut, which has been reported.
            None if roles.len() == MOST_ROLES => whole = false,
            None => {
                whole = false;
                errors.error(
                    name.span(),
                    format_args!("`{name}` is not a role of `{of}`"),
                    format_args!("its roles are {}", join(roles)),
                );
            }
        }
    }
    whole.then_some(found)
}

/// `A`, `A and B`, `A, B and C`
pub(super) fn join<T: std::fmt::Display>(names: &[T]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => format!("`{one}`"),
        [most @ .., last] => {
            let most: Vec<String> = most.iter().map(|name| format!("`{name}`")).collect();
            format!("{} and `{last}`", most.join(", "))
        }
    }
}

/// The most numbers of roles: those of the header and of bound members.
const MOST_NUMBERS: usize = 2 * MOST_ROLES;

impl Checker<'_> {
    /// `A and B`, for sentences.
    pub(super) fn names(&self, set: RoleSet) -> String {
        let names: Vec<String> = self.shown(set).iter().map(|role| self.role(role)).collect();
        join(&names)
    }

    /// `A` or `[A, B]`, as it is written in code.
    pub(super) fn location(&self, set: RoleSet) -> String {
        let names: Vec<String> = self.shown(set).iter().map(|role| self.role(role)).collect();
        if names.len() == 1 { names[0].clone() } else { format!("[{}]", names.join(", ")) }
    }

    /// The roles of a location that are about to act here.
    pub(super) fn acting(&mut self, location: &ast::Location) -> Option<Vec<RoleId>> {
        let roles = resolve(location, &self.in_scope(), &self.own.name, self.errors)?;
        let mut known = true;
        for (role, name) in roles.iter().zip(&location.roles) {
            known &= self.knows(*role, name.span());
        }
        known.then_some(roles)
    }

    /// Reports a role that acts without knowing which branch was taken.
    pub(super) fn knows(&mut self, role: RoleId, span: Span) -> bool {
        if self.census.contains(role) {
            return true;
        }
        let name = self.role(role);
        match self.ignorance(RoleSet::one(role)) {
            Some(reason) => {
                let (text, help) = (reason.text.clone(), self.tell(reason, RoleSet::one(role)));
                self.errors.error(
                    span,
                    format_args!("`{name}` doesn't know here how `{text}` turned out"),
                    help,
                );
            }
            None => {
                let census = self.names(self.census);
                self.errors.error(
                    span,
                    format_args!("`{name}` takes no part here"),
                    format_args!(
                        "only {census} {}",
                        if self.census.len() == 1 { "does" } else { "do" }
                    ),
                );
            }
        }
        false
    }

    /// The outermost guard that one of `roles` doesn't know.
    pub(super) fn ignorance(&self, roles: RoleSet) -> Option<&Knowledge> {
        self.knowledge.iter().find(|reason| !self.close(reason.known_to).includes(roles))
    }

    /// How the outcome of a guard gets to `roles` too.
    pub(super) fn tell(&self, reason: &Knowledge, roles: RoleSet) -> String {
        let sender = reason.sender.or_else(|| reason.known_to.iter().next());
        let Some(sender) = sender else { return "nobody knows it".to_owned() };
        let receivers = ((reason.known_to | roles) & self.all) - RoleSet::one(sender);
        format!(
            "tell it: `{} => {}: ..` makes the guard known to {}",
            self.role(sender),
            self.location(receivers),
            self.names(reason.known_to | roles),
        )
    }
}
