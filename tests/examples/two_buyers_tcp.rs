//! `examples/two_buyers_tcp.rs`: three processes. The friend is killed, or another one, while it is
//! asked.

use crate::process::Process;

const EXAMPLE: &str = "two_buyers_tcp";

fn buyer(seller: &str, friend: &str, budget: &str) -> Process {
    Process::start(
        EXAMPLE,
        &["buyer", "--seller", seller, "--friend", friend, "--title", "Emma", "--budget", budget],
    )
}

/// Three processes, of which the friend is being asked.
struct Asking {
    seller: (Process, String),
    friend: (Process, String),
    buyer: Process,
}

fn asking() -> Asking {
    let seller = Process::listen(EXAMPLE, "seller");
    let mut friend = Process::listen(EXAMPLE, "friend");
    let buyer = buyer(&seller.1, &friend.1, "5");
    friend.0.line("do you pay 16? [y/n]");
    Asking { seller, friend, buyer }
}

/// A further session with these two works.
fn buys(seller: &str, friend: &str) {
    let ended = buyer(seller, friend, "21").end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
}

/// The buyer has failed, and says why in its last line.
fn fails(buyer: Process) -> String {
    let mut ended = buyer.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    ended.err.pop().expect("an error")
}

#[test]
fn a_friend_pays_or_does_not() {
    let Asking { seller: (mut seller, to_seller), friend: (mut friend, to_friend), buyer: first } =
        asking();
    friend.answer("y");
    let ended = first.end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert_eq!(ended.out.last().map(String::as_str), Some("the book arrives on 2026-01-11"));
    seller.line("ships \"Emma\" to 1 Main Street");
    friend.line("the session has ended: the book arrives on 2026-01-11");

    let second = buyer(&to_seller, &to_friend, "20");
    friend.line("do you pay 1? [y/n]");
    friend.answer("n");
    let ended = second.end();
    let last = ended.out.last().map(String::as_str);
    assert_eq!((ended.code, last), (Some(1), Some("nothing was bought")), "{ended:#?}");
    seller.line("the session has ended");
    friend.line("the session has ended");
}

#[test]
fn a_friend_that_is_killed_is_named_by_both_others() {
    let Asking { seller: (mut seller, to_seller), friend: (friend, gone), buyer } = asking();
    friend.kill();
    let error = fails(buyer);
    assert!(
        error.starts_with(
            "error: role `Buyer` has no way to `Friend` at `4` (message 4 of `buy_together`"
        ),
        "{error}"
    );
    assert!(error.ends_with(&format!("{gone} closed the connection")), "{error}");
    let error = seller.line("the session has failed: ");
    assert!(
        error.contains("role `Seller` has no way to `Friend` at `4` (message 4 of `buy_together`"),
        "{error}"
    );
    assert!(error.ends_with(" closed the connection"), "{error}");

    let (_friend, to_friend) = Process::listen(EXAMPLE, "friend");
    buys(&to_seller, &to_friend);
}

#[test]
fn a_seller_that_is_killed_is_named_by_who_needs_it_still() {
    let Asking { seller: (seller, gone), friend: (mut friend, to_friend), buyer } = asking();
    seller.kill();
    friend.answer("y");
    let error = fails(buyer);
    assert!(error.contains("`Seller`") && error.contains("`date`"), "{error}");
    assert!(error.contains(&gone), "{error}");
    let error = friend.line("the session has failed: ");
    assert!(error.contains("role `Friend`") && error.contains("`Seller`"), "{error}");
    assert!(error.contains(" closed the connection"), "{error}");

    let (_seller, to_seller) = Process::listen(EXAMPLE, "seller");
    buys(&to_seller, &to_friend);
}

#[test]
fn a_buyer_that_is_killed_is_named_and_the_others_go_on() {
    let Asking { seller: (mut seller, to_seller), friend: (mut friend, to_friend), buyer } =
        asking();
    buyer.kill();
    // Answered before that, the friend might tell the buyer, and the session would end well for both.
    friend.line("closed the connection");
    friend.answer("y");
    let error = friend.line("the session has failed: ");
    assert!(error.contains("role `Friend`") && error.contains("`Buyer`"), "{error}");
    assert!(error.contains(" closed the connection"), "{error}");
    let error = seller.line("the session has failed: ");
    assert!(error.contains("role `Seller`") && error.contains("`Buyer`"), "{error}");
    assert!(error.contains(" closed the connection"), "{error}");
    buys(&to_seller, &to_friend);
}
