//! Queues from what arrives in them.

use super::*;
use crate::frame;
use crate::taken::{Next, Taken};

fn inbound() -> Inbound {
    of(100)
}

fn of(window: u64) -> Inbound {
    Inbound::new(1, window, 1000, Budget::new(1 << 30, 1 << 20).into())
}

fn record(id: u64, bytes: &[u8]) -> Vec<u8> {
    [&frame::record(id, bytes.len()), bytes].concat()
}

fn all(inbound: &mut Inbound, lane: u64) -> Vec<(u64, Vec<u8>)> {
    let (mut taken, mut all) = (Taken::default(), Vec::new());
    loop {
        match taken.peek() {
            Next::Message(id, payload) => {
                let length = payload.len();
                all.push((id, payload.to_owned()));
                taken.advance(length);
            }
            Next::Rubbish => panic!("rubbish after {all:?}"),
            Next::Nothing => match inbound.queue(lane).pop() {
                Some(segment) => taken.refill(segment),
                None => return all,
            },
        }
    }
}

#[test]
fn messages_keep_their_order_in_their_lanes() {
    let mut inbound = inbound();
    inbound.records(0, 0, &[record(7, b"ab"), record(8, b"")].concat()).unwrap();
    inbound.first(0, 26, 8, 3, b"c").unwrap();
    inbound.records(5, 0, &record(9, b"x")).unwrap();
    inbound.part(0, b"de").unwrap();
    inbound.records(0, 41, &record(7, b"")).unwrap();
    let expected = [(7, b"ab".to_vec()), (8, Vec::new()), (8, b"cde".to_vec()), (7, Vec::new())];
    assert_eq!(all(&mut inbound, 0), expected);
    assert_eq!(all(&mut inbound, 5), [(9, b"x".to_vec())]);
}

#[test]
fn a_message_twice_is_an_error() {
    let mut inbound = inbound();
    inbound.records(0, 0, &record(7, b"ab")).unwrap();
    let error = inbound.records(0, 0, &record(7, b"ab")).unwrap_err();
    assert!(matches!(error, ChannelError::Offset { expected: 14, found: 0, .. }));
}

#[test]
fn more_than_the_window_is_an_error_until_it_is_granted() {
    let mut inbound = inbound();
    inbound.records(0, 0, &record(7, &[0; 100])).unwrap();
    let more = inbound.records(0, 112, &record(7, b""));
    assert!(matches!(more, Err(ChannelError::Credit { lane: 0 })));
    inbound.records(1, 0, &record(7, b"")).unwrap();
    inbound.queue(0).grant(13);
    inbound.records(0, 112, &record(7, b"")).unwrap();
}

#[test]
fn more_than_the_budget_is_an_error_until_it_is_granted() {
    let mut inbound = inbound();
    for lane in 1..4 {
        inbound.records(lane, 0, &record(7, &[0; 88])).unwrap();
    }
    let more = inbound.records(4, 0, &record(7, b""));
    assert!(matches!(more, Err(ChannelError::Credit { lane: 4 })));
    // The first lane has a window of its own.
    inbound.records(0, 0, &record(7, &[0; 88])).unwrap();
    inbound.grant(1);
    inbound.records(4, 0, &record(7, b"")).unwrap();
    let more = inbound.records(5, 0, &record(7, b""));
    assert!(matches!(more, Err(ChannelError::Credit { lane: 5 })));
}

#[test]
fn one_message_may_exceed_the_budget_if_it_is_waited_for() {
    let mut inbound = inbound();
    for lane in 1..4 {
        inbound.records(lane, 0, &record(7, &[0; 88])).unwrap();
    }
    // Nobody waits in this lane yet.
    assert_eq!(inbound.ask(4, 12, &[]), Ok(None));
    inbound.queue(4).wait(Waker::noop());
    assert_eq!((inbound.want(4), inbound.want(4)), (Some(0), None), "it was told already");
    inbound.records(4, 0, &record(7, b"")).unwrap();
    assert!(inbound.records(4, 12, &record(7, b"")).is_err());
    // Here somebody does.
    inbound.queue(5).wait(Waker::noop());
    assert_eq!(inbound.want(5), None);
    assert_eq!(inbound.ask(5, 12, &[]), Ok(Some(0)));
    assert!(inbound.records(5, 0, &record(7, b"more")).is_err(), "more than was asked for");
    // In a lane that has messages nobody waits in truth.
    assert_eq!(inbound.ask(1, 12, &[]), Ok(None));
    assert_eq!(inbound.ask(1, 12, &[]), Err(ChannelError::Credit { lane: 1 }));
}

/// Whose link has room for a hundred bytes, and for one message of a hundred.
fn two() -> [Inbound; 2] {
    let budget = Arc::new(Budget::new(200, 100));
    [1, 2].map(|channel| Inbound::new(channel, 1000, 88, Arc::clone(&budget)))
}

#[test]
fn all_channels_share_the_links_room() {
    let [mut one, mut two] = two();
    one.records(0, 0, &record(7, &[0; 88])).unwrap();
    assert_eq!(two.records(0, 0, &record(7, b"")).unwrap_err(), ChannelError::Budget);
    two.queue(0).wait(Waker::noop());
    assert_eq!(two.ask(0, 100, &[]), Ok(Some(0)));
    two.first(0, 0, 7, 88, b"a").unwrap();
    assert_eq!((one.charged(), two.charged()), (100, 100));
    // The reserve is used up until the message is taken.
    one.queue(5).wait(Waker::noop());
    assert_eq!(one.ask(5, 12, &[]), Ok(None));
    one.budget.free(100);
    assert_eq!(one.budget.next().and_then(|asking| one.allow(asking)), Some(0));
    one.records(5, 0, &record(7, b"")).unwrap();
}

#[test]
fn what_is_not_sent_after_all_gives_its_room_back() {
    let [mut one, mut two] = two();
    one.records(0, 0, &record(7, &[0; 88])).unwrap();
    for inbound in [&mut one, &mut two] {
        inbound.queue(5).wait(Waker::noop());
    }
    assert_eq!((one.ask(5, 100, &[]), two.ask(5, 100, &[])), (Ok(Some(0)), Ok(None)));
    assert_eq!(two.budget.next(), None);
    assert!(one.records(5, 0, b"").unwrap().is_none(), "nobody is woken");
    let next = two.budget.next().unwrap();
    assert_eq!(two.allow(next), Some(0));
    // So does a channel that ends.
    assert_eq!(one.ask(5, 100, &[]), Ok(None));
    drop(two);
    let next = one.budget.next().unwrap();
    assert_eq!(one.allow(next), Some(0));
}

#[test]
fn so_many_lanes_and_no_more() {
    let mut inbound = of(1 << 20);
    for lane in 1..=MAX_LANES as u64 {
        inbound.records(lane, 0, &record(7, b"")).unwrap();
    }
    let more = MAX_LANES as u64 + 1;
    let error = inbound.records(more, 0, &record(7, b"")).unwrap_err();
    assert_eq!(error, ChannelError::Lanes(MAX_LANES));
    assert_eq!(inbound.ask(more, 12, &[]), Err(ChannelError::Lanes(MAX_LANES)));
    inbound.records(0, 0, &record(7, b"")).unwrap();
}

#[test]
fn long_messages_and_lone_parts_are_errors() {
    let mut inbound = inbound();
    let long = inbound.first(0, 0, 7, 1001, b"a");
    assert!(matches!(long, Err(ChannelError::Long { length: 1001, limit: 1000 })));
    assert!(matches!(inbound.part(0, b"a"), Err(ChannelError::Part { .. })));
    assert!(matches!(inbound.part(3, b"a"), Err(ChannelError::Part { .. })));
    inbound.first(0, 0, 7, 3, b"a").unwrap();
    let between = inbound.records(0, 15, &record(7, b""));
    assert!(matches!(between, Err(ChannelError::Part { .. })));
    assert!(matches!(inbound.part(0, b"abc"), Err(ChannelError::Part { .. })));
}
