//! A program with rounds: first answers, branches at once inside, and deadlines inside these. Over a small
//! window its messages have to ask for room.

use crate::support::AGES;
use chor::prelude::*;
use chor::tcp::Options;
use std::time::Duration;
use tokio::sync::Notify;

/// The deadline of what must come.
const LONG: Duration = AGES;

chor! {
    /// Of each who is asked, the larger part of an answer is received when the smaller one has come, which
    /// therefore has to ask for room behind it. It is enough if one answers; and nobody who tells is missed.
    pub(crate) chor survey[Asker, Tellers[..]](number: u32 @ Asker) -> (u32 @ Asker, u32 @ each Tellers) {
        let number: u32 = Asker => Tellers: number;
        let mut sum: u32 @ Asker = Asker: 0;
        for _ in 0..2usize {
            let came: Vec<(Member, u32)> @ Asker = each t in Tellers first 1 {
                let has_come: Notify @ Asker = Asker: Notify::new();
                let (larger, smaller) = par {
                    {
                        Asker: has_come.notified().await;
                        let larger: Option<Vec<u32>> @ Asker = t -> Asker within LONG: vec![number; 2];
                        Asker: added(&larger.ok_or("it is late")?, number)?
                    }
                    {
                        let smaller: Vec<u32> = t -> Asker: vec![number];
                        Asker: has_come.notify_one();
                        Asker: added(&smaller, number)?
                    }
                };
                Asker: larger + smaller
            };
            Asker: sum += came[0].1;
        }
        let first = Tellers[0];
        let last: Result<Option<u32>, Lost> @ Asker = try first -> Asker within LONG: number;
        Asker: if let Ok(last) = last { added(&[last.ok_or("it is late")?], number)?; }
        let sum: u32 = Asker => Tellers: sum;
        (Asker: sum, each Tellers: told(sum, number)?)
    }
}

/// The sum of what was said, which must be this each time.
fn added(said: &[u32], number: u32) -> Result<u32, String> {
    let is_right = said.iter().all(|it| *it == number);
    is_right.then(|| said.iter().sum()).ok_or_else(|| format!("{said:?} is not what was told"))
}

/// What those hear who told this number.
fn told(sum: u32, number: u32) -> Result<u32, String> {
    (sum == right(number)).then_some(sum).ok_or_else(|| format!("{sum} is not what {number} makes"))
}

/// What the asker has if it asks for this number.
pub(crate) fn right(number: u32) -> u32 {
    number.saturating_mul(2 * 3)
}

/// With the smallest window: each lane has one message at a time, and all together one.
pub(crate) fn narrow(options: Options) -> Options {
    options.window(1)
}
