//! Runs the roles of a session: polls one at a time, as the policy chooses, and lets virtual time pass
//! when none can go on.

use crate::clock::Clock;
use crate::end::Shared;
use crate::halt::Halt;
use crate::random::Numbers;
use crate::wake::{Watched, Woken};
use chor_runtime::__private::Branches;
use chor_runtime::{End, Error, Reason};
use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};

/// Turns in one poll, after which other tasks of the executor get theirs.
const TURNS: usize = 128;

/// Polls all roles until each has ended or none can go on.
pub(crate) struct Driver<'s, B> {
    shared: &'s Shared,
    branches: B,
    tasks: Vec<Task>,
    live: usize,
    woken: Arc<Woken>,
    /// Without one, time doesn't pass, and panics go on.
    clock: Option<Clock>,
    turns: u64,
    limit: u64,
    /// Roles may crash.
    faulty: bool,
}

struct Task {
    waker: Watched,
    live: bool,
    started: bool,
    halt: Option<Halt>,
}

impl<'s, B: Branches> Driver<'s, B> {
    pub(crate) fn new(shared: &'s Shared, branches: B, clock: Option<Clock>, limit: u64) -> Self {
        let live = branches.count();
        let woken = Woken::new(live);
        let (tasks, faulty) = shared.with(|session| {
            let task = |role: usize| {
                let waker = Watched::new(&woken, role);
                session.roles[role].task = Some(waker.waker.data().addr());
                Task { waker, live: true, started: false, halt: None }
            };
            ((0..live).map(task).collect(), session.plan.is_some())
        });
        Self { shared, branches, tasks, live, woken, clock, turns: 0, limit, faulty }
    }

    /// Runs the roles until each has ended.
    pub(crate) async fn run(&mut self) {
        poll_fn(|cx| self.poll(cx)).await;
    }

    /// The roles' outputs, as far as there are any.
    pub(crate) fn finished(&mut self) -> B::Finished {
        self.branches.finished()
    }

    /// The roles' outputs, if none was halted.
    pub(crate) fn outputs(&mut self) -> B::Outputs {
        self.branches.outputs()
    }

    /// What stands in the place of a role's output, if the role was halted.
    pub(crate) fn error(&self, role: usize) -> Option<Error> {
        let halt = self.tasks[role].halt.clone()?;
        Some(halt.into_error(self.shared.with(|session| session.role(role))))
    }

    /// Why a role has no output.
    pub(crate) fn halt(&self, role: usize) -> Option<&Halt> {
        self.tasks[role].halt.as_ref()
    }

    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let _held = self.shared.hold();
        self.woken.enter(cx.waker());
        self.look_at_clock();
        for _ in 0..TURNS {
            if self.live == 0 {
                self.note_late_difference();
                return Poll::Ready(());
            }
            if !self.turn() && self.woken.leave() && self.pass_time(cx).is_pending() {
                return Poll::Pending;
            }
        }
        if self.turns >= self.limit {
            self.give_up(Some(&Halt::TooLong(self.limit)));
            return Poll::Ready(());
        }
        // Still busy: let others have their turn.
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Others may have let time pass since the clock was started.
    fn look_at_clock(&mut self) {
        if let Some(clock) = self.clock.as_mut().filter(|_| self.turns > 0) {
            let now = clock.now();
            self.shared.with(|session| {
                if now > session.now {
                    session.advance(now);
                }
            });
        }
    }

    /// Polls the role that is next, if any can go on.
    fn turn(&mut self) -> bool {
        let (shared, woken) = (self.shared, &self.woken);
        let (next, differs) = shared.with(|session| {
            woken.take(|role| session.ready(role));
            (session.next(), session.differs.take())
        });
        if let Some((_, text)) = differs {
            let halt = Halt::Differs(text);
            self.give_up(Some(&halt));
            self.disown(&halt);
            return true;
        }
        if let Some(role) = next.filter(|role| self.tasks[*role].live) {
            self.poll_role(role);
        }
        next.is_some()
    }

    fn poll_role(&mut self, role: usize) {
        let task = &mut self.tasks[role];
        self.turns += 1;
        if let Some(clock) = &mut self.clock {
            clock.note_progress();
            Numbers::of_role(role);
        }
        if !std::mem::replace(&mut task.started, true)
            && self.shared.with(|session| session.stops_at_start(role))
        {
            return self.crash(role);
        }
        let mut context = Context::from_waker(&task.waker.waker);
        let branches = AssertUnwindSafe(&mut self.branches);
        let polled = catch_unwind(move || { branches }.poll_branch(role, &mut context));
        match polled {
            Ok(true) => self.end(role),
            Ok(false) => self.look_after(role),
            Err(panic) => self.panicked(role, panic),
        }
    }

    fn end(&mut self, role: usize) {
        self.tasks[role].live = false;
        self.live -= 1;
    }

    /// Drops the role's task, if the role crashed.
    fn look_after(&mut self, role: usize) {
        if self.faulty && self.shared.with(|session| session.roles[role].crashed.is_some()) {
            self.crash(role);
        }
    }

    fn crash(&mut self, role: usize) {
        let cause = self.shared.with(|session| session.roles[role].crashed.clone());
        if let Some(cause) = cause {
            let text = match cause.reason() {
                Reason::Lost(text) => text.clone(),
                other => format!("{other:?}"),
            };
            self.stop(role, Halt::Crashed(text));
            drop(self.shared.with(|session| session.close(role, End::Failed(cause))));
            self.branches.drop_branch(role);
        }
    }

    fn stop(&mut self, role: usize, halt: Halt) {
        self.tasks[role].halt = Some(halt);
        self.end(role);
    }

    fn panicked(&mut self, role: usize, panic: Box<dyn Any + Send>) {
        if self.clock.is_none() {
            resume_unwind(panic);
        }
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
        self.stop(
            role,
            Halt::Panicked(text.unwrap_or_else(|| "a value that is no text".to_owned())),
        );
        self.branches.drop_branch(role);
    }

    /// Lets time pass until something happens; gives the run up if nothing ever will.
    fn pass_time(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let due = self.shared.with(|session| session.next_due());
        if due.is_none() && self.is_stuck() {
            self.give_up(None);
            return Poll::Ready(());
        }
        let Some(clock) = &mut self.clock else { return Poll::Pending };
        clock.poll_until(due, cx).map(|now| match now {
            Some(now) => self.shared.with(|session| session.advance(now)),
            None => self.give_up(None),
        })
    }

    /// Nothing will ever wake a role: no message, and nobody else has its waker. In another's executor
    /// roles may be polled without being woken, so only messages count.
    fn is_stuck(&self) -> bool {
        let mut live = self.tasks.iter().enumerate().filter(|(_, task)| task.live);
        live.all(|(role, task)| {
            let waits = || self.shared.with(|session| session.waiting(role).is_some());
            !task.waker.is_held() && (self.clock.is_some() || waits())
        })
    }

    /// The last role that ended came to something else than another one before.
    fn note_late_difference(&mut self) {
        let Some((role, text)) = self.shared.with(|session| session.differs.take()) else { return };
        let halt = Halt::Differs(text);
        self.shared.with(|session| {
            let now = session.now;
            if let Some(recorder) = &mut session.recorder {
                recorder.stuck(now, role, halt.clone());
            }
        });
        self.disown(&halt);
    }

    /// Leaves no role with a result: it may follow from an agreement that is none.
    fn disown(&mut self, halt: &Halt) {
        for task in &mut self.tasks {
            task.halt.get_or_insert_with(|| halt.clone());
        }
    }

    /// Ends all roles that have not ended.
    fn give_up(&mut self, halt: Option<&Halt>) {
        let live: Vec<usize> =
            (0..self.tasks.len()).filter(|role| self.tasks[*role].live).collect();
        for role in &live {
            let halt = halt.cloned().unwrap_or_else(|| self.waiting(*role));
            self.shared.with(|session| {
                let now = session.now;
                // A stand-in isn't stuck: it waits for the others.
                let real = session.roles[*role].real.is_some();
                if let Some(recorder) = session.recorder.as_mut().filter(|_| !real) {
                    recorder.stuck(now, *role, halt.clone());
                }
                session.over = true;
            });
            self.stop(*role, halt);
        }
        for role in live {
            self.branches.drop_branch(role);
        }
    }

    fn waiting(&self, role: usize) -> Halt {
        self.shared.with(|session| match session.waiting(role) {
            Some((from, step)) => Halt::Waits { step, from: session.role(from).to_owned() },
            None => Halt::Local { last: session.roles[role].last },
        })
    }
}
