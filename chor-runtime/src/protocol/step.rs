//! One message of a protocol, and what both of its ends compare of it.

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
    /// It stands for the messages that compare the copies of an [`Agreement`](crate::Agreement): between
    /// all of `to`, or to and from `from`, if that isn't empty.
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
