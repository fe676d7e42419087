//! What arrives in rounds may be anything, too.

use super::hurried::{Hosted, SECOND, Said, options};
use super::log::Log;
use crate::ChannelError;
use crate::frame::{self, Frame};
use chor::prelude::*;
use chor_runtime::Transport;
use std::error::Error as _;
use tokio::time::sleep;

/// What makes no sense in rounds, by its error, said at once.
fn rubbish(said: &Said) -> Vec<(&'static str, Vec<Frame<'static>>)> {
    let one: &'static [u8] = said.rounds[0].clone().leak();
    let length = one.len();
    let short: &'static [u8] = [&frame::record(said.id(), 2)[..], &[0; 2]].concat().leak();
    let first = |total, part| Frame::First { head: said.at(0), id: said.id(), total, part };
    let part = |part| Frame::Part { channel: 1, lane: said.root, part };
    vec![
        ("what came in lane ROOT is no message", vec![said.batch(0, short)]),
        ("what came in lane ROOT is no message", vec![said.batch(0, &one[..length - 1])]),
        ("what came in lane ROOT is no message", vec![said.batch(0, &one[..5])]),
        ("what came in lane ROOT is no message", vec![first(2, &[0; 2])]),
        ("what came in lane ROOT is no message", vec![first(2, &[0]), part(&[0])]),
        (
            "byte 0 of lane ROOT came instead of byte LENGTH",
            vec![said.batch(0, one), said.batch(0, one)],
        ),
        (
            "byte 1 of lane ROOT came instead of byte LENGTH",
            vec![said.batch(0, one), said.batch(1, one)],
        ),
        ("a part of a message in lane ROOT doesn't fit", vec![first(40, one), said.batch(52, one)]),
        ("a part of a message in lane ROOT doesn't fit", vec![said.batch(0, one), part(one)]),
        ("a part of a message in lane ROOT doesn't fit", vec![first(0, &[])]),
        ("a message has 2000 bytes, more than 1000", vec![first(2000, one)]),
        (
            "lane ROOT was said to be of rounds, which it isn't",
            vec![Frame::Rounds { channel: 1, lane: said.root, root: 5 }],
        ),
        (
            "lane 0 was said to be of rounds, which it isn't",
            vec![Frame::Rounds { channel: 1, lane: 0, root: said.root }],
        ),
        (
            "more was sent in lane ROOT than there was credit for",
            // The window is full with seven, if none of them is taken.
            (0..8)
                .map(|count| said.batch(count * 16, said.elsewhere(9, count as u64).leak()))
                .collect(),
        ),
    ]
}

#[tokio::test(start_paused = true)]
async fn what_makes_no_sense_in_a_round_ends_its_session_only() {
    for is_early in [true, false] {
        let cases = rubbish(&Hosted::new(options()).await.1).len();
        for case in 0..cases {
            let (mut hosted, said) = Hosted::new(options().window(100).max_message(1000)).await;
            let (log, _listening) = Log::listen();
            let (text, frames) = rubbish(&said).swap_remove(case);
            if is_early {
                hosted.say(&frames).await;
                hosted.begin(&said).await;
            } else {
                hosted.begin(&said).await;
                hosted.say(&frames).await;
            }
            let error = hosted.ended().await.unwrap_err();
            let text = text.replace("ROOT", &format!("{:x}", said.root));
            let text = text.replace("LENGTH", &said.rounds[0].len().to_string());
            let Error::Codec { role, peer, source, .. } = &error else {
                panic!("{text}: {error:?}")
            };
            assert_eq!((&**role, &**peer), ("Server", "Client"), "{text}");
            let found = source.downcast_ref::<ChannelError>().map(ToString::to_string);
            assert_eq!(found.as_ref(), Some(&text), "{error:?}");
            let at = if is_early { "`ready`" } else { "`number`" };
            assert!(error.place().message.unwrap().contains(at), "{text}");
            let told = hosted.client.hear_text().await;
            assert!(told.starts_with("End { channel: 1, end: Failed"), "{told}");
            let logged = log.text();
            assert!(logged.contains(&text), "{logged}");
            hosted.assert_goes_on().await;
            assert_eq!(hosted.end.discarded(), 0);
        }
    }
}

/// Else what is received there would be kept for ever: by whose root is nothing dropped there.
#[tokio::test(start_paused = true)]
async fn a_lane_that_is_of_other_rounds_than_those_received_there_is_an_error() {
    let (mut hosted, said) = Hosted::untold(options()).await;
    hosted.say(&[Frame::Rounds { channel: 1, lane: said.root, root: 5 }]).await;
    hosted.begin(&said).await;
    let error = hosted.ended().await.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("Server", Some("Client")));
    let source = error.source().and_then(|source| source.downcast_ref::<ChannelError>());
    assert_eq!(source, Some(&ChannelError::Rounds { lane: said.root }), "{error:?}");
    hosted.assert_goes_on().await;
}

#[tokio::test(start_paused = true)]
async fn another_step_in_a_round_is_named_as_the_peer_called_it() {
    for is_early in [true, false] {
        let (mut hosted, said) = Hosted::new(options()).await;
        let mut other = said.rounds[0].clone();
        other[..8].copy_from_slice(&99u64.to_le_bytes());
        if !is_early {
            hosted.begin(&said).await;
        }
        let text = "`colour`: Colour (message 7 of `paint`)";
        hosted.say(&[Frame::Step { id: 99, text }, said.batch(0, &other)]).await;
        if is_early {
            hosted.begin(&said).await;
        }
        let error = hosted.ended().await.unwrap_err();
        assert_eq!((error.role(), error.peer()), ("Server", Some("Client")));
        let Error::Position { expected, found, .. } = &error else { panic!("{error:?}") };
        assert!(expected.step.contains("`number`: u8"), "{expected}");
        assert_eq!(found.step, text);
        hosted.assert_goes_on().await;
    }
}

#[tokio::test(start_paused = true)]
async fn bytes_in_a_round_that_are_no_number_fail_the_session_with_the_message() {
    let (mut hosted, said) = Hosted::new(options()).await;
    hosted.begin(&said).await;
    // The head, and nothing behind it.
    let (_, message) = frame::first_record(&said.rounds[0]).unwrap();
    let head = &message[..message.len() - 1];
    let empty = [&frame::record(said.id(), head.len())[..], head].concat();
    hosted.say(&[said.batch(0, &empty)]).await;
    let error = hosted.ended().await.unwrap_err();
    assert!(matches!(&error, Error::Codec { .. }), "{error:?}");
    assert!(error.place().message.unwrap().contains("`number`"));
    hosted.assert_goes_on().await;
}

#[tokio::test(start_paused = true)]
async fn a_message_of_a_round_that_comes_twice_is_taken_once() {
    let (mut hosted, said) = Hosted::new(options()).await;
    hosted.begin(&said).await;
    // Twice before its round is over, and once more behind it, where there are others.
    let twice = [&said.rounds[0][..], &said.rounds[0]].concat();
    hosted.say(&[said.batch(0, &twice)]).await;
    hosted.client.assert_alive().await;
    assert_eq!(hosted.end.discarded(), 1);
    let behind = [&said.rounds[0][..], &said.rounds[2], &said.rounds[1]].concat();
    hosted.say(&[said.batch(twice.len(), &behind)]).await;
    assert_eq!(hosted.finish(&said).await.unwrap(), (vec![Some(7); 3], 9));
    assert_eq!(hosted.end.discarded(), 2);
    hosted.assert_goes_on().await;
}

#[tokio::test(start_paused = true)]
async fn what_nobody_waits_for_in_a_round_is_dropped_with_it() {
    let (mut hosted, said) = Hosted::new(options()).await;
    // Lanes that no branch has, before their round and in it: also that of another round.
    let lanes = [0, 1, said.root, u64::MAX].map(|lane| said.elsewhere(0, lane)).concat();
    hosted.say(&[said.batch(0, &lanes)]).await;
    hosted.begin(&said).await;
    hosted.say(&[said.batch(lanes.len(), &lanes)]).await;
    hosted.client.assert_alive().await;
    assert_eq!(hosted.end.discarded(), 0);
    sleep(SECOND * 3 / 2).await;
    assert_eq!(hosted.end.discarded(), 8);
    // Whatever they are: they are of a round that is over.
    hosted.say(&[said.batch(2 * lanes.len(), &lanes)]).await;
    hosted.client.assert_alive().await;
    assert_eq!(hosted.end.discarded(), 12);
    let rest = said.rounds[1..].concat();
    hosted.say(&[said.batch(3 * lanes.len(), &rest)]).await;
    assert_eq!(hosted.finish(&said).await.unwrap(), (vec![None, Some(7), Some(7)], 9));
    assert_eq!(hosted.end.discarded(), 12);
    hosted.assert_goes_on().await;
}

#[tokio::test(start_paused = true)]
async fn rounds_that_never_come_are_kept_within_the_window_and_hold_up_nobody() {
    let (mut hosted, said) = Hosted::new(options()).await;
    hosted.begin(&said).await;
    let far = (3..9000).map(|round| said.elsewhere(round, round)).collect::<Vec<_>>().concat();
    let last = said.elsewhere(u64::MAX, u64::MAX);
    hosted.say(&[said.batch(0, &far), said.batch(far.len(), &last)]).await;
    let rest = said.rounds.concat();
    hosted.say(&[said.batch(far.len() + last.len(), &rest)]).await;
    assert_eq!(hosted.finish(&said).await.unwrap(), (vec![Some(7); 3], 9));
    assert_eq!(hosted.end.discarded(), 0);
    hosted.assert_goes_on().await;
}

#[test]
fn what_is_kept_for_rounds_to_come_takes_as_much_memory_as_is_said() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    let runtime = runtime.unwrap();
    let (mut hosted, said) = runtime.block_on(async {
        let (mut hosted, said) = Hosted::new(options()).await;
        hosted.begin(&said).await;
        (hosted, said)
    });
    // As many as the window has room for, of about the least that a message can be.
    let all: Vec<Vec<u8>> = (3..9000).map(|round| said.elsewhere(round, round)).collect();
    let held = allocation_counter::measure(|| {
        let mut offset = 0;
        for some in all.chunks(100) {
            let records = some.concat();
            runtime.block_on(hosted.say(&[said.batch(offset, &records)]));
            runtime.block_on(hosted.client.assert_alive());
            offset += records.len();
        }
    });
    let counted: usize = all.iter().map(Vec::len).sum();
    let most = counted + 300 * all.len();
    assert!(held.bytes_max < most as u64, "{} bytes instead of {most}", held.bytes_max);
    assert_eq!(hosted.end.discarded(), 0);
}
