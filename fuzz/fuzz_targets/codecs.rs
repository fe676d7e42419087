//! What a codec decodes it encodes and decodes again, to the same bytes.

#![no_main]

use chor_runtime::{Bincode, Codec, Json, Postcard};
use libfuzzer_sys::fuzz_target;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Deserialize, Serialize)]
enum Any {
    Unit,
    Bytes(Vec<u8>),
    Parts(Vec<Box<[u8]>>),
    Text { text: String, letter: char },
    Maybe(Option<Box<Any>>),
    All(Vec<Any>),
    Map(BTreeMap<u16, i64>),
    Numbers(u128, bool, Vec<()>),
}

fn check(codec: &impl Codec, bytes: &[u8]) {
    let Ok(value) = codec.decode::<Any>(bytes) else { return };
    let mut first = Vec::new();
    codec.encode(&value, &mut first).expect("what was decoded has an encoding");
    let value = codec.decode::<Any>(&first).expect("what was encoded can be decoded");
    let mut second = Vec::new();
    codec.encode(&value, &mut second).expect("it has one");
    assert_eq!(first, second);
}

fuzz_target!(|bytes: &[u8]| {
    check(&Bincode, bytes);
    check(&Postcard, bytes);
    check(&Json, bytes);
});
