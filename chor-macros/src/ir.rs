//! The two intermediate representations: the typed global program, and one role's share of it.
//!
//! `check` makes a [`Global`], in which every node carries its type and the roles that act in it;
//! `project` makes a [`Local`] for each role.

use proc_macro2::{Ident, Span, TokenStream};
use std::fmt;
use std::ops::{BitAnd, BitOr, BitOrAssign, Sub};

/// The most roles that one choreography can have.
///
/// A [`RoleSet`] is twice as wide, but rustc follows the roles that run together one by one and
/// stops at a depth of 128.
pub const MOST_ROLES: usize = 64;

/// A role by its position in the header.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RoleId(pub u8);

impl RoleId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A census or a location.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct RoleSet(u128);

impl RoleSet {
    pub const EMPTY: Self = Self(0);

    pub fn one(role: RoleId) -> Self {
        Self(1 << role.0)
    }

    /// The first `count` roles.
    pub fn first(count: usize) -> Self {
        (0..count).map(|index| RoleId(u8::try_from(index).unwrap_or(u8::MAX))).collect()
    }

    pub fn contains(self, role: RoleId) -> bool {
        self.0 >> role.0 & 1 == 1
    }

    pub fn includes(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn iter(self) -> impl Iterator<Item = RoleId> {
        (0..128).map(RoleId).filter(move |role| self.contains(*role))
    }
}

impl FromIterator<RoleId> for RoleSet {
    fn from_iter<I: IntoIterator<Item = RoleId>>(roles: I) -> Self {
        roles.into_iter().fold(Self::EMPTY, |set, role| set | Self::one(role))
    }
}

impl BitOr for RoleSet {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for RoleSet {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl BitAnd for RoleSet {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

impl Sub for RoleSet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Debug for RoleSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|role| role.0)).finish()
    }
}

/// Where a value is, and its Rust type where it is written.
#[derive(Clone)]
pub enum Type {
    At {
        ty: Option<Box<syn::Type>>,
        at: RoleSet,
    },
    Tuple(Vec<Type>),
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
        Self::At { ty: Some(Box::new(syn::parse_quote!(()))), at: RoleSet::first(MOST_ROLES) }
    }

    /// Every role that holds some of it.
    pub fn holders(&self) -> RoleSet {
        match self {
            Self::At { at, .. } => *at,
            Self::Tuple(elems) => {
                elems.iter().fold(RoleSet::EMPTY, |set, elem| set | elem.holders())
            }
            Self::Chor(chor) => chor.roles,
            Self::Never | Self::Error => RoleSet::first(MOST_ROLES),
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

/// A variable by its position in [`Global::vars`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct VarId(pub usize);

pub struct Var {
    pub name: Ident,
    pub ty: Type,
}

/// One checked choreography.
pub struct Global {
    pub roles: Vec<Ident>,
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

/// A message of the source.
pub struct Step {
    pub label: String,
    pub ty: syn::Type,
    pub from: RoleId,
    pub to: Vec<RoleId>,
    pub span: Span,
}

/// A branch, a loop or an `agree!` of several roles.
pub struct Site {
    pub text: String,
    pub at: RoleSet,
    pub span: Span,
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
}

pub struct Call {
    /// Index of the callee in its block.
    pub callee: usize,
    pub path: syn::Path,
    /// The caller's role for each role of the callee.
    pub roles: Vec<RoleId>,
    /// Each argument with the type of its parameter, in the caller's roles.
    pub args: Vec<(Expr, Type)>,
    /// The callee's generics, as far as they could be told.
    pub generics: std::collections::BTreeMap<String, syn::Type>,
    pub span: Span,
}

pub struct Instance {
    pub callee: usize,
    pub path: syn::Path,
    pub roles: Vec<RoleId>,
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
    Let(Box<Let>),
    Item(Box<syn::Item>),
    Expr(Expr),
}

pub struct Let {
    pub attrs: Vec<syn::Attribute>,
    pub pattern: Pattern,
    pub init: Option<Expr>,
    pub otherwise: Option<Block>,
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

/// One role's share of an expression.
pub enum Local {
    Nothing,
    Code(Code),
    Send(Send),
    Recv {
        from: RoleId,
        step: usize,
        ty: syn::Type,
        span: Span,
    },
    /// The role's copy of an agreement, which is compared with those of the others.
    Agree {
        value: Box<Local>,
        site: Option<usize>,
        verified: Option<usize>,
    },
    Call(LocalCall),
    Apply {
        value: Code,
        args: Vec<Arg>,
    },
    Instance(LocalInstance),
    Anonymous(Box<LocalAnonymous>),
    /// A tuple of the values that are passed, the others are only run.
    Tuple(Vec<Arg>),
    /// The elements of a tuple that are wanted.
    Take {
        value: Box<Local>,
        wanted: Vec<bool>,
    },
    Not(Box<Local>),
    Logic {
        and: bool,
        left: Box<Local>,
        right: Box<Local>,
    },
    /// As `Logic`, where the role has no part in the value of the right side.
    When {
        and: bool,
        left: Box<Local>,
        right: Box<Local>,
    },
    Assign {
        target: Code,
        operator: TokenStream,
        value: Box<Local>,
    },
    If {
        site: Option<usize>,
        guard: Vec<LocalLink>,
        then: LocalBlock,
        otherwise: Option<Box<Local>>,
    },
    Match {
        site: Option<usize>,
        scrutinee: Box<Local>,
        arms: Vec<LocalArm>,
    },
    Loop {
        label: Option<syn::Label>,
        site: Option<usize>,
        head: LocalHead,
        body: LocalBlock,
    },
    Block {
        label: Option<syn::Label>,
        block: LocalBlock,
    },
    Return(Option<Box<Local>>),
    Break {
        label: Option<syn::Lifetime>,
        value: Option<Box<Local>>,
        span: Span,
    },
    Continue {
        label: Option<syn::Lifetime>,
        span: Span,
    },
}

/// The sender's share of a message.
pub struct Send {
    pub to: Vec<RoleId>,
    pub step: usize,
    pub ty: syn::Type,
    pub payload: Code,
    pub by: Payload,
    /// `=>`: the sender may keep the value.
    pub copies: bool,
    /// It wants to.
    pub keep: bool,
}

pub struct LocalCall {
    pub callee: usize,
    pub path: syn::Path,
    /// The callee's role that is played.
    pub role: usize,
    pub roles: Vec<RoleId>,
    /// In order of evaluation; those that are not passed on are only run.
    pub args: Vec<Arg>,
    pub generics: std::collections::BTreeMap<String, syn::Type>,
    pub span: Span,
}

/// What a choreography value takes at one role: the type as far as it is written.
pub struct Input {
    pub ty: Option<syn::Type>,
    /// The choreography's own pattern; for one by name, whether it takes the value.
    pub pattern: Option<LocalPattern>,
    pub passed: bool,
}

pub struct LocalInstance {
    pub inputs: Vec<Input>,
    /// `None` for a role that takes no part.
    pub call: Option<LocalCall>,
    /// The value is wanted.
    pub returns: bool,
}

pub struct LocalAnonymous {
    pub inputs: Vec<Input>,
    pub body: Local,
    pub returns: bool,
    /// `move chor`
    pub by_value: bool,
    pub first_var: usize,
}

pub struct Arg {
    pub value: Local,
    pub passed: bool,
}

pub struct LocalBlock {
    pub stmts: Vec<LocalStmt>,
    pub tail: Option<Box<Local>>,
    /// The user's braces, if it has some.
    pub span: Option<Span>,
}

pub enum LocalStmt {
    Let {
        attrs: Vec<syn::Attribute>,
        pattern: LocalPattern,
        init: Option<Local>,
        otherwise: Option<LocalBlock>,
    },
    Item(Box<syn::Item>),
    Expr(Local),
}

#[derive(Clone)]
pub enum LocalPattern {
    One { pat: syn::Pat, ty: Option<Box<syn::Type>>, vars: Vec<VarId> },
    Tuple(Vec<LocalPattern>),
}

pub enum LocalLink {
    Let { pattern: LocalPattern, value: Local },
    Bool(Local),
}

pub struct LocalArm {
    pub attrs: Vec<syn::Attribute>,
    pub pattern: LocalPattern,
    pub guard: Option<Code>,
    pub body: Local,
}

pub enum LocalHead {
    Loop,
    While(Vec<LocalLink>),
    For { pattern: LocalPattern, iter: Box<Local> },
}
