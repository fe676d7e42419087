//! Where on this thread a branch of a [`Together`](crate::Together) is being polled, so that its other
//! branches can wake it without counting references or touching an atomic.

use std::cell::Cell;
use std::task::Waker;

thread_local! {
    static HERE: Here = const { Here::new() };
}

/// What is being polled on this thread.
struct Here {
    /// The innermost `Together`; 0 outside, and in one with more than 64 branches.
    id: Cell<u64>,
    branch: Cell<usize>,
    /// The branch's own waker, as the address of its data: a future inside the branch that is polled
    /// with another one wants that other one woken.
    waker: Cell<*const ()>,
    /// The branches that were woken from other branches on this thread: for these an atomic bit and
    /// a counted waker would cost more than the rest of a message.
    woken: Cell<u64>,
    /// How often the branches had their turn, and those of each `Together` inside.
    rounds: Cell<usize>,
}

impl Here {
    const fn new() -> Self {
        Self {
            id: Cell::new(0),
            branch: Cell::new(0),
            waker: Cell::new(std::ptr::null()),
            woken: Cell::new(0),
            rounds: Cell::new(0),
        }
    }

    fn swap(&self, other: &Self) {
        self.id.swap(&other.id);
        self.branch.swap(&other.branch);
        self.waker.swap(&other.waker);
        self.woken.swap(&other.woken);
        self.rounds.swap(&other.rounds);
    }

    fn count(&self, rounds: usize) -> usize {
        self.rounds.set(self.rounds.get().saturating_add(rounds));
        self.rounds.get()
    }
}

/// While a `Together` is polled on this thread; keeps what was being polled around it.
pub(crate) struct Inside(Here);

impl Inside {
    pub(crate) fn enter(id: u64) -> Self {
        let outer = Here::new();
        outer.id.set(id);
        HERE.with(|here| here.swap(&outer));
        Self(outer)
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        HERE.with(|here| {
            here.swap(&self.0);
            here.count(self.0.rounds.get());
        });
    }
}

/// A branch of a `Together`, as long as that is polled: it can be woken from its other branches
/// without a waker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    id: u64,
    branch: usize,
}

impl Spot {
    /// The branch that is being polled, if `waker` is its own.
    #[inline]
    pub(crate) fn of(waker: &Waker) -> Option<Self> {
        HERE.with(|here| {
            let own = here.id.get() != 0 && here.waker.get() == waker.data();
            own.then(|| Self { id: here.id.get(), branch: here.branch.get() })
        })
    }

    /// Wakes the branch, if its `Together` is being polled on this thread.
    #[inline]
    pub(crate) fn wake(self) -> bool {
        HERE.with(|here| {
            let reached = here.id.get() == self.id;
            if reached {
                here.woken.set(here.woken.get() | 1 << self.branch);
            }
            reached
        })
    }

    /// Notes which branch is being polled.
    #[inline]
    pub(crate) fn enter(branch: usize, waker: &Waker) {
        HERE.with(|here| {
            here.branch.set(branch);
            here.waker.set(waker.data());
        });
    }
}

/// Takes the branches of the innermost `Together` that were woken here.
#[inline]
pub(crate) fn take_woken() -> u64 {
    HERE.with(|here| here.woken.take())
}

/// Whether there are any.
#[inline]
pub(crate) fn any_woken() -> bool {
    HERE.with(|here| here.woken.get() != 0)
}

/// Counts a round of the innermost `Together`; gives how many there were since it is being polled, with
/// those of others inside.
#[inline]
pub(crate) fn count_round() -> usize {
    HERE.with(|here| here.count(1))
}
