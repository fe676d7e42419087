//! A role's share as readable, stable text, for tests.

use crate::ir::{
    Actor, Arg, Bound, Code, EachValue, Global, Local, LocalBlock, LocalCall, LocalEach, LocalHead,
    LocalLink, LocalPattern, LocalStmt, Part, Race, RoleId, Send, Until, Way,
};
use crate::rust;

/// One line for each statement, two spaces for each level.
pub fn render(body: &LocalBlock, global: &Global) -> String {
    let mut text = Text { global, bound: Vec::new(), lines: Vec::new(), depth: 0 };
    text.block(body);
    text.lines.join("\n")
}

struct Text<'a> {
    global: &'a Global,
    /// What the bound members in scope are called.
    bound: Vec<String>,
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
        let outside = self.bound.len();
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
                LocalStmt::Member { member, index } => {
                    let of = self.roles(&member.of);
                    let line = format!("member {} = {of}[{}]", member.text, self.code_text(index));
                    self.line(&line);
                    self.bind(member);
                }
                LocalStmt::Item(_) => self.line("item"),
                LocalStmt::Expr(expr) => self.local("", expr),
            }
        }
        if let Some(tail) = &block.tail {
            self.local("value ", tail);
        }
        self.bound.truncate(outside);
    }

    fn bind(&mut self, member: &Bound) {
        self.bound.truncate(member.role.index() - self.global.roles.len());
        self.bound.push(member.text.clone());
    }

    fn part(&mut self, member: &Bound, part: &Part) {
        let outside = self.bound.len();
        self.bind(member);
        self.depth += 1;
        match part {
            Part::Outside(block) => self.block(block),
            Part::Own(block) => {
                self.line("only own");
                self.inside(|text| text.block(block));
            }
            Part::Both { own, other } => self.both(own, other),
        }
        self.depth -= 1;
        self.bound.truncate(outside);
    }

    fn both(&mut self, own: &LocalBlock, other: &LocalBlock) {
        for (title, block) in [("own", own), ("others", other)] {
            self.line(title);
            self.inside(|text| text.block(block));
        }
    }

    fn each(&mut self, head: &str, node: &LocalEach) {
        let LocalEach { member, place, part, value, race } = node;
        let value = match value {
            EachValue::Nothing => "",
            EachValue::Own => " giving own",
            EachValue::All => " giving all",
        };
        let race = match race {
            None => String::new(),
            Some(Race::Runs) => " in a race".to_owned(),
            Some(Race::Collects { until, within, attempt, ty }) => {
                let until = match until {
                    Until::Count(count) => format!(" first {}", self.code_text(count)),
                    Until::Closure(code) => format!(" until {}", self.code_text(code)),
                    Until::All => String::new(),
                };
                let within =
                    within.as_ref().map(|code| format!(" within {}", self.code_text(code)));
                let attempt = if *attempt { " or lost" } else { "" };
                format!("{until}{}{attempt}: {}", within.unwrap_or_default(), rust::text(ty))
            }
        };
        let of = self.roles(&member.of);
        self.line(&format!("{head}each {} in {of} at {place}{value}{race}", member.text));
        self.part(member, part);
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
            Local::ForMember(node) => {
                let of = self.roles(&node.member.of);
                self.line(&format!("{head}for {} in {of}", node.member.text));
                self.part(&node.member, &node.part);
            }
            Local::Each(node) => self.each(head, node),
            Local::Par { place, branches, .. } => {
                self.line(&format!("{head}par at {place}"));
                for branch in branches {
                    let passed = if branch.passed { "" } else { " without value" };
                    self.inside(|text| {
                        text.line(&format!("branch {}{passed}", branch.index));
                        text.inside(|text| text.block(&branch.block));
                    });
                }
            }
            Local::Split { member, own, other } => {
                self.line(&format!("{head}split {}", member.text));
                self.inside(|text| text.both(own, other));
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
            Local::Recv { from, step, ty, way, .. } => {
                let label = &self.global.steps[*step].label;
                let way = self.way(way);
                format!("{way}recv {label}: {} from {}", rust::text(ty), self.role(*from))
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
            | Local::ForMember(_)
            | Local::Each(_)
            | Local::Par { .. }
            | Local::Split { .. }
            | Local::Block { .. } => {
                let bound = self.bound.clone();
                let mut nested = Text { global: self.global, bound, lines: Vec::new(), depth: 0 };
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
        let to = if to.is_empty() { "itself".to_owned() } else { to.join(", ") };
        let label = &self.global.steps[send.step].label;
        let keep = if send.keep { " and keep" } else { "" };
        format!(
            "{}send {label}: {} to {to}{keep} = {}",
            sent_way(&send.way),
            rust::text(&send.ty),
            self.code_text(&send.payload)
        )
    }

    fn call(&self, call: &LocalCall) -> String {
        let roles: Vec<String> = call.roles.iter().map(|actor| self.actor(actor)).collect();
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

    fn way(&self, way: &Way) -> String {
        let attempt = if way.attempt { "try " } else { "" };
        let within = way.within.as_ref();
        let within = within.map(|it| format!("within {} ", self.code_text(&it.deadline)));
        format!("{attempt}{}", within.unwrap_or_default())
    }

    fn actor(&self, actor: &Actor) -> String {
        match actor {
            Actor::One(role) => self.role(*role),
            Actor::List(roles) => format!("[{}]", self.roles(roles)),
        }
    }

    fn roles(&self, roles: &[RoleId]) -> String {
        let roles: Vec<String> = roles.iter().map(|role| self.role(*role)).collect();
        roles.join(", ")
    }

    fn role(&self, role: RoleId) -> String {
        let header = self.global.roles.len();
        match self.global.roles.get(role.index()) {
            Some(name) => name.to_string(),
            None => self.bound[role.index() - header].clone(),
        }
    }
}

/// The deadline is the receiver's.
fn sent_way(way: &Way) -> &'static str {
    match (way.attempt, way.within.is_some()) {
        (false, false) => "",
        (true, false) => "try ",
        (false, true) => "within a time ",
        (true, true) => "try within a time ",
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
