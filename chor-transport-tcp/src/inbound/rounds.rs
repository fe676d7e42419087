//! What comes in rounds: sorted where it waits, dropped when its round is over.

use super::{Inbound, Queue};
use crate::error::ChannelError;
use crate::late::Late;
use crate::sorted::Sorted;
use crate::woken::Woken;
use chor_runtime::Lane;
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

    /// The peer says that what follows in a lane is of the rounds of a root.
    pub(crate) fn in_rounds(&mut self, lane: u64, root: u64) -> Result<(), ChannelError> {
        let queue = self.known(lane)?;
        match queue.sorted.as_ref().map(|sorted| sorted.root()) {
            Some(known) if known == root => Ok(()),
            None if queue.used == 0 && lane != 0 && root != 0 => {
                self.sorted_by(root, lane);
                Ok(())
            }
            _ => Err(ChannelError::Rounds { lane }),
        }
    }

    /// What comes in a lane, which is sorted by rounds from now on.
    fn sorted_by(&mut self, root: u64, lane: u64) -> &mut Sorted {
        let Self { queues, rounds, marks, .. } = self;
        queues.of(lane).sorted.get_or_insert_with(|| {
            // Before anything is judged: a round that ends meanwhile has to find it.
            marks.set(root);
            rounds.entry(root).or_default().push(lane);
            Sorted::new(root, lane).into()
        })
    }

    /// The lanes that the rounds of a root travel in.
    pub(crate) fn lanes_of(&self, root: u64) -> Vec<u64> {
        self.rounds.get(&root).cloned().unwrap_or_default()
    }

    /// The lane of rounds in which something has just arrived.
    pub(crate) fn unsorted(&mut self) -> Option<u64> {
        self.unsorted.take()
    }

    /// What has come of the rounds to which a lane belongs.
    pub(crate) fn sorted(&mut self, lane: Lane) -> &mut Sorted {
        self.sorted_by(lane.root(), lane.path())
    }

    /// Whether a lane travels where the peer says so, if it does: what is received elsewhere would never
    /// be dropped.
    pub(crate) fn agrees(&mut self, lane: Lane) -> Result<(), ChannelError> {
        let agrees = self.sorted(lane).root() == lane.root();
        if agrees { Ok(()) } else { Err(ChannelError::Rounds { lane: lane.path() }) }
    }

    /// Sorts what has come in a lane that rounds travel in.
    pub(crate) fn sort(&mut self, lane: u64, woken: &mut Woken) -> Result<(), ChannelError> {
        let Self { queues, late, .. } = self;
        let Queue { segments, sorted: Some(sorted), .. } = queues.of(lane) else { return Ok(()) };
        segments.drain(..).try_for_each(|segment| sorted.sort(segment, late, woken))
    }

    /// Drops what isn't wanted any more in a lane that rounds travel in.
    pub(crate) fn purge(&mut self, lane: u64, woken: &mut Woken) -> Result<Again, ChannelError> {
        self.sort(lane, woken)?;
        if let Some(sorted) = &mut self.queues.of(lane).sorted {
            sorted.purge(&self.late);
        }
        Ok(self.again(lane))
    }

    /// What the sender may do now in a lane that rounds travel in.
    pub(crate) fn again(&mut self, lane: u64) -> Again {
        let window = self.window;
        let Some(sorted) = &mut self.queues.of(lane).sorted else { return Again::default() };
        let (of_all, credit) = (sorted.of_all(), sorted.credit(window / 2));
        let dropped = sorted.dropped();
        self.late.count(dropped);
        self.cost += of_all;
        let more = if self.cost >= window { std::mem::take(&mut self.cost) } else { 0 };
        self.grant(more);
        self.queue(lane).grant(credit);
        let may = self.want(lane);
        Again { credit, room: more, freed: of_all, may, dropped }
    }
}
