//! Who is simulated and who is real, and whether that fits the choreography.

use super::border::Borders;
use super::end::Map;
use super::roles::{Seat, Simulated};
use super::stand_in::StandIn;
use crate::end::Shared;
use crate::names::{Names, names};
use crate::schedule::Decision;
use crate::simulation::Simulation;
use chor_runtime::Protocol;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Who is simulated and who is real, by the numbers of participants.
pub(super) struct Casting {
    protocol: &'static Protocol,
    /// How many participants play each role.
    pub(super) sizes: Vec<usize>,
    names: Names,
    /// The simulated participants, in the order in which they were given.
    pub(super) simulated: Vec<usize>,
    /// By participant: the session in which it is played, if it is real.
    pub(super) sessions: Vec<Option<usize>>,
}

impl Casting {
    /// From the simulated roles and the sessions of the real ones.
    ///
    /// # Panics
    /// If they don't fit together, or don't fit the choreography.
    pub(super) fn new<B: Borders>(roles: &[Simulated], borders: &B) -> Self {
        let (_, protocol, _) = roles[0];
        let same = roles.iter().all(|(_, other, _)| other.digest() == protocol.digest());
        assert!(same, "all simulated roles have to be of the choreography `{}`", protocol.name);
        let sizes = sizes_of(protocol, borders);
        let names = names(protocol, &sizes);
        let (simulated, sessions) = (Vec::new(), vec![None; sizes.iter().sum()]);
        let mut casting = Self { protocol, sizes, names, simulated, sessions };
        for session in 0..B::COUNT {
            let (real, ends) = borders.describe(session);
            casting.add_session(session, &real, &ends);
        }
        for (role, _, count) in roles {
            casting.simulate(*role, *count);
        }
        casting.refuse_vacancies();
        casting
    }

    fn add_session(&mut self, session: usize, real: &[String], ends: &[(usize, usize)]) {
        let Protocol { name, roles, .. } = self.protocol;
        for role in real {
            let Some(participants) = self.named(role) else {
                panic!("`{name}` has no role `{role}`, but {}", roles.join(", "));
            };
            for participant in participants {
                let earlier = self.sessions[participant].replace(session);
                assert!(earlier.is_none(), "`{}` is real twice", self.names[participant]);
            }
        }
        let all = self.sessions.len();
        let others = (0..all).filter(|it| self.sessions[*it] != Some(session));
        let others: Vec<usize> = others.collect();
        let mut places: Vec<usize> = ends.iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        let fits = ends.iter().all(|(_, participants)| *participants == all);
        assert!(
            fits && places == others,
            "the session of {} needs an end for each other role of `{name}`, numbers {others:?} of \
             {all}; there are {ends:?} (number, of how many)",
            real.join(", "),
        );
    }

    /// The participants of a role, or the member, of this name.
    fn named(&self, name: &str) -> Option<Range<usize>> {
        match self.protocol.roles.iter().position(|role| *role == name) {
            Some(role) => Some(self.of(role)),
            None => self.names.iter().position(|it| *it == name).map(|it| it..it + 1),
        }
    }

    /// The participants that play a role.
    fn of(&self, role: usize) -> Range<usize> {
        let first = self.sizes[..role].iter().sum();
        first..first + self.sizes[role]
    }

    /// So many participants of a role are simulated: those that aren't real, in order.
    fn simulate(&mut self, role: usize, count: usize) {
        let name = self.protocol.roles[role];
        let all = self.of(role);
        let (real, others): (Vec<usize>, Vec<usize>) =
            all.partition(|it| self.sessions[*it].is_some());
        let taken = others.iter().any(|it| self.simulated.contains(it));
        assert!(!taken, "`{name}` is simulated twice");
        let is_family = self.protocol.families.contains(&role);
        assert!(is_family || real.is_empty(), "`{name}` is both simulated and real");
        assert!(
            count == others.len(),
            "{count} members of `{name}` are simulated, and {} of {} aren't real",
            others.len(),
            real.len() + others.len(),
        );
        self.simulated.extend(others);
    }

    /// Each participant is played.
    fn refuse_vacancies(&self) {
        for (participant, name) in self.names.iter().enumerate() {
            let is_played =
                self.sessions[participant].is_some() || self.simulated.contains(&participant);
            assert!(is_played, "`{name}` is neither simulated nor real");
        }
    }

    /// What a simulation wants of roles that are not there, or not in its hand.
    ///
    /// # Panics
    /// If there is such a thing.
    pub(super) fn check(&self, simulation: &Simulation) {
        simulation.refuse_strangers(Some(self.protocol), &self.names);
        let crashes = simulation.schedule.decisions.iter().filter_map(|decision| match decision {
            Decision::Crash(point) => Some(point.role.as_str()),
            Decision::Cut(_) => None,
        });
        let slow = simulation.slow.iter().map(|(role, _)| role.as_str());
        let touched: BTreeSet<&str> = crashes.chain(slow).collect();
        for (participant, name) in self.names.iter().enumerate() {
            assert!(
                self.sessions[participant].is_none() || !touched.contains(name),
                "`{name}` is real: the simulator can neither crash it nor slow it down, but cut it \
                 off, and delay its messages",
            );
        }
    }

    /// Who plays each participant.
    pub(super) fn seats<B: Borders>(&self, map: &Arc<Map<B>>, shared: &Shared) -> Vec<Seat<B>> {
        let seat = |role| {
            let simulated = self.simulated.iter().position(|simulated| *simulated == role);
            simulated.map_or_else(
                || Seat::Real(StandIn::new(map, shared, role, self.protocol)),
                Seat::Simulated,
            )
        };
        (0..self.sessions.len()).map(seat).collect()
    }
}

/// How many participants play each role, as the ends of the real roles' sessions say.
///
/// # Panics
/// If they don't say the same.
fn sizes_of<B: Borders>(protocol: &'static Protocol, borders: &B) -> Vec<usize> {
    let roles = protocol.roles.len();
    let all = (0..B::COUNT).flat_map(|session| borders.sizes(session, roles));
    let mut all = all.collect::<Vec<_>>().into_iter();
    let first = all.next().unwrap_or_else(|| vec![1; roles]);
    for other in all {
        assert!(
            other == first,
            "all ends have to be of sessions of the same sizes: there are {first:?} and {other:?} \
             participants, by role"
        );
    }
    first
}
