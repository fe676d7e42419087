//! What carries messages between the roles of a session: the [`Transport`] trait and its contract.
//!
//! Knows participants by number only; deliberately neither their roles' names nor what is sent.

use crate::cause::Cause;
use crate::error::BoxError;
use crate::lane::Lane;
use crate::message::Message;
use crate::place::Position;
use crate::protocol::{Protocol, Step};
use crate::watch::Site;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// One participant's end of a session.
///
/// The participants of a session are numbered from 0, in the order of the choreography's roles: first
/// who plays the first role, the members of a family in their order, then who plays the second. Each
/// has its own end, which [`play_role`](crate::play_role) uses by reference.
///
/// # Contract
///
/// **Queues.** There is one queue for each sender, receiver and [`Lane`]. It delivers in order,
/// exactly once, and each of its messages carries its position: lane, count and [`Step`]. The head of
/// the queue has to be the step that the receiver names. A receiver that finds another one fails with
/// [`Fault::Position`]; it neither searches the queue nor waits.
///
/// **Concurrency.** A role may send to and receive from any number of queues at once. On one queue it
/// does one send and one receive at a time.
///
/// **Waiting.** A role waits when it receives. A send may wait, to bound memory, only as long as the
/// receiver can still take messages without this sender going on: full queues must not make a
/// deadlock out of a program that has none.
///
/// **Rounds.** What may end before all of its messages have arrived runs in a lane of a
/// [round](Lane::round). When it is over, the participant [discards](Self::discard) the lane: then what
/// is queued in it, or comes later, is dropped and counted, and who waits to send in it goes on. So
/// nothing is kept of a round that is over. The messages of all rounds on a [path](Lane::path), or of
/// all of a root, count together against the bound of a queue: a sender that is ahead of its receiver by
/// many rounds waits.
///
/// **Ending.** [`close`](Self::close) ends a participant's part once; later calls do nothing. From
/// then on, after the messages that it had sent before:
/// - [`End::Finished`]: a receive from it fails with [`Fault::Finished`]; a send to it is dropped.
/// - [`End::Failed`]: a receive from it and a send to it fail with [`Fault::Gone`] and the cause.
///
/// Who waits for it is woken. An end that is dropped without a word counts as failed.
///
/// **Cancel safety.** A receive that is dropped before it was ready has taken nothing. A send that is
/// dropped either sent its whole message or nothing.
pub trait Transport: Send + Sync {
    /// A message that is ready to be sent: in memory the value itself, over a network its encoding.
    type Parcel<M: Message>: Send;

    /// It wants to be shown what the roles come to where they hold an agreement, by
    /// [`agreed`](Self::agreed).
    const WATCHES: bool = false;

    /// Which participant this end belongs to.
    fn place(&self) -> usize;

    /// How many participants the session has.
    fn participants(&self) -> usize;

    /// How many participants play the role of this number: the members of a family; by default one.
    /// Together they are [`participants`](Self::participants).
    fn members(&self, _role: usize) -> usize {
        1
    }

    /// Starts this participant's part. Called once, before any message, by
    /// [`play_role`](crate::play_role).
    ///
    /// # Errors
    /// [`Fault::Used`] if this end has already been played. An end serves one session.
    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>>;

    /// Waits until the session may begin. Called once, after [`open`](Self::open) and before any
    /// message. Between processes this is where the participants compare what they run, by
    /// [`Protocol::digest`], and how many play each role; by default it is over at once.
    ///
    /// # Errors
    /// [`Fault::Signature`] if another participant runs another choreography; [`Fault::Sizes`] if it
    /// counts other numbers of members; [`Fault::Gone`] and
    /// [`Fault::Link`] if it can't be asked.
    fn start(
        &self,
        _protocol: &'static Protocol,
    ) -> impl Future<Output = Result<(), (usize, Box<Fault>)>> + Send {
        std::future::ready(Ok(()))
    }

    /// Makes a parcel of a value that is given up.
    ///
    /// # Errors
    /// [`Fault::Codec`] if the value has no encoding.
    fn pack<M: Message>(&self, message: M) -> Result<Self::Parcel<M>, Box<Fault>>;

    /// Makes a parcel of a value that its sender keeps: clones or encodes it.
    ///
    /// # Errors
    /// [`Fault::Codec`] if the value has no encoding.
    fn pack_ref<M: Message>(&self, message: &M) -> Result<Self::Parcel<M>, Box<Fault>>;

    /// Makes one more parcel of a value that was packed before, for a further receiver. A transport
    /// that encodes can share the encoding.
    ///
    /// # Errors
    /// As [`pack_ref`](Self::pack_ref).
    fn pack_again<M: Message>(
        &self,
        _parcel: &Self::Parcel<M>,
        message: &M,
    ) -> Result<Self::Parcel<M>, Box<Fault>> {
        self.pack_ref(message)
    }

    /// Sends a parcel to the participant and in the lane of `to`.
    ///
    /// # Errors
    /// [`Fault::Gone`] if the receiver failed, [`Fault::Link`] if the way to it is broken. None is
    /// worth a retry.
    fn send<M: Message>(
        &self,
        to: &Address,
        parcel: Self::Parcel<M>,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send;

    /// Waits for the next message of a queue, which has to be that of `step`.
    ///
    /// # Errors
    /// [`Fault::Position`] if it is another one; [`Fault::Type`] and [`Fault::Codec`] if it holds no
    /// `M`; [`Fault::Finished`] and [`Fault::Gone`] if there is none and there won't be;
    /// [`Fault::Link`] if the way is broken. None is worth a retry.
    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send;

    /// Sends off what was sent but is still held back to travel with more. Called where a role is
    /// about to wait for something else than a message, whenever its task yields, and at the end of a
    /// call of an open role, so most often there is nothing to send off. A transport flushes by itself
    /// before it waits in a receive, and when it is closed. By default there is nothing to do.
    fn flush(&self) {}

    /// Shows what this participant came to at `site`, in `lane`: whether a guard holds (`true`, or
    /// `false` in the `else`; a loop shows `true` in each round, and `false` at its end), the number of
    /// the arm that a `match` takes, and values: scrutinees, items, what several roles compute and bind
    /// or assign, `agree!`. A value shows its `Debug`, else a digest of what `Serialize` makes of it,
    /// else nothing. Called only if [`WATCHES`](Self::WATCHES).
    ///
    /// All participants `among` whom the agreement is come to the same, each as often as the others:
    /// the first call with a site, lane and list of participants at one of them belongs to the first
    /// at each other, and so on. One that has nothing to do there is not among them, or never comes.
    /// The lane is that of the messages, or one of its own where members of families have names: for
    /// others than these members there may be nothing to do.
    fn agreed(&self, _site: &'static Site, _among: &[usize], _lane: Lane, _value: &dyn fmt::Debug) {
    }

    /// Begins the next round of `root`, in the lane `from`: as [`Rounds::begin`](crate::Rounds::begin),
    /// of which a transport keeps one. `None`, the default, from one that has no rounds: on it, what
    /// needs them fails with [`Error::Setup`](crate::Error::Setup).
    fn begin_round(&self, _from: Lane, _root: u64) -> Option<Lane> {
        None
    }

    /// Notes that nothing more will be received in these lanes of rounds, nor in the lanes that began
    /// in them. Doesn't wait.
    fn discard(&self, _lanes: &[Lane]) {}

    /// How many messages to this participant were dropped because their round was over.
    fn discarded(&self) -> u64 {
        0
    }

    /// Waits for so long, by the clock of the session; by default that of the machine.
    ///
    /// # Cancel safety
    /// Has to be cancel safe.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        // Of no executor, as the runtime.
        futures_timer::Delay::new(duration)
    }

    /// Ends this participant's part and tells all others. Doesn't wait, since it is called where a
    /// role is dropped.
    fn close(&self, end: End);

    /// Waits until what this participant has sent, and how it has ended, has left the process, so that
    /// it arrives even if the process ends now. Called after [`close`](Self::close) where a role has
    /// come to its end. By default there is nothing to wait for.
    fn drained(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

impl<X: Transport> Transport for &X {
    type Parcel<M: Message> = X::Parcel<M>;

    const WATCHES: bool = X::WATCHES;

    fn place(&self) -> usize {
        X::place(self)
    }

    fn participants(&self) -> usize {
        X::participants(self)
    }

    fn members(&self, role: usize) -> usize {
        X::members(self, role)
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        X::open(self, protocol)
    }

    fn start(
        &self,
        protocol: &'static Protocol,
    ) -> impl Future<Output = Result<(), (usize, Box<Fault>)>> + Send {
        X::start(self, protocol)
    }

    fn flush(&self) {
        X::flush(self);
    }

    fn agreed(&self, site: &'static Site, among: &[usize], lane: Lane, value: &dyn fmt::Debug) {
        X::agreed(self, site, among, lane, value);
    }

    fn pack<M: Message>(&self, message: M) -> Result<Self::Parcel<M>, Box<Fault>> {
        X::pack(self, message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<Self::Parcel<M>, Box<Fault>> {
        X::pack_ref(self, message)
    }

    fn pack_again<M: Message>(
        &self,
        parcel: &Self::Parcel<M>,
        message: &M,
    ) -> Result<Self::Parcel<M>, Box<Fault>> {
        X::pack_again(self, parcel, message)
    }

    fn send<M: Message>(
        &self,
        to: &Address,
        parcel: Self::Parcel<M>,
    ) -> impl Future<Output = Result<(), Box<Fault>>> + Send {
        X::send(self, to, parcel)
    }

    fn recv<M: Message>(
        &self,
        from: &Address,
    ) -> impl Future<Output = Result<M, Box<Fault>>> + Send {
        X::recv(self, from)
    }

    fn begin_round(&self, from: Lane, root: u64) -> Option<Lane> {
        X::begin_round(self, from, root)
    }

    fn discard(&self, lanes: &[Lane]) {
        X::discard(self, lanes);
    }

    fn discarded(&self) -> u64 {
        X::discarded(self)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> + Send {
        X::sleep(self, duration)
    }

    fn close(&self, end: End) {
        X::close(self, end);
    }

    fn drained(&self) -> impl Future<Output = ()> + Send {
        X::drained(self)
    }
}

/// The other end of a message, and which message it is.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Address {
    /// The participant at the other end.
    pub peer: usize,
    /// The lane of the queue.
    pub lane: Lane,
    /// What is sent, or expected.
    pub step: &'static Step,
}

impl Address {
    /// The message `step` in `lane` to or from participant `peer`.
    pub const fn new(peer: usize, lane: Lane, step: &'static Step) -> Self {
        Self { peer, lane, step }
    }

    /// Its position, if `count` messages of the queue came before it.
    pub fn position(&self, count: u64) -> Position {
        Position::new(self.lane, count, self.step.with_type())
    }
}

/// How a participant's part of a session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum End {
    /// It did all that the choreography asks of it. It is not gone: nobody misses it.
    Finished,
    /// It failed, panicked, was cancelled, or passes on the failure of another: the first cause.
    Failed(Cause),
}

/// Why a transport could not carry a message, or not start. Without names: the endpoint adds the
/// role, the peer and the place and makes it an [`Error`](crate::Error).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The peer failed.
    #[error("the peer is gone")]
    Gone(#[source] Cause),
    /// The peer finished without sending what is expected of it.
    #[error("the peer has finished instead of sending {expected}")]
    Finished {
        /// What the receiver waits for.
        expected: Box<Position>,
        /// The last message of the queue, if there was any.
        last: Option<Box<Position>>,
    },
    /// The next message is not the expected one.
    #[error("the next message is {found} instead of {expected}")]
    Position {
        /// What the receiver waits for.
        expected: Box<Position>,
        /// What the sender sent.
        found: Box<Position>,
    },
    /// The message is the expected one but holds a value of another type: the roles run with
    /// different type arguments.
    #[error("the message holds a `{found}` instead of a `{expected}`")]
    Type {
        /// The receiver's type.
        expected: &'static str,
        /// The sender's type.
        found: &'static str,
    },
    /// The message can't be encoded or decoded.
    #[error("the message can't be encoded or decoded")]
    Codec(#[source] BoxError),
    /// The way to the peer is broken.
    #[error("the way to the peer is broken")]
    Link(#[source] BoxError),
    /// The peer runs another choreography, or another version of it.
    #[error("the peer runs another choreography: {difference}")]
    Signature {
        /// The first difference between the two.
        difference: String,
        /// What this participant runs: [`Protocol::normal`].
        own: String,
        /// What the peer runs.
        other: String,
    },
    /// The peer counts other numbers of members: the session was made with different sizes.
    #[error("the session has {own:?} participants by role, at the peer {other:?}")]
    Sizes {
        /// How many play each role, as this participant was told.
        own: Vec<usize>,
        /// How many, as the peer was told.
        other: Vec<usize>,
    },
    /// This end has already been played.
    #[error("this end of the session has already been used")]
    Used,
}
