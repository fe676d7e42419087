//! The roles in scope: those of the header, and the members of families that are bound around a
//! place.

use super::Parser;
use super::head::is_title_case;
use super::header::is_reserved;
use super::location::Peeked;
use crate::ast::Item;
use crate::rust;
use proc_macro2::Ident;

/// A role by its name.
pub(super) struct Role {
    /// As text, which is cheaper to compare with.
    name: String,
    sort: Sort,
    /// How many members the header gives it, where that is a literal.
    size: Option<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sort {
    One,
    Family,
    /// A member of a family that a name is bound to.
    Member,
    /// A member of something else, which has been reported.
    Lost,
}

impl Parser<'_> {
    /// Those of the header, and nothing else.
    pub(super) fn declare_roles(&mut self, item: &Item) {
        let declared = item.roles.iter().zip(&item.families).map(|(name, family)| Role {
            name: name.to_string(),
            sort: if family.is_some() { Sort::Family } else { Sort::One },
            size: family.as_ref().and_then(|family| rust::number(family.size.as_ref()?)),
        });
        self.roles = declared.collect();
    }

    /// A name for a member, until the scope ends.
    pub(super) fn bind_member(&mut self, name: &Ident, known: bool) {
        let sort = if known { Sort::Member } else { Sort::Lost };
        self.roles.push(Role { name: name.to_string(), sort, size: None });
    }

    /// What is read in it may bind members, which nothing after it sees.
    pub(super) fn scoped<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let outside = self.roles.len();
        let found = read(self);
        self.roles.truncate(outside);
        found
    }

    pub(super) fn sort(&self, name: &Ident) -> Option<Sort> {
        let text = name.to_string();
        self.roles.iter().find(|role| role.name == text).map(|role| role.sort)
    }

    /// How many members a family has, where the header says it by a literal.
    pub(super) fn size(&self, family: &Ident) -> Option<u64> {
        let text = family.to_string();
        self.roles.iter().find(|role| role.name == text).and_then(|role| role.size)
    }

    pub(super) fn is_role(&self, name: &Ident) -> bool {
        self.sort(name).is_some()
    }

    pub(super) fn is_family(&self, name: &Ident) -> bool {
        self.sort(name) == Some(Sort::Family)
    }

    /// There are roles whose numbers code can ask for.
    pub(super) fn has_numbers(&self) -> bool {
        self.roles.iter().any(|role| role.sort != Sort::One)
    }

    pub(super) fn role_names(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|role| role.name.as_str())
    }

    pub(super) fn first_role(&self) -> &str {
        self.role_names().next().unwrap_or("A")
    }

    pub(super) fn first_family(&self) -> Option<&str> {
        let family = self.roles.iter().find(|role| role.sort == Sort::Family);
        family.map(|role| role.name.as_str())
    }

    /// What `each` can range over: `Workers`, or `[A, B]` where there is no family.
    pub(super) fn members_on_offer(&self) -> String {
        let single = self.roles.iter().filter(|role| role.sort == Sort::One);
        let single: Vec<&str> = single.map(|role| role.name.as_str()).collect();
        self.first_family().map_or_else(|| format!("[{}]", single.join(", ")), str::to_owned)
    }

    /// `` `A`, `B` and `C` ``
    pub(super) fn roles_on_offer(&self) -> String {
        let quoted: Vec<String> = self.role_names().map(|role| format!("`{role}`")).collect();
        match quoted.as_slice() {
            [] => "not known".to_owned(),
            [one] => one.clone(),
            [most @ .., last] => format!("{} and {last}", most.join(", ")),
        }
    }

    /// Reports a name that is no role.
    pub(super) fn require_role(&mut self, role: &Ident) -> bool {
        if let Some(sort) = self.sort(role) {
            return sort != Sort::Lost;
        }
        if self.readable {
            let what = format!("`{role}` is not a role of `{}`", self.name);
            let help = self.offer_instead(role);
            self.report(role.span(), what, help);
        }
        false
    }

    fn offer_instead(&self, role: &Ident) -> String {
        let text = role.to_string();
        let verb = if self.roles.len() == 1 { "its role is" } else { "its roles are" };
        let offer = format!("{verb} {}", self.roles_on_offer());
        match (self.closest_role(&text), self.first_family()) {
            (Some(close), _) => format!("did you mean `{close}`? {offer}"),
            (None, Some(family))
                if !text.starts_with(char::is_uppercase) && !is_reserved(&text) =>
            {
                format!("if it is the number of a member, write `{family}[{role}]`; {offer}")
            }
            (None, _) => offer,
        }
    }

    /// A family's name with a letter or two changed.
    pub(super) fn is_almost_family(&self, of: &Peeked<'_>) -> bool {
        let close = |name: &Ident| {
            let close = self.closest_role(&name.to_string())?;
            self.roles.iter().find(|role| role.name == close).map(|role| role.sort)
        };
        !of.list
            && of
                .names()
                .all(|name| is_title_case(&name.to_string()) && close(name) == Some(Sort::Family))
    }

    fn closest_role(&self, name: &str) -> Option<&str> {
        let typed = name.to_lowercase();
        self.role_names()
            .map(|role| (distance(&typed, &role.to_lowercase()), role))
            .filter(|(distance, role)| *distance <= role.chars().count() / 3)
            .min()
            .map(|(_, role)| role)
    }
}

/// The number of letters to change, add or drop.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, char) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(char != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}
