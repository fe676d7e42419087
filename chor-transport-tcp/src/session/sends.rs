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
}

impl<D: Codec, M: Message> Future for Sends<'_, '_, D, M> {
    type Output = Result<(), Box<Fault>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { tcp, to, left } = self.get_mut();
        let channel = tcp.channel(to.peer)?;
        let mut kept = None;
        let polled = match left {
            // Encoded where it is: it isn't moved any more.
            Left::Packed(packed) => with_scratch(|bytes| {
                if to.lane.is_in_round() {
                    put_head(to.lane, bytes);
                }
                tcp.write(packed, bytes)?;
                let polled = channel.poll_send(to, bytes, cx.waker());
                if polled.is_pending() {
                    kept = Some(std::mem::take(bytes));
                }
                polled
            }),
            Left::Encoded(bytes) => channel.poll_send(to, bytes, cx.waker()),
        };
        // Who waits may have asked for room.
        tcp.held_back.store(true, Ordering::Relaxed);
        if polled.is_pending() {
            keep(left, kept);
            tcp.flush_all();
        }
        polled
    }
}

#[cold]
fn keep<M>(left: &mut Left<M>, kept: Option<Vec<u8>>) {
    if let Some(kept) = kept {
        *left = Left::Encoded(kept);
    }
}
