//! The adapter from a byte channel to a transport, on channels that behave, and on some that don't.

mod pipes;
mod script;

use chor_runtime::bytes::Encoded;
use chor_runtime::{Address, End, Error, Lane, Reason, Transport, play_role, together};
use pipes::{Frames, Pipes, pipes};
use script::{Act, DATE, OutOfStock, PRICE, Role, Sender, TITLE, buyer, repeat, seller};
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

fn session<const N: usize>() -> [Encoded<Pipes>; N] {
    let mut ends = pipes(N).into_iter();
    std::array::from_fn(|place| Encoded::new(ends.next().unwrap(), place, N))
}

/// The end of participant 1, and what its peer writes to it, frame by frame.
fn fed() -> (Encoded<Pipes>, Frames) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let (_, none) = mpsc::unbounded_channel();
    let nowhere = mpsc::unbounded_channel().0;
    let pipes = Pipes {
        place: 1,
        to: vec![nowhere.clone(), nowhere],
        from: vec![Mutex::new(receiver), Mutex::new(none)],
    };
    (Encoded::new(pipes, 1, 2), sender)
}

/// The frames that a role writes for its peer, without the one that says what it runs.
async fn frames(acts: &[Act]) -> Vec<Vec<u8>> {
    let [a, b] = session();
    let _ = play_role(buyer(acts), &a).await;
    drop(a);
    let mut frames = Vec::new();
    let receiver = b.into_channel().from.swap_remove(0);
    let mut receiver = receiver.into_inner();
    while let Some(frame) = receiver.recv().await {
        frames.push(frame);
    }
    if frames.len() > 1 {
        frames.remove(0);
    }
    frames
}

async fn fed_with(
    frames: impl IntoIterator<Item = Vec<u8>>,
    acts: &[Act],
) -> Result<Vec<u64>, Error> {
    let (end, feed) = fed();
    frames.into_iter().for_each(|frame| feed.send(frame).unwrap());
    drop(feed);
    play_role(seller(acts), &end).await
}

const TWICE: [Act; 2] = [Act::Recv(0, TITLE), Act::Recv(0, TITLE)];

#[tokio::test]
async fn messages_arrive_in_order() {
    let [a, b] = session();
    let sends: Vec<Act> = (0..100).map(|number| Act::Send(1, TITLE, number)).collect();
    let takes = repeat(&[Act::Recv(0, TITLE)], 100);
    let (sent, received) =
        together((play_role(buyer(sends), &a), play_role(seller(takes), &b))).await;
    sent.unwrap();
    assert_eq!(received.unwrap(), (0..100).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_way_of_sending_delivers_the_value() {
    let [a, b] = session();
    play_role(Sender(vec![7u64]), &a).await.unwrap();
    let received = play_role(seller(repeat(&[Act::Recv(0, TITLE)], 3)), &b).await.unwrap();
    assert_eq!(received, [7, 7, 7]);
}

#[tokio::test]
async fn several_lanes_of_one_peer_are_read_at_once() {
    let [a, b] = session();
    let b = Arc::new(b);
    let receive = |lane| {
        let b = Arc::clone(&b);
        tokio::spawn(async move { b.recv::<u64>(&Address::new(0, lane, TITLE)).await.unwrap() })
    };
    let (slow, fast) = (receive(Lane::new(1)), receive(Lane::new(2)));
    tokio::task::yield_now().await;
    let send = async |lane, number: u64| {
        a.send::<u64>(&Address::new(1, lane, TITLE), a.pack(number).unwrap()).await.unwrap();
    };
    send(Lane::new(2), 2).await;
    assert_eq!(fast.await.unwrap(), 2);
    send(Lane::new(1), 1).await;
    assert_eq!(slow.await.unwrap(), 1);
}

#[tokio::test]
async fn a_reader_that_is_cancelled_hands_over() {
    let [a, b] = session();
    let b = Arc::new(b);
    let receive = |lane| {
        let b = Arc::clone(&b);
        tokio::spawn(async move { b.recv::<u64>(&Address::new(0, lane, TITLE)).await.unwrap() })
    };
    let (reader, other) = (receive(Lane::new(1)), receive(Lane::new(2)));
    tokio::task::yield_now().await;
    reader.abort();
    let to = Address::new(1, Lane::new(2), TITLE);
    a.send::<u64>(&to, a.pack(2u64).unwrap()).await.unwrap();
    assert_eq!(other.await.unwrap(), 2);
}

#[tokio::test]
async fn a_failure_reaches_the_peer_with_its_cause() {
    let [a, b] = session();
    let acts = [Act::Send(1, TITLE, 1), Act::Fail];
    let (own, other) = together((play_role(buyer(acts), &a), play_role(seller(TWICE), &b))).await;
    assert_eq!(own.unwrap_err().downcast_ref::<OutOfStock>(), Some(&OutOfStock(3)));
    let cause = other.unwrap_err().cause();
    assert_eq!(cause.role(), "Buyer");
    assert_eq!(cause.reason(), &Reason::Error("3 too few in stock".into()));
}

#[tokio::test]
async fn a_cancelled_role_fails_the_peer() {
    let [a, b] = session();
    drop(play_role(buyer([]), &a));
    let error = play_role(seller(TWICE), &b).await.unwrap_err();
    assert_eq!(error.cause().reason(), &Reason::Cancelled);
}

#[tokio::test]
async fn the_next_send_to_a_failed_role_fails() {
    let [a, b] = session();
    play_role(seller([Act::Send(0, PRICE, 1), Act::Fail]), &b).await.unwrap_err();
    let error = play_role(buyer([Act::Send(1, TITLE, 1)]), &a).await.unwrap_err();
    assert_eq!(error.cause().role(), "Seller");
    assert!(matches!(error, Error::Gone { .. }));
}

/// Channels of tokio seem empty to a task that has used up its turn, and `together` doesn't end it.
#[tokio::test]
async fn a_send_to_a_failed_role_fails_with_its_cause_also_late_in_a_turn() {
    let [a, b] = session();
    play_role(seller([Act::Fail]), &b).await.unwrap_err();
    drop(b);
    let (sender, mut receiver) = mpsc::unbounded_channel();
    (0..200).for_each(|number| sender.send(number).unwrap());
    let buyer = async {
        for _ in 0..128 {
            receiver.recv().await.unwrap();
        }
        play_role(buyer([Act::Send(1, TITLE, 1)]), &a).await
    };
    let (sent, ()) = together((buyer, async {})).await;
    let error = sent.unwrap_err();
    assert!(matches!(error, Error::Gone { .. }), "{error}");
    assert_eq!(error.cause().reason(), &Reason::Error("3 too few in stock".into()));
}

#[tokio::test]
async fn a_send_to_a_finished_role_is_dropped() {
    let [a, b] = session();
    play_role(seller([]), &b).await.unwrap();
    drop(b);
    play_role(buyer(repeat(&[Act::Send(1, TITLE, 1)], 100)), &a).await.unwrap();
}

#[tokio::test]
async fn a_receive_from_a_finished_role_fails_with_both_positions() {
    let error = fed_with(frames(&[Act::Send(1, TITLE, 1)]).await, &TWICE).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, Error::Finished { .. }), "{text}");
    assert!(text.contains("as number 2") && text.contains("as number 1"), "{text}");
}

#[tokio::test]
async fn another_message_is_an_error_with_both_positions() {
    let error = fed_with(frames(&[Act::Send(1, DATE, 1)]).await, &TWICE).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Seller` expected `title`: u64 (message 1 of `trade`, src/trade.rs:10:9) as number 1 of \
         its queue from `Buyer` and found `date`: u64 (message 3 of `trade`, src/trade.rs:12:9) as \
         number 1 of its queue"
    );
}

#[tokio::test]
async fn a_doubled_frame_is_an_error() {
    let mut frames = frames(&[Act::Send(1, TITLE, 1), Act::Send(1, TITLE, 2)]).await;
    frames[1] = frames[0].clone();
    let error = fed_with(frames, &TWICE).await.unwrap_err();
    assert!(matches!(error, Error::Position { .. }), "{error}");
}

#[tokio::test]
async fn a_lost_frame_is_an_error() {
    let mut frames = frames(&[Act::Send(1, TITLE, 1), Act::Send(1, TITLE, 2)]).await;
    frames.remove(0);
    let error = fed_with(frames, &TWICE).await.unwrap_err();
    assert!(matches!(error, Error::Position { .. }), "{error}");
}

#[tokio::test]
async fn rubbish_is_an_error() {
    for rubbish in [vec![], vec![0], vec![2, 9], vec![2, 1, 255], vec![1, 1, 0], vec![7; 100]] {
        let error = fed_with([rubbish], &TWICE).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{error}");
        assert_eq!(error.peer(), Some("Buyer"));
    }
}

#[tokio::test]
async fn a_frame_that_is_cut_off_is_an_error() {
    let whole = frames(&[Act::Send(1, TITLE, 1 << 40)]).await.swap_remove(0);
    for length in 0..whole.len() {
        let error = fed_with([whole[..length].to_vec()], &TWICE).await.unwrap_err();
        assert!(matches!(error, Error::Codec { .. }), "{length}: {error}");
    }
}

#[tokio::test]
async fn a_frame_that_is_too_long_is_an_error() {
    let mut whole = frames(&[Act::Send(1, TITLE, 1)]).await.swap_remove(0);
    whole.push(0);
    let error = fed_with([whole], &TWICE).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error}");
}

#[tokio::test]
async fn a_length_without_end_allocates_no_memory_for_it() {
    let mut whole = frames(&[Act::Send(1, TITLE, 0)]).await.swap_remove(0);
    whole.pop();
    // A string of 2^64 - 1 bytes.
    whole.extend([253, 255, 255, 255, 255, 255, 255, 255, 255]);
    let error = fed_with([whole], &[Act::RecvText(0, TITLE)]).await.unwrap_err();
    assert!(matches!(error, Error::Codec { .. }), "{error}");
}

#[tokio::test]
async fn a_channel_that_closes_without_a_word_is_a_lost_peer() {
    let first = frames(&[Act::Send(1, TITLE, 1)]).await.swap_remove(0);
    let error = fed_with([first], &TWICE).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error}");
    let cause = error.cause();
    assert_eq!(cause.role(), "Buyer");
    assert_eq!(
        cause.reason(),
        &Reason::Lost("its channel was closed before its part ended".into())
    );
}

#[tokio::test]
async fn a_send_into_a_closed_channel_is_a_lost_peer() {
    let [a, b] = session();
    drop(b);
    let error = play_role(buyer([Act::Send(1, TITLE, 1)]), &a).await.unwrap_err();
    assert!(matches!(error, Error::Link { .. }), "{error}");
    assert_eq!(error.cause().role(), "Seller");
}

#[tokio::test]
async fn three_roles_pass_on_the_first_cause() {
    let [a, b, c] = session();
    let (a, b, c) = together((
        play_role(Role::<0, 3>(vec![Act::Fail]), &a),
        play_role(Role::<1, 3>(vec![Act::Recv(0, TITLE)]), &b),
        play_role(Role::<2, 3>(vec![Act::Recv(1, PRICE)]), &c),
    ))
    .await;
    assert_eq!(a.unwrap_err().role(), "Buyer");
    assert_eq!(b.unwrap_err().cause().role(), "Buyer");
    assert_eq!(c.unwrap_err().cause().role(), "Buyer");
}

#[tokio::test]
async fn an_end_serves_one_session() {
    let [a, b] = session();
    play_role(buyer([]), &a).await.unwrap();
    assert!(matches!(play_role(buyer([]), &a).await.unwrap_err(), Error::Setup { .. }));
    b.close(End::Finished);
}
