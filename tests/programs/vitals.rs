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

#[cfg(test)]
mod tests {
    use super::*;
    use chor::sim::{Simulation, simulate};
    use std::sync::{Arc, Mutex};

    const KEY: u64 = 7;

    /// Three patients, of whom somebody imitates one.
    fn readings() -> Vec<Signed> {
        let reading = |id, pulse| Reading { id, pulse };
        vec![
            Signed::new(reading(4711, 60), KEY),
            Signed::new(reading(42, 70), KEY),
            Signed::new(reading(42, 170), KEY + 1),
            Signed::new(reading(4711, 61), KEY),
            Signed { reading: reading(42, 0), ..Signed::new(reading(42, 71), KEY) },
            Signed::new(reading(8, 80), KEY),
        ]
    }

    #[tokio::test]
    async fn genuine_readings_come_in_order_under_pseudonyms() -> Result<(), Error> {
        let mut kept = Vec::new();
        let keep = |reading: Reading| kept.push((reading.id, reading.pulse));
        simulate(stream::Choreography::new(readings().into_iter(), KEY, keep)).await?;
        assert_eq!(kept, [(0, 60), (1, 70), (0, 61), (2, 80)]);
        Ok(())
    }

    #[test]
    fn the_same_is_kept_over_tcp() {
        let kept = Arc::new(Mutex::new(Vec::new()));
        crate::seeds::over_tcp(|| {
            let kept = Arc::clone(&kept);
            kept.lock().unwrap().push(Vec::new());
            let keep = move |reading: Reading| {
                kept.lock().unwrap().last_mut().unwrap().push((reading.id, reading.pulse));
            };
            stream::Choreography::new(readings().into_iter(), KEY, keep)
        });
        assert_eq!(*kept.lock().unwrap(), vec![vec![(0, 60), (1, 70), (0, 61), (2, 80)]; 3]);
    }

    #[test]
    fn both_end_after_a_message_for_each_reading() {
        for seed in 0..1_000 {
            let all = || stream::Choreography::new(readings().into_iter(), KEY, |_| ());
            let run = Simulation::new().seed(seed).run(all);
            assert!(run.results.device.is_ok() && run.results.gatherer.is_ok(), "seed {seed}");
            assert_eq!(run.trace.messages_by("Device"), readings().len() + 1);
            assert_eq!(run.trace.messages_by("Gatherer"), 0);
        }
    }

    #[tokio::test]
    async fn a_device_that_is_never_on_sends_nothing_but_its_end() -> Result<(), Error> {
        let keep = |reading: Reading| panic!("{reading:?}");
        simulate(stream::Choreography::new(std::iter::empty(), KEY, keep)).await?;
        Ok(())
    }
}
