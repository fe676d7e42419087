//! The syntax of `chor!` as written.
//!
//! Owns syn nodes and spans, and the choices that only syntax decides: which form an expression
//! has, and which bracket group is a list of roles. It knows no roles by number, no types and no
//! scopes; those are `check`'s.

use proc_macro2::{Ident, Span, TokenStream};

/// One invocation of `chor!`.
pub struct Source {
    /// The path of the facade crate, as `$crate` or as the tests spell it.
    pub facade: TokenStream,
    /// The inner attributes: `#![..]`.
    pub options: Vec<syn::Attribute>,
    pub items: Vec<Item>,
}

/// `pub chor name[A, B]<G>(x: T @ A) -> U @ B where .. { .. }`
pub struct Item {
    pub attrs: Vec<syn::Attribute>,
    pub vis: syn::Visibility,
    pub name: Ident,
    pub roles: Vec<Ident>,
    /// Which of the roles are families.
    pub families: Vec<Option<Family>>,
    /// With the `where` clause.
    pub generics: syn::Generics,
    pub params: Vec<Param>,
    pub result: Option<Type>,
    pub body: Block,
    /// The choreographies that the body calls or names, each once.
    pub calls: Vec<syn::Path>,
}

/// `[..]`, or `[3]` or `[N]` after a role's name: any number of participants, or so many, play it.
#[derive(Clone)]
pub struct Family {
    pub size: Option<syn::Expr>,
}

/// `mut x: T @ A`
pub struct Param {
    pub mutability: Option<syn::Token![mut]>,
    pub name: Ident,
    pub ty: Type,
}

/// The type of a parameter, a result or a binding.
pub enum Type {
    /// `T @ A`; without a location only in `let x: T`.
    Located { ty: Box<syn::Type>, at: Option<Location> },
    /// `T @ each F`: each participant of the location has its own.
    Each { ty: Box<syn::Type>, at: Location },
    /// `(X @ A, Y @ B)`
    Tuple { elems: Vec<Type> },
    /// `chor(X @ A) -> Y @ B | C`
    Chor(Box<ChorType>),
    /// A syntax error stands here and has been reported.
    Error,
}

/// `chor(X @ A) -> Y @ B | C`
pub struct ChorType {
    pub inputs: Vec<Type>,
    pub output: Option<Type>,
    pub auxiliary: Option<Location>,
}

/// `A`, or `[A, B]`: not yet known to be roles in scope. `F[e]` is the name of a [`Member`] that was
/// bound before.
#[derive(Clone)]
pub struct Location {
    pub roles: Vec<Ident>,
    /// The role, or the brackets and what they hold.
    pub span: Span,
}

/// `{ .. }`; the last statement is the value if it is an expression without a semicolon.
pub struct Block {
    pub span: Span,
    pub stmts: Vec<Stmt>,
}

pub enum Stmt {
    /// `let left = F[e];`
    Member(Box<Member>),
    /// `let pat: ty = init else { .. };`
    Let(Box<Let>),
    /// `use`, `const`, `fn`, `struct`, ..: visible to every role.
    Item(Box<syn::Item>),
    Expr {
        expr: Expr,
        semi: bool,
    },
    /// A syntax error stands here and has been reported.
    Error,
}

/// `let left = F[e];`, for the rest of the block; also made of an `F[e]` in a location.
pub struct Member {
    pub name: Ident,
    /// What the user calls it: `left`, `F[0]`.
    pub text: String,
    pub family: Ident,
    pub index: syn::Expr,
}

pub struct Let {
    pub attrs: Vec<syn::Attribute>,
    pub pat: syn::Pat,
    pub ty: Option<Type>,
    /// `None` for `let x: T @ A;`
    pub init: Option<Expr>,
    pub otherwise: Option<Block>,
}

/// `->` gives the value up, `=>` keeps it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arrow {
    Move,
    Copy,
}

pub enum Expr {
    /// `A: e`, `[A, B]: e`
    Local {
        at: Location,
        code: Box<syn::Expr>,
    },
    /// `A -> B: e`, `A => [B, C]: e as T`
    Comm(Box<Comm>),
    /// Plain Rust.
    Rust(Box<syn::Expr>),
    /// `name[A, B]::<T>(x, y)`, and `f(x)` where an argument is choreographic.
    Call(Box<Call>),
    /// `name[A, B]::<T>`, a choreography as a value.
    Instance(Box<Instance>),
    /// `chor(x: T @ A) -> U @ B { .. }`
    Anonymous(Box<Anonymous>),
    /// `(A: x, B: y)`
    Tuple {
        span: Span,
        elems: Vec<Expr>,
    },
    /// `( e )` around a choreographic expression.
    Paren(Box<Expr>),
    /// `agree!(A: x, B: y)`
    Agree {
        span: Span,
        parts: Vec<(Location, syn::Expr)>,
    },
    /// `!e`
    Not {
        span: Span,
        expr: Box<Expr>,
    },
    /// `a && b`, `a || b`; `span` is the operator's.
    Logic {
        and: bool,
        span: Span,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x = e`, `x += e` with a choreographic right side.
    Assign(Box<Assign>),
    If(Box<If>),
    Match(Box<Match>),
    While(Box<While>),
    For(Box<For>),
    /// `for w in F { .. }`
    ForMember(Box<ForMember>),
    Loop(Box<Loop>),
    /// `each w in F first k within d { .. }`
    Each(Box<Each>),
    /// `par { { .. } { .. } }`
    Par(Box<Par>),
    Block {
        label: Option<syn::Label>,
        block: Block,
    },
    Return {
        span: Span,
        value: Option<Box<Expr>>,
    },
    Break {
        span: Span,
        label: Option<syn::Lifetime>,
        value: Option<Box<Expr>>,
    },
    Continue {
        span: Span,
        label: Option<syn::Lifetime>,
    },
    /// A syntax error stands here and has been reported.
    Error,
}

pub struct Comm {
    /// From the sender to the last receiver.
    pub span: Span,
    /// `try A -> B: e`
    pub attempt: bool,
    /// `A -> B within d: e`
    pub within: Option<syn::Expr>,
    pub from: Location,
    pub arrow: Arrow,
    pub to: Location,
    /// The payload, without an ascribing `as T` at its top.
    pub payload: syn::Expr,
    /// `T` of `e as T`; for a primitive type the cast also stays in `payload`.
    pub ascribed: Option<syn::Type>,
}

/// `[A, B, [C, D]]` after a choreography's name.
pub struct RoleArgs {
    pub args: Vec<RoleArg>,
    pub span: Span,
}

/// Who plays a role of a choreography that is called.
pub enum RoleArg {
    One(Ident),
    /// A list of roles that stands for a family.
    List(Location),
}

pub struct Call {
    /// `a::b::name`, or the name of a choreography value.
    pub path: syn::Path,
    /// `None` for the call of a choreography value.
    pub roles: Option<RoleArgs>,
    pub turbofish: Option<syn::AngleBracketedGenericArguments>,
    pub args: Vec<Expr>,
    pub span: Span,
}

pub struct Instance {
    pub path: syn::Path,
    pub roles: RoleArgs,
    pub turbofish: Option<syn::AngleBracketedGenericArguments>,
}

pub struct Anonymous {
    pub span: Span,
    pub by_value: bool,
    pub params: Vec<(syn::Pat, Option<Type>)>,
    pub result: Option<Type>,
    pub auxiliary: Option<Location>,
    pub body: Expr,
}

pub struct Assign {
    pub target: syn::Expr,
    /// `=`, or `+=` and its kin.
    pub operator: TokenStream,
    pub value: Expr,
}

/// What an `if` or a `while` depends on.
pub enum Guard {
    /// A condition.
    Bool(Expr),
    /// `let p = e`, or a chain of such and of conditions, joined by `&&`.
    Chain(Vec<Link>),
}

/// One link of `let p = e && condition && let ..`.
pub enum Link {
    Let { pat: syn::Pat, value: Expr },
    Bool(Expr),
}

pub struct If {
    pub span: Span,
    pub guard: Guard,
    pub then: Block,
    /// A block or another `if`.
    pub otherwise: Option<Expr>,
}

pub struct Match {
    pub span: Span,
    pub scrutinee: Expr,
    pub arms: Vec<Arm>,
}

pub struct Arm {
    pub attrs: Vec<syn::Attribute>,
    pub pat: syn::Pat,
    pub guard: Option<syn::Expr>,
    pub body: Expr,
}

pub struct While {
    pub span: Span,
    pub label: Option<syn::Label>,
    pub guard: Guard,
    pub body: Block,
}

pub struct For {
    pub span: Span,
    pub label: Option<syn::Label>,
    pub pat: syn::Pat,
    pub iter: Expr,
    pub body: Block,
}

pub struct Loop {
    pub span: Span,
    pub label: Option<syn::Label>,
    pub body: Block,
}

pub struct ForMember {
    pub span: Span,
    pub label: Option<syn::Label>,
    pub member: Ident,
    /// `F`, or a list of families and roles.
    pub family: Location,
    pub body: Block,
}

pub struct Each {
    pub span: Span,
    /// `try each ..`
    pub attempt: bool,
    pub member: Ident,
    /// What the user calls the member: its name, or `each F`.
    pub text: String,
    /// `F`, or a list of families and roles.
    pub family: Location,
    pub first: Option<First>,
    pub within: Option<syn::Expr>,
    pub body: Block,
}

pub enum First {
    /// `first k`
    Count(syn::Expr),
    /// `until |votes| ..`
    Until(syn::Expr),
}

pub struct Par {
    pub span: Span,
    pub branches: Vec<Block>,
}
