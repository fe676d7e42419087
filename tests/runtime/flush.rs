//! What is held back is sent off before a role waits for something else than a message.

use crate::noting::session;
use crate::soon;
use chor::prelude::*;
use chor::{open_role, together};
use std::future::Ready;
use tokio::sync::oneshot;

/// Wakes whoever waits as soon as a message is sent off: a channel of the world outside.
fn answer() -> oneshot::Receiver<u32> {
    let (tell, told) = oneshot::channel();
    tell.send(7).unwrap();
    told
}

chor! {
    chor waits[A](told: oneshot::Receiver<u32> @ A) -> u32 @ A {
        A: told.await?
    }
    chor sends[A, B](told: oneshot::Receiver<u32> @ A) -> u32 @ B {
        let first: u32 = A -> B: 1;
        let second: u32 = A -> B: told.await?;
        B: first + second
    }
    chor in_forms[A](xs: Vec<u32> @ A) {
        if A: ready(true).await {
            A: drop(xs);
        }
        match A: &*ready(Box::new(3)).await {
            3 => { A: drop(String::new()); }
            _ => {}
        }
        for x in A: ready([1, 2]).await {
            A: println!("{x}");
        }
        let mut left: u32 @ A = 2;
        while A: ready(left).await > 0 {
            left -= 1;
        }
    }
    chor by_macros[A]() -> (u32, u32) @ A {
        A: println!("{}", ready(1).await);
        A: tokio::join!(ready(1), ready(2))
    }
    chor chosen[A]() -> u32 @ A {
        A: tokio::select! { x = ready(1) => x, x = std::future::pending() => x }
    }
    chor hands_out[A, B](left: u32 @ A) -> chor() -> u32 @ B | A {
        move chor() -> u32 @ B | A { A -> B: *left }
    }
    chor elsewhere[A]() {
        A: drop(async { ready(1).await });
        A: drop(Box::new(async || ready(1).await));
    }
}

fn ready<T>(value: T) -> Ready<T> {
    std::future::ready(value)
}

macro_rules! notes {
    ($role:expr) => {{
        let ([end], notes) = session();
        soon(play_role($role, &end)).await.unwrap();
        notes.lock().unwrap().clone()
    }};
}

#[tokio::test]
async fn before_each_await() {
    assert_eq!(notes!(waits::A::new(answer())), ["flush", "close"]);
    let waits = notes!(in_forms::A::new(vec![]));
    assert_eq!(waits.iter().filter(|note| *note == "flush").count(), 1 + 1 + 1 + 3);
}

#[tokio::test]
async fn before_a_macro_that_may_wait() {
    assert_eq!(notes!(by_macros::A::new()), ["flush", "flush", "close"]);
    assert_eq!(notes!(chosen::A::new()), ["flush", "close"]);
}

#[tokio::test]
async fn whenever_the_task_yields() {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    let (_tell, told) = oneshot::channel();
    let ([a, _b], notes) = session();
    let mut waits = std::pin::pin!(play_role(sends::A::new(told), &a));
    assert!(waits.as_mut().poll(&mut cx).is_pending());
    assert_eq!(*notes.lock().unwrap(), ["send first", "flush", "flush"]);
}

#[tokio::test]
async fn at_the_end_of_a_call() {
    let ([a, _b], notes) = session();
    let mut send = soon(open_role(hands_out::A::new(7), &a)).await.unwrap();
    notes.lock().unwrap().clear();
    soon(send.call(())).await.unwrap();
    assert_eq!(notes.lock().unwrap().last().unwrap(), "flush");
}

#[tokio::test]
async fn not_for_what_others_wait_for() {
    assert_eq!(notes!(elsewhere::A::new()), ["close"]);
}

#[tokio::test]
async fn not_for_messages() {
    let ([a, b], notes) = session();
    let both = together((play_role(sends::A::new(answer()), &a), play_role(sends::B::new(), &b)));
    let (sent, got) = soon(both).await;
    sent.unwrap();
    assert_eq!(got.unwrap(), 8);
    let notes = notes.lock().unwrap().clone();
    let flushes = notes.iter().filter(|note| *note == "flush").count();
    assert_eq!(flushes, 1, "{notes:?}");
    let of = |what: &str| notes.iter().position(|note| note == what);
    assert!(of("send first") < of("flush"), "{notes:?}");
    assert!(of("flush") < of("send second"), "{notes:?}");
}
