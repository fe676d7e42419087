//! What is decided about a run before it begins: who crashes when, what is delayed or cut, who is slow.
//!
//! Decisions have names, and are compared with what happens by name: so they survive changes of the
//! program that don't concern them. Also notes where a role could have crashed.

use crate::fault::{Fate, InFlight, Rule, Window};
use crate::names::Names;
use crate::point::{Action, Moment, Point};
use crate::schedule::Decision;
use crate::session::Session;
use chor_runtime::{Address, Cause, Place, Step};
use std::time::Duration;

/// The decisions about one run.
pub(crate) struct Plan {
    pub(crate) decisions: Vec<Decision>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) windows: Vec<Window>,
    pub(crate) slow: Vec<(String, Duration)>,
    pub(crate) seed: u64,
    /// Where roles could have crashed, if that is wanted.
    pub(crate) visits: Option<Vec<Visit>>,
    /// The decisions that came true.
    pub(crate) done: Vec<Decision>,
    names: Names,
    rounds: Vec<Vec<Round>>,
}

/// How often a role did something.
struct Round {
    sends: bool,
    step: &'static Step,
    peer: usize,
    count: u32,
}

/// A moment in a role's run, as it happens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visit {
    role: usize,
    when: When,
}

#[derive(Clone, Copy, Debug)]
enum When {
    Start,
    Before(Doing),
    After(Doing),
}

#[derive(Clone, Copy, Debug)]
struct Doing {
    sends: bool,
    step: &'static Step,
    peer: usize,
    round: u32,
}

/// What becomes of a message.
pub(crate) struct Decided {
    pub(crate) due: Duration,
    pub(crate) cut: bool,
}

impl Plan {
    pub(crate) fn new(participants: usize) -> Self {
        Self {
            decisions: Vec::new(),
            rules: Vec::new(),
            windows: Vec::new(),
            slow: Vec::new(),
            seed: 0,
            visits: None,
            done: Vec::new(),
            names: Names::default(),
            rounds: (0..participants).map(|_| Vec::new()).collect(),
        }
    }

    pub(crate) fn open(&mut self, names: &Names) {
        self.names = Names::clone(names);
    }

    /// Which round the role is about to begin, from 1.
    pub(crate) fn round(&mut self, me: usize, sends: bool, with: &Address) -> u32 {
        self.counter(me, sends, with).count + 1
    }

    /// Notes that the role has done it; gives the round.
    pub(crate) fn advance(&mut self, me: usize, sends: bool, with: &Address) -> u32 {
        let counter = self.counter(me, sends, with);
        counter.count += 1;
        counter.count
    }

    /// A role does few different things, so they are searched.
    fn counter(&mut self, me: usize, sends: bool, with: &Address) -> &mut Round {
        let same = |round: &Round| {
            round.sends == sends && round.peer == with.peer && same_name(round.step, with.step)
        };
        let rounds = &mut self.rounds[me];
        let index = rounds.iter().position(same).unwrap_or_else(|| {
            rounds.push(Round { sends, step: with.step, peer: with.peer, count: 0 });
            rounds.len() - 1
        });
        &mut rounds[index]
    }

    /// How long the role makes of each action.
    pub(crate) fn pause(&self, me: usize) -> Duration {
        if self.slow.is_empty() {
            return Duration::ZERO;
        }
        let slow = self.slow.iter().find(|(role, _)| *role == self.role(me));
        slow.map_or(Duration::ZERO, |(_, pause)| *pause)
    }

    /// Why the role is gone from this moment on, if it is to crash.
    pub(crate) fn crash(&mut self, visit: &Visit, place: Place) -> Option<Cause> {
        if let Some(visits) = &mut self.visits {
            visits.push(*visit);
        }
        let point = self.decided(visit, |decision| match decision {
            Decision::Crash(point) => Some(point),
            Decision::Cut(_) => None,
        })?;
        Some(Session::lost(self.role(visit.role), format!("crashed {}", point.moment), place))
    }

    /// The decision of a kind about this moment, which comes true with that.
    fn decided(
        &mut self,
        visit: &Visit,
        kind: impl Fn(&Decision) -> Option<&Point>,
    ) -> Option<Point> {
        let names = &self.names;
        if names.is_empty() {
            return None;
        }
        let is = |decision: &&Decision| kind(decision).is_some_and(|point| visit.is(point, names));
        let decision = self.decisions.iter().find(is)?.clone();
        let point = decision.point().clone();
        self.done.push(decision);
        Some(point)
    }

    /// What becomes of the message that is being sent.
    pub(crate) fn fate(&mut self, now: Duration, me: usize, to: &Address) -> Decided {
        let mut decided = Decided { due: now, cut: self.cuts(me, to) };
        if !self.rules.is_empty() {
            let round = self.round(me, true, to);
            let flight =
                InFlight::new(self.role(me), self.role(to.peer), to, round, now, self.seed);
            for rule in &self.rules {
                match rule(&flight) {
                    Fate::Deliver => {}
                    Fate::Delay(delay) => decided.due = decided.due.saturating_add(delay),
                    Fate::Hold => decided.due = Duration::MAX,
                    Fate::Cut => decided.cut = true,
                }
            }
        }
        for window in &self.windows {
            decided.due = window.delay(self.role(me), self.role(to.peer), decided.due);
        }
        decided
    }

    fn cuts(&mut self, me: usize, to: &Address) -> bool {
        if !self.decisions.iter().any(|decision| matches!(decision, Decision::Cut(_))) {
            return false;
        }
        let visit = Visit::before(me, true, to, self.round(me, true, to));
        let cut = self.decided(&visit, |decision| match decision {
            Decision::Cut(point) => Some(point),
            Decision::Crash(_) => None,
        });
        cut.is_some()
    }

    fn role(&self, index: usize) -> &'static str {
        self.names.get(index).copied().unwrap_or("?")
    }
}

fn same_name(one: &Step, other: &Step) -> bool {
    one.id == other.id || (one.label == other.label && one.choreography == other.choreography)
}

impl Visit {
    pub(crate) fn start(role: usize) -> Self {
        Self { role, when: When::Start }
    }

    pub(crate) fn before(role: usize, sends: bool, with: &Address, round: u32) -> Self {
        Self { role, when: When::Before(Doing { sends, step: with.step, peer: with.peer, round }) }
    }

    pub(crate) fn after(role: usize, sends: bool, with: &Address, round: u32) -> Self {
        Self { role, when: When::After(Doing { sends, step: with.step, peer: with.peer, round }) }
    }

    pub(crate) fn role(&self) -> usize {
        self.role
    }

    /// By name.
    pub(crate) fn point(&self, names: &Names) -> Point {
        let moment = match self.when {
            When::Start => Moment::Start,
            When::Before(doing) => Moment::Before(doing.action(names)),
            When::After(doing) => Moment::After(doing.action(names)),
        };
        Point { role: names[self.role].to_owned(), moment }
    }

    fn is(&self, point: &Point, names: &Names) -> bool {
        point.role == names[self.role]
            && match (&self.when, &point.moment) {
                (When::Start, Moment::Start) => true,
                (When::Before(doing), Moment::Before(action))
                | (When::After(doing), Moment::After(action)) => doing.is(action, names),
                _ => false,
            }
    }
}

impl Doing {
    fn action(&self, names: &Names) -> Action {
        Action {
            sends: self.sends,
            choreography: self.step.choreography.to_owned(),
            label: self.step.label.to_owned(),
            peer: names[self.peer].to_owned(),
            round: self.round,
        }
    }

    fn is(&self, action: &Action, names: &Names) -> bool {
        self.sends == action.sends
            && self.round == action.round
            && self.step.label == action.label
            && self.step.choreography == action.choreography
            && names[self.peer] == action.peer
    }
}
