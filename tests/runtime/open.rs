//! A choreography that comes out of a role: it is called as often as the roles like, and the role
//! stays in its session until then.

use chor::prelude::*;
use chor::{memory, open_role, together};

chor! {
    chor adder[A, B, C](by: u32 @ A) -> chor(u32 @ B) -> u32 @ A | B {
        let by: u32 = A => C: by;
        C: assert_eq!(by, 10);
        move chor(x: u32 @ B) -> u32 @ A | B {
            let x: u32 = B -> A: x;
            A: { assert!(x != 13, "no thirteen"); x + *by }
        }
    }
    #[verify(agreement)]
    chor counter[A, B](start: u32 @ [A, B]) -> chor(u32 @ A) -> u32 @ [A, B] {
        move chor(more: u32 @ A) -> u32 @ [A, B] {
            let more: u32 = A => B: more;
            *start + more
        }
    }
    chor fails[A, B](text: &'static str @ A) -> chor() -> u32 @ B | A {
        let number: u32 = A: text.parse::<u32>()?;
        move chor() -> u32 @ B | A { A -> B: *number }
    }
}

#[tokio::test]
async fn it_is_called_any_number_of_times() -> Result<(), Error> {
    let [a, b, c] = memory::session();
    let c = tokio::spawn(async move { play_role(adder::C::new(), &c).await });
    let b = tokio::spawn(async move {
        let mut add = open_role(adder::B::new(), &b).await?;
        for x in [1, 2, 40] {
            add.call((x,)).await?;
        }
        add.finish().await;
        Ok::<_, Error>(())
    });
    let mut add = open_role(adder::A::new(10), &a).await?;
    let mut sums = Vec::new();
    for _ in 0..3 {
        sums.push(add.call(()).await?);
    }
    assert_eq!(sums, [11, 12, 50]);
    b.await.unwrap()?;
    c.await.unwrap()
}

/// Opens both roles of `counter`.
macro_rules! opened {
    ($a:ident, $b:ident) => {{
        let (a, b) =
            together((open_role(counter::A::new(4), &$a), open_role(counter::B::new(4), &$b)))
                .await;
        (a.unwrap(), b.unwrap())
    }};
}

#[tokio::test]
async fn a_role_that_leaves_has_finished() {
    let [a, b] = memory::session();
    let (at_a, mut at_b) = opened!(a, b);
    at_a.finish().await;
    let error = at_b.call(()).await.unwrap_err();
    assert!(matches!(error, Error::Finished { .. }), "{error:?}");
    assert_eq!((error.role(), error.peer()), ("B", Some("A")));
}

#[tokio::test]
async fn different_agreements_are_found_before_it_can_be_called() {
    let [a, b] = memory::session();
    let (a, b) =
        together((open_role(counter::A::new(4), &a), open_role(counter::B::new(5), &b))).await;
    for error in [a.map(drop).unwrap_err(), b.map(drop).unwrap_err()] {
        assert!(error.to_string().ends_with("A = 4, B = 5"), "{error}");
    }
}

#[tokio::test]
async fn a_role_that_fails_before_is_not_opened() {
    let [a, b] = memory::session();
    let (a, b) =
        together((open_role(fails::A::new("x"), &a), open_role(fails::B::new(), &b))).await;
    let error = a.map(drop).unwrap_err();
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some(), "{error:?}");
    let error = b.unwrap().call(()).await.unwrap_err();
    assert_eq!((error.role(), error.cause().role()), ("B", "A"));
}

#[tokio::test]
async fn a_call_that_panics_ends_the_role() {
    let [a, b, c] = memory::session();
    let a = tokio::spawn(async move {
        let mut add = open_role(adder::A::new(10), &a).await.unwrap();
        add.call(()).await
    });
    let asks = async {
        let mut add = open_role(adder::B::new(), &b).await?;
        add.call((13,)).await?;
        std::future::poll_fn(|cx| {
            // Until the one that panics is gone.
            if a.is_finished() {
                std::task::Poll::Ready(())
            } else {
                cx.waker().wake_by_ref();
                std::task::Poll::Pending
            }
        })
        .await;
        add.call((1,)).await
    };
    let (b, c) = together((asks, play_role(adder::C::new(), &c))).await;
    c.unwrap();
    let cause = b.unwrap_err().cause();
    assert_eq!(cause.role(), "A");
    assert!(cause.to_string().contains("no thirteen"), "{cause}");
    assert!(a.await.unwrap_err().is_panic());
}

#[tokio::test]
async fn a_call_that_is_dropped_ends_the_role() {
    let [a, b] = memory::session();
    let (mut at_a, mut at_b) = opened!(a, b);
    {
        let mut call = std::pin::pin!(at_b.call(()));
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(call.as_mut().poll(&mut cx).is_pending());
    }
    let error = at_b.call(()).await.unwrap_err();
    assert!(matches!(error, Error::Setup { .. }), "{error:?}");
    assert!(error.to_string().contains("is over"), "{error}");
    let error = at_a.call((1,)).await.unwrap_err();
    assert_eq!(error.cause().role(), "B");
    assert!(error.cause().to_string().contains("cancelled"), "{error:?}");
}

#[test]
fn what_it_is_played_with_is_send() {
    fn sendable(_: impl Send) {}

    let [a, b] = memory::session();
    sendable(open_role(counter::A::new(4), &a));
    sendable(async move {
        let mut count = open_role(counter::B::new(4), &b).await?;
        count.call(()).await
    });
}
