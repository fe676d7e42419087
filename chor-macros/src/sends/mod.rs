//! Who sends what to whom, in a choreography and in those that it calls.
//!
//! Two things follow: whose loss is a value where it is missed and nothing elsewhere, and whether one
//! that collects first answers may be done before all of its messages are sent. What choreographies of
//! other blocks send isn't known here; the compiler finds it out, from constants.
//!
//! A choreography value sends what the choreography does that makes it; so its call adds nothing.

mod race;
mod walk;

use crate::ir::{Global, RoleId};
use crate::rust;
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};
use walk::Walk;

/// What a role sends to another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sends {
    Nothing,
    /// Only what its receivers can do without.
    Tried,
    Missed,
}

/// What is sent in a choreography, by roles of its header.
#[derive(Clone, PartialEq, Eq)]
pub struct Sent {
    /// By sender and receiver.
    pub table: Vec<Vec<Sends>>,
    /// The calls of choreographies of other blocks.
    pub abroad: BTreeMap<String, Abroad>,
    /// They compare what they were given when it is run by itself.
    pub compared: BTreeSet<usize>,
}

/// The calls of a choreography of another block.
#[derive(Clone, PartialEq, Eq)]
pub struct Abroad {
    pub path: PathOf,
    pub calls: BTreeSet<Played>,
    /// Each role may be played by any of those who do in any of the calls: there were too many.
    merged: bool,
}

/// Who plays each role of a choreography, in one call of it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Played {
    pub actors: Vec<BTreeSet<usize>>,
    /// Its senders and receivers where the receiver can do without.
    pub raced: BTreeSet<(usize, usize)>,
}

/// The same path where it is written alike.
#[derive(Clone)]
pub struct PathOf(pub syn::Path);

impl PartialEq for PathOf {
    fn eq(&self, other: &Self) -> bool {
        rust::full_text(&self.0) == rust::full_text(&other.0)
    }
}

impl Eq for PathOf {}

/// What a choreography must not do in which one takes part that collects first answers: send to others.
pub struct Demand {
    pub path: syn::Path,
    /// Its roles that the collecting one may play.
    pub from: Vec<usize>,
    /// The one that it plays.
    pub at: Vec<usize>,
    /// What is said where it does.
    pub answer: Answer,
}

impl Demand {
    fn is_broken(&self, table: &[Vec<Sends>]) -> bool {
        let others = |from: usize| {
            let to = table[from].iter().enumerate();
            to.filter(|(to, _)| !self.at.contains(to)).map(|(_, sends)| *sends)
        };
        self.from.iter().any(|from| others(*from).max() > Some(Sends::Nothing))
    }
}

/// One that collects first answers sends there, and may be done before.
pub struct Answer {
    pub what: String,
    pub help: String,
    pub span: Span,
}

/// What was found in one choreography.
pub struct Found {
    pub sent: Sent,
    pub answers: Vec<Answer>,
    pub demands: Vec<Demand>,
}

/// How many different calls of one choreography are told apart.
const MOST_CALLS: usize = 16;

impl Sent {
    fn new(global: &Global) -> Self {
        let nothing = vec![vec![Sends::Nothing; global.roles.len()]; global.roles.len()];
        let given = global.agreements.iter().filter(|agreement| agreement.param.is_some());
        let compared = given.flat_map(|agreement| agreement.at.iter()).map(RoleId::index);
        let compared = compared.filter(|role| *role < global.roles.len()).collect();
        Self { table: nothing, abroad: BTreeMap::new(), compared }
    }

    fn note(&mut self, from: usize, to: usize, sends: Sends) {
        let own = &mut self.table[from][to];
        *own = sends.max(*own);
    }

    fn note_abroad(&mut self, path: &syn::Path, played: Played) {
        let name = rust::full_text(path);
        let new = || Abroad { path: PathOf(path.clone()), calls: BTreeSet::new(), merged: false };
        let known = self.abroad.entry(name).or_insert_with(new);
        known.calls.insert(played);
        known.merged |= known.calls.len() > MOST_CALLS;
        if known.merged {
            let calls = std::mem::take(&mut known.calls);
            known.calls.extend(calls.into_iter().reduce(Played::join));
        }
    }

    /// The roles that send something, and each of whose messages is one that its receivers can do
    /// without.
    pub fn expendable(&self) -> Vec<usize> {
        let roles = self.table.iter().map(|to| to.iter().max()).enumerate();
        let tried = roles.filter(|(_, most)| *most == Some(&Sends::Tried)).map(|(role, _)| role);
        tried.filter(|role| !self.compared.contains(role)).collect()
    }
}

impl Played {
    fn join(mut self, other: Self) -> Self {
        for (own, other) in self.actors.iter_mut().zip(other.actors) {
            own.extend(other);
        }
        self.raced = &self.raced & &other.raced;
        self
    }
}

/// What is sent in each choreography; nothing is said of those without a body, which are of other
/// blocks.
///
/// `recursive` choreographies may lead back to themselves through those, so that these aren't asked.
pub fn find(bodies: &[Option<&Global>], recursive: impl Fn(usize) -> bool) -> Vec<Option<Found>> {
    let mut known: Vec<Option<Sent>> =
        bodies.iter().map(|body| body.as_ref().map(|body| Sent::new(body))).collect();
    // What a callee sends can make a caller's role send more: until nothing changes.
    loop {
        let mut grown = false;
        for (index, body) in bodies.iter().enumerate() {
            let Some(global) = body else { continue };
            let found = Walk::run(global, index, &known, recursive(index));
            grown |= known[index].as_ref() != Some(&found.sent);
            known[index] = Some(found.sent);
        }
        if !grown {
            break;
        }
    }
    let found = bodies
        .iter()
        .enumerate()
        .map(|(index, body)| body.map(|global| Walk::run(global, index, &known, recursive(index))));
    found.collect()
}
