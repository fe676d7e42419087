//! Who is simulated and who is real, and whether that fits the choreography.

use super::border::Borders;
use super::end::Map;
use super::roles::Seat;
use super::stand_in::StandIn;
use crate::end::Shared;
use crate::schedule::Decision;
use crate::simulation::Simulation;
use chor_runtime::Protocol;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who is simulated and who is real.
pub(super) struct Casting {
    protocol: &'static Protocol,
    /// The simulated roles, in the order in which they were given.
    pub(super) simulated: Vec<usize>,
    /// By role: the session in which it is played, if it is real.
    pub(super) sessions: Vec<Option<usize>>,
}

impl Casting {
    /// From the simulated roles and the sessions of the real ones.
    ///
    /// # Panics
    /// If they don't fit together, or don't fit the choreography.
    pub(super) fn new<B: Borders>(roles: &[(usize, &'static Protocol)], borders: &B) -> Self {
        let (_, protocol) = roles[0];
        let same = roles.iter().all(|(_, other)| other.digest() == protocol.digest());
        assert!(same, "all simulated roles have to be of the choreography `{}`", protocol.name);
        let simulated = roles.iter().map(|(role, _)| *role).collect();
        let sessions = vec![None; protocol.roles.len()];
        let mut casting = Self { protocol, simulated, sessions };
        for session in 0..B::COUNT {
            let (real, ends) = borders.describe(session);
            casting.add_session(session, &real, &ends);
        }
        casting.refuse_vacancies();
        casting
    }

    fn add_session(&mut self, session: usize, real: &[String], ends: &[(usize, usize)]) {
        let Protocol { name, roles, .. } = self.protocol;
        for role in real {
            let Some(index) = roles.iter().position(|known| known == role) else {
                panic!("`{name}` has no role `{role}`, but {}", roles.join(", "));
            };
            let earlier = self.sessions[index].replace(session);
            assert!(earlier.is_none(), "`{role}` is real twice");
        }
        let others = (0..roles.len()).filter(|role| self.sessions[*role] != Some(session));
        let others: Vec<usize> = others.collect();
        let mut places: Vec<usize> = ends.iter().map(|(place, _)| *place).collect();
        places.sort_unstable();
        let fits = ends.iter().all(|(_, participants)| *participants == roles.len());
        assert!(
            fits && places == others,
            "the session of {} needs an end for each other role of `{name}`, numbers {others:?} of \
             {}; there are {ends:?} (number, of how many)",
            real.join(", "),
            roles.len(),
        );
    }

    /// Each role is played once.
    fn refuse_vacancies(&self) {
        for (role, name) in self.protocol.roles.iter().enumerate() {
            let times = self.simulated.iter().filter(|simulated| **simulated == role).count();
            match (times, self.sessions[role]) {
                (1, None) | (0, Some(_)) => {}
                (0, None) => panic!("`{name}` is neither simulated nor real"),
                (_, Some(_)) => panic!("`{name}` is both simulated and real"),
                (_, None) => panic!("`{name}` is simulated twice"),
            }
        }
    }

    /// What a simulation wants of roles that are not there, or not in its hand.
    ///
    /// # Panics
    /// If there is such a thing.
    pub(super) fn check(&self, simulation: &Simulation) {
        simulation.refuse_strangers(Some(self.protocol), self.protocol.roles);
        let crashes = simulation.schedule.decisions.iter().filter_map(|decision| match decision {
            Decision::Crash(point) => Some(point.role.as_str()),
            Decision::Cut(_) => None,
        });
        let slow = simulation.slow.iter().map(|(role, _)| role.as_str());
        let touched: BTreeSet<&str> = crashes.chain(slow).collect();
        for (role, name) in self.protocol.roles.iter().enumerate() {
            assert!(
                self.sessions[role].is_none() || !touched.contains(name),
                "`{name}` is real: the simulator can neither crash it nor slow it down, but cut it \
                 off, and delay its messages",
            );
        }
    }

    /// Who plays each role.
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
