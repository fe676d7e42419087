//! A member that is its own peer hands its value over: that is no message.

use chor::prelude::*;
use chor::sim::Simulation;

chor! {
    chor one_by_one[Nodes[..]](text: String @ each Nodes) -> Vec<String> @ each Nodes {
        let mut heard: Vec<String> @ each Nodes = each Nodes: Vec::new();
        for u in Nodes {
            for v in Nodes {
                let text: String = u -> v: text.clone();
                v: heard.push(text);
            }
        }
        each Nodes: heard
    }
    chor at_once[Nodes[..]](text: String @ each Nodes) -> Vec<String> @ each Nodes {
        each u in Nodes {
            each v in Nodes {
                let text: String = v -> u: text.clone();
                u: text
            }
        }
    }
    chor scattered[Nodes[..]](chunks: Vec<String> @ each Nodes) -> String @ each Nodes {
        let first = Nodes[0];
        each w in Nodes {
            first -> w: chunks[w.index()].clone()
        }
    }
    chor gathered[Nodes[..]](text: String @ each Nodes) -> usize @ each Nodes {
        let last = Nodes[Nodes.len() - 1];
        each w in Nodes {
            let text: String = w -> last: text;
            last: assert!(text.len() == 1);
            let length: usize = last -> w: text.len();
            w: length
        }
    }
    chor told[Nodes[..]](text: String @ each Nodes) -> Vec<String> @ Nodes {
        each w in Nodes { w => Nodes: text }
    }
    chor shift[Nodes[..]](by: usize @ Nodes, text: String @ each Nodes) -> String @ each Nodes {
        each w in Nodes {
            let from = Nodes[(w.index() + by) % Nodes.len()];
            from -> w: text.clone()
        }
    }
}

fn texts(members: usize) -> Vec<String> {
    ('a'..).take(members).map(String::from).collect()
}

/// What the members have, the same under all seeds, and how many messages there were; a message to
/// oneself stands nowhere in the trace.
macro_rules! nodes {
    ($make:expr) => {{
        let runs = (0..10).map(|seed| {
            let run = Simulation::new().seed(seed).run(|| $make);
            for line in run.trace.to_string().lines() {
                let (from, rest) = line.split_once(" -> ").unwrap();
                let (to, _) = rest.split_once(": ").unwrap();
                assert_ne!(from, to, "{line}");
            }
            let nodes: Vec<_> = run.results.nodes.into_iter().map(Result::unwrap).collect();
            (nodes, run.trace.messages())
        });
        let mut runs: Vec<_> = runs.collect();
        runs.dedup();
        assert_eq!(runs.len(), 1);
        runs.remove(0)
    }};
}

#[test]
fn in_for_it_is_no_message() {
    for members in [1, 2, 4] {
        let (heard, messages) = nodes!(one_by_one::Choreography::new(texts(members)));
        assert_eq!(heard, vec![texts(members); members]);
        assert_eq!(messages, members * (members - 1));
    }
}

#[test]
fn in_each_it_is_no_message() {
    for members in [1, 2, 4] {
        let (heard, messages) = nodes!(at_once::Choreography::new(texts(members)));
        assert_eq!(heard, vec![texts(members); members]);
        assert_eq!(messages, members * (members - 1));
    }
}

#[test]
fn where_one_scatters_or_gathers_it_is_no_message() {
    for members in [1, 2, 4] {
        let (got, messages) = nodes!(scattered::Choreography::new(vec![texts(members); members]));
        assert_eq!((got, messages), (texts(members), members - 1));
        let (got, messages) = nodes!(gathered::Choreography::new(texts(members)));
        assert_eq!((got, messages), (vec![1; members], 2 * (members - 1)));
        let (got, messages) = nodes!(told::Choreography::new(texts(members)));
        assert_eq!((got, messages), (vec![texts(members); members], members * (members - 1)));
    }
}

#[test]
fn where_a_number_says_who_sends_it_is_no_message() {
    for (by, messages) in [(0, 0), (1, 3), (2, 3), (3, 0)] {
        let mut expected = texts(3);
        expected.rotate_left(by % 3);
        assert_eq!(nodes!(shift::Choreography::new(by, texts(3))), (expected, messages));
    }
}
