//! Sizes that can't be, or that others don't have.

use super::hurried::options;
use super::log::Log;
use super::raw::{Raw, add, of_pipe, opening};
use super::trial::{Court, JUDGE, LOG, ONE, OPENER, OTHER, SIZES, open};
use crate::frame::{Frame, Open};
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::Bincode;

const MOST: u32 = u32::MAX;

/// Nobody is taken for a participant, and no session begins.
#[tokio::test(start_paused = true)]
async fn an_invitation_to_sizes_that_make_no_sense_is_refused() {
    let court = Court::new();
    let mut peer = Raw::greeted(&court.node).await;
    let many = vec![String::new(); 5];
    let all = |sizes: &[u32], count| Open {
        sizes: sizes.to_vec(),
        invitation: Some(vec![String::new(); count]),
        ..open(8, OPENER)
    };
    let cases = [
        (all(&SIZES, 4), "4 addresses are not those of all members"),
        (all(&SIZES, 6), "6 addresses are not those of all members"),
        (all(&SIZES, 0), "0 addresses are not those of all members"),
        (all(&[1, MOST, 1, 1], 5), "5 addresses are not those of all members"),
        (all(&[MOST; 4], 5), "5 addresses are not those of all members"),
        (all(&[MOST; 64], 5), "5 addresses are not those of all members"),
        (all(&[0; 4], 0), "0 roles, number 0 inviting number 4, are no session"),
        (all(&[], 5), "it doesn't serve role number 4 of `trial`"),
        (all(&[1, 1, 1, 1, 1], 5), "it doesn't serve role number 4 of `trial`"),
        (all(&[4, 1], 5), "it doesn't serve role number 4 of `trial`"),
        (all(&[1, 2, 1, 1, 0], 5), "its `trial` has 4 roles and not 5"),
        (Open { to: 5, ..open(8, OPENER) }, "5 roles, number 0 inviting number 5, are no session"),
        (
            Open { to: MOST, ..open(8, OPENER) },
            "number 0 inviting number 4294967295, are no session",
        ),
        (Open { invitation: Some(many.clone()), ..open(8, JUDGE) }, "are no session"),
        (Open { invitation: Some(many.clone()), ..open(8, 5) }, "are no session"),
        (Open { invitation: Some(many), ..open(8, MOST) }, "are no session"),
    ];
    for (channel, (open, text)) in (1..).zip(cases) {
        peer.say(&Frame::Open { channel, open }).await;
        let told = peer.hear_text().await;
        assert!(told.starts_with(&format!("Refuse {{ channel: {channel}")), "{text}: {told}");
        assert!(told.contains(text), "{text}: {told}");
    }
    assert_eq!(court.node.sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_to_a_session_without_a_role_that_is_no_family_fails_with_both() {
    let mut court = Court::new();
    let mut peer = Raw::greeted(&court.node).await;
    let open = Open { sizes: vec![0, 3, 1, 1], ..open(8, OPENER) };
    peer.say(&Frame::Open { channel: 1, open }).await;
    let text = "role `Judge` can't be played: the session is one of Opener[0], Helpers[3], Log, Judge, \
                the choreography of Opener, Helpers[..], Log, Judge";
    assert_eq!(court.ended().await.unwrap_err().to_string(), text);
    let told = peer.hear_text().await;
    assert!(told.starts_with("End { channel: 1, end: Failed") && told.contains(text), "{told}");
    peer.assert_alive().await;
}

/// The session goes on with those who count as its opener does.
#[tokio::test(start_paused = true)]
async fn who_counts_other_members_than_the_opener_is_refused_and_nobody_else() {
    for sizes in [vec![1, 3, 1, 1], vec![1, 1, 1, 2], vec![], vec![MOST; 4], vec![2, 1, 1, 1]] {
        let mut court = Court::new();
        let mut all: Vec<_> = court.meets([OPENER, LOG]).await.into();
        let (log, _listening) = Log::listen();
        let mut other = Raw::greeted(&court.node).await;
        for (channel, from) in (1..).zip([ONE, OTHER, OPENER, JUDGE, 5, MOST]) {
            let open = Open { sizes: sizes.clone(), ..open(7, from) };
            let open = Open { invitation: None, ..open };
            other.say(&Frame::Open { channel, open }).await;
            let told = other.hear_text().await;
            assert!(told.starts_with(&format!("Refuse {{ channel: {channel}")), "{told}");
            assert!(told.contains("its session has other numbers of members"), "{told}");
        }
        assert!(log.text().contains("its session has other numbers of members"));
        all.extend(court.meets([ONE, OTHER]).await);
        for party in &mut all {
            party.speaks().await;
        }
        let (begun, first, second, logged) = court.ended().await.unwrap();
        assert_eq!((begun, first.unwrap(), second.unwrap(), logged), (1, 2, 3, 4));
    }
}

/// How the server of [`add`] fails, to whose connection somebody comes who counts so.
async fn told_apart(sizes: Vec<u32>) -> String {
    let (near, far) = tokio::io::duplex(1 << 20);
    let end = over(1, vec![of_pipe(near)], Bincode, options()).unwrap();
    let played = tokio::spawn(async move { play_role(add::Server::new(), &end).await });
    let mut peer = Raw(far).greet().await;
    let open = Open { session: [0; 16], sizes, invitation: None, ..opening() };
    peer.say(&Frame::Open { channel: 1, open }).await;
    assert_eq!(peer.hear_text().await, "Sizes { channel: 1, sizes: [] }");
    let told = peer.hear_text().await;
    assert!(told.contains("its session has other numbers of members"), "{told}");
    let error = played.await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Setup { .. }), "{error:?}");
    error.to_string()
}

#[tokio::test(start_paused = true)]
async fn who_counts_impossible_members_over_a_connection_fails_both_with_both_counts() {
    let mut many = vec![1, 1];
    many.extend([0; 1000]);
    let most = "Client[4294967295], Server[4294967295]";
    let cases = [
        (vec![1, 3], "Client, Server[3]"),
        (vec![0, 2], "Client[0], Server[2]"),
        (vec![MOST; 2], most),
        // Of roles that it hasn't, it can say nothing.
        (vec![MOST; 64], most),
        (vec![1, 1, 7, 1], "Client, Server"),
        (many, "Client, Server"),
    ];
    for (sizes, other) in cases {
        let expected = format!(
            "role `Server` can't be played: the session is one of Client, Server here, and of {other} at `Client`"
        );
        assert_eq!(told_apart(sizes).await, expected);
    }
}
