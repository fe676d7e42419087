//! Roles that come when the others have seen already that they run different builds.

use super::raw::of_pipe;
use crate::link::Link;
use crate::meeting::Meeting;
use crate::session::Tcp;
use crate::sizes::Sizes;
use crate::stream::Connection;
use crate::streams::over;
use crate::way::Way;
use crate::{Node, Options, Security};
use chor::prelude::*;
use chor_runtime::{Bincode, Projection};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{JoinHandle, spawn};
use tokio::time::{Instant, sleep};

chor! {
    chor ring[A, B, C](x: u32 @ A) -> u32 @ C {
        let x: u32 = A -> B: x;
        let y: u32 = B -> C: x;
        let z: u32 = C => A: y;
        z
    }
}

/// A later build.
mod later {
    use chor::prelude::*;

    chor! {
        pub(super) chor ring[A, B, C](x: u32 @ A) -> u32 @ C {
            let x: u32 = A -> B: x;
            let y: u64 = B -> C: u64::from(x);
            let z: u32 = C => A: u32::try_from(y)?;
            z
        }
    }
}

fn pipe() -> [Connection; 2] {
    let (near, far) = tokio::io::duplex(1 << 16);
    [of_pipe(near), of_pipe(far)]
}

/// The ends of a session between fixed addresses, the first of which comes when it is asked for.
fn fixed() -> (impl FnOnce() -> Tcp, Tcp, Tcp) {
    let nodes = [(); 3].map(|()| Node::with(Security::Plaintext, Bincode, Options::default()));
    let [a, b, c] = nodes;
    let link = |from: &Node, to: &Node| -> Arc<Link> {
        let [near, far] = pipe();
        to.hosting.links.run(far);
        from.hosting.links.run(near)
    };
    let enter = |node: &Node, place, ways| {
        let meeting = Meeting::new([0; 16], place, Sizes::ones(3)).public();
        node.hosting.enter(meeting, ways, None)
    };
    let at_b = enter(&b, 1, vec![(0, Way::Await), (2, Way::Ready(link(&b, &c)))]);
    let at_c = enter(&c, 2, vec![(0, Way::Await), (1, Way::Await)]);
    let at_a = move || {
        let ways = [(1, &b), (2, &c)].map(|(peer, node)| (peer, Way::Ready(link(&a, node))));
        enter(&a, 0, ways.into())
    };
    (at_a, at_b, at_c)
}

/// The same over connections that are there already.
fn streams() -> (impl FnOnce() -> Tcp, Tcp, Tcp) {
    let [[a_b, b_a], [a_c, c_a], [b_c, c_b]] = [pipe(), pipe(), pipe()];
    let end =
        |place, pipes: [_; 2]| over(place, pipes.into(), Bincode, Options::default()).unwrap();
    (move || end(0, [a_b, a_c]), end(1, [b_a, b_c]), end(2, [c_a, c_b]))
}

type Failing = JoinHandle<Error>;

fn fails<P: Projection<3> + 'static>(role: P, end: Tcp) -> Failing {
    spawn(async move { play_role(role, &end).await.err().expect("it fails") })
}

/// The first is the one that differs.
fn assert_told_apart(errors: [&Error; 3]) {
    for (error, own, other) in
        [(errors[0], "u64", "u32"), (errors[1], "u32", "u64"), (errors[2], "u32", "u64")]
    {
        let Error::Signature { own: here, other: there, .. } = error else { panic!("{error:?}") };
        assert!(here.contains(&format!("y: {own}")), "{here}");
        assert!(there.contains(&format!("y: {other}")), "{there}");
    }
    for error in &errors[1..] {
        assert_eq!(error.peer(), Some(errors[0].role()), "{error}");
    }
}

async fn tells_who_comes_late<A: FnOnce() -> Tcp>(ends: impl Fn() -> (A, Tcp, Tcp)) {
    for b_is_later in [true, false] {
        let (a, b, c) = ends();
        let (b, c) = if b_is_later {
            (fails(later::ring::B::new(), b), fails(ring::C::new(), c))
        } else {
            (fails(ring::B::new(), b), fails(later::ring::C::new(), c))
        };
        // Until nobody has anything left to do.
        sleep(Duration::from_secs(5)).await;
        let a = play_role(ring::A::new(1), &a()).await.unwrap_err();
        let (b, c) = (b.await.unwrap(), c.await.unwrap());
        assert_told_apart(if b_is_later { [&b, &a, &c] } else { [&c, &a, &b] });
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_late_to_a_fixed_address_is_told_what_differs() {
    tells_who_comes_late(fixed).await;
}

#[tokio::test(start_paused = true)]
async fn who_begins_late_to_play_over_a_stream_is_told_what_differs() {
    tells_who_comes_late(streams).await;
}

#[tokio::test(start_paused = true)]
async fn those_who_differ_wait_no_longer_than_a_handshake_for_who_never_comes() {
    let (_a, b, c) = fixed();
    let start = Instant::now();
    let (b, c) = (fails(later::ring::B::new(), b), fails(ring::C::new(), c));
    for error in [b.await.unwrap(), c.await.unwrap()] {
        assert!(matches!(error, Error::Signature { .. }), "{error:?}");
    }
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn those_who_differ_do_not_wait_for_who_is_lost() {
    let (a, b, c) = streams();
    let start = Instant::now();
    let (b, c) = (fails(later::ring::B::new(), b), fails(ring::C::new(), c));
    sleep(Duration::from_secs(5)).await;
    drop(a);
    for error in [b.await.unwrap(), c.await.unwrap()] {
        assert!(matches!(error, Error::Signature { .. }), "{error:?}");
    }
    assert_eq!(start.elapsed().as_secs(), 5);
}
