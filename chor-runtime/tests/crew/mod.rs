//! A leader and any number of workers: what the macro would generate, without the macro.

#![allow(dead_code, unreachable_pub, reason = "each test is a crate that uses its part")]

use chor_runtime::__private::{Endpoint, Fail, Signature, Step};
use chor_runtime::{Choreography, Members, Protocol, Roles, Size, Transport};

const fn step(index: u32, label: &'static str) -> Step {
    Step::new("crew", index, label, "u64", "A", &["B"], "src/crew.rs", index + 10, 9)
}

static STEPS: [Step; 2] = [step(0, "job"), step(1, "done")];
pub static JOB: &Step = &STEPS[0];
pub static DONE: &Step = &STEPS[1];

static SIGNATURE: Signature = Signature::new("crew", &["Leader", "Workers"], &[], "");
pub static PROTOCOL: Protocol = Protocol::new(&SIGNATURE, &STEPS, &[]).families(&[1]);

pub const SIZES: [Size; 2] = [Size::One, Size::Any];
const LEADER: usize = 0;
const WORKERS: usize = 1;
/// The bound worker.
const W: usize = 2;

/// A role of [`PROTOCOL`], from its number and how it runs.
#[macro_export]
macro_rules! role {
    ($name:ty, $number:expr, $output:ty, |$me:ident, $ep:ident| $run:expr) => {
        $crate::role!($name, $number, $output, $crate::crew::SIZES, |$me, $ep| $run);
    };
    ($name:ty, $number:expr, $output:ty, $sizes:expr, |$me:ident, $ep:ident| $run:expr) => {
        impl ::chor_runtime::Projection<2> for $name {
            type Output = $output;
            const ROLE: usize = $number;
            const PROTOCOL: &'static ::chor_runtime::Protocol = &$crate::crew::PROTOCOL;
            const SIZES: [::chor_runtime::Size; 2] = $sizes;

            fn play<T: ::chor_runtime::Transport + Copy>(
                self,
                $ep: ::chor_runtime::__private::Endpoint<T, 2>,
            ) -> impl Future<Output = Result<$output, ::chor_runtime::Error>> + Send {
                #[allow(unused_variables)]
                let $me = self;
                ::chor_runtime::__private::finish(async move { $run })
            }
        }
    };
}

/// Sends each worker its job and gathers what they did.
pub struct Leader(Vec<u64>);

impl Leader {
    pub fn new(jobs: Vec<u64>) -> Self {
        Self(jobs)
    }
}

/// Gives its number, its job and how many workers there are.
#[derive(Clone, Copy, Default)]
pub struct Worker {
    pub fails: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("no hands")]
struct NoHands;

role!(Leader, LEADER, Vec<u64>, |me, ep| {
    let mut done = Vec::new();
    for index in 0..ep.len(&[WORKERS]) {
        let ep = ep.member::<3>(&[WORKERS], index)?;
        ep.send::<u64>(W, JOB, me.0[index]).await?;
    }
    for index in 0..ep.len(&[WORKERS]) {
        let ep = ep.member::<3>(&[WORKERS], index)?;
        done.push(ep.recv::<u64>(W, DONE).await?);
    }
    Ok(done)
});

role!(Worker, WORKERS, (usize, u64, u64), |me, ep| {
    let index = ep.me();
    let job = ep.recv::<u64>(LEADER, JOB).await?;
    if me.fails {
        Err(NoHands)?;
    }
    ep.send::<u64>(LEADER, DONE, 2 * job).await?;
    Ok((index, job, ep.len(&[WORKERS]) as u64))
});

pub struct Crew {
    pub jobs: Vec<u64>,
    pub workers: Vec<Worker>,
}

impl Crew {
    pub fn of(jobs: Vec<u64>) -> Self {
        let workers = vec![Worker::default(); jobs.len()];
        Self { jobs, workers }
    }
}

#[derive(Debug)]
pub struct Outcome {
    pub leader: Vec<u64>,
    pub workers: Vec<(usize, u64, u64)>,
}

impl Choreography<2> for Crew {
    type Roles = (Leader, (Members<Worker>, ()));
    type Outcome = Outcome;
    type Results = <Self::Roles as Roles<2>>::Each;

    fn roles(self) -> Self::Roles {
        (Leader(self.jobs), (Members::new(self.workers), ()))
    }

    fn outcome((leader, (workers, ())): <Self::Roles as Roles<2>>::Outputs) -> Outcome {
        Outcome { leader, workers }
    }

    fn results(each: Self::Results) -> Self::Results {
        each
    }
}

/// A worker of a crew of three, which does nothing.
pub struct Three;

role!(Three, WORKERS, usize, [Size::One, Size::Exactly(3)], |_me, ep| Ok(ep.me()));

/// A crew whose parameters don't fit.
pub struct Unequal;

impl Choreography<2> for Unequal {
    type Roles = (Leader, (Members<Worker>, ()));
    type Outcome = ();
    type Results = ();

    fn roles(self) -> Self::Roles {
        (Leader(Vec::new()), (Members::unequal("Workers", &[("xs", 3), ("ys", 2)]), ()))
    }

    fn outcome(_: <Self::Roles as Roles<2>>::Outputs) {}

    fn results(_: <Self::Roles as Roles<2>>::Each) {}
}

/// The leader asks the worker of this number, which tells the other workers.
pub struct Ask {
    number: usize,
    workers: usize,
}

pub struct Asks(usize);
#[derive(Clone, Copy)]
pub struct Asked(usize);

impl Ask {
    pub fn of(workers: usize, number: usize) -> Self {
        Self { number, workers }
    }
}

role!(Asks, LEADER, (), |me, ep| {
    let ep = ep.member::<3>(&[WORKERS], me.0)?;
    ep.send::<u64>(W, JOB, 4).await
});

role!(Asked, WORKERS, u64, |me, ep| {
    let ep = ep.member::<3>(&[WORKERS], me.0)?;
    if ep.me() == me.0 {
        let job = ep.recv::<u64>(LEADER, JOB).await?;
        // The bound worker is one of the family, and it itself: neither gets the message.
        ep.copy_all::<u64>(&[WORKERS, W], DONE, job).await
    } else {
        ep.recv::<u64>(W, DONE).await
    }
});

impl Choreography<2> for Ask {
    type Roles = (Asks, (Members<Asked>, ()));
    type Outcome = Vec<u64>;
    type Results = ();

    fn roles(self) -> Self::Roles {
        (Asks(self.number), (Members::new(vec![Asked(self.number); self.workers]), ()))
    }

    fn outcome(((), (workers, ())): <Self::Roles as Roles<2>>::Outputs) -> Vec<u64> {
        workers
    }

    fn results(_: <Self::Roles as Roles<2>>::Each) {}
}

/// A call of `tell[Head, Tail[..]]`, whose family is a list of roles that are no neighbours.
#[derive(Clone, Copy)]
pub struct Lists {
    tail: [usize; 2],
    head: usize,
}

impl Lists {
    pub fn of(tail: [usize; 2], head: usize) -> Self {
        Self { tail, head }
    }

    async fn run<T: Transport + Copy>(self, ep: Endpoint<T, 2>) -> Result<u64, Fail> {
        let ep = ep.member::<3>(&[WORKERS], self.head)?;
        let ep = ep.member::<4>(&[WORKERS], self.tail[0])?;
        let ep = ep.member::<5>(&[WORKERS], self.tail[1])?;
        let ep = ep.regroup([&[2], &[3, LEADER, 4]])?;
        if ep.index_in(&[0]).is_some() {
            return ep.copy_all::<u64>(&[1], JOB, 7).await;
        }
        assert_eq!((ep.len(&[1]), ep.index_in(&[1])), (3, Some(ep.me())));
        ep.recv::<u64>(0, JOB).await
    }
}

pub struct LeaderOfLists(Lists);
#[derive(Clone, Copy)]
pub struct WorkerOfLists(Lists);

role!(LeaderOfLists, LEADER, u64, |me, ep| me.0.run(ep).await);
role!(WorkerOfLists, WORKERS, u64, |me, ep| me.0.run(ep).await);

impl Choreography<2> for Lists {
    type Roles = (LeaderOfLists, (Members<WorkerOfLists>, ()));
    type Outcome = Vec<u64>;
    type Results = ();

    fn roles(self) -> Self::Roles {
        (LeaderOfLists(self), (Members::new(vec![WorkerOfLists(self); 3]), ()))
    }

    fn outcome((leader, (workers, ())): <Self::Roles as Roles<2>>::Outputs) -> Vec<u64> {
        std::iter::once(leader).chain(workers).collect()
    }

    fn results(_: <Self::Roles as Roles<2>>::Each) {}
}

/// A role from its number, its output, what it brings, and how it runs.
#[macro_export]
macro_rules! role_of {
    ($number:expr, $output:ty, { $($own:ident: $ty:ty),* }, |$ep:ident| $run:expr) => {{
        struct Own {
            $($own: $ty),*
        }
        $crate::role!(Own, $number, $output, |me, $ep| {
            let Own { $($own),* } = me;
            $run
        });
        Own { $($own),* }
    }};
}

static LOSES: Protocol = Protocol::new(&SIGNATURE, &STEPS, &[]).families(&[1]).expendable(&[1]);
pub static EXPENDABLE: &Protocol = &LOSES;

/// Sends to a worker that can be lost, and then tries to receive from it.
pub struct ToExpendable;

impl chor_runtime::Projection<2> for ToExpendable {
    type Output = String;
    const ROLE: usize = LEADER;
    const PROTOCOL: &'static Protocol = &LOSES;
    const SIZES: [Size; 2] = SIZES;

    fn play<T: Transport + Copy>(
        self,
        ep: Endpoint<T, 2>,
    ) -> impl Future<Output = Result<String, chor_runtime::Error>> + Send {
        chor_runtime::__private::finish(async move {
            ep.send::<u64>(WORKERS, JOB, 1).await?;
            let lost = ep.try_recv::<u64>(WORKERS, DONE).await?.unwrap_err();
            Ok(lost.to_string())
        })
    }
}
