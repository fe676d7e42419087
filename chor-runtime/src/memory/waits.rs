//! Who waits for whom, at once or through others.

use super::parked::Parked;
use super::senders::Senders;
use std::collections::BTreeSet;

/// Whether `one` waits for `other`.
///
/// This is asked at each full queue, so it begins at the end that has fewer neighbours: of the members
/// that send to one leader each has one, and the leader has all of them.
pub(super) fn waits_for(senders: &Senders, parked: &Parked, one: usize, other: usize) -> bool {
    let (sources, _) = senders.degrees(one);
    let forwards = sources + parked.receivers(one).count();
    let (sources, targets) = senders.degrees(other);
    if forwards <= sources + targets {
        leads(one, other, |place, next| {
            next.extend(parked.receivers(place));
            next.extend(senders.awaited(place));
        })
    } else {
        leads(other, one, |place, next| {
            let waits = |from: &usize| parked.receivers(*from).any(|to| to == place);
            next.extend(senders.sources(place).filter(waits));
            next.extend(senders.awaiting(place));
        })
    }
}

/// Whether steps lead from one place to another.
fn leads(from: usize, to: usize, step: impl Fn(usize, &mut Vec<usize>)) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![from];
    while let Some(place) = open.pop() {
        if place == to {
            return true;
        }
        if seen.insert(place) {
            step(place, &mut open);
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lane::Lane;
    use proptest::prelude::*;
    use std::task::Waker;

    /// A wait for a message, or for room.
    type Wait = (usize, usize, bool);

    /// All that `one` reaches, by trying each wait as often as there are participants.
    fn reaches(waits: &[Wait], participants: usize, one: usize) -> Vec<bool> {
        let mut reached = vec![false; participants];
        reached[one] = true;
        for _ in 0..participants {
            for (waiting, awaited, _) in waits {
                reached[*awaited] |= reached[*waiting];
            }
        }
        reached
    }

    fn session(waits: &[Wait], participants: usize) -> (Senders, Parked) {
        let (mut senders, mut parked) = (Senders::new(participants), Parked::new(participants));
        for (waiting, awaited, for_room) in waits.iter().copied() {
            if for_room {
                // It has sent so much that it waits.
                senders.of(waiting, awaited);
                parked.add((waiting, awaited, Lane::ROOT), Waker::noop());
            } else {
                senders.of(awaited, waiting).queue(&Lane::ROOT).wait(Waker::noop());
            }
        }
        (senders, parked)
    }

    proptest! {
        #[test]
        fn who_waits_for_whom_is_found_from_either_end(
            (participants, waits) in (2usize..40).prop_flat_map(|participants| {
                let waits = prop::collection::vec((0..participants, 0..participants, any::<bool>()), 0..80);
                (Just(participants), waits)
            }),
        ) {
            let (senders, parked) = session(&waits, participants);
            for one in 0..participants {
                let reached = reaches(&waits, participants, one);
                let found = |other| waits_for(&senders, &parked, one, other);
                prop_assert_eq!((0..participants).map(found).collect::<Vec<_>>(), reached);
            }
        }
    }
}
