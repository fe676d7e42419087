//! The receiving of one message.

use super::Tcp;
use super::waiting::Waiting;
use crate::channel::Channel;
use chor_runtime::{Address, Codec, Fault, Message};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub(super) struct Receives<'t, 'a, D, M> {
    tcp: &'t Tcp<D>,
    from: &'a Address,
    waiting: Option<Waiting<'t>>,
    message: PhantomData<fn() -> M>,
}

impl<'t, 'a, D: Codec, M: Message> Receives<'t, 'a, D, M> {
    #[inline]
    pub(super) fn new(tcp: &'t Tcp<D>, from: &'a Address) -> Self {
        Self { tcp, from, waiting: None, message: PhantomData }
    }

    #[inline]
    fn take(&self, channel: &Channel) -> Option<Result<M, Box<Fault>>> {
        match channel.take_at_hand(self.from, |bytes| self.tcp.decode(bytes)) {
            Some(taken) => Some(taken),
            None => self.take_not_at_hand(channel),
        }
    }

    // Apart, with a closure of its own: of one that is used twice, the compiler inlines neither use.
    #[inline(never)]
    fn take_not_at_hand(&self, channel: &Channel) -> Option<Result<M, Box<Fault>>> {
        channel.take(self.from, |bytes| self.tcp.decode(bytes))
    }

    fn wait(
        &mut self,
        channel: &'t Arc<Channel>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<M, Box<Fault>>> {
        loop {
            let waiting = self.waiting.get_or_insert_with(|| Waiting::new(&channel.link));
            if waiting.poll(channel, self.from.lane, cx).is_pending() {
                // What is sent off now is answered when this role is known to wait already.
                self.tcp.flush_all();
                return Poll::Pending;
            }
            if let Some(taken) = self.take(channel) {
                return Poll::Ready(taken);
            }
        }
    }
}

impl<D: Codec, M: Message> Future for Receives<'_, '_, D, M> {
    type Output = Result<M, Box<Fault>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let channel = this.tcp.channel(this.from.peer)?;
        if this.waiting.as_ref().is_none_or(|waiting| waiting.has_news(channel))
            && let Some(taken) = this.take(channel)
        {
            return Poll::Ready(taken);
        }
        this.wait(channel, cx)
    }
}
