//! The syntax in one line, to compare with.

use crate::ast::{Anonymous, Arm, Arrow, Block, Expr, Guard, Item, Link, Location, Stmt, Type};
use quote::ToTokens;

pub(super) fn item(item: &Item) -> String {
    let params: Vec<String> = item
        .params
        .iter()
        .map(|param| {
            let mutable = if param.mutability.is_some() { "mut " } else { "" };
            format!("{mutable}{}: {}", param.name, ty(&param.ty))
        })
        .collect();
    let result = item.result.as_ref().map_or(String::new(), |result| format!(" -> {}", ty(result)));
    let clause = item
        .generics
        .where_clause
        .as_ref()
        .map_or(String::new(), |clause| format!(" {}", text(clause)));
    format!(
        "{}[{}]{}({}){result}{clause} {{{}}}",
        format!("{} {}", text(&item.vis), item.name).trim_start(),
        item.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        text(&item.generics),
        params.join(", "),
        stmts(&item.body),
    )
}

pub(super) fn stmts(block: &Block) -> String {
    block.stmts.iter().map(stmt).collect::<Vec<_>>().join("; ")
}

fn stmt(stmt: &Stmt) -> String {
    match stmt {
        Stmt::Let(binding) => {
            let attrs = attributes(&binding.attrs);
            let ty =
                binding.ty.as_ref().map_or(String::new(), |stated| format!(": {}", ty(stated)));
            let init =
                binding.init.as_ref().map_or(String::new(), |init| format!(" = {}", expr(init)));
            let otherwise = binding
                .otherwise
                .as_ref()
                .map_or(String::new(), |block| format!(" else {{{}}}", stmts(block)));
            format!("{attrs}let {}{ty}{init}{otherwise}", text(&binding.pat))
        }
        Stmt::Item(item) => format!("item({})", text(item)),
        Stmt::Expr { expr: value, semi: true } => expr(value),
        Stmt::Expr { expr: value, semi: false } => format!("value {}", expr(value)),
        Stmt::Error => "error".to_owned(),
    }
}

pub(super) fn ty(stated: &Type) -> String {
    match stated {
        Type::Located { ty, at } => {
            let at = at.as_ref().map_or(String::new(), |at| format!(" @ {}", location(at)));
            format!("{}{at}", text(ty))
        }
        Type::Tuple { elems, .. } => format!("tuple({})", list(elems, ty)),
        Type::Chor(chor) => {
            let output =
                chor.output.as_ref().map_or(String::new(), |output| format!(" -> {}", ty(output)));
            let auxiliary =
                chor.auxiliary.as_ref().map_or(String::new(), |at| format!(" | {}", location(at)));
            format!("chor({}){output}{auxiliary}", list(&chor.inputs, ty))
        }
        Type::Error => "error".to_owned(),
    }
}

pub(super) fn expr(value: &Expr) -> String {
    match value {
        Expr::Local { at, code } => format!("{}: {}", location(at), text(code)),
        Expr::Comm(comm) => {
            let arrow = if comm.arrow == Arrow::Move { "->" } else { "=>" };
            let ascribed =
                comm.ascribed.as_ref().map_or(String::new(), |ty| format!(" as! {}", text(ty)));
            format!(
                "{} {arrow} {}: {}{ascribed}",
                location(&comm.from),
                location(&comm.to),
                text(&comm.payload)
            )
        }
        Expr::Rust(code) => format!("rust({})", text(code)),
        Expr::Call(call) => {
            let roles =
                call.roles.as_ref().map_or(String::new(), |roles| format!("[{}]", names(roles)));
            format!(
                "call {}{roles}{}({})",
                text(&call.path),
                text(&call.turbofish),
                list(&call.args, expr)
            )
        }
        Expr::Instance(instance) => format!(
            "instance {}[{}]{}",
            text(&instance.path),
            names(&instance.roles),
            text(&instance.turbofish)
        ),
        Expr::Anonymous(chor) => anonymous(chor),
        Expr::Tuple { elems, .. } => format!("tuple({})", list(elems, expr)),
        Expr::Paren(inner) => format!("({})", expr(inner)),
        Expr::Agree { parts, .. } => {
            format!(
                "agree({})",
                list(parts, |(at, code)| format!("{}: {}", location(at), text(code)))
            )
        }
        Expr::Not { expr: inner, .. } => format!("!{}", expr(inner)),
        Expr::Logic { and, left, right, .. } => {
            format!("{{{} {} {}}}", expr(left), if *and { "&&" } else { "||" }, expr(right))
        }
        Expr::Assign(assign) => {
            format!("{} {} {}", text(&assign.target), text(&assign.operator), expr(&assign.value))
        }
        Expr::If(branch) => {
            let otherwise = branch
                .otherwise
                .as_ref()
                .map_or(String::new(), |other| format!(" else {}", expr(other)));
            format!("if {} {{{}}}{otherwise}", guard(&branch.guard), stmts(&branch.then))
        }
        Expr::Match(choice) => {
            format!("match {} {{{}}}", expr(&choice.scrutinee), list(&choice.arms, arm))
        }
        Expr::While(repeat) => {
            format!(
                "{}while {} {{{}}}",
                text(&repeat.label),
                guard(&repeat.guard),
                stmts(&repeat.body)
            )
        }
        Expr::For(repeat) => format!(
            "{}for {} in {} {{{}}}",
            text(&repeat.label),
            text(&repeat.pat),
            expr(&repeat.iter),
            stmts(&repeat.body)
        ),
        Expr::Loop(repeat) => format!("{}loop {{{}}}", text(&repeat.label), stmts(&repeat.body)),
        Expr::Block { label, block } => format!("{}{{{}}}", text(label), stmts(block)),
        Expr::Return { value, .. } => format!("return{}", optional(value.as_deref())),
        Expr::Break { label, value, .. } => {
            format!("break{}{}", spaced(label.as_ref()), optional(value.as_deref()))
        }
        Expr::Continue { label, .. } => format!("continue{}", spaced(label.as_ref())),
        Expr::Error => "error".to_owned(),
    }
}

fn anonymous(chor: &Anonymous) -> String {
    let by_value = if chor.by_value { "move " } else { "" };
    let params = list(&chor.params, |(pat, stated)| match stated {
        Some(stated) => format!("{}: {}", text(pat), ty(stated)),
        None => text(pat),
    });
    let result = chor.result.as_ref().map_or(String::new(), |result| format!(" -> {}", ty(result)));
    let auxiliary =
        chor.auxiliary.as_ref().map_or(String::new(), |at| format!(" | {}", location(at)));
    format!("{by_value}chor({params}){result}{auxiliary} {}", expr(&chor.body))
}

fn arm(arm: &Arm) -> String {
    let attrs = attributes(&arm.attrs);
    let guard = arm.guard.as_ref().map_or(String::new(), |guard| format!(" if {}", text(guard)));
    format!("{attrs}{}{guard} => {}", text(&arm.pat), expr(&arm.body))
}

fn guard(guard: &Guard) -> String {
    match guard {
        Guard::Bool(value) => expr(value),
        Guard::Chain(links) => links
            .iter()
            .map(|link| match link {
                Link::Let { pat, value, .. } => format!("let {} = {}", text(pat), expr(value)),
                Link::Bool(value) => expr(value),
            })
            .collect::<Vec<_>>()
            .join(" & "),
    }
}

fn location(at: &Location) -> String {
    if at.roles.len() == 1 { at.roles[0].to_string() } else { format!("[{}]", names(at)) }
}

fn names(at: &Location) -> String {
    at.roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn list<T>(elems: &[T], render: impl Fn(&T) -> String) -> String {
    elems.iter().map(render).collect::<Vec<_>>().join(", ")
}

fn optional(value: Option<&Expr>) -> String {
    value.map_or(String::new(), |value| format!(" {}", expr(value)))
}

fn spaced(label: Option<&syn::Lifetime>) -> String {
    label.map_or(String::new(), |label| format!(" {label}"))
}

fn attributes(attrs: &[syn::Attribute]) -> String {
    attrs.iter().map(|attr| text(attr) + " ").collect()
}

/// Tokens, with a space only where two words would become one.
fn text(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    let mut pending = false;
    for char in tokens.to_token_stream().to_string().chars() {
        let word = char.is_alphanumeric() || char == '_';
        if pending && word && text.ends_with(|last: char| last.is_alphanumeric() || last == '_') {
            text.push(' ');
        }
        pending = char.is_whitespace();
        if !pending {
            text.push(char);
        }
    }
    text
}
