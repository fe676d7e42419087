//! What roles come to where they hold an agreement is shown to a transport that asks for it.

use crate::noting::{Notes, session};
use crate::soon;
use chor::prelude::*;
use chor::{Site, together};

/// Neither shows itself nor is a message.
#[derive(Clone, PartialEq)]
struct Silent;

chor! {
    chor decides[A, B, C](n: u32 @ [A, B], x: u32 @ C) -> u32 @ [A, B] {
        let mut sum: u32 @ [A, B] = 0;
        for i in 0..n {
            if i == 1 {
                continue;
            }
            match i {
                0 => { sum += 1; }
                _ => { sum += 10; }
            }
        }
        while sum > 12 {
            sum -= 9;
        }
        if let Some(rest) = sum.checked_sub(100) {
            sum = rest;
        }
        C: println!("{x}");
        sum
    }
    chor states[A, B]<T: PartialEq + Send>(x: u32 @ A, y: u32 @ B, s: Silent @ [A, B], t: T @ [A, B]) {
        agree!(A: x, B: y);
        let s = agree!(A: s, B: s);
        agree!(A: t, B: t);
        A: println!("{} {}", s == Silent, s != s.clone());
    }
    chor outer[X, Y, Z](n: u32 @ [X, Z]) {
        inner[Z, X](n);
        Y: println!("hello");
    }
    chor inner[A, B](n: u32 @ [A, B]) {
        if n > 0 {
            B: println!("{n}");
        }
    }
    chor diverges[A, B](n: u32 @ [A, B]) {
        if n > 1 {
            [A, B]: println!("{n}");
        }
    }
}

fn of(notes: &Notes, place: usize) -> Vec<String> {
    let end = |note: &String| note.contains(&format!(" at {place}: "));
    notes.lock().unwrap().iter().filter(|note| end(note)).cloned().collect()
}

fn told(notes: &Notes, place: usize) -> Vec<String> {
    let at = format!(" at {place}: ");
    of(notes, place).iter().map(|note| note.replace(&at, ": ")).collect()
}

#[tokio::test]
async fn what_is_decided_is_shown_by_all_who_decide() {
    let ([a, b, c], notes) = session();
    let (one, other, third) = soon(together((
        play_role(decides::A::new(4), &a),
        play_role(decides::B::new(4), &b),
        play_role(decides::C::new(1), &c),
    )))
    .await;
    assert_eq!((one.unwrap(), other.unwrap()), (12, 12));
    third.unwrap();
    let expected = [
        "for i in 0..n of [0, 1]: true",
        "for i in 0..n of [0, 1]: 0",
        "if i == 1 of [0, 1]: false",
        "match i of [0, 1]: 0",
        "match i of [0, 1]: 0",
        "for i in 0..n of [0, 1]: true",
        "for i in 0..n of [0, 1]: 1",
        "if i == 1 of [0, 1]: true",
        "for i in 0..n of [0, 1]: true",
        "for i in 0..n of [0, 1]: 2",
        "if i == 1 of [0, 1]: false",
        "match i of [0, 1]: 2",
        "match i of [0, 1]: 1",
        "for i in 0..n of [0, 1]: true",
        "for i in 0..n of [0, 1]: 3",
        "if i == 1 of [0, 1]: false",
        "match i of [0, 1]: 3",
        "match i of [0, 1]: 1",
        "for i in 0..n of [0, 1]: false",
        "while sum > 12 of [0, 1]: true",
        "while sum > 12 of [0, 1]: false",
        "if let Some(rest) = sum.checked_sub(100) of [0, 1]: None",
        "if let Some(rest) = sum.checked_sub(100) of [0, 1]: false",
    ];
    assert_eq!(told(&notes, 0), expected);
    assert_eq!(told(&notes, 1), expected);
    assert_eq!(told(&notes, 2), [""; 0]);
}

#[tokio::test]
async fn what_is_stated_is_shown_if_it_can_be() {
    let ([a, b], notes) = session();
    let (one, other) = soon(together((
        play_role(states::A::new(1, Silent, 5u8), &a),
        play_role(states::B::new(2, Silent, 5u8), &b),
    )))
    .await;
    one.unwrap();
    other.unwrap();
    assert_eq!(told(&notes, 0), ["agree!(A: x, B: y) of [0, 1]: 1"]);
    assert_eq!(told(&notes, 1), ["agree!(A: x, B: y) of [0, 1]: 2"]);
}

#[tokio::test]
async fn a_callee_speaks_of_the_participants_of_the_session() {
    let ([x, y, z], notes) = session();
    let (one, other, third) = soon(together((
        play_role(outer::X::new(1), &x),
        play_role(outer::Y::new(), &y),
        play_role(outer::Z::new(1), &z),
    )))
    .await;
    assert_eq!((one.unwrap(), other.unwrap(), third.unwrap()), ((), (), ()));
    // `Z` is `A` of `inner`.
    assert_eq!(told(&notes, 0), ["if n > 0 of [2, 0]: true"]);
    assert_eq!(told(&notes, 2), ["if n > 0 of [2, 0]: true"]);
}

#[tokio::test]
async fn roles_that_diverge_show_different_things() {
    let ([a, b], notes) = session();
    let (one, other) =
        soon(together((play_role(diverges::A::new(1), &a), play_role(diverges::B::new(2), &b))))
            .await;
    assert_eq!((one.unwrap(), other.unwrap()), ((), ()));
    assert_eq!(told(&notes, 0), ["if n > 1 of [0, 1]: false"]);
    assert_eq!(told(&notes, 1), ["if n > 1 of [0, 1]: true"]);
}

#[test]
fn a_site_says_where_it_is() {
    let site = Site::new("f", "if x", &[0, 1], "src/f.rs", 12, 5);
    assert_eq!(site.to_string(), "if x at src/f.rs:12");
}
