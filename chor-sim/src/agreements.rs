//! Compares what roles come to where they hold an agreement: in the run alone, without messages.
//!
//! Knows sites and values as text; deliberately not what happens when they differ.

use chor_runtime::{Lane, Site};
use std::collections::VecDeque;
use std::fmt::Debug;

/// How far roles may be apart, in rounds of one site. A role may take no part at a site, so what is
/// kept for it has to end.
const ROUNDS: usize = 1024;

/// What roles came to, as far as it may still have to be compared.
#[derive(Default)]
pub(crate) struct Agreements(Vec<Series>);

/// The rounds of a site, between the same roles.
struct Series {
    site: &'static Site,
    among: Vec<usize>,
    lane: Lane,
    /// How many rounds each of them has come to.
    counts: Vec<usize>,
    /// Those that not all have come to: what the first one came to, and who that was.
    open: VecDeque<(usize, String)>,
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
        value: &dyn Debug,
    ) -> Option<Difference> {
        let series = self.series(site, among, lane);
        let seat = series.among.iter().position(|role| *role == me)?;
        let round = series.counts[seat];
        series.counts[seat] += 1;
        let open = round.checked_sub(series.closed)?;
        let value = format!("{value:?}");
        match series.open.get(open) {
            Some((_, first)) if *first == value => {}
            Some(first) => {
                let values = [first.clone(), (me, value)];
                return Some(Difference { site, values });
            }
            None => series.open.push_back((me, value)),
        }
        series.close();
        None
    }

    /// There are few, so they are searched.
    fn series(&mut self, site: &'static Site, among: &[usize], lane: Lane) -> &mut Series {
        let same =
            |series: &Series| series.site == site && series.lane == lane && series.among == among;
        let index = self.0.iter().position(same).unwrap_or_else(|| {
            let counts = vec![0; among.len()];
            let (open, among) = (VecDeque::new(), among.to_vec());
            self.0.push(Series { site, among, lane, counts, open, closed: 0 });
            self.0.len() - 1
        });
        &mut self.0[index]
    }
}

impl Series {
    /// Forgets the rounds that all have come to, or that are too long ago.
    fn close(&mut self) {
        let all = self.counts.iter().copied().min().unwrap_or(0);
        while !self.open.is_empty() && (self.closed < all || self.open.len() > ROUNDS) {
            self.open.pop_front();
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
