//! Doors for the fuzz targets, which see nothing else of what is private. Not part of any build but
//! theirs.

use crate::frame::{self, Frame};

/// What is a frame is one again when it is written.
///
/// # Panics
/// If it isn't.
pub fn frame(bytes: &[u8]) {
    let Ok(read) = frame::decode(bytes) else { return };
    let written = match &read {
        Frame::Message(header, payload) => frame::encode_message(header, payload),
        Frame::End(end) => frame::encode_end(end),
        Frame::Hello(hello) => frame::encode_hello(hello),
    };
    assert_eq!(frame::decode(&written).ok(), Some(read));
}
