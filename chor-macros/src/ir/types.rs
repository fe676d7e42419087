//! Where values are, and of which types.

use super::RoleSet;
use crate::syntax;

/// Where a value is, and its Rust type where it is written.
#[derive(Clone)]
pub enum Type {
    At {
        ty: Option<Box<syn::Type>>,
        at: RoleSet,
    },
    Tuple(Vec<Type>),
    /// `T @ each F`: each participant has its own. `of` are families and roles.
    Each {
        ty: Option<Box<syn::Type>>,
        of: RoleSet,
    },
    /// A choreography as a value.
    Chor(Box<ChorType>),
    /// Of an expression that never has a value: it fits everywhere.
    Never,
    /// A mistake that has been reported.
    Error,
}

impl Type {
    /// `()`, which every role has.
    pub fn unit() -> Self {
        Self::At { ty: Some(Box::new(syn::parse_quote!(()))), at: RoleSet::EVERYBODY }
    }

    /// As far as it is known here.
    pub fn is_unit(&self) -> bool {
        match self {
            Self::At { ty: Some(ty), .. } | Self::Each { ty: Some(ty), .. } => syntax::is_unit(ty),
            Self::At { ty: None, .. }
            | Self::Each { ty: None, .. }
            | Self::Tuple(_)
            | Self::Chor(_)
            | Self::Error => false,
            Self::Never => true,
        }
    }

    /// Every role that holds some of it.
    pub fn holders(&self) -> RoleSet {
        match self {
            Self::At { at, .. } => *at,
            Self::Tuple(elems) => {
                elems.iter().fold(RoleSet::EMPTY, |set, elem| set | elem.holders())
            }
            Self::Each { of, .. } => *of,
            Self::Chor(chor) => chor.roles,
            Self::Never | Self::Error => RoleSet::EVERYBODY,
        }
    }
}

/// `chor(X @ A) -> Y @ B | C`
#[derive(Clone)]
pub struct ChorType {
    pub inputs: Vec<Type>,
    pub output: Type,
    /// The output is written, or at least not `()`.
    pub returns: bool,
    /// All roles that take part, auxiliary ones included.
    pub roles: RoleSet,
}
