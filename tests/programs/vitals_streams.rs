//! What is kept of readings.

use crate::vitals::{Reading, Signed, stream};
use chor::prelude::*;
use chor::sim::{Simulation, simulate};
use std::sync::{Arc, Mutex};

const KEY: u64 = 7;

/// What is kept of those below.
const KEPT: [(u32, u32); 4] = [(0, 60), (1, 70), (0, 61), (2, 80)];

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
    assert_eq!(kept, KEPT);
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
    assert_eq!(*kept.lock().unwrap(), vec![KEPT.to_vec(); 3]);
}

#[test]
fn both_end_after_a_message_for_each_reading() {
    for seed in 0..1_000 {
        let mut kept = Vec::new();
        let keep = |reading: Reading| kept.push((reading.id, reading.pulse));
        let all = || stream::Choreography::new(readings().into_iter(), KEY, keep);
        let run = Simulation::new().seed(seed).run(all);
        assert!(run.results.device.is_ok() && run.results.gatherer.is_ok(), "seed {seed}");
        assert_eq!(kept, KEPT, "seed {seed}");
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
