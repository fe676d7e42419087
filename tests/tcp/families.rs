//! Families and rounds over connections that are there, and between fixed addresses.

use crate::support::{AGES, connection, free_address, patient};
use chor::prelude::*;
use chor::tcp::{
    Node, Participant, Security, Stream, Tcp, fixed_with, from_streams, from_streams_with,
};
use chor::{Bincode, Projection, Reason, Transport};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

chor! {
    pub chor squares[Leader, Workers[..]](jobs: Vec<u64> @ Leader) -> (Vec<u64> @ Leader, usize @ each Workers) {
        let squares: Vec<u64> = each w in Workers {
            let job: u64 = Leader -> w: jobs[w.index()];
            w -> Leader: job * job
        };
        (Leader: squares, each Workers: me.index())
    }

    /// The server answers when it is told that the client has given up.
    pub chor late[Client, Servers[..]](
        over: oneshot::Sender<()> @ Client,
        is_over: oneshot::Receiver<()> @ each Servers,
    ) -> (Option<u32> @ Client, Option<u32> @ Client) {
        let server = Servers[0];
        let first: Option<u32> = server -> Client within Duration::ZERO: {
            is_over.await?;
            1
        };
        Client: over.send(()).unwrap_or_default();
        let second: Option<u32> = server -> Client within AGES: 2;
        (first, second)
    }

    /// Roles that only have to be there.
    pub chor sides[Left[..], Right[..], Log]() {
        let _number: u32 = Log -> Left: 1;
    }
}

/// A connection for each pair, by participant.
async fn streams(participants: usize) -> Vec<Vec<Stream>> {
    let mut streams: Vec<Vec<Stream>> = (0..participants).map(|_| Vec::new()).collect();
    for one in 0..participants {
        for other in one + 1..participants {
            let (dialled, accepted) = connection().await;
            streams[one].push(Stream::plaintext(dialled));
            streams[other].push(Stream::plaintext(accepted));
        }
    }
    streams
}

/// All participants of a session of these sizes.
pub(crate) fn all_of(sizes: &[usize]) -> Vec<Participant> {
    let members =
        |role: usize| (0..sizes[role]).map(move |member| Participant::of(sizes, role, member));
    (0..sizes.len()).flat_map(members).collect()
}

pub(crate) async fn over_streams(participants: Vec<Participant>) -> Vec<Tcp> {
    let streams = streams(participants.len()).await.into_iter();
    let end = |(it, streams)| from_streams_with(it, streams, Bincode, patient()).unwrap();
    participants.into_iter().zip(streams).map(end).collect()
}

async fn at(participant: Participant, addresses: &[String]) -> Tcp {
    fixed_with(participant, addresses.to_vec(), Security::Plaintext, Bincode, patient())
        .await
        .unwrap()
}

pub(crate) async fn between_addresses(participants: Vec<Participant>) -> Vec<Tcp> {
    let addresses: Vec<String> = participants.iter().map(|_| free_address()).collect();
    let mut ends = Vec::new();
    for participant in participants {
        ends.push(at(participant, &addresses).await);
    }
    ends
}

type Played<T> = JoinHandle<Result<T, Error>>;

fn play<P, const N: usize>(role: P, end: Tcp) -> Played<P::Output>
where
    P: Projection<N> + 'static,
{
    tokio::spawn(async move { play_role(role, &end).await })
}

async fn squared(ends: Vec<Tcp>) {
    let count = ends.len() - 1;
    let mut ends = ends.into_iter();
    let jobs: Vec<u64> = (0..).take(count).collect();
    let leader = play(squares::Leader::new(jobs.clone()), ends.next().unwrap());
    let workers: Vec<_> = ends.map(|end| play(squares::Workers::new(), end)).collect();
    assert_eq!(
        leader.await.unwrap().unwrap(),
        jobs.iter().map(|job| job * job).collect::<Vec<_>>()
    );
    for (index, worker) in workers.into_iter().enumerate() {
        assert_eq!(worker.await.unwrap().unwrap(), index);
    }
}

#[tokio::test]
async fn all_members_take_part() {
    for count in [0, 1, 4] {
        squared(over_streams(all_of(&[1, count])).await).await;
        squared(between_addresses(all_of(&[1, count])).await).await;
    }
}

#[tokio::test]
async fn an_answer_after_its_deadline_is_not_the_next_one() {
    for ends in [over_streams(all_of(&[1, 1])).await, between_addresses(all_of(&[1, 1])).await] {
        let [client, server] = ends.try_into().unwrap();
        let (over, is_over) = oneshot::channel();
        let server = play(late::Servers::new(is_over), server);
        let answers = play_role(late::Client::new(over), &client).await.unwrap();
        assert_eq!(answers, (None, Some(2)));
        server.await.unwrap().unwrap();
        assert_eq!(client.discarded(), 1);
    }
}

/// What each of the roles on these ends fails with: two of the left and one of the right, or the other
/// way round, and a log.
async fn errors(ends: Vec<Tcp>, lefts: usize) -> Vec<Error> {
    let last = ends.len() - 1;
    let fails = |(number, end): (usize, Tcp)| match number {
        log if log == last => play(sides::Log::new(), end),
        left if left < lefts => play(sides::Left::new(), end),
        _ => play(sides::Right::new(), end),
    };
    let playing: Vec<_> = ends.into_iter().enumerate().map(fails).collect();
    let mut errors = Vec::new();
    for role in playing {
        errors.push(role.await.unwrap().unwrap_err());
    }
    errors
}

/// Each has both sizes by role: in its own error, or in the cause that another one passes on.
#[track_caller]
fn tell_both(errors: &[Error], one: &str, other: &str) {
    for error in errors {
        let text = match error {
            Error::Setup { problem, .. } => problem.clone(),
            _ => error.cause().to_string(),
        };
        assert!(text.contains(one) && text.contains(other), "{error}: {text}");
    }
}

#[tokio::test]
async fn sizes_that_differ_fail_all_with_both() {
    // The log was told of two on the right, of whom one is on the left for all others.
    let mut all = all_of(&[2, 1, 1]);
    all[3] = Participant::of(&[1, 2, 1], 2, 0);
    for ends in [over_streams(all.clone()).await, between_addresses(all.clone()).await] {
        let errors = errors(ends, 2).await;
        tell_both(&errors, "Left[2], Right[1], Log", "Left[1], Right[2], Log");
        assert!(matches!(errors[3], Error::Setup { .. }), "{}", errors[3]);
        assert!(errors.iter().any(|error| {
            error.to_string()
                == "role `Log` can't be played: the session is one of Left[1], Right[2], Log here, and \
                    of Left[2], Right[1], Log at `Left[0]`"
        }));
    }
}

/// One was told of a member less than the others, who therefore take it for another number.
#[tokio::test]
async fn numbers_that_differ_fail_all_who_know_each_other() {
    let addresses: Vec<String> = (0..4).map(|_| free_address()).collect();
    let all = all_of(&[1, 2, 1]);
    let mut ends = Vec::new();
    for participant in &all[..3] {
        ends.push(at(participant.clone(), &addresses).await);
    }
    let fewer = [&addresses[..2], &addresses[3..]].concat();
    ends.push(at(Participant::of(&[1, 1, 1], 2, 0), &fewer).await);
    let errors = errors(ends, 1).await;
    tell_both(&errors, "Left[1], Right[2], Log", "Left[1], Right[1], Log");
}

#[tokio::test]
async fn who_was_told_no_sizes_is_told_apart() {
    let mut all = all_of(&[0, 1, 1]);
    all[0] = Participant::from(0);
    // Two roles, one each: the choreography has three.
    let ends = over_streams(all).await;
    let [one, log] = ends.try_into().unwrap();
    let (one, log) = (play(sides::Left::new(), one), play(sides::Log::new(), log));
    let text = one.await.unwrap().unwrap_err().to_string();
    assert!(text.starts_with("role `Left"), "{text}");
    assert!(text.contains("the session"), "{text}");
    assert!(log.await.unwrap().is_err());
}

#[tokio::test]
async fn a_member_that_speaks_for_another_is_found_at_the_start() {
    let all = all_of(&[1, 2]);
    // The connections of the second worker are used by another one that takes itself for the first.
    let mut twice = all.clone();
    twice[2] = all[1].clone();
    let ends = over_streams(twice).await;
    let [leader, one, other] = ends.try_into().unwrap();
    let workers = [one, other].map(|end| play(squares::Workers::new(), end));
    let error = play_role(squares::Leader::new(vec![1, 2]), &leader).await.unwrap_err();
    drop(leader);
    assert!(matches!(error, Error::Link { .. }), "{error}");
    let Reason::Lost(text) = error.cause().reason().clone() else { panic!("{error:?}") };
    assert!(text.contains("number 1"), "{text}");
    for worker in workers {
        assert!(worker.await.unwrap().is_err());
    }
}

#[tokio::test]
async fn a_missing_member_fails_all_at_the_start() {
    let mut ends = over_streams(all_of(&[1, 3])).await;
    drop(ends.pop());
    let mut ends = ends.into_iter();
    let leader = play(squares::Leader::new(vec![1, 2, 3]), ends.next().unwrap());
    let workers: Vec<_> = ends.map(|end| play(squares::Workers::new(), end)).collect();
    let error = leader.await.unwrap().unwrap_err();
    assert_eq!(error.cause().role(), "Workers[2]", "{error:?}");
    for worker in workers {
        let error = worker.await.unwrap().unwrap_err();
        assert_eq!(error.cause().role(), "Workers[2]", "{error:?}");
    }
}

#[tokio::test]
async fn a_member_that_was_cancelled_before_the_start_is_named() {
    for ends in [over_streams(all_of(&[1, 2])).await, between_addresses(all_of(&[1, 2])).await] {
        let [leader, one, other] = ends.try_into().unwrap();
        drop(play_role(squares::Workers::new(), &other));
        let (leader, one) =
            (play(squares::Leader::new(vec![1, 2]), leader), play(squares::Workers::new(), one));
        for error in [leader.await.unwrap().unwrap_err(), one.await.unwrap().map(drop).unwrap_err()]
        {
            assert_eq!(error.cause().to_string(), "role `Workers[1]` was cancelled at the start");
        }
    }
}

#[tokio::test]
async fn what_is_no_participant_is_refused_at_once() {
    let refused = from_streams(Participant::of(&[1, 2], 1, 2), streams(3).await.swap_remove(2));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "there is no participant 2 of role number 1: by role there are [1, 2]"
    );
    let addresses = vec![free_address(); 2];
    let participant = Participant::of(&[1, 2], 1, 1);
    let refused = fixed_with(participant, addresses, Security::Plaintext, Bincode, patient()).await;
    assert_eq!(
        refused.unwrap_err().to_string(),
        "a session of 3 participants, by role [1, 2], is not one of 2"
    );
}

/// A node for each of these roles, and its address.
async fn serving<P, const N: usize>(make: fn() -> P, count: usize) -> Vec<(Node, String)>
where
    P: Projection<N> + 'static,
{
    let mut nodes = Vec::new();
    for _ in 0..count {
        let node = Node::listen_with("127.0.0.1:0", Security::Plaintext, Bincode, patient()).await;
        let node = node.unwrap();
        node.serve(move |_| make());
        let address = node.address().unwrap().to_string();
        nodes.push((node, address));
    }
    nodes
}

#[tokio::test]
async fn any_member_opens_a_session_of_nodes() {
    for member in 0..3 {
        let leaders = serving(|| squares::Leader::new(vec![1, 2, 3]), 1).await;
        let workers = serving(squares::Workers::new, 2).await;
        let all = leaders.iter().map(|it| (0, it)).chain(workers.iter().map(|it| (1, it)));
        let addresses: Vec<_> = all.map(|(role, (_, address))| (role, address.clone())).collect();
        let node = Node::with(Security::Plaintext, Bincode, patient());
        let played = node.session(addresses).member(member).play(squares::Workers::new()).await;
        assert_eq!(played.unwrap(), member);
    }
}

/// Else a slip in a number would be a family without members.
#[tokio::test]
#[should_panic(
    expected = "an address is given for role number 2, but the choreography has 2 roles"
)]
async fn an_address_of_a_role_that_there_is_not_is_refused() {
    let node = Node::with(Security::Plaintext, Bincode, patient());
    let session = node.session([(2, "127.0.0.1:1")]);
    let _ = session.play(squares::Leader::new(vec![1])).await;
}

#[tokio::test]
async fn a_member_that_opens_misses_those_before_it_who_are_not_listed() {
    let leaders = serving(|| squares::Leader::new(vec![1, 2, 3]), 1).await;
    let node = Node::with(Security::Plaintext, Bincode, patient());
    let session = node.session([(0, leaders[0].1.clone())]).member(2);
    let error = session.play(squares::Workers::new()).await.unwrap_err();
    assert_eq!(error.peer(), Some("Workers[0]"));
    let source = std::error::Error::source(&error).unwrap();
    assert!(source.to_string().contains("can't be reached"), "{source}");
}
