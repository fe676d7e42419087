//! One role's share of a program.

use super::{Actor, Bound, Code, Payload, RoleId, Until, VarId, Within};
use proc_macro2::{Span, TokenStream};

/// One role's share of an expression.
pub enum Local {
    Nothing,
    Code(Code),
    Send(Send),
    Recv {
        from: RoleId,
        step: usize,
        ty: syn::Type,
        way: Way,
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
    /// One member after the other.
    ForMember(Box<LocalForMember>),
    /// All members at once.
    Each(Box<LocalEach>),
    /// All branches at once.
    Par {
        place: usize,
        /// The user's `par`.
        span: Span,
        branches: Vec<LocalBranch>,
    },
    /// What depends on whether a bound member is this participant.
    Split {
        member: Bound,
        own: LocalBlock,
        other: LocalBlock,
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
    /// A receiver may be several participants, or none, or the one that another receiver is.
    pub many: bool,
    pub way: Way,
}

/// `try`, and `within d`.
#[derive(Clone)]
pub struct Way {
    pub attempt: bool,
    pub within: Option<Within>,
}

pub struct LocalForMember {
    pub label: Option<syn::Label>,
    pub member: Bound,
    pub part: Part,
}

pub struct LocalEach {
    pub member: Bound,
    pub place: usize,
    pub part: Part,
    pub value: EachValue,
    pub race: Option<Race>,
}

/// The part that a role takes in what is done for each member.
pub enum Part {
    /// It is none of them, whichever it is.
    Outside(LocalBlock),
    /// It is one of them, and has nothing to do for the others.
    Own(LocalBlock),
    /// It is one of them, and takes part in what the others do.
    Both { own: LocalBlock, other: LocalBlock },
}

/// What a role has of the values of all members.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum EachValue {
    Nothing,
    Own,
    All,
}

/// The part that a role takes where not all members are waited for.
pub enum Race {
    Collects { until: Until, within: Option<Code>, attempt: bool, ty: syn::Type },
    Runs,
}

/// One branch of a `par`.
pub struct LocalBranch {
    /// Its number among all branches.
    pub index: usize,
    pub block: LocalBlock,
    /// Its value is wanted.
    pub passed: bool,
}

pub struct LocalCall {
    pub callee: usize,
    pub path: syn::Path,
    /// The callee's role that is played.
    pub role: usize,
    pub roles: Vec<Actor>,
    /// In order of evaluation; those that are not passed on are only run.
    pub args: Vec<Arg>,
    pub generics: std::collections::BTreeMap<String, syn::Type>,
    /// The participant would play several of its roles, so that it fails.
    pub coincides: Option<Coinciding>,
    pub span: Span,
}

/// A call that fails in the place of its value.
pub struct Coinciding {
    /// The type of the value, as far as it is written.
    pub ty: Option<syn::Type>,
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
        /// Of whether `otherwise` is run.
        site: Option<usize>,
    },
    /// A bound member, for the rest of the block.
    Member {
        member: Bound,
        index: Code,
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
