//! Peers that make a node remember things, or answer, without end: its memory stays bounded.
//!
//! Everything runs in the test's own thread, and so all that it holds is counted.

use crate::raw::{MESSAGE, OPEN, PING, Raw, STEP, Said, Shop, frame};
use crate::support::within;
use chor::tcp::Options;
use std::io;
use std::time::Duration;
use tokio::io::AsyncWriteExt;

const MIB: u64 = 1 << 20;

/// What a peer says after its greeting, so many times at most; it never listens.
struct Flood {
    /// Said once, before.
    first: Vec<u8>,
    frame: Vec<u8>,
    /// Says how the frame differs the next time.
    next: fn(&mut [u8], u32),
    times: u32,
}

/// Gives how much memory the node has held at most for it, in bytes, everything in this thread counted.
fn held_against(options: Options, flood: impl FnOnce(&Said) -> Flood) -> u64 {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (mut shop, said) = runtime.block_on(async {
        let mut shop = Shop::open(options).await;
        let said = shop.recorded().await;
        (shop, said)
    });
    let mut flood = flood(&said);
    let held = allocation_counter::measure(|| {
        runtime.block_on(async {
            let mut raw = Raw::to(shop.address()).await;
            raw.write(&said.greeting).await;
            raw.greeting().await;
            raw.write(&flood.first).await;
            let _ = within(pour(&mut raw, &mut flood)).await;
            shop.assert_steady().await;
        });
    });
    runtime.block_on(async {
        shop.assert_left_alone().await;
        // Sessions with the peer have failed.
        while shop.sold.try_recv().is_ok() {}
        shop.assert_goes_on().await;
    });
    held.bytes_max
}

/// Writes until the node hangs up, or doesn't read for a while, which is as well.
async fn pour(raw: &mut Raw, flood: &mut Flood) -> io::Result<()> {
    let patience = Duration::from_secs(1);
    for time in 0..flood.times {
        (flood.next)(&mut flood.frame, time);
        let Ok(written) = tokio::time::timeout(patience, raw.0.write_all(&flood.frame)).await
        else {
            return Ok(());
        };
        written?;
    }
    Ok(())
}

#[test]
fn texts_of_steps_are_bounded() {
    let held = held_against(Options::default(), |_| Flood {
        first: Vec::new(),
        frame: frame(STEP, &[1], &vec![b'x'; 1 << 19]),
        next: |_, _| {},
        times: 200,
    });
    assert!(held < 16 * MIB, "{held} bytes");
}

#[test]
fn steps_are_bounded() {
    let held = held_against(Options::default(), |_| Flood {
        first: Vec::new(),
        frame: frame(STEP, &[1], b"text").repeat(1000),
        next: |_, _| {},
        times: 100,
    });
    assert!(held < 16 * MIB, "{held} bytes");
}

/// An opening with a long name and numbers of channels and sessions that differ.
fn opening(said: &Said, name: usize, invites: bool) -> Vec<u8> {
    let open = said.of(OPEN).next().unwrap();
    // Behind length and kind: channel, session, length of the name, name.
    let session = &open[6..22];
    let rest = &open[23 + usize::from(open[22])..];
    let name = vec![b'x'; name];
    // As bincode writes a length.
    let length = [&[252][..], &u32::try_from(name.len()).unwrap().to_le_bytes()].concat();
    // The digest in nine bytes, from, to, and whether somebody is invited.
    let rest = if invites { rest.to_owned() } else { [&rest[..11], &[0]].concat() };
    // The number of the channel has four bytes.
    frame(OPEN, &[0, 0, 0, 0], &[session, &length, &name, &rest].concat())
}

fn next_channel(frame: &mut [u8], time: u32) {
    let number = time + 2;
    let digit = |shift: u32| u8::try_from(number >> shift & 0x7f).unwrap();
    frame[5..9].copy_from_slice(&[digit(0) | 0x80, digit(7) | 0x80, digit(14) | 0x80, digit(21)]);
}

#[test]
fn openings_that_nobody_is_invited_by_are_bounded() {
    let held = held_against(Options::default(), |said| Flood {
        first: Vec::new(),
        frame: opening(said, 100_000, false),
        next: next_channel,
        times: 1000,
    });
    assert!(held < 16 * MIB, "{held} bytes");
    let held = held_against(Options::default(), |said| Flood {
        first: Vec::new(),
        frame: opening(said, 10, false),
        next: next_channel,
        times: 100_000,
    });
    assert!(held < 64 * MIB, "{held} bytes");
}

#[test]
fn refusals_that_nobody_reads_are_bounded() {
    let held = held_against(Options::default(), |said| Flood {
        first: Vec::new(),
        frame: opening(said, 100_000, true),
        next: next_channel,
        times: 1000,
    });
    assert!(held < 64 * MIB, "{held} bytes");
}

#[test]
fn answers_that_nobody_reads_are_bounded() {
    let held = held_against(Options::default(), |_| Flood {
        first: Vec::new(),
        frame: frame(PING, &[], b"").repeat(10_000),
        next: |_, _| {},
        times: 2000,
    });
    assert!(held < 64 * MIB, "{held} bytes");
}

#[test]
fn messages_that_nobody_receives_are_bounded() {
    let held = held_against(Options::default(), |said| {
        // A session in which nothing is received behind the first message.
        let first = [said.of(OPEN).next().unwrap(), said.of(STEP).next().unwrap()];
        Flood {
            first: first.map(Vec::as_slice).concat(),
            frame: frame(MESSAGE, &[1, 0, 0, 0], &vec![7; 100_000]),
            next: |bytes, time| bytes[8] = u8::try_from(time % 100).unwrap(),
            times: 1000,
        }
    });
    assert!(held < 16 * MIB, "{held} bytes");
}
