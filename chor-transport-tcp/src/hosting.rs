//! What a node knows: the sessions in which it takes part, and what it serves.
//!
//! Knows who comes and whether they may; deliberately not how a role runs.

mod inviting;
mod telling;

use crate::channel::Channel;
use crate::dial::Links;
use crate::error::LinkError;
use crate::frame::Open;
use crate::instead::Instead;
use crate::link::{Host, Link};
use crate::meeting::Meeting;
use crate::options::Options;
use crate::security::Security;
use crate::session::Tcp;
use crate::silent::Silent;
use crate::way::Way;
use chor_runtime::{Codec, Reason};
pub use inviting::Invited;
pub(crate) use inviting::Version;
use inviting::sizes_of;
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::Waker;
use telling::Telling;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep};

/// Channels that may wait for the invitation to their session, and sessions that may wait for channels
/// after their end.
const MAX_EARLY: usize = 4096;

/// A session and the number of a role that is played here.
type Key = ([u8; 16], usize);

pub(crate) struct Hosting<D> {
    own: Weak<Self>,
    pub(crate) codec: D,
    pub(crate) options: Options,
    pub(crate) runtime: Handle,
    pub(crate) links: Arc<Links>,
    pub(crate) silent: Silent,
    state: Mutex<State<D>>,
    closing: AtomicBool,
    /// A session has ended.
    left: Notify,
    pub(crate) telling: Arc<Telling>,
    instead: Instead,
    listening: Mutex<Option<AbortHandle>>,
}

/// Who has come to a session that is not known yet.
type Early = Vec<(Arc<Channel>, Open)>;

struct State<D> {
    served: BTreeMap<(String, usize), Vec<Version<D>>>,
    meetings: HashMap<Key, Arc<Meeting>>,
    early: HashMap<Key, Early>,
    /// Those that have ended before all others had come: these are still to be told how.
    ended: HashMap<Key, Arc<Meeting>>,
    /// How many participants both of the former have.
    participants: usize,
    /// The one between fixed addresses, if there is one: no other is public.
    public: Option<Key>,
}

impl<D> State<D> {
    /// The session that a peer means, if it is known here. The one between fixed addresses is the only
    /// one of its process, whomever a peer takes this participant for.
    fn meant(&self, key: &Key) -> Option<&Arc<Meeting>> {
        let find = |key| self.meetings.get(key).or_else(|| self.ended.get(key));
        let public = || self.public.as_ref().filter(|public| public.0 == key.0);
        find(key).or_else(|| find(public()?))
    }
}

impl<D: Codec + Clone + 'static> Hosting<D> {
    pub(crate) fn new(security: Security, codec: D, options: Options) -> Arc<Self> {
        Arc::new_cyclic(|own: &Weak<Self>| {
            let host: Weak<dyn Host> = Weak::<Self>::clone(own);
            let runtime = Handle::current();
            let name = codec.name().to_owned();
            let links = Links::new(host, security, name, options.clone(), runtime.clone());
            let state = State {
                served: BTreeMap::new(),
                meetings: HashMap::new(),
                early: HashMap::new(),
                ended: HashMap::new(),
                participants: 0,
                public: None,
            };
            Self {
                own: Weak::clone(own),
                codec,
                options,
                runtime,
                links: Arc::new(links),
                silent: Silent::default(),
                state: Mutex::new(state),
                closing: AtomicBool::new(false),
                left: Notify::new(),
                telling: Arc::default(),
                instead: Instead::default(),
                listening: Mutex::default(),
            }
        })
    }

    fn state(&self) -> MutexGuard<'_, State<D>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Serves a role of a choreography. Several versions of one may be served: the digest decides.
    pub(crate) fn serve(&self, choreography: &str, place: usize, version: Version<D>) {
        let mut state = self.state();
        let versions = state.served.entry((choreography.to_owned(), place)).or_default();
        versions.retain(|known| known.digest != version.digest);
        versions.push(version);
    }

    /// This node takes part in a session, in this role.
    pub(crate) fn enter(
        self: &Arc<Self>,
        meeting: Meeting,
        ways: Vec<(usize, Way)>,
        invitation: Option<Vec<String>>,
    ) -> Tcp<D> {
        let meeting = Arc::new(meeting);
        // Its number is new: nobody else has begun it.
        for (channel, open) in self.register(&meeting).unwrap_or_default() {
            meet(&meeting, &channel, &open);
        }
        self.end_of(meeting, ways, invitation)
    }

    /// Whoever comes from now on comes to this meeting, and who has come before is given; unless there is
    /// one of the session and the role already.
    fn register(&self, meeting: &Arc<Meeting>) -> Result<Early, Arc<Meeting>> {
        let key = (meeting.session, meeting.place);
        let mut state = self.state();
        if let Some(known) = state.meetings.get(&key) {
            return Err(Arc::clone(known));
        }
        if meeting.public {
            state.public = Some(key);
        }
        state.participants += meeting.participants();
        state.meetings.insert(key, Arc::clone(meeting));
        Ok(state.early.remove(&key).unwrap_or_default())
    }

    fn end_of(
        self: &Arc<Self>,
        meeting: Arc<Meeting>,
        ways: Vec<(usize, Way)>,
        invitation: Option<Vec<String>>,
    ) -> Tcp<D> {
        let host: Arc<dyn Host> = Arc::<Self>::clone(self);
        let (codec, limit) = (self.codec.clone(), self.options.handshake);
        Tcp::new(meeting, codec, limit, ways, invitation).hosted(host)
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Takes part in nothing new from now on.
    pub(crate) fn close(&self) {
        self.closing.store(true, Ordering::SeqCst);
        self.silent.clear();
        self.stop_listening();
    }

    pub(crate) fn listens(&self, task: AbortHandle) {
        *self.listening.lock().unwrap_or_else(PoisonError::into_inner) = Some(task);
    }

    fn stop_listening(&self) {
        let listening = self.listening.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(listening) = listening {
            listening.abort();
        }
    }

    /// Ends all sessions, and all links.
    pub(crate) fn cut(&self) {
        let meetings: Vec<_> = self.state().meetings.values().cloned().collect();
        for meeting in meetings {
            meeting.give_up(Reason::Lost("its node was shut down".to_owned()));
        }
        self.links.cut();
    }

    pub(crate) fn sessions(&self) -> usize {
        self.state().meetings.len()
    }

    /// Waits until no session is under way.
    pub(crate) async fn idle(&self) {
        loop {
            let left = self.left.notified();
            if self.sessions() == 0 {
                return;
            }
            left.await;
        }
    }

    /// What is to become of a channel that a peer has opened.
    fn admit(self: &Arc<Self>, channel: &Arc<Channel>, open: Open) -> Result<(), String> {
        let key = (open.session, open.to as usize);
        let mut state = self.state();
        if let Some(meeting) = state.meant(&key).cloned() {
            drop(state);
            return meeting.arrived(channel, &open);
        }
        if let Some(addresses) = &open.invitation {
            let version = self.invited(&state, &open, addresses)?;
            drop(state);
            let sizes = sizes_of(&open)?;
            let opener = channel.link.vet(version.protocol, sizes.role_of(open.from as usize));
            opener.map_err(|denied| denied.to_string())?;
            return self.start(&version, channel, &open, sizes);
        }
        let early: usize = state.early.values().map(Vec::len).sum();
        if early >= MAX_EARLY || self.is_closing() {
            return Err("its session is not known here".to_owned());
        }
        // Only who is who matters later, and a name may be long.
        let open = Open { choreography: String::new(), ..open };
        state.early.entry(key).or_default().push((Arc::clone(channel), open));
        drop(state);
        self.expire(key);
        Ok(())
    }

    /// The way to an address.
    pub(crate) fn dial(self: &Arc<Self>, address: &str, again_until: Option<Instant>) -> Way {
        let (own, address) = (Arc::clone(self), address.to_owned());
        Way::Dial(Box::pin(async move { own.links.to(&address, again_until).await }))
    }

    /// Whoever was invited over this link may be waited for by others.
    fn lose_behind(&self, link: &Link, error: LinkError) {
        let (own, link) = (Weak::clone(&self.own), std::ptr::from_ref(link).addr());
        // In a task of its own: what is said is written to other links, and this one is being read.
        self.runtime.spawn(async move {
            let Some(own) = own.upgrade() else { return };
            let opened = |meeting: &&Arc<Meeting>| meeting.is_opener(meeting.place);
            let meetings: Vec<_> = own.state().meetings.values().filter(opened).cloned().collect();
            for meeting in meetings {
                meeting.lose_behind(link, &error);
            }
        });
    }

    /// Refuses early channels whose session didn't come, and forgets one that has ended: who comes
    /// later than that has given up.
    fn expire(&self, key: Key) {
        let (own, limit) = (Weak::clone(&self.own), self.options.handshake);
        self.runtime.spawn(async move {
            sleep(limit).await;
            let Some(own) = own.upgrade() else { return };
            let mut state = own.state();
            let (early, ended) = (state.early.remove(&key), state.ended.remove(&key));
            state.participants -= ended.as_ref().map_or(0, |ended| ended.participants());
            drop(state);
            drop(ended);
            for (channel, _) in early.into_iter().flatten() {
                channel.link.refuse(channel.id, "nobody has invited it to its session");
            }
        });
    }
}

fn meet(meeting: &Meeting, channel: &Arc<Channel>, open: &Open) {
    if let Err(reason) = meeting.arrived(channel, open) {
        channel.link.refuse(channel.id, &reason);
    }
}

impl<D: Codec + Clone + 'static> Host for Hosting<D> {
    fn opened(&self, channel: Arc<Channel>, open: Open) {
        let Some(own) = self.own.upgrade() else { return };
        if let Err(reason) = own.admit(&channel, open) {
            own.instead.refused(&channel.link, &reason);
            channel.link.refuse(channel.id, &reason);
        }
    }

    fn lost(&self, link: &Link) -> Option<Waker> {
        self.instead.lost(link);
        if self.links.lost(link)
            && let Some(error) = link.over()
        {
            self.lose_behind(link, error);
        }
        None
    }

    fn is_silent(&self, address: &str) -> bool {
        self.silent.has(&self.links, address)
    }

    fn add_silent(&self, address: &str) {
        if !self.is_closing() {
            self.silent.add(&self.links, address, &self.options, &self.runtime);
        }
    }

    fn came_instead(&self) -> Option<String> {
        self.instead.last()
    }

    fn left(&self, meeting: &Arc<Meeting>) {
        let key = (meeting.session, meeting.place);
        let mut state = self.state();
        state.meetings.remove(&key);
        let expected = meeting.may_be_joined() && state.ended.len() < MAX_EARLY;
        let forgotten = if expected {
            state.ended.insert(key, Arc::clone(meeting))
        } else {
            Some(Arc::clone(meeting))
        };
        state.participants -= forgotten.map_or(0, |meeting| meeting.participants());
        drop(state);
        if expected {
            self.expire(key);
        }
        self.left.notify_waiters();
    }
}

impl<D> Drop for Hosting<D> {
    fn drop(&mut self) {
        if let Some(listening) = self.listening.get_mut().ok().and_then(Option::take) {
            listening.abort();
        }
        self.links.release();
    }
}
