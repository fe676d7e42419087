//! A receive for which there is no message yet.

use crate::channel::Channel;
use crate::link::Link;
use chor_runtime::Lane;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A receive that waits, and may have the turn to read.
pub(super) struct Waiting<'l> {
    link: &'l Arc<Link>,
    turn: u64,
    /// What of the channel's news there was when there was nothing for it.
    seen: u64,
}

impl<'l> Waiting<'l> {
    pub(super) fn new(link: &'l Arc<Link>) -> Self {
        Self { link, turn: 0, seen: 0 }
    }

    pub(super) fn has_news(&self, channel: &Channel) -> bool {
        self.seen != channel.news()
    }

    pub(super) fn poll(&mut self, channel: &Channel, lane: Lane, cx: &mut Context<'_>) -> Poll<()> {
        let waker = cx.waker();
        let owner = (!lane.is_in_round()).then(|| channel.owner(lane));
        let Self { link, turn, seen } = self;
        let (has_news, wait) = (|| channel.has_news(lane), || channel.wait(lane, waker, seen));
        link.poll_read(turn, owner, &mut Context::from_waker(waker), has_news, wait)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.turn != 0 {
            self.link.leave(self.turn);
        }
    }
}
