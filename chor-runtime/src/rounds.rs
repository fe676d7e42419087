//! Lanes that may be left before all of their messages have arrived, and which of them are still wanted.
//!
//! What ends with the first answers, or at a deadline, leaves messages behind. Each execution of such a
//! place of the source, its root, is a round: the rounds of a root are counted at each participant, and
//! all that take part count alike, since they come to the place equally often. A message carries its
//! round, so that one of an earlier round is known for what it is whenever it comes.
//!
//! Bounded: a number for each root, of which there are as many as the source has places and families
//! have members. Rounds inside a round are counted under it, and forgotten with it. Pure: knows neither
//! queues nor messages.

use crate::lane::{Lane, mix};
use std::collections::{BTreeMap, BTreeSet};

/// The rounds of one participant: for transports, each of which keeps one.
///
/// ```
/// use chor_runtime::{Lane, Rounds};
///
/// let mut rounds = Rounds::default();
/// let first = rounds.begin(Lane::ROOT, 7);
/// assert!(rounds.wants(first));
/// rounds.discard(first);
/// let second = rounds.begin(Lane::ROOT, 7);
/// assert!(!rounds.wants(first) && rounds.wants(second));
/// ```
#[derive(Debug, Default)]
pub struct Rounds(BTreeMap<u64, Root>);

#[derive(Debug, Default)]
struct Root {
    /// How many rounds were begun.
    begun: u64,
    /// The first round that is still wanted.
    least: u64,
    /// How many rounds of each root inside were begun in this round.
    inside: BTreeMap<u64, u64>,
    /// The round around each of them, if it is one inside, too.
    around: BTreeMap<u64, u64>,
    /// Those of them that are over.
    over: BTreeSet<u64>,
}

impl Rounds {
    /// The lane of the next round of `root`, which begins in the lane `from`. Earlier ones are no longer
    /// wanted.
    pub fn begin(&mut self, from: Lane, root: u64) -> Lane {
        let place = root;
        // The same place in another lane counts for itself.
        let root = mix(from.number(), place);
        if from.is_in_round() {
            let outer = self.0.entry(from.root()).or_default();
            let begun = outer.inside.entry(root).or_default();
            *begun += 1;
            let lane = from.inside(place, mix(root, *begun));
            if from.around() != 0 {
                outer.around.insert(lane.number(), from.around());
            }
            return lane;
        }
        let own = self.0.entry(root).or_default();
        let round = own.begun;
        own.begun += 1;
        own.want_from(round);
        Lane::of_root(root, round)
    }

    /// Notes that nothing more of the round of `lane` is wanted, nor of the lanes that began in it.
    pub fn discard(&mut self, lane: Lane) {
        if !lane.is_in_round() {
            return;
        }
        let root = self.0.entry(lane.root()).or_default();
        if lane.number() == mix(lane.root(), lane.round()) {
            root.want_from(lane.round() + 1);
        } else if lane.round() >= root.least {
            root.over.insert(lane.number());
        }
    }

    /// Whether what comes in `lane` is still wanted. Of a lane that came about elsewhere, see
    /// [`wants_in`](Self::wants_in).
    pub fn wants(&self, lane: Lane) -> bool {
        self.wants_in(lane, &[])
    }

    /// As [`wants`](Self::wants), of a lane that may have come about at another participant, which says
    /// what is [`around`](Self::around) it.
    pub fn wants_in(&self, lane: Lane, around: &[u64]) -> bool {
        if !lane.is_in_round() {
            return true;
        }
        self.0.get(&lane.root()).is_none_or(|root| {
            let (own, known) = ([lane.number()], self.around(lane));
            let mut rounds = own.iter().chain(&known).chain(around);
            lane.round() >= root.least && !rounds.any(|number| root.over.contains(number))
        })
    }

    /// The numbers of all rounds inside of that of its root that a lane belongs to, which came about here:
    /// from its own outwards. When one of them is over, nothing of the lane is wanted any more: so
    /// whoever keeps messages of others for a while has to know them.
    pub fn around(&self, lane: Lane) -> Vec<u64> {
        let innermost = Some(lane.around()).filter(|number| *number != 0);
        let Some(root) = innermost.and_then(|_| self.0.get(&lane.root())) else {
            return innermost.into_iter().collect();
        };
        std::iter::successors(innermost, |number| root.around.get(number).copied()).collect()
    }
}

impl Root {
    fn want_from(&mut self, round: u64) {
        if self.least < round {
            self.least = round;
            self.inside.clear();
            self.around.clear();
            self.over.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_round_ends_the_earlier_ones() {
        let mut rounds = Rounds::default();
        let lanes: Vec<_> = (0..5).map(|_| rounds.begin(Lane::ROOT, 3)).collect();
        let wanted: Vec<_> = lanes.iter().map(|lane| rounds.wants(*lane)).collect();
        assert_eq!(wanted, [false, false, false, false, true]);
    }

    #[test]
    fn lanes_in_a_round_end_with_it() {
        let mut rounds = Rounds::default();
        let round = rounds.begin(Lane::ROOT, 3);
        let branch = round.branch(1, 2);
        assert!(rounds.wants(branch));
        rounds.discard(round);
        assert!(!rounds.wants(branch));
        assert!(rounds.wants(Lane::ROOT.branch(1, 2)));
    }

    #[test]
    fn a_round_inside_ends_alone_and_is_forgotten_with_its_outer_one() {
        let mut rounds = Rounds::default();
        for _ in 0..3 {
            let outer = rounds.begin(Lane::ROOT, 3);
            let inner: Vec<_> = (0..100).map(|_| rounds.begin(outer, 9)).collect();
            rounds.discard(inner[1]);
            let wanted = [outer, inner[0], inner[1], inner[2]].map(|lane| rounds.wants(lane));
            assert_eq!(wanted, [true, true, false, true]);
        }
        let last = rounds.begin(Lane::ROOT, 3);
        rounds.discard(last);
        let root = &rounds.0[&last.root()];
        assert_eq!((rounds.0.len(), root.inside.len(), root.over.len()), (1, 0, 0));
    }

    #[test]
    fn what_began_in_a_round_inside_ends_with_it() {
        let (mut sender, mut receiver) = (Rounds::default(), Rounds::default());
        let outer = sender.begin(Lane::ROOT, 3);
        assert_eq!(receiver.begin(Lane::ROOT, 3), outer);
        let middle = sender.begin(outer.branch(1, 0), 9).branch(1, 0);
        let inner = sender.begin(middle.branch(1, 0), 9).branch(1, 1);
        let beside = sender.begin(outer.branch(1, 1), 9).branch(1, 0);
        let wanted = |receiver: &Rounds, sender: &Rounds| {
            let wants = |lane| receiver.wants_in(lane, &sender.around(lane));
            [outer, middle, inner, beside].map(wants)
        };
        assert_eq!(wanted(&receiver, &sender), [true; 4]);
        // It never comes to the inner one.
        let own = receiver.begin(outer.branch(1, 0), 9);
        assert_eq!(own.number(), middle.around());
        receiver.discard(own);
        assert_eq!(wanted(&receiver, &sender), [true, false, false, true]);
        assert_eq!(sender.around(inner).len(), 2);
        sender.discard(outer);
        assert_eq!(sender.around(inner), [inner.around()], "it forgets what is over");
    }

    #[test]
    fn a_path_is_the_same_in_all_rounds_and_another_one_in_each_branch() {
        let mut rounds = Rounds::default();
        let mut paths = |place| {
            let outer = rounds.begin(Lane::ROOT.branch(place, 0), 3);
            let branches = [0, 1].map(|index| outer.branch(1, index));
            let inner = branches.map(|branch| rounds.begin(branch, 9));
            let again = branches.map(|branch| rounds.begin(branch, 9));
            assert_eq!(inner.map(Lane::path), again.map(Lane::path));
            [[outer, outer], branches, inner, inner.map(|lane| lane.branch(1, 0))]
                .map(|lanes| lanes.map(Lane::path))
        };
        let first = paths(5);
        assert_eq!(first, paths(5));
        let different: BTreeSet<u64> = [first, paths(6)].into_iter().flatten().flatten().collect();
        assert_eq!(different.len(), 14);
    }

    #[test]
    fn what_comes_early_is_wanted() {
        let (mut ahead, behind) = (Rounds::default(), Rounds::default());
        let early: Vec<_> = (0..3).map(|_| ahead.begin(Lane::ROOT, 3)).collect();
        assert!(early.into_iter().all(|lane| behind.wants(lane)));
    }

    #[test]
    fn a_late_discard_doesnt_end_what_came_after() {
        let mut rounds = Rounds::default();
        let first = rounds.begin(Lane::ROOT, 3);
        let inner = rounds.begin(first, 9);
        let second = rounds.begin(Lane::ROOT, 3);
        rounds.discard(first);
        rounds.discard(inner);
        assert!(rounds.wants(second));
        assert!(!rounds.wants(inner));
    }
}
