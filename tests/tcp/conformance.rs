//! The contract of transports, over connections and between fixed addresses. Between nodes it is checked
//! inside of the crate.

use crate::families::{all_of, between_addresses, over_streams};
use crate::support::{connection, free_address};
use chor::conformance::Suite;
use chor::tcp::{Options, Security, Stream, Tcp, fixed, from_streams_with};
use chor::{Bincode, Codec, Json, Postcard, Transport};
use std::time::Duration;
use tokio::time::timeout;

/// The ends of a session, with a connection for each pair.
async fn session<D: Codec + Clone>(participants: usize, codec: &D) -> Vec<Tcp<D>> {
    let mut streams: Vec<Vec<Stream>> = (0..participants).map(|_| Vec::new()).collect();
    for one in 0..participants {
        for other in one + 1..participants {
            let (dialled, accepted) = connection().await;
            streams[one].push(Stream::plaintext(dialled));
            streams[other].push(Stream::plaintext(accepted));
        }
    }
    let end =
        |(place, streams)| from_streams_with(place, streams, codec.clone(), Options::default());
    streams.into_iter().enumerate().map(end).collect::<Result<_, _>>().unwrap()
}

async fn check(codec: impl Codec + Clone) {
    check_sessions(async |participants| session(participants, &codec).await).await;
}

async fn check_sessions<T: Transport>(sessions: impl AsyncFn(usize) -> Vec<T>) {
    let suite = Suite::new(sessions).many(5_000);
    let kept = timeout(Duration::from_mins(10), suite.run()).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}

#[tokio::test]
async fn connections_keep_the_contract() {
    check(Bincode).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_keep_the_contract_on_several_threads() {
    check(Postcard).await;
}

#[tokio::test]
async fn connections_keep_the_contract_with_text() {
    check(Json).await;
}

/// The ends of a session whose participants listen and dial.
async fn fixed_session(participants: usize) -> Vec<Tcp> {
    let addresses: Vec<String> = (0..participants).map(|_| free_address()).collect();
    let mut ends = Vec::new();
    for place in 0..participants {
        ends.push(
            fixed(place, addresses.clone(), Security::Plaintext)
                .await
                .expect("the address is free"),
        );
    }
    ends
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fixed_addresses_keep_the_contract() {
    check_sessions(fixed_session).await;
}

async fn check_families<T: Transport>(sessions: impl AsyncFn(Vec<usize>) -> Vec<T>) {
    let suite = Suite::new(async |participants| sessions(vec![1; participants]).await);
    let kept = timeout(Duration::from_mins(10), suite.run_families(&sessions)).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}

#[tokio::test]
async fn connections_carry_families() {
    check_families(async |sizes| over_streams(all_of(&sizes)).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fixed_addresses_carry_families() {
    check_families(async |sizes| between_addresses(all_of(&sizes)).await).await;
}
