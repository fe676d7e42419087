//! `examples/replicated_log/`: three nodes and a client, each a process, of which some are killed.

use crate::process::Process;

const EXAMPLE: &str = "replicated_log";

fn nodes() -> Vec<Option<(Process, String)>> {
    (0..3).map(|_| Some(Process::listen(EXAMPLE, "node"))).collect()
}

fn client(nodes: &[Option<(Process, String)>]) -> Process {
    let addresses: Vec<&str> = nodes.iter().flatten().map(|(_, address)| &**address).collect();
    Process::start(EXAMPLE, &["client", "--nodes", &addresses.join(",")])
}

/// Appends a line; gives which node has led.
fn append(client: &mut Process, text: &str) -> usize {
    client.answer(text);
    let line = client.line(&format!(": {text}"));
    let node = line.strip_prefix("appended by node ").and_then(|line| line.split(':').next());
    node.and_then(|node| node.parse().ok()).unwrap_or_else(|| panic!("{line}"))
}

#[test]
fn a_leader_that_is_killed_is_replaced() {
    let mut nodes = nodes();
    let mut client = client(&nodes);
    append(&mut client, "one");
    let first = append(&mut client, "two");
    nodes[first].take().expect("it leads").0.kill();
    let second = append(&mut client, "three");
    assert_ne!(first, second);
    nodes[second].as_mut().expect("it leads").0.line("leads in term ");

    // With one of three, nobody is told anything.
    nodes[second].take().expect("it leads").0.kill();
    client.answer("four");
    let ended = client.end();
    assert_eq!(ended.code, Some(2), "{ended:#?}");
    assert!(!ended.out.iter().any(|line| line.contains("four")), "{ended:#?}");
    let error = ended.err.last().expect("an error");
    assert!(error.contains("1 of 3 nodes are left"), "{error}");
    let (mut last, _) = nodes.into_iter().flatten().next().expect("one is left");
    last.line("the session has failed");
}

#[test]
fn a_client_ends_when_all_is_appended_and_the_next_one_goes_on() {
    let nodes = nodes();
    for text in ["one", "two"] {
        let mut client = client(&nodes);
        append(&mut client, text);
        let ended = client.finish();
        assert_eq!(ended.code, Some(0), "{ended:#?}");
    }
}
