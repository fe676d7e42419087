//! Several futures in one task, each polled only when it was woken.
//!
//! The roles of a session that are played together hand their messages to each other without the
//! executor's queue in between, which costs more than the message itself.

use crate::branches::{Branches, Futures};
use crate::spot::{self, Inside, Spot};
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Rounds in one poll, after which other tasks of the executor get their turn. Those of others inside
/// count: if each had so many in each round of the one around it, a poll could take seconds.
const ROUNDS: usize = 128;

/// Runs several futures in one task until all are done, and gives their outputs.
///
/// Takes a tuple of up to eight futures, or a `Vec` of any number. The futures run interleaved, not
/// in parallel: one that computes for long holds up the others.
///
/// # Panics
/// If one of the futures panics: at once, and the others are dropped. Roles among them count as
/// cancelled.
///
/// # Cancel safety
/// As that of the futures: dropping this one drops them.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let (sender, receiver) = tokio::sync::oneshot::channel();
/// let (got, sent) = chor_runtime::together((receiver, async { sender.send(1) })).await;
/// assert_eq!((got, sent), (Ok(1), Ok(())));
/// # }
/// ```
pub fn together<F: Futures>(futures: F) -> Together<F::Branches> {
    Together::new(futures.start())
}

/// The future of [`together`].
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Together<B> {
    branches: B,
    live: usize,
    polling: Polling,
}

impl<B: Branches> Together<B> {
    pub(crate) fn new(branches: B) -> Self {
        let live = branches.count();
        Self { branches, live, polling: Polling::new(live) }
    }
}

impl<B: Branches> Future for Together<B> {
    type Output = B::Outputs;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Outputs> {
        let Self { branches, live, polling } = &mut *self;
        if *live == 0 {
            return Poll::Ready(branches.outputs());
        }
        let ended = polling.poll(cx, |index, cx| {
            *live -= usize::from(branches.poll_branch(index, cx));
            if *live == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        ended.map(|()| branches.outputs())
    }
}

/// Polls those of several branches that were woken, until one of them ends it.
#[derive(Debug)]
pub(crate) struct Polling {
    ready: Arc<Ready>,
    wakers: Vec<Waker>,
}

impl Polling {
    pub(crate) fn new(count: usize) -> Self {
        let ready = Arc::new(Ready::all(count));
        let waker = |index| Waker::from(Arc::new(Branch { ready: Arc::clone(&ready), index }));
        let wakers = (0..count).map(waker).collect();
        Self { ready, wakers }
    }

    pub(crate) fn poll<B>(
        &self,
        cx: &mut Context<'_>,
        mut poll: impl FnMut(usize, &mut Context<'_>) -> ControlFlow<B>,
    ) -> Poll<B> {
        self.ready.enter(cx.waker());
        let _inside = Inside::enter(self.ready.id);
        loop {
            if let ControlFlow::Break(end) = self.poll_round(&mut poll) {
                return Poll::Ready(end);
            }
            if !self.ready.any() && self.ready.leave() {
                return Poll::Pending;
            }
            if spot::count_round() >= ROUNDS {
                break;
            }
        }
        // Still busy: let others have their turn.
        self.ready.leave_busy();
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Polls each branch that was woken once.
    #[inline]
    fn poll_round<B>(
        &self,
        poll: &mut impl FnMut(usize, &mut Context<'_>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        for word in 0..self.ready.words.len() {
            let mut bits = self.ready.take(word);
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let waker = &self.wakers[index];
                Spot::enter(index, waker);
                poll(index, &mut Context::from_waker(waker))?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// Which branches were woken, and whom to wake for them.
#[derive(Debug)]
struct Ready {
    /// A bit for each branch.
    words: Vec<AtomicU64>,
    /// The branches are being polled: who wakes one need not wake the task.
    polling: AtomicBool,
    task: Mutex<Option<Waker>>,
    /// Tells this from all others of the process; 0 if it has too many branches for a [`Spot`].
    id: u64,
}

impl Ready {
    fn all(count: usize) -> Self {
        static IDS: AtomicU64 = AtomicU64::new(1);
        let word = |first: usize| match count - first {
            rest @ 0..64 => (1 << rest) - 1,
            _ => u64::MAX,
        };
        let words = (0..count).step_by(64).map(|first| AtomicU64::new(word(first))).collect();
        let id = if count > 64 { 0 } else { IDS.fetch_add(1, Ordering::Relaxed) };
        Self { words, polling: AtomicBool::new(false), task: Mutex::new(None), id }
    }

    fn enter(&self, waker: &Waker) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        let known = task.as_ref().is_some_and(|task| task.will_wake(waker));
        let earlier = if known { None } else { task.replace(waker.clone()) };
        drop(task);
        drop(earlier);
        self.polling.store(true, Ordering::SeqCst);
    }

    /// Takes the branches of a word that were woken, from wherever.
    #[inline]
    fn take(&self, word: usize) -> u64 {
        let here = if word == 0 { spot::take_woken() } else { 0 };
        // A load is much cheaper than a swap, and often there is nothing to take.
        match self.words[word].load(Ordering::SeqCst) {
            0 => here,
            _ => here | self.words[word].swap(0, Ordering::SeqCst),
        }
    }

    #[inline]
    fn any(&self) -> bool {
        spot::any_woken() || self.words.iter().any(|word| word.load(Ordering::SeqCst) != 0)
    }

    /// Ends polling, unless a branch was woken meanwhile: either this sees its bit, or its waker
    /// sees that nobody polls and wakes the task.
    fn leave(&self) -> bool {
        self.polling.store(false, Ordering::SeqCst);
        let idle = !self.any();
        self.polling.store(!idle, Ordering::SeqCst);
        idle
    }

    /// Ends polling although branches were woken.
    fn leave_busy(&self) {
        if let Some(word) = self.words.first() {
            word.fetch_or(spot::take_woken(), Ordering::SeqCst);
        }
        self.polling.store(false, Ordering::SeqCst);
    }
}

/// The waker of one branch.
struct Branch {
    ready: Arc<Ready>,
    index: usize,
}

impl Wake for Branch {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let Ready { words, polling, task, .. } = &*self.ready;
        words[self.index / 64].fetch_or(1 << (self.index % 64), Ordering::SeqCst);
        if !polling.load(Ordering::SeqCst) {
            let task = task.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(task) = task {
                task.wake();
            }
        }
    }
}
