//! The sending of one message.

use super::scratch::with_scratch;
use super::{Packed, Parcel, Tcp};
use crate::sorted::put_head;
use chor_runtime::{Address, Codec, Fault, Message};
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};

pub(super) struct Sends<'t, 'a, D, M> {
    tcp: &'t Tcp<D>,
    to: &'a Address,
    left: Left<M>,
}

/// What is still to be sent.
enum Left<M> {
    Packed(Packed<M>),
    /// What could not be sent at once.
    Encoded(Vec<u8>),
}

/// Nothing in it is pinned.
impl<D, M> Unpin for Sends<'_, '_, D, M> {}

impl<'t, 'a, D: Codec, M: Message> Sends<'t, 'a, D, M> {
    #[inline]
    pub(super) fn new(tcp: &'t Tcp<D>, to: &'a Address, parcel: Parcel<M>) -> Self {
        Self { tcp, to, left: Left::Packed(parcel.0) }
    }

    /// Sends it as bytes, and keeps these if it has to wait.
    #[inline]
    fn begin(&mut self, cx: &Context<'_>) -> Poll<Result<(), Box<Fault>>> {
        match with_scratch(|bytes| self.begin_in(bytes, cx)) {
            Some(polled) => polled,
            None => self.begin_apart(cx),
        }
    }

    #[cold]
    #[inline(never)]
    fn begin_apart(&mut self, cx: &Context<'_>) -> Poll<Result<(), Box<Fault>>> {
        self.begin_in(&mut Vec::new(), cx)
    }

    // What is needed of `self` is read where it is: the processor has to wait before it can read as a
    // whole what has just been written in pieces.
    #[expect(clippy::inline_always, reason = "called in one hot place, and a call costs a tenth")]
    #[inline(always)]
    fn begin_in(&mut self, bytes: &mut Vec<u8>, cx: &Context<'_>) -> Poll<Result<(), Box<Fault>>> {
        if self.to.lane.is_in_round() {
            put_head(self.to.lane, self.tcp.around(self.to.lane), bytes);
        }
        match &self.left {
            Left::Packed(packed) => self.tcp.write(packed, bytes)?,
            Left::Encoded(encoded) => bytes.extend_from_slice(encoded),
        }
        let polled = self.tcp.channel(self.to.peer)?.poll_send(self.to, bytes, cx.waker());
        if polled.is_pending() {
            self.keep(std::mem::take(bytes));
        }
        polled
    }
}

impl<D, M> Sends<'_, '_, D, M> {
    /// It waits from now on.
    #[cold]
    fn keep(&mut self, encoded: Vec<u8>) {
        self.left = Left::Encoded(encoded);
        self.waits(true);
    }

    #[cold]
    fn waits(&self, waits: bool) {
        if let Some(channel) = self.tcp.meeting.channel(self.to.peer) {
            channel.waits(self.to.lane, waits);
        }
    }
}

impl<D: Codec, M: Message> Future for Sends<'_, '_, D, M> {
    type Output = Result<(), Box<Fault>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let polled = match &mut this.left {
            Left::Encoded(bytes) => go_on(this.tcp, this.to, bytes, cx),
            // Encoded where it is: it isn't moved any more.
            Left::Packed(_) => this.begin(cx),
        };
        // Who waits may have asked for room.
        this.tcp.held_back.store(true, Ordering::Relaxed);
        if polled.is_pending() {
            this.tcp.flush_all();
        }
        polled
    }
}

impl<D, M> Drop for Sends<'_, '_, D, M> {
    /// Who waited doesn't any more.
    #[inline]
    fn drop(&mut self) {
        if let Left::Encoded(_) = self.left {
            self.waits(false);
        }
    }
}

/// Sends what could not be sent at once.
#[cold]
fn go_on<D: Codec>(
    tcp: &Tcp<D>,
    to: &Address,
    encoded: &mut Vec<u8>,
    cx: &Context<'_>,
) -> Poll<Result<(), Box<Fault>>> {
    tcp.channel(to.peer)?.poll_send_by_link(to, encoded, cx.waker())
}
