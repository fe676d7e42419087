//! A device streams signed readings until it is switched off; the gatherer drops what isn't signed
//! rightly and replaces ids by pseudonyms.

use chor::prelude::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) id: u32,
    pub(crate) pulse: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Signed {
    pub(crate) reading: Reading,
    pub(crate) signature: u64,
}

impl Signed {
    /// With the mark of the one who holds the key; a stand-in for a real signature.
    pub(crate) fn new(reading: Reading, key: u64) -> Self {
        Self { reading, signature: mark(reading, key) }
    }

    fn is_genuine(&self, key: u64) -> bool {
        self.signature == mark(self.reading, key)
    }
}

fn mark(Reading { id, pulse }: Reading, key: u64) -> u64 {
    (u64::from(id) << 32 | u64::from(pulse)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ key
}

/// Gives each id a number of its own, in order of appearance.
#[derive(Default)]
pub(crate) struct Pseudonyms(BTreeMap<u32, u32>);

impl Pseudonyms {
    fn of(&mut self, id: u32) -> u32 {
        let next = u32::try_from(self.0.len()).unwrap();
        *self.0.entry(id).or_insert(next)
    }
}

chor! {
    /// One message for each reading, and one that says that there are no more.
    pub(crate) chor stream[Device, Gatherer](
        mut readings: impl Iterator<Item = Signed> @ Device,
        key: u64 @ Gatherer,
        mut keep: impl FnMut(Reading) @ Gatherer,
    ) {
        let mut names = Gatherer: Pseudonyms::default();
        while let Some(signed) = Device => Gatherer: readings.next() as Option<Signed> {
            Gatherer: if signed.is_genuine(key) {
                keep(Reading { id: names.of(signed.reading.id), ..signed.reading });
            }
        }
    }
}
