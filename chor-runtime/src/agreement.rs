//! Comparing the copies of an agreement at run time: `verify(agreement)`.
//!
//! Knows who exchanges which copies and what follows from them; deliberately not how they travel.

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fail::Fail;
use crate::fingerprint::Fingerprint;
use crate::message::Message;
use crate::place::Place;
use crate::protocol::Step;
use crate::transport::Transport;
use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// A copy whose fingerprint is taken of more bytes travels only if the digests differ.
const SHORT: u64 = 256;

/// How many characters of a copy an error shows, and how many of them before the first difference.
const MOST_SHOWN: usize = 600;
const SHOWN_BEFORE: usize = 60;

/// A value whose copies can be compared: a message with `==` and `{:?}`.
#[diagnostic::on_unimplemented(
    message = "an agreement of `{Self}` can't be verified",
    label = "the roles would have to exchange and compare their copies of this",
    note = "what is verified is `PartialEq + Debug` and a message: `Clone`, serialisable, \
            `Send + Sync + 'static`",
    note = "derive them for the type, or leave the choreography out with \
            `#[verify(agreement = false)]`"
)]
pub trait Verified: Message + PartialEq + Debug {}

#[diagnostic::do_not_recommend]
impl<M: Message + PartialEq + Debug> Verified for M {}

/// An agreement whose copies are compared when the program runs.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Agreement {
    /// What the messages of the comparison are called; where the agreement stands.
    pub step: Step,
    /// The expression.
    pub text: &'static str,
    /// The roles that hold it, as numbers in its choreography.
    pub at: &'static [usize],
    /// The one that compares for all; `None` if each compares with each.
    pub by: Option<usize>,
}

impl Agreement {
    /// An agreement from its parts.
    pub const fn new(
        step: Step,
        text: &'static str,
        at: &'static [usize],
        by: Option<usize>,
    ) -> Self {
        Self { step, text, at, by }
    }

    /// `x at main.rs:12`.
    fn place(&self) -> String {
        format!("{} at {}:{}", self.text, self.step.file, self.step.line)
    }
}

/// What a role tells of its copy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(bound = "M: Message")]
enum Held<M> {
    /// All of it.
    Value(M),
    /// Its [`Fingerprint`].
    Digest(u64, u128),
}

/// What the role that compares answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Verdict {
    Equal,
    /// The digests differ: send the values.
    Tell,
    /// The copies by participant, as text.
    Differ(Vec<(u32, String)>),
}

/// The copies of the other participants, each with its number; `None` from one that didn't tell.
type Copies<M> = Vec<(u32, Option<Held<M>>)>;

impl<T: Transport + Copy, const N: usize> Endpoint<T, N> {
    /// Compares the roles' copies of an agreement, and gives back the own one.
    ///
    /// Each role sends its copy to each other, `n(n-1)` messages; or all send theirs to one role and
    /// get its answer, `2(n-1)` messages. Copies of more than about 256 bytes are compared by a digest;
    /// only if the digests differ the values are sent, and compared.
    ///
    /// # Errors
    /// The copies differ, or a peer failed meanwhile.
    pub async fn verify<M: Verified>(
        self,
        agreement: &'static Agreement,
        own: M,
    ) -> Result<M, Fail> {
        let comparison = Comparison::new(self, agreement, &own);
        match agreement.by {
            None => comparison.with_each().await?,
            Some(by) => match self.participants(&[by]).next() {
                Some(by) if by != self.own() => comparison.by_another(by).await?,
                _ => comparison.for_all().await?,
            },
        }
        Ok(own)
    }
}

/// One role's part in a comparison.
struct Comparison<'o, T, M, const N: usize> {
    endpoint: Endpoint<T, N>,
    agreement: &'static Agreement,
    own: &'o M,
    /// As the other roles see it.
    held: Held<M>,
}

impl<'o, T: Transport + Copy, M: Verified, const N: usize> Comparison<'o, T, M, N> {
    fn new(endpoint: Endpoint<T, N>, agreement: &'static Agreement, own: &'o M) -> Self {
        Self { endpoint, agreement, own, held: Held::of(own) }
    }

    /// Everybody sees all copies, and so comes to the same result.
    async fn with_each(&self) -> Result<(), Fail> {
        for to in self.others() {
            self.send(to, &self.held).await?;
        }
        let mut copies = Vec::new();
        for from in self.others() {
            copies.push((from, Some(self.recv::<Held<M>>(from).await?)));
        }
        if self.are_equal(&copies) {
            return Ok(());
        }
        if self.has_digests(&copies) {
            copies = self.tell_values().await;
            if self.are_equal(&copies) {
                return Ok(());
            }
        }
        Err(self.differ(&self.texts(&copies)))
    }

    /// That the copies differ is certain by now, or a message was changed on its way: then the others
    /// don't tell their values, and it is no use to wait for them for longer than for what they
    /// send instead.
    async fn tell_values(&self) -> Copies<M> {
        let value = Held::Value(self.own.clone());
        for to in self.others() {
            let _ = self.send(to, &value).await;
        }
        let mut copies = Vec::new();
        for from in self.others() {
            copies.push((from, self.recv(from).await.ok()));
        }
        copies
    }

    async fn for_all(&self) -> Result<(), Fail> {
        let mut copies = self.gather().await?;
        if !self.are_equal(&copies) && self.has_digests(&copies) {
            self.answer(&Verdict::Tell).await?;
            copies = self.gather().await?;
        }
        if self.are_equal(&copies) {
            return self.answer(&Verdict::Equal).await;
        }
        let texts = self.texts(&copies);
        let verdict = Verdict::Differ(texts.clone());
        for to in self.others() {
            // One that is gone doesn't keep the others from learning it.
            let _ = self.send(to, &verdict).await;
        }
        Err(self.differ(&texts))
    }

    async fn gather(&self) -> Result<Copies<M>, Fail> {
        let mut copies = Vec::new();
        for from in self.others() {
            copies.push((from, Some(self.recv(from).await?)));
        }
        Ok(copies)
    }

    async fn answer(&self, verdict: &Verdict) -> Result<(), Fail> {
        for to in self.others() {
            self.send(to, verdict).await?;
        }
        Ok(())
    }

    async fn by_another(&self, by: u32) -> Result<(), Fail> {
        self.send(by, &self.held).await?;
        loop {
            match self.recv(by).await? {
                Verdict::Equal => return Ok(()),
                Verdict::Tell => self.send(by, &Held::Value(self.own.clone())).await?,
                Verdict::Differ(texts) => return Err(self.differ(&texts)),
            }
        }
    }

    fn others(&self) -> Vec<u32> {
        self.endpoint.others(self.agreement.at)
    }

    async fn send<V: Message>(&self, to: u32, value: &V) -> Result<(), Fail> {
        self.endpoint.send_ref_to(to, &self.agreement.step, value).await
    }

    async fn recv<V: Message>(&self, from: u32) -> Result<V, Fail> {
        self.endpoint.recv_from(from, &self.agreement.step).await
    }

    fn are_equal(&self, copies: &Copies<M>) -> bool {
        copies.iter().all(|(_, copy)| copy.as_ref().is_some_and(|copy| self.equals(copy)))
    }

    /// Two copies are equal if they are serialised alike, or if `==` says so: one that isn't equal to
    /// itself is no difference between roles, nor is the order in a map.
    fn equals(&self, other: &Held<M>) -> bool {
        match other {
            Held::Value(value) => {
                value == self.own
                    || Fingerprint::of(value)
                        .is_some_and(|it| Some(it) == Fingerprint::of(self.own))
            }
            Held::Digest(length, hash) => {
                matches!(&self.held, Held::Digest(own, digest) if (own, digest) == (length, hash))
            }
        }
    }

    fn has_digests(&self, copies: &Copies<M>) -> bool {
        let all = copies.iter().filter_map(|(_, copy)| copy.as_ref()).chain([&self.held]);
        all.into_iter().any(|copy| matches!(copy, Held::Digest(..)))
    }

    /// All copies as text, by participant, in the order of the roles.
    fn texts(&self, copies: &Copies<M>) -> Vec<(u32, String)> {
        let text = |participant: u32| {
            if participant == self.endpoint.own() {
                return format!("{:?}", self.own);
            }
            match copies.iter().find(|(from, _)| *from == participant) {
                Some((_, Some(Held::Value(value)))) => format!("{value:?}"),
                _ => "unknown".to_owned(),
            }
        };
        let at = self.endpoint.participants(self.agreement.at);
        shorten(at.map(|participant| (participant, text(participant))).collect())
    }

    fn differ(&self, texts: &[(u32, String)]) -> Fail {
        let name = |participant: &u32| self.endpoint.name(*participant);
        let values = texts.iter().map(|(of, text)| (name(of), text.clone())).collect();
        Fail::new(Error::Agreement {
            role: self.endpoint.name(self.endpoint.own()),
            agreement: self.agreement.place(),
            values,
            place: Box::new(Place::of(&self.agreement.step)),
        })
    }
}

impl<M: Message> Held<M> {
    fn of(value: &M) -> Self {
        match Fingerprint::of(value) {
            Some(Fingerprint { length, digest }) if length > SHORT => Self::Digest(length, digest),
            // What refuses to be serialised fails when it is sent, unless it is only handed over.
            _ => Self::Value(value.clone()),
        }
    }
}

/// What fits on a screen of long texts, from a little before the first difference.
fn shorten(texts: Vec<(u32, String)>) -> Vec<(u32, String)> {
    let longest = texts.iter().map(|(_, text)| text.chars().count()).max().unwrap_or(0);
    if longest <= MOST_SHOWN {
        return texts;
    }
    let start = common(&texts).saturating_sub(SHOWN_BEFORE);
    let cut = |text: String| {
        let shown: String = text.chars().skip(start).take(MOST_SHOWN).collect();
        let before = if start == 0 { "" } else { ".." };
        let after = if text.chars().count() > start + MOST_SHOWN { ".." } else { "" };
        format!("{before}{shown}{after}")
    };
    texts.into_iter().map(|(of, text)| (of, cut(text))).collect()
}

/// How many characters all texts begin with.
fn common(texts: &[(u32, String)]) -> usize {
    let Some(((_, first), others)) = texts.split_first() else { return 0 };
    let same = |(_, text): &(u32, String)| {
        first.chars().zip(text.chars()).take_while(|(one, other)| one == other).count()
    };
    others.iter().map(same).min().unwrap_or(0)
}
