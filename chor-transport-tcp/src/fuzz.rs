//! Doors for the fuzz targets, which see nothing else of what is private. Not part of any build but
//! theirs.

use crate::sorted::Of;
use crate::{frame, handshake};

/// What is a frame is one again when it is written.
///
/// # Panics
/// If it isn't.
pub fn frame(bytes: &[u8]) {
    let _ = frame::length(bytes);
    let Ok(read) = frame::decode(bytes) else { return };
    match &read {
        frame::Frame::Batch { records, .. } => {
            let _ = frame::first_record(records).map(|(_, message)| round(message));
        }
        frame::Frame::Ask { begins, .. } => round(begins),
        _ => {}
    }
    let mut written = Vec::new();
    frame::encode(&read, &mut written);
    assert_eq!(frame::length(&written).ok(), Some(Some(written.len())));
    assert_eq!(frame::decode(&written[frame::PREFIX..]).ok(), Some(read));
}

/// What a message in a round begins with is the same again when it is written.
fn round(message: &[u8]) {
    let mut rest = message;
    let Some(of) = Of::take(&mut rest) else { return };
    let mut written = Vec::new();
    of.put(&mut written);
    assert_eq!(Of::take(&mut &*written), Some(of));
}

/// What is a greeting is one again when it is written, and each part of it may become one.
///
/// # Panics
/// If it isn't.
pub fn greeting(bytes: &[u8]) {
    let Ok(Some((read, length))) = handshake::decode(bytes) else { return };
    for shorter in 0..length {
        assert_eq!(handshake::decode(&bytes[..shorter]).ok(), Some(None));
    }
    let mut written = Vec::new();
    handshake::encode(&read, &mut written);
    let length = written.len();
    assert_eq!(handshake::decode(&written).ok(), Some(Some((read, length))));
}
