//! What the peer says before all have met: of itself, and of who is lost.

use super::{Channel, Ended, Inbox, lock};
use crate::woken::Woken;
use chor_runtime::{End, Fault};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Waker;

/// How the introduction of the peer stands.
pub(crate) struct Introduced {
    pub(crate) digest: Option<u64>,
    pub(crate) normals: BTreeMap<u64, String>,
    /// Other sizes than those of this end.
    pub(crate) sizes: Option<Vec<u32>>,
    /// Why it won't go on.
    pub(crate) ended: Option<Ended>,
}

impl Introduced {
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.ended.as_ref().and_then(Ended::fault)
    }
}

/// What a peer can say of others before all have met: of so many, and so much of each.
const MAX_LOST: usize = 1024;
const MAX_WHY: usize = 256;
/// What it takes beyond the reason.
const LOST: usize = 64;

/// How many bytes a link keeps of what its peer says before sessions begin; it does without the rest.
const MAX_TOLD: usize = 4 << 20;

/// What a link keeps of that.
#[derive(Debug, Default)]
pub(crate) struct Told(AtomicUsize);

impl Told {
    fn keep(&self, bytes: usize) -> bool {
        let add = |kept: usize| kept.checked_add(bytes).filter(|kept| *kept <= MAX_TOLD);
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add).is_ok()
    }

    #[cfg(test)]
    pub(crate) fn kept(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    pub(super) fn free(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Channel {
    /// How the introduction of the peer stands; notes who waits for more.
    pub(crate) fn introduced(&self, waker: &Waker) -> Introduced {
        let mut inbox = lock(&self.inbox);
        inbox.watcher = Some(waker.clone());
        let ended = inbox.ended.as_ref().filter(|ended| ended.fault().is_some()).cloned();
        let (digest, normals) = (inbox.digest, inbox.normals.clone());
        Introduced { digest, normals, sizes: inbox.sizes.clone(), ended }
    }

    /// Both participants run the same.
    pub(crate) fn settle(&self) {
        let mut inbox = lock(&self.inbox);
        (inbox.settled, inbox.watcher) = (true, None);
        self.link.told.free(std::mem::take(&mut inbox.told));
        inbox.normals.clear();
        inbox.lost.clear();
    }

    pub(crate) fn set_digest(&self, digest: u64, woken: &mut Woken) {
        let mut inbox = lock(&self.inbox);
        inbox.digest = Some(digest);
        woken.add(inbox.watcher.take());
    }

    pub(crate) fn set_sizes(&self, sizes: Vec<u32>, woken: &mut Woken) {
        let mut inbox = lock(&self.inbox);
        if !inbox.settled {
            inbox.sizes = Some(sizes);
            woken.add(inbox.watcher.take());
        }
    }

    pub(crate) fn set_normal(&self, runner: u64, text: &str, woken: &mut Woken) {
        let mut inbox = lock(&self.inbox);
        if !inbox.settled && inbox.normals.len() < 2 && self.keep(&mut inbox, text.len()) {
            inbox.normals.insert(runner, text.to_owned());
            woken.add(inbox.watcher.take());
        }
    }

    /// Who is lost, as the peer says, and why; notes who waits for more.
    pub(crate) fn told_lost(&self, waker: &Waker) -> BTreeMap<u64, String> {
        let mut inbox = lock(&self.inbox);
        inbox.watcher = Some(waker.clone());
        std::mem::take(&mut inbox.lost)
    }

    /// The peer counts as lost from now on, which it is told, unless nothing comes from it anyway.
    pub(crate) fn lose(&self, ended: &Ended, end: End) {
        if lock(&self.inbox).ended.is_some() {
            return;
        }
        self.set_ended(ended, &mut Woken::default());
        self.close(end);
    }

    /// Whether there is room for so much of what the peer says.
    fn keep(&self, inbox: &mut Inbox, bytes: usize) -> bool {
        let fits = self.link.told.keep(bytes);
        inbox.told += if fits { bytes } else { 0 };
        fits
    }

    /// The peer says so.
    pub(crate) fn set_lost(&self, participant: u64, why: &str, woken: &mut Woken) {
        let mut inbox = lock(&self.inbox);
        let why = &why[..why.floor_char_boundary(MAX_WHY)];
        if !inbox.settled && inbox.lost.len() < MAX_LOST && self.keep(&mut inbox, LOST + why.len())
        {
            inbox.lost.insert(participant, why.to_owned());
            woken.add(inbox.watcher.take());
        }
    }
}
