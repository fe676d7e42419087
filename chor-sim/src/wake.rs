//! Wakers of the roles' tasks, for whoever is no part of the session: timers, channels, other tasks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

/// Which roles were woken from outside, and whom to wake for them.
pub(crate) struct Woken {
    /// A bit for each role.
    words: Vec<AtomicU64>,
    /// The roles are being polled: who wakes one need not wake the driver.
    polling: AtomicBool,
    driver: Mutex<Option<Waker>>,
}

impl Woken {
    pub(crate) fn new(roles: usize) -> Arc<Self> {
        let words = (0..roles.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self { words, polling: AtomicBool::new(false), driver: Mutex::new(None) })
    }

    pub(crate) fn enter(&self, waker: &Waker) {
        let mut driver = self.driver.lock().unwrap_or_else(PoisonError::into_inner);
        let known = driver.as_ref().is_some_and(|known| known.will_wake(waker));
        let earlier = if known { None } else { driver.replace(waker.clone()) };
        drop(driver);
        drop(earlier);
        self.polling.store(true, Ordering::SeqCst);
    }

    /// Ends polling, unless a role was woken meanwhile: either this sees its bit, or its waker sees
    /// that nobody polls and wakes the driver.
    pub(crate) fn leave(&self) -> bool {
        self.polling.store(false, Ordering::SeqCst);
        let idle = self.words.iter().all(|word| word.load(Ordering::SeqCst) == 0);
        self.polling.store(!idle, Ordering::SeqCst);
        idle
    }

    /// Gives `ready` each role that was woken, in their order.
    pub(crate) fn take(&self, mut ready: impl FnMut(usize)) {
        for (index, word) in self.words.iter().enumerate() {
            if word.load(Ordering::SeqCst) != 0 {
                let mut bits = word.swap(0, Ordering::SeqCst);
                while bits != 0 {
                    ready(index * 64 + bits.trailing_zeros() as usize);
                    bits &= bits - 1;
                }
            }
        }
    }
}

/// The waker of one role's task.
pub(crate) struct RoleWaker {
    woken: Arc<Woken>,
    role: usize,
}

/// A role's waker, and how many others have it.
pub(crate) struct Watched {
    pub(crate) waker: Waker,
    counted: Arc<RoleWaker>,
}

impl Watched {
    /// What is here.
    const OWN: usize = 2;

    pub(crate) fn new(woken: &Arc<Woken>, role: usize) -> Self {
        let counted = Arc::new(RoleWaker { woken: Arc::clone(woken), role });
        Self { waker: Waker::from(Arc::clone(&counted)), counted }
    }

    /// Somebody may wake the role who is no part of the session.
    pub(crate) fn is_held(&self) -> bool {
        Arc::strong_count(&self.counted) > Self::OWN
    }
}

impl Wake for RoleWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let Woken { words, polling, driver } = &*self.woken;
        words[self.role / 64].fetch_or(1 << (self.role % 64), Ordering::SeqCst);
        if !polling.load(Ordering::SeqCst) {
            let driver = driver.lock().unwrap_or_else(PoisonError::into_inner).clone();
            if let Some(driver) = driver {
                driver.wake();
            }
        }
    }
}
