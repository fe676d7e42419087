//! Several futures in one task, each polled only when it was woken.
//!
//! The roles of a session that are played together hand their messages to each other without the
//! executor's queue in between, which costs more than the message itself.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

/// Rounds in one poll, after which other tasks of the executor get their turn.
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

/// What [`together`] takes: a tuple or a `Vec` of futures.
pub trait Futures {
    /// The futures, ready to be polled.
    #[doc(hidden)]
    type Branches: Branches;

    #[doc(hidden)]
    fn start(self) -> Self::Branches;
}

/// The future of [`together`].
#[derive(Debug)]
#[must_use = "futures do nothing unless they are awaited"]
pub struct Together<B> {
    branches: B,
    live: usize,
    ready: Arc<Ready>,
    wakers: Vec<Waker>,
}

impl<B: Branches> Together<B> {
    pub(crate) fn new(branches: B) -> Self {
        let live = branches.count();
        let ready = Arc::new(Ready::all(live));
        let waker = |index| Waker::from(Arc::new(Branch { ready: Arc::clone(&ready), index }));
        let wakers = (0..live).map(waker).collect();
        Self { branches, live, ready, wakers }
    }

    /// Polls each branch that was woken once.
    fn poll_round(&mut self) {
        for word in 0..self.ready.words.len() {
            let mut bits = self.ready.words[word].swap(0, Ordering::AcqRel);
            while bits != 0 {
                let index = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let mut cx = Context::from_waker(&self.wakers[index]);
                if self.branches.poll_branch(index, &mut cx) {
                    self.live -= 1;
                }
            }
        }
    }
}

impl<B: Branches> Future for Together<B> {
    type Output = B::Outputs;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<B::Outputs> {
        let this = &mut *self;
        this.ready.enter(cx.waker());
        for _ in 0..ROUNDS {
            this.poll_round();
            if this.live == 0 {
                return Poll::Ready(this.branches.outputs());
            }
            if !this.ready.any() && this.ready.leave() {
                return Poll::Pending;
            }
        }
        // Still busy: let others have their turn.
        this.ready.polling.store(false, Ordering::SeqCst);
        cx.waker().wake_by_ref();
        Poll::Pending
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
}

impl Ready {
    fn all(count: usize) -> Self {
        let word = |first: usize| match count - first {
            rest @ 0..64 => (1 << rest) - 1,
            _ => u64::MAX,
        };
        let words = (0..count).step_by(64).map(|first| AtomicU64::new(word(first))).collect();
        Self { words, polling: AtomicBool::new(false), task: Mutex::new(None) }
    }

    fn enter(&self, waker: &Waker) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        if !task.as_ref().is_some_and(|task| task.will_wake(waker)) {
            *task = Some(waker.clone());
        }
        drop(task);
        self.polling.store(true, Ordering::SeqCst);
    }

    fn any(&self) -> bool {
        self.words.iter().any(|word| word.load(Ordering::SeqCst) != 0)
    }

    /// Ends polling, unless a branch was woken meanwhile: either this sees its bit, or its waker
    /// sees that nobody polls and wakes the task.
    fn leave(&self) -> bool {
        self.polling.store(false, Ordering::SeqCst);
        let idle = !self.any();
        self.polling.store(!idle, Ordering::SeqCst);
        idle
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
        let Ready { words, polling, task } = &*self.ready;
        words[self.index / 64].fetch_or(1 << (self.index % 64), Ordering::SeqCst);
        if !polling.load(Ordering::SeqCst) {
            let task = task.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(task) = task {
                task.wake();
            }
        }
    }
}

/// Futures with numbers, polled one by one.
pub trait Branches: Unpin {
    /// Their outputs.
    type Outputs;

    /// How many they are.
    fn count(&self) -> usize;

    /// Polls one, unless it is done; whether this finished it.
    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool;

    /// The outputs, when all are done.
    ///
    /// # Panics
    /// If one is not done, or they have been taken.
    fn outputs(&mut self) -> Self::Outputs;
}

/// No futures, or no more.
impl Branches for () {
    type Outputs = ();

    fn count(&self) -> usize {
        0
    }

    fn poll_branch(&mut self, _: usize, _: &mut Context<'_>) -> bool {
        false
    }

    fn outputs(&mut self) {}
}

/// A future and those after it.
pub struct Running<F: Future, R> {
    first: Slot<F>,
    rest: R,
}

impl<F: Future, R> Running<F, R> {
    pub(crate) fn new(first: F, rest: R) -> Self {
        Self { first: Slot::new(first), rest }
    }
}

impl<F: Future, R: Branches> Branches for Running<F, R> {
    type Outputs = (F::Output, R::Outputs);

    fn count(&self) -> usize {
        1 + self.rest.count()
    }

    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        match index {
            0 => self.first.poll(cx),
            _ => self.rest.poll_branch(index - 1, cx),
        }
    }

    fn outputs(&mut self) -> Self::Outputs {
        (self.first.take(), self.rest.outputs())
    }
}

/// The branches of a `Vec` of futures.
pub struct Several<F: Future>(Vec<Slot<F>>);

impl<F: Future> Branches for Several<F> {
    type Outputs = Vec<F::Output>;

    fn count(&self) -> usize {
        self.0.len()
    }

    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        self.0[index].poll(cx)
    }

    fn outputs(&mut self) -> Self::Outputs {
        self.0.iter_mut().map(Slot::take).collect()
    }
}

impl<F: Future> Futures for Vec<F> {
    type Branches = Several<F>;

    fn start(self) -> Self::Branches {
        Several(self.into_iter().map(Slot::new).collect())
    }
}

/// The branches of a tuple of futures: nested pairs inside, a tuple outside.
#[derive(Debug)]
pub struct Tuple<B>(B);

impl<B: Branches<Outputs: Flatten>> Branches for Tuple<B> {
    type Outputs = <B::Outputs as Flatten>::Tuple;

    fn count(&self) -> usize {
        self.0.count()
    }

    fn poll_branch(&mut self, index: usize, cx: &mut Context<'_>) -> bool {
        self.0.poll_branch(index, cx)
    }

    fn outputs(&mut self) -> Self::Outputs {
        self.0.outputs().flatten()
    }
}

/// Nested pairs, which are a tuple.
pub trait Flatten {
    /// The tuple.
    type Tuple;

    /// As a tuple.
    fn flatten(self) -> Self::Tuple;
}

macro_rules! tuples {
    ($($($name:ident)+;)*) => {$(
        impl<$($name: Future),+> Futures for ($($name,)+) {
            type Branches = Tuple<tuples!(@type $($name)+)>;

            #[allow(non_snake_case)] // each variable is named for its type
            fn start(self) -> Self::Branches {
                let ($($name,)+) = self;
                Tuple(tuples!(@start $($name)+))
            }
        }

        impl<$($name),+> Flatten for tuples!(@pairs $($name)+) {
            type Tuple = ($($name,)+);

            #[allow(non_snake_case)] // each variable is named for its type
            fn flatten(self) -> Self::Tuple {
                let tuples!(@pairs $($name)+) = self;
                ($($name,)+)
            }
        }
    )*};
    (@type) => { () };
    (@type $first:ident $($rest:ident)*) => { Running<$first, tuples!(@type $($rest)*)> };
    (@start) => { () };
    (@start $first:ident $($rest:ident)*) => { Running::new($first, tuples!(@start $($rest)*)) };
    (@pairs) => { () };
    (@pairs $first:ident $($rest:ident)*) => { ($first, tuples!(@pairs $($rest)*)) };
}

tuples! {
    A;
    A B;
    A B C;
    A B C D;
    A B C D E;
    A B C D E F;
    A B C D E F G;
    A B C D E F G H;
}

/// One future, boxed: so it can be polled without pinning what holds it.
enum Slot<F: Future> {
    Running(Pin<Box<F>>),
    Done(F::Output),
    Taken,
}

// The future is pinned in its box, and nothing else is ever pinned.
impl<F: Future> Unpin for Slot<F> {}

impl<F: Future> Slot<F> {
    fn new(future: F) -> Self {
        Self::Running(Box::pin(future))
    }

    /// Whether this poll finished it.
    fn poll(&mut self, cx: &mut Context<'_>) -> bool {
        let Self::Running(future) = self else { return false };
        let Poll::Ready(output) = future.as_mut().poll(cx) else { return false };
        *self = Self::Done(output);
        true
    }

    fn take(&mut self) -> F::Output {
        match std::mem::replace(self, Self::Taken) {
            Self::Done(output) => output,
            Self::Running(_) | Self::Taken => unreachable!("polled again after it was ready"),
        }
    }
}
