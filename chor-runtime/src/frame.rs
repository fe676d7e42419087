//! Frames: a message with its position, the end of a participant's part, or what a participant runs,
//! as bytes.
//!
//! Pure functions between frames and bytes; deliberately no input, no output and no state. What
//! arrives may be anything: decoding reports it and never panics.
//!
//! | bytes | message |
//! |---|---|
//! | 1 | version, 3 |
//! | 1 | kind: 0, or 3 in a round |
//! | 16 | in a round only: its root, never 0, and its number |
//! | 2 | in a round only: in how many others inside of that of the root it is |
//! | 8 each | in a round only: their numbers, from its own outwards |
//! | 8 | lane |
//! | 8 | count |
//! | 8 | id of the step |
//! | 2 | length of the step's text |
//! | | the step's text, UTF-8 |
//! | | the payload, to the frame's end |
//!
//! | bytes | hello |
//! |---|---|
//! | 1 | version, 3 |
//! | 1 | kind, 2 |
//! | 8 | digest of what the sender runs |
//! | 4 | who sends it |
//! | 4 | how many numbers follow: one for each role, or none if one participant plays each |
//! | 4 each | how many participants play the role |
//! | | what the sender runs as text, UTF-8, to the frame's end |
//!
//! An end is the version, its kind, 1, and the [`End`], to the frame's end. Numbers are little-endian. The text is there for people: so an error can name both positions even
//! if the receiver runs another program.

mod end;

use crate::lane::Lane;
use crate::place::Position;
use crate::transport::End;

const VERSION: u8 = 3;
const MESSAGE: u8 = 0;
const END: u8 = 1;
const HELLO: u8 = 2;
const IN_ROUND: u8 = 3;

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Message(Header, Vec<u8>),
    End(End),
    Hello(Hello),
}

/// What a participant says before anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hello {
    /// What it runs.
    pub(crate) digest: u64,
    /// Who it is.
    pub(crate) place: u32,
    /// How many participants play each role; empty if one each.
    pub(crate) sizes: Vec<u32>,
    /// What it runs, as text.
    pub(crate) normal: String,
}

/// Which message it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) position: Position,
    pub(crate) id: u64,
    /// In which rounds inside of that of its root it is.
    pub(crate) around: Vec<u64>,
}

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FrameError {
    #[error("the frame has version {0}, not {VERSION}")]
    Version(u8),
    #[error("the frame is of the unknown kind {0}")]
    Kind(u8),
    #[error("the frame is cut off in its header")]
    Short,
    #[error("the frame is of a round without a root")]
    Root,
    #[error("a text in the frame is none")]
    Text,
    #[error("the frame doesn't say how the peer ended")]
    End,
}

pub(crate) fn encode_message(header: &Header, payload: &[u8]) -> Vec<u8> {
    let Header { position: Position { lane, count, step, .. }, id, around } = header;
    let text = &step.as_bytes()[..step.floor_char_boundary(usize::from(u16::MAX))];
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut bytes = Vec::with_capacity(44 + text.len() + payload.len());
    bytes.extend([VERSION, if lane.is_in_round() { IN_ROUND } else { MESSAGE }]);
    if lane.is_in_round() {
        bytes.extend(lane.root().to_le_bytes());
        bytes.extend(lane.round().to_le_bytes());
        let count = u16::try_from(around.len()).unwrap_or(u16::MAX);
        bytes.extend(count.to_le_bytes());
        bytes.extend(around[..count.into()].iter().flat_map(|number| number.to_le_bytes()));
    }
    for number in [lane.number(), *count, *id] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend(length.to_le_bytes());
    bytes.extend(text);
    bytes.extend(payload);
    bytes
}

pub(crate) fn encode_end(end: &End) -> Vec<u8> {
    let mut bytes = vec![VERSION, END];
    end::encode(end, &mut bytes);
    bytes
}

pub(crate) fn encode_hello(hello: &Hello) -> Vec<u8> {
    let Hello { digest, place, sizes, normal } = hello;
    let mut bytes = vec![VERSION, HELLO];
    bytes.extend(digest.to_le_bytes());
    bytes.extend(place.to_le_bytes());
    bytes.extend(u32::try_from(sizes.len()).unwrap_or(u32::MAX).to_le_bytes());
    bytes.extend(sizes.iter().flat_map(|size| size.to_le_bytes()));
    bytes.extend(normal.as_bytes());
    bytes
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    let mut rest = bytes;
    let [version, kind] = take(&mut rest)?;
    match (version, kind) {
        (VERSION, MESSAGE) => decode_message(None, Vec::new(), rest),
        (VERSION, IN_ROUND) => {
            let (root, round) = (take_u64(&mut rest)?, take_u64(&mut rest)?);
            if root == 0 {
                Err(FrameError::Root)
            } else {
                let count = u16::from_le_bytes(take(&mut rest)?);
                let around: Result<_, _> = (0..count).map(|_| take_u64(&mut rest)).collect();
                decode_message(Some((root, round)), around?, rest)
            }
        }
        (VERSION, END) => end::decode(rest).map(Frame::End),
        (VERSION, HELLO) => decode_hello(rest).map(Frame::Hello),
        (VERSION, kind) => Err(FrameError::Kind(kind)),
        (version, _) => Err(FrameError::Version(version)),
    }
}

/// Of a lane in this round, if it is one.
fn decode_message(
    round: Option<(u64, u64)>,
    around: Vec<u64>,
    mut rest: &[u8],
) -> Result<Frame, FrameError> {
    let number = take_u64(&mut rest)?;
    let lane = match round {
        Some((root, round)) => Lane::with_round(number, root, round),
        None => Lane::new(number),
    };
    let (count, id) = (take_u64(&mut rest)?, take_u64(&mut rest)?);
    let length = usize::from(u16::from_le_bytes(take(&mut rest)?));
    let (text, payload) = rest.split_at_checked(length).ok_or(FrameError::Short)?;
    let step = str::from_utf8(text).map_err(|_| FrameError::Text)?.to_owned();
    let header = Header { position: Position::new(lane, count, step), id, around };
    Ok(Frame::Message(header, payload.to_vec()))
}

fn decode_hello(mut rest: &[u8]) -> Result<Hello, FrameError> {
    let digest = take_u64(&mut rest)?;
    let [place, roles] = [take(&mut rest)?, take(&mut rest)?].map(u32::from_le_bytes);
    // Its length is that of what is there, whatever the number says.
    let sizes: Result<Vec<u32>, _> =
        (0..roles).map(|_| take(&mut rest).map(u32::from_le_bytes)).collect();
    let (sizes, normal) = (sizes?, str::from_utf8(rest).map_err(|_| FrameError::Text)?.to_owned());
    Ok(Hello { digest, place, sizes, normal })
}

fn take_u64(rest: &mut &[u8]) -> Result<u64, FrameError> {
    take(rest).map(u64::from_le_bytes)
}

fn take<const K: usize>(rest: &mut &[u8]) -> Result<[u8; K], FrameError> {
    let (taken, others) = rest.split_first_chunk().ok_or(FrameError::Short)?;
    *rest = others;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cause, Place, Reason};
    use proptest::prelude::*;

    fn header() -> impl Strategy<Value = Header> {
        let around = prop::collection::vec(any::<u64>(), 0..5);
        let parts = (lane(), any::<u64>(), any::<String>(), any::<u64>(), around);
        parts.prop_map(|(lane, count, step, id, around)| {
            let around = if lane.is_in_round() { around } else { Vec::new() };
            Header { position: Position::new(lane, count, step), id, around }
        })
    }

    fn lane() -> impl Strategy<Value = Lane> {
        let plain = any::<u64>().prop_map(Lane::new);
        let in_round = (any::<u64>(), 1u64.., any::<u64>());
        let in_round =
            in_round.prop_map(|(number, root, round)| Lane::with_round(number, root, round));
        prop_oneof![plain, in_round]
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes in any::<Vec<u8>>()) {
            let _ = decode(&bytes);
        }

        #[test]
        fn rubbish_after_a_valid_start_is_a_frame_or_an_error(
            kind in 0u8..5,
            bytes in any::<Vec<u8>>(),
        ) {
            let _ = decode(&[&[VERSION, kind][..], &bytes].concat());
        }

        #[test]
        fn a_message_comes_back(header in header(), payload in any::<Vec<u8>>()) {
            let decoded = decode(&encode_message(&header, &payload)).unwrap();
            prop_assert_eq!(decoded, Frame::Message(header, payload));
        }

        #[test]
        fn a_hello_comes_back(
            (digest, place) in any::<(u64, u32)>(),
            sizes in any::<Vec<u32>>(),
            normal in any::<String>(),
        ) {
            let header = 18 + 4 * sizes.len();
            let hello = Hello { digest, place, sizes, normal };
            let whole = encode_hello(&hello);
            prop_assert_eq!(decode(&whole).unwrap(), Frame::Hello(hello));
            for length in 0..header {
                prop_assert!(matches!(decode(&whole[..length]), Err(FrameError::Short)));
            }
        }

        #[test]
        fn a_cut_off_header_is_an_error(header in header(), part in 0.0..1.0f64) {
            let whole = encode_message(&header, &[]);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            let length = (part * whole.len() as f64) as usize;
            prop_assert!(matches!(decode(&whole[..length]), Err(FrameError::Short)));
        }

        #[test]
        fn an_end_comes_back(role in any::<String>(), reason in reason(), place in place()) {
            let cause = Cause::new(role, reason, place);
            for end in [End::Finished, End::Failed(cause)] {
                let whole = encode_end(&end);
                prop_assert_eq!(decode(&whole).unwrap(), Frame::End(end));
                for length in 0..whole.len() {
                    prop_assert!(decode(&whole[..length]).is_err());
                }
                prop_assert!(decode(&[&whole[..], &[0]].concat()).is_err());
            }
        }
    }

    fn reason() -> impl Strategy<Value = Reason> {
        (0..4, any::<String>()).prop_map(|(kind, text)| match kind {
            0 => Reason::Error(text),
            1 => Reason::Panic(text),
            2 => Reason::Cancelled,
            _ => Reason::Lost(text),
        })
    }

    fn place() -> impl Strategy<Value = Place> {
        any::<(Option<String>, Option<String>)>().prop_map(|(code, message)| Place {
            code: code.map(Into::into),
            message: message.map(Into::into),
        })
    }

    #[test]
    fn a_round_has_a_root() {
        let lane = Lane::with_round(1, 2, 3);
        let position = Position::new(lane, 0, String::new());
        let header = Header { position, id: 0, around: Vec::new() };
        let mut bytes = encode_message(&header, &[]);
        bytes[2] = 0;
        assert!(matches!(decode(&bytes), Err(FrameError::Root)));
    }

    #[test]
    fn a_number_of_roles_without_end_allocates_no_memory_for_it() {
        let bytes = [&[VERSION, HELLO][..], &[0; 12], &[255; 4]].concat();
        assert!(matches!(decode(&bytes), Err(FrameError::Short)));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let step = "\u{e4}".repeat(70_000) + "x";
        let position = Position::new(Lane::ROOT, 0, step);
        let header = Header { position, id: 0, around: Vec::new() };
        let Frame::Message(decoded, payload) = decode(&encode_message(&header, &[7])).unwrap()
        else {
            panic!("a message")
        };
        assert_eq!((decoded.position.step.len(), payload), (65_534, vec![7]));
    }
}
