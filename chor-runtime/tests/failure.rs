//! How a role fails, and how far its failure goes: to all that still need it, and to nobody else.

mod script;

use chor_runtime::memory::{self, Memory};
use chor_runtime::{Cause, Error, Projection, Reason, play_role};
use script::{Act, DATE, OutOfStock, PRICE, RECEIPT, Role, TITLE, buyer, seller};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

type Played = JoinHandle<Result<Vec<u64>, Error>>;

fn play<const N: usize>(
    role: impl Projection<N, Output = Vec<u64>> + 'static,
    end: Memory,
) -> Played {
    tokio::spawn(async move { play_role(role, &end).await })
}

fn lost(error: &Error) -> Cause {
    assert!(matches!(error, Error::Gone { .. }), "{error}");
    error.cause()
}

#[tokio::test]
async fn an_error_fails_the_peer_that_waits() {
    let [a, b] = memory::session();
    let waiting = play(buyer([Act::Recv(1, PRICE)]), a);
    tokio::task::yield_now().await;
    let own = play(seller([Act::Fail]), b).await.unwrap().unwrap_err();
    assert_eq!(own.downcast_ref::<OutOfStock>(), Some(&OutOfStock(3)));
    assert_eq!(own.role(), "Seller");
    assert!(
        own.to_string().starts_with("role `Seller` failed at chor-runtime/tests/script/mod.rs:")
    );

    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!((error.role(), error.peer()), ("Buyer", Some("Seller")));
    assert_eq!(
        error.to_string(),
        "role `Buyer` has lost `Seller` at `price` (message 2 of `trade`, src/trade.rs:11:9)"
    );
    let cause = lost(&error);
    assert_eq!(cause.role(), "Seller");
    assert_eq!(cause.reason(), &Reason::Error("3 too few in stock".into()));
    assert!(cause.place().code.as_ref().unwrap().contains("script/mod.rs"));
    assert_eq!(std::error::Error::source(&error).unwrap().to_string(), cause.to_string());
    assert!(error.downcast_ref::<OutOfStock>().is_none());
}

#[tokio::test]
async fn the_own_error_comes_back_by_value() {
    let [_a, b] = memory::session();
    let error = play_role(seller([Act::Fail]), &b).await.unwrap_err();
    let error = error.downcast::<std::fmt::Error>().unwrap_err();
    assert_eq!(error.downcast::<OutOfStock>().unwrap(), OutOfStock(3));
}

#[tokio::test]
async fn the_place_of_a_failure_names_the_last_message() {
    let [_a, b] = memory::session();
    let error = play_role(seller([Act::Send(0, DATE, 1), Act::Fail]), &b).await.unwrap_err();
    let place = error.place();
    assert_eq!(place.message.unwrap(), "`date` (message 3 of `trade`, src/trade.rs:12:9)");
    assert!(place.code.is_some());
}

#[tokio::test]
async fn what_was_sent_before_the_failure_still_arrives() {
    let [a, b] = memory::session();
    play(seller([Act::Send(0, PRICE, 5), Act::Fail]), b).await.unwrap().unwrap_err();
    let gate = Arc::new(Semaphore::new(0));
    let acts = [Act::Recv(1, PRICE), Act::Wait(Arc::clone(&gate)), Act::Recv(1, DATE)];
    let reading = play(buyer(acts), a);
    gate.add_permits(1);
    let error = reading.await.unwrap().unwrap_err();
    assert_eq!(error.place().message.unwrap(), DATE.to_string());
    lost(&error);
}

#[tokio::test]
async fn the_next_send_to_a_failed_role_fails() {
    let [a, b] = memory::session();
    play(seller([Act::Fail]), b).await.unwrap().unwrap_err();
    let error = play_role(buyer([Act::Send(1, TITLE, 1)]), &a).await.unwrap_err();
    assert_eq!(lost(&error).role(), "Seller");
}

#[tokio::test]
async fn a_sender_that_waits_for_room_is_woken_by_the_failure() {
    let [a, b] = memory::session();
    let gate = Arc::new(Semaphore::new(0));
    let failing = play(seller([Act::Wait(Arc::clone(&gate)), Act::Fail]), b);
    let sending = play(buyer(script::repeat(&[Act::Send(1, TITLE, 1)], 1000)), a);
    while !sending.is_finished() && gate.available_permits() == 0 {
        tokio::task::yield_now().await;
        gate.add_permits(1);
    }
    failing.await.unwrap().unwrap_err();
    lost(&sending.await.unwrap().unwrap_err());
}

#[tokio::test]
async fn a_panic_fails_the_peer_and_goes_on() {
    let [a, b] = memory::session();
    let waiting = play(buyer([Act::Recv(1, PRICE), Act::Recv(1, DATE)]), a);
    let panicking = play(seller([Act::Send(0, PRICE, 1), Act::Panic]), b);
    let panic = panicking.await.unwrap_err().into_panic();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"out of paper"));

    let cause = lost(&waiting.await.unwrap().unwrap_err());
    assert_eq!(cause.reason(), &Reason::Panic("out of paper".into()));
    assert_eq!(
        cause.to_string(),
        "role `Seller` panicked at `price` (message 2 of `trade`, src/trade.rs:11:9): out of paper"
    );
}

#[tokio::test]
async fn a_role_that_is_cancelled_before_its_first_poll_fails_the_peer() {
    let [a, b] = memory::session();
    let waiting = play(buyer([Act::Recv(1, PRICE)]), a);
    drop(play_role(seller([Act::Send(0, PRICE, 1)]), &b));
    let cause = lost(&waiting.await.unwrap().unwrap_err());
    assert_eq!(cause.to_string(), "role `Seller` was cancelled at the start");
}

#[tokio::test]
async fn a_task_that_is_aborted_before_it_ran_fails_the_peer() {
    let [a, b] = memory::session();
    let task = play(seller([Act::Send(0, PRICE, 1)]), b);
    task.abort();
    let cause = lost(&play_role(buyer([Act::Recv(1, PRICE)]), &a).await.unwrap_err());
    assert_eq!(cause.reason(), &Reason::Cancelled);
}

#[tokio::test]
async fn a_role_that_is_cancelled_midway_fails_the_peer() {
    let [a, b] = memory::session();
    let hanging = play(seller([Act::Send(0, PRICE, 1), Act::Hang]), b);
    let waiting = play(buyer([Act::Recv(1, PRICE), Act::Recv(1, DATE)]), a);
    tokio::task::yield_now().await;
    hanging.abort();
    let cause = lost(&waiting.await.unwrap().unwrap_err());
    assert_eq!(
        cause.to_string(),
        "role `Seller` was cancelled at `price` (message 2 of `trade`, src/trade.rs:11:9)"
    );
}

#[tokio::test]
async fn an_end_that_is_dropped_unused_fails_the_peer() {
    let [a, b] = memory::session();
    let waiting = play(buyer([Act::Recv(1, PRICE)]), a);
    tokio::task::yield_now().await;
    drop(b);
    assert_eq!(lost(&waiting.await.unwrap().unwrap_err()).reason(), &Reason::Cancelled);
}

#[tokio::test]
async fn a_send_to_a_finished_role_is_dropped() {
    let [a, b] = memory::session();
    play_role(seller([]), &b).await.unwrap();
    play_role(buyer(script::repeat(&[Act::Send(1, TITLE, 1)], 100)), &a).await.unwrap();
}

#[tokio::test]
async fn a_receive_from_a_finished_role_fails_with_both_positions() {
    let [a, b] = memory::session();
    play_role(seller([Act::Send(0, PRICE, 1)]), &b).await.unwrap();
    let error = play_role(buyer([Act::Recv(1, PRICE), Act::Recv(1, DATE)]), &a).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Buyer` expected `date`: u64 (message 3 of `trade`, src/trade.rs:12:9) as number 2 of its \
         queue from `Seller`, which has finished after `price`: u64 (message 2 of `trade`, \
         src/trade.rs:11:9) as number 1 of its queue"
    );
}

#[tokio::test]
async fn a_role_that_needs_nothing_more_of_the_failed_one_finishes() {
    let [a, b, c] = memory::session();
    let a = play(Role::<0, 3>(vec![Act::Recv(1, PRICE), Act::Recv(2, RECEIPT)]), a);
    let b = play(Role::<1, 3>(vec![Act::Send(0, PRICE, 1), Act::Fail]), b);
    b.await.unwrap().unwrap_err();
    let c = play(Role::<2, 3>(vec![Act::Send(0, RECEIPT, 2)]), c);
    assert_eq!(a.await.unwrap().unwrap(), [1, 2]);
    assert_eq!(c.await.unwrap().unwrap(), [] as [u64; 0]);
}

#[tokio::test]
async fn three_roles_pass_on_the_first_cause() {
    let [a, b, c] = memory::session();
    let bank = play(Role::<2, 3>(vec![Act::Recv(1, RECEIPT)]), c);
    let shop = play(Role::<1, 3>(vec![Act::Recv(0, TITLE), Act::Send(2, RECEIPT, 1)]), b);
    tokio::task::yield_now().await;
    play(Role::<0, 3>(vec![Act::Fail]), a).await.unwrap().unwrap_err();
    let shop = shop.await.unwrap().unwrap_err();
    let bank = bank.await.unwrap().unwrap_err();
    assert_eq!((shop.peer(), bank.peer()), (Some("Buyer"), Some("Seller")));
    for error in [shop, bank] {
        let cause = lost(&error);
        assert_eq!(cause.role(), "Buyer");
        assert_eq!(cause.reason(), &Reason::Error("3 too few in stock".into()));
    }
}

#[tokio::test]
async fn the_wrong_end_is_refused_and_fails_the_session() {
    let [a, b] = memory::session();
    let waiting = play(seller([Act::Recv(0, TITLE)]), b);
    let error = play_role(seller([]), &a).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Seller` can't be played: this end of the session is that of `Buyer`"
    );
    lost(&waiting.await.unwrap().unwrap_err());
}

#[tokio::test]
async fn a_session_of_another_size_is_refused() {
    let [a, _b, _c] = memory::session();
    let error = play_role(buyer([]), &a).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Buyer` can't be played: the session has 3 participants, the choreography 2 roles"
    );
}

#[tokio::test]
async fn an_end_serves_one_session() {
    let [a, _b] = memory::session();
    play_role(buyer([]), &a).await.unwrap();
    let error = play_role(buyer([]), &a).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Buyer` can't be played: this end of the session has already been used"
    );
}

#[test]
fn a_cause_crosses_a_network() {
    use chor_runtime::{Bincode, Codec, Place};
    let cause = Cause::new("Buyer", Reason::Lost("no route".into()), Place::of(TITLE));
    let mut bytes = Vec::new();
    Bincode.encode(&cause, &mut bytes).unwrap();
    assert_eq!(Bincode.decode::<Cause>(&bytes).unwrap(), cause);
}
