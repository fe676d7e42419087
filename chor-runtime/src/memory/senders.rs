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
