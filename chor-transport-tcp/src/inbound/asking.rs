//! Messages that wait at their sender for room, while they are waited for here.

use super::{Inbound, Queue, cost_of};
use crate::budget::Asking;
use crate::error::ChannelError;
use crate::late::Late;
use crate::sorted::Of;

/// A message for which its sender wants room.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What it costs.
    bytes: u64,
    /// Which lane it is of, if it is of a round.
    pub(super) of: Option<Of>,
    /// It has been told to the link, and its turn will come.
    queued: bool,
}

impl Queue {
    /// What is asked for and is to be told to the link, now that it is waited for.
    fn wants(&mut self, late: &Late) -> Option<u64> {
        let lacks = self.asked.as_ref().is_some_and(|asked| self.lacks(asked, late));
        let asked = self.asked.as_mut().filter(|asked| lacks && !asked.queued)?;
        asked.queued = true;
        Some(asked.bytes)
    }

    /// What is asked for may come.
    fn allow(&mut self) -> u64 {
        let bytes = self.asked.take().map_or(0, |asked| asked.bytes);
        self.may = Some(bytes);
        self.used
    }
}

impl Inbound {
    /// The sender waits for room in a lane, in one of rounds for a message that begins so; gives the
    /// offset of what it may send, if it may.
    pub(crate) fn ask(
        &mut self,
        lane: u64,
        bytes: u64,
        begins: &[u8],
    ) -> Result<Option<u64>, ChannelError> {
        let limit = self.max_message;
        if bytes > cost_of(limit) {
            return Err(ChannelError::Long { length: bytes, limit });
        }
        let queue = self.known(lane)?;
        if queue.asked.is_some() || queue.may.is_some() {
            return Err(ChannelError::Credit { lane });
        }
        let of = Some(begins).filter(|begins| !begins.is_empty()).map(|mut begins| {
            Of::take(&mut begins).filter(|_| begins.is_empty()).ok_or(ChannelError::Record { lane })
        });
        queue.asked = Some(Asked { bytes, of: of.transpose()?, queued: false });
        Ok(self.want(lane))
    }

    /// If the sender waits for room in a lane and is waited for, it gets some of the link's reserve, now
    /// or when its turn comes; gives the offset of what it may send now.
    pub(crate) fn want(&mut self, lane: u64) -> Option<u64> {
        let bytes = self.queues.known(lane)?.wants(&self.late)?;
        let asking = Asking { channel: self.channel, lane, bytes };
        self.budget.ask(asking).then(|| self.queues.of(lane).allow())
    }

    /// Its turn has come; gives the offset of what it may send, if that is still waited for.
    pub(crate) fn allow(&mut self, asking: Asking) -> Option<u64> {
        let queue = self.queues.known(asking.lane)?;
        let lacks = queue.asked.as_ref().is_some_and(|asked| queue.lacks(asked, &self.late));
        let asked = queue.asked.as_mut().filter(|asked| asked.queued)?;
        asked.queued = lacks;
        (lacks && asked.bytes == asking.bytes).then(|| queue.allow())
    }

    /// What was asked for in a lane has come; gives what was reserved for it.
    pub(super) fn stop_asking(&mut self, lane: u64) -> Option<u64> {
        let queue = self.queues.known(lane)?;
        if queue.asked.take().is_some_and(|asked| asked.queued) {
            self.budget.cancel(self.channel, Some(lane));
        }
        let bytes = queue.may.take()?;
        self.budget.release(bytes);
        Some(bytes)
    }

    /// Nothing more is wanted of the link.
    pub(super) fn leave_link(&mut self) {
        self.budget.cancel(self.channel, None);
        let reserved: u64 = self.queues.all().filter_map(|queue| queue.may.take()).sum();
        if reserved > 0 {
            self.budget.release(reserved);
        }
        self.budget.remove_lanes(self.lanes);
    }
}

impl Drop for Inbound {
    fn drop(&mut self) {
        self.leave_link();
    }
}
