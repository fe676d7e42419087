//! A role of three dies at each point of a run, in each way. Whoever needs it fails with the cause, the
//! others may finish, and nobody waits for ever.

use super::script::{Act, Actor, FIRST, Last, SECOND, THIRD, protocol};
use super::{Checked, Suite, ensure};
use crate::cause::Reason;
use crate::error::Error;
use crate::role::play_role;
use crate::together::together;
use crate::transport::Transport;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

const ROLES: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Error,
    Cancelled,
    Dropped,
}

pub(super) async fn by_an_error<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    everywhere(suite, Way::Error).await
}

pub(super) async fn by_cancellation<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    everywhere(suite, Way::Cancelled).await
}

pub(super) async fn by_dropping_the_end<T, F>(suite: &Suite<T, F>) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    everywhere(suite, Way::Dropped).await
}

async fn everywhere<T, F>(suite: &Suite<T, F>, way: Way) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    for dead in 0..ROLES {
        for point in 0..=acts(dead).len() {
            let note = format!("participant {dead} dies ({way:?}) after {point} of its acts");
            let _note = suite.notes.doing(note.clone());
            let died = dies(suite, dead, point, way).await;
            died.map_err(|problem| format!("{note}: {problem}"))?;
        }
    }
    Ok(())
}

/// Twice around, with a detour and a message that nobody waits for.
fn acts(role: usize) -> Vec<Act> {
    use Act::{Recv, Send};
    let round = match role {
        0 => vec![Send(1, FIRST), Recv(2, SECOND), Send(2, THIRD)],
        1 => vec![Recv(0, FIRST), Send(2, FIRST), Recv(2, THIRD)],
        _ => vec![Recv(1, FIRST), Send(0, SECOND), Send(1, THIRD), Recv(0, THIRD)],
    };
    [round.clone(), round].concat()
}

async fn dies<T, F>(suite: &Suite<T, F>, dead: usize, point: usize, way: Way) -> Checked
where
    T: Transport,
    F: AsyncFn(usize) -> Vec<T>,
{
    let there = Arc::new(AtomicBool::new(false));
    let mut ends = suite.ends(ROLES).await?.into_iter();
    let mut next = || ends.next().ok_or_else(|| "an end is missing".to_owned());
    let part = |role: usize| {
        let mut acts = acts(role);
        let last = match way {
            _ if role != dead => Last::Finish,
            Way::Error => Last::Fail,
            Way::Cancelled | Way::Dropped => Last::Stop(Arc::clone(&there)),
        };
        if role == dead {
            acts.truncate(point);
        }
        (acts, last)
    };
    let outcomes = together((
        play::<T, 0>(next()?, part(0), way, &there),
        play::<T, 1>(next()?, part(1), way, &there),
        play::<T, 2>(next()?, part(2), way, &there),
    ))
    .await;
    judge(&[outcomes.0.0, outcomes.1.0, outcomes.2.0], dead, point, way)
}

/// What a role ends with, `None` if it is stopped; and its end, unless that is dropped there, so that
/// the others outlive nothing but the run.
async fn play<T: Transport, const ROLE: usize>(
    end: T,
    (acts, last): (Vec<Act>, Last),
    way: Way,
    there: &AtomicBool,
) -> (Option<Result<(), Error>>, Option<T>) {
    let stops = matches!(last, Last::Stop(_));
    let mut playing = Some(Box::pin(play_role(Actor::<ROLE> { acts, last }, &end)));
    let outcome = poll_fn(|cx| {
        let Some(role) = playing.as_mut() else { return Poll::Ready(None) };
        let polled = Pin::new(role).poll(cx);
        if polled.is_pending() && stops && there.load(Ordering::Relaxed) {
            playing = None;
            return Poll::Ready(None);
        }
        polled.map(Some)
    })
    .await;
    drop(playing);
    (outcome, (way != Way::Dropped || !stops).then_some(end))
}

fn judge(
    outcomes: &[Option<Result<(), Error>>; ROLES],
    dead: usize,
    point: usize,
    way: Way,
) -> Checked {
    let stuck = stuck(dead, point);
    for (role, outcome) in outcomes.iter().enumerate().filter(|(role, _)| *role != dead) {
        match outcome {
            Some(Ok(())) => ensure(!stuck[role], || {
                format!("participant {role} finished, with messages that nobody sent")
            })?,
            Some(Err(error)) => blames(error, dead, way)
                .map_err(|problem| format!("participant {role} says {problem}: {error:?}"))?,
            None => return Err(format!("participant {role} stopped by itself")),
        }
    }
    let own = outcomes[dead].as_ref();
    match way {
        Way::Error => {
            ensure(own.is_some_and(|own| matches!(own, Err(Error::Failed { .. }))), || {
                format!("the error of the one that fails became {own:?}")
            })
        }
        Way::Cancelled | Way::Dropped => Ok(()),
    }
}

fn blames(error: &Error, dead: usize, way: Way) -> Checked {
    let cause = error.cause();
    let name = protocol(ROLES).role(dead);
    ensure(cause.role() == name, || format!("that `{}` failed first, not `{name}`", cause.role()))?;
    let right = match (way, cause.reason()) {
        (Way::Error, Reason::Error(text)) => text == "it dies here",
        (Way::Cancelled | Way::Dropped, Reason::Cancelled) => true,
        _ => false,
    };
    ensure(right, || format!("another reason, {:?}", cause.reason()))
}

/// Which roles can't get all their messages, if all sends succeed.
fn stuck(dead: usize, point: usize) -> [bool; ROLES] {
    let mut left: [Vec<Act>; ROLES] = std::array::from_fn(|role| {
        let mut acts = acts(role);
        if role == dead {
            acts.truncate(point);
        }
        acts
    });
    let mut queues = [0; ROLES * ROLES];
    loop {
        let mut moved = false;
        for (role, left) in left.iter_mut().enumerate() {
            let can = match left.first() {
                Some(Act::Send(to, _)) => {
                    queues[role * ROLES + to] += 1;
                    true
                }
                Some(Act::Recv(from, _)) if queues[from * ROLES + role] > 0 => {
                    queues[from * ROLES + role] -= 1;
                    true
                }
                _ => false,
            };
            if can {
                left.remove(0);
                moved = true;
            }
        }
        if !moved {
            return left.map(|left| !left.is_empty());
        }
    }
}
