//! The incoming side of a link: one buffer, cut into frames, and whose turn it is to fill it.

use crate::frame::{self, Frame, FrameError};
use crate::handshake::{self, Greeting, GreetingError};
use crate::stream::ReadHalf;
use std::io;
use std::task::{Context, Poll};

/// The turn of the link's driver.
pub(crate) const DRIVER: u64 = 0;
/// Two of the parts in which large messages travel.
const BUFFER: usize = 64 * 1024;

pub(crate) struct Reader {
    half: Option<ReadHalf>,
    bytes: Vec<u8>,
    /// Where what was not handled begins and ends.
    start: usize,
    end: usize,
    pub(crate) greeted: bool,
    heard: bool,
    pub(crate) turn: u64,
    turns: u64,
    /// A role was polled since the last tick.
    polled: bool,
}

impl Reader {
    pub(crate) fn new(half: ReadHalf) -> Self {
        Self {
            half: Some(half),
            bytes: vec![0; BUFFER],
            start: 0,
            end: 0,
            greeted: false,
            heard: false,
            turn: DRIVER,
            turns: 0,
            polled: false,
        }
    }

    /// It is the turn of the role with this number from now on, which gets one if it has none.
    pub(crate) fn take_turn(&mut self, turn: &mut u64) {
        if *turn == DRIVER {
            self.turns += 1;
            *turn = self.turns;
        }
        (self.turn, self.polled) = (*turn, true);
    }

    pub(crate) fn is_used(&mut self) -> bool {
        std::mem::replace(&mut self.polled, false)
    }

    pub(crate) fn has_heard(&mut self) -> bool {
        std::mem::replace(&mut self.heard, false)
    }

    pub(crate) fn disconnect(&mut self) {
        self.half = None;
    }

    /// Whether the system sends small pieces at once, if this is a plain connection.
    #[cfg(test)]
    pub(crate) fn nodelay(&self) -> Option<bool> {
        match &self.half {
            Some(ReadHalf::Tcp(half)) => half.as_ref().nodelay().ok(),
            _ => None,
        }
    }

    /// Reads once; pending for ever when the connection is over.
    pub(crate) fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Some(half) = &mut self.half else { return Poll::Pending };
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        let count = std::task::ready!(half.poll_read(cx, &mut self.bytes[self.end..]))?;
        self.end += count;
        Poll::Ready(Ok(count))
    }

    /// The peer's greeting, when all of it is there.
    pub(crate) fn greeting(&mut self, own: &Greeting) -> Result<Option<Greeting>, GreetingError> {
        let decoded = handshake::decode(&self.bytes[self.start..self.end])?;
        let Some((greeting, length)) = decoded else {
            self.make_room(length_of_greeting());
            return Ok(None);
        };
        handshake::compare(own, &greeting)?;
        self.start += length;
        (self.greeted, self.heard) = (true, true);
        Ok(Some(greeting))
    }

    /// The next frame, when all of it is there.
    pub(crate) fn frame(&mut self) -> Result<Option<Frame<'_>>, FrameError> {
        let rest = &self.bytes[self.start..self.end];
        let Some(length) = frame::length(rest)? else {
            self.make_room(frame::PREFIX);
            return Ok(None);
        };
        if rest.len() < length {
            self.make_room(length);
            return Ok(None);
        }
        let start = self.start + frame::PREFIX;
        self.start += length;
        self.heard = true;
        frame::decode(&self.bytes[start..self.start]).map(Some)
    }

    /// Moves what is there to the front, and grows the buffer if the frame is longer; gives back what
    /// a long frame has needed.
    fn make_room(&mut self, length: usize) {
        if self.start > 0 && self.start + length.max(BUFFER / 2) > self.bytes.len() {
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
        }
        if self.bytes.len() < length {
            self.bytes.resize(length, 0);
        } else if self.bytes.len() > BUFFER && self.end < BUFFER && length < BUFFER {
            self.bytes.truncate(BUFFER);
            self.bytes.shrink_to_fit();
        }
    }
}

/// What a greeting may have at most: its fixed part, and what its length can say.
const fn length_of_greeting() -> usize {
    8 + u16::MAX as usize
}
