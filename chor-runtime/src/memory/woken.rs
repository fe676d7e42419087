//! Whom to wake once the state of a session is let go.

use std::task::Waker;

/// Whom to wake, and which wakers to drop, when the table is no longer held: both may run code of
/// others.
#[derive(Debug, Default)]
pub(super) struct Woken {
    /// Most often there is one, or none.
    first: Option<Waker>,
    more: Option<Box<More>>,
}

#[derive(Debug, Default)]
struct More {
    woken: Vec<Waker>,
    dropped: Vec<Waker>,
    /// Who got messages too late, and how many.
    late: Vec<(usize, u64)>,
}

impl Woken {
    #[inline]
    pub(super) fn add(&mut self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            match &self.first {
                None => self.first = Some(waker),
                Some(_) => self.more().woken.push(waker),
            }
        }
    }

    /// A waker that waits no more is not woken: whoever polls a role for no reason would else start a
    /// loop in which the role wakes itself.
    #[inline]
    pub(super) fn drop_later(&mut self, waker: Option<Waker>) {
        if let Some(waker) = waker {
            self.more().dropped.push(waker);
        }
    }

    /// So many messages to a participant came too late: told when a listener may run.
    #[cold]
    pub(super) fn late(&mut self, participant: usize, dropped: u64) {
        if dropped > 0 {
            self.more().late.push((participant, dropped));
        }
    }

    #[cold]
    fn more(&mut self) -> &mut More {
        self.more.get_or_insert_default()
    }

    #[inline]
    pub(super) fn take(&mut self) -> Self {
        Self { first: self.first.take(), more: self.more.take() }
    }

    #[inline]
    pub(super) fn wake(self) {
        if let Some(first) = self.first {
            first.wake();
        }
        if let Some(more) = self.more {
            (*more).wake();
        }
    }
}

impl More {
    #[cold]
    fn wake(self) {
        for (participant, dropped) in self.late {
            tracing::debug!(target: "chor", participant, dropped, "messages of a round that is over are dropped");
        }
        self.woken.into_iter().for_each(Waker::wake);
    }
}
