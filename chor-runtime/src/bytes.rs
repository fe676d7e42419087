//! Makes a [`Transport`] of any channel that carries bytes: with a [`Codec`] for the messages, and
//! frames that carry positions and ends.
//!
//! Knows queues, codecs and frames; deliberately not how the bytes travel, which is the
//! [`Channel`]'s.

mod inbound;
mod late;
mod meeting;

use crate::codec::{Codec, DefaultCodec};
use crate::error::BoxError;
use crate::frame::{self, Header};
use crate::lane::Lane;
use crate::message::Message;
use crate::pause;
use crate::protocol::Protocol;
use crate::transport::{Address, End, Fault, Transport};
use inbound::{Inbound, Next, Own};
use late::Late;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};

/// How many frames a send may read ahead, to see whether its receiver is gone.
const AHEAD: usize = 16;

/// How often a send whose channel refuses asks for the peer's last frame. Channels of an executor may say
/// that they are empty until the task has yielded, which futures that are polled together do after 128
/// turns.
const TURNS: usize = 256;

/// A channel between participants that carries frames: byte strings of any length, whole.
///
/// Frames between two participants arrive in the order in which they were sent, or not at all: a
/// frame that is lost, doubled or out of order is found by its position and fails the receiver.
///
/// # Examples
/// Unbounded channels, one for each ordered pair of participants:
/// ```
/// use chor_runtime::bytes::{Channel, Encoded};
/// use tokio::sync::{Mutex, mpsc};
///
/// struct Pipes {
///     to: Vec<mpsc::UnboundedSender<Vec<u8>>>,
///     from: Vec<Mutex<mpsc::UnboundedReceiver<Vec<u8>>>>,
/// }
///
/// impl Channel for Pipes {
///     type Error = mpsc::error::SendError<Vec<u8>>;
///
///     async fn send(&self, to: usize, frame: Vec<u8>) -> Result<(), Self::Error> {
///         self.to[to].send(frame)
///     }
///
///     async fn recv(&self, from: usize) -> Result<Option<Vec<u8>>, Self::Error> {
///         Ok(self.from[from].lock().await.recv().await)
///     }
///
///     fn close(&self, last: Vec<u8>) {
///         for to in &self.to {
///             let _ = to.send(last.clone());
///         }
///     }
/// }
///
/// fn ends(pipes: Vec<Pipes>) -> Vec<Encoded<Pipes>> {
///     let count = pipes.len();
///     pipes.into_iter().enumerate().map(|(place, it)| Encoded::new(it, place, count)).collect()
/// }
/// ```
pub trait Channel: Send + Sync {
    /// How it breaks.
    type Error: std::error::Error + Send + Sync + 'static;

    /// Sends a frame to participant `to`. May wait, as the contract of [`Transport`] says.
    ///
    /// # Errors
    /// The way to the participant is broken.
    ///
    /// # Cancel safety
    /// Has to be cancel safe: a future that is dropped before it was ready has sent nothing.
    fn send(
        &self,
        to: usize,
        frame: Vec<u8>,
    ) -> impl Future<Output = Result<(), Self::Error>> + Send;

    /// Waits for the next frame from participant `from`; `None` if there won't be one. Called by one
    /// at a time for each participant.
    ///
    /// # Errors
    /// The way from the participant is broken.
    ///
    /// # Cancel safety
    /// Has to be cancel safe: a future that is dropped before it was ready has taken no frame.
    fn recv(
        &self,
        from: usize,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Self::Error>> + Send;

    /// Sends `last` to every other participant, after which nothing is sent. Doesn't wait: what has
    /// to be waited for goes on in the background.
    fn close(&self, last: Vec<u8>);
}

/// The transport over a [`Channel`].
///
/// Before its first message to a peer, a participant tells it what it runs; a peer that runs another
/// choreography fails with [`Fault::Signature`]. With families or `#[verify(signature)]` all wait for
/// that before they begin: a participant that never comes has to show as a channel that ends.
///
/// Families have their sizes from [`with_sizes`](Self::with_sizes). What comes too late, as after a
/// deadline, is dropped where it arrives, and counted.
///
/// A peer whose channel ends without its last frame is lost: a receive from it fails with
/// [`Fault::Link`]. That a peer failed is noticed when its last frame arrives: by a receive at once;
/// by a send if the frame is among the next 16 that have arrived, or if the channel refuses to send.
#[derive(Debug)]
pub struct Encoded<C, D = DefaultCodec> {
    channel: C,
    codec: D,
    place: usize,
    /// What this participant runs, from when it is played.
    protocol: OnceLock<&'static Protocol>,
    closed: AtomicBool,
    peers: Vec<Peer>,
    late: Arc<Late>,
    /// How many participants play each role; empty if one each.
    sizes: Vec<u32>,
}

#[derive(Debug)]
struct Peer {
    inbound: Inbound,
    /// It was told what this participant runs.
    told: AtomicBool,
    /// How many messages were sent to it in each lane.
    sent: Mutex<BTreeMap<Lane, u64>>,
}

#[cfg(feature = "bincode")]
impl<C: Channel> Encoded<C> {
    /// The end of participant `place`, of as many as `participants`, with the default codec.
    pub fn new(channel: C, place: usize, participants: usize) -> Self {
        Self::with_codec(channel, DefaultCodec::default(), place, participants)
    }
}

impl<C: Channel, D: Codec> Encoded<C, D> {
    /// The end of participant `place`, of as many as `participants`. All use the same codec.
    pub fn with_codec(channel: C, codec: D, place: usize, participants: usize) -> Self {
        let late = Arc::default();
        let peer = |peer| Peer {
            inbound: Inbound::new(peer, &late),
            told: AtomicBool::new(false),
            sent: Mutex::default(),
        };
        let peers = (0..participants).map(peer).collect();
        let (protocol, closed) = (OnceLock::new(), AtomicBool::new(false));
        Self { channel, codec, place, protocol, closed, peers, late, sizes: Vec::new() }
    }

    /// Says how many participants play each role, in the order of the choreography's header: for
    /// choreographies with families. By default it is one each.
    ///
    /// The participants compare these numbers before they begin. If they differ, or don't add up to the
    /// participants, the role can't be played: [`Error::Setup`](crate::Error::Setup) says all of them.
    ///
    /// # Examples
    /// The end of the last of three workers, who come after their leader:
    /// ```
    /// # use chor_runtime::bytes::{Channel, Encoded};
    /// use chor_runtime::Transport;
    ///
    /// fn last_worker<C: Channel>(channel: C) -> Encoded<C> {
    ///     let end = Encoded::new(channel, 3, 4).with_sizes(&[1, 3]);
    ///     assert_eq!(end.members(1), 3);
    ///     end
    /// }
    /// ```
    #[must_use]
    pub fn with_sizes(self, sizes: &[usize]) -> Self {
        let ones = sizes.iter().all(|size| *size == 1);
        let sizes = if ones { &[] } else { sizes };
        let sizes = sizes.iter().map(|size| u32::try_from(*size).unwrap_or(u32::MAX)).collect();
        Self { sizes, ..self }
    }

    /// The channel, when the session is over.
    pub fn into_channel(self) -> C {
        self.channel
    }

    /// The next message of a queue as a frame.
    fn frame(&self, to: &Address, payload: &[u8]) -> Vec<u8> {
        let sent = self.sent(to.peer).get(&to.lane).copied().unwrap_or_default();
        let around = if to.lane.is_in_round() { self.late.around(to.lane) } else { Vec::new() };
        let header = Header { position: to.position(sent), id: to.step.id, around };
        frame::encode_message(&header, payload)
    }

    fn sent(&self, to: usize) -> MutexGuard<'_, BTreeMap<Lane, u64>> {
        self.peers[to].sent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn decode<M: Message>(&self, payload: &[u8]) -> Result<M, Box<Fault>> {
        self.codec.decode(payload).map_err(|error| Box::new(Fault::Codec(error.into())))
    }

    /// What this participant is, for comparing it with what a peer says.
    fn own(&self) -> Own<'_> {
        Own { protocol: self.protocol.get().copied(), sizes: &self.sizes }
    }

    /// Forgets what isn't wanted of the rounds of a root.
    fn purge(&self, root: u64) {
        for (number, peer) in self.peers.iter().enumerate() {
            peer.inbound.purge(root);
            let is_over = |lane: &Lane, _: &mut u64| !self.late.wants(*lane);
            self.sent(number).extract_if(Lane::all_of(root), is_over).for_each(drop);
        }
    }

    fn others(&self) -> impl Iterator<Item = usize> + Send + use<C, D> {
        let place = self.place;
        (0..self.peers.len()).filter(move |peer| *peer != place)
    }

    /// Reads the frames from a peer that have arrived, some of them: its end may be among them.
    fn read_ahead(&self, from: usize) {
        for _ in 0..AHEAD {
            let Some(turn) = self.peers[from].inbound.try_turn() else { return };
            let read = pin!(self.channel.recv(from));
            match read.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(frame) => {
                    turn.arrived(frame.map_err(BoxError::from), &self.own());
                }
                Poll::Pending => return,
            }
        }
    }

    /// The channel takes nothing for a peer. Its last frame, if there is one, says more than the channel
    /// does, and may take a few turns to arrive.
    async fn refused(&self, to: usize, error: BoxError) -> Result<(), Box<Fault>> {
        for _ in 0..AHEAD {
            let Some(turn) = self.peers[to].inbound.try_turn() else { break };
            let Some(frame) = pause::within(TURNS, self.channel.recv(to)).await else { break };
            turn.arrived(frame.map_err(BoxError::from), &self.own());
        }
        self.sent_to(to).unwrap_or_else(|| Err(Fault::Link(error).into()))
    }

    /// What is known of a peer that may be gone.
    fn sent_to(&self, to: usize) -> Option<Result<(), Box<Fault>>> {
        match self.peers[to].inbound.end()? {
            Ok(End::Finished) => Some(Ok(())),
            Ok(End::Failed(cause)) => Some(Err(Fault::Gone(cause).into())),
            Err(fault) => Some(Err(fault)),
        }
    }
}

impl<C: Channel, D: Codec> Transport for Encoded<C, D> {
    type Parcel<M: Message> = Arc<Vec<u8>>;

    fn place(&self) -> usize {
        self.place
    }

    fn participants(&self) -> usize {
        self.peers.len()
    }

    fn members(&self, role: usize) -> usize {
        match &*self.sizes {
            [] => usize::from(role < self.peers.len()),
            sizes => sizes.get(role).map_or(0, |size| *size as usize),
        }
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        self.protocol.set(protocol).map_err(|_| Fault::Used.into())
    }

    /// With families or `#[verify(signature)]` all wait for each other. Without, what a peer runs is
    /// compared when its first message arrives.
    async fn start(&self, protocol: &'static Protocol) -> Result<(), (usize, Box<Fault>)> {
        let compares = protocol.verified || !protocol.families.is_empty();
        if compares { self.meet_all().await } else { Ok(()) }
    }

    fn pack<M: Message>(&self, message: M) -> Result<Self::Parcel<M>, Box<Fault>> {
        self.pack_ref(&message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<Self::Parcel<M>, Box<Fault>> {
        let mut bytes = Vec::new();
        match self.codec.encode(message, &mut bytes) {
            Ok(()) => Ok(Arc::new(bytes)),
            Err(error) => Err(Fault::Codec(error.into()).into()),
        }
    }

    fn pack_again<M: Message>(
        &self,
        parcel: &Self::Parcel<M>,
        _: &M,
    ) -> Result<Self::Parcel<M>, Box<Fault>> {
        Ok(Arc::clone(parcel))
    }

    async fn send<M: Message>(
        &self,
        to: &Address,
        parcel: Self::Parcel<M>,
    ) -> Result<(), Box<Fault>> {
        self.read_ahead(to.peer);
        if let Some(known) = self.sent_to(to.peer) {
            return known;
        }
        let frame = self.frame(to, &parcel);
        let sent = match self.tell(to.peer).await {
            Ok(()) => self.channel.send(to.peer, frame).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(()) => {
                // Only now: a send that is dropped has sent nothing.
                *self.sent(to.peer).entry(to.lane).or_default() += 1;
                Ok(())
            }
            Err(error) => self.refused(to.peer, error.into()).await,
        }
    }

    async fn recv<M: Message>(&self, from: &Address) -> Result<M, Box<Fault>> {
        let inbound = &self.peers[from.peer].inbound;
        loop {
            // Whoever waits for this peer, in whichever lane: one of them reads for all.
            let turn = match poll_fn(|cx| inbound.poll_take(from, cx)).await {
                Next::Payload(taken) => return self.decode(&taken?),
                Next::Turn(turn) => turn,
            };
            let arrived = self.channel.recv(from.peer).await;
            turn.arrived(arrived.map_err(BoxError::from), &self.own());
        }
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        let lane = self.late.begin(from, root);
        self.purge(lane.root());
        Some(lane)
    }

    fn discard(&self, lanes: &[Lane]) {
        for lane in lanes.iter().filter(|lane| lane.is_in_round()) {
            self.late.discard(*lane);
            self.purge(lane.root());
        }
    }

    fn discarded(&self) -> u64 {
        self.late.discarded()
    }

    fn close(&self, end: End) {
        if !self.closed.swap(true, Ordering::Relaxed) {
            self.channel.close(frame::encode_end(&end));
        }
    }
}
