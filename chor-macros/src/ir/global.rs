//! The typed program of all roles.

use super::{Bound, ChorType, Each, FamilySize, ForMember, RoleId, RoleSet, Type, Within};
use proc_macro2::{Ident, Span, TokenStream};

/// A variable by its position in [`Global::vars`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct VarId(pub usize);

pub struct Var {
    pub name: Ident,
    pub ty: Type,
    /// It is declared so.
    pub mutable: bool,
    /// Where its first value is compared: its number in [`Global::sites`].
    pub site: Option<usize>,
}

/// One checked choreography.
pub struct Global {
    pub roles: Vec<Ident>,
    /// Which of the roles are families.
    pub families: Vec<Option<FamilySize>>,
    pub params: Vec<Pattern>,
    pub result: Type,
    pub body: Block,
    pub vars: Vec<Var>,
    pub steps: Vec<Step>,
    /// The agreements whose copies are compared at run time; those of parameters come first.
    pub agreements: Vec<Agreement>,
    /// Where several roles come to the same.
    pub sites: Vec<Site>,
    /// `verify(signature)`
    pub signature_verified: bool,
}

impl Global {
    /// The roles as the header has them: `Leader`, `Workers[..]`.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let families = self.families.iter().map(Option::as_ref).chain(std::iter::repeat(None));
        self.roles.iter().zip(families).map(|(role, family)| FamilySize::of(family, role))
    }
}

/// A message of the source.
pub struct Step {
    pub label: String,
    pub ty: syn::Type,
    /// What the user calls them.
    pub from_text: String,
    pub to_texts: Vec<String>,
    pub span: Span,
}

/// A branch, a loop, an `agree!` or a value that several roles compute.
pub struct Site {
    pub text: String,
    /// Of a branch: the names of its arms.
    pub arms: Vec<String>,
    /// Those that come to the same; with bound members as far as the rest doesn't cover them.
    pub at: RoleSet,
    /// The bound members among them, each with all that it could be.
    pub members: Vec<(RoleId, RoleSet)>,
    pub span: Span,
}

/// Who comes to a site.
#[derive(Clone, Copy)]
pub struct Visitors {
    pub at: RoleSet,
    /// What they come to is compared, or which arm is taken is counted.
    pub shown: bool,
}

impl Site {
    /// Those who come to it, of whom these roles of the header have something to do there.
    pub fn visitors(&self, roles: RoleSet) -> RoleSet {
        let bound = |role: RoleId| self.members.iter().find(|(member, _)| *member == role);
        let comes = |role: &RoleId| {
            bound(*role).map_or(roles.contains(*role), |(_, could_be)| could_be.meets(roles))
        };
        self.at.iter().filter(comes).collect()
    }
}

/// An agreement that is verified.
pub struct Agreement {
    /// The expression.
    pub text: String,
    /// The parameter that it is.
    pub param: Option<usize>,
    /// What the messages that compare it are called.
    pub label: String,
    pub ty: Option<syn::Type>,
    pub at: RoleSet,
    /// The role that compares for all; `None` if all do.
    pub by: Option<RoleId>,
    pub span: Span,
}

impl Actor {
    pub fn roles(&self) -> &[RoleId] {
        match self {
            Self::One(role) => std::slice::from_ref(role),
            Self::List(roles) => roles,
        }
    }
}

/// Rust code with what is known of it.
#[derive(Clone)]
pub struct Code {
    pub expr: syn::Expr,
    /// The roles that run it.
    pub at: RoleSet,
    pub uses: Vec<VarId>,
    /// The first mention of each variable, unless the code is all of it.
    pub mentions: Vec<(Ident, VarId)>,
    /// It can be left out where nobody wants its value.
    pub pure: bool,
    /// A macro in it may hide a `return` or a `break`.
    pub apart: bool,
    /// What it assigns is compared there, or else its value.
    pub site: Option<usize>,
    /// The agreements that it may change in place, each with where it is compared then.
    pub changes: Vec<(VarId, usize)>,
    pub span: Span,
}

impl Code {
    /// The agreements of more roles than run the code: borrowed for as long as it runs.
    pub fn holds(&self, vars: &[Var]) -> Vec<Ident> {
        let wider =
            |var: &VarId| matches!(vars[var.0].ty, Type::At { at, .. } if !self.at.includes(at));
        self.mentions.iter().filter(|(_, var)| wider(var)).map(|(name, _)| name.clone()).collect()
    }
}

/// How a payload is handed over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Payload {
    /// A value that is the message's own.
    Value,
    /// Exactly `x`.
    Variable,
    /// Exactly `&x`.
    Reference,
}

pub struct Expr {
    pub kind: Kind,
    pub ty: Type,
    /// The roles for which it does something besides having a value.
    pub acts: RoleSet,
    /// It may leave for a loop or a block around it.
    pub jumps: bool,
    pub span: Span,
}

pub enum Kind {
    Code(Code),
    Comm(Box<Comm>),
    Call(Box<Call>),
    /// The call of a choreography value.
    Apply {
        value: Code,
        args: Vec<(Expr, Type)>,
    },
    /// A choreography by name, as a value.
    Instance(Box<Instance>),
    Anonymous(Box<Anonymous>),
    Tuple(Vec<Expr>),
    /// Each role's own code for one agreed value; its numbers in [`Global::sites`] and, if it is
    /// verified, in [`Global::agreements`].
    Agree {
        parts: Vec<Code>,
        site: Option<usize>,
        verified: Option<usize>,
    },
    Not(Box<Expr>),
    Logic {
        and: bool,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Assign {
        target: Code,
        operator: TokenStream,
        value: Box<Expr>,
    },
    If(Box<If>),
    Match(Box<Match>),
    Loop(Box<Loop>),
    /// One member after the other.
    ForMember(Box<ForMember>),
    /// All members at once.
    Each(Box<Each>),
    /// All branches at once; `place` is its number among the places where concurrent parts begin.
    Par {
        place: usize,
        branches: Vec<Block>,
    },
    Block {
        label: Option<syn::Label>,
        block: Box<Block>,
    },
    Return(Option<Box<Expr>>),
    Break {
        label: Option<syn::Lifetime>,
        value: Option<Box<Expr>>,
    },
    Continue {
        label: Option<syn::Lifetime>,
    },
    Error,
}

pub struct Comm {
    pub from: RoleId,
    pub to: Vec<RoleId>,
    /// The roles that keep the payload: none for `->`.
    pub keep: RoleSet,
    pub payload: Code,
    pub by: Payload,
    pub ty: syn::Type,
    /// Index into [`Global::steps`].
    pub step: usize,
    /// `try`: the receiver gets a value if the sender is gone.
    pub attempt: bool,
    /// The deadline, as the receiver computes it.
    pub within: Option<Within>,
}

/// Who plays a role of a choreography that is called.
#[derive(Clone, PartialEq, Eq)]
pub enum Actor {
    One(RoleId),
    /// A list of roles that stands for a family.
    List(Vec<RoleId>),
}

pub struct Call {
    /// Index of the callee in its block.
    pub callee: usize,
    pub path: syn::Path,
    /// Who plays each role of the callee.
    pub roles: Vec<Actor>,
    /// Each argument with the type of its parameter, in the caller's roles.
    pub args: Vec<(Expr, Type)>,
    /// The callee's generics, as far as they could be told.
    pub generics: std::collections::BTreeMap<String, syn::Type>,
    pub span: Span,
}

pub struct Instance {
    pub callee: usize,
    pub path: syn::Path,
    pub roles: Vec<Actor>,
    pub ty: ChorType,
    pub generics: std::collections::BTreeMap<String, syn::Type>,
    pub span: Span,
}

pub struct Anonymous {
    pub by_value: bool,
    pub params: Vec<Pattern>,
    pub ty: ChorType,
    pub body: Expr,
    /// Variables before it are captured.
    pub first_var: usize,
}

pub struct Block {
    pub stmts: Vec<Stmt>,
    pub tail: Option<Expr>,
    pub ty: Type,
    pub acts: RoleSet,
    pub jumps: bool,
    pub span: Span,
}

pub enum Stmt {
    /// A name for the member of a number, for the rest of the block.
    Member {
        bound: Bound,
        index: Code,
    },
    Let(Box<Let>),
    Item(Box<syn::Item>),
    Expr(Expr),
}

pub struct Let {
    pub attrs: Vec<syn::Attribute>,
    pub pattern: Pattern,
    pub init: Option<Expr>,
    pub otherwise: Option<Block>,
    /// Of whether `otherwise` is run.
    pub site: Option<usize>,
}

/// A binding's pattern, along the type that it takes apart.
pub enum Pattern {
    One {
        pat: syn::Pat,
        /// As written: emitted for rustc to check.
        ty: Option<Box<syn::Type>>,
        at: RoleSet,
        vars: Vec<VarId>,
    },
    Tuple(Vec<Pattern>),
}

impl Pattern {
    pub fn vars(&self) -> Vec<VarId> {
        match self {
            Self::One { vars, .. } => vars.clone(),
            Self::Tuple(elems) => elems.iter().flat_map(Self::vars).collect(),
        }
    }
}

pub enum Link {
    Let { pattern: Pattern, value: Expr },
    Bool(Expr),
}

pub struct If {
    /// The roles that know the guard.
    pub at: RoleSet,
    /// The guard as written, for diagrams.
    pub text: String,
    /// Index into [`Global::sites`].
    pub site: Option<usize>,
    pub guard: Vec<Link>,
    pub then: Block,
    pub otherwise: Option<Expr>,
}

pub struct Match {
    pub at: RoleSet,
    pub text: String,
    pub site: Option<usize>,
    pub scrutinee: Expr,
    pub arms: Vec<Arm>,
}

pub struct Arm {
    /// The pattern as written.
    pub text: String,
    pub attrs: Vec<syn::Attribute>,
    pub pattern: Pattern,
    pub guard: Option<Code>,
    pub body: Expr,
}

pub struct Loop {
    pub label: Option<syn::Label>,
    pub text: String,
    pub site: Option<usize>,
    pub head: Head,
    pub body: Block,
    /// The roles that run it.
    pub roles: RoleSet,
}

pub enum Head {
    Loop,
    While(Vec<Link>),
    For { pattern: Pattern, iter: Expr },
}
