//! A simulated role's end of a mixed run: what concerns simulated roles stays inside, what concerns
//! real ones passes a border.

use super::border::{Arrive, Borders};
use crate::end::{End, Shared};
use crate::session::{Progress, Session};
use chor_runtime::{
    Address, End as Ending, Fault, Lane, Message, Place, Protocol, Site, Transport, together,
};
use std::fmt::Debug;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

/// The borders, and where each role is played.
pub(crate) struct Map<B> {
    pub(crate) borders: B,
    /// By participant: the session in which it is played, if it is real.
    pub(crate) sessions: Vec<Option<usize>>,
}

impl<B> Map<B> {
    /// The real roles that are played in another session than this one, whose first real role is `me`.
    pub(crate) fn absent(&self, session: usize, me: usize) -> Vec<usize> {
        let real = |role: &usize| self.sessions[*role];
        let roles = 0..self.sessions.len();
        if roles.clone().find(|role| real(role) == Some(session)) != Some(me) {
            return Vec::new();
        }
        roles.filter(|role| real(role).is_some_and(|it| it != session)).collect()
    }
}

/// A simulated role's end.
pub(crate) struct MixedEnd<B> {
    inside: End,
    map: Arc<Map<B>>,
}

impl<B: Borders> MixedEnd<B> {
    pub(crate) fn new(shared: &Shared, map: &Arc<Map<B>>, place: usize) -> Self {
        let inside = End::new(shared, place, map.sessions.len());
        Self { inside, map: Arc::clone(map) }
    }

    fn session(&self, peer: usize) -> Option<usize> {
        self.map.sessions.get(peer).copied().flatten()
    }

    /// What a fault of a real role means inside, with which also it is noted.
    fn fail(&self, peer: usize, place: Place, fault: Fault) -> Fault {
        self.inside.shared.with(|session| session.fail(peer, place, fault))
    }
}

impl<B: Borders> Transport for MixedEnd<B> {
    const WATCHES: bool = true;
    type Parcel<M: Message> = M;

    fn place(&self) -> usize {
        self.inside.place()
    }

    fn participants(&self) -> usize {
        self.inside.participants()
    }

    fn members(&self, role: usize) -> usize {
        self.inside.members(role)
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        self.inside.open(protocol)?;
        (0..B::COUNT).try_for_each(|session| self.map.borders.open(session, self.place(), protocol))
    }

    async fn start(&self, protocol: &'static Protocol) -> Result<(), (usize, Box<Fault>)> {
        let start = |session| self.map.borders.start(session, self.place(), protocol);
        let started = together((0..B::COUNT).map(start).collect::<Vec<_>>()).await;
        let started: Result<Vec<()>, _> = started.into_iter().collect();
        started.map(drop).map_err(|(peer, fault)| match self.session(peer) {
            Some(_) => (peer, self.fail(peer, Place::default(), *fault).into()),
            None => (peer, fault),
        })
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Box<Fault>> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Box<Fault>> {
        Ok(message.clone())
    }

    async fn send<M: Message>(&self, to: &Address, message: M) -> Result<(), Box<Fault>> {
        let Some(session) = self.session(to.peer) else {
            return self.inside.send(to, message).await;
        };
        let mut leave = Some(self.map.borders.leave(session, self.place(), to, &message)?);
        // Taken once, with the message.
        self.inside.send_as(to, message, move |_| leave.take()).await
    }

    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send {
        let session = self.session(from.peer);
        let mut arrive =
            session.map(|session| self.map.borders.arrive::<M>(session, self.place(), from));
        let mut receiving = (Progress::New, None);
        poll_fn(move |cx| {
            loop {
                let (progress, spare) = &mut receiving;
                let taken = self
                    .inside
                    .shared
                    .with(|session| session.recv(self.place(), from, spare, progress, cx.waker()));
                if taken.is_ready() || !self.lacks(from) {
                    return taken;
                }
                match ready!(poll_once(&mut arrive, cx)) {
                    Ok(value) => {
                        let arrive =
                            |session: &mut Session| session.arrive(self.place(), from, value);
                        self.inside.shared.with(arrive);
                    }
                    Err(fault) => {
                        return Poll::Ready(Err(self
                            .fail(from.peer, Place::of(from.step), *fault)
                            .into()));
                    }
                }
            }
        })
    }

    /// Counted alike on both sides of the border.
    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        let lane = self.inside.begin_round(from, root);
        lane.filter(|_| self.map.borders.begin_round(self.place(), from, root))
    }

    fn discard(&self, lanes: &[Lane]) {
        self.inside.discard(lanes);
        self.map.borders.discard(self.place(), lanes);
    }

    fn discarded(&self) -> u64 {
        self.inside.discarded() + self.map.borders.discarded(self.place())
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        self.inside.sleep(duration)
    }

    fn flush(&self) {
        self.map.borders.flush(self.place());
    }

    fn agreed(&self, site: &'static Site, among: &[usize], lane: Lane, value: &dyn Debug) {
        self.inside.agreed(site, among, lane, value);
    }

    fn close(&self, end: Ending) {
        // The stand-ins tell the real roles, when all that was sent before has left.
        self.inside.close(end);
    }
}

impl<B: Borders> MixedEnd<B> {
    fn lacks(&self, from: &Address) -> bool {
        self.inside.shared.with(|session| session.lacks(self.place(), from))
    }
}

/// Polls a message's arrival until it has arrived, and never again.
fn poll_once<M>(
    arrive: &mut Option<Arrive<M>>,
    cx: &mut Context<'_>,
) -> Poll<Result<M, Box<Fault>>> {
    let Some(arriving) = arrive else { return Poll::Pending };
    let arrived = ready!(arriving.as_mut().poll(cx));
    *arrive = None;
    Poll::Ready(arrived)
}
