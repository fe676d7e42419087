//! Frames: what travels on a link, as bytes.
//!
//! Pure functions between frames and bytes; deliberately no input, no output and no state. What
//! arrives may be anything: decoding reports it and never panics.
//!
//! A frame is its length (4 bytes, little-endian, of all that follows), its kind (1 byte) and its
//! fields. Numbers in fields are LEB128; the last field goes to the end of the frame.
//!
//! | kind | frame | fields |
//! |---|---|---|
//! | 1 | messages, one behind the other | channel, lane, offset, records |
//! | 2 | the first part of a large message | channel, lane, offset, id of its step, length of all, part |
//! | 3 | a further part | channel, lane, part |
//! | 4 | what a step is called, for errors | id of the step, text |
//! | 5 | credit: more may be sent in a lane | channel, lane, bytes |
//! | 6 | a message that costs so much waits for room | channel, lane, bytes, and what the message begins with if it is of a round |
//! | 7 | a participant opens a channel | channel, [`Open`] |
//! | 8 | the other one answers | channel, digest |
//! | 9 | what a participant runs, as text | channel, text |
//! | 10 | the other one refuses | channel, reason |
//! | 11 | a participant's part has ended | channel, [`End`] |
//! | 12 | are you there? | |
//! | 13 | yes | |
//! | 14 | room: more may be sent in all lanes but the first together; of channel 0: in all channels | channel, bytes |
//! | 15 | how many participants play each role, for one who says otherwise | channel, numbers |
//! | 16 | the message that waits for room may be sent, if it is the one at this offset | channel, lane, offset |
//! | 17 | a participant is lost before all have met | channel, participant, why |
//! | 18 | what follows in a lane is of the rounds of a root | channel, lane, root |
//!
//! A frame of no messages stands for one that isn't sent any more, although it may be.
//!
//! A *record* is a message: the id of its step (8 bytes), its length (4 bytes, both little-endian) and
//! its bytes. The *offset* is how many bytes came before in the lane, as records: so what is doubled
//! or missing is found out, and what was sent is charged to the credit.
//!
//! The messages of all rounds of a root travel in lanes whose numbers are the paths of their own lanes:
//! one for the root, and one for each branch inside. That it is such a lane is said before anything else
//! of it. Each message there begins with its round, the number of its own lane, in how many rounds inside
//! of that of the root it is, at most 64, and their numbers from its own outwards (8 bytes each,
//! little-endian). These count as bytes of the message.

use chor_runtime::{Bincode, Codec, CodecError, End};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The bytes of a frame's length.
pub(crate) const PREFIX: usize = 4;
/// As many roles and families as a header may have.
const MAX_ROLES: usize = 64;
/// A longer frame is an error: messages travel in parts that are shorter.
pub(crate) const MAX_FRAME: usize = 1 << 20;

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame<'b> {
    Batch {
        head: Head,
        records: &'b [u8],
    },
    First {
        head: Head,
        id: u64,
        total: u64,
        part: &'b [u8],
    },
    Part {
        channel: u64,
        lane: u64,
        part: &'b [u8],
    },
    Step {
        id: u64,
        text: &'b str,
    },
    Credit {
        channel: u64,
        lane: u64,
        bytes: u64,
    },
    Ask {
        channel: u64,
        lane: u64,
        bytes: u64,
        /// What the message begins with, if it is of a round.
        begins: &'b [u8],
    },
    May(Head),
    Room {
        channel: u64,
        bytes: u64,
    },
    Open {
        channel: u64,
        open: Open,
    },
    Answer {
        channel: u64,
        digest: u64,
    },
    /// What a participant runs.
    Normal {
        channel: u64,
        runner: u64,
        text: &'b str,
    },
    Refuse {
        channel: u64,
        reason: &'b str,
    },
    End {
        channel: u64,
        end: End,
    },
    /// How many participants play each role; empty if one each.
    Sizes {
        channel: u64,
        sizes: Vec<u32>,
    },
    /// A participant with whom the session begins no more.
    Lost {
        channel: u64,
        participant: u64,
        why: &'b str,
    },
    /// Messages of rounds travel in this lane.
    Rounds {
        channel: u64,
        lane: u64,
        root: u64,
    },
    Ping,
    Pong,
}

/// Where messages belong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) channel: u64,
    pub(crate) lane: u64,
    pub(crate) offset: u64,
}

/// The bytes of a record before its message.
pub(crate) const RECORD: usize = 12;

/// The start of a record.
#[inline]
pub(crate) fn record(id: u64, length: usize) -> [u8; RECORD] {
    let mut bytes = [0; RECORD];
    bytes[..8].copy_from_slice(&id.to_le_bytes());
    bytes[8..].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    bytes
}

/// The first of some records: the id of its step and its message.
#[inline]
pub(crate) fn first_record(records: &[u8]) -> Option<(u64, &[u8])> {
    let (id, rest) = records.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some((u64::from_le_bytes(*id), rest.get(..length)?))
}

/// How a participant of a session introduces itself to another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Open {
    /// The same for all participants of the session.
    pub(crate) session: [u8; 16],
    pub(crate) choreography: String,
    pub(crate) digest: u64,
    /// Who opens, and whom it takes the other one for.
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// How many participants play each role; empty if one each.
    pub(crate) sizes: Vec<u32>,
    /// Where the participants are, for one who doesn't know of the session yet.
    pub(crate) invitation: Option<Vec<String>>,
}

/// Why bytes are no frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FrameError {
    /// A length beyond what any frame has.
    #[error("a frame claims {0} bytes, more than {MAX_FRAME}")]
    Long(usize),
    /// A frame without a kind.
    #[error("a frame is empty")]
    Empty,
    /// A kind that this version doesn't know.
    #[error("a frame is of the unknown kind {0}")]
    Kind(u8),
    /// A frame that ends within its fields.
    #[error("a frame is cut off in its fields")]
    Short,
    /// A text that is not UTF-8.
    #[error("a text in a frame is not UTF-8")]
    Text,
    /// A structured field that can't be decoded; what the decoder says.
    #[error("a field of a frame can't be decoded: {0}")]
    Field(String),
}

/// The length of the first frame in `bytes`, its own four bytes included; `None` if even these are
/// not all there.
pub(crate) fn length(bytes: &[u8]) -> Result<Option<usize>, FrameError> {
    let Some(prefix) = bytes.first_chunk::<PREFIX>() else { return Ok(None) };
    let length = usize::try_from(u32::from_le_bytes(*prefix)).unwrap_or(usize::MAX);
    if length > MAX_FRAME { Err(FrameError::Long(length)) } else { Ok(Some(PREFIX + length)) }
}

/// The frame of these bytes, which don't include its length.
pub(crate) fn decode(bytes: &[u8]) -> Result<Frame<'_>, FrameError> {
    let (&kind, mut rest) = bytes.split_first().ok_or(FrameError::Empty)?;
    let rest = &mut rest;
    Ok(match kind {
        1 => Frame::Batch { head: take_head(rest)?, records: rest },
        2 => {
            Frame::First { head: take_head(rest)?, id: take(rest)?, total: take(rest)?, part: rest }
        }
        3 => Frame::Part { channel: take(rest)?, lane: take(rest)?, part: rest },
        4 => Frame::Step { id: take(rest)?, text: text(rest)? },
        5 => Frame::Credit { channel: take(rest)?, lane: take(rest)?, bytes: take(rest)? },
        6 => {
            Frame::Ask { channel: take(rest)?, lane: take(rest)?, bytes: take(rest)?, begins: rest }
        }
        7 => Frame::Open { channel: take(rest)?, open: opening(rest)? },
        8 => Frame::Answer { channel: take(rest)?, digest: take(rest)? },
        9 => Frame::Normal { channel: take(rest)?, runner: take(rest)?, text: text(rest)? },
        10 => Frame::Refuse { channel: take(rest)?, reason: text(rest)? },
        11 => Frame::End { channel: take(rest)?, end: field(rest)? },
        12 => Frame::Ping,
        13 => Frame::Pong,
        14 => Frame::Room { channel: take(rest)?, bytes: take(rest)? },
        15 => Frame::Sizes { channel: take(rest)?, sizes: few(field(rest)?) },
        16 => Frame::May(take_head(rest)?),
        17 => Frame::Lost { channel: take(rest)?, participant: take(rest)?, why: text(rest)? },
        18 => Frame::Rounds { channel: take(rest)?, lane: take(rest)?, root: take(rest)? },
        kind => return Err(FrameError::Kind(kind)),
    })
}

fn take_head(rest: &mut &[u8]) -> Result<Head, FrameError> {
    Ok(Head { channel: take(rest)?, lane: take(rest)?, offset: take(rest)? })
}

#[inline]
pub(crate) fn take(rest: &mut &[u8]) -> Result<u64, FrameError> {
    match rest.split_first() {
        Some((&byte @ 0..0x80, others)) => {
            *rest = others;
            Ok(u64::from(byte))
        }
        _ => take_long(rest),
    }
}

fn take_long(rest: &mut &[u8]) -> Result<u64, FrameError> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, others) = rest.split_first().ok_or(FrameError::Short)?;
        *rest = others;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(FrameError::Short)
}

fn text(bytes: &[u8]) -> Result<&str, FrameError> {
    str::from_utf8(bytes).map_err(|_| FrameError::Text)
}

fn opening(bytes: &[u8]) -> Result<Open, FrameError> {
    let open: Open = field(bytes)?;
    Ok(Open { sizes: few(open.sizes), ..open })
}

/// No more of them than tell that there are too many: they may be kept for a while.
fn few(mut sizes: Vec<u32>) -> Vec<u32> {
    sizes.truncate(MAX_ROLES + 1);
    sizes.shrink_to_fit();
    sizes
}

fn field<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameError> {
    Bincode.decode(bytes).map_err(|error: CodecError| FrameError::Field(error.to_string()))
}

/// Appends the frame.
pub(crate) fn encode(frame: &Frame<'_>, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    bytes.extend([0; PREFIX]);
    match frame {
        Frame::Batch { head: Head { channel, lane, offset }, records } => {
            put_all(bytes, 1, &[*channel, *lane, *offset], records);
        }
        Frame::First { head: Head { channel, lane, offset }, id, total, part } => {
            put_all(bytes, 2, &[*channel, *lane, *offset, *id, *total], part);
        }
        Frame::Part { channel, lane, part } => put_all(bytes, 3, &[*channel, *lane], part),
        Frame::Step { id, text } => put_all(bytes, 4, &[*id], text.as_bytes()),
        Frame::Credit { channel, lane, bytes: more } => {
            put_all(bytes, 5, &[*channel, *lane, *more], &[]);
        }
        Frame::Ask { channel, lane, bytes: cost, begins } => {
            put_all(bytes, 6, &[*channel, *lane, *cost], begins);
        }
        Frame::May(Head { channel, lane, offset }) => {
            put_all(bytes, 16, &[*channel, *lane, *offset], &[]);
        }
        Frame::Room { channel, bytes: more } => put_all(bytes, 14, &[*channel, *more], &[]),
        Frame::Open { channel, open } => put_field(bytes, 7, *channel, open),
        Frame::Answer { channel, digest } => put_all(bytes, 8, &[*channel, *digest], &[]),
        Frame::Normal { channel, runner, text } => {
            put_all(bytes, 9, &[*channel, *runner], text.as_bytes());
        }
        Frame::Refuse { channel, reason } => put_all(bytes, 10, &[*channel], reason.as_bytes()),
        Frame::End { channel, end } => put_field(bytes, 11, *channel, end),
        Frame::Sizes { channel, sizes } => put_field(bytes, 15, *channel, sizes),
        Frame::Lost { channel, participant, why } => {
            put_all(bytes, 17, &[*channel, *participant], why.as_bytes());
        }
        Frame::Rounds { channel, lane, root } => {
            put_all(bytes, 18, &[*channel, *lane, *root], &[]);
        }
        Frame::Ping => bytes.push(12),
        Frame::Pong => bytes.push(13),
    }
    set_length(bytes, start);
}

/// Notes the length of the last frame, which begins at `start`.
#[inline]
pub(crate) fn set_length(bytes: &mut [u8], start: usize) {
    let length = u32::try_from(bytes.len() - start - PREFIX).unwrap_or(u32::MAX);
    bytes[start..start + PREFIX].copy_from_slice(&length.to_le_bytes());
}

fn put_all(bytes: &mut Vec<u8>, kind: u8, numbers: &[u64], rest: &[u8]) {
    bytes.push(kind);
    for number in numbers {
        put(bytes, *number);
    }
    bytes.extend_from_slice(rest);
}

fn put_field<T: Serialize>(bytes: &mut Vec<u8>, kind: u8, channel: u64, value: &T) {
    put_all(bytes, kind, &[channel], &[]);
    let start = bytes.len();
    if Bincode.encode(value, bytes).is_err() {
        // Text and numbers, which bincode can always express.
        bytes.truncate(start);
    }
}

#[inline]
pub(crate) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests;
