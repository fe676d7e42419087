//! Families: roles that several participants play.

use super::script::{Dies, FIRST, SECOND, THIRD};
use super::{Checked, Suite, all, ensure};
use crate::cause::Reason;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fail::{Fail, finish};
use crate::first::first;
use crate::protocol::{Protocol, Step};
use crate::role::{Projection, play_role};
use crate::signature::Signature;
use crate::size::Size;
use crate::together::together;
use crate::transport::Transport;
use crate::until::Until;

static SIGNATURE: Signature = Signature::new("crew", &["Leader", "Workers"], &[], "");
static STEPS: [Step; 3] = [*FIRST, *SECOND, *THIRD];
static PROTOCOL: Protocol = Protocol::new(&SIGNATURE, &STEPS, &[]).families(&[WORKERS]);

const LEADER: usize = 0;
const WORKERS: usize = 1;
/// The worker that is bound.
const W: usize = 2;
/// Where the first answers are collected.
const PLACE: u64 = 7;
const ROUNDS: u64 = 20;

/// What the roles do.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Does {
    /// The leader sends each its number, and gathers ten times as much.
    Gather,
    /// The same, and the worker of this number fails at once.
    Fails(usize),
    /// The leader takes the first two answers of three, often, and the second worker comes late.
    First,
}

#[derive(Clone, Copy)]
struct Leader(Does);
#[derive(Clone, Copy)]
struct Worker(Does);
/// One of two, which does nothing.
struct OneOfTwo;

impl Leader {
    async fn run<T: Transport + Copy>(self, ep: Endpoint<T, 2>) -> Result<Vec<u64>, Fail> {
        if self.0 == Does::First { collect(ep).await } else { gather(ep).await }
    }
}

async fn gather<T: Transport + Copy>(ep: Endpoint<T, 2>) -> Result<Vec<u64>, Fail> {
    let mut gathered = Vec::new();
    for (number, index) in (0..).zip(0..ep.len(&[WORKERS])) {
        ep.member::<3>(&[WORKERS], index)?.send::<u64>(W, FIRST, number).await?;
    }
    for index in 0..ep.len(&[WORKERS]) {
        gathered.push(ep.member::<3>(&[WORKERS], index)?.recv::<u64>(W, SECOND).await?);
    }
    Ok(gathered)
}

async fn collect<T: Transport + Copy>(ep: Endpoint<T, 2>) -> Result<Vec<u64>, Fail> {
    let mut collected = Vec::new();
    for _ in 0..ROUNDS {
        let slots = ep.slots_of_round::<3>(&[WORKERS], PLACE)?;
        let branches = slots.iter().map(|(slot, _)| slot.recv::<u64>(W, SECOND)).collect();
        let came = first(ep, &slots, branches, Until::Count(2), None).await?;
        collected.extend(came.into_iter().map(|(_, vote)| vote));
    }
    let late = ep.member::<3>(&[WORKERS], 1)?;
    late.send::<u64>(W, FIRST, 0).await?;
    late.recv::<u64>(W, THIRD).await?;
    Ok(collected)
}

impl Worker {
    async fn run<T: Transport + Copy>(self, ep: Endpoint<T, 2>) -> Result<Vec<u64>, Fail> {
        match self.0 {
            Does::Fails(index) if index == ep.me() => Err(Dies)?,
            Does::Gather | Does::Fails(_) => {
                let number = ep.recv::<u64>(LEADER, FIRST).await?;
                ep.send::<u64>(LEADER, SECOND, 10 * number).await?;
                Ok(vec![number])
            }
            Does::First => vote(ep).await,
        }
    }
}

async fn vote<T: Transport + Copy>(ep: Endpoint<T, 2>) -> Result<Vec<u64>, Fail> {
    let index = ep.me();
    let is_late = index == 1;
    let member = ep.member::<3>(&[WORKERS], index)?;
    if is_late {
        member.recv::<u64>(LEADER, FIRST).await?;
    }
    for number in 0..ROUNDS {
        let vote = 1000 * index as u64 + number;
        member.round(PLACE, index)?.send::<u64>(LEADER, SECOND, vote).await?;
    }
    if is_late {
        member.send::<u64>(LEADER, THIRD, 0).await?;
    }
    Ok(Vec::new())
}

macro_rules! projection {
    ($role:ty, $number:expr, $workers:expr, |$me:ident, $ep:ident| $run:expr) => {
        impl Projection<2> for $role {
            type Output = Vec<u64>;
            const ROLE: usize = $number;
            const PROTOCOL: &'static Protocol = &PROTOCOL;
            const SIZES: [Size; 2] = [Size::One, $workers];

            fn play<T: Transport + Copy>(
                self,
                $ep: Endpoint<T, 2>,
            ) -> impl Future<Output = Result<Vec<u64>, Error>> + Send {
                let $me = self;
                finish($run)
            }
        }
    };
}

projection!(Leader, LEADER, Size::Any, |me, ep| me.run(ep));
projection!(Worker, WORKERS, Size::Any, |me, ep| me.run(ep));
projection!(OneOfTwo, WORKERS, Size::Exactly(2), |_me, _ep| async { Ok(Vec::new()) });

impl<T: Transport, F> Suite<T, F> {
    /// The ends of a session with so many members.
    async fn crew(
        &self,
        sizes: &[usize],
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked<Vec<T>> {
        let ends = make(sizes.to_vec()).await;
        let places: Vec<_> = ends.iter().map(T::place).collect();
        let participants: usize = sizes.iter().sum();
        ensure(places == (0..participants).collect::<Vec<_>>(), || {
            format!("the ends of a session of sizes {sizes:?} are those of {places:?}")
        })?;
        Ok(ends)
    }

    /// What the leader and all of three workers end with.
    async fn plays(
        &self,
        does: Does,
        count: usize,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked<Played<T>> {
        let ends = self.crew(&[1, count], make).await?;
        let _note = self.notes.doing(format!("a leader and {count} workers"));
        let workers: Vec<_> = ends[1..].iter().map(|end| play_role(Worker(does), end)).collect();
        let (leader, workers) =
            together((play_role(Leader(does), &ends[0]), together(workers))).await;
        Ok(Played { leader, workers, ends })
    }

    pub(super) async fn ends_know_the_sizes(
        &self,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked {
        for sizes in [&[1, 3][..], &[1, 1], &[1, 0], &[2, 0, 3]] {
            for end in self.crew(sizes, make).await? {
                let found: Vec<_> = (0..sizes.len()).map(|role| end.members(role)).collect();
                ensure(
                    found == sizes && end.participants() == sizes.iter().sum::<usize>(),
                    || {
                        let (place, count) = (end.place(), end.participants());
                        format!(
                            "end {place} says {found:?} and {count} participants in a session of sizes {sizes:?}"
                        )
                    },
                )?;
            }
        }
        Ok(())
    }

    pub(super) async fn all_members_take_part(
        &self,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked {
        for count in [0, 1, 4] {
            let Played { leader, workers, .. } = self.plays(Does::Gather, count, make).await?;
            let gathered: Vec<u64> = (0..).step_by(10).take(count).collect();
            gives(leader, &gathered)?;
            for (number, worker) in (0..).zip(workers) {
                gives(worker, &[number])?;
            }
        }
        Ok(())
    }

    pub(super) async fn a_failed_member_is_named(
        &self,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked {
        let Played { leader, workers, .. } = self.plays(Does::Fails(1), 3, make).await?;
        // Whether another worker gets its message depends on when the leader learns of it.
        let others = workers.into_iter().enumerate().filter(|(index, _)| *index != 1);
        for failed in others.filter_map(|(_, worker)| worker.err()) {
            names_the_failed(&failed)?;
        }
        names_the_failed(&leader.err().ok_or("nobody missed the member that failed")?)
    }

    pub(super) async fn other_sizes_are_refused(
        &self,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked {
        let ends = self.crew(&[1, 3], make).await?;
        let refused = ends[1..].iter().map(async |end| match play_role(OneOfTwo, end).await {
            Err(Error::Setup { problem, .. }) if problem.contains("Leader, Workers[3]") => Ok(()),
            other => Err(format!("a role of two in a session of three ends with {other:?}")),
        });
        all(refused.collect()).await
    }

    /// A transport without rounds isn't checked.
    pub(super) async fn first_answers_count(
        &self,
        make: &impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Checked {
        let ends = self.crew(&[1, 0], make).await?;
        let has_rounds = ends[0].begin_round(crate::Lane::ROOT, 1).is_some();
        if !has_rounds {
            return Ok(());
        }
        drop(ends);
        let Played { leader, workers, ends } = self.plays(Does::First, 3, make).await?;
        let mut votes = leader.map_err(|error| format!("the leader fails: {error:?}"))?;
        votes.sort_unstable();
        let expected: Vec<u64> = (0..ROUNDS).chain(2000..2000 + ROUNDS).collect();
        ensure(votes == expected, || format!("the leader has counted {votes:?}"))?;
        workers.into_iter().try_for_each(|worker| gives(worker, &[]))?;
        let dropped = ends[0].discarded();
        ensure(dropped == ROUNDS, || {
            format!("{dropped} late answers were dropped instead of {ROUNDS}")
        })
    }
}

/// What a leader and its workers have ended with.
struct Played<T> {
    leader: Result<Vec<u64>, Error>,
    workers: Vec<Result<Vec<u64>, Error>>,
    ends: Vec<T>,
}

fn names_the_failed(error: &Error) -> Checked {
    let cause = error.cause();
    let right = cause.role() == "Workers[1]"
        && matches!(cause.reason(), Reason::Error(text) if text == "it dies here");
    ensure(right, || format!("a role says {error:?}"))
}

fn gives(outcome: Result<Vec<u64>, Error>, expected: &[u64]) -> Checked {
    match outcome {
        Ok(found) => {
            ensure(found == expected, || format!("a role has {found:?} and not {expected:?}"))
        }
        Err(error) => Err(format!("a role fails instead of giving {expected:?}: {error:?}")),
    }
}
