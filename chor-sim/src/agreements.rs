//! Compares what roles come to where they hold an agreement: in the run alone, without messages.
//!
//! Knows sites and values as text; deliberately not what happens when they differ.

mod came;

use came::Came;
use chor_runtime::{Lane, Site};
use std::collections::{BTreeMap, VecDeque};

/// How far roles may be apart, in rounds of one site. A role that crashed comes to none, so what is
/// kept for it has to end.
const ROUNDS: usize = 16_384;

/// What roles came to, as far as it may still have to be compared.
#[derive(Default)]
pub(crate) struct Agreements {
    /// By the site's address, since it is static; each between the same roles.
    series: BTreeMap<(usize, Lane), Vec<Series>>,
    spare: Vec<Came>,
}

/// The rounds of a site, between the same roles.
struct Series {
    /// Each with how many rounds it has come to.
    among: Vec<(usize, usize)>,
    /// Those that not all have come to: what the first one came to, and who that was.
    open: VecDeque<(usize, Came)>,
    /// How many rounds are no longer open.
    closed: usize,
}

/// Roles that hold different values of an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    pub(crate) site: &'static Site,
    pub(crate) values: [(usize, String); 2],
}

impl Agreements {
    /// Notes what a role came to; gives the difference to what another one did, if there is one.
    pub(crate) fn note(
        &mut self,
        me: usize,
        site: &'static Site,
        among: &[usize],
        lane: Lane,
        value: &str,
    ) -> Option<Difference> {
        let all = self.series.entry((std::ptr::from_ref(site).addr(), lane)).or_default();
        let series = Series::among(all, among);
        let (_, count) = series.among.iter_mut().find(|(role, _)| *role == me)?;
        let round = *count;
        *count += 1;
        match series.open.get(round.checked_sub(series.closed)?) {
            Some((_, first)) if first.equals(value) => {}
            Some((other, first)) => {
                let own = Came::new(value, &mut self.spare);
                let values = [(*other, first.to_string()), (me, own.to_string())];
                return Some(Difference { site, values });
            }
            None => series.open.push_back((me, Came::new(value, &mut self.spare))),
        }
        series.close(&mut self.spare);
        None
    }
}

impl Series {
    /// That between these roles.
    fn among<'a>(all: &'a mut Vec<Self>, among: &[usize]) -> &'a mut Self {
        let same = |series: &Self| series.among.iter().map(|(role, _)| role).eq(among);
        let index = all.iter().position(same).unwrap_or_else(|| {
            let among = among.iter().map(|role| (*role, 0)).collect();
            all.push(Self { among, open: VecDeque::new(), closed: 0 });
            all.len() - 1
        });
        &mut all[index]
    }

    /// Forgets the rounds that all have come to, or that are too long ago.
    fn close(&mut self, spare: &mut Vec<Came>) {
        let all = self.among.iter().map(|(_, count)| *count).min().unwrap_or(0);
        while self.closed < all || self.open.len() > ROUNDS {
            let Some((_, came)) = self.open.pop_front() else { return };
            came.keep(spare);
            self.closed += 1;
        }
    }
}

impl Difference {
    /// `values of an agreement differ: if price < 10 at src/main.rs:12: A = true, B = false`.
    pub(crate) fn text(&self, role: impl Fn(usize) -> &'static str) -> String {
        let mut values = self.values.clone();
        values.sort();
        let values = values.map(|(me, value)| format!("{} = {value}", role(me))).join(", ");
        format!("values of an agreement differ: {}: {values}", self.site)
    }
}

#[cfg(test)]
mod tests {
    use super::{Agreements, ROUNDS};
    use chor_runtime::{Lane, Site};

    static SITES: [Site; 2] = [
        Site::new("c", "x", &[0, 1], "main.rs", 1, 1),
        Site::new("c", "x", &[0, 1], "main.rs", 1, 1),
    ];

    /// Each step is who comes to what, between which roles and in which lane; gives the first
    /// difference's text.
    fn compare(steps: &[(usize, &[usize], u64, &str)]) -> Option<String> {
        let mut agreements = Agreements::default();
        steps.iter().find_map(|(me, among, lane, value)| {
            let found = agreements.note(*me, &SITES[0], among, Lane::new(*lane), value)?;
            Some(found.text(|role| ["A", "B", "C"][role]))
        })
    }

    #[test]
    fn rounds_are_compared_in_their_order() {
        let steps = [(0, &[0, 1][..], 0, "1"), (0, &[0, 1], 0, "2"), (1, &[0, 1], 0, "1")];
        assert_eq!(compare(&steps), None);
        let text = compare(&[&steps[..], &[(1, &[0, 1], 0, "3")]].concat());
        assert_eq!(
            text.as_deref(),
            Some("values of an agreement differ: x at main.rs:1: A = 2, B = 3")
        );
    }

    #[test]
    fn other_roles_and_other_lanes_have_their_own_rounds() {
        let steps = [(0, &[0, 1][..], 0, "1"), (0, &[0, 2], 0, "2"), (0, &[0, 1], 7, "3")];
        assert_eq!(compare(&steps), None);
        let rest = [(2, &[0, 2][..], 0, "2"), (1, &[0, 1], 7, "3"), (1, &[0, 1], 0, "1")];
        assert_eq!(compare(&[steps, rest].concat()), None);
    }

    #[test]
    fn sites_with_the_same_text_are_told_apart() {
        let mut agreements = Agreements::default();
        for (site, value) in SITES.iter().zip(["1", "2"]) {
            assert!(agreements.note(0, site, &[0, 1], Lane::ROOT, value).is_none());
        }
        for (site, value) in SITES.iter().zip(["1", "2"]) {
            assert!(agreements.note(1, site, &[0, 1], Lane::ROOT, value).is_none());
        }
    }

    #[test]
    fn what_is_kept_for_a_role_that_never_comes_has_an_end() {
        let mut agreements = Agreements::default();
        for _ in 0..3 * ROUNDS {
            assert!(agreements.note(0, &SITES[0], &[0, 1], Lane::ROOT, "1").is_none());
        }
        let kept: usize = agreements.series.values().flatten().map(|it| it.open.len()).sum();
        assert_eq!(kept, ROUNDS);
        // The late one's first rounds are no longer there to be compared.
        assert!(agreements.note(1, &SITES[0], &[0, 1], Lane::ROOT, "2").is_none());
    }
}
