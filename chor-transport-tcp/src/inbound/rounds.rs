//! What comes in rounds: sorted where it waits, dropped when its round is over.

use super::{Inbound, Queue};
use crate::error::ChannelError;
use crate::late::Late;
use crate::sorted::Sorted;
use crate::woken::Woken;
use std::sync::Arc;

/// What a sender may do since messages in rounds were taken or dropped.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Again {
    pub(crate) credit: u64,
    pub(crate) room: u64,
    /// What was freed.
    pub(crate) freed: u64,
    /// The offset of the message that it has asked for and may send.
    pub(crate) may: Option<u64>,
    /// How many messages were dropped.
    pub(crate) dropped: u64,
}

impl Again {
    pub(crate) fn is_nothing(self) -> bool {
        self.credit == 0 && self.room == 0 && self.may.is_none()
    }
}

impl Inbound {
    /// From now on, what comes in rounds is judged by this.
    pub(crate) fn share(&mut self, late: &Arc<Late>) {
        self.late = Arc::clone(late);
    }

    pub(crate) fn knows(&mut self, lane: u64) -> bool {
        self.queues.known(lane).is_some()
    }

    /// The lane of rounds in which something has just arrived.
    pub(crate) fn unsorted(&mut self) -> Option<u64> {
        self.unsorted.take()
    }

    /// What has come in the rounds of a root.
    pub(crate) fn sorted(&mut self, root: u64) -> &mut Sorted {
        self.queue(root).sorted.get_or_insert_default()
    }

    /// Sorts what has come in the rounds of a root.
    pub(crate) fn sort(&mut self, root: u64, woken: &mut Woken) -> Result<(), ChannelError> {
        let Self { queues, late, .. } = self;
        let Queue { segments, sorted, .. } = queues.of(root);
        let sorted = sorted.get_or_insert_default();
        segments.drain(..).try_for_each(|segment| sorted.sort(root, segment, late, woken))
    }

    /// Drops what isn't wanted any more of the rounds of a root.
    pub(crate) fn purge(&mut self, root: u64, woken: &mut Woken) -> Result<Again, ChannelError> {
        self.sort(root, woken)?;
        let late = Arc::clone(&self.late);
        self.sorted(root).purge(&late);
        Ok(self.again(root))
    }

    /// What the sender may do now in the rounds of a root.
    pub(crate) fn again(&mut self, root: u64) -> Again {
        let window = self.window;
        let sorted = self.sorted(root);
        let (of_all, credit) = (sorted.of_all(), sorted.credit(window / 2));
        let dropped = sorted.dropped();
        self.late.count(dropped);
        self.cost += of_all;
        let more = if self.cost >= window { std::mem::take(&mut self.cost) } else { 0 };
        self.grant(more);
        let queue = self.queue(root);
        queue.grant(credit);
        let may = self.want(root);
        Again { credit, room: more, freed: of_all, may, dropped }
    }
}
