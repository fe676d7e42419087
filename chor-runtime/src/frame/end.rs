//! The end of a participant's part as bytes. By hand, so that it depends on no codec: a session's own
//! may fail, or be the reason for the end.
//!
//! A byte says how it ended: 0 finished; else failed with an error (1), a panic (2), cancelled (3) or
//! lost (4). Then four texts: the role, the reason, the code and the message; each with its length in
//! 4 bytes, little-endian. The last two have a length of 2^32 - 1 if they aren't known.

use super::{FrameError, take};
use crate::cause::{Cause, Reason};
use crate::place::Place;
use crate::transport::End;

const NONE: u32 = u32::MAX;

pub(super) fn encode(end: &End, bytes: &mut Vec<u8>) {
    let End::Failed(cause) = end else { return bytes.push(0) };
    let (kind, reason) = match cause.reason() {
        Reason::Error(text) => (1, text.as_str()),
        Reason::Panic(text) => (2, text.as_str()),
        Reason::Cancelled => (3, ""),
        Reason::Lost(text) => (4, text.as_str()),
    };
    bytes.push(kind);
    let Place { code, message } = cause.place();
    for text in [Some(cause.role()), Some(reason), code.as_deref(), message.as_deref()] {
        encode_text(text, bytes);
    }
}

fn encode_text(text: Option<&str>, bytes: &mut Vec<u8>) {
    let text = text.map(|text| (u32::try_from(text.len()).unwrap_or(NONE), text));
    let (length, text) = text.filter(|(length, _)| *length < NONE).unwrap_or((NONE, ""));
    bytes.extend(length.to_le_bytes());
    bytes.extend(text.as_bytes());
}

pub(super) fn decode(mut rest: &[u8]) -> Result<End, FrameError> {
    let [kind] = take(&mut rest)?;
    let end = if kind == 0 { End::Finished } else { End::Failed(decode_cause(kind, &mut rest)?) };
    if rest.is_empty() { Ok(end) } else { Err(FrameError::End) }
}

fn decode_cause(kind: u8, rest: &mut &[u8]) -> Result<Cause, FrameError> {
    let role = decode_text(rest)?.unwrap_or_default();
    let reason = decode_text(rest)?.unwrap_or_default();
    let (code, message) = (decode_text(rest)?, decode_text(rest)?);
    let reason = match kind {
        1 => Reason::Error(reason),
        2 => Reason::Panic(reason),
        3 => Reason::Cancelled,
        4 => Reason::Lost(reason),
        _ => return Err(FrameError::End),
    };
    let place = Place { code: code.map(Into::into), message: message.map(Into::into) };
    Ok(Cause::new(role, reason, place))
}

fn decode_text(rest: &mut &[u8]) -> Result<Option<String>, FrameError> {
    let length = u32::from_le_bytes(take(rest)?);
    if length == NONE {
        return Ok(None);
    }
    let length = usize::try_from(length).map_err(|_| FrameError::Short)?;
    let (text, others) = rest.split_at_checked(length).ok_or(FrameError::Short)?;
    *rest = others;
    str::from_utf8(text).map(|text| Some(text.to_owned())).map_err(|_| FrameError::Text)
}
