//! The syntax in one line, to compare with.

use crate::ast::{
    Anonymous, Arm, Arrow, Block, Comm, Each, Expr, Family, First, Guard, Item, Link, Location,
    RoleArg, RoleArgs, Stmt, Type,
};
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
        roles(item).join(" "),
        text(&item.generics),
        params.join(", "),
        stmts(&item.body),
    )
}

fn roles(item: &Item) -> Vec<String> {
    assert_eq!(item.roles.len(), item.families.len());
    let family = |family: &Option<Family>| match family {
        None => String::new(),
        Some(Family { size: None, .. }) => "[..]".to_owned(),
        Some(Family { size: Some(size), .. }) => format!("[{}]", text(size)),
    };
    item.roles
        .iter()
        .zip(&item.families)
        .map(|(role, size)| role.to_string() + &family(size))
        .collect()
}

pub(super) fn stmts(block: &Block) -> String {
    block.stmts.iter().map(stmt).collect::<Vec<_>>().join("; ")
}

fn stmt(stmt: &Stmt) -> String {
    match stmt {
        Stmt::Member(member) => {
            format!("member {} = {}[{}]", member.name, member.family, text(&member.index))
        }
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
        Type::Each { ty, at, .. } => format!("{} @ each {}", text(ty), location(at)),
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
        Expr::Comm(comm) => message(comm),
        Expr::Rust(code) => format!("rust({})", text(code)),
        Expr::Call(call) => {
            let roles = call.roles.as_ref().map_or(String::new(), role_args);
            format!(
                "call {}{roles}{}({})",
                text(&call.path),
                text(&call.turbofish),
                list(&call.args, expr)
            )
        }
        Expr::Instance(instance) => format!(
            "instance {}{}{}",
            text(&instance.path),
            role_args(&instance.roles),
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
        Expr::ForMember(repeat) => format!(
            "{}for member {} in {} {{{}}}",
            text(&repeat.label),
            repeat.member,
            location(&repeat.family),
            stmts(&repeat.body)
        ),
        Expr::Each(each) => members(each),
        Expr::Par(par) => {
            format!("par({})", list(&par.branches, |branch| format!("{{{}}}", stmts(branch))))
        }
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

fn message(comm: &Comm) -> String {
    let attempt = if comm.attempt { "try " } else { "" };
    let arrow = if comm.arrow == Arrow::Move { "->" } else { "=>" };
    let within = within(comm.within.as_ref());
    let ascribed = comm.ascribed.as_ref().map_or(String::new(), |ty| format!(" as! {}", text(ty)));
    let (from, to) = (location(&comm.from), location(&comm.to));
    format!("{attempt}{from} {arrow} {to}{within}: {}{ascribed}", text(&comm.payload))
}

fn members(each: &Each) -> String {
    let attempt = if each.attempt { "try " } else { "" };
    let first = match &each.first {
        None => String::new(),
        Some(First::Count(count)) => format!(" first {}", text(count)),
        Some(First::Until(until)) => format!(" until {}", text(until)),
    };
    let within = within(each.within.as_ref());
    let (member, of) = (&each.member, location(&each.family));
    format!("{attempt}each {member} in {of}{first}{within} {{{}}}", stmts(&each.body))
}

fn within(deadline: Option<&syn::Expr>) -> String {
    deadline.map_or(String::new(), |deadline| format!(" within {}", text(deadline)))
}

fn role_args(roles: &RoleArgs) -> String {
    let args = list(&roles.args, |arg| match arg {
        RoleArg::One(role) => role.to_string(),
        RoleArg::List(list) => format!("[{}]", names(list)),
    });
    format!("[{}]", args.replace(", ", " "))
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
