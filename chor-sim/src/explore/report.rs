//! What was explored.

use crate::coverage::Coverage;
use std::fmt;

/// What was explored, and whether that was all.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// How many runs were made.
    pub runs: usize,
    /// In how many of them something went wrong by decision.
    pub faults: usize,
    /// How many of them were under a seed.
    pub seeds: u64,
    /// How many of them were made to try orders.
    pub orders: usize,
    /// The roles race with each other: the order in which they run makes a difference even without
    /// faults.
    pub races: bool,
    /// The bound of runs ended the exploration, and there would have been more.
    pub bounded: bool,
    /// Which messages, branches and faults were run.
    pub coverage: Coverage,
}

/// ``112 runs (111 with faults), which are all``.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { runs, faults, seeds, orders, races, bounded, .. } = self;
        write!(f, "{runs} run{}", if *runs == 1 { "" } else { "s" })?;
        let parts = [(*faults, "with faults"), (*orders, "for orders")];
        let parts = parts.iter().filter(|(count, _)| *count > 0);
        let mut parts: Vec<String> = parts.map(|(count, what)| format!("{count} {what}")).collect();
        parts.extend((*seeds > 0).then(|| format!("{seeds} under seeds")));
        if !parts.is_empty() {
            write!(f, " ({})", parts.join(", "))?;
        }
        f.write_str(if *races { ", whose roles race with each other" } else { "" })?;
        f.write_str(if *bounded { ", and there are more" } else { "" })
    }
}
