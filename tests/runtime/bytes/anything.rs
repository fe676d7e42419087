//! Whatever a peer sends, the role ends, without a panic.

use super::{Frame, honest, play};
use proptest::prelude::*;

/// What a misbehaving peer does to honest frames.
#[derive(Clone, Debug)]
enum Change {
    Keep(usize),
    Flip(usize, prop::sample::Index, u8),
    Cut(usize, prop::sample::Index),
    Insert(Frame),
}

fn change() -> impl Strategy<Value = Change> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (0..3usize).prop_map(Change::Keep),
        2 => (0..3usize, index(), 1u8..).prop_map(|(i, at, bits)| Change::Flip(i, at, bits)),
        1 => (0..3usize, index()).prop_map(|(i, at)| Change::Cut(i, at)),
        1 => any::<Frame>().prop_map(Change::Insert),
    ]
}

fn changed(honest: &[Frame; 3], change: Change) -> Frame {
    match change {
        Change::Keep(i) => honest[i].clone(),
        Change::Flip(i, at, bits) => {
            let mut frame = honest[i].clone();
            let at = at.index(frame.len());
            frame[at] ^= bits;
            frame
        }
        Change::Cut(i, at) => honest[i][..at.index(honest[i].len())].to_vec(),
        Change::Insert(frame) => frame,
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

/// Plays against frames until the role has ended, which it has to. It gives a value only if the
/// frames of its lane begin with the two messages.
fn survives(frames: &[Frame]) -> Result<(), TestCaseError> {
    let Err(error) = block_on(play(frames.iter().cloned())) else { return Ok(()) };
    prop_assert_eq!((error.role(), error.peer()), ("B", Some("A")));
    let place = error.place().to_string();
    // What is said of the whole choreography has no place in it.
    let nowhere = matches!(error, chor::Error::Signature { .. });
    let placed = place.starts_with("`number`") || place.starts_with("`text`");
    prop_assert!(nowhere || placed, "{}", place);
    prop_assert!(!error.to_string().is_empty() && !error.cause().to_string().is_empty());
    Ok(())
}

proptest! {
    #[test]
    fn arbitrary_frames_end_in_an_error(frames in any::<Vec<Frame>>()) {
        prop_assert!(block_on(play(frames.clone())).is_err());
        survives(&frames)?;
    }

    #[test]
    fn almost_honest_frames_end(changes in prop::collection::vec(change(), 0..6)) {
        let honest = block_on(honest());
        let frames: Vec<Frame> =
            changes.into_iter().map(|change| changed(&honest, change)).collect();
        survives(&frames)?;
    }

    #[test]
    fn well_formed_headers_with_any_contents_end(
        kind in 0u8..3,
        contents in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        survives(&[[&[1, kind], &contents[..]].concat()])?;
    }
}
