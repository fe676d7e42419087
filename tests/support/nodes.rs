//! Plays all participants of a program over TCP, each at a node of its own: the first opens the
//! session, the others are invited.

use chor::tcp::{Node, Security};
use chor::{Choreography, Error, Projection, Roles, Stage};
use std::sync::Mutex;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// What each participant has at the end, or why it has nothing.
///
/// # Panics
/// If it hangs, or a node can't listen.
pub(crate) async fn play<C, const N: usize>(choreography: C) -> C::Results
where
    C: Choreography<N>,
    C::Roles: 'static,
{
    let roles = choreography.roles();
    let nodes = Nodes::listen(&roles.sizes()).await;
    C::results(nodes.play(roles).await)
}

/// A node for each participant, with the role that it plays.
pub(crate) struct Nodes(pub(crate) Vec<(usize, Node)>);

impl Nodes {
    /// For a choreography whose roles are played by so many each.
    ///
    /// # Panics
    /// If a node can't listen.
    pub(crate) async fn listen(sizes: &[usize]) -> Self {
        let mut nodes = Vec::new();
        for (role, size) in sizes.iter().enumerate() {
            for _ in 0..*size {
                let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
                nodes.push((role, node));
            }
        }
        Self(nodes)
    }

    /// Plays roles on these nodes.
    ///
    /// # Panics
    /// If it hangs.
    pub(crate) async fn play<R: Roles<N> + 'static, const N: usize>(&self, roles: R) -> R::Each {
        let played = timeout(Duration::from_mins(1), roles.play_on(self)).await;
        played.expect("it hangs").expect("all bring the same number of values")
    }
}

impl<const N: usize> Stage<N> for Nodes {
    fn play<P: Projection<N> + 'static>(
        &self,
        participant: usize,
        role: P,
    ) -> impl Future<Output = Result<P::Output, Error>> + Send {
        let (_, node) = &self.0[participant];
        let played = if participant == 0 {
            let others = self.0[1..].iter();
            let address = |node: &Node| node.address().expect("it listens").to_string();
            Ok(node.session(others.map(|(role, node)| (*role, address(node)))).play(role))
        } else {
            Err(serve_once(node, role))
        };
        async {
            match played {
                Ok(opened) => opened.await,
                Err(invited) => invited.await.expect("it is invited"),
            }
        }
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
