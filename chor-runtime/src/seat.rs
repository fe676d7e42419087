//! Who plays a role of the choreography that is running: one participant, a range of them, or a list.
//!
//! Knows participants by number only. A seat is copied freely and holds no lifetime, so a list that is
//! no range is kept by the process, once for each list that differs: there are as many as the source
//! and the sizes of families make, which is few.

use crate::lane::mix;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{PoisonError, RwLock};

/// The participants that play a role, in order.
///
/// Two small numbers: an endpoint holds one for each role, and a future that sends or receives may hold
/// an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    /// The first participant, or the number of a list.
    first: u32,
    /// How many there are; [`LIST`] of a list.
    count: u32,
}

/// Instead of a count that nobody can have: participants are counted with 32 bits, from 0.
const LIST: u32 = u32::MAX;

/// What a seat stands for.
enum Players {
    /// A number and those after it, so that a family is one entry.
    Range(Range<u32>),
    /// A list that is no range.
    List(&'static [u32]),
}

impl Seat {
    /// So many participants from this one on.
    pub(crate) const fn range(first: u32, count: u32) -> Self {
        assert!(count != LIST, "fewer than 2^32 - 1 participants");
        Self { first, count }
    }

    pub(crate) const fn one(participant: u32) -> Self {
        Self::range(participant, 1)
    }

    /// The participant, if it is one.
    #[inline]
    pub(crate) const fn single(self) -> Option<u32> {
        if self.count == 1 { Some(self.first) } else { None }
    }

    fn list(participants: Vec<u32>) -> Self {
        Self { first: keep(participants), count: LIST }
    }

    fn players(self) -> Players {
        match self.count {
            LIST => Players::List(kept(self.first)),
            count => Players::Range(self.first..self.first + count),
        }
    }

    /// The participants of several seats, one after the other.
    pub(crate) fn joined(seats: impl IntoIterator<Item = Self>) -> Self {
        let mut seats = seats.into_iter();
        let first = seats.next().unwrap_or(Self::range(0, 0));
        seats.fold(first, Self::and)
    }

    fn and(self, next: Self) -> Self {
        match (self.players(), next.players()) {
            (Players::Range(none), _) if none.is_empty() => next,
            (_, Players::Range(none)) if none.is_empty() => self,
            (Players::Range(before), Players::Range(after)) if before.end == after.start => {
                Self::range(before.start, self.count + next.count)
            }
            _ => Self::list(self.iter().chain(next.iter()).collect()),
        }
    }

    pub(crate) fn len(self) -> usize {
        match self.players() {
            Players::Range(range) => range.len(),
            Players::List(list) => list.len(),
        }
    }

    /// The participant of this number.
    pub(crate) fn get(self, index: usize) -> Option<u32> {
        match self.players() {
            Players::Range(mut range) => range.nth(index),
            Players::List(list) => list.get(index).copied(),
        }
    }

    /// The number of a participant.
    pub(crate) fn position(self, participant: u32) -> Option<usize> {
        match self.players() {
            Players::Range(range) => {
                range.contains(&participant).then(|| (participant - range.start) as usize)
            }
            Players::List(list) => list.iter().position(|it| *it == participant),
        }
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = u32> + Send {
        let (range, list) = match self.players() {
            Players::Range(range) => (range, &[][..]),
            Players::List(list) => (0..0, list),
        };
        range.chain(list.iter().copied())
    }

    /// A number that tells it and what comes before.
    pub(crate) fn digest(self, before: u64) -> u64 {
        match self.players() {
            Players::Range(range) => {
                mix(before, u64::from(range.start) << 32 | u64::from(self.count))
            }
            Players::List(list) => {
                list.iter().fold(mix(before, u64::MAX), |digest, participant| {
                    mix(digest, u64::from(*participant))
                })
            }
        }
    }

    /// A participant that is in both, or in one of them twice.
    pub(crate) fn common(self, other: Self) -> Option<u32> {
        self.iter().find(|participant| other.position(*participant).is_some())
    }

    /// A participant that it holds twice.
    pub(crate) fn twice(self) -> Option<u32> {
        match self.players() {
            Players::Range(_) => None,
            Players::List(list) => {
                let mut sorted = list.to_vec();
                sorted.sort_unstable();
                sorted.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
            }
        }
    }
}

#[derive(Default)]
struct Lists {
    all: Vec<&'static [u32]>,
    numbers: BTreeMap<&'static [u32], u32>,
}

static LISTS: RwLock<Lists> = RwLock::new(Lists { all: Vec::new(), numbers: BTreeMap::new() });

fn kept(list: u32) -> &'static [u32] {
    LISTS.read().unwrap_or_else(PoisonError::into_inner).all[list as usize]
}

fn keep(list: Vec<u32>) -> u32 {
    let known = LISTS.read().unwrap_or_else(PoisonError::into_inner).numbers.get(&*list).copied();
    known.unwrap_or_else(|| {
        let mut lists = LISTS.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lists.numbers.get(&*list) {
            return *known;
        }
        let list: &'static [u32] = list.leak();
        let number = u32::try_from(lists.all.len()).expect("fewer lists than participants");
        lists.all.push(list);
        lists.numbers.insert(list, number);
        number
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(participants: &[u32]) -> Seat {
        Seat::joined(participants.iter().map(|it| Seat::one(*it)))
    }

    #[test]
    fn neighbours_in_order_are_a_range() {
        let range = Seat::range(3, 2);
        assert_eq!(list(&[3, 4]), range);
        assert_eq!(Seat::joined([Seat::one(2), range]), Seat::range(2, 3));
        assert_eq!(list(&[]).len(), 0);
        let none = Seat::range(7, 0);
        assert_eq!(Seat::joined([none, range, none]), range);
    }

    #[test]
    fn a_list_keeps_its_order_and_is_kept_once() {
        let seat = list(&[4, 2, 9]);
        assert_eq!(seat, list(&[4, 2, 9]));
        assert_eq!(seat.iter().collect::<Vec<_>>(), [4, 2, 9]);
        assert_eq!((seat.len(), seat.get(1), seat.get(3)), (3, Some(2), None));
        assert_eq!((seat.position(9), seat.position(3)), (Some(2), None));
    }

    #[test]
    fn who_is_in_two_seats_is_found() {
        assert_eq!(list(&[1, 2]).common(list(&[5, 2])), Some(2));
        assert_eq!(list(&[1, 2]).common(list(&[5, 3])), None);
        assert_eq!((list(&[2, 5, 2]).twice(), list(&[2, 5, 1]).twice()), (Some(2), None));
        assert_eq!(list(&[2, 2]).twice(), Some(2));
    }
}
