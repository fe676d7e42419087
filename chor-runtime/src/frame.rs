//! Frames: a message with its position, the end of a participant's part, or what a participant runs,
//! as bytes.
//!
//! Pure functions between frames and bytes; deliberately no input, no output and no state. What
//! arrives may be anything: decoding reports it and never panics.
//!
//! | bytes | message | end | hello |
//! |---|---|---|---|
//! | 1 | version, 1 | version, 1 | version, 1 |
//! | 1 | kind, 0 | kind, 1 | kind, 2 |
//! | 8 | lane | the [`End`], to the frame's end | digest of what the sender runs |
//! | 8 | count | | the same as text, UTF-8, to the frame's end |
//! | 8 | id of the step | | |
//! | 2 | length of the step's text | | |
//! | | the step's text, UTF-8 | | |
//! | | the payload, to the frame's end | | |
//!
//! Numbers are little-endian. The text is there for people: so an error can name both positions even
//! if the receiver runs another program.

mod end;

use crate::lane::Lane;
use crate::place::Position;
use crate::transport::End;

const VERSION: u8 = 1;
const MESSAGE: u8 = 0;
const END: u8 = 1;
const HELLO: u8 = 2;

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Frame {
    Message(Header, Vec<u8>),
    End(End),
    /// What the peer runs: its digest, and its text.
    Hello(u64, String),
}

/// Which message it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) position: Position,
    pub(crate) id: u64,
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
    #[error("a text in the frame is none")]
    Text,
    #[error("the frame doesn't say how the peer ended")]
    End,
}

pub(crate) fn encode_message(header: &Header, payload: &[u8]) -> Vec<u8> {
    let Header { position: Position { lane, count, step, .. }, id } = header;
    let text = &step.as_bytes()[..step.floor_char_boundary(usize::from(u16::MAX))];
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let mut bytes = Vec::with_capacity(28 + text.len() + payload.len());
    bytes.extend([VERSION, MESSAGE]);
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

pub(crate) fn encode_hello(digest: u64, normal: &str) -> Vec<u8> {
    let mut bytes = vec![VERSION, HELLO];
    bytes.extend(digest.to_le_bytes());
    bytes.extend(normal.as_bytes());
    bytes
}

pub(crate) fn decode(bytes: &[u8]) -> Result<Frame, FrameError> {
    let mut rest = bytes;
    let [version, kind] = take(&mut rest)?;
    match (version, kind) {
        (VERSION, MESSAGE) => {
            let header = decode_header(&mut rest)?;
            Ok(Frame::Message(header, rest.to_vec()))
        }
        (VERSION, END) => end::decode(rest).map(Frame::End),
        (VERSION, HELLO) => {
            let digest = u64::from_le_bytes(take(&mut rest)?);
            let normal = str::from_utf8(rest).map_err(|_| FrameError::Text)?;
            Ok(Frame::Hello(digest, normal.to_owned()))
        }
        (VERSION, kind) => Err(FrameError::Kind(kind)),
        (version, _) => Err(FrameError::Version(version)),
    }
}

fn decode_header(rest: &mut &[u8]) -> Result<Header, FrameError> {
    let lane = Lane::new(u64::from_le_bytes(take(rest)?));
    let count = u64::from_le_bytes(take(rest)?);
    let id = u64::from_le_bytes(take(rest)?);
    let length = usize::from(u16::from_le_bytes(take(rest)?));
    let (text, payload) = rest.split_at_checked(length).ok_or(FrameError::Short)?;
    let step = str::from_utf8(text).map_err(|_| FrameError::Text)?.to_owned();
    *rest = payload;
    Ok(Header { position: Position::new(lane, count, step), id })
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
        (any::<u64>(), any::<u64>(), any::<String>(), any::<u64>()).prop_map(
            |(lane, count, step, id)| Header {
                position: Position::new(Lane::new(lane), count, step),
                id,
            },
        )
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_frame_or_an_error(bytes in any::<Vec<u8>>()) {
            let _ = decode(&bytes);
        }

        #[test]
        fn rubbish_after_a_valid_start_is_a_frame_or_an_error(
            kind in 0u8..4,
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
        fn a_hello_comes_back(digest in any::<u64>(), normal in any::<String>()) {
            let whole = encode_hello(digest, &normal);
            prop_assert_eq!(decode(&whole).unwrap(), Frame::Hello(digest, normal));
            for length in 0..10 {
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
    fn a_long_text_is_cut_between_characters() {
        let step = "\u{e4}".repeat(70_000) + "x";
        let header = Header { position: Position::new(Lane::ROOT, 0, step), id: 0 };
        let Frame::Message(decoded, payload) = decode(&encode_message(&header, &[7])).unwrap()
        else {
            panic!("a message")
        };
        assert_eq!((decoded.position.step.len(), payload), (65_534, vec![7]));
    }
}
