//! What arrives may be anything.

use super::log::Log;
use super::raw::{Raw, opening, record, server};
use crate::frame::{Frame, Head, Open};
use crate::{ChannelError, LinkError, Options};
use chor::prelude::*;
use std::error::Error as _;

fn link_error(error: &Error) -> &LinkError {
    error.source().and_then(|source| source.downcast_ref()).expect("an error of the link")
}

fn channel_error(error: &Error) -> &ChannelError {
    error.source().and_then(|source| source.downcast_ref()).expect("an error of the channel")
}

#[tokio::test(start_paused = true)]
async fn a_well_behaved_peer_is_served() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.number(1, 0, 40).await;
    peer.number(1, 1, 2).await;
    peer.number(1, 2, 0).await;
    assert_eq!(ended.recv().await.unwrap().unwrap(), 42);
    assert!(peer.hear_text().await.starts_with("Step"));
    assert!(peer.hear_text().await.starts_with("Batch"));
    assert_eq!(peer.hear_text().await, "End { channel: 1, end: Finished }");
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_greeting_end_the_link_at_once() {
    let (node, _ended) = server(Options::default());
    for rubbish in [b"GET / HTTP/1.1\r\n".as_slice(), &[0; 100], b"chor\x07\x00\x00\x00"] {
        let (log, _guard) = Log::listen();
        let mut peer = Raw::unknown(&node);
        peer.write(rubbish).await;
        peer.assert_dead().await;
        assert!(log.text().contains("a pipe can't be spoken with"), "{}", log.text());
    }
}

#[tokio::test(start_paused = true)]
async fn another_codec_is_named_at_once() {
    let (node, _ended) = server(Options::default());
    let (log, _guard) = Log::listen();
    let mut peer = Raw::unknown(&node);
    let greeting = crate::handshake::Greeting {
        codec: "json".to_owned(),
        window: 1,
        max_message: 1,
        shared: 1,
    };
    let mut bytes = Vec::new();
    crate::handshake::encode(&greeting, &mut bytes);
    peer.write(&bytes).await;
    peer.assert_dead().await;
    let text = "it encodes messages with `json`, this end with `bincode`";
    assert!(log.text().contains(text), "{}", log.text());
}

#[tokio::test(start_paused = true)]
async fn what_is_no_frame_ends_the_link_and_its_sessions() {
    let cases: [(&[u8], &str); 4] = [
        (&[0xff, 0xff, 0xff, 0x7f], "a frame claims 2147483647 bytes, more than 1048576"),
        (&[0, 0, 0, 0], "a frame is empty"),
        (&[1, 0, 0, 0, 99], "a frame is of the unknown kind 99"),
        (&[2, 0, 0, 0, 1, 0x80], "a frame is cut off in its fields"),
    ];
    for (rubbish, text) in cases {
        let (node, mut ended) = server(Options::default());
        let (log, _guard) = Log::listen();
        let mut peer = Raw::greeted(&node).await;
        peer.open(1).await;
        peer.write(rubbish).await;
        let error = ended.recv().await.unwrap().unwrap_err();
        let LinkError::Frame { source, .. } = link_error(&error) else { panic!("{error:?}") };
        assert_eq!(source.to_string(), text);
        assert_eq!(error.cause().role(), "Client");
        peer.assert_dead().await;
        assert!(log.text().contains(text), "{}", log.text());
    }
}

#[tokio::test(start_paused = true)]
async fn frames_for_unknown_sessions_concern_nobody() {
    let (node, mut ended) = server(Options::default());
    let (log, _guard) = Log::listen();
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.number(9, 0, 1).await;
    let end = chor_runtime::End::Finished;
    peer.say(&Frame::End { channel: 8, end }).await;
    peer.say(&Frame::Credit { channel: 7, lane: 5, bytes: u64::MAX }).await;
    peer.say(&Frame::Credit { channel: 1, lane: 5, bytes: u64::MAX }).await;
    peer.assert_alive().await;
    peer.number(1, 0, 0).await;
    assert_eq!(ended.recv().await.unwrap().unwrap(), 0);
    assert!(log.text().contains("a message for an unknown session"), "{}", log.text());
}

#[tokio::test(start_paused = true)]
async fn an_opening_that_makes_no_sense_is_refused_and_nothing_else() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    let wrong = [
        Open { choreography: "subtract".to_owned(), ..opening() },
        Open { to: 0, ..opening() },
        Open { sizes: vec![1, 2], ..opening() },
        Open { sizes: vec![u32::MAX; 100], ..opening() },
        Open { from: 5, ..opening() },
        Open { from: u32::MAX, to: u32::MAX, ..opening() },
        Open { invitation: Some(Vec::new()), ..opening() },
        Open { invitation: Some(vec![String::new(); 1000]), ..opening() },
        Open { invitation: Some(vec![String::new(), "x".repeat(513)]), ..opening() },
        // A role that is there already.
        opening(),
    ];
    for (channel, open) in (2..).zip(wrong) {
        let session = if channel == 11 { [7; 16] } else { [8; 16] };
        peer.say(&Frame::Open { channel, open: Open { session, ..open } }).await;
        let text = peer.hear_text().await;
        assert!(text.starts_with(&format!("Refuse {{ channel: {channel}")), "{text}");
    }
    peer.number(1, 0, 0).await;
    assert_eq!(ended.recv().await.unwrap().unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_channel_can_not_be_opened_twice() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.say(&Frame::Open { channel: 1, open: opening() }).await;
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Protocol { .. }));
    peer.assert_dead().await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_is_invited_to_is_refused_after_a_while() {
    let (node, _ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.say(&Frame::Open { channel: 1, open: Open { invitation: None, ..opening() } }).await;
    loop {
        let text = peer.hear_text().await;
        if text != "Ping" {
            assert!(text.contains("nobody has invited it"), "{text}");
            break;
        }
        peer.say(&Frame::Pong).await;
    }
}

/// Messages that don't fit end their session, and no other.
#[tokio::test(start_paused = true)]
async fn messages_that_do_not_fit_end_their_session_only() {
    let options = || Options::default().max_message(1000).window(100);
    let head = Head { channel: 1, lane: 0, offset: 0 };
    let (one, many) = (record(&[1]), record(&[0; 200]));
    let lanes = 7..10;
    let cases: [(&str, Vec<Frame<'_>>); 9] = [
        (
            "byte 0 of lane 0 came instead of byte 13",
            vec![Frame::Batch { head, records: &one }, Frame::Batch { head, records: &one }],
        ),
        (
            "byte 5 of lane 0 came instead of byte 0",
            vec![Frame::Batch { head: Head { offset: 5, ..head }, records: &one }],
        ),
        (
            "a message has 2000 bytes, more than 1000",
            vec![Frame::First { head, id: 1, total: 2000, part: &[1] }],
        ),
        (
            "a part of a message in lane 3 doesn't fit",
            vec![Frame::Part { channel: 1, lane: 3, part: &[1] }],
        ),
        (
            "a part of a message in lane 0 doesn't fit",
            vec![Frame::First { head, id: 1, total: 2, part: &[1, 2, 3] }],
        ),
        (
            "more was sent in lane 4 than there was credit for",
            vec![
                Frame::Batch { head: Head { lane: 4, ..head }, records: &many },
                Frame::Batch { head: Head { lane: 4, offset: 212, ..head }, records: &one },
            ],
        ),
        (
            "more was sent in lane 9 than there was credit for",
            lanes
                .map(|lane| Head { lane, ..head })
                .map(|head| Frame::Batch { head, records: &many })
                .collect(),
        ),
        (
            "more was sent in lane 5 than there was credit for",
            vec![
                Frame::Batch { head: Head { lane: 7, ..head }, records: &many },
                Frame::Batch { head: Head { lane: 8, ..head }, records: &many },
                // Nobody waits there.
                Frame::Ask { channel: 1, lane: 5, bytes: 13, begins: &[] },
                Frame::Batch { head: Head { lane: 5, ..head }, records: &one },
            ],
        ),
        ("what came in lane 0 is no message", vec![Frame::Batch { head, records: &one[..12] }]),
    ];
    for (text, frames) in cases {
        let (node, mut ended) = server(options());
        let (log, _guard) = Log::listen();
        let mut peer = Raw::greeted(&node).await;
        peer.open(1).await;
        let open = Open { session: [8; 16], ..opening() };
        peer.say(&Frame::Open { channel: 2, open }).await;
        assert!(peer.hear_text().await.starts_with("Answer { channel: 2"));
        for frame in &frames {
            peer.say(frame).await;
        }
        let error = ended.recv().await.unwrap().unwrap_err();
        assert!(channel_error(&error).to_string().contains(text), "{error:?}");
        assert!(peer.hear_text().await.starts_with("End { channel: 1, end: Failed"));
        assert!(log.text().contains(text), "{}", log.text());
        peer.number(2, 0, 5).await;
        peer.number(2, 1, 0).await;
        assert_eq!(ended.recv().await.unwrap().unwrap(), 5);
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_after_the_end_is_an_error() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.say(&Frame::End { channel: 1, end: chor_runtime::End::Finished }).await;
    peer.number(1, 0, 1).await;
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Finished { .. }), "{error:?}");
    assert!(peer.hear_text().await.starts_with("End { channel: 1, end: Failed"));
    peer.assert_alive().await;
}

#[tokio::test(start_paused = true)]
async fn bytes_that_are_no_number_fail_the_session_with_the_message() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    let head = Head { channel: 1, lane: 0, offset: 0 };
    peer.say(&Frame::Batch { head, records: &record(&[255, 255, 255]) }).await;
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(matches!(&error, Error::Codec { .. }), "{error:?}");
    assert!(error.place().message.unwrap().contains("`number`"));
}

#[tokio::test(start_paused = true)]
async fn another_position_is_named_as_the_peer_called_it() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    peer.say(&Frame::Step { id: 99, text: "`colour`: Colour (message 7 of `paint`)" }).await;
    let head = Head { channel: 1, lane: 0, offset: 0 };
    let records = crate::frame::record(99, 0);
    peer.say(&Frame::Batch { head, records: &records }).await;
    let error = ended.recv().await.unwrap().unwrap_err();
    let Error::Position { expected, found, .. } = &error else { panic!("{error:?}") };
    assert!(expected.step.contains("`number`: u64"), "{expected}");
    assert!(found.step.contains("`colour`: Colour"), "{found}");
}

#[tokio::test(start_paused = true)]
async fn sessions_of_one_peer_are_bounded() {
    let (node, _ended) = server(Options::default().max_sessions(3));
    let mut peer = Raw::greeted(&node).await;
    for channel in 1..=3 {
        let session = [u8::try_from(channel).unwrap(); 16];
        peer.say(&Frame::Open { channel, open: Open { session, ..opening() } }).await;
        assert!(peer.hear_text().await.starts_with("Answer"));
    }
    peer.say(&Frame::Open { channel: 4, open: Open { session: [9; 16], ..opening() } }).await;
    assert!(peer.hear_text().await.contains("it takes part in 3 sessions already"));
    assert_eq!(node.sessions(), 3);
}

#[tokio::test(start_paused = true)]
async fn openings_without_an_invitation_are_bounded() {
    let (node, _ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    let open = Open { invitation: None, ..opening() };
    for channel in 1..=4097 {
        peer.say(&Frame::Open { channel, open: open.clone() }).await;
    }
    let text = peer.hear_text().await;
    assert!(text.contains("4097") && text.contains("its session is not known here"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn names_of_steps_are_bounded() {
    let (node, mut ended) = server(Options::default());
    let mut peer = Raw::greeted(&node).await;
    peer.open(1).await;
    let text = "x".repeat(1 << 19);
    for id in 0..8 {
        peer.say(&Frame::Step { id, text: &text }).await;
    }
    let error = ended.recv().await.unwrap().unwrap_err();
    assert!(matches!(link_error(&error), LinkError::Protocol { .. }), "{error:?}");
}
