//! A tray of small messages that wait to leave: one puts them there without a lock.
//!
//! Pure: no input, no output, no clock.
//!
//! Who sends a series of small messages in the first lane of a channel puts all but the first there, and
//! the link takes them out under its lock: when the tray is full, when the role waits or yields, and at
//! every tick. So they cost a lock for each trayful, and not each.
//!
//! One puts at a time, since a role does one send at a time in a lane; one takes at a time, who holds
//! the lock. Each changes only its own numbers and the words that are its own by them.

use crate::frame::{self, RECORD};
use crate::inbound::cost;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// Half a KiB, so that a session that has streamed stays small.
const WORDS: usize = 64;
/// No trayful costs more: the most for its words are messages of seven bytes.
pub(crate) const FULL: u64 = (WORDS / 2 * (RECORD + 7)) as u64;
/// A longer message doesn't go there.
pub(crate) const LONGEST: usize = 63;
/// Steps whose messages may go there.
const STEPS: usize = 4;

/// Messages as words: the id of the step; then a byte for the length and the bytes of the message,
/// filled up with zeros.
#[derive(Debug)]
pub(crate) struct Tray {
    words: [AtomicU64; WORDS],
    /// How many words were ever put there and taken out.
    put: AtomicUsize,
    taken: AtomicUsize,
    closed: AtomicBool,
    terms: Terms,
}

/// What may be put there. Changed by the one who puts, so that they need no order.
#[derive(Debug, Default)]
struct Terms {
    /// Steps that the peer was told of.
    steps: [AtomicU64; STEPS],
    /// Where the next one goes.
    next: AtomicUsize,
    /// What may be sent until the link is asked anew.
    budget: AtomicU64,
}

impl Default for Tray {
    fn default() -> Self {
        Self {
            words: [const { AtomicU64::new(0) }; WORDS],
            put: AtomicUsize::new(0),
            taken: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
            terms: Terms::default(),
        }
    }
}

impl Tray {
    /// Puts a message there; `false` if it has to go by the link.
    #[inline]
    pub(crate) fn put(&self, id: u64, payload: &[u8]) -> bool {
        let (put, words) = (self.put.load(Ordering::Relaxed), words(payload.len()));
        // What was taken is read before it is written over.
        let used = put.wrapping_sub(self.taken.load(Ordering::Acquire));
        let fits = payload.len() <= LONGEST && used + words <= WORDS;
        if !fits || self.closed.load(Ordering::Acquire) || !self.terms.allow(id, payload.len()) {
            return false;
        }
        self.word(put).store(id, Ordering::Relaxed);
        let (first, rest) = payload.split_at(payload.len().min(7));
        self.word(put.wrapping_add(1))
            .store(word(first) << 8 | payload.len() as u64, Ordering::Relaxed);
        for (place, chunk) in rest.chunks(8).enumerate() {
            self.word(put.wrapping_add(2 + place)).store(word(chunk), Ordering::Relaxed);
        }
        self.put.store(put.wrapping_add(words), Ordering::Release);
        true
    }

    /// From now on, so many bytes of messages may be put there, of this step and some of those before.
    pub(crate) fn allow(&self, id: u64, budget: u64) {
        let Terms { steps, next, budget: left } = &self.terms;
        if !steps.iter().any(|step| step.load(Ordering::Relaxed) == id) {
            let place = next.load(Ordering::Relaxed);
            steps[place % STEPS].store(id, Ordering::Relaxed);
            next.store(place.wrapping_add(1), Ordering::Relaxed);
        }
        left.store(budget, Ordering::Relaxed);
    }

    /// Nothing may be put there any more.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.put.load(Ordering::Acquire) == self.taken.load(Ordering::Relaxed)
    }

    /// Takes all messages out, and appends them as records.
    pub(crate) fn take(&self, to: &mut Vec<u8>) {
        let put = self.put.load(Ordering::Acquire);
        let mut at = self.taken.load(Ordering::Relaxed);
        while at != put {
            at = at.wrapping_add(self.take_one(at, to));
        }
        self.taken.store(put, Ordering::Release);
    }

    /// Appends the message that begins at a word; gives how many it has. Whole words are copied, since
    /// that takes no call: what is too much of the last one is cut off again.
    #[inline]
    fn take_one(&self, at: usize, to: &mut Vec<u8>) -> usize {
        let id = self.word(at).load(Ordering::Relaxed);
        let [length, first @ ..] =
            self.word(at.wrapping_add(1)).load(Ordering::Relaxed).to_le_bytes();
        let length = usize::from(length).min(LONGEST);
        let whole = to.len() + RECORD + length;
        to.extend_from_slice(&frame::record(id, length));
        to.extend_from_slice(&first);
        for place in 2..words(length) {
            let word = self.word(at.wrapping_add(place)).load(Ordering::Relaxed);
            to.extend_from_slice(&word.to_le_bytes());
        }
        to.truncate(whole);
        words(length)
    }

    /// Drops all messages.
    pub(crate) fn clear(&self) {
        self.taken.store(self.put.load(Ordering::Acquire), Ordering::Release);
    }

    fn word(&self, at: usize) -> &AtomicU64 {
        &self.words[at % WORDS]
    }
}

impl Terms {
    /// Whether a message may be put there, which is then charged for.
    #[inline]
    fn allow(&self, id: u64, length: usize) -> bool {
        let (budget, cost) = (self.budget.load(Ordering::Relaxed), cost(length));
        let allowed =
            budget >= cost && self.steps.iter().any(|step| step.load(Ordering::Relaxed) == id);
        if allowed {
            self.budget.store(budget - cost, Ordering::Relaxed);
        }
        allowed
    }
}

/// At most eight bytes as a word. Byte by byte: the processor has to wait before it can read as a whole
/// what was written in pieces.
#[inline]
fn word(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// How many words a message of this length takes.
fn words(length: usize) -> usize {
    2 + length / 8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tray(budget: u64) -> Tray {
        let tray = Tray::default();
        tray.allow(7, budget);
        tray
    }

    fn records(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
        let mut all = Vec::new();
        while let Some((id, message)) = frame::first_record(bytes) {
            all.push((id, message.to_vec()));
            bytes = &bytes[RECORD + message.len()..];
        }
        assert!(bytes.is_empty());
        all
    }

    fn all(tray: &Tray) -> Vec<(u64, Vec<u8>)> {
        let mut bytes = Vec::new();
        tray.take(&mut bytes);
        records(&bytes)
    }

    #[test]
    fn messages_of_all_lengths_come_back_in_order() {
        let tray = tray(u64::MAX);
        for round in 0..10 {
            for first in 0..=LONGEST {
                let messages: Vec<Vec<u8>> = (first..)
                    .step_by(9)
                    .take_while(|length| *length <= LONGEST)
                    .map(|length| vec![round; length])
                    .collect();
                let put = messages.iter().take_while(|message| tray.put(7, message)).count();
                assert!(put > 0 && !tray.is_empty());
                let expected: Vec<_> =
                    messages[..put].iter().map(|message| (7, message.clone())).collect();
                assert_eq!(all(&tray), expected);
                assert!(tray.is_empty());
            }
        }
    }

    #[test]
    fn it_holds_so_much_and_no_more() {
        let tray = tray(u64::MAX);
        let put = (0..100).filter(|_| tray.put(7, b"123")).count();
        assert_eq!(put, WORDS / 2);
        assert_eq!(all(&tray).len(), WORDS / 2);
        assert!(!tray.put(7, &[0; LONGEST + 1]));
        assert!(tray.put(7, &[0; LONGEST]));
    }

    #[test]
    fn what_may_be_sent_is_charged_for() {
        let tray = tray(2 * cost(3));
        assert!(tray.put(7, b"123"));
        assert!(!tray.put(7, b"1234"));
        assert!(tray.put(7, b"123"));
        assert!(!tray.put(7, b""));
        tray.allow(7, cost(0));
        assert!(tray.put(7, b""));
        assert_eq!(all(&tray).len(), 3);
    }

    #[test]
    fn steps_that_the_peer_knows_alone_go_there() {
        let tray = tray(u64::MAX);
        assert!(!tray.put(8, b""));
        for id in 8..12 {
            tray.allow(id, u64::MAX);
        }
        assert!(!tray.put(7, b""));
        assert!((8..12).all(|id| tray.put(id, b"")));
        tray.close();
        assert!(!tray.put(8, b""));
    }

    #[test]
    fn one_puts_while_another_takes() {
        let tray = tray(u64::MAX);
        let (count, mut taken) = (100_000, 0u64);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..count {
                    let bytes = u64::to_le_bytes(number);
                    let length = 8 + usize::from(bytes[0]) % (LONGEST - 8);
                    let message = [&bytes[..], &[bytes[0]; LONGEST]].concat();
                    while !tray.put(7, &message[..length]) {
                        std::thread::yield_now();
                    }
                }
            });
            while taken < count {
                for (id, bytes) in all(&tray) {
                    let (number, rest) = bytes.split_first_chunk().unwrap();
                    assert_eq!((id, u64::from_le_bytes(*number)), (7, taken));
                    assert!(rest.iter().all(|byte| *byte == number[0]));
                    taken += 1;
                }
                std::thread::yield_now();
            }
        });
        assert!(tray.is_empty());
    }
}
