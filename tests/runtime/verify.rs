//! The comparison of agreements, message by message, and under attack.

use crate::bytes::pipes;
use crate::noting::{altering, sent, session};
use crate::soon;
use chor::bytes::{Channel, Encoded};
use chor::prelude::*;
use chor::{Cause, Protocol, Reason, memory, together};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

chor! {
    #![verify(agreement)]

    chor all[A, B, C](x: Vec<u32> @ [A, B, C]) -> usize @ A {
        let b: usize = B -> A: x.len();
        let c: usize = C -> A: x.len();
        A: b + c
    }

    #[verify(agreement = B)]
    chor one[A, B, C](x: Vec<u32> @ [A, B, C]) -> usize @ A {
        let b: usize = B -> A: x.len();
        let c: usize = C -> A: x.len();
        A: b + c
    }

    #[verify(agreement = false)]
    chor not[A, B](x: u32 @ [A, B]) -> u32 @ B {
        let sum: u32 = A -> B: x;
        B: sum + x
    }

    chor several[A, B](x: u32 @ [A, B], y: u32 @ A, z: String @ [B, A]) {
        A: println!("{x} {y} {z}");
    }

    chor told[A, B](x: u32 @ A) -> u32 @ [A, B] {
        let y: u32 = A => B: x;
        agree!(A: y, B: y)
    }

    chor outside[A, B, C](x: u32 @ [A, B]) -> u32 @ C {
        let there: u32 = B -> C: x;
        there
    }

    chor caller[X, Y, Z](x: u32 @ Z, y: u32 @ Y) -> (u32 @ [Z, Y], u32 @ X) {
        let z = callee[Z, Y](x, y);
        let seen: u32 = Z -> X: z;
        (z, X: seen)
    }
    chor callee[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ [A, B] {
        let z = agree!(A: x, B: y);
        let w = inner[B, A](z);
        w
    }
    chor inner[A, B](x: u32 @ [A, B]) -> u32 @ [A, B] {
        x
    }

    chor maps[A, B](x: HashMap<u32, u32> @ [A, B]) {
        A: println!("{}", x.len());
    }

    chor floats[A, B](x: f64 @ [A, B]) {
        A: println!("{x}");
    }

    chor often[A, B](n: u32 @ [A, B], x: u32 @ A, y: u32 @ B) {
        for i in 0..n {
            let z = agree!(A: x + i, B: y + i);
            if z > 5 {
                break;
            }
        }
    }
}

/// Plays all roles over a session's ends, and gives their results.
macro_rules! play {
    ($ends:expr, $($role:expr),+) => {{
        let mut ends = $ends.iter();
        soon(together(($(play_role($role, ends.next().unwrap()),)+))).await
    }};
}

#[tokio::test]
async fn each_role_tells_each() {
    for length in [1, 10_000] {
        let (ends, notes) = session::<3>();
        let x = vec![7; length];
        let (a, b, c) = play!(ends, all::A::new(x.clone()), all::B::new(x.clone()), all::C::new(x));
        assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (2 * length, (), ()));
        assert_eq!(sent(&notes, "agree x"), 3 * 2);
    }
}

#[tokio::test]
async fn one_role_compares_for_all() {
    for length in [1, 10_000] {
        let (ends, notes) = session::<3>();
        let x = vec![7; length];
        let (a, b, c) = play!(ends, one::A::new(x.clone()), one::B::new(x.clone()), one::C::new(x));
        assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (2 * length, (), ()));
        assert_eq!(sent(&notes, "agree x"), 2 * 2);
    }
}

#[tokio::test]
async fn only_agreements_among_the_parameters_are_compared() {
    let (ends, notes) = session::<2>();
    let (a, b) = play!(ends, several::A::new(1, 2, "z".into()), several::B::new(1, "z".into()));
    assert_eq!((a.unwrap(), b.unwrap()), ((), ()));
    assert_eq!((sent(&notes, "agree x"), sent(&notes, "agree z")), (2, 2));
    assert_eq!(notes.lock().unwrap().iter().filter(|it| it.starts_with("send")).count(), 4);

    let (ends, notes) = session::<2>();
    let (a, b) = play!(ends, not::A::new(1), not::B::new(2));
    assert_eq!((a.unwrap(), b.unwrap()), ((), 3));
    assert_eq!(sent(&notes, "agree x"), 0);
}

/// The text after the place.
fn values(error: &Error) -> String {
    assert!(matches!(error, Error::Agreement { .. }), "{error:?}");
    let text = error.to_string();
    let values = text.strip_prefix("values of an agreement differ: ").expect(&text);
    let (place, values) = values.split_once(" at ").expect(&text).1.split_once(": ").expect(&text);
    assert!(place.contains("tests/runtime/verify.rs:"), "{text}");
    values.to_owned()
}

#[tokio::test]
async fn all_roles_say_who_has_what() {
    for length in [1, 100] {
        let [one, other] = [vec![700u32; length], vec![800; length]];
        let text = format!("A = {one:?}, B = {one:?}, C = {other:?}");
        let (ends, notes) = session::<3>();
        let (a, b, c) = play!(
            ends,
            all::A::new(one.clone()),
            all::B::new(one.clone()),
            all::C::new(other.clone())
        );
        assert_eq!(
            [a.unwrap_err(), b.unwrap_err(), c.unwrap_err()].map(|it| values(&it)),
            [(); 3].map(|()| text.clone())
        );
        assert_eq!(sent(&notes, "agree x"), if length == 1 { 6 } else { 12 });

        let (ends, notes) = session::<3>();
        let (a, b, c) = play!(ends, one::A::new(one.clone()), one::B::new(one), one::C::new(other));
        assert_eq!(
            [a.unwrap_err(), b.unwrap_err(), c.unwrap_err()].map(|it| values(&it)),
            [(); 3].map(|()| text.clone())
        );
        assert_eq!(sent(&notes, "agree x"), if length == 1 { 4 } else { 8 });
    }
}

#[tokio::test]
async fn lengths_may_differ_too() {
    let [one, other] = [vec![7u32; 1], vec![700; 100]];
    let (ends, _) = session::<3>();
    let (a, b, c) =
        play!(ends, all::A::new(one.clone()), all::B::new(other.clone()), all::C::new(one.clone()));
    for error in [a.unwrap_err(), b.unwrap_err(), c.unwrap_err()] {
        assert_eq!(values(&error), format!("A = {one:?}, B = {other:?}, C = {one:?}"));
    }
}

#[tokio::test]
async fn equal_maps_are_equal_in_any_order() {
    let map = |keys: &mut dyn Iterator<Item = u32>| -> HashMap<u32, u32> {
        keys.map(|key| (key, key)).collect()
    };
    let (ends, notes) = session::<2>();
    let (a, b) =
        play!(ends, maps::A::new(map(&mut (0..1_000))), maps::B::new(map(&mut (0..1_000).rev())));
    assert_eq!((a.unwrap(), b.unwrap()), ((), ()));
    assert!(sent(&notes, "agree x") <= 4);
}

#[tokio::test]
async fn what_differs_from_itself_is_no_difference_between_roles() {
    let (ends, _) = session::<2>();
    let (a, b) = play!(ends, floats::A::new(f64::NAN), floats::B::new(f64::NAN));
    assert_eq!((a.unwrap(), b.unwrap()), ((), ()));
    let (ends, _) = session::<2>();
    let (a, b) = play!(ends, floats::A::new(0.0), floats::B::new(-0.0));
    assert_eq!((a.unwrap(), b.unwrap()), ((), ()));
}

#[tokio::test]
async fn a_value_that_changes_on_its_way_is_found() {
    let (ends, _) = altering::<2>(|way, message| {
        if let (Some(x), (0, 1)) = (message.downcast_mut::<u32>(), way) {
            *x += 1;
        }
    });
    let (a, b) = play!(ends, told::A::new(123), told::B::new());
    for error in [a.unwrap_err(), b.unwrap_err()] {
        assert_eq!(values(&error), "A = 123, B = 124");
    }
}

#[tokio::test]
async fn who_has_no_copy_learns_it_too() {
    let (ends, _) = session::<3>();
    let (a, b, c) = play!(ends, outside::A::new(1), outside::B::new(2), outside::C::new());
    assert_eq!(values(&a.unwrap_err()), "A = 1, B = 2");
    assert_eq!(values(&b.unwrap_err()), "A = 1, B = 2");
    let Error::Gone { cause, .. } = c.unwrap_err() else { panic!("another error") };
    let Reason::Error(reason) = cause.reason() else { panic!("another reason") };
    assert!(reason.ends_with("A = 1, B = 2"), "{reason}");
}

#[tokio::test]
async fn callees_compare_what_they_assert_and_nothing_else() {
    let (ends, notes) = session::<3>();
    let (x, y, z) = play!(ends, caller::X::new(), caller::Y::new(5), caller::Z::new(5));
    assert_eq!((x.unwrap(), y.unwrap(), z.unwrap()), (5, 5, 5));
    assert_eq!(sent(&notes, "agree!(A: x, B: y)"), 2);
    assert_eq!(sent(&notes, "agree x"), 0);

    let (ends, _) = session::<3>();
    let (x, y, z) = play!(ends, caller::X::new(), caller::Y::new(6), caller::Z::new(5));
    assert_eq!(values(&y.unwrap_err()), "Z = 5, Y = 6");
    assert_eq!(values(&z.unwrap_err()), "Z = 5, Y = 6");
    assert!(matches!(x.unwrap_err(), Error::Gone { .. }));
}

#[tokio::test]
async fn an_assertion_is_compared_each_time() {
    let (ends, notes) = session::<2>();
    let (a, b) = play!(ends, often::A::new(10, 3), often::B::new(10, 3));
    assert_eq!((a.unwrap(), b.unwrap()), ((), ()));
    assert_eq!(sent(&notes, "agree!(A: x + i, B: y + i)"), 2 * 4);
}

#[tokio::test]
async fn a_role_that_is_gone_meanwhile_is_reported() {
    let [a, b, c] = memory::session();
    let x = vec![1];
    drop(play_role(all::C::new(x.clone()), &c));
    let (a, b) =
        soon(together((play_role(all::A::new(x.clone()), &a), play_role(all::B::new(x), &b))))
            .await;
    for error in [a.unwrap_err(), b.unwrap_err()] {
        let cause: Cause = error.cause();
        assert_eq!((cause.role(), cause.reason()), ("C", &Reason::Cancelled));
        assert!(error.place().to_string().contains("`agree x` (agreement 1 of `all`"), "{error}");
    }
}

#[tokio::test]
async fn a_role_that_compares_nothing_is_found_by_its_position() {
    let [a, b] = memory::session();
    let (a, b) = soon(together((
        play_role(several::A::new(1, 2, "z".into()), &a),
        play_role(not::B::new(3), &b),
    )))
    .await;
    assert!(a.is_err());
    let error = b.unwrap_err().to_string();
    assert!(error.contains("`agree x`"), "{error}");
}

/// Changes the last byte of one frame.
struct Faulty<C> {
    inner: C,
    /// Counts down to it.
    left: AtomicUsize,
}

impl<C: Channel> Channel for Faulty<C> {
    type Error = C::Error;

    async fn send(&self, to: usize, mut frame: Vec<u8>) -> Result<(), C::Error> {
        if self.left.fetch_sub(1, Ordering::Relaxed) == 0
            && let Some(last) = frame.last_mut()
        {
            *last ^= 1;
        }
        self.inner.send(to, frame).await
    }

    async fn recv(&self, from: usize) -> Result<Option<Vec<u8>>, C::Error> {
        self.inner.recv(from).await
    }

    fn close(&self, last: Vec<u8>) {
        self.inner.close(last);
    }
}

/// Whichever of the frames is changed that `A` sends: nobody waits for ever, and all of those who
/// exchange something with one that failed fail with its cause.
#[tokio::test]
async fn copies_that_change_on_their_way_are_found() {
    for length in [1, 2_000] {
        // `A` says what it runs, and sends its copy: to `B`, then to `C`.
        for changed in [1, 3, 4] {
            let [a, b, c] = pipes::<3>();
            let faulty = Faulty { inner: a, left: AtomicUsize::new(changed) };
            let a = Encoded::new(faulty, 0, 3);
            let [b, c] = [(b, 1), (c, 2)].map(|(pipes, place)| Encoded::new(pipes, place, 3));
            let x = vec![7; length];
            let (a, b, c) = soon(together((
                play_role(all::A::new(x.clone()), &a),
                play_role(all::B::new(x.clone()), &b),
                play_role(all::C::new(x), &c),
            )))
            .await;
            let told = |result: Result<(), Error>| result.err().map(|it| it.cause().to_string());
            let told = [told(a.map(|_| ())), told(b), told(c)].map(Option::unwrap_or_default);
            let finder = [(1, "B"), (3, "C")].into_iter().find(|(at, _)| *at == changed);
            let finder = finder.map(|(_, finder)| finder);
            assert_eq!(finder.is_some(), told.concat() != "", "{told:?}");
            if let Some(finder) = finder {
                let differ = |text: &&String| text.contains("values of an agreement differ");
                let found = told.iter().find(differ).expect("somebody compares");
                assert!(
                    found.starts_with(&format!("role `{finder}` failed at `agree x`")),
                    "{found}"
                );
                assert!(!told[0].is_empty(), "`A` still wants something of `{finder}`");
            }
        }
    }
}

/// The one that compares for all is told another value: it tells all.
#[tokio::test]
async fn all_are_told_by_the_one_that_compares() {
    let [a, b, c] = pipes::<3>();
    let a = Encoded::new(Faulty { inner: a, left: AtomicUsize::new(1) }, 0, 3);
    let [b, c] = [(b, 1), (c, 2)].map(|(pipes, place)| Encoded::new(pipes, place, 3));
    let (a, b, c) = soon(together((
        play_role(one::A::new(vec![7]), &a),
        play_role(one::B::new(vec![7]), &b),
        play_role(one::C::new(vec![7]), &c),
    )))
    .await;
    for error in [a.unwrap_err(), b.unwrap_err(), c.unwrap_err()] {
        assert_eq!(values(&error), "A = [6], B = [7], C = [7]");
    }
}

#[tokio::test]
async fn long_values_are_shown_where_they_differ() {
    let x = vec![7u32; 2_000];
    let mut y = x.clone();
    y[1_500] = 8;
    let (ends, _) = session::<3>();
    let (a, ..) = play!(ends, all::A::new(x.clone()), all::B::new(x), all::C::new(y));
    let text = values(&a.unwrap_err());
    assert!(text.len() < 2_000, "{text}");
    assert!(text.starts_with("A = ..7, 7, 7, "), "{text}");
    assert!(text.contains(", 8, 7"), "{text}");
}

#[test]
fn the_protocol_tells_what_is_compared() {
    let text = |protocol: &Protocol| protocol.to_string();
    assert!(
        text(&all::PROTOCOL).contains("\n  agree x: equal at A, B, C\n"),
        "{}",
        text(&all::PROTOCOL)
    );
    assert!(
        text(&one::PROTOCOL).contains("\n  agree x: equal at A, B, C, says B\n"),
        "{}",
        text(&one::PROTOCOL)
    );
    assert!(!text(&not::PROTOCOL).contains("agree"));
}
