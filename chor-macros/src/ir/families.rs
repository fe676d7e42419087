//! Families and their members, concurrent parts and deadlines in the typed program.

use super::{Block, Code, RoleId, RoleSet};
use proc_macro2::Ident;

/// How many participants play a family.
#[derive(Clone)]
pub enum FamilySize {
    Any,
    Exactly(Box<syn::Expr>),
}

impl FamilySize {
    /// What a header says by a literal.
    pub fn stated(&self) -> Option<u64> {
        match self {
            Self::Any => None,
            Self::Exactly(size) => crate::rust::number(size),
        }
    }

    /// `Leader`, `Workers[..]`, `Workers[3]`
    pub fn of(family: Option<&Self>, role: &Ident) -> String {
        let name = crate::syntax::name(role);
        match family {
            None => name,
            Some(Self::Any) => format!("{name}[..]"),
            Some(Self::Exactly(size)) => format!("{name}[{}]", crate::rust::text(size)),
        }
    }
}

/// A member of a family that a name is bound to.
#[derive(Clone)]
pub struct Bound {
    /// Behind those of the header: their number, and how many bound members are in scope around it.
    pub role: RoleId,
    pub name: Ident,
    /// What the user calls it.
    pub text: String,
    /// The families and roles, in order, of which it is one.
    pub of: Vec<RoleId>,
}

pub struct ForMember {
    pub label: Option<syn::Label>,
    pub member: Bound,
    pub body: Block,
    /// The roles that run it.
    pub roles: RoleSet,
}

pub struct Each {
    pub member: Bound,
    /// Its number among the places where concurrent parts begin.
    pub place: usize,
    pub body: Block,
    pub result: EachResult,
    pub first: Option<First>,
    /// The roles that take part.
    pub roles: RoleSet,
    /// Variables before it are of outside.
    pub first_var: usize,
}

/// What the values of an `each` become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EachResult {
    Nothing,
    /// Each member has its own.
    Scatter,
    /// These roles have all of them, in order.
    Gather(RoleSet),
}

/// `first k`, `until |votes| ..`, `within d`: not all members are waited for.
pub struct First {
    /// The role that collects.
    pub at: RoleId,
    pub until: Until,
    pub within: Option<Code>,
    /// `try`: too few is a value.
    pub attempt: bool,
    /// Of one member's value.
    pub ty: syn::Type,
}

impl First {
    /// It ends when enough have come, or else fails.
    pub fn counts(&self) -> bool {
        !matches!(self.until, Until::All)
    }
}

#[derive(Clone)]
pub enum Until {
    Count(Code),
    Closure(Code),
    /// All that come in time.
    All,
}

/// `within d`
#[derive(Clone)]
pub struct Within {
    pub deadline: Code,
    /// Its number among the places where concurrent parts begin.
    pub place: usize,
}
