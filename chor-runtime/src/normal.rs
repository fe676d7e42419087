//! What participants compare when a session starts: a choreography and all that it calls, as text in
//! which names that make no difference are left out.
//!
//! Each line is `what: value`, so that a difference can be told in the user's terms.

use crate::agreement::Agreement;
use crate::protocol::{Digest, Node, Protocol, Step};
use crate::transport::Fault;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, PoisonError, RwLock};

/// Where the choreographies stand that another one calls. For generated code.
pub trait Calls {
    /// They may call each other in a circle, so they are given by functions.
    const CALLEES: &'static [fn() -> &'static Protocol];
}

/// What is computed once of a choreography.
#[derive(Clone)]
struct Known {
    digest: u64,
    normal: Arc<str>,
}

impl Protocol {
    /// What participants compare when a session starts: a digest of [`normal`](Self::normal).
    /// Computed once for each choreography.
    pub fn digest(&'static self) -> u64 {
        self.known().digest
    }

    fn known(&'static self) -> Known {
        static KNOWN: RwLock<BTreeMap<usize, Known>> = RwLock::new(BTreeMap::new());
        let key = std::ptr::from_ref(self).addr();
        if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let normal = self.write_normal();
        let known = Known { digest: Digest::START.text(&normal).0, normal: normal.into() };
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(key, known.clone());
        known
    }

    /// The signature and the messages of this choreography and of all that it calls, as text: two
    /// participants run the same if theirs are equal.
    ///
    /// Roles are numbers, as are generics. Paths of types are without their modules, and lifetimes
    /// without their names. What doesn't cross is left out: the names of parameters, guards and
    /// patterns. The names of choreographies and of messages are in it, because the position of each
    /// message is compared too.
    pub fn normal(&'static self) -> String {
        self.known().normal.as_ref().to_owned()
    }

    fn write_normal(&'static self) -> String {
        let mut all = vec![self];
        let mut text = String::new();
        let mut next = 0;
        while let Some(protocol) = all.get(next).copied() {
            write_protocol(&mut text, protocol);
            for callee in protocol.callees {
                let callee = callee();
                if all.iter().all(|known| !std::ptr::eq(*known, callee)) {
                    all.push(callee);
                }
            }
            next += 1;
        }
        text
    }

    /// The fault of a peer that runs something else, by its [`normal`](Self::normal): for
    /// transports, in [`Transport::start`](crate::Transport::start).
    pub fn mismatch(&'static self, other: String) -> Fault {
        let own = self.normal();
        Fault::Signature { difference: difference(&own, &other), own, other }
    }
}

/// Roles as numbers: bound members come after those of the header.
#[derive(Clone)]
struct Scope<'p> {
    protocol: &'p Protocol,
    members: Vec<&'p str>,
}

impl<'p> Scope<'p> {
    fn with(&self, member: &'p str) -> Self {
        let mut inside = self.clone();
        inside.members.push(member);
        inside
    }

    /// A list of roles is one of the callee's.
    fn number(&self, role: &str) -> String {
        if let Some(list) = role.strip_prefix('[').and_then(|list| list.strip_suffix(']')) {
            let roles: Vec<&str> = list.split(", ").filter(|role| !role.is_empty()).collect();
            return format!("[{}]", self.numbers(&roles));
        }
        let roles = self.protocol.roles;
        let bound = || {
            let place = self.members.iter().rposition(|member| *member == role)?;
            Some(roles.len() + place)
        };
        let place = bound().or_else(|| roles.iter().position(|it| *it == role));
        place.map_or("?".to_owned(), |place| place.to_string())
    }

    fn numbers(&self, roles: &[&str]) -> String {
        let numbers: Vec<String> = roles.iter().map(|role| self.number(role)).collect();
        numbers.join(", ")
    }
}

// Writing to a `String` can't fail.
macro_rules! line {
    ($text:expr, $depth:expr, $($line:tt)*) => {{
        let _ = write!($text, "{:1$}", "", 2 * $depth);
        let _ = writeln!($text, $($line)*);
    }};
}

fn write_protocol(text: &mut String, protocol: &Protocol) {
    let Protocol { name, roles, signature, families, .. } = protocol;
    line!(text, 0, "choreography: {name}");
    line!(text, 0, "number of roles: {}", roles.len());
    if !families.is_empty() {
        line!(text, 0, "families: {}", numbers_text(families));
    }
    line!(text, 0, "signature: {}", signature.normal);
    write_nodes(text, &Scope { protocol, members: Vec::new() }, protocol.tree, 1);
}

fn write_nodes<'p>(text: &mut String, scope: &Scope<'p>, nodes: &[Node], depth: usize) {
    let mut scope: Scope<'p> = scope.clone();
    for node in nodes {
        write_node(text, &scope, node, depth);
        if let Node::Member { member, .. } = node {
            scope = scope.with(member);
        }
    }
}

fn write_node(text: &mut String, scope: &Scope<'_>, node: &Node, depth: usize) {
    match node {
        Node::Message { step } => {
            let Step { index, from, to, label, normal, .. } = step;
            let (number, from, to) = (index + 1, scope.number(from), scope.numbers(to));
            let attempt = if step.attempt { ", or lost" } else { "" };
            let timed = if step.timed { ", or late" } else { "" };
            line!(
                text,
                depth,
                "message {number}: {label}: {normal}, from {from} to {to}{attempt}{timed}"
            );
        }
        Node::Agreement { agreement: Agreement { step, .. } } => {
            let Step { index, from, to, label, normal, .. } = step;
            let (number, to) = (index + 1, scope.numbers(to));
            let by = if from.is_empty() { "each".to_owned() } else { scope.number(from) };
            line!(text, depth, "agreement {number}: {label}: {normal}, at {to}, compared by {by}");
        }
        Node::Branch { on: _, at, arms } => {
            let (count, at) = (arms.len(), scope.numbers(at));
            line!(text, depth, "branch: {count} arms, known to {at}");
            for (index, (_, body)) in arms.iter().enumerate() {
                line!(text, depth + 1, "arm: {}", index + 1);
                write_nodes(text, scope, body, depth + 2);
            }
        }
        Node::Loop { head: _, at, body } => {
            line!(text, depth, "loop: of {}", scope.numbers(at));
            write_nodes(text, scope, body, depth + 1);
        }
        Node::Each { member, of, at, first, body } => {
            let (of, at) = (scope.numbers(of), scope.numbers(at));
            let first = first.map(|(by, _)| format!(", collected by {}", scope.number(by)));
            line!(text, depth, "each: of {of}, at {at}{}", first.unwrap_or_default());
            write_nodes(text, &scope.with(member), body, depth + 1);
        }
        Node::For { member, of, at, body } => {
            line!(text, depth, "for: of {}, at {}", scope.numbers(of), scope.numbers(at));
            write_nodes(text, &scope.with(member), body, depth + 1);
        }
        Node::Member { of, .. } => line!(text, depth, "member: of {}", scope.numbers(of)),
        Node::Par { branches } => {
            line!(text, depth, "at once: {} branches", branches.len());
            for (index, branch) in branches.iter().enumerate() {
                line!(text, depth + 1, "branch: {}", index + 1);
                write_nodes(text, scope, branch, depth + 2);
            }
        }
        Node::Call { name, roles, callee } => {
            let callee = callee.and_then(|index| scope.protocol.callees.get(index));
            let name = callee.map_or(*name, |callee| callee().name);
            line!(text, depth, "call: {name}[{}]", scope.numbers(roles));
        }
    }
}

fn numbers_text(numbers: &[usize]) -> String {
    let numbers: Vec<String> = numbers.iter().map(usize::to_string).collect();
    numbers.join(", ")
}

/// The first difference between two normal texts, for people.
fn difference(own: &str, other: &str) -> String {
    let [mut ours, mut theirs] = [own.lines(), other.lines()];
    let mut choreography = "";
    loop {
        match (ours.next(), theirs.next()) {
            (Some(our), Some(their)) if our == their => {
                choreography = our.strip_prefix("choreography: ").unwrap_or(choreography);
            }
            (None, None) => return "the texts are equal, their digests are not".to_owned(),
            (our, their) => {
                let place = if choreography.is_empty() {
                    String::new()
                } else {
                    format!("in `{choreography}`, ")
                };
                return format!("{place}{}", lines_differ(our, their));
            }
        }
    }
}

fn lines_differ(our: Option<&str>, their: Option<&str>) -> String {
    let [our, their] = [our, their].map(|line| line.map(str::trim_start));
    let parts = our.and_then(|line| line.split_once(": "));
    let their_parts = their.and_then(|line| line.split_once(": "));
    if let (Some((what, ours)), Some((other, theirs))) = (parts, their_parts)
        && what == other
    {
        return format!("{what}: {}", values_differ(ours, theirs));
    }
    let show = |line: Option<&str>| line.map_or("nothing".to_owned(), |line| format!("`{line}`"));
    format!("{} here, {} there", show(our), show(their))
}

/// Without what both end in: who sends to whom, most often.
fn values_differ(ours: &str, theirs: &str) -> String {
    let end = |value: &str| value.rfind(", ").map(|at| value[at..].to_owned());
    match (end(ours), end(theirs)) {
        (Some(one), Some(other)) if one == other && ours.contains(": ") => {
            let [ours, theirs] = [ours, theirs].map(|value| &value[..value.len() - one.len()]);
            format!("`{ours}` here, `{theirs}` there")
        }
        _ => format!("`{ours}` here, `{theirs}` there"),
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn the_first_difference_is_told() {
        let head = "choreography: f\nsignature: (u32 @ 0)\n";
        let cases = [
            (
                "  message 2: price: u32, from 0 to 1\n",
                "  message 2: price: u64, from 0 to 1\n",
                "in `f`, message 2: `price: u32` here, `price: u64` there",
            ),
            (
                "  message 2: price: u32, from 0 to 1\n",
                "  message 2: price: u32, from 1 to 0\n",
                "in `f`, message 2: `price: u32, from 0 to 1` here, `price: u32, from 1 to 0` there",
            ),
            (
                "  message 2: price: u32, from 0 to 1\n",
                "  loop: of 0, 1\n",
                "in `f`, `message 2: price: u32, from 0 to 1` here, `loop: of 0, 1` there",
            ),
            ("", "choreography: g\n", "in `f`, nothing here, `choreography: g` there"),
            ("", "", "the texts are equal, their digests are not"),
        ];
        for (own, other, text) in cases {
            assert_eq!(difference(&format!("{head}{own}"), &format!("{head}{other}")), text);
        }
        assert_eq!(
            difference("choreography: f\n", "choreography: g\n"),
            "choreography: `f` here, `g` there"
        );
        assert_eq!(difference("", "any rubbish"), "nothing here, `any rubbish` there");
    }
}
