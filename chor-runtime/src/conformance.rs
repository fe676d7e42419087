//! Checks whether a transport keeps the contract of [`Transport`], for who writes one.
//!
//! A [`Suite`] is given a closure that makes sessions, and runs [`BEHAVIOURS`] over them, from order
//! to failure. It knows the contract and nothing else: neither an executor nor a clock. So where a
//! broken transport makes a role wait for ever, the suite does too: run it with a timeout of your
//! executor, and [`Suite::waiting`] says who waited for what.
//!
//! ```
//! use chor_runtime::conformance::Suite;
//! use chor_runtime::memory;
//! use std::time::Duration;
//! use tokio::time::timeout;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let suite = Suite::new(async |participants| memory::session_of(&vec![1; participants])).many(1_000);
//! let kept = timeout(Duration::from_secs(60), suite.run()).await;
//! kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
//! # }
//! ```
//!
//! What it can't check: that a transport's memory stays bounded, that a peer which breaks the protocol
//! of the transport itself does no harm, and that a machine which vanishes is noticed.

mod cancelled;
mod concurrent;
mod dying;
mod ending;
mod families;
mod flow;
mod notes;
mod order;
mod party;
mod rounds;
mod script;

use crate::together::together;
use crate::transport::Transport;
use notes::Notes;
use party::Party;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;

/// The behaviours of transports, and how they are checked.
#[derive(Debug)]
pub struct Suite<T, F> {
    sessions: F,
    many: u64,
    large: usize,
    notes: Notes,
    ends: PhantomData<fn() -> T>,
}

/// A behaviour that a transport doesn't have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not hold that {behaviour}: {problem}")]
#[non_exhaustive]
pub struct Broken {
    /// Of [`BEHAVIOURS`].
    pub behaviour: &'static str,
    /// What happened instead.
    pub problem: String,
}

/// What a check says: nothing, or what is wrong.
type Checked<T = ()> = Result<T, String>;

macro_rules! behaviours {
    ($($text:literal => $module:ident::$name:ident,)*) => {
        /// What a transport has to do, in the order in which it is checked: later behaviours build on
        /// earlier ones.
        pub const BEHAVIOURS: &[&str] = &[$($text),*];

        impl<T: Transport, F: AsyncFn(usize) -> Vec<T>> Suite<T, F> {
            async fn check(&self, behaviour: &str) -> Checked {
                match behaviour {
                    $($text => Box::pin($module::$name(self)).await,)*
                    _ => Err("there is no such behaviour".to_owned()),
                }
            }
        }
    };
}

behaviours! {
    "ends know their places" => order::ends_know_their_places,
    "messages arrive in order" => order::messages_arrive_in_order,
    "values arrive unchanged" => order::values_arrive_unchanged,
    "another message than the expected one is an error with both positions"
        => order::positions_are_checked,
    "a value of another type is an error" => order::types_are_checked,
    "lanes are queues of their own" => order::lanes_are_queues_of_their_own,
    "an end is played once" => ending::an_end_is_played_once,
    "what was sent before the end arrives" => ending::what_was_sent_before_the_end_arrives,
    "a receive from a finished participant fails with both positions"
        => ending::a_receive_from_the_finished_fails,
    "a send to a finished participant is dropped" => ending::a_send_to_the_finished_is_dropped,
    "a failure reaches receives with its cause" => ending::a_failure_reaches_receives,
    "a failure reaches sends with its cause" => ending::a_failure_reaches_sends,
    "an end wakes who waits" => ending::an_end_wakes_who_waits,
    "the first end counts" => ending::the_first_end_counts,
    "an end that is dropped without a word counts as failed" => ending::a_dropped_end_is_missed,
    "a receive that is dropped has taken nothing" => cancelled::a_dropped_receive_takes_nothing,
    "a send that is dropped sent all or nothing" => cancelled::a_dropped_send_is_all_or_nothing,
    "full queues stop no two who send at once" => flow::two_send_at_once,
    "full queues stop no circle of senders" => flow::a_circle_sends_at_once,
    "full queues stop no other lane" => flow::a_full_lane_stops_no_other,
    "full queues stop no message by way of a third" => flow::a_full_queue_stops_no_detour,
    "a sender that waits is woken by the end of its receiver" => flow::a_waiting_sender_is_woken,
    "several lanes are waited for at once" => concurrent::lanes_are_waited_for_at_once,
    "all talk with all at once" => concurrent::all_talk_with_all,
    "large messages arrive, and small ones beside them" => concurrent::large_messages_arrive,
    "all count rounds alike, and lanes in rounds are queues" => rounds::all_count_alike,
    "what comes after its round is over is dropped and counted" => rounds::late_messages_are_dropped,
    "what is queued when its round ends is dropped and counted" => rounds::what_is_queued_is_dropped,
    "a sender that waits goes on when its round is over"
        => rounds::a_sender_goes_on_when_a_round_is_over,
    "a sender may be ahead by many rounds" => rounds::a_sender_may_be_ahead,
    "a round inside another ends alone, and with it" => rounds::a_round_inside_ends_alone,
    "what began in a round inside another ends with it" => rounds::what_began_inside_ends,
    "rounds of several places go on at once" => rounds::several_rounds_go_on_at_once,
    "full queues of a branch in a round stop no other branch there"
        => rounds::a_full_branch_stops_no_other,
    "sessions do not mix" => concurrent::sessions_do_not_mix,
    "a failure stays in its session" => concurrent::a_failure_stays_in_its_session,
    "a participant that fails at any point fails who needs it" => dying::by_an_error,
    "a participant that is cancelled at any point fails who needs it" => dying::by_cancellation,
    "an end that is dropped at any point fails who needs it" => dying::by_dropping_the_end,
}

/// What a transport has to do that carries families, in the order in which it is checked.
pub const FAMILIES: &[&str] = &[
    "ends know how many play each role",
    "all members of a family take part, also none",
    "a member that fails is named with its number",
    "a session of other sizes than the choreography asks for doesn't begin",
    "the first answers of members count, and late ones never do",
];

impl<T: Transport, F: AsyncFn(usize) -> Vec<T>> Suite<T, F> {
    /// The suite for the sessions that `sessions` makes. It is given a number of participants, from 2 to
    /// 5, and gives their ends, connected and not yet played, in the order of their places.
    pub fn new(sessions: F) -> Self {
        let (notes, ends) = (Notes::default(), PhantomData);
        Self { sessions, many: 10_000, large: 4 << 20, notes, ends }
    }

    /// How many messages are many, by default 10,000: more than what the transport holds for a queue.
    #[must_use]
    pub fn many(self, many: u64) -> Self {
        Self { many, ..self }
    }

    /// How many bytes a large message has, by default 4 MiB.
    #[must_use]
    pub fn large(self, large: usize) -> Self {
        Self { large, ..self }
    }

    /// Checks all [`BEHAVIOURS`], one after the other, in this task.
    ///
    /// # Errors
    /// The first that the transport doesn't have.
    ///
    /// # Cancel safety
    /// Dropping the future drops the sessions.
    pub async fn run(&self) -> Result<(), Broken> {
        for behaviour in BEHAVIOURS {
            self.run_one(behaviour).await?;
        }
        Ok(())
    }

    /// Checks one of [`BEHAVIOURS`].
    ///
    /// # Errors
    /// The transport doesn't have it, or there is no such behaviour.
    ///
    /// # Cancel safety
    /// As [`run`](Self::run).
    pub async fn run_one(&self, behaviour: &'static str) -> Result<(), Broken> {
        self.notes.begin(behaviour);
        self.check(behaviour).await.map_err(|problem| Broken { behaviour, problem })
    }

    /// Checks all of [`FAMILIES`], one after the other, in this task, over the sessions that `sessions`
    /// makes. It is given how many participants play each role, and gives their ends, connected and not
    /// yet played, in the order of their places. Of the last behaviour, a transport is only checked that
    /// has rounds.
    ///
    /// # Errors
    /// The first that the transport doesn't have.
    ///
    /// # Cancel safety
    /// As [`run`](Self::run).
    ///
    /// # Examples
    /// ```
    /// use chor_runtime::conformance::Suite;
    /// use chor_runtime::memory;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let suite = Suite::new(async |participants| memory::session_of(&vec![1; participants]));
    /// suite.run_families(async |sizes| memory::session_of(&sizes)).await.unwrap();
    /// # }
    /// ```
    pub async fn run_families(
        &self,
        sessions: impl AsyncFn(Vec<usize>) -> Vec<T>,
    ) -> Result<(), Broken> {
        let checks: [Pin<Box<dyn Future<Output = Checked> + '_>>; FAMILIES.len()] = [
            Box::pin(self.ends_know_the_sizes(&sessions)),
            Box::pin(self.all_members_take_part(&sessions)),
            Box::pin(self.a_failed_member_is_named(&sessions)),
            Box::pin(self.other_sizes_are_refused(&sessions)),
            Box::pin(self.first_answers_count(&sessions)),
        ];
        for (behaviour, check) in FAMILIES.iter().zip(checks) {
            self.notes.begin(behaviour);
            check.await.map_err(|problem| Broken { behaviour, problem })?;
        }
        Ok(())
    }

    /// Which behaviour is being checked, and which participants wait for what.
    pub fn waiting(&self) -> impl fmt::Display + use<'_, T, F> {
        &self.notes
    }

    /// A session that has begun at all participants.
    async fn session(&self, participants: usize) -> Checked<Vec<Party<'_, T>>> {
        let ends = self.ends(participants).await?;
        let protocol = script::protocol(participants);
        for end in &ends {
            end.open(protocol).map_err(|fault| format!("an end can't be opened: {fault}"))?;
        }
        for started in
            together(ends.iter().map(|end| end.start(protocol)).collect::<Vec<_>>()).await
        {
            started
                .map_err(|(peer, fault)| format!("no start with participant {peer}: {fault:?}"))?;
        }
        Ok(ends.into_iter().map(|end| Party::new(end, &self.notes)).collect())
    }

    async fn pair(&self) -> Checked<(Party<'_, T>, Party<'_, T>)> {
        let mut ends = self.session(2).await?;
        match (ends.pop(), ends.pop()) {
            (Some(b), Some(a)) => Ok((a, b)),
            _ => Err("there are no two ends".to_owned()),
        }
    }

    async fn triple(&self) -> Checked<(Party<'_, T>, Party<'_, T>, Party<'_, T>)> {
        let mut ends = self.session(3).await?;
        match (ends.pop(), ends.pop(), ends.pop()) {
            (Some(c), Some(b), Some(a)) => Ok((a, b, c)),
            _ => Err("there are no three ends".to_owned()),
        }
    }

    /// The ends as they are made.
    async fn ends(&self, participants: usize) -> Checked<Vec<T>> {
        let ends = (self.sessions)(participants).await;
        let places: Vec<_> = ends.iter().map(T::place).collect();
        if places != (0..participants).collect::<Vec<_>>() {
            return Err(format!("the ends of {participants} participants are those of {places:?}"));
        }
        Ok(ends)
    }
}

/// Both, or what is wrong with the first that is wrong.
async fn both(a: impl Future<Output = Checked>, b: impl Future<Output = Checked>) -> Checked {
    let (a, b) = together((a, b)).await;
    a.and(b)
}

/// All, or what is wrong with the first that is wrong.
async fn all(checks: Vec<impl Future<Output = Checked>>) -> Checked {
    together(checks).await.into_iter().collect()
}

fn ensure(holds: bool, problem: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(problem()) }
}
