//! What can be set for a link, with its default values.

use crate::budget::Budget;
use crate::inbound::cost_of;
use std::time::Duration;

/// Limits and times of links. Each has a default; set what differs:
///
/// ```
/// use chor_transport_tcp::Options;
/// use std::time::Duration;
///
/// let options = Options::default().keep_alive(Duration::from_secs(2)).max_message(1 << 20);
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) keep_alive: Duration,
    pub(crate) handshake: Duration,
    pub(crate) skip_silent: Duration,
    pub(crate) max_message: u64,
    pub(crate) window: u64,
    pub(crate) max_sessions: usize,
    pub(crate) max_links: usize,
    pub(crate) memory: u64,
}

/// Each participant takes some memory: so many may be in a session, if there are as many as there may be.
const PARTICIPANTS: usize = 8;
/// So many may be in few sessions.
const MIN_PARTICIPANTS: usize = 1024;

impl Default for Options {
    fn default() -> Self {
        Self {
            keep_alive: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            skip_silent: Duration::from_mins(1),
            max_message: 16 << 20,
            window: 256 << 10,
            max_sessions: 1 << 16,
            max_links: 1 << 12,
            memory: 64 << 20,
        }
    }
}

impl Options {
    /// After how long a silent peer is lost; by default 10 s. A third of it is the time after which a
    /// peer is asked whether it lives. What counts are whole frames: a peer that sends a byte from
    /// time to time is silent.
    #[must_use]
    pub fn keep_alive(self, keep_alive: Duration) -> Self {
        Self { keep_alive, ..self }
    }

    /// How long dialling, greeting and meeting all participants of a session may take together; by
    /// default 10 s. A peer that connects has as long to become secure, and as long again to greet.
    #[must_use]
    pub fn handshake(self, handshake: Duration) -> Self {
        Self { handshake, ..self }
    }

    /// For how long a machine that has not answered a session within [`handshake`](Self::handshake), or
    /// that the network could not find, isn't waited for by further sessions that its node opens and that
    /// can begin without it: those in which it is expendable. By default 1 minute. It is dialled again
    /// meanwhile: as soon as it has answered, sessions begin with it again. After this time the next
    /// session waits for it, as does each one if this is zero.
    #[must_use]
    pub fn skip_silent(self, time: Duration) -> Self {
        Self { skip_silent: time, ..self }
    }

    /// How many bytes an encoded message may have that this end receives; by default 16 MiB.
    /// Messages of first answers and of deadlines have up to 21 bytes more, and 8 more for each such place
    /// around.
    #[must_use]
    pub fn max_message(self, bytes: u32) -> Self {
        Self { max_message: bytes.into(), ..self }
    }

    /// How many bytes may wait in a lane of a session until its receiver takes them; by default
    /// 256 KiB. One message may exceed it. A message counts 12 bytes more than its encoding has.
    ///
    /// In all other lanes of a session together than that of its body, three times as many may wait from
    /// each peer, and one message for each receive that waits: of a peer that sends as much as it can, a
    /// session keeps about 1 MiB and two messages of [`max_message`](Self::max_message).
    #[must_use]
    pub fn window(self, bytes: u32) -> Self {
        Self { window: bytes.into(), ..self }
    }

    /// How many bytes of messages a link's peer can make this end hold, in all sessions together: what
    /// has arrived and isn't taken, and large messages of which a part has arrived. By default 64 MiB. It
    /// has to hold at least a message of [`max_message`](Self::max_message) and a
    /// [`window`](Self::window): less counts as that.
    ///
    /// All but the room for one message is for all sessions alike. When slow ones have used it up, each
    /// session goes on with what it waits for, one message after the other. A peer that sends more than
    /// that is cut off. Beside messages, there is a lane for each KiB of this at most.
    #[must_use]
    pub fn memory(self, bytes: u64) -> Self {
        Self { memory: bytes, ..self }
    }

    pub(crate) fn budget(&self) -> Budget {
        let reserve = cost_of(self.max_message);
        Budget::new(self.memory.max(reserve + self.window), reserve)
    }

    /// How many sessions a node takes part in at once before it refuses invitations; by default
    /// 65,536. Together, they may have eight times as many participants, or 1024 if that is more; a
    /// session that is over counts a while longer if somebody may still come to it.
    #[must_use]
    pub fn max_sessions(self, sessions: usize) -> Self {
        Self { max_sessions: sessions, ..self }
    }

    pub(crate) fn max_participants(&self) -> usize {
        self.max_sessions.saturating_mul(PARTICIPANTS).max(MIN_PARTICIPANTS)
    }

    /// How many links a node has at once before it refuses connections; by default 4,096.
    #[must_use]
    pub fn max_links(self, links: usize) -> Self {
        Self { max_links: links, ..self }
    }
}
