//! Members that go, that stay away or come too late, and sessions that share their links.

use crate::seeds::nodes::Nodes;
use crate::{leak, seeds};
use chor::prelude::*;
use chor::sim::Simulation;
use chor::tcp::{Node, Security};
use chor::{Choreography, Reason, Roles, memory, together};
use std::collections::BTreeSet;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinSet;

/// The last of three members waits for its turn, the others don't.
#[derive(Debug)]
struct Turns {
    left: Semaphore,
    waits: Notify,
}

impl Turns {
    fn new() -> Self {
        Self { left: Semaphore::new(0), waits: Notify::new() }
    }

    async fn take(&self, member: usize) {
        if member == 2 {
            self.waits.notify_one();
            self.left.acquire().await.expect("it is open").forget();
        }
    }

    fn add(&self) {
        self.left.add_permits(1);
    }
}

chor! {
    chor gather[Asker, Members[..]](number: u64 @ each Members, turns: &Turns @ Members) -> Vec<u64> @ Asker {
        each m in Members {
            let asked: bool = Asker -> m: true;
            m: assert!(asked);
            m -> Asker: { turns.take(m.index()).await; number }
        }
    }

    /// Two answers are enough.
    chor poll[Asker, Members[..]](number: u64 @ each Members, turns: &Turns @ Members) -> Vec<(Member, u64)> @ Asker {
        let asked: bool = Asker -> Members: true;
        each Members: assert!(asked);
        each m in Members first 2 {
            m -> Asker: { turns.take(m.index()).await; number }
        }
    }

    /// In each round, the answers are those to its own question.
    chor echoes[Asker, Members[..]](rounds: u64 @ [Asker, Members], first: u64 @ Asker) -> Vec<Vec<(Member, u64)>> @ Asker {
        let mut all: Vec<Vec<(Member, u64)>> @ Asker = Vec::new();
        for round in 0..rounds {
            let question: u64 = Asker -> Members: first + round;
            let came: Vec<(Member, u64)> @ Asker = each m in Members first 2 {
                m -> Asker: 10 * question + m.index() as u64
            };
            all.push(came);
        }
        all
    }

    /// The last member answers each round when that is over.
    chor flood[Asker, Members[..]](
        rounds: usize @ [Asker, Members],
        size: usize @ Members,
        turns: &Turns @ [Asker, Members],
    ) -> (usize, Vec<usize>) @ Asker {
        let mut counted: usize @ Asker = 0;
        for _ in 0..rounds {
            let came: Vec<(Member, Vec<u8>)> @ Asker = each m in Members first 2 {
                m -> Asker: { turns.take(m.index()).await; vec![1; size] }
            };
            Asker: turns.add();
            Asker: assert!(came.iter().all(|(member, _)| member.index() < 2));
            counted += came.len();
        }
        let last: Vec<usize> @ Asker = each m in Members { m -> Asker: m.index() };
        (Asker: (counted, last))
    }

    /// One never answers in time; afterwards all are heard.
    chor late[Asker, Members[..]](
        patience: Duration @ Asker,
        turns: &Turns @ [Asker, Members],
    ) -> (Vec<(Member, usize)>, Vec<usize>) @ Asker {
        let came: Vec<(Member, usize)> @ Asker = each m in Members first 3 within patience {
            m -> Asker: { turns.take(m.index()).await; m.index() }
        };
        Asker: turns.add();
        let all: Vec<usize> @ Asker = each m in Members { m -> Asker: 10 + m.index() };
        (Asker: (came, all))
    }
}

/// Drops a run when it was polled so often.
async fn dropped<F: Future>(run: F, polls: usize) {
    let mut run = Box::pin(run);
    for _ in 0..polls {
        let polled = poll_fn(|cx| Poll::Ready(run.as_mut().poll(cx).is_ready())).await;
        assert!(!polled, "it has ended before");
    }
}

#[tokio::test]
async fn a_member_that_is_dropped_is_named_by_who_needs_it() {
    for polls in [0, 1, 2] {
        let (ends, turns) = (memory::session_of(&[1, 3]), Turns::new());
        let member = |index: usize| play_role(gather::Members::new(7, &turns), &ends[1 + index]);
        let asked = play_role(gather::Asker::new(), &ends[0]);
        let gone = dropped(member(2), polls);
        let (asked, one, other, ()) = together((asked, member(0), member(1), gone)).await;
        let cause = asked.unwrap_err().cause();
        assert_eq!((cause.role(), cause.reason()), ("Members[2]", &Reason::Cancelled), "{polls}");
        one.unwrap();
        other.unwrap();
    }
}

#[tokio::test]
async fn a_member_that_is_dropped_is_not_needed_where_others_are_enough() {
    for polls in [0, 1, 2] {
        let (ends, turns) = (memory::session_of(&[1, 3]), Turns::new());
        let member = |index: usize| play_role(poll::Members::new(7, &turns), &ends[1 + index]);
        let asked = play_role(poll::Asker::new(), &ends[0]);
        let gone = dropped(member(2), polls);
        let (asked, one, other, ()) = together((asked, member(0), member(1), gone)).await;
        let members: Vec<_> =
            asked.unwrap().into_iter().map(|(member, _)| member.index()).collect();
        assert_eq!(members, [0, 1], "{polls}");
        one.unwrap();
        other.unwrap();
    }
}

/// Plays it at nodes of which the last member's is cut off while it holds its answer back.
async fn cut_off<R: Roles<2> + 'static>(roles: R, turns: &'static Turns) -> R::Each {
    let nodes = Nodes::listen(&roles.sizes()).await;
    let kill = async {
        let last = &nodes.0[3].1;
        turns.waits.notified().await;
        // That a session is cut off is the point.
        let _ = last.shutdown(Duration::ZERO).await;
        turns.add();
    };
    tokio::join!(nodes.play(roles), kill).0
}

#[test]
fn a_node_that_is_cut_off_is_named_or_not_needed() {
    let turns = leak(Turns::new());
    let all = gather::Choreography::new(vec![7; 3], turns);
    let (asked, _) = seeds::runtime().block_on(cut_off(all.roles(), turns));
    assert_eq!(asked.unwrap_err().cause().role(), "Members[2]");
    let turns = leak(Turns::new());
    let all = poll::Choreography::new(vec![7; 3], turns);
    let (asked, _) = seeds::runtime().block_on(cut_off(all.roles(), turns));
    let members: BTreeSet<usize> =
        asked.unwrap().iter().map(|(member, _)| member.index()).collect();
    assert_eq!(members, BTreeSet::from([0, 1]));
}

/// All over the same three links.
#[tokio::test]
async fn sessions_of_one_choreography_never_mix() {
    const ROUNDS: u64 = 5;
    let mut nodes = Vec::new();
    for _ in 0..3 {
        let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
        node.serve(|_| echoes::Members::new(ROUNDS));
        nodes.push(node);
    }
    let asker = Node::new(Security::Plaintext);
    let mut sessions = JoinSet::new();
    for number in 0..50 {
        let address = |node: &Node| node.address().expect("it listens").to_string();
        let session = asker.session(nodes.iter().map(|node| (1, address(node))));
        let first = 1_000 * number;
        sessions
            .spawn(async move { (first, session.play(echoes::Asker::new(ROUNDS, first)).await) });
    }
    while let Some(ended) = sessions.join_next().await {
        let (first, rounds) = ended.expect("no role panics");
        for (question, came) in (first..).zip(rounds.expect("nobody fails")) {
            let own =
                |(member, answer): &(Member, u64)| *answer == 10 * question + member.index() as u64;
            assert!(came.len() == 2 && came.iter().all(own), "{question}: {came:?}");
        }
    }
}

#[test]
fn answers_that_are_always_late_are_dropped() {
    // More than a session may keep of a peer.
    const ROUNDS: usize = 40;
    let expected = (2 * ROUNDS, vec![0, 1, 2]);
    let turns = leak(Turns::new());
    let all = flood::Choreography::new(ROUNDS, 100_000, turns).members(3);
    assert_eq!(seeds::between_nodes(all).asker, expected);
    let turns = Turns::new();
    let run = Simulation::new().run(|| flood::Choreography::new(ROUNDS, 10, &turns).members(3));
    assert_eq!(run.results.asker.unwrap(), expected);
    let late = run.trace.to_string().lines().filter(|line| line.ends_with("(too late)")).count();
    assert_eq!(late, ROUNDS);
}

#[test]
fn who_never_answers_in_time_is_left_out_and_heard_again() {
    let turns = leak(Turns::new());
    let all = late::Choreography::new(Duration::from_millis(20), turns).members(3);
    let (came, all) = seeds::between_nodes(all).asker;
    assert!(came.iter().all(|(member, said)| member.index() == *said && *said < 2), "{came:?}");
    assert_eq!(all, [10, 11, 12]);
}
