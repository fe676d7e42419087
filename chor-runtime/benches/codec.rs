//! Codecs against copying, and against the libraries that they are built on.
//!
//! - `ratio CODEC encode TYPE`, for 1 MiB of bytes: the time to encode into a buffer that is used
//!   again, divided by that of copying as many bytes into it.
//! - `ratio CODEC decode TYPE`: the time to decode, divided by that of copying the bytes into a new
//!   vector.
//! - `ratio CODEC encode TYPE to library`, and `decode`: the same messages, and small ones, with the
//!   library by itself.
//!
//! Medians of interleaved rounds.

use chor_runtime::{Bincode, Codec, Json, Postcard};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 31;
const MIB: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
struct File {
    name: String,
    content: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
enum Upload {
    Whole(Vec<u8>),
}

fn main() {
    let mib: Vec<u8> = (0..=250).cycle().take(MIB).collect();
    payloads(&mib, &Bincode, Some(&PlainBincode));
    payloads(&mib, &Postcard, Some(&PlainPostcard));
    payload("Vec<u8>", &mib, &Json, None::<&PlainBincode>);
    small("u64", &7u64);
    small("1 KiB String", &"x".repeat(1024));
    small("struct", &File { name: "a".into(), content: vec![7; 16] });
    small("Vec<u64> of 1000", &(0..1000u64).collect::<Vec<_>>());
    small(
        "Vec<(u32, String)> of 1000",
        &(0..1000u32).map(|i| (i, "a".into())).collect::<Vec<(_, String)>>(),
    );
}

fn payloads(mib: &[u8], codec: &impl Codec, library: Option<&impl Codec>) {
    let bytes = || mib.to_vec();
    payload("Vec<u8>", &bytes(), codec, library);
    payload("Box<[u8]>", &bytes().into_boxed_slice(), codec, library);
    payload("Bytes", &bytes::Bytes::from(bytes()), codec, library);
    payload("String", &"x".repeat(MIB), codec, library);
    payload("struct", &File { name: "a".into(), content: bytes() }, codec, library);
    payload("enum", &Upload::Whole(bytes()), codec, library);
    payload("Option<Vec<u8>>", &Some(bytes()), codec, library);
    payload("Vec<Vec<u8>> of 16", &parts(mib, 16), codec, library);
    payload("Vec<Vec<u8>> of 1024", &parts(mib, 1024), codec, library);
}

fn parts(bytes: &[u8], count: usize) -> Vec<Vec<u8>> {
    bytes.chunks(bytes.len() / count).map(<[u8]>::to_vec).collect()
}

fn payload<M>(name: &str, value: &M, codec: &impl Codec, library: Option<&impl Codec>)
where
    M: Serialize + DeserializeOwned,
{
    let [own, copied] = compare([&mut Work::new(codec, value, 1), &mut Copy::new(MIB)]);
    ratio(codec.name(), name, "", own, copied);
    if let Some(library) = library {
        let [own, plain] =
            compare([&mut Work::new(codec, value, 1), &mut Work::new(library, value, 1)]);
        ratio(codec.name(), name, " to library", own, plain);
    }
}

fn small<M: Serialize + DeserializeOwned>(name: &str, value: &M) {
    let [own, plain] = compare([
        &mut Work::new(&Bincode, value, 1000),
        &mut Work::new(&PlainBincode, value, 1000),
    ]);
    ratio(Bincode.name(), name, " to library", own, plain);
    let [own, plain] = compare([
        &mut Work::new(&Postcard, value, 1000),
        &mut Work::new(&PlainPostcard, value, 1000),
    ]);
    ratio(Postcard.name(), name, " to library", own, plain);
}

fn ratio(codec: &str, name: &str, to: &str, own: Times, other: Times) {
    println!("ratio\t{codec} encode {name}{to}\t{:.2}", own.encode / other.encode);
    println!("ratio\t{codec} decode {name}{to}\t{:.2}", own.decode / other.decode);
}

#[derive(Clone, Copy)]
struct Times {
    encode: f64,
    decode: f64,
}

trait Measured {
    fn encode(&mut self);
    fn decode(&mut self);
}

/// Medians of both, in turns.
fn compare(mut all: [&mut dyn Measured; 2]) -> [Times; 2] {
    let mut times = [const { (Vec::new(), Vec::new()) }; 2];
    for _ in 0..ROUNDS {
        for (one, (encode, decode)) in all.iter_mut().zip(&mut times) {
            encode.push(seconds(|| one.encode()));
            decode.push(seconds(|| one.decode()));
        }
    }
    times.map(|(encode, decode)| Times { encode: median(encode), decode: median(decode) })
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

struct Work<'w, C, M> {
    codec: &'w C,
    value: &'w M,
    encoded: Vec<u8>,
    buffer: Vec<u8>,
    repeat: usize,
}

impl<'w, C: Codec, M: Serialize> Work<'w, C, M> {
    fn new(codec: &'w C, value: &'w M, repeat: usize) -> Self {
        let mut encoded = Vec::new();
        codec.encode(value, &mut encoded).expect("it has an encoding");
        Self { codec, value, buffer: encoded.clone(), encoded, repeat }
    }
}

impl<C: Codec, M: Serialize + DeserializeOwned> Measured for Work<'_, C, M> {
    fn encode(&mut self) {
        for _ in 0..self.repeat {
            self.buffer.clear();
            let encoded = self.codec.encode(black_box(self.value), &mut self.buffer);
            encoded.expect("it has an encoding");
            black_box(&self.buffer);
        }
    }

    fn decode(&mut self) {
        for _ in 0..self.repeat {
            let decoded = self.codec.decode::<M>(black_box(&self.encoded));
            black_box(decoded.expect("it was encoded"));
        }
    }
}

struct Copy {
    from: Vec<u8>,
    to: Vec<u8>,
}

impl Copy {
    fn new(length: usize) -> Self {
        Self { from: vec![7; length], to: vec![1; length] }
    }
}

impl Measured for Copy {
    fn encode(&mut self) {
        self.to.clear();
        self.to.extend_from_slice(black_box(&self.from));
        black_box(&self.to);
    }

    fn decode(&mut self) {
        black_box(black_box(&self.from[..]).to_vec());
    }
}

struct PlainBincode;

impl Codec for PlainBincode {
    type Error = bincode::error::DecodeError;

    fn name(&self) -> &'static str {
        "bincode by itself"
    }

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), Self::Error> {
        let format = bincode::config::standard();
        bincode::serde::encode_into_std_write(value, bytes, format).expect("it has an encoding");
        Ok(())
    }

    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, Self::Error> {
        let format = bincode::config::standard();
        bincode::serde::decode_from_slice(bytes, format).map(|(value, _)| value)
    }
}

struct PlainPostcard;

impl Codec for PlainPostcard {
    type Error = postcard::Error;

    fn name(&self) -> &'static str {
        "postcard by itself"
    }

    fn encode<M: Serialize>(&self, value: &M, bytes: &mut Vec<u8>) -> Result<(), Self::Error> {
        *bytes = postcard::to_extend(value, std::mem::take(bytes))?;
        Ok(())
    }

    fn decode<M: DeserializeOwned>(&self, bytes: &[u8]) -> Result<M, Self::Error> {
        postcard::from_bytes(bytes)
    }
}
