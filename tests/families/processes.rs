//! The bookseller, with a process for each participant, of which one is killed.

use crate::bookseller::{buy, catalogue};
use crate::leak;
use chor::prelude::*;
use chor::tcp::{Node, Security};
use std::env;
use std::io::{BufRead, BufReader, Lines};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tokio::time::timeout;

/// What a process plays: `seller`, `supporter` or `silent`, a supporter that never says anything.
const PLAYS: &str = "CHOR_TEST_PLAYS";

/// What the tests below run in processes of their own.
#[test]
fn a_process_that_plays() {
    let Ok(role) = env::var(PLAYS) else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let node = Node::listen("127.0.0.1:0", Security::Plaintext).await.expect("a port");
        let shop = leak(catalogue());
        node.serve_then(|_| buy::Seller::new(shop), |_, ended| say(ended));
        let supporter = move |_: &_| {
            if role == "silent" {
                println!("says: invited");
                loop {
                    std::thread::park();
                }
            }
            buy::Supporters::new(20)
        };
        node.serve_then(supporter, |_, ended| say(ended));
        println!("says: {}", node.address().expect("it listens"));
        std::future::pending::<()>().await;
    });
}

fn say(ended: Result<(), Error>) {
    match ended {
        Ok(()) => println!("says: ended"),
        Err(error) => println!("says: failed: {}", error.cause()),
    }
}

/// A process that is killed when it is dropped.
struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    address: String,
}

impl Process {
    fn start(plays: &str) -> Self {
        let mut child = Command::new(env::current_exe().expect("a test has an executable"))
            .args(["processes::a_process_that_plays", "--exact", "--nocapture"])
            .env(PLAYS, plays)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it runs");
        let lines = BufReader::new(child.stdout.take().expect("it was piped")).lines();
        let mut process = Self { child, lines, address: String::new() };
        process.address = process.line();
        process
    }

    /// What it says next.
    fn line(&mut self) -> String {
        let mut lines = self.lines.by_ref().map_while(Result::ok);
        let said = lines.find_map(|line| Some(line.split_once("says: ")?.1.to_owned()));
        said.expect("it says something")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn addresses(supporters: &[&Process], seller: &Process) -> Vec<(usize, String)> {
    let supporters = supporters.iter().map(|it| (buy::Role::Supporters, *it));
    let all = supporters.chain([(buy::Role::Seller, seller)]);
    all.map(|(role, process)| (role as usize, process.address.clone())).collect()
}

async fn bought(addresses: Vec<(usize, String)>) -> Result<Option<String>, Error> {
    let node = Node::new(Security::Plaintext);
    let played = node.session(addresses).play(buy::Buyer::new("HoTT", 40));
    timeout(Duration::from_mins(1), played).await.expect("it hangs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_killed_is_named_by_all_others_and_the_next_session_goes_on() {
    let (mut helps, mut silent) = (Process::start("supporter"), Process::start("silent"));
    let mut seller = Process::start("seller");
    let buyer = tokio::spawn(bought(addresses(&[&helps, &silent], &seller)));
    assert_eq!(silent.line(), "invited");
    drop(silent);
    let error = buyer.await.expect("no role panics").unwrap_err();
    assert_eq!(error.cause().role(), "Supporters[1]", "{error}");
    let failed = seller.line();
    assert!(failed.starts_with("failed: ") && failed.contains("`Supporters[1]`"), "{failed}");
    helps.line();

    let other = Process::start("supporter");
    let date = bought(addresses(&[&helps, &other], &seller)).await.expect("all are there");
    assert_eq!(date.as_deref(), Some("2023-09-18"));
    assert_eq!((seller.line(), helps.line()), ("ended".to_owned(), "ended".to_owned()));
}
