//! Plays all roles of a program over TCP, each at a node of its own: the first opens the session, the
//! others are invited.

use chor::tcp::{Node, Security};
use chor::{Choreography, Error, Projection, Roles};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What each role has at the end, or why it has nothing.
///
/// # Panics
/// If it hangs, or a node can't listen.
pub(crate) async fn play<C, const N: usize>(choreography: C) -> <C::Roles as Roles<N>>::Each
where
    C: Choreography<N>,
    C::Roles: Opened<N>,
{
    let mut nodes = Vec::new();
    for _ in 0..N {
        nodes.push(Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port"));
    }
    let played = choreography.roles().open(&nodes);
    timeout(Duration::from_mins(1), played).await.expect("it hangs")
}

/// Roles of which the first opens a session with the others.
pub(crate) trait Opened<const N: usize>: Roles<N> {
    /// Plays each at its node.
    fn open(self, nodes: &[Node]) -> impl Future<Output = Self::Each>;
}

impl<const N: usize, P: Projection<N>, R: Served<N>> Opened<N> for (P, R) {
    fn open(self, nodes: &[Node]) -> impl Future<Output = Self::Each> {
        let (role, rest) = self;
        let others = rest.serve(nodes);
        let addresses = nodes.iter().map(|node| node.address().expect("it listens").to_string());
        let session = nodes[P::ROLE].session(addresses.enumerate());
        async move { tokio::join!(session.play(role), others) }
    }
}

/// Roles that are invited to a session.
pub(crate) trait Served<const N: usize>: Roles<N> {
    /// Serves each at its node from now on, and waits until all have ended.
    fn serve(self, nodes: &[Node]) -> impl Future<Output = Self::Each>;
}

impl<const N: usize> Served<N> for () {
    async fn serve(self, _: &[Node]) {}
}

impl<const N: usize, P: Projection<N> + 'static, R: Served<N>> Served<N> for (P, R) {
    fn serve(self, nodes: &[Node]) -> impl Future<Output = Self::Each> {
        let (role, rest) = self;
        let ended = serve_once(&nodes[P::ROLE], role);
        let rest = rest.serve(nodes);
        async move { tokio::join!(async { ended.await.expect("it is invited") }, rest) }
    }
}

/// Serves a role for one session; gives how it ends.
fn serve_once<const N: usize, P: Projection<N> + 'static>(
    node: &Node,
    role: P,
) -> oneshot::Receiver<Result<P::Output, Error>> {
    let (said, heard) = oneshot::channel();
    let (role, said) = (Mutex::new(Some(role)), Mutex::new(Some(said)));
    let take = move |_: &_| role.lock().unwrap().take().expect("it is invited once");
    node.serve_then(take, move |_, ended| {
        let said = said.lock().unwrap().take().expect("it ends once");
        assert!(said.send(ended).is_ok(), "it is waited for");
    });
    heard
}
