//! One node: what it keeps, what it promises, and what it takes to lead.

use super::client::Entry;
use chor::Member;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A log, and the term of the leader that wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Log {
    /// Each term has one leader.
    pub term: usize,
    /// What clients wanted to have appended.
    pub entries: Vec<Entry>,
}

impl Log {
    /// Of two logs, the one with the greater age holds all that a quorum has written.
    pub fn age(&self) -> (usize, usize) {
        (self.term, self.entries.len())
    }
}

/// What who leads, or wants to, says to all.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Bid {
    /// Votes for this term are asked for.
    Stand(usize),
    /// This is the log.
    Lead(Log),
}

impl Bid {
    fn term(&self) -> usize {
        match self {
            Self::Stand(term) | Self::Lead(Log { term, .. }) => *term,
        }
    }
}

/// The log of a node that follows a bid; from one that doesn't, the term that it has promised.
pub type Answer = Result<Log, usize>;

/// Whether a quorum follows, or somebody doesn't.
pub fn is_decided(answers: &[(Member, Option<Answer>)], quorum: usize) -> bool {
    let follow = answers.iter().filter(|(_, answer)| matches!(answer, Some(Ok(_)))).count();
    follow >= quorum || answers.iter().any(|(_, answer)| matches!(answer, Some(Err(_))))
}

/// What outlives the node: the promise not to follow leaders of earlier terms, and the log.
#[derive(Debug, Default)]
pub struct Disk(Mutex<(usize, Log)>);

impl Disk {
    /// The log as it was written last.
    pub fn log(&self) -> Log {
        self.kept().1.clone()
    }

    /// Empties it.
    pub fn erase(&self) {
        *self.kept() = Default::default();
    }

    /// All of it is one write: it happens, or it doesn't.
    fn kept(&self) -> MutexGuard<'_, (usize, Log)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A node's part in one session.
#[derive(Debug)]
pub struct Seat {
    disk: Arc<Disk>,
    says: fn(&str),
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The log of the term in which it leads.
    leads: Option<Log>,
    /// The last round in which it followed somebody, itself included.
    followed: Option<usize>,
}

impl Seat {
    /// With this disk; what is worth telling is said.
    pub fn new(disk: &Arc<Disk>, says: fn(&str)) -> Self {
        Self { disk: Arc::clone(disk), says, state: Mutex::default() }
    }

    /// As leader, its log with the entry. Otherwise it stands for election if it has missed a leader in
    /// the last round and it is its turn: of those who stand at once, all could miss a majority.
    pub fn bid(
        &self,
        round: usize,
        turn: bool,
        nodes: usize,
        entry: Option<&Entry>,
    ) -> Option<Bid> {
        let mut state = self.state();
        if let Some(log) = &mut state.leads {
            log.entries.extend(entry.filter(|entry| !log.entries.contains(entry)).cloned());
            return Some(Bid::Lead(log.clone()));
        }
        let missed = state.followed.is_none_or(|followed| followed + 1 < round);
        (turn && missed).then(|| Bid::Stand(self.next_term(round % nodes, nodes)))
    }

    /// The terms of a node have its number as the remainder, so that no other has them.
    fn next_term(&self, index: usize, nodes: usize) -> usize {
        let promised = self.disk.kept().0;
        promised - promised % nodes + nodes + index
    }

    /// Follows a bid: the log afterwards.
    ///
    /// # Errors
    /// It has promised a later leader not to follow this one: the term of that.
    pub fn answer(&self, round: usize, bid: Bid) -> Answer {
        let (mut state, mut kept) = (self.state(), self.disk.kept());
        let term = bid.term();
        if term < kept.0 {
            return Err(kept.0);
        }
        kept.0 = term;
        if let Bid::Lead(log) = bid {
            kept.1 = log;
        }
        state.followed = Some(round);
        state.leads.take_if(|log| log.term < term);
        Ok(kept.1.clone())
    }

    /// Leads on if a quorum follows. The entry's number, if that is in a log that a quorum has written.
    pub fn settle(
        &self,
        bid: Option<Bid>,
        answers: Vec<(Member, Option<Answer>)>,
        quorum: usize,
        entry: Option<Entry>,
    ) -> Option<u64> {
        let bid = bid?;
        self.learn(&answers);
        let follow = answers.into_iter().filter_map(|(_, answer)| answer?.ok());
        let follow: Vec<Log> = follow.collect();
        let mut state = self.state();
        if follow.len() < quorum {
            if state.leads.take().is_some() {
                (self.says)("leads no longer");
            }
            return None;
        }
        match bid {
            Bid::Stand(term) => {
                let logs = follow.into_iter().chain([self.disk.log()]);
                let newest = logs.max_by_key(Log::age).unwrap_or_default();
                (self.says)(&format!("leads in term {term}"));
                state.leads = Some(Log { term, ..newest });
                None
            }
            Bid::Lead(log) => entry.filter(|entry| log.entries.contains(entry)).map(|it| it.id),
        }
    }

    /// Of what others have promised, so that its next term is not in vain.
    fn learn(&self, answers: &[(Member, Option<Answer>)]) {
        let promised = answers.iter().filter_map(|(_, answer)| answer.as_ref()?.as_ref().err());
        let mut kept = self.disk.kept();
        kept.0 = promised.copied().fold(kept.0, usize::max);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
