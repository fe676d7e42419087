//! The protocol of a choreography, as data: its messages, and the branches and loops around them.
//!
//! Knows how a protocol reads as text; deliberately not how a message travels.

use crate::agreement::Agreement;
use crate::signature::Signature;
use crate::watch::Site;
use std::borrow::Cow;
use std::fmt;

/// One message in the source of a choreography: where it stands, what it carries, and between whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Step {
    /// The choreography in whose body the message is written.
    pub choreography: &'static str,
    /// Its number in that choreography, from 0, in the order of the source.
    pub index: u32,
    /// The name it is bound to, else its position.
    pub label: &'static str,
    /// The type that crosses.
    pub ty: &'static str,
    /// The same without names that make no difference.
    pub normal: &'static str,
    /// The sender, as the choreography calls it.
    pub from: &'static str,
    /// The receivers, as the choreography calls them.
    pub to: &'static [&'static str],
    /// The file of the source.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What both ends compare: a digest of the choreography, the index, the label and the type.
    pub id: u64,
    /// It stands for the messages that compare the copies of an [`Agreement`]: between all of `to`,
    /// or to and from `from`, if that isn't empty.
    pub compares: bool,
    /// `try`: the receiver goes on if the sender is gone.
    pub attempt: bool,
    /// `within`: the receiver goes on if it is late.
    pub timed: bool,
}

impl Step {
    /// A step from its parts; computes its [`id`](Self::id).
    #[allow(clippy::too_many_arguments)] // data, written by the macro
    pub const fn new(
        choreography: &'static str,
        index: u32,
        label: &'static str,
        ty: &'static str,
        from: &'static str,
        to: &'static [&'static str],
        file: &'static str,
        line: u32,
        column: u32,
    ) -> Self {
        let id = identify(choreography, index, label, ty);
        let (normal, compares, attempt, timed) = (ty, false, false, false);
        Self {
            choreography,
            index,
            label,
            ty,
            normal,
            from,
            to,
            file,
            line,
            column,
            id,
            compares,
            attempt,
            timed,
        }
    }

    /// The same, whose type is compared as this text.
    #[must_use]
    pub const fn normal(self, normal: &'static str) -> Self {
        let Self { choreography, index, label, .. } = self;
        Self { id: identify(choreography, index, label, normal), normal, ..self }
    }

    /// The same, that the receiver may go on without: after `try`, after `within`.
    #[must_use]
    pub const fn perhaps(self, attempt: bool, timed: bool) -> Self {
        let id = Digest(self.id).bytes(&[attempt as u8, timed as u8]).0;
        Self { id, attempt, timed, ..self }
    }

    /// The same, for the messages that compare an agreement.
    #[must_use]
    pub const fn comparing(self) -> Self {
        let id = Digest(self.id).text("agreement").0;
        Self { id, compares: true, ..self }
    }
}

/// ``"`title` (message 1 of `buy_book`, src/main.rs:12:30)"``.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.label, self.source())
    }
}

impl Step {
    /// As displayed, and with its type: what two steps may differ in.
    pub(crate) fn with_type(&self) -> String {
        format!("`{}`: {} {}", self.label, self.ty, self.source())
    }

    fn source(&self) -> impl fmt::Display {
        let Self { choreography, file, line, column, compares, .. } = *self;
        let number = self.index + 1;
        fmt::from_fn(move |f| {
            let what = if compares { "agreement" } else { "message" };
            write!(f, "({what} {number} of `{choreography}`, {file}:{line}:{column})")
        })
    }
}

const fn identify(choreography: &str, index: u32, label: &str, ty: &str) -> u64 {
    Digest::START.text(choreography).bytes(&index.to_le_bytes()).text(label).text(ty).0
}

/// FNV-1a, 64 bits: small, stable across builds and platforms, and computed by the compiler. It
/// tells apart builds that differ, not an attacker's from an honest one.
/// <http://www.isthe.com/chongo/tech/comp/fnv/>
pub(crate) struct Digest(pub(crate) u64);

impl Digest {
    pub(crate) const START: Self = Self(0xcbf2_9ce4_8422_2325);

    /// The bytes of `text` and an end mark, which no UTF-8 contains.
    pub(crate) const fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    const fn bytes(self, bytes: &[u8]) -> Self {
        let mut hash = self.0;
        let mut index = 0;
        while index < bytes.len() {
            hash = (hash ^ bytes[index] as u64).wrapping_mul(0x0000_0100_0000_01b3);
            index += 1;
        }
        Self(hash)
    }
}

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
