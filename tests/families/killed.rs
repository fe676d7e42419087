//! The key-value store between nodes of which some are killed.

use crate::leak;
use crate::seeds::{nodes::Nodes, runtime};
use crate::store::{REPLIES, Stall, Store, requests, serve};
use chor::{Choreography, Error, Reason, Roles};
use std::time::Duration;

/// A client, a server and two backups, and what client and server have at the end.
struct Killed {
    copies: &'static [Store],
    client: Result<Vec<Option<u32>>, Error>,
    server: Result<(), Error>,
}

impl Killed {
    /// These backups are killed while both are at their second write.
    fn new(backups: &[usize]) -> Self {
        let store = leak(Store::default());
        let copies: &'static [Store] = leak((0..2).map(|_| Store::stalling(1)).collect::<Vec<_>>());
        let roles = serve::Choreography::new(requests(), store, copies.iter().collect()).roles();
        let (client, (server, _)) = runtime().block_on(async {
            let nodes = Nodes::listen(&roles.sizes()).await;
            tokio::join!(nodes.play(roles), kill(&nodes, copies, backups)).0
        });
        Self { copies, client, server }
    }
}

async fn kill(nodes: &Nodes, copies: &[Store], backups: &[usize]) {
    let stalls: Vec<&Stall> = copies.iter().filter_map(|copy| copy.stall.as_ref()).collect();
    for stall in &stalls {
        stall.reached.notified().await;
    }
    for backup in backups {
        // That a session is cut off is the point.
        let _ = nodes.0[2 + backup].1.shutdown(Duration::ZERO).await;
    }
    for stall in stalls {
        stall.go.notify_one();
    }
}

#[test]
fn a_majority_goes_on_when_a_backup_is_killed() {
    for backup in 0..2 {
        let Killed { copies, client, server } = Killed::new(&[backup]);
        server.unwrap();
        assert_eq!(client.unwrap(), REPLIES, "without {backup}");
        assert_eq!(copies[1 - backup].get("foo"), Some(43), "without {backup}");
    }
}

#[test]
fn without_a_majority_all_learn_why() {
    let Killed { client, server, .. } = Killed::new(&[0, 1]);
    let server = server.unwrap_err().to_string();
    assert!(server.starts_with("role `Server` failed at tests/families/store.rs:"), "{server}");
    let client = client.unwrap_err();
    let Reason::Error(why) = client.cause().reason().clone() else { panic!("{client}") };
    assert_eq!(client.cause().role(), "Server");
    assert_eq!(why, "not enough answers, and no more than 0 can come");
}
