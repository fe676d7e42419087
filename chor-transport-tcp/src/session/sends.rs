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
    fn begin(&self, kept: &mut Option<Vec<u8>>, cx: &Context<'_>) -> Poll<Result<(), Box<Fault>>> {
        // What is needed of `self` is read where it is: the processor has to wait before it can read
        // as a whole, as for a closure, what has just been written in pieces.
        with_scratch(|bytes| {
            if self.to.lane.is_in_round() {
                put_head(self.to.lane, bytes);
            }
            match &self.left {
                Left::Packed(packed) => self.tcp.write(packed, bytes)?,
                Left::Encoded(encoded) => bytes.extend_from_slice(encoded),
            }
            let polled = self.tcp.channel(self.to.peer)?.poll_send(self.to, bytes, cx.waker());
            if polled.is_pending() {
                *kept = Some(std::mem::take(bytes));
            }
            polled
        })
    }
}

impl<D, M> Sends<'_, '_, D, M> {
    /// It waits from now on.
    #[cold]
    fn keep(&mut self, kept: Option<Vec<u8>>) {
        let channel = self.tcp.meeting.channel(self.to.peer);
        if let (Some(kept), Some(channel)) = (kept, channel) {
            self.left = Left::Encoded(kept);
            channel.waits(self.to.lane, true);
        }
    }
}

impl<D: Codec, M: Message> Future for Sends<'_, '_, D, M> {
    type Output = Result<(), Box<Fault>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        let mut kept = None;
        let polled = match &mut this.left {
            Left::Encoded(bytes) => {
                this.tcp.channel(this.to.peer)?.poll_send(this.to, bytes, cx.waker())
            }
            // Encoded where it is: it isn't moved any more.
            Left::Packed(_) => this.begin(&mut kept, cx),
        };
        // Who waits may have asked for room.
        this.tcp.held_back.store(true, Ordering::Relaxed);
        if polled.is_pending() {
            this.keep(kept);
            this.tcp.flush_all();
        }
        polled
    }
}

impl<D, M> Drop for Sends<'_, '_, D, M> {
    /// Who waited doesn't any more.
    #[inline]
    fn drop(&mut self) {
        if let Left::Encoded(_) = self.left
            && let Some(channel) = self.tcp.meeting.channel(self.to.peer)
        {
            channel.waits(self.to.lane, false);
        }
    }
}
