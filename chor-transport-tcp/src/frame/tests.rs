//! Frames there and back, and bytes that are none.

use super::*;
use chor_runtime::{Cause, Place, Reason};
use proptest::prelude::*;

fn head() -> impl Strategy<Value = Head> {
    (any::<u64>(), any::<u64>(), any::<u64>()).prop_map(|(channel, lane, offset)| Head {
        channel,
        lane,
        offset,
    })
}

fn assert_comes_back(frame: &Frame<'_>) {
    let mut bytes = vec![7];
    encode(frame, &mut bytes);
    let bytes = &bytes[1..];
    assert_eq!(length(bytes), Ok(Some(bytes.len())));
    assert_eq!(decode(&bytes[PREFIX..]).as_ref(), Ok(frame));
}

proptest! {
    #[test]
    fn any_bytes_are_a_frame_or_an_error(bytes in any::<Vec<u8>>()) {
        let _ = (length(&bytes), decode(&bytes), first_record(&bytes));
    }

    #[test]
    fn records_come_back(id in any::<u64>(), bytes in any::<Vec<u8>>()) {
        let records = [&record(id, bytes.len()), bytes.as_slice(), &[7]].concat();
        assert_eq!(first_record(&records), Some((id, bytes.as_slice())));
        assert_eq!(first_record(&records[..records.len() - 2]), None);
    }

    #[test]
    fn messages_come_back(head in head(), total in any::<u64>(), bytes in any::<Vec<u8>>()) {
        let Head { channel, lane, .. } = head;
        assert_comes_back(&Frame::Batch { head, records: &bytes });
        assert_comes_back(&Frame::First { head, id: lane, total, part: &bytes });
        assert_comes_back(&Frame::Part { channel, lane, part: &bytes });
    }

    #[test]
    fn texts_come_back(channel in any::<u64>(), text in any::<String>()) {
        assert_comes_back(&Frame::Step { id: channel, text: &text });
        assert_comes_back(&Frame::Normal { channel, runner: 3, text: &text });
        assert_comes_back(&Frame::Refuse { channel, reason: &text });
        assert_comes_back(&Frame::Lost { channel, participant: 3, why: &text });
        let cause = Cause::new(text.clone(), Reason::Panic(text), Place::default());
        assert_comes_back(&Frame::End { channel, end: End::Failed(cause) });
    }

    #[test]
    fn openings_come_back(
        channel in any::<u64>(),
        session in any::<[u8; 16]>(),
        choreography in any::<String>(),
        invitation in any::<Option<Vec<String>>>(),
        (digest, from, to) in any::<(u64, u32, u32)>(),
    ) {
        let sizes = vec![from, to];
        let open = Open { session, choreography, digest, from, to, sizes, invitation };
        assert_comes_back(&Frame::Open { channel, open });
    }
}

#[test]
fn the_small_ones_come_back() {
    let (channel, lane, bytes) = (1, 300, u64::MAX);
    assert_comes_back(&Frame::Credit { channel, lane, bytes });
    assert_comes_back(&Frame::Ask { channel, lane, bytes: 7, begins: &[1, 2] });
    assert_comes_back(&Frame::Rounds { channel, lane, root: bytes });
    assert_comes_back(&Frame::May(Head { channel, lane, offset: 7 }));
    assert_comes_back(&Frame::Room { channel, bytes });
    assert_comes_back(&Frame::Answer { channel, digest: bytes });
    assert_comes_back(&Frame::End { channel, end: End::Finished });
    assert_comes_back(&Frame::Ping);
    assert_comes_back(&Frame::Pong);
}

#[test]
fn a_long_frame_is_refused_before_it_is_read() {
    assert_eq!(length(&[0xff, 0xff, 0xff, 0xff]), Err(FrameError::Long(0xffff_ffff)));
    assert_eq!(length(&[1, 0, 0]), Ok(None));
}

/// What fuzzing begins with: a frame of each kind, whose bytes are written again alike.
#[test]
fn the_corpus_has_a_frame_of_each_kind() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/frames");
    let files = std::fs::read_dir(corpus).expect("it is there");
    let read =
        |file: std::io::Result<std::fs::DirEntry>| std::fs::read(file.unwrap().path()).unwrap();
    let kinds: std::collections::BTreeSet<u8> = files
        .map(read)
        .filter(|bytes| {
            let mut written = Vec::new();
            decode(bytes).inspect(|frame| encode(frame, &mut written)).is_ok()
                && written[PREFIX..] == **bytes
        })
        .map(|bytes| bytes[0])
        .collect();
    assert_eq!(kinds, (1..=18).collect());
}
