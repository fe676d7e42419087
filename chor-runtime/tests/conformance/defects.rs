//! Each defect is found, and by the behaviour that it breaks.

use crate::faulty::{Defect, Faulty, session};
use crate::pipes::{Pipes, pipes};
use crate::{check, encoded};
use chor_runtime::Bincode;
use chor_runtime::bytes::Channel;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

async fn found(defect: Defect) -> String {
    check(async |participants| session(participants, defect)).await.expect_err("it is broken")
}

#[track_caller]
fn names(found: &str, behaviour: &str) {
    assert!(found.contains(behaviour), "{found}");
}

#[tokio::test(start_paused = true)]
async fn without_a_defect_nothing_is_found() {
    check(async |participants| session(participants, Defect::None)).await.unwrap();
}

macro_rules! defects {
    ($($test:ident: $defect:ident => $behaviour:literal;)*) => {
        $(
            #[tokio::test(start_paused = true)]
            async fn $test() {
                names(&found(Defect::$defect).await, $behaviour);
            }
        )*
    };
}

defects! {
    a_wrong_place: WrongPlace => "ends know their places";
    a_lost_message: Loses => "messages arrive in order";
    a_position_that_is_not_named: NamesNoPositions => "another message than the expected one";
    lanes_in_one_queue: OneLane => "lanes are queues of their own";
    an_end_that_is_played_twice: PlayedTwice => "an end is played once";
    a_failure_that_looks_finished: FailsAsFinished => "what was sent before the end arrives";
    an_end_that_looks_failed: FinishesAsFailed => "what was sent before the end arrives";
    another_cause: OtherCause => "a failure reaches receives with its cause";
    an_end_that_nobody_is_told: NeverEnds => "what was sent before the end arrives";
    an_end_that_is_told_late: EndsLate => "a send to a finished participant is dropped";
    the_last_end_counts: LastEnd => "a send to a finished participant is dropped";
    an_end_that_is_dropped_in_silence: DroppedInSilence => "an end that is dropped without a word";
    a_receive_that_takes_early: TakesEarly => "a receive that is dropped has taken nothing";
    full_queues: Deadlocks => "a send to a finished participant is dropped";
    a_receiver_that_is_not_woken: NoWake => "messages arrive in order";
    a_send_to_the_finished_that_fails: MindsFinished => "a send to a finished participant is dropped";
    a_send_to_the_gone_that_succeeds: SendsToTheGone => "a failure reaches sends with its cause";
}

/// Gives the first end of one session with the others of the one before.
#[tokio::test(start_paused = true)]
async fn sessions_that_mix() {
    let before: Mutex<Option<Faulty>> = Mutex::new(None);
    let mixed = async |participants: usize| {
        let mut ends = session(participants, Defect::None);
        if participants == 2 {
            let own = ends.pop().unwrap();
            ends.push(
                before
                    .lock()
                    .unwrap()
                    .replace(own)
                    .unwrap_or_else(|| session(2, Defect::None).pop().unwrap()),
            );
        }
        ends
    };
    assert!(check(mixed).await.is_err());
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Harm {
    Swaps,
    Doubles,
    Cuts,
    Flips,
}

/// Does some harm to frames.
struct Harmful {
    pipes: Pipes,
    harm: Harm,
    count: AtomicU64,
    held: Mutex<Option<Vec<u8>>>,
}

impl Channel for Harmful {
    type Error = mpsc::error::SendError<Vec<u8>>;

    async fn send(&self, to: usize, mut frame: Vec<u8>) -> Result<(), Self::Error> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        match self.harm {
            Harm::Swaps if number % 50 == 10 => {
                *self.held.lock().unwrap() = Some(frame);
                return Ok(());
            }
            Harm::Doubles if number % 50 == 10 => self.pipes.send(to, frame.clone()).await?,
            Harm::Cuts if frame.len() > 100_000 => frame.truncate(100_000),
            Harm::Flips if frame.len() > 100_000 => *frame.last_mut().unwrap() ^= 1,
            _ => {}
        }
        self.pipes.send(to, frame).await?;
        let held = self.held.lock().unwrap().take();
        match held {
            Some(frame) => self.pipes.send(to, frame).await,
            None => Ok(()),
        }
    }

    async fn recv(&self, from: usize) -> Result<Option<Vec<u8>>, Self::Error> {
        self.pipes.recv(from).await
    }

    fn close(&self, last: Vec<u8>) {
        self.pipes.close(last);
    }
}

async fn harmed(harm: Harm) -> String {
    let harmful = |participants| {
        let harm = |pipes| Harmful { pipes, harm, count: 0.into(), held: Mutex::default() };
        pipes(participants).into_iter().map(harm).collect()
    };
    let sessions = async |participants| encoded(harmful(participants), &Bincode);
    check(sessions).await.expect_err("it is harmed")
}

#[tokio::test(start_paused = true)]
async fn frames_that_are_harmed() {
    names(&harmed(Harm::Swaps).await, "messages arrive in order");
    names(&harmed(Harm::Doubles).await, "messages arrive in order");
    names(&harmed(Harm::Cuts).await, "large messages arrive");
    names(&harmed(Harm::Flips).await, "large messages arrive");
}
