//! Accidents in a run with a family, first answers, branches in a round and deadlines. A loss that is a
//! value is noticed by nobody else.

use super::{Ended, Plan, Ran, Server, end, everywhere, options};
use crate::raw::{ASK, MAY, ROUNDS, Said};
use crate::support::within;
use crate::survey::{narrow, right, survey};
use crate::way::{Accident, Direction, Way};
use chor::tcp::{Node, Options, Security};
use chor::{DefaultCodec, Error, TooFew};

const NUMBER: u32 = 7;

async fn telling(options: &Options) -> Server {
    let server = Server::listen(options.clone()).await;
    server.serve(survey::Tellers::new);
    server
}

/// What the asker has, when its session with those at the addresses is over.
async fn ask(options: Options, addresses: Vec<String>) -> Ended {
    let asker = Node::with(Security::Plaintext, DefaultCodec::default(), options);
    let session = asker.session(addresses.into_iter().map(|address| (1, address)));
    let ended = within(session.play(survey::Asker::new(NUMBER))).await;
    end(&asker).await;
    ended
}

/// The accident is one of the first of two who tell, to whom only the asker connects: another one who
/// couldn't would be waited for as long as all may take to meet.
async fn survey(plan: Option<Plan>) -> Ran {
    let accident = plan.map(|(accident, ..)| accident);
    let options = narrow(options(accident));
    let (first, second) = (telling(&options).await, telling(&options).await);
    let way = Way::to(first.address(), plan).await;
    let addresses = vec![way.address.clone(), second.address().to_string()];
    let mut ends = vec![ask(options, addresses).await];
    ends.extend(second.end().await);
    let others_are_right = ends.len() == 2 && ends.iter().all(Result::is_ok);
    // Where times are short, who is busy is taken for lost, and there may be nobody left.
    let may_be_busy = accident == Some(Accident::Vanish);
    assert!(others_are_right || may_be_busy, "{plan:?}: {ends:?}");
    ends.extend(first.end().await);
    if matches!(&ends[0], Err(Error::Failed { source, .. }) if source.is::<TooFew>()) {
        ends.clear();
    }
    (ends, way.passed())
}

#[tokio::test]
async fn rounds_are_said_and_asked_room_for() {
    let options = narrow(options(None));
    let teller = telling(&options).await;
    let way = Way::to(teller.address(), None).await;
    assert_eq!(ask(options, vec![way.address.clone()]).await.unwrap(), right(NUMBER));
    let count = |direction, kind| Said::new(&way.said(direction)).of(kind).count();
    // Of two lanes in the first answers, and one for the last answer.
    assert_eq!(count(Direction::Back, ROUNDS), 3);
    assert!(count(Direction::Back, ASK) >= 2 && count(Direction::There, MAY) >= 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_tells_is_cut_off_after_every_byte() {
    everywhere(Accident::Cut, survey, right(NUMBER)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_direction_of_one_who_tells_ends_after_every_byte() {
    everywhere(Accident::Truncate, survey, right(NUMBER)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_tells_hears_nothing_after_every_byte() {
    everywhere(Accident::Vanish, survey, right(NUMBER)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_who_tells_waits_after_every_byte() {
    everywhere(Accident::Delay, survey, right(NUMBER)).await;
}
