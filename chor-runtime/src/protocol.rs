//! The protocol of a choreography, as data: its messages, and the branches and loops around them.
//!
//! Knows how a protocol reads as text; deliberately not how a message travels.

mod step;

use crate::agreement::Agreement;
use crate::signature::Signature;
use crate::watch::Site;
use std::borrow::Cow;
use std::fmt;
pub(crate) use step::Digest;
pub use step::Step;

/// All messages of a choreography.
///
/// Its [`Display`](fmt::Display) is the protocol as text, one message a line:
///
/// ```text
/// buy_book[Buyer, Seller]
///   Buyer -> Seller: title: String
///   Seller -> Buyer: price: Option<u32>
///   if price.is_some() (known to Buyer, Seller)
///     true:
///       Buyer -> Seller: address: String
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Protocol {
    /// The name of the choreography.
    pub name: &'static str,
    /// Its roles, in the order of its header; a role's index is its number in a session.
    pub roles: &'static [&'static str],
    /// Its signature.
    pub signature: &'static Signature,
    /// Its own messages, without those of the choreographies that it calls.
    pub steps: &'static [Step],
    /// The same messages with the branches, loops and calls around them.
    pub tree: &'static [Node],
    /// The choreographies that it calls or names, by functions, since they may call each other.
    pub callees: &'static [fn() -> &'static Self],
    /// The places where several of its roles come to the same: branches, also those without messages,
    /// loops, and each `agree!`.
    pub sites: &'static [Site],
    /// Its participants are to compare what they run also where that isn't the default:
    /// `#[verify(signature)]`.
    pub verified: bool,
    /// The numbers of the roles that are families.
    pub families: &'static [usize],
    /// The numbers of the roles whose loss is a value where they are missed, and nothing elsewhere.
    pub expendable: &'static [usize],
}

impl Protocol {
    /// A protocol from its parts; name and roles are the signature's.
    pub const fn new(
        signature: &'static Signature,
        steps: &'static [Step],
        tree: &'static [Node],
    ) -> Self {
        Self {
            name: signature.name,
            roles: signature.roles,
            signature,
            steps,
            tree,
            callees: &[],
            sites: &[],
            verified: false,
            families: &[],
            expendable: &[],
        }
    }

    /// The same, with the choreographies that it calls.
    #[must_use]
    pub const fn calling(self, callees: &'static [fn() -> &'static Self]) -> Self {
        Self { callees, ..self }
    }

    /// The same, with the places where several roles come to the same.
    #[must_use]
    pub const fn meeting(self, sites: &'static [Site]) -> Self {
        Self { sites, ..self }
    }

    /// The same, compared wherever it is run.
    #[must_use]
    pub const fn verifying(self) -> Self {
        Self { verified: true, ..self }
    }

    /// The same, whose roles of these numbers are families.
    #[must_use]
    pub const fn families(self, families: &'static [usize]) -> Self {
        Self { families, ..self }
    }

    /// The same, whose roles of these numbers can be lost: a send to one that is gone is dropped.
    #[must_use]
    pub const fn expendable(self, expendable: &'static [usize]) -> Self {
        Self { expendable, ..self }
    }

    /// What people call a participant of a session in which so many participants play each role:
    /// the name of its role, `Workers[3]` in a family.
    ///
    /// ```
    /// # use chor_runtime::{Protocol, Signature};
    /// # static SIGNATURE: Signature = Signature::new("f", &["Leader", "Workers"], &[], "");
    /// # static PROTOCOL: Protocol = Protocol::new(&SIGNATURE, &[], &[]).families(&[1]);
    /// let sizes = [1, 5];
    /// assert_eq!(PROTOCOL.participant(0, |role| sizes[role]), "Leader");
    /// assert_eq!(PROTOCOL.participant(4, |role| sizes[role]), "Workers[3]");
    /// ```
    pub fn participant(
        &self,
        participant: usize,
        members: impl Fn(usize) -> usize,
    ) -> Cow<'static, str> {
        let mut first = 0;
        for (role, name) in self.roles.iter().enumerate() {
            let next = first + members(role);
            if participant < next {
                return self.member(role, name, participant - first);
            }
            first = next;
        }
        Cow::Borrowed("an unknown role")
    }

    /// The name of the role of this index, for messages to people.
    pub(crate) fn role(&self, index: usize) -> &'static str {
        self.roles.get(index).copied().unwrap_or("an unknown role")
    }

    fn member(&self, role: usize, name: &'static str, index: usize) -> Cow<'static, str> {
        let family = self.families.contains(&role);
        if family { format!("{name}[{index}]").into() } else { name.into() }
    }
}

/// A part of a [`Protocol`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Node {
    /// A message.
    Message {
        /// Which.
        step: &'static Step,
    },
    /// An agreement whose copies are compared.
    Agreement {
        /// Which.
        agreement: &'static Agreement,
    },
    /// A choice between several continuations.
    Branch {
        /// The guard or scrutinee.
        on: &'static str,
        /// The roles that know which arm is taken.
        at: &'static [&'static str],
        /// Each arm's name (`true`, `false` or a pattern) and what happens in it.
        arms: &'static [(&'static str, &'static [Node])],
    },
    /// A repetition.
    Loop {
        /// `loop`, `while n > 0`, `for x in xs`.
        head: &'static str,
        /// The roles that take part.
        at: &'static [&'static str],
        /// What is repeated.
        body: &'static [Node],
    },
    /// What is done for all members of a family at once.
    Each {
        /// What a member is called in it.
        member: &'static str,
        /// The families and roles, in order, whose members they are.
        of: &'static [&'static str],
        /// The roles that take part.
        at: &'static [&'static str],
        /// If not all members are waited for: the role that collects, and `first k`, `until ..`,
        /// `within d` as written.
        first: Option<(&'static str, &'static str)>,
        /// What is done for one.
        body: &'static [Self],
    },
    /// What is done for one member of a family after the other.
    For {
        /// What a member is called in it.
        member: &'static str,
        /// The families and roles, in order, whose members they are.
        of: &'static [&'static str],
        /// The roles that take part.
        at: &'static [&'static str],
        /// What is done for one.
        body: &'static [Self],
    },
    /// A name for the member of a number, for what follows beside it.
    Member {
        /// The name.
        member: &'static str,
        /// The family.
        of: &'static [&'static str],
        /// The number, as written.
        index: &'static str,
    },
    /// What runs at once.
    Par {
        /// Each branch.
        branches: &'static [&'static [Self]],
    },
    /// A call of another choreography.
    Call {
        /// Its name, or path.
        name: &'static str,
        /// Who plays its roles, in their order.
        roles: &'static [&'static str],
        /// Which it is among [`Protocol::callees`]; `None` for a choreography that is a value.
        callee: Option<usize>,
    },
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.name, self.roles.join(", "))?;
        write_nodes(f, self.tree, 1)
    }
}

fn write_nodes(f: &mut fmt::Formatter<'_>, nodes: &[Node], depth: usize) -> fmt::Result {
    nodes.iter().try_for_each(|node| write_node(f, node, depth))
}

fn write_node(f: &mut fmt::Formatter<'_>, node: &Node, depth: usize) -> fmt::Result {
    write!(f, "\n{:1$}", "", 2 * depth)?;
    match node {
        Node::Message { step } => {
            let attempt = if step.attempt { "try " } else { "" };
            let timed = if step.timed { " within a time" } else { "" };
            let Step { from, label, ty, .. } = step;
            write!(f, "{attempt}{from} -> {}{timed}: {label}: {ty}", step.to.join(", "))
        }
        Node::Agreement { agreement: Agreement { step, .. } } => {
            write!(f, "{}: equal at {}", step.label, step.to.join(", "))?;
            if step.from.is_empty() { Ok(()) } else { write!(f, ", says {}", step.from) }
        }
        Node::Branch { on, at, arms } => {
            write!(f, "if {on} (known to {})", at.join(", "))?;
            for (arm, body) in *arms {
                write!(f, "\n{:1$}{arm}:", "", 2 * (depth + 1))?;
                write_nodes(f, body, depth + 2)?;
            }
            Ok(())
        }
        Node::Loop { head, at, body } => {
            write!(f, "{head} (at {})", at.join(", "))?;
            write_nodes(f, body, depth + 1)
        }
        Node::Each { member, of, at, first, body } => {
            let head = if member.starts_with("each ") {
                (*member).to_owned()
            } else {
                format!("each {member} in {}", list(of))
            };
            match first {
                Some((by, text)) => write!(f, "{head} {text} (collected by {by})")?,
                None => write!(f, "{head} (at {})", at.join(", "))?,
            }
            write_nodes(f, body, depth + 1)
        }
        Node::For { member, of, at, body } => {
            write!(f, "for {member} in {} (at {})", list(of), at.join(", "))?;
            write_nodes(f, body, depth + 1)
        }
        Node::Member { member, of, index } => {
            let text = format!("{}[{index}]", list(of));
            if text == *member { f.write_str(&text) } else { write!(f, "{member} = {text}") }
        }
        Node::Par { branches } => {
            f.write_str("at once")?;
            for (index, branch) in branches.iter().enumerate() {
                write!(f, "\n{:1$}branch {2}:", "", 2 * (depth + 1), index + 1)?;
                write_nodes(f, branch, depth + 2)?;
            }
            Ok(())
        }
        Node::Call { name, roles, callee: _ } => write!(f, "{name}[{}]", roles.join(", ")),
    }
}

/// `Workers`, `[Server, Backups]`
fn list(roles: &[&str]) -> String {
    match roles {
        [one] => (*one).to_owned(),
        many => format!("[{}]", many.join(", ")),
    }
}
