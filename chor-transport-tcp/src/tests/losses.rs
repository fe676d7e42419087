//! Who says of whom that it is lost before all have met, truly or not.

use super::log::Log;
use super::trial::{Court, JUDGE, LOG, ONE, OPENER, OTHER, Party, open, why};
use crate::frame::Frame;
use crate::{LinkError, Options};
use std::error::Error as _;
use tokio::time::Instant;

#[tokio::test(start_paused = true)]
async fn whom_the_opener_has_lost_the_others_begin_without() {
    let (log, _listening) = Log::listen();
    let mut court = Court::new();
    let [mut opener, other, clerk] = court.meets([OPENER, OTHER, LOG]).await;
    for _ in 0..2 {
        opener.loses(ONE.into(), "it is asleep").await;
    }
    let mut all = [opener, other, clerk];
    for party in &mut all {
        party.speaks().await;
    }
    let (begun, first, second, logged) = court.ended().await.unwrap();
    assert_eq!((begun, second.unwrap(), logged), (1, 3, 4));
    assert_eq!(why(first), "role `Helpers[0]` was lost at the start: it is asleep");
    let text = log.text();
    assert_eq!(text.matches("a session goes on without a participant").count(), 1, "{text}");
}

/// Who says so, of whom.
#[tokio::test(start_paused = true)]
async fn a_loss_that_is_not_the_openers_to_tell_or_can_not_be_is_ignored() {
    let from_opener = [LOG, OPENER, JUDGE, 5, u32::MAX].map(|lost| (OPENER, u64::from(lost)));
    let from_others = [(LOG, ONE.into()), (OTHER, ONE.into()), (OTHER, LOG.into())];
    for (teller, lost) in from_opener.into_iter().chain(from_others).chain([(OPENER, u64::MAX)]) {
        let (log, _listening) = Log::listen();
        let mut court = Court::new();
        let [mut opener, mut other] = court.meets([OPENER, OTHER]).await;
        let mut others = if teller == LOG {
            let [mut clerk] = court.meets([LOG]).await;
            clerk.loses(lost, "it is asleep").await;
            vec![clerk]
        } else {
            let party = if teller == OPENER { &mut opener } else { &mut other };
            party.loses(lost, "it is asleep").await;
            court.meets([LOG]).await.into()
        };
        assert!(!court.has_ended());
        others.extend(court.meets([ONE]).await);
        others.extend([opener, other]);
        for party in &mut others {
            party.speaks().await;
        }
        let (begun, first, second, logged) = court.ended().await.unwrap();
        assert_eq!((begun, first.unwrap(), second.unwrap(), logged), (1, 2, 3, 4));
        assert_eq!(log.text(), "", "{teller} says that {lost} is lost");
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_there_is_not_lost_whatever_the_opener_says() {
    let (log, _listening) = Log::listen();
    let mut court = Court::new();
    let [mut opener, one, other] = court.meets([OPENER, ONE, OTHER]).await;
    // Before all have met, and after.
    opener.loses(ONE.into(), "it is asleep").await;
    let [clerk] = court.meets([LOG]).await;
    opener.loses(OTHER.into(), "it is asleep").await;
    let mut all = [opener, one, other, clerk];
    for party in &mut all {
        party.speaks().await;
    }
    let (begun, first, second, logged) = court.ended().await.unwrap();
    assert_eq!((begun, first.unwrap(), second.unwrap(), logged), (1, 2, 3, 4));
    assert_eq!(log.text(), "");
}

#[tokio::test(start_paused = true)]
async fn whom_the_session_needs_is_waited_for_and_then_named() {
    let mut court = Court::new();
    let [mut opener, _one, _other] = court.meets([OPENER, ONE, OTHER]).await;
    opener.loses(LOG.into(), "it is asleep").await;
    let start = Instant::now();
    let error = court.ended().await.unwrap_err();
    assert_eq!(start.elapsed(), Options::default().handshake);
    assert_eq!((error.role(), error.peer()), ("Judge", Some("Log")));
    let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    assert_eq!(source.unwrap().to_string(), "role `Log` has not answered within 10s");
}

/// Who has been given up says hello.
async fn assert_told(court: &Court, why: &str) {
    let mut late = Party::comes(&court.node, ONE).await;
    let told = late.raw.hear_text().await;
    assert!(told.starts_with("End { channel: 1, end: Failed"), "{told}");
    assert!(told.contains("Helpers[0]") && told.contains(why), "{told}");
    late.raw.assert_alive().await;
    // It may try again, which changes nothing.
    late.raw.say(&Frame::Open { channel: 2, open: open(7, ONE) }).await;
    let told = late.raw.hear_text().await;
    assert!(told.starts_with("End { channel: 2, end: Failed"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_it_was_given_up_is_told_why() {
    let mut court = Court::new();
    let [mut opener, other] = court.meets([OPENER, OTHER]).await;
    opener.loses(ONE.into(), "it is asleep").await;
    opener.raw.assert_alive().await;
    // Before the session has begun, and after.
    assert_told(&court, "it is asleep").await;
    let [clerk] = court.meets([LOG]).await;
    assert_told(&court, "it is asleep").await;
    let mut all = [opener, other, clerk];
    for party in &mut all {
        party.speaks().await;
    }
    let (begun, first, second, logged) = court.ended().await.unwrap();
    assert_eq!((begun, second.unwrap(), logged), (1, 3, 4));
    assert!(why(first).contains("it is asleep"));
}

#[tokio::test(start_paused = true)]
async fn who_comes_after_it_was_waited_for_is_told_why() {
    let mut court = Court::new();
    let mut all = court.meets([OPENER, OTHER, LOG]).await;
    let start = Instant::now();
    for party in &mut all {
        party.speaks().await;
    }
    assert!(why(court.ended().await.unwrap().1).contains("has not answered within 10s"));
    assert_eq!(start.elapsed(), Options::default().handshake);
    // The session is over for all others.
    assert_told(&court, "has not answered within 10s").await;
    assert_eq!((court.node.sessions(), start.elapsed()), (0, Options::default().handshake));
}
