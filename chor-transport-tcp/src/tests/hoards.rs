//! What a peer can make this end keep before sessions begin is bounded.

use super::hurried::options;
use super::raw::Raw;
use super::trial::{Court, ONE, OPENER, open};
use crate::Options;
use crate::frame::{Frame, Open};
use chor_runtime::{Cause, End, Place, Reason};
use tokio::time::sleep;

const MIB: u64 = 1 << 20;
const CHANNELS: u64 = 30;

/// What a node keeps at most of what a peer says, everything in this thread counted, if none of the
/// sessions begins in which it does.
fn kept<F: AsyncFnMut(&mut Raw, u64)>(mut says: F) -> u64 {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.unwrap();
    let held = allocation_counter::measure(|| {
        runtime.block_on(async {
            let court = Court::new();
            let mut peer = Raw::greeted(&court.node).await;
            for channel in (1..2 * CHANNELS).step_by(2) {
                peer.say(&Frame::Open { channel, open: open(7, ONE) }).await;
                says(&mut peer, channel).await;
            }
            peer.assert_alive().await;
            // Nobody invites the judge.
            sleep(Options::default().handshake * 2).await;
            let links = court.node.hosting.links.all();
            assert_eq!(links.iter().map(|link| link.told.kept()).collect::<Vec<_>>(), [0]);
        });
    });
    held.bytes_max
}

#[test]
fn texts_of_what_others_run_are_bounded() {
    let text = "x".repeat(1_000_000);
    let held = kept(async |peer, channel| {
        for runner in 0..3 {
            peer.say(&Frame::Normal { channel, runner, text: &text }).await;
        }
    });
    assert!(held < 9 * MIB, "{held} bytes");
}

#[test]
fn reasons_why_others_are_lost_are_bounded() {
    let why = "x".repeat(300);
    let held = kept(async |peer, channel| {
        for participant in 0..2000 {
            peer.say(&Frame::Lost { channel, participant, why: &why }).await;
        }
    });
    assert!(held < 9 * MIB, "{held} bytes");
}

#[test]
fn causes_are_bounded() {
    let text = "x".repeat(500_000);
    let held = kept(async |peer, channel| {
        let mut place = Place::default();
        place.message = Some(text.clone().into());
        let end = End::Failed(Cause::new(text.clone(), Reason::Cancelled, place));
        peer.say(&Frame::End { channel, end }).await;
    });
    assert!(held < 9 * MIB, "{held} bytes");
}

#[test]
fn sizes_are_bounded() {
    let sizes = || vec![0; 1_000_000];
    let held = kept(async |peer, channel| {
        let open = Open { sizes: sizes(), ..open(7, ONE) };
        peer.say(&Frame::Open { channel: channel + 1, open }).await;
        peer.say(&Frame::Sizes { channel: channel + 1, sizes: sizes() }).await;
    });
    assert!(held < 24 * MIB, "{held} bytes");
}

/// An invitation of so many helpers.
fn inviting(session: u8, helpers: u32) -> Open {
    let invitation = Some(vec![String::new(); helpers as usize + 3]);
    Open { sizes: vec![1, helpers, 1, 1], to: helpers + 2, invitation, ..open(session, OPENER) }
}

#[tokio::test(start_paused = true)]
async fn a_session_of_more_participants_than_a_node_takes_part_with_is_refused() {
    let court = Court::new();
    let mut peer = Raw::greeted(&court.node).await;
    peer.say(&Frame::Open { channel: 1, open: inviting(1, 999_997) }).await;
    let text = "it is in sessions of 0 participants already, and 1000000 more are too many";
    let told = peer.hear_text().await;
    assert!(told.starts_with("Refuse { channel: 1") && told.contains(text), "{told}");
    assert_eq!(court.node.sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn participants_are_counted_while_somebody_may_come_to_their_session() {
    let court = Court::with(options().max_sessions(10));
    let mut peer = Raw::greeted(&court.node).await;
    let told = async |peer: &mut Raw, channel, helpers| {
        let open = inviting(u8::try_from(channel).unwrap(), helpers);
        peer.say(&Frame::Open { channel, open }).await;
        peer.hear_text().await
    };
    assert!(told(&mut peer, 1, 997).await.starts_with("Answer"));
    let text = "it is in sessions of 1000 participants already, and 25 more are too many";
    assert!(told(&mut peer, 2, 22).await.contains(text));
    assert!(told(&mut peer, 3, 21).await.starts_with("Answer"));
    // They end, but others may come to them yet.
    drop(peer);
    while court.node.sessions() > 0 {
        tokio::task::yield_now().await;
    }
    let mut peer = Raw::greeted(&court.node).await;
    assert!(told(&mut peer, 1, 22).await.starts_with("Refuse"));
    sleep(Options::default().handshake * 2).await;
    assert!(told(&mut peer, 2, 1021).await.starts_with("Answer"));
}
