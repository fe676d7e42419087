//! Byte strings in one piece. How fast that is says the benchmark; here, that it happens at all: what
//! grows byte by byte allocates again and again.

use crate::encoded;
use allocation_counter::measure;
use bytes::Bytes;
use chor_runtime::{Bincode, Codec, Json, Postcard};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use std::borrow::Cow;
use std::fmt::Debug;

/// More than serde makes room for at once.
const LENGTH: usize = 3 << 20;

fn long() -> Vec<u8> {
    (0..=250).cycle().take(LENGTH).collect()
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct File {
    name: String,
    content: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(Vec<u8>);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Upload {
    Whole(Vec<u8>),
    Part { of: u32, content: Option<Box<[u8]>> },
}

/// The value is encoded and decoded with so many allocations: those of its own, and to encode, one for
/// what comes before the bytes and one for the bytes.
#[track_caller]
fn in_one_piece<M>(value: &M, own: u64)
where
    M: Serialize + DeserializeOwned + PartialEq + Debug,
{
    fn check<M>(codec: &impl Codec, value: &M, own: u64)
    where
        M: Serialize + DeserializeOwned + PartialEq + Debug,
    {
        let mut bytes = Vec::new();
        let counted = measure(|| codec.encode(value, &mut bytes).unwrap()).count_total;
        assert!(counted <= 3, "{} encodes with {counted} allocations", codec.name());
        let mut decoded = None;
        let counted = measure(|| decoded = Some(codec.decode(&bytes).unwrap())).count_total;
        assert_eq!(counted, own, "{} decodes with so many allocations", codec.name());
        assert!(decoded.as_ref() == Some(value), "{} changes the value", codec.name());
    }
    check(&Bincode, value, own);
    check(&Postcard, value, own);
}

#[test]
fn byte_strings_travel_in_one_piece() {
    in_one_piece(&long(), 1);
    in_one_piece(&long().into_boxed_slice(), 1);
    in_one_piece(&Newtype(long()), 1);
    in_one_piece(&File { name: "a".into(), content: long() }, 2);
    in_one_piece(&Upload::Whole(long()), 1);
    in_one_piece(&Upload::Part { of: 3, content: Some(long().into()) }, 1);
    in_one_piece(&(1u8, vec![Some(long())]), 2);
    in_one_piece(&Cow::<[u8]>::Owned(long()), 1);
    in_one_piece(&Bytes::from(long()), 1);
}

/// Text is no byte string, but copied as one.
#[test]
fn text_travels_in_one_piece() {
    in_one_piece(&"x".repeat(LENGTH), 1);
    in_one_piece(&Some("x".repeat(LENGTH).into_boxed_str()), 1);
}

#[test]
fn byte_strings_inside_others_are_not_mixed_up() {
    let parts: Vec<Vec<u8>> = long().chunks(1000).map(<[u8]>::to_vec).collect();
    assert!(Bincode.decode::<Vec<Vec<u8>>>(&encoded(&Bincode, &parts)).unwrap() == parts);
    assert!(Postcard.decode::<Vec<Vec<u8>>>(&encoded(&Postcard, &parts)).unwrap() == parts);
    assert!(Json.decode::<Vec<Vec<u8>>>(&encoded(&Json, &parts)).unwrap() == parts);
}

/// Other things that are sequences of bytes, or make a vector of bytes of something else.
#[test]
fn what_is_no_plain_vector_of_bytes_is_left_alone() {
    fn add_one<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        struct AddOne;

        impl<'de> serde::de::Visitor<'de> for AddOne {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("small numbers")
            }

            fn visit_seq<A>(self, mut items: A) -> Result<Vec<u8>, A::Error>
            where
                A: serde::de::SeqAccess<'de>,
            {
                let mut all = Vec::new();
                while let Some(item) = items.next_element::<u8>()? {
                    all.push(item + 1);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_seq(AddOne)
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Odd {
        #[serde(deserialize_with = "add_one")]
        numbers: Vec<u8>,
        queue: std::collections::VecDeque<u8>,
        set: std::collections::BTreeSet<u8>,
        signed: Vec<i8>,
        flags: Vec<bool>,
        array: [u8; 4],
    }
    let odd = |numbers: &[u8]| Odd {
        numbers: numbers.into(),
        queue: [4, 5].into(),
        set: [7, 6].into(),
        signed: vec![-1, 1],
        flags: vec![true, false],
        array: [1, 2, 3, 250],
    };
    let sent = odd(&[1, 2, 3]);
    assert_eq!(Bincode.decode::<Odd>(&encoded(&Bincode, &sent)).unwrap(), odd(&[2, 3, 4]));
    assert_eq!(Postcard.decode::<Odd>(&encoded(&Postcard, &sent)).unwrap(), odd(&[2, 3, 4]));
    let plain = bincode::serde::encode_to_vec(&sent, bincode::config::standard()).unwrap();
    assert_eq!(encoded(&Bincode, &sent), plain);
}

#[test]
fn byte_strings_of_any_length_come_back() {
    for length in [0, 1, 250, 251, 252, 65_535, 65_536, 1 << 20] {
        let bytes = vec![7u8; length];
        assert_eq!(Bincode.decode::<Vec<u8>>(&encoded(&Bincode, &bytes)).unwrap(), bytes);
        assert_eq!(Postcard.decode::<Vec<u8>>(&encoded(&Postcard, &bytes)).unwrap(), bytes);
        let numbers = vec![7u128; length];
        assert_eq!(Bincode.decode::<Vec<u128>>(&encoded(&Bincode, &numbers)).unwrap(), numbers);
        let nothing = vec![(); length.min(65_536)];
        assert_eq!(Bincode.decode::<Vec<()>>(&encoded(&Bincode, &nothing)).unwrap(), nothing);
    }
}
