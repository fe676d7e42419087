//! Visiting what a role's share is made of.

use crate::ir::{
    Code, Local, LocalBlock, LocalCall, LocalHead, LocalLink, LocalPattern, LocalStmt,
    Part as Share, Race, Until, Way,
};

/// One thing that occurs in a share.
pub enum Part<'a> {
    Code(&'a Code),
    /// What is assigned.
    Target(&'a Code),
    Call(&'a LocalCall),
    /// A `let`, and whether its value comes later.
    Let(&'a LocalPattern, bool),
    /// What takes the items of a loop.
    Item(&'a LocalPattern),
    /// A number in [`Global::sites`](crate::ir::Global::sites).
    Site(usize),
}

pub fn walk_block<'a>(block: &'a LocalBlock, visit: &mut impl FnMut(Part<'a>)) {
    for stmt in &block.stmts {
        match stmt {
            LocalStmt::Let { attrs: _, pattern, init, otherwise, site } => {
                visit_site(*site, visit);
                visit(Part::Let(pattern, init.is_none()));
                if let Some(init) = init {
                    walk_local(init, visit);
                }
                if let Some(otherwise) = otherwise {
                    walk_block(otherwise, visit);
                }
            }
            LocalStmt::Member { index, .. } => visit(Part::Code(index)),
            LocalStmt::Item(_) => {}
            LocalStmt::Expr(expr) => walk_local(expr, visit),
        }
    }
    if let Some(tail) = &block.tail {
        walk_local(tail, visit);
    }
}

pub fn walk_local<'a>(local: &'a Local, visit: &mut impl FnMut(Part<'a>)) {
    match local {
        Local::Nothing | Local::Continue { .. } => {}
        Local::Recv { way, .. } => walk_way(way, visit),
        Local::Code(code) => visit(Part::Code(code)),
        Local::Send(send) => visit(Part::Code(&send.payload)),
        Local::Call(call) => {
            for arg in &call.args {
                walk_local(&arg.value, visit);
            }
            visit(Part::Call(call));
        }
        Local::Apply { value, args } => {
            for arg in args {
                walk_local(&arg.value, visit);
            }
            visit(Part::Code(value));
        }
        Local::Instance(instance) => {
            if let Some(call) = &instance.call {
                visit(Part::Call(call));
            }
        }
        Local::Anonymous(node) => walk_local(&node.body, visit),
        Local::Tuple(args) => {
            for arg in args {
                walk_local(&arg.value, visit);
            }
        }
        Local::Agree { value, site, .. } => {
            visit_site(*site, visit);
            walk_local(value, visit);
        }
        Local::Take { value, .. } | Local::Not(value) => walk_local(value, visit),
        Local::Logic { left, right, .. } | Local::When { left, right, .. } => {
            walk_local(left, visit);
            walk_local(right, visit);
        }
        Local::Assign { target, value, .. } => {
            walk_local(value, visit);
            visit(Part::Target(target));
        }
        Local::If { site, guard, then, otherwise } => {
            visit_site(*site, visit);
            walk_links(guard, visit);
            walk_block(then, visit);
            if let Some(otherwise) = otherwise {
                walk_local(otherwise, visit);
            }
        }
        Local::Match { site, scrutinee, arms } => {
            visit_site(*site, visit);
            walk_local(scrutinee, visit);
            for arm in arms {
                if let Some(guard) = &arm.guard {
                    visit(Part::Code(guard));
                }
                walk_local(&arm.body, visit);
            }
        }
        Local::Loop { label: _, site, head, body } => {
            visit_site(*site, visit);
            match head {
                LocalHead::Loop => {}
                LocalHead::While(links) => walk_links(links, visit),
                LocalHead::For { pattern, iter } => {
                    walk_local(iter, visit);
                    visit(Part::Item(pattern));
                }
            }
            walk_block(body, visit);
        }
        Local::ForMember(node) => walk_part(&node.part, visit),
        Local::Each(node) => {
            if let Some(Race::Collects { until, within, .. }) = &node.race {
                match until {
                    Until::Count(code) | Until::Closure(code) => visit(Part::Code(code)),
                    Until::All => {}
                }
                if let Some(within) = within {
                    visit(Part::Code(within));
                }
            }
            walk_part(&node.part, visit);
        }
        Local::Par { branches, .. } => {
            for branch in branches {
                walk_block(&branch.block, visit);
            }
        }
        Local::Split { own, other, .. } => {
            walk_block(own, visit);
            walk_block(other, visit);
        }
        Local::Block { block, .. } => walk_block(block, visit),
        Local::Return(value) | Local::Break { value, .. } => {
            if let Some(value) = value {
                walk_local(value, visit);
            }
        }
    }
}

fn walk_part<'a>(part: &'a Share, visit: &mut impl FnMut(Part<'a>)) {
    match part {
        Share::Outside(block) | Share::Own(block) => walk_block(block, visit),
        Share::Both { own, other } => {
            walk_block(own, visit);
            walk_block(other, visit);
        }
    }
}

/// The receiver's code; the sender has none of it.
fn walk_way<'a>(way: &'a Way, visit: &mut impl FnMut(Part<'a>)) {
    if let Some(within) = &way.within {
        visit(Part::Code(&within.deadline));
    }
}

fn visit_site<'a>(site: Option<usize>, visit: &mut impl FnMut(Part<'a>)) {
    if let Some(site) = site {
        visit(Part::Site(site));
    }
}

fn walk_links<'a>(links: &'a [LocalLink], visit: &mut impl FnMut(Part<'a>)) {
    for link in links {
        match link {
            LocalLink::Let { value, .. } | LocalLink::Bool(value) => walk_local(value, visit),
        }
    }
}
