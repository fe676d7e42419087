//! One role's share of a program.

use super::{Code, Payload, RoleId, VarId};
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
        /// Of whether `otherwise` is run.
        site: Option<usize>,
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
