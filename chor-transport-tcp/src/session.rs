//! A participant's end of a session over links: the [`Transport`] itself.

mod compare;
mod missing;
mod receives;
mod scratch;
mod sends;
mod waiting;

use crate::channel::Channel;
use crate::error::LinkError;
use crate::frame::Open;
use crate::link::{Host, Link};
use crate::meeting::Meeting;
use crate::way::Way;
use chor_runtime::{
    Address, Codec, DefaultCodec, End, Fault, Lane, Message, Protocol, Reason, Transport, together,
};
use receives::Receives;
use sends::Sends;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// One participant's end of a session over TCP, for [`play_role`](chor_runtime::play_role).
///
/// It comes from [`from_streams`](crate::from_streams), [`fixed`](crate::fixed) or a
/// [`Node`](crate::Node). Messages are encoded with the codec `D`, which all participants share.
///
/// What is sent is held back until the role waits, its task yields, or it ends, so that messages
/// travel together. While a role computes for longer than 20 milliseconds, they leave then, if the
/// executor has another thread.
///
/// # Full queues
/// A send waits while [`Options::window`](crate::Options::window) bytes (256 KiB) of its lane have not
/// been taken by the receiver. Roles of a choreography never wait for each other in a circle because of
/// that: they send and receive in one common order. A program that uses [`Transport`] by hand, in another
/// order, can: if two send each other more than a window before either receives, both wait for ever. In
/// this one point, this transport gives less than the contract of [`Transport`] asks for. Let such a
/// program send and receive at once, or have a window that holds all it sends ahead.
///
/// What may end early, as with a deadline, has one window for all its rounds, and one for each branch that
/// runs at the same time as others in them.
pub struct Tcp<D = DefaultCodec> {
    pub(crate) meeting: Arc<Meeting>,
    codec: D,
    /// How long to meet all others may take.
    limit: Duration,
    /// How the others are reached; taken at the start.
    ways: Mutex<Vec<(usize, Way)>>,
    /// Links that are this session's own, and to whom they lead.
    links: Vec<(usize, Arc<Link>)>,
    invitation: Option<Vec<String>>,
    /// Whom peers meet that come later.
    host: Option<Arc<dyn Host>>,
    opened: AtomicBool,
    /// Something was sent that may be held back.
    held_back: AtomicBool,
}

/// What a participant meets, and which.
type Met<T> = Result<T, (usize, Box<Fault>)>;

/// A message that is ready to be sent.
#[derive(Debug)]
pub struct Parcel<M>(Packed<M>);

#[derive(Debug)]
enum Packed<M> {
    /// To be encoded where it leaves: without a buffer of its own.
    Value(M),
    Bytes(Arc<Vec<u8>>),
}

impl<D: Codec> Tcp<D> {
    pub(crate) fn new(
        meeting: Arc<Meeting>,
        codec: D,
        limit: Duration,
        ways: Vec<(usize, Way)>,
        invitation: Option<Vec<String>>,
    ) -> Self {
        Self {
            meeting,
            codec,
            limit,
            ways: Mutex::new(ways),
            links: Vec::new(),
            invitation,
            host: None,
            opened: AtomicBool::new(false),
            held_back: AtomicBool::new(false),
        }
    }

    /// Over links of its own, which end with it.
    pub(crate) fn owning(mut self, links: Vec<(usize, Arc<Link>)>) -> Self {
        self.links = links;
        self
    }

    /// With peers that a host meets.
    pub(crate) fn hosted(mut self, host: Arc<dyn Host>) -> Self {
        self.host = Some(host);
        self
    }

    /// Opens a channel to each participant that this one has to reach.
    async fn reach(&self, protocol: &'static Protocol) -> Met<()> {
        let digest = protocol.digest();
        self.meeting.begin(digest);
        let ways = std::mem::take(&mut *self.ways.lock().unwrap_or_else(PoisonError::into_inner));
        let reached: Vec<_> = ways
            .into_iter()
            .map(|(peer, way)| (peer, self.unless_skipped(peer, way)))
            .map(async |(peer, way)| {
                let link = match way.link().await {
                    Ok(Some(link)) if self.meeting.lost(peer).is_none() => link,
                    Ok(_) => return Ok(()),
                    Err(error) => return self.unreached(peer, error),
                };
                let invites = self.invitation.is_some();
                let vetted = link.vet_to_reach(protocol, self.meeting.sizes.role_of(peer), invites);
                let vetted = vetted.map_err(|error| (peer, error));
                if vetted.is_err() && invites {
                    return vetted;
                }
                let open = Open {
                    session: self.meeting.session,
                    choreography: protocol.name.to_owned(),
                    digest,
                    from: number(self.meeting.place),
                    to: number(peer),
                    sizes: self.meeting.sizes.tell(),
                    invitation: self.invitation.clone(),
                };
                let channel = match link.open(open) {
                    Ok(channel) => channel,
                    Err(error) => return self.unreached(peer, error),
                };
                self.meeting.add(peer, &channel);
                // Who was invited by another one learns by how this participant ends.
                vetted
            })
            .collect();
        let reached: Vec<Result<(), (usize, LinkError)>> = together(reached).await;
        let reached: Result<(), _> = reached.into_iter().collect();
        reached.map_err(|(peer, error)| (peer, Box::new(Fault::Link(error.into()))))
    }

    /// Why a participant won't come.
    fn lost_link(&self, peer: usize) -> Option<(usize, Box<Fault>)> {
        let over = || self.links.iter().find(|(to, _)| *to == peer)?.1.over();
        let error = self.meeting.denied(peer).or_else(over)?;
        Some((peer, Fault::Link(error.into()).into()))
    }

    /// Who was refused, where all who come want to play in this session.
    fn came_instead(&self) -> Option<String> {
        self.host.as_ref().filter(|_| self.meeting.public)?.came_instead()
    }

    #[inline]
    fn channel(&self, peer: usize) -> Result<&Arc<Channel>, Box<Fault>> {
        // After the start all are there, but for those that were lost before.
        self.meeting.channel(peer).ok_or_else(|| self.never_met(peer).into())
    }

    #[cold]
    fn never_met(&self, peer: usize) -> Fault {
        let lost = self.meeting.lost(peer).and_then(|ended| ended.fault());
        lost.unwrap_or_else(|| Fault::Link("it was never met".into()))
    }

    #[inline]
    fn encode<M: Message>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), Box<Fault>> {
        self.codec.encode(value, bytes).map_err(|error| Box::new(Fault::Codec(error.into())))
    }

    #[inline]
    fn decode<M: Message>(&self, bytes: &[u8]) -> Result<M, Box<Fault>> {
        self.codec.decode(bytes).map_err(|error| Box::new(Fault::Codec(error.into())))
    }

    /// Appends a message as bytes.
    #[inline]
    fn write<M: Message>(&self, packed: &Packed<M>, bytes: &mut Vec<u8>) -> Result<(), Box<Fault>> {
        match packed {
            Packed::Value(value) => self.encode(value, bytes)?,
            Packed::Bytes(encoded) => bytes.extend_from_slice(encoded),
        }
        Ok(())
    }

    /// In which rounds inside another a lane is.
    fn around(&self, lane: Lane) -> Vec<u64> {
        if lane.around() == 0 { Vec::new() } else { self.meeting.late.around(lane) }
    }

    /// Drops what isn't wanted any more of the rounds of a root.
    fn purge(&self, root: u64) {
        self.meeting.channels().for_each(|channel| channel.purge(root));
    }

    fn flush_all(&self) {
        let held_back = &self.held_back;
        if held_back.load(Ordering::Relaxed) && held_back.swap(false, Ordering::Relaxed) {
            self.meeting.channels().for_each(|channel| channel.flush());
        }
    }
}

fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl<D: Codec> Transport for Tcp<D> {
    type Parcel<M: Message> = Parcel<M>;

    fn place(&self) -> usize {
        self.meeting.place
    }

    fn participants(&self) -> usize {
        self.meeting.participants()
    }

    fn members(&self, role: usize) -> usize {
        self.meeting.sizes.of(role)
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        self.meeting.set_protocol(protocol);
        if self.opened.swap(true, Ordering::Relaxed) { Err(Fault::Used.into()) } else { Ok(()) }
    }

    async fn start(&self, protocol: &'static Protocol) -> Met<()> {
        let limit = self.limit;
        let until = Instant::now() + limit;
        let started = timeout_at(until, self.meet(protocol)).await;
        let started = started.unwrap_or_else(|_| self.begin_without(protocol, limit));
        if started.is_err() {
            let _ = timeout_at(until, self.told_late()).await;
        }
        started
    }

    fn pack<M: Message>(&self, message: M) -> Result<Parcel<M>, Box<Fault>> {
        Ok(Parcel(Packed::Value(message)))
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<Parcel<M>, Box<Fault>> {
        let mut bytes = Vec::new();
        self.encode(message, &mut bytes)?;
        Ok(Parcel(Packed::Bytes(Arc::new(bytes))))
    }

    fn pack_again<M: Message>(
        &self,
        parcel: &Parcel<M>,
        message: &M,
    ) -> Result<Parcel<M>, Box<Fault>> {
        match &parcel.0 {
            Packed::Bytes(bytes) => Ok(Parcel(Packed::Bytes(Arc::clone(bytes)))),
            Packed::Value(_) => self.pack_ref(message),
        }
    }

    // Futures by hand: what an `async fn` keeps twice or moves once more, and what the compiler doesn't
    // inline into its caller, costs as much as the rest of a small message.
    #[inline]
    fn send<M: Message>(
        &self,
        to: &Address,
        parcel: Parcel<M>,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send {
        Sends::new(self, to, parcel)
    }

    #[inline]
    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send {
        Receives::new(self, from)
    }

    fn flush(&self) {
        self.flush_all();
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        let lane = self.meeting.late.begin(from, root);
        if lane.round() > 0 && !from.is_in_round() {
            // Nothing is left of a first round's earlier ones.
            self.purge(lane.root());
        }
        Some(lane)
    }

    fn discard(&self, lanes: &[Lane]) {
        for lane in lanes.iter().filter(|lane| lane.is_in_round()) {
            self.meeting.late.discard(*lane);
            self.purge(lane.root());
        }
    }

    fn discarded(&self) -> u64 {
        self.meeting.late.discarded()
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        tokio::time::sleep(duration)
    }

    fn close(&self, end: End) {
        self.meeting.close(&end);
        self.flush_all();
    }

    async fn drained(&self) {
        for channel in self.meeting.channels() {
            channel.drained().await;
        }
    }
}

impl<D> Drop for Tcp<D> {
    /// An end that is dropped without a word counts as failed.
    fn drop(&mut self) {
        self.meeting.give_up(Reason::Cancelled);
        self.links.iter().for_each(|(_, link)| link.release());
        if let Some(host) = &self.host {
            host.left(&self.meeting);
        }
    }
}

impl<D> fmt::Debug for Tcp<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tcp").field("meeting", &self.meeting).finish_non_exhaustive()
    }
}
