//! Which of the agreements that a statement may have changed are still there to be looked at: those
//! that are read again. What is moved by the statement isn't.
//!
//! Goes through a share backwards with the variables that are read later on some way before they get
//! another value. It leaves variables out where syntax can't tell, and adds none.

use crate::ir::{
    Arg, Code, Local, LocalArm, LocalBlock, LocalEach, LocalHead, LocalLink, LocalStmt, Part, Race,
    Until, Var, VarId,
};
use crate::rust;
use crate::walk::{Part as Visited, walk_block};
use std::collections::BTreeSet;

type Live = BTreeSet<VarId>;

/// Leaves of each statement's changes those that can be shown after it.
pub fn settle(body: &mut LocalBlock, vars: &[Var]) {
    let mut changes = false;
    walk_block(body, &mut |part| {
        if let Visited::Code(code) = part {
            changes |= !code.changes.is_empty();
        }
    });
    if changes {
        Settler { vars, exits: Vec::new(), rehearsing: false }.block(body, Live::new());
    }
}

struct Settler<'a> {
    vars: &'a [Var],
    exits: Vec<Exit>,
    /// The rounds of a loop around are still followed.
    rehearsing: bool,
}

/// A loop or a block that can be left.
struct Exit {
    label: Option<String>,
    is_loop: bool,
    left: Live,
    next_round: Live,
}

impl Settler<'_> {
    fn block(&mut self, block: &mut LocalBlock, after: Live) -> Live {
        let mut live = match &mut block.tail {
            Some(tail) => self.value(tail, after),
            None => after,
        };
        for stmt in block.stmts.iter_mut().rev() {
            live = self.stmt(stmt, live);
        }
        live
    }

    fn stmt(&mut self, stmt: &mut LocalStmt, after: Live) -> Live {
        match stmt {
            LocalStmt::Let { pattern, init, otherwise, .. } => {
                let mut live = after.clone();
                if let Some(otherwise) = otherwise {
                    live.extend(self.block(otherwise, Live::new()));
                }
                match init {
                    Some(Local::Code(code)) if pattern.is_thrown_away() => {
                        self.statement(code, after)
                    }
                    Some(init) => self.value(init, live),
                    None => live,
                }
            }
            LocalStmt::Member { index, .. } => self.code(index, after),
            LocalStmt::Item(_) => after,
            LocalStmt::Expr(Local::Code(code)) => self.statement(code, after),
            LocalStmt::Expr(expr) => self.value(expr, after),
        }
    }

    /// Code whose value is dropped at once, so that nothing of it is borrowed any more.
    fn statement(&mut self, code: &mut Code, after: Live) -> Live {
        if !self.rehearsing {
            code.changes.retain(|(var, _)| after.contains(var));
        }
        self.reads(code, after)
    }

    fn code(&mut self, code: &mut Code, after: Live) -> Live {
        if !self.rehearsing {
            code.changes.clear();
        }
        self.reads(code, after)
    }

    fn reads(&self, code: &Code, after: Live) -> Live {
        let facts = rust::examine(&code.expr);
        let mut live = if facts.diverges { Live::new() } else { after };
        let replaced = rust::replaced(&code.expr);
        for var in &code.uses {
            let name = &self.vars[var.0].name;
            if replaced.contains(name) {
                live.remove(var);
            } else if facts.free.contains(name) {
                live.insert(*var);
            }
        }
        live
    }

    fn value(&mut self, local: &mut Local, after: Live) -> Live {
        match local {
            Local::Nothing | Local::Instance(_) => after,
            Local::Code(code) => self.code(code, after),
            Local::Send(send) => self.code(&mut send.payload, after),
            Local::Recv { way, .. } => match &mut way.within {
                Some(within) => self.code(&mut within.deadline, after),
                None => after,
            },
            Local::Agree { value, .. } | Local::Take { value, .. } | Local::Not(value) => {
                self.value(value, after)
            }
            Local::Call(call) => self.args(&mut call.args, after),
            Local::Apply { value, args } => {
                let live = self.reads(value, after);
                self.args(args, live)
            }
            Local::Tuple(args) => self.args(args, after),
            Local::Anonymous(node) => {
                let exits = std::mem::take(&mut self.exits);
                // Whether it is ever called isn't known; what it captures has to be there.
                self.value(&mut node.body, Live::new());
                self.exits = exits;
                after
            }
            Local::Logic { left, right, .. } | Local::When { left, right, .. } => {
                let mut live = after.clone();
                live.extend(self.value(right, after));
                self.value(left, live)
            }
            Local::Assign { target, operator, value } => {
                let whole = operator.to_string() == "=";
                let mut live = after;
                match target.uses.as_slice() {
                    [var] if whole && rust::examine(&target.expr).variable.is_some() => {
                        live.remove(var);
                    }
                    _ => live = self.reads(target, live),
                }
                self.value(value, live)
            }
            Local::If { guard, then, otherwise, .. } => {
                self.branch(guard, then, otherwise.as_deref_mut(), after)
            }
            Local::Match { scrutinee, arms, .. } => self.arms(scrutinee, arms, &after),
            Local::Loop { label, head, body, .. } => {
                self.looped(name_of(label.as_ref()), head, body, &after)
            }
            Local::ForMember(node) => {
                let label = name_of(node.label.as_ref());
                self.rounds(label, after.clone(), |this, next| {
                    let live = this.part(&mut node.part, next);
                    &live | &after
                })
            }
            Local::Each(node) => self.each(node, &after),
            Local::Par { branches, .. } => {
                branches.iter_mut().fold(after.clone(), |live, branch| {
                    &live | &self.block(&mut branch.block, after.clone())
                })
            }
            Local::Split { own, other, .. } => {
                let live = self.block(other, after.clone());
                &live | &self.block(own, after)
            }
            Local::Block { label: None, block } => self.block(block, after),
            Local::Block { label, block } => {
                let (label, left) = (name_of(label.as_ref()), after.clone());
                self.exits.push(Exit { label, is_loop: false, left, next_round: Live::new() });
                let live = self.block(block, after);
                self.exits.pop();
                live
            }
            Local::Return(value) => self.jump(value.as_deref_mut(), Live::new()),
            Local::Break { label, value, .. } => {
                let left = self.exit(label.as_ref()).map(|exit| exit.left.clone());
                self.jump(value.as_deref_mut(), left.unwrap_or_default())
            }
            Local::Continue { label, .. } => {
                let next = self.exit(label.as_ref()).map(|exit| exit.next_round.clone());
                next.unwrap_or_default()
            }
        }
    }

    fn branch(
        &mut self,
        guard: &mut [LocalLink],
        then: &mut LocalBlock,
        otherwise: Option<&mut Local>,
        after: Live,
    ) -> Live {
        let live = match otherwise {
            Some(otherwise) => self.value(otherwise, after.clone()),
            None => after.clone(),
        };
        let live = &live | &self.block(then, after);
        self.links(guard, live)
    }

    fn arms(&mut self, scrutinee: &mut Local, arms: &mut [LocalArm], after: &Live) -> Live {
        let mut live = Live::new();
        for arm in arms {
            let inside = self.value(&mut arm.body, after.clone());
            live.extend(match &mut arm.guard {
                Some(guard) => self.code(guard, inside),
                None => inside,
            });
        }
        self.value(scrutinee, live)
    }

    fn looped(
        &mut self,
        label: Option<String>,
        head: &mut LocalHead,
        body: &mut LocalBlock,
        after: &Live,
    ) -> Live {
        self.rounds(label, after.clone(), |this, next| {
            let live = this.block(body, next);
            match head {
                LocalHead::Loop => live,
                LocalHead::While(links) => this.links(links, &live | after),
                LocalHead::For { iter, .. } => this.value(iter, &live | after),
            }
        })
    }

    fn each(&mut self, node: &mut LocalEach, after: &Live) -> Live {
        let mut live = &self.part(&mut node.part, after.clone()) | after;
        if let Some(Race::Collects { until, within, .. }) = &mut node.race {
            if let Until::Count(code) | Until::Closure(code) = until {
                live = self.code(code, live);
            }
            if let Some(within) = within {
                live = self.code(within, live);
            }
        }
        live
    }

    /// What is read from the beginning of a loop on: in its first round, or in a later one.
    fn rounds(
        &mut self,
        label: Option<String>,
        after: Live,
        mut round: impl FnMut(&mut Self, Live) -> Live,
    ) -> Live {
        let outer = std::mem::replace(&mut self.rehearsing, true);
        self.exits.push(Exit { label, is_loop: true, left: after, next_round: Live::new() });
        let first = round(self, Live::new());
        if let Some(exit) = self.exits.last_mut() {
            exit.next_round.clone_from(&first);
        }
        self.rehearsing = outer;
        let live = round(self, first);
        self.exits.pop();
        live
    }

    fn part(&mut self, part: &mut Part, after: Live) -> Live {
        match part {
            Part::Outside(block) | Part::Own(block) => self.block(block, after),
            Part::Both { own, other } => {
                let live = self.block(own, after.clone());
                &live | &self.block(other, after)
            }
        }
    }

    fn args(&mut self, args: &mut [Arg], after: Live) -> Live {
        args.iter_mut().rev().fold(after, |live, arg| self.value(&mut arg.value, live))
    }

    fn links(&mut self, links: &mut [LocalLink], after: Live) -> Live {
        links.iter_mut().rev().fold(after, |live, link| match link {
            LocalLink::Let { value, .. } | LocalLink::Bool(value) => self.value(value, live),
        })
    }

    fn jump(&mut self, value: Option<&mut Local>, left: Live) -> Live {
        match value {
            Some(value) => self.value(value, left),
            None => left,
        }
    }

    fn exit(&self, label: Option<&syn::Lifetime>) -> Option<&Exit> {
        let name = label.map(|label| label.ident.to_string());
        self.exits.iter().rev().find(|exit| match &name {
            Some(_) => exit.label == name,
            None => exit.is_loop,
        })
    }
}

fn name_of(label: Option<&syn::Label>) -> Option<String> {
    label.map(|label| label.name.ident.to_string())
}
