//! What is about to leave on one link: small frames together in one buffer, large messages cut into
//! parts that take turns with each other and let small frames pass.
//!
//! Pure: no input, no output, no clock.

mod large;

use crate::frame::{self, Frame, Head};
use crate::sorted::travels_in;
use crate::tray::Tray;
use crate::woken::Woken;
use chor_runtime::{Address, End};
use large::Large;
pub(crate) use large::{Done, PART};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::task::{Poll, Waker};

/// Parts are added while the buffer holds less.
const LOW: usize = 32 * 1024;
/// Senders wait while the buffer holds more.
const HIGH: usize = 256 * 1024;
/// A buffer that once was larger is given back when it is empty.
const KEEP: usize = 64 * 1024;
/// The longest text of a step that is sent.
const TEXT: usize = 4096;

#[derive(Debug, Default)]
pub(crate) struct Outgoing {
    bytes: Vec<u8>,
    /// How many of them have left.
    sent: usize,
    /// The frame of messages at the end of the bytes, which can be continued.
    batch: Option<Batch>,
    /// The steps whose names the peer knows.
    steps: BTreeSet<u64>,
    large: VecDeque<Large>,
    /// Ends that wait for large messages before them, by channel.
    ends: BTreeMap<u64, End>,
    /// Senders that wait for room.
    blocked: Vec<Waker>,
    /// How many bytes have ever left.
    left: u64,
    /// Who waits for bytes to leave.
    leaving: Vec<Waker>,
}

#[derive(Debug)]
struct Batch {
    channel: u64,
    lane: u64,
    start: usize,
    /// The last step: most often that of the next message, too.
    id: u64,
}

impl Outgoing {
    /// Appends a frame that isn't part of a message.
    pub(crate) fn frame(&mut self, frame: &Frame<'_>) {
        self.batch = None;
        frame::encode(frame, &mut self.bytes);
    }

    /// Appends bytes that are no frame.
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        self.batch = None;
        &mut self.bytes
    }

    /// Appends a message, to others of its lane if there are any that have not left yet; gives whether
    /// there were.
    pub(crate) fn message(
        &mut self,
        channel: u64,
        to: &Address,
        offset: u64,
        payload: &[u8],
    ) -> bool {
        let (lane, id) = (travels_in(to.lane), to.step.id);
        if self.batch.as_ref().is_none_or(|batch| batch.id != id) {
            self.introduce(to);
        }
        let before = self.bytes.len();
        let start = self.batch(channel, lane, offset, id);
        self.record(id, payload);
        frame::set_length(&mut self.bytes, start);
        start < before
    }

    /// Appends the messages of a tray, which are of a channel's first lane and of steps that the peer
    /// knows; gives what they cost.
    pub(crate) fn messages(&mut self, channel: u64, offset: u64, tray: &Tray) -> u64 {
        let start = self.batch(channel, 0, offset, 0);
        let before = self.bytes.len();
        tray.take(&mut self.bytes);
        frame::set_length(&mut self.bytes, start);
        // Records cost what they are long.
        (self.bytes.len() - before) as u64
    }

    /// What follows begins a frame of its own.
    pub(crate) fn seal(&mut self) {
        self.batch = None;
    }

    fn record(&mut self, id: u64, payload: &[u8]) {
        self.bytes.extend_from_slice(&frame::record(id, payload.len()));
        self.bytes.extend_from_slice(payload);
    }

    /// Begins a frame of messages, or goes on with one; gives where it starts.
    fn batch(&mut self, channel: u64, lane: u64, offset: u64, id: u64) -> usize {
        if let Some(batch) = &mut self.batch
            && (batch.channel, batch.lane) == (channel, lane)
            && self.bytes.len() - batch.start < PART
        {
            batch.id = id;
            return batch.start;
        }
        let start = self.bytes.len();
        let head = Head { channel, lane, offset };
        frame::encode(&Frame::Batch { head, records: &[] }, &mut self.bytes);
        self.batch = Some(Batch { channel, lane, start, id });
        start
    }

    /// Takes over a large message, whose parts leave one after the other.
    pub(crate) fn large(
        &mut self,
        channel: u64,
        to: &Address,
        offset: u64,
        bytes: Vec<u8>,
    ) -> Arc<Done> {
        self.introduce(to);
        let head = Head { channel, lane: travels_in(to.lane), offset };
        let done = Arc::new(Done::default());
        let id = to.step.id;
        self.large.push_back(Large { head, id, bytes, at: 0, done: Arc::clone(&done) });
        done
    }

    /// Appends the end of a participant's part, behind all its messages.
    pub(crate) fn end(&mut self, channel: u64, end: End) {
        if self.large.iter().any(|large| large.head.channel == channel) {
            self.ends.insert(channel, end);
        } else {
            self.frame(&Frame::End { channel, end });
        }
    }

    /// Tells the peer what a step is called, once for all messages of it on this link.
    fn introduce(&mut self, to: &Address) {
        let id = to.step.id;
        if self.steps.insert(id) {
            let text = to.position(0).step;
            let text = &text[..text.floor_char_boundary(TEXT)];
            self.frame(&Frame::Step { id, text });
        }
    }

    /// Notes a sender that waits, if there is no room.
    pub(crate) fn poll_room(&mut self, waker: &Waker) -> Poll<()> {
        if self.bytes.len() - self.sent < HIGH {
            return Poll::Ready(());
        }
        self.blocked.push(waker.clone());
        Poll::Pending
    }

    /// What is to leave next.
    pub(crate) fn next(&mut self, woken: &mut Woken) -> &[u8] {
        // What may have left can't be continued.
        self.batch = None;
        while self.bytes.len() - self.sent < LOW && !self.large.is_empty() {
            self.append_part(woken);
        }
        &self.bytes[self.sent..]
    }

    /// Everything has left.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty() && self.large.is_empty()
    }

    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// At least so many bytes wait, or a large message.
    pub(crate) fn has(&self, count: usize) -> bool {
        self.len() >= count || !self.large.is_empty()
    }

    /// The first `count` bytes have left.
    pub(crate) fn sent(&mut self, count: usize, woken: &mut Woken) {
        self.sent += count;
        self.left += count as u64;
        self.wake_leaving(woken);
        if self.sent == self.bytes.len() {
            self.sent = 0;
            self.bytes.clear();
            self.bytes.shrink_to(KEEP);
        } else if self.sent >= HIGH {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        if self.len() < HIGH {
            woken.append(&mut self.blocked);
        }
    }

    /// Waits until the end of a channel has left that was appended before, or waits for large messages.
    pub(crate) fn poll_left(
        &mut self,
        channel: u64,
        until: &mut Option<u64>,
        waker: &Waker,
    ) -> Poll<()> {
        if until.is_none() && !self.ends.contains_key(&channel) {
            *until = Some(self.left + self.len() as u64);
        }
        if until.is_some_and(|until| until <= self.left) {
            return Poll::Ready(());
        }
        self.wait_to_leave(waker);
        Poll::Pending
    }

    pub(crate) fn wait_to_leave(&mut self, waker: &Waker) {
        self.leaving.push(waker.clone());
    }

    pub(crate) fn wake_leaving(&mut self, woken: &mut Woken) {
        woken.append(&mut self.leaving);
    }

    fn append_part(&mut self, woken: &mut Woken) {
        let Some(mut large) = self.large.pop_front() else { return };
        let channel = large.head.channel;
        if large.append_part(&mut self.bytes) {
            woken.add_all(large.done.set());
            self.append_late_end(channel);
        } else {
            self.large.push_back(large);
        }
    }

    fn append_late_end(&mut self, channel: u64) {
        if let Some(end) = self.ends.remove(&channel) {
            self.end(channel, end);
        }
    }

    /// Nothing will leave any more.
    pub(crate) fn give_up(&mut self, woken: &mut Woken) {
        woken.add_all(self.blocked.drain(..).chain(self.leaving.drain(..)));
        for large in self.large.drain(..) {
            woken.add_all(large.done.set());
        }
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chor_runtime::__private::Step;
    use chor_runtime::Lane;

    static STEP: Step = Step::new("buy", 0, "title", "String", "A", &["B"], "a.rs", 1, 1);

    fn to(lane: u64) -> Address {
        Address::new(1, Lane::new(lane), &STEP)
    }

    /// What leaves when so many bytes leave at a time, as texts.
    fn leaving(outgoing: &mut Outgoing, at_once: usize) -> Vec<String> {
        let (mut bytes, mut woken) = (Vec::new(), Woken::default());
        loop {
            let next = outgoing.next(&mut woken);
            if next.is_empty() {
                return texts(&bytes);
            }
            let count = next.len().min(at_once);
            bytes.extend_from_slice(&next[..count]);
            outgoing.sent(count, &mut woken);
        }
    }

    fn texts(mut bytes: &[u8]) -> Vec<String> {
        let mut texts = Vec::new();
        while let Some(length) = frame::length(bytes).unwrap() {
            texts.push(match frame::decode(&bytes[frame::PREFIX..length]).unwrap() {
                Frame::Batch { head, records } => format!("{} {}", head.offset, records.len()),
                Frame::First { head, part, .. } => format!("first {} {}", head.lane, part.len()),
                Frame::Part { lane, part, .. } => format!("part {lane} {}", part.len()),
                Frame::Step { text, .. } => text.to_owned(),
                Frame::End { channel, .. } => format!("end {channel}"),
                other => format!("{other:?}"),
            });
            bytes = &bytes[length..];
        }
        texts
    }

    #[test]
    fn messages_share_a_frame_and_their_step_is_introduced_once() {
        let mut outgoing = Outgoing::default();
        outgoing.message(4, &to(0), 0, b"abc");
        outgoing.message(4, &to(0), 15, b"");
        outgoing.message(5, &to(0), 0, b"a");
        outgoing.message(5, &to(1), 0, b"ab");
        let step = "`title`: String (message 1 of `buy`, a.rs:1:1)";
        assert_eq!(leaving(&mut outgoing, 1), [step, "0 27", "0 13", "0 14"]);
        assert!(outgoing.is_empty());
        outgoing.message(5, &to(1), 14, b"");
        assert_eq!(leaving(&mut outgoing, 1), ["14 12"]);
    }

    #[test]
    fn large_messages_take_turns_and_an_end_waits_for_its_own() {
        let mut outgoing = Outgoing::default();
        let first = outgoing.large(4, &to(1), 0, vec![0; 2 * PART + 1]);
        outgoing.large(5, &to(2), 0, vec![0; PART + 1]);
        outgoing.end(4, End::Finished);
        outgoing.end(6, End::Finished);
        let texts = leaving(&mut outgoing, usize::MAX);
        let expected = [
            "end 6",
            "first 1 32768",
            "first 2 32768",
            "part 1 32768",
            "part 2 1",
            "part 1 1",
            "end 4",
        ];
        assert_eq!(texts[1..], expected);
        assert!(first.poll(Waker::noop()).is_ready());
    }

    #[test]
    fn a_small_message_passes_large_ones() {
        let (mut outgoing, mut woken) = (Outgoing::default(), Woken::default());
        outgoing.large(4, &to(1), 0, vec![0; 20 * PART]);
        let left = outgoing.next(&mut woken).len();
        outgoing.message(4, &to(2), 0, b"small");
        outgoing.sent(left, &mut woken);
        assert_eq!(leaving(&mut outgoing, usize::MAX)[0], "0 17");
    }

    #[test]
    fn senders_wait_for_room() {
        let (mut outgoing, mut woken) = (Outgoing::default(), Woken::default());
        outgoing.message(4, &to(0), 0, &vec![0; HIGH]);
        assert!(outgoing.poll_room(Waker::noop()).is_pending());
        let left = outgoing.next(&mut woken).len();
        outgoing.sent(left, &mut woken);
        assert!(outgoing.poll_room(Waker::noop()).is_ready());
    }
}
