//! A role's share as readable, stable text, for tests.

use crate::ir::{
    Arg, Code, Global, Local, LocalBlock, LocalCall, LocalHead, LocalLink, LocalPattern, LocalStmt,
    RoleId, Send,
};
use crate::rust;

/// One line for each statement, two spaces for each level.
pub fn render(body: &LocalBlock, global: &Global) -> String {
    let mut text = Text { global, lines: Vec::new(), depth: 0 };
    text.block(body);
    text.lines.join("\n")
}

struct Text<'a> {
    global: &'a Global,
    lines: Vec<String>,
    depth: usize,
}

impl Text<'_> {
    fn line(&mut self, line: &str) {
        self.lines.push(format!("{}{line}", "  ".repeat(self.depth)));
    }

    fn inside(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    fn block(&mut self, block: &LocalBlock) {
        for stmt in &block.stmts {
            match stmt {
                LocalStmt::Let { attrs: _, pattern, init, otherwise, site: _ } => {
                    let head = format!("let {} = ", pattern_text(pattern));
                    match init {
                        Some(init) => self.local(&head, init),
                        None => self.line(head.trim_end_matches(" = ")),
                    }
                    if let Some(otherwise) = otherwise {
                        self.line("else");
                        self.inside(|text| text.block(otherwise));
                    }
                }
                LocalStmt::Item(_) => self.line("item"),
                LocalStmt::Expr(expr) => self.local("", expr),
            }
        }
        if let Some(tail) = &block.tail {
            self.local("value ", tail);
        }
    }

    fn local(&mut self, head: &str, local: &Local) {
        match local {
            Local::If { guard, then, otherwise, .. } => {
                let guard: Vec<String> = guard.iter().map(|link| self.link(link)).collect();
                self.line(&format!("{head}if {}", guard.join(" && ")));
                self.inside(|text| text.block(then));
                if let Some(otherwise) = otherwise {
                    self.line("else");
                    self.inside(|text| {
                        text.local(if head.is_empty() { "" } else { "value " }, otherwise);
                    });
                }
            }
            Local::Match { scrutinee, arms, .. } => {
                let scrutinee = self.inline(scrutinee);
                self.line(&format!("{head}match {scrutinee}"));
                self.inside(|text| {
                    for arm in arms {
                        let guard =
                            arm.guard.as_ref().map(|code| format!(" if {}", text.code_text(code)));
                        let arrow = format!(
                            "{}{} => ",
                            pattern_text(&arm.pattern),
                            guard.unwrap_or_default()
                        );
                        text.local(&arrow, &arm.body);
                    }
                });
            }
            Local::Loop { head: own, body, .. } => {
                let own = match own {
                    LocalHead::Loop => "loop".to_owned(),
                    LocalHead::While(links) => {
                        let links: Vec<String> = links.iter().map(|link| self.link(link)).collect();
                        format!("while {}", links.join(" && "))
                    }
                    LocalHead::For { pattern, iter } => {
                        format!("for {} in {}", pattern_text(pattern), self.inline(iter))
                    }
                };
                self.line(&format!("{head}{own}"));
                self.inside(|text| text.block(body));
            }
            Local::Block { label: _, block } => {
                self.line(&format!("{head}block"));
                self.inside(|text| text.block(block));
            }
            Local::When { and, left, right } => {
                let (word, left) = (if *and { "when" } else { "unless" }, self.inline(left));
                self.line(&format!("{head}{word} {left}"));
                self.inside(|text| text.local("", right));
            }
            other => {
                let line = format!("{head}{}", self.inline(other));
                self.line(&line);
            }
        }
    }

    fn link(&self, link: &LocalLink) -> String {
        match link {
            LocalLink::Let { pattern, value } => {
                format!("let {} = {}", pattern_text(pattern), self.inline(value))
            }
            LocalLink::Bool(value) => self.inline(value),
        }
    }

    fn inline(&self, local: &Local) -> String {
        match local {
            Local::Nothing => "nothing".to_owned(),
            Local::Code(code) => self.code_text(code),
            Local::Send(send) => self.send(send),
            Local::Recv { from, step, ty, .. } => {
                let label = &self.global.steps[*step].label;
                format!("recv {label}: {} from {}", rust::text(ty), self.role(*from))
            }
            Local::Agree { value, verified, .. } => match verified {
                Some(_) => format!("verify {}", self.inline(value)),
                None => self.inline(value),
            },
            Local::Call(call) => self.call(call),
            Local::Apply { value, args } => {
                format!("apply {}({})", self.code_text(value), self.args(args))
            }
            Local::Instance(instance) => {
                let call = instance.call.as_ref().map(|call| self.call(call));
                format!("chor {}", call.unwrap_or_else(|| "nothing".to_owned()))
            }
            Local::Anonymous(node) => format!("chor {{ {} }}", self.inline(&node.body)),
            Local::Tuple(args) => format!("({})", self.args(args)),
            Local::Take { value, wanted } => format!("take {wanted:?} of {}", self.inline(value)),
            Local::Not(inner) => format!("!({})", self.inline(inner)),
            Local::Logic { and, left, right } => {
                let operator = if *and { "&&" } else { "||" };
                format!("({}) {operator} ({})", self.inline(left), self.inline(right))
            }
            Local::Assign { target, operator, value } => {
                format!("{} {operator} {}", self.code_text(target), self.inline(value))
            }
            Local::Return(value) => self.jump("return", value.as_deref()),
            Local::Break { value, .. } => self.jump("break", value.as_deref()),
            Local::Continue { .. } => "continue".to_owned(),
            Local::When { .. }
            | Local::If { .. }
            | Local::Match { .. }
            | Local::Loop { .. }
            | Local::Block { .. } => {
                let mut nested = Text { global: self.global, lines: Vec::new(), depth: 0 };
                nested.local("", local);
                format!("{{ {} }}", nested.lines.join("; "))
            }
        }
    }

    fn jump(&self, word: &str, value: Option<&Local>) -> String {
        value.map_or_else(|| word.to_owned(), |value| format!("{word} {}", self.inline(value)))
    }

    fn send(&self, send: &Send) -> String {
        let to: Vec<String> = send.to.iter().map(|role| self.role(*role)).collect();
        let label = &self.global.steps[send.step].label;
        let keep = if send.keep { " and keep" } else { "" };
        format!(
            "send {label}: {} to {}{keep} = {}",
            rust::text(&send.ty),
            to.join(", "),
            self.code_text(&send.payload)
        )
    }

    fn call(&self, call: &LocalCall) -> String {
        let roles: Vec<String> = call.roles.iter().map(|role| self.role(*role)).collect();
        format!(
            "call {} as {} of [{}]({})",
            rust::text(&call.path),
            call.role,
            roles.join(", "),
            self.args(&call.args)
        )
    }

    fn args(&self, args: &[Arg]) -> String {
        let args: Vec<String> = args
            .iter()
            .map(|arg| {
                format!("{}{}", if arg.passed { "" } else { "only " }, self.inline(&arg.value))
            })
            .collect();
        args.join(", ")
    }

    fn code_text(&self, code: &Code) -> String {
        let holds: Vec<String> =
            code.holds(&self.global.vars).iter().map(ToString::to_string).collect();
        let held =
            if holds.is_empty() { String::new() } else { format!(" holding {}", holds.join(", ")) };
        format!("`{}`{held}", rust::text(&code.expr))
    }

    fn role(&self, role: RoleId) -> String {
        self.global.roles[role.index()].to_string()
    }
}

fn pattern_text(pattern: &LocalPattern) -> String {
    match pattern {
        LocalPattern::One { pat, ty, .. } => {
            let ty = ty.as_ref().map(|ty| format!(": {}", rust::text(ty)));
            format!("{}{}", rust::text(pat), ty.unwrap_or_default())
        }
        LocalPattern::Tuple(elems) => {
            let elems: Vec<String> = elems.iter().map(pattern_text).collect();
            format!("({})", elems.join(", "))
        }
    }
}
