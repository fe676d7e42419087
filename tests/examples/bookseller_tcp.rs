//! `examples/bookseller_tcp.rs`: two processes.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use crate::process::Process;

const EXAMPLE: &str = "bookseller_tcp";
const EMMA: [&str; 4] = ["--title", "Emma", "--budget", "50"];

fn buyer(seller: &str, order: &[&str]) -> Process {
    Process::start(EXAMPLE, &[&["buyer", "--seller", seller], order].concat())
}

/// Buys a book, which works.
fn buys(seller: &str) {
    let ended = buyer(seller, &EMMA).end();
    assert_eq!(ended.code, Some(0), "{ended:#?}");
    assert!(
        ended.out.last().is_some_and(|line| line.starts_with("the book arrives on ")),
        "{ended:#?}"
    );
}

#[test]
fn a_seller_serves_one_buyer_after_the_other() {
    let (mut seller, address) = Process::listen(EXAMPLE, "seller");
    let ended = buyer(&address, &EMMA).end();
    let expected = [
        "Buyer -> Seller: title",
        "Buyer -> Seller: (bool)",
        "Buyer -> Seller: address",
        "the book arrives on 2026-01-11",
    ];
    assert_eq!((ended.code, ended.out.as_slice()), (Some(0), &expected.map(ToOwned::to_owned)[..]));
    seller.line("ships \"Emma\" to 221B Baker Street");
    seller.line("a session has ended");

    let ended = buyer(&address, &["--title", "Emma", "--budget", "1"]).end();
    assert_eq!(ended.code, Some(1), "{ended:#?}");
    assert_eq!(ended.out.last().map(String::as_str), Some("nothing was bought"));
    seller.line("the buyer changed their mind");
    seller.line("a session has ended");

    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| buys(&address));
        }
    });
}

#[test]
fn a_buyer_without_a_seller_says_where_it_looked() {
    let (seller, address) = Process::listen(EXAMPLE, "seller");
    seller.kill();
    let ended = buyer(&address, &EMMA).end();
    let expected = format!(
        "error: role `Buyer` has no way to `Seller` at the start: {address} can't be reached: "
    );
    assert_eq!((ended.code, ended.out.as_slice(), ended.err.len()), (Some(2), &[][..], 1));
    assert!(ended.err[0].starts_with(&expected), "{ended:#?}");
}

#[test]
fn a_seller_that_is_killed_in_a_session_is_named_with_the_message() {
    let (seller, address) = Process::listen(EXAMPLE, "seller");
    let (way, held) = holding(&address);
    let mut buyer = buyer(&way, &EMMA);
    buyer.line("Buyer -> Seller: title");
    held.recv().expect("the seller has answered");
    seller.kill();
    let ended = buyer.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    let error = ended.err.last().unwrap();
    assert!(
        error.starts_with("error: role `Buyer` has no way to `Seller` at `price` (message 2 of "),
        "{error}"
    );
    assert!(error.ends_with(&format!("{way} closed the connection")), "{error}");
}

#[test]
fn a_buyer_that_is_killed_is_named_and_the_next_one_is_served() {
    let (mut seller, address) = Process::listen(EXAMPLE, "seller");
    let (way, held) = holding(&address);
    let mut gone = buyer(&way, &EMMA);
    gone.line("Buyer -> Seller: title");
    held.recv().expect("the seller has answered");
    gone.kill();
    let line = seller.line("a session has failed: ");
    assert!(
        line.contains("role `Seller` has no way to `Buyer` at `3` (message 3 of `buy_book`"),
        "{line}"
    );
    assert!(line.ends_with(" closed the connection"), "{line}");
    buys(&address);
}

/// A way to a seller that passes on nothing of what the seller says from the price on; tells when it
/// has come so far.
fn holding(seller: &str) -> (String, Receiver<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let way = listener.local_addr().expect("an address").to_string();
    let seller = TcpStream::connect(seller).expect("a seller");
    let (told, held) = channel();
    thread::spawn(move || {
        let (buyer, _) = listener.accept().expect("a buyer");
        let (from, to) = (buyer.try_clone().unwrap(), seller.try_clone().unwrap());
        thread::spawn(move || pass(from, to, |_| true));
        let mut holds = false;
        pass(seller, buyer, |bytes| {
            if !holds && bytes.windows(5).any(|text| text == b"price") {
                holds = true;
                let _ = told.send(());
            }
            !holds
        });
    });
    (way, held)
}

/// Passes on what comes as long as `passes` says so, and the end.
fn pass(mut from: TcpStream, mut to: TcpStream, mut passes: impl FnMut(&[u8]) -> bool) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if passes(&bytes[..count]) && to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
