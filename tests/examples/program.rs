//! Runs an example as its user does: as a program.
//!
//! `cargo test` builds the examples before it runs any test; `cargo test --test examples` alone
//! does not, and then `cargo build --examples` has to come first.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a program said, and how it ended.
#[derive(Debug)]
pub struct Ran {
    /// What it said.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// How it ended; nothing if by a signal.
    pub code: Option<i32>,
}

/// Runs an example that was built along with this test.
///
/// # Panics
///
/// If it is not there or prints something else than text.
pub fn run(example: &str, arguments: &[&str]) -> Ran {
    let program = executable(example);
    let output = Command::new(&program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("can't run {}: {error}", program.display()));
    Ran {
        stdout: String::from_utf8(output.stdout).expect("an example prints text"),
        stderr: String::from_utf8(output.stderr).expect("an example prints text"),
        code: output.status.code(),
    }
}

/// `target/debug/examples/name`, from this test's own `target/debug/deps/examples-1234`.
pub(crate) fn executable(example: &str) -> PathBuf {
    let mut path = std::env::current_exe().expect("a test has an executable");
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("{example}{}", std::env::consts::EXE_SUFFIX));
    path
}

/// Runs an example without arguments, and expects success and these lines.
///
/// # Panics
///
/// If they differ.
pub fn prints(example: &str, lines: &[&str]) {
    let ran = run(example, &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), lines);
}
