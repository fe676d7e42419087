//! Bytes that a peer makes up: they end in an error, before they cost much.

use crate::{Any, encoded, source};
use allocation_counter::measure;
use chor_runtime::{Bincode, Codec, CodecError, Json, Postcard};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Lengths of 2^64 - 1 and 2^40, as each format writes them, and something behind them.
fn claims() -> [(&'static str, Vec<u8>); 4] {
    let bincode = |length: u64| [&[253][..], &length.to_le_bytes(), &[1; 5]].concat();
    [
        ("bincode", bincode(u64::MAX)),
        ("bincode", bincode(1 << 40)),
        ("postcard", [&[255; 9][..], &[1; 6]].concat()),
        ("postcard", vec![128, 128, 128, 128, 128, 32, 1, 1, 1, 1]),
    ]
}

fn refuses<M: DeserializeOwned>(codec: &impl Codec<Error = CodecError>, bytes: &[u8]) {
    let mut error = None;
    let counted = measure(|| error = codec.decode::<M>(bytes).err());
    let ty = std::any::type_name::<M>();
    assert!(matches!(error, Some(CodecError::Decode(_))), "{} {ty}: {error:?}", codec.name());
    // The error's text, and a little that the first bytes justify.
    assert!(counted.bytes_max < 4096, "{} {ty}: {counted:?}", codec.name());
}

#[test]
fn a_length_without_content_costs_nothing() {
    fn all(codec: &impl Codec<Error = CodecError>, bytes: &[u8]) {
        refuses::<Vec<u8>>(codec, bytes);
        refuses::<String>(codec, bytes);
        refuses::<bytes::Bytes>(codec, bytes);
        refuses::<Box<[u8]>>(codec, bytes);
        refuses::<Vec<u64>>(codec, bytes);
        refuses::<Vec<[u64; 32]>>(codec, bytes);
        refuses::<Vec<Vec<Vec<u8>>>>(codec, bytes);
        refuses::<HashMap<u64, u64>>(codec, bytes);
        refuses::<BTreeMap<u64, u8>>(codec, bytes);
        // These have no content at all: nothing but the length would end it.
        refuses::<Vec<()>>(codec, bytes);
        refuses::<BTreeSet<()>>(codec, bytes);
    }
    for (name, bytes) in claims() {
        if name == "bincode" { all(&Bincode, &bytes) } else { all(&Postcard, &bytes) }
    }
}

/// A list, a tree and a chain of options: the ways in which types are recursive.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Chain(Option<Box<Chain>>);

#[derive(Debug, Default, Serialize, Deserialize)]
struct Tree(Vec<Tree>);

#[derive(Debug, Serialize, Deserialize)]
enum List {
    End,
    Next(Box<List>),
}

impl Drop for Chain {
    fn drop(&mut self) {
        // Not by recursion, which would need the stack that the test is about.
        let mut next = self.0.take();
        while let Some(mut link) = next {
            next = link.0.take();
        }
    }
}

#[test]
fn what_nests_without_end_is_an_error() {
    fn check(codec: &impl Codec<Error = CodecError>, bytes: &[u8]) {
        let errors = [
            codec.decode::<Chain>(bytes).unwrap_err(),
            codec.decode::<Tree>(bytes).unwrap_err(),
            codec.decode::<List>(bytes).unwrap_err(),
        ];
        for error in errors {
            assert!(source(&error).contains("nested more than 128 deep"), "{error:?}");
        }
    }
    let ones = vec![1; 1 << 20];
    check(&Bincode, &ones);
    check(&Postcard, &ones);
    let brackets = vec![b'['; 1 << 20];
    assert!(Json.decode::<Tree>(&brackets).is_err());
}

#[test]
fn the_sender_of_what_nests_too_deep_is_told() {
    let chain = |links| (0..links).fold(Chain::default(), |chain, _| Chain(Some(Box::new(chain))));
    let error = Bincode.encode(&chain(100_000), &mut Vec::new()).unwrap_err();
    assert!(matches!(error, CodecError::Encode(_)));
    assert!(source(&error).contains("nested more than 128 deep"), "{error:?}");
    let error = Postcard.encode(&chain(100_000), &mut Vec::new()).unwrap_err();
    assert!(matches!(error, CodecError::Encode(_)));
}

/// What the encoder takes, the decoder takes: both count alike. A link is two levels.
#[test]
fn what_can_be_sent_can_be_received() {
    let mut chain = Chain::default();
    let mut deepest = 0;
    for links in 0..128 {
        let mut bytes = Vec::new();
        if Bincode.encode(&chain, &mut bytes).is_err() {
            break;
        }
        Bincode.decode::<Chain>(&bytes).unwrap();
        Postcard.decode::<Chain>(&encoded(&Postcard, &chain)).unwrap();
        deepest = links;
        chain = Chain(Some(Box::new(chain)));
    }
    assert_eq!(deepest, 63);
    assert!(Bincode.decode::<Chain>(&[&[1; 64][..], &[0]].concat()).is_err());
}

proptest! {
    #[test]
    fn anything_is_a_value_or_an_error(bytes in any::<Vec<u8>>()) {
        let _ = Bincode.decode::<Any>(&bytes);
        let _ = Postcard.decode::<Any>(&bytes);
        let _ = Json.decode::<Any>(&bytes);
        let _ = Bincode.decode::<(Vec<u8>, Vec<String>, HashMap<u8, Vec<u16>>)>(&bytes);
        let _ = Postcard.decode::<(Vec<u8>, Vec<String>, HashMap<u8, Vec<u16>>)>(&bytes);
    }
}
