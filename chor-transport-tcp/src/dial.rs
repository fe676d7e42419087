//! Connections: made, accepted, and kept, one link to each address.

use crate::driver::Driver;
use crate::error::LinkError;
use crate::link::{Host, Link};
use crate::options::Options;
use crate::security::{Security, unreached};
use crate::stream::Connection;
use std::collections::HashMap;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep, timeout_at};

/// How long to wait before a peer that isn't there yet is dialled again.
const AGAIN: Duration = Duration::from_millis(20);

/// All links of a node.
pub(crate) struct Links {
    host: Weak<dyn Host>,
    pub(crate) security: Security,
    codec: String,
    options: Options,
    runtime: Handle,
    /// Those that this node has dialled, by address. Behind a lock of its own, so that one address is
    /// dialled once at a time.
    dialled: Mutex<HashMap<String, Arc<Dialled>>>,
    /// All that are not over, by where they are in memory.
    live: Mutex<HashMap<usize, Arc<Link>>>,
    changed: Notify,
    /// How many were over before their peers had said that they have all that was sent.
    unsure: AtomicUsize,
    closed: AtomicBool,
}

type Dialled = tokio::sync::Mutex<Option<Arc<Link>>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Links {
    pub(crate) fn new(
        host: Weak<dyn Host>,
        security: Security,
        codec: String,
        options: Options,
        runtime: Handle,
    ) -> Self {
        let (dialled, live) = (Mutex::default(), Mutex::default());
        Self {
            host,
            security,
            codec,
            options,
            runtime,
            dialled,
            live,
            changed: Notify::new(),
            unsure: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// The link to an address, dialled if there is none that lives. Tries again until a moment, if one
    /// is given.
    pub(crate) async fn to(
        &self,
        address: &str,
        again_until: Option<Instant>,
    ) -> Result<Arc<Link>, LinkError> {
        if self.closed.load(Ordering::SeqCst) {
            return Err(LinkError::Shutdown { peer: address.to_owned() });
        }
        let dialled = Arc::clone(lock(&self.dialled).entry(address.to_owned()).or_default());
        let known = dialled.lock().await.clone();
        if let Some(link) = known
            && lives(&link).await
        {
            return Ok(link);
        }
        let mut dialled = dialled.lock().await;
        // Another session may have dialled meanwhile.
        if let Some(link) = dialled.as_ref().filter(|link| link.over().is_none()) {
            return Ok(Arc::clone(link));
        }
        let stream = connect(self.security.target(address), again_until).await;
        let stream = stream.map_err(|error| unreached(address, error))?;
        let link = self.run(self.security.dialled(stream, address).await?);
        *dialled = Some(Arc::clone(&link));
        Ok(link)
    }

    #[cfg(test)]
    pub(crate) async fn keep(&self, address: &str, link: &Arc<Link>) {
        let dialled = Arc::clone(lock(&self.dialled).entry(address.to_owned()).or_default());
        *dialled.lock().await = Some(Arc::clone(link));
    }

    /// Whether there are too many links, with so many that are about to be there.
    pub(crate) fn is_full(&self, pending: usize) -> bool {
        let links = lock(&self.live).len() + pending;
        let full = links >= self.options.max_links;
        if full {
            tracing::warn!(target: "chor", links, "a connection is refused: too many links");
        }
        full
    }

    pub(crate) fn run(&self, connection: Connection) -> Arc<Link> {
        let Self { codec, options, host, .. } = self;
        let link = Link::new(connection, codec.clone(), options.clone(), Weak::clone(host));
        let identity = link.identity().map(tracing::field::display);
        tracing::debug!(target: "chor", peer = link.peer, identity, "a link is there");
        lock(&self.live).insert(Arc::as_ptr(&link).addr(), Arc::clone(&link));
        let _entered = self.runtime.enter();
        self.runtime.spawn(Driver::new(Arc::clone(&link)));
        if self.closed.load(Ordering::SeqCst) {
            link.fail(&LinkError::Shutdown { peer: link.peer.clone() });
        }
        link
    }

    /// A link is over; gives whether this end may have dialled it.
    pub(crate) fn lost(&self, link: &Link) -> bool {
        if link.is_unsure() {
            self.unsure.fetch_add(1, Ordering::SeqCst);
        }
        lock(&self.live).remove(&std::ptr::from_ref(link).addr());
        let mut all_dialled = lock(&self.dialled);
        let was_dialled = all_dialled.contains_key(&link.peer);
        all_dialled
            .retain(|address, dialled| *address != link.peer || Arc::strong_count(dialled) > 1);
        drop(all_dialled);
        self.changed.notify_waiters();
        was_dialled
    }

    /// Whether somebody has answered at an address, over a link that lives.
    pub(crate) fn answers(&self, address: &str) -> bool {
        let dialled = lock(&self.dialled).get(address).cloned();
        // Locked is what is being dialled.
        let link = dialled.and_then(|dialled| dialled.try_lock().ok()?.clone());
        link.is_some_and(|link| link.over().is_none() && link.has_greeted())
    }

    /// Waits until a link is over.
    pub(crate) async fn over(&self, link: &Link) {
        loop {
            let changed = self.changed.notified();
            if link.over().is_some() {
                return;
            }
            changed.await;
        }
    }

    /// Has all links say goodbye when their channels are gone.
    pub(crate) fn release(&self) {
        self.all().iter().for_each(|link| link.release());
    }

    /// Waits until all links are over.
    pub(crate) async fn gone(&self) {
        loop {
            let changed = self.changed.notified();
            if lock(&self.live).is_empty() {
                return;
            }
            changed.await;
        }
    }

    /// How many links were over before their peers had said that they have all that was sent.
    pub(crate) fn unsure(&self) -> usize {
        self.unsure.load(Ordering::SeqCst)
    }

    /// Ends all links at once, and makes no further ones.
    pub(crate) fn cut(&self) {
        self.closed.store(true, Ordering::SeqCst);
        for link in self.all() {
            link.fail(&LinkError::Shutdown { peer: link.peer.clone() });
        }
    }

    pub(crate) fn all(&self) -> Vec<Arc<Link>> {
        lock(&self.live).values().cloned().collect()
    }
}

/// Whether the peer has not hung up, as far as the system knows: the driver may not have had a turn to
/// notice. What a session has sent can't be taken back, so it has to be known before.
async fn lives(link: &Arc<Link>) -> bool {
    // The executor looks at its sockets.
    yield_now().await;
    link.look_for_all();
    link.over().is_none()
}

async fn connect(address: &str, again_until: Option<Instant>) -> io::Result<TcpStream> {
    loop {
        let error = match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => error,
        };
        match again_until {
            Some(until) if timeout_at(until, sleep(AGAIN)).await.is_ok() => {}
            _ => return Err(error),
        }
    }
}
