//! Where the participants of a session meet: one channel to each of the others.
//!
//! Knows who is who; deliberately not how connections are made.

mod losing;

use crate::channel::{Channel, Ended};
use crate::error::LinkError;
use crate::frame::{Frame, Open};
use crate::late::Late;
use crate::link::{Host, Link};
use crate::sizes::Sizes;
use chor_runtime::{Cause, End, Place, Protocol, Reason};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};
use std::task::Waker;

/// For each role, those who may wait until it is known whether they may play it, or are remembered
/// because they count other members.
const EARLY: usize = 8;

/// One participant's view of its session.
#[derive(Debug)]
pub(crate) struct Meeting {
    pub(crate) session: [u8; 16],
    pub(crate) place: usize,
    /// Each participant was told by its own program who they all are.
    told_apart: bool,
    /// Who has invited all others, if anybody has.
    pub(crate) opener: Option<usize>,
    /// Anybody may know of it, and claim a role.
    pub(crate) public: bool,
    pub(crate) sizes: Sizes,
    seats: Vec<OnceLock<Arc<Channel>>>,
    state: Mutex<State>,
    /// Links that lead to one participant each, if there are such.
    links: OnceLock<Vec<(usize, Weak<Link>)>>,
    /// Its rounds.
    pub(crate) late: Arc<Late>,
}

#[derive(Debug, Default)]
struct State {
    /// The digest of what this participant runs, since it does.
    digest: Option<u64>,
    /// What it runs, since that is known.
    protocol: Option<&'static Protocol>,
    /// Those who came before it was known which roles they may play.
    early: Vec<(Arc<Channel>, Open)>,
    /// The first who may not.
    denied: Option<(usize, LinkError)>,
    /// What participants run, by their numbers: since they run different things.
    normals: Vec<(u64, Arc<str>)>,
    /// Who counts other members, by the numbers that they count: who that is here, and the sizes.
    other_sizes: BTreeMap<usize, (usize, Vec<u32>)>,
    /// Without whom the session begins, and why.
    lost: BTreeMap<usize, Ended>,
    /// How its part has ended.
    end: Option<End>,
    watcher: Option<Waker>,
}

impl Meeting {
    pub(crate) fn new(session: [u8; 16], place: usize, sizes: Sizes) -> Self {
        let seats = (0..sizes.participants()).map(|_| OnceLock::new()).collect();
        Self {
            session,
            place,
            told_apart: false,
            opener: None,
            public: false,
            sizes,
            seats,
            state: Mutex::default(),
            links: OnceLock::new(),
            late: Arc::default(),
        }
    }

    /// Its participants come over these links, each over its own.
    pub(crate) fn set_links(&self, links: &[(usize, Arc<Link>)]) {
        let links = links.iter().map(|(peer, link)| (*peer, Arc::downgrade(link))).collect();
        let _ = self.links.set(links);
    }

    /// The participant to whom a link leads, if it leads to one.
    fn leads_to(&self, link: &Arc<Link>) -> Option<usize> {
        let mut links = self.links.get()?.iter();
        links
            .find(|(_, known)| std::ptr::eq(known.as_ptr(), Arc::as_ptr(link)))
            .map(|(peer, _)| *peer)
    }

    /// One that anybody may know of.
    pub(crate) fn public(self) -> Self {
        Self { public: true, told_apart: true, ..self }
    }

    /// One whose participants were each told by their own program who they all are.
    pub(crate) fn told_apart(self) -> Self {
        Self { told_apart: true, ..self }
    }

    pub(crate) fn participants(&self) -> usize {
        self.seats.len()
    }

    /// Whether another one may still come, to whom this participant is to say how its part has ended: also
    /// one without whom the session began. Nobody comes to the opener, who goes to all.
    pub(crate) fn may_be_joined(&self) -> bool {
        !self.is_opener(self.place) && self.channels().count() + 1 < self.participants()
    }

    /// The channel to a participant, once it is there.
    #[inline]
    pub(crate) fn channel(&self, peer: usize) -> Option<&Arc<Channel>> {
        self.seats.get(peer)?.get()
    }

    pub(crate) fn channels(&self) -> impl Iterator<Item = &Arc<Channel>> {
        self.seats.iter().filter_map(OnceLock::get)
    }

    /// What this participant runs: those who came before are judged by it now.
    pub(crate) fn set_protocol(&self, protocol: &'static Protocol) {
        let early = self.with(|state| {
            state.protocol = Some(protocol);
            std::mem::take(&mut state.early)
        });
        for (channel, open) in early {
            if let Err(reason) = self.arrived(&channel, &open) {
                channel.link.refuse(channel.id, &reason);
            }
        }
    }

    /// This participant runs what has this digest: those who came before are answered now.
    pub(crate) fn begin(&self, digest: u64) {
        self.with(|state| state.digest = Some(digest));
        for channel in self.channels() {
            channel.say(&Frame::Answer { channel: channel.id, digest });
        }
    }

    /// A channel that this participant has opened.
    pub(crate) fn add(&self, peer: usize, channel: &Arc<Channel>) {
        let (normals, end) = self.with(|state| {
            channel.share(&self.late);
            let _ = self.seats[peer].set(Arc::clone(channel));
            (state.normals.clone(), state.end.clone())
        });
        for (runner, text) in &normals {
            say_normal(channel, *runner, text);
        }
        self.say_all_lost(channel);
        if let Some(end) = end {
            channel.close(end);
        }
    }

    /// A channel that a peer has opened.
    pub(crate) fn arrived(&self, channel: &Arc<Channel>, open: &Open) -> Result<(), String> {
        let (from, to) = (open.from as usize, open.to as usize);
        if open.sizes != self.sizes.tell() {
            return self.differs(channel, open);
        }
        if to != self.place || from == to || from >= self.seats.len() {
            let Self { place, seats, .. } = self;
            let count = seats.len();
            return Err(format!(
                "it is role number {place} of {count} and not {to}, nor the peer of role {from}"
            ));
        }
        if let Some(peer) = self.leads_to(&channel.link).filter(|peer| *peer != from) {
            let (own, problem) = misled(peer, from);
            self.deny(peer, LinkError::Protocol { peer: channel.link.peer.clone(), problem: own });
            return Err(problem);
        }
        if self.seats[from].get().is_some() {
            return Err(there_already(from));
        }
        if channel.link.identity().is_some() && self.waits(channel, open, &self.sizes)? {
            return Ok(());
        }
        let met = self.with(|state| {
            // It may have come over another link at this very moment.
            if self.seats[from].get().is_some() {
                return Err(None);
            }
            if let Some(ended) = state.lost.get(&from) {
                return Err(Some(ended.clone()));
            }
            channel.share(&self.late);
            let _ = self.seats[from].set(Arc::clone(channel));
            Ok((state.digest, state.normals.clone(), state.end.clone(), state.watcher.take()))
        });
        let (digest, normals, end, watcher) = match met {
            Ok(met) => met,
            Err(Some(ended)) => {
                channel.close(self.end_of_lost(from, &ended));
                return Ok(());
            }
            Err(None) => return Err(there_already(from)),
        };
        if let Some(digest) = digest {
            channel.say(&Frame::Answer { channel: channel.id, digest });
        }
        for (runner, text) in &normals {
            say_normal(channel, *runner, text);
        }
        if let Some(end) = end {
            channel.close(end);
        }
        watcher.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// A peer counts other members: both fail with the two counts, where both have them from their own
    /// programs. Who may not play its role fails nobody.
    fn differs(&self, channel: &Arc<Channel>, open: &Open) -> Result<(), String> {
        let other = Err("its session has other numbers of members".to_owned());
        let (from, to) = (open.from as usize, open.to as usize);
        let Some(sizes) = Sizes::of_open(&open.sizes, from, to).filter(|_| self.told_apart) else {
            return other;
        };
        if channel.link.identity().is_some() && self.waits(channel, open, &sizes)? {
            return Ok(());
        }
        let peer = self.leads_to(&channel.link).unwrap_or_else(|| self.sizes.same_as(&sizes, from));
        let watcher = self.with(|state| {
            if state.other_sizes.len() < EARLY * self.seats.len() {
                state.other_sizes.insert(from, (peer, open.sizes.clone()));
            }
            state.watcher.take()
        });
        watcher.into_iter().for_each(Waker::wake);
        channel.say(&Frame::Sizes { channel: channel.id, sizes: self.sizes.tell() });
        other
    }

    /// A peer that counts other members, and how.
    pub(crate) fn other_sizes(&self) -> Option<(usize, Vec<u32>)> {
        self.with(|state| state.other_sizes.values().next().cloned())
    }

    /// Whether a peer may play the role that it claims; if that isn't known yet, it waits.
    fn waits(&self, channel: &Arc<Channel>, open: &Open, sizes: &Sizes) -> Result<bool, String> {
        let protocol = self.with(|state| match state.protocol {
            Some(protocol) => Ok(Some(protocol)),
            None if state.end.is_some() => Err("its part is over".to_owned()),
            None if state.early.len() >= EARLY * self.seats.len() => {
                Err("too many want to play a role".to_owned())
            }
            None => {
                state.early.push((Arc::clone(channel), open.clone()));
                Ok(None)
            }
        })?;
        let Some(protocol) = protocol else { return Ok(true) };
        let from = open.from as usize;
        channel.link.vet(protocol, sizes.role_of(from)).map(|()| false).map_err(|denied| {
            let reason = denied.to_string();
            self.deny(from, channel.link.denied(denied));
            reason
        })
    }

    /// Whoever claimed this role may not play it: the one who may won't come.
    fn deny(&self, from: usize, error: LinkError) {
        if self.public {
            return;
        }
        let watcher = self.with(|state| {
            state.denied.get_or_insert((from, error));
            state.watcher.take()
        });
        watcher.into_iter().for_each(Waker::wake);
    }

    /// Why a peer may not play its role.
    pub(crate) fn denied(&self, peer: usize) -> Option<LinkError> {
        let denied = self.with(|state| state.denied.clone());
        denied.filter(|(from, _)| *from == peer).map(|(_, error)| error)
    }

    /// Tells all others, also those who come later, what a participant runs: not what another one does.
    pub(crate) fn tell(&self, runner: usize, text: &str) {
        let (runner, text) = (runner as u64, Arc::<str>::from(text));
        self.with(|state| state.normals.push((runner, Arc::clone(&text))));
        self.channels().for_each(|channel| say_normal(channel, runner, &text));
    }

    /// Whether this participant has something to tell those who come later.
    pub(crate) fn tells(&self) -> bool {
        self.with(|state| !state.normals.is_empty() || !state.other_sizes.is_empty())
    }

    /// How many peers have come that count other members.
    pub(crate) fn counting_others(&self) -> usize {
        self.with(|state| state.other_sizes.len())
    }

    /// Notes who waits for further channels.
    pub(crate) fn watch(&self, waker: &Waker) {
        self.with(|state| state.watcher = Some(waker.clone()));
    }

    /// Ends this participant's part, also for those who come later.
    pub(crate) fn close(&self, end: &End) {
        let (first, early) = self.with(|state| {
            let first = state.end.is_none();
            state.end.get_or_insert_with(|| end.clone());
            (first, std::mem::take(&mut state.early))
        });
        for (channel, _) in early {
            channel.link.refuse(channel.id, "its part is over");
        }
        if first {
            self.channels().for_each(|channel| channel.close(end.clone()));
        }
    }

    /// Ends this participant's part before it has done so itself.
    pub(crate) fn give_up(&self, reason: Reason) {
        self.close(&End::Failed(Cause::new(self.name_of(self.place), reason, Place::default())));
    }

    fn name_of(&self, participant: usize) -> Cow<'static, str> {
        match self.with(|state| state.protocol) {
            Some(protocol) => self.name(protocol, participant),
            None => format!("number {participant}").into(),
        }
    }

    /// What people call a participant.
    pub(crate) fn name(&self, protocol: &Protocol, participant: usize) -> Cow<'static, str> {
        protocol.participant(participant, |role| self.sizes.of(role))
    }

    fn with<R>(&self, act: impl FnOnce(&mut State) -> R) -> R {
        act(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is wrong with a link to `peer` from which `from` speaks: for this end, and for the other one.
fn misled(peer: usize, from: usize) -> (String, String) {
    let own = format!(
        "it is participant number {from} and not {peer}, to whom its connection should lead"
    );
    (own, format!("participant number {from} speaks through the connection to number {peer}"))
}

fn there_already(role: usize) -> String {
    format!("role number {role} is there already")
}

fn say_normal(channel: &Channel, runner: u64, text: &str) {
    channel.say(&Frame::Normal { channel: channel.id, runner, text });
}

/// A meeting over connections of its own: whoever comes belongs to it.
impl Host for Meeting {
    fn opened(&self, channel: Arc<Channel>, open: Open) {
        let link = Arc::clone(&channel.link);
        let id = channel.id;
        let arrived = if open.session == self.session {
            self.arrived(&channel, &open)
        } else {
            Err("there is another session".to_owned())
        };
        if let Err(reason) = arrived {
            link.refuse(id, &reason);
        }
    }

    fn lost(&self, _: &Link) -> Option<Waker> {
        self.with(|state| state.watcher.take())
    }

    fn left(&self, _: &Arc<Self>) {}
}
