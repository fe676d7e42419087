//! Runs an example as a process that goes on: what it prints is read while it runs, and it can be
//! answered and killed.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::program::executable;

/// What must happen; a minute is for ever.
const FOR_EVER: Duration = Duration::from_mins(1);

/// A process that is killed when it is dropped.
pub struct Process {
    child: Child,
    lines: Receiver<Line>,
    /// All that it has printed so far.
    printed: Vec<Line>,
}

/// A line of one of the two outputs.
#[derive(Debug)]
struct Line {
    error: bool,
    text: String,
}

/// How a process has ended.
#[derive(Debug)]
pub struct Ended {
    /// What it exited with; `None` if it was killed.
    pub code: Option<i32>,
    /// The lines of its standard output.
    pub out: Vec<String>,
    /// The lines of its standard error output.
    pub err: Vec<String>,
}

impl Process {
    /// Starts an example that was built along with this test.
    ///
    /// # Panics
    ///
    /// If it is not there.
    pub fn start(example: &str, arguments: &[&str]) -> Self {
        let program = executable(example);
        let mut child = Command::new(&program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("can't run {}: {error}", program.display()));
        let (said, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for (output, error) in outputs.into_iter().zip([false, true]) {
            let said = said.clone();
            thread::spawn(move || {
                for text in BufReader::new(output).lines().map_while(Result::ok) {
                    // The test may be over.
                    let _ = said.send(Line { error, text });
                }
            });
        }
        Self { child, lines, printed: Vec::new() }
    }

    /// Starts an example that listens, and gives its address as well.
    pub fn listen(example: &str, role: &str) -> (Self, String) {
        let mut process = Self::start(example, &[role, "--listen", "127.0.0.1:0"]);
        let line = process.line("listening on ");
        (process, line["listening on ".len()..].to_owned())
    }

    /// The next line that contains a text; waits for it.
    ///
    /// # Panics
    ///
    /// If it doesn't come.
    pub fn line(&mut self, text: &str) -> String {
        let until = Instant::now() + FOR_EVER;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                panic!("no line says {text:?}; there are {:#?}", self.printed)
            };
            let found = line.text.contains(text).then(|| line.text.clone());
            self.printed.push(line);
            if let Some(line) = found {
                return line;
            }
        }
    }

    /// Types a line.
    ///
    /// # Panics
    ///
    /// If the process is gone.
    pub fn answer(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().expect("it was piped");
        writeln!(stdin, "{line}").expect("the process reads");
    }

    /// Has no more to type, and waits for the end.
    ///
    /// # Panics
    ///
    /// If the process doesn't end.
    pub fn finish(mut self) -> Ended {
        drop(self.child.stdin.take());
        self.end()
    }

    /// Kills the process, which learns nothing of it.
    ///
    /// # Panics
    ///
    /// If the system refuses.
    pub fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it was killed");
    }

    /// Waits for the end, with all that was printed.
    ///
    /// # Panics
    ///
    /// If the process doesn't end.
    pub fn end(mut self) -> Ended {
        let until = Instant::now() + FOR_EVER;
        // Both outputs are closed when the process has ended.
        while let Ok(line) =
            self.lines.recv_timeout(until.saturating_duration_since(Instant::now()))
        {
            self.printed.push(line);
        }
        assert!(Instant::now() < until, "it hangs; there are {:#?}", self.printed);
        let code = self.child.wait().expect("it has ended").code();
        let (err, out): (Vec<Line>, Vec<Line>) =
            std::mem::take(&mut self.printed).into_iter().partition(|line| line.error);
        let texts = |lines: Vec<Line>| lines.into_iter().map(|line| line.text).collect();
        Ended { code, out: texts(out), err: texts(err) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
