//! A large message on its way, cut into parts.

use crate::frame::{self, Frame, Head};
use crate::woken::note;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

/// A longer message travels in parts of this size.
pub(crate) const PART: usize = 32 * 1024;

#[derive(Debug)]
pub(super) struct Large {
    pub(super) head: Head,
    pub(super) id: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) at: usize,
    pub(super) done: Arc<Done>,
}

/// Whether a large message has left.
#[derive(Debug, Default)]
pub(crate) struct Done(Mutex<(bool, Vec<Waker>)>);

impl Done {
    pub(crate) fn poll(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if state.0 {
            return Poll::Ready(());
        }
        note(&mut state.1, waker);
        Poll::Pending
    }

    pub(super) fn set(&self) -> Vec<Waker> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.0 = true;
        std::mem::take(&mut state.1)
    }
}

impl Large {
    /// Appends the next part; gives whether it is the last.
    pub(super) fn append_part(&mut self, to: &mut Vec<u8>) -> bool {
        let Self { head, id, bytes, at, .. } = self;
        let end = bytes.len().min(*at + PART);
        let part = &bytes[*at..end];
        let Head { channel, lane, .. } = *head;
        let frame = match *at {
            0 => Frame::First { head: *head, id: *id, total: bytes.len() as u64, part },
            _ => Frame::Part { channel, lane, part },
        };
        frame::encode(&frame, to);
        *at = end;
        end == bytes.len()
    }
}
