//! Doors for the fuzz targets, which see nothing else of what is private. Not part of any build but
//! theirs.

use crate::{frame, handshake};

/// What is a frame is one again when it is written.
///
/// # Panics
/// If it isn't.
pub fn frame(bytes: &[u8]) {
    let _ = frame::length(bytes);
    let Ok(read) = frame::decode(bytes) else { return };
    if let frame::Frame::Batch { records, .. } = &read {
        let _ = frame::first_record(records);
    }
    let mut written = Vec::new();
    frame::encode(&read, &mut written);
    assert_eq!(frame::length(&written).ok(), Some(Some(written.len())));
    assert_eq!(frame::decode(&written[frame::PREFIX..]).ok(), Some(read));
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
