//! What each participant sent to each, found by their numbers.
//!
//! In a small session there is a place for each pair. In a large one only those who exchange something
//! have one, since pairs grow with the square of the participants: a thousand workers that talk with
//! their leader only are a thousand pairs, not a million.

use super::queue::Sender;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Sessions of more participants than this are large.
const SMALL: usize = 16;

#[derive(Debug)]
pub(super) enum Senders {
    /// The receiver's number times their count, plus the sender's.
    All(usize, Vec<Sender>),
    Used(Vec<Receiver>),
}

/// Who sends to a participant, and to whom it sends.
#[derive(Debug, Default)]
pub(super) struct Receiver {
    senders: Vec<(usize, Sender)>,
    /// Where each is among them.
    places: HashMap<usize, usize, BuildHasherDefault<Mixed>>,
    receivers: Vec<usize>,
}

impl Senders {
    pub(super) fn new(participants: usize) -> Self {
        if participants <= SMALL {
            Self::All(participants, make(participants * participants))
        } else {
            Self::Used(make(participants))
        }
    }

    /// What `from` sent to `to`.
    #[inline]
    pub(super) fn of(&mut self, from: usize, to: usize) -> &mut Sender {
        match self {
            Self::All(participants, senders) => &mut senders[to * *participants + from],
            Self::Used(receivers) => Receiver::sender(receivers, from, to),
        }
    }

    /// From whom `to` waits for a message.
    pub(super) fn awaited(&self, to: usize) -> Vec<usize> {
        let awaited = |(from, sender): (usize, &Sender)| sender.is_awaited().then_some(from);
        match self {
            Self::All(count, senders) => {
                senders[to * count..][..*count].iter().enumerate().filter_map(awaited).collect()
            }
            Self::Used(receivers) => {
                let senders = receivers[to].senders.iter();
                senders.map(|(from, sender)| (*from, sender)).filter_map(awaited).collect()
            }
        }
    }

    /// Who waits for a message of `from`.
    pub(super) fn awaiting(&self, from: usize) -> impl Iterator<Item = usize> {
        self.targets(from).filter(move |to| match self {
            Self::All(count, senders) => senders[to * count + from].is_awaited(),
            Self::Used(receivers) => receivers[*to].is_awaited(from),
        })
    }

    /// All who may have sent to `to`, or may wait to.
    pub(super) fn sources(&self, to: usize) -> impl Iterator<Item = usize> {
        let (all, used): (_, &[_]) = match self {
            Self::All(count, _) => (*count, &[]),
            Self::Used(receivers) => (0, &receivers[to].senders),
        };
        (0..all).chain(used.iter().map(|(from, _)| *from))
    }

    /// All to whom `from` may have sent, or who may wait for that.
    pub(super) fn targets(&self, from: usize) -> impl Iterator<Item = usize> {
        let (all, used): (_, &[_]) = match self {
            Self::All(count, _) => (*count, &[]),
            Self::Used(receivers) => (0, &receivers[from].receivers),
        };
        (0..all).chain(used.iter().copied())
    }

    /// How many sources and how many targets a participant has.
    pub(super) fn degrees(&self, place: usize) -> (usize, usize) {
        match self {
            Self::All(count, _) => (*count, *count),
            Self::Used(receivers) => {
                let Receiver { senders, receivers, .. } = &receivers[place];
                (senders.len(), receivers.len())
            }
        }
    }

    /// Does something with all that `from` sent.
    pub(super) fn each_of(&mut self, from: usize, mut act: impl FnMut(&mut Sender)) {
        match self {
            Self::All(count, senders) => {
                senders.iter_mut().skip(from).step_by(*count).for_each(act);
            }
            Self::Used(receivers) => {
                for index in 0..receivers[from].receivers.len() {
                    let to = receivers[from].receivers[index];
                    act(Receiver::sender(receivers, from, to));
                }
            }
        }
    }

    /// Takes out all that was sent to `to`.
    pub(super) fn take_all(&mut self, to: usize) -> Vec<Sender> {
        match self {
            Self::All(count, senders) => {
                senders[to * *count..][..*count].iter_mut().map(std::mem::take).collect()
            }
            Self::Used(receivers) => {
                let senders = receivers[to].senders.iter_mut();
                senders.map(|(_, sender)| std::mem::take(sender)).collect()
            }
        }
    }
}

impl Receiver {
    fn sender(receivers: &mut [Self], from: usize, to: usize) -> &mut Sender {
        let place = match receivers[to].places.get(&from) {
            Some(place) => *place,
            None => Self::add(receivers, from, to),
        };
        &mut receivers[to].senders[place].1
    }

    fn is_awaited(&self, from: usize) -> bool {
        self.places.get(&from).is_some_and(|place| self.senders[*place].1.is_awaited())
    }

    #[cold]
    fn add(receivers: &mut [Self], from: usize, to: usize) -> usize {
        receivers[from].receivers.push(to);
        let Self { senders, places, .. } = &mut receivers[to];
        senders.push((from, Sender::default()));
        places.insert(from, senders.len() - 1);
        senders.len() - 1
    }
}

fn make<X: Default>(count: usize) -> Vec<X> {
    std::iter::repeat_with(X::default).take(count).collect()
}

/// Hashes a participant's number, which nobody chooses to do harm.
#[derive(Debug, Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_usize(usize::from(*byte));
        }
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.0 = crate::lane::mix(self.0, number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
