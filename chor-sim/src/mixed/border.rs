//! The sessions in which the real roles of a run are played: a list of transports of any types, as
//! nested pairs.
//!
//! Knows how a message is handed to a transport and taken from it; deliberately not when.

use chor_runtime::{Address, End, Fault, Lane, Message, Protocol, Transport};
use std::pin::Pin;
use std::sync::Arc;

/// Hands one message over to a transport.
pub(crate) type Leave = Pin<Box<dyn Future<Output = Result<(), Box<Fault>>> + Send>>;

/// Takes one message from a transport.
pub(crate) type Arrive<M> = Pin<Box<dyn Future<Output = Result<M, Box<Fault>>> + Send>>;

/// Waits until a session may begin.
pub(crate) type Start = Pin<Box<dyn Future<Output = Result<(), (usize, Box<Fault>)>> + Send>>;

/// A session with real roles: their names, and the ends of all others.
pub struct Border<T> {
    roles: Vec<String>,
    ends: Vec<Arc<T>>,
}

impl<T: Transport> Border<T> {
    pub(crate) fn new(roles: &[&str], ends: impl IntoIterator<Item = T>) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        Self { roles, ends: ends.into_iter().map(Arc::new).collect() }
    }

    fn end(&self, place: usize) -> Option<&Arc<T>> {
        self.ends.iter().find(|end| end.place() == place)
    }
}

/// All sessions of a run in which real roles are played.
pub trait Borders: Send + Sync + 'static {
    /// How many sessions there are.
    #[doc(hidden)]
    const COUNT: usize;

    /// The real roles of a session, and the places and participants of its ends.
    #[doc(hidden)]
    fn describe(&self, session: usize) -> (Vec<String>, Vec<(usize, usize)>);

    /// How many participants play each role, as each end of a session says.
    #[doc(hidden)]
    fn sizes(&self, session: usize, roles: usize) -> Vec<Vec<usize>>;

    /// What hands a message of the participant `me` over in a session.
    #[doc(hidden)]
    fn leave<M: Message>(
        &self,
        session: usize,
        me: usize,
        to: &Address,
        message: &M,
    ) -> Result<Leave, Box<Fault>>;

    /// What takes a message for the participant `me` in a session.
    #[doc(hidden)]
    fn arrive<M: Message>(&self, session: usize, me: usize, from: &Address) -> Arrive<M>;

    #[doc(hidden)]
    fn open(
        &self,
        session: usize,
        me: usize,
        protocol: &'static Protocol,
    ) -> Result<(), Box<Fault>>;

    #[doc(hidden)]
    fn start(&self, session: usize, me: usize, protocol: &'static Protocol) -> Start;

    #[doc(hidden)]
    fn flush(&self, me: usize);

    /// Begins a round at all ends of `me`; whether all have rounds.
    #[doc(hidden)]
    fn begin_round(&self, me: usize, from: Lane, root: u64) -> bool;

    #[doc(hidden)]
    fn discard(&self, me: usize, lanes: &[Lane]);

    /// How many messages were dropped at all ends of `me`.
    #[doc(hidden)]
    fn discarded(&self, me: usize) -> u64;

    #[doc(hidden)]
    fn close(&self, session: usize, me: usize, end: End);
}

/// No session, or no more: what has no number that belongs to one is never asked for.
impl Borders for () {
    const COUNT: usize = 0;

    fn describe(&self, _: usize) -> (Vec<String>, Vec<(usize, usize)>) {
        (Vec::new(), Vec::new())
    }

    fn sizes(&self, _: usize, _: usize) -> Vec<Vec<usize>> {
        Vec::new()
    }

    fn leave<M: Message>(
        &self,
        _: usize,
        _: usize,
        _: &Address,
        _: &M,
    ) -> Result<Leave, Box<Fault>> {
        Err(nowhere().into())
    }

    fn arrive<M: Message>(&self, _: usize, _: usize, _: &Address) -> Arrive<M> {
        Box::pin(async { Err(nowhere().into()) })
    }

    fn open(&self, _: usize, _: usize, _: &'static Protocol) -> Result<(), Box<Fault>> {
        Ok(())
    }

    fn start(&self, _: usize, _: usize, _: &'static Protocol) -> Start {
        Box::pin(async { Ok(()) })
    }

    fn flush(&self, _: usize) {}

    fn begin_round(&self, _: usize, _: Lane, _: u64) -> bool {
        true
    }

    fn discard(&self, _: usize, _: &[Lane]) {}

    fn discarded(&self, _: usize) -> u64 {
        0
    }

    fn close(&self, _: usize, _: usize, _: End) {}
}

/// The first session is the last in the list: so numbers stay when another one is added.
impl<T: Transport + 'static, R: Borders> Borders for (Border<T>, R) {
    const COUNT: usize = R::COUNT + 1;

    fn describe(&self, session: usize) -> (Vec<String>, Vec<(usize, usize)>) {
        if session < R::COUNT {
            return self.1.describe(session);
        }
        let ends = self.0.ends.iter().map(|end| (end.place(), end.participants())).collect();
        (self.0.roles.clone(), ends)
    }

    fn sizes(&self, session: usize, roles: usize) -> Vec<Vec<usize>> {
        if session < R::COUNT {
            return self.1.sizes(session, roles);
        }
        let sizes = |end: &Arc<T>| (0..roles).map(|role| end.members(role)).collect();
        self.0.ends.iter().map(sizes).collect()
    }

    fn leave<M: Message>(
        &self,
        session: usize,
        me: usize,
        to: &Address,
        message: &M,
    ) -> Result<Leave, Box<Fault>> {
        if session < R::COUNT {
            return self.1.leave(session, me, to, message);
        }
        let (end, to) = (self.0.end(me).cloned().ok_or_else(nowhere)?, *to);
        let parcel = end.pack_ref(message)?;
        Ok(Box::pin(async move {
            end.send::<M>(&to, parcel).await?;
            // Nobody knows here whether there will be more.
            end.flush();
            Ok(())
        }))
    }

    fn arrive<M: Message>(&self, session: usize, me: usize, from: &Address) -> Arrive<M> {
        if session < R::COUNT {
            return self.1.arrive(session, me, from);
        }
        let (end, from) = (self.0.end(me).cloned(), *from);
        Box::pin(async move { end.ok_or_else(nowhere)?.recv(&from).await })
    }

    fn open(
        &self,
        session: usize,
        me: usize,
        protocol: &'static Protocol,
    ) -> Result<(), Box<Fault>> {
        if session < R::COUNT {
            return self.1.open(session, me, protocol);
        }
        self.0.end(me).map_or(Ok(()), |end| end.open(protocol))
    }

    fn start(&self, session: usize, me: usize, protocol: &'static Protocol) -> Start {
        if session < R::COUNT {
            return self.1.start(session, me, protocol);
        }
        let end = self.0.end(me).cloned();
        Box::pin(async move {
            match end {
                Some(end) => end.start(protocol).await,
                None => Ok(()),
            }
        })
    }

    fn flush(&self, me: usize) {
        if let Some(end) = self.0.end(me) {
            end.flush();
        }
        self.1.flush(me);
    }

    fn begin_round(&self, me: usize, from: Lane, root: u64) -> bool {
        let own = self.0.end(me).is_none_or(|end| end.begin_round(from, root).is_some());
        self.1.begin_round(me, from, root) && own
    }

    fn discard(&self, me: usize, lanes: &[Lane]) {
        if let Some(end) = self.0.end(me) {
            end.discard(lanes);
        }
        self.1.discard(me, lanes);
    }

    fn discarded(&self, me: usize) -> u64 {
        self.0.end(me).map_or(0, |end| end.discarded()) + self.1.discarded(me)
    }

    fn close(&self, session: usize, me: usize, end: End) {
        if session < R::COUNT {
            return self.1.close(session, me, end);
        }
        if let Some(own) = self.0.end(me) {
            own.close(end);
        }
    }
}

fn nowhere() -> Fault {
    Fault::Link("the role has no end of this session".into())
}
