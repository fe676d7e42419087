//! What is sent arrives: in order, in its queue, as it was, and only where it is expected.

use super::party::body;
use super::script::{FIRST, SECOND, THIRD, first};
use super::{Checked, Suite, both, ensure};
use crate::lane::Lane;
use crate::transport::{Address, Fault, Transport};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) async fn ends_know_their_places<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for participants in 2..=5 {
        for end in suite.ends(participants).await? {
            let found = end.participants();
            ensure(found == participants, || {
                format!("an end of a session of {participants} says that there are {found}")
            })?;
        }
    }
    Ok(())
}

pub(super) async fn messages_arrive_in_order<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let (to, from) = (first(1), first(0));
    both(a.sends_all(to, 0..suite.many), b.takes_all(from, 0..suite.many)).await?;
    // And in turns.
    for number in 0..100 {
        let (to, from) = (body(1, SECOND), body(0, SECOND));
        let answer = async {
            b.takes(from, number).await?;
            b.sends(body(0, THIRD), number + 1).await
        };
        let ask = async {
            a.sends(to, number).await?;
            a.takes(body(1, THIRD), number + 1).await
        };
        both(ask, answer).await?;
    }
    Ok(())
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    name: String,
    choice: Result<(u8, Vec<u8>), Option<char>>,
    numbers: BTreeMap<i64, f64>,
    nested: Vec<Option<Vec<String>>>,
}

impl Everything {
    fn new(number: u8) -> Self {
        let choice = if number.is_multiple_of(2) {
            Ok((number, vec![number; 300]))
        } else {
            Err(Some('\u{e4}'))
        };
        Self {
            name: "x".repeat(usize::from(number) * 7),
            choice,
            numbers: [(i64::MIN, 0.1), (-1, f64::MAX), (i64::from(number), -0.5)].into(),
            nested: vec![None, Some(vec![]), Some(vec![String::new(), "\0".to_owned()])],
        }
    }
}

/// Of several types in one queue, however they are packed.
pub(super) async fn values_arrive_unchanged<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b, c) = suite.triple().await?;
    let sending = async {
        for number in 0..20 {
            let value = Everything::new(number);
            let packed = a.end.pack_ref(&value).map_err(|fault| fault.to_string())?;
            let again = a.end.pack_again(&packed, &value).map_err(|fault| fault.to_string())?;
            for (to, parcel) in [(1, packed), (2, again)] {
                let sent = a.end.send::<Everything>(&first(to), parcel).await;
                sent.map_err(|fault| fault.to_string())?;
            }
            a.sends(first(1), value).await?;
            a.sends(first(1), ()).await?;
            a.sends(first(1), u64::MAX - u64::from(number)).await?;
        }
        Ok(())
    };
    let at_b = async {
        for number in 0..20 {
            b.takes(first(0), Everything::new(number)).await?;
            b.takes(first(0), Everything::new(number)).await?;
            b.takes(first(0), ()).await?;
            b.takes(first(0), u64::MAX - u64::from(number)).await?;
        }
        Ok(())
    };
    let at_c = async {
        for number in 0..20 {
            c.takes(first(0), Everything::new(number)).await?;
        }
        Ok(())
    };
    both(sending, both(at_b, at_c)).await
}

pub(super) async fn positions_are_checked<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for before in [0, 3] {
        let (a, b) = suite.pair().await?;
        both(a.sends_all(first(1), 0..before), b.takes_all(first(0), 0..before)).await?;
        // The expected one is there as well, behind the other.
        a.sends(body(1, THIRD), 7u64).await?;
        a.sends(body(1, SECOND), 8u64).await?;
        match b.misses(body(0, SECOND)).await? {
            Fault::Position { expected, found } => {
                let right = |text: &str, label: &str| text.starts_with(&format!("`{label}`"));
                let steps = right(&expected.step, "second") && right(&found.step, "third");
                let counts = (expected.count, found.count) == (before, before);
                ensure(steps && counts, || format!("it names {expected} and {found}"))?;
            }
            other => return Err(format!("after {before} messages it is another: {other:?}")),
        }
    }
    Ok(())
}

pub(super) async fn types_are_checked<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    a.sends(first(1), "a text".to_owned()).await?;
    match b.recv::<(bool, Vec<String>, char)>(first(0)).await {
        Ok(value) => Err(format!("a text was taken for {value:?}")),
        Err(fault) if matches!(*fault, Fault::Type { .. } | Fault::Codec(_)) => Ok(()),
        Err(fault) => Err(format!("it is another error: {fault:?}")),
    }
}

pub(super) async fn lanes_are_queues_of_their_own<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let (a, b) = suite.pair().await?;
    let lanes = [Lane::ROOT, Lane::new(5), Lane::new(u64::MAX), Lane::new(6)];
    for round in 0..4u64 {
        for (number, lane) in (0u64..).zip(lanes) {
            a.sends(Address::new(1, lane, FIRST), round * 10 + number).await?;
        }
    }
    // In another order than they were sent.
    for (number, lane) in (0..).zip(lanes).collect::<Vec<_>>().into_iter().rev() {
        for round in 0..4u64 {
            b.takes(Address::new(0, lane, FIRST), round * 10 + number).await?;
        }
    }
    // Each counts its own messages.
    a.sends(Address::new(1, lanes[1], SECOND), 1u64).await?;
    match b.misses(Address::new(0, lanes[1], THIRD)).await? {
        Fault::Position { expected, found }
            if (expected.lane, expected.count) == (lanes[1], 4) && found.lane == lanes[1] =>
        {
            Ok(())
        }
        other => Err(format!("after four messages of a lane the error is {other:?}")),
    }
}
