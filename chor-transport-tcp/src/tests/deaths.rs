//! Connections that break in the middle of a round.

use super::raw::of_pipe;
use crate::LinkError;
use crate::session::Tcp;
use crate::streams::over;
use crate::{Options, Participant};
use chor::prelude::*;
use chor::{Reason, TooFew};
use chor_runtime::{Bincode, Projection};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::copy_bidirectional;
use tokio::sync::Notify;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, sleep};

const AGES: Duration = Duration::from_hours(1);

/// When somebody votes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum When {
    Now,
    Later,
    Never,
}

impl When {
    async fn come(self) -> u32 {
        match self {
            Self::Now => {}
            Self::Later => sleep(Duration::from_secs(5)).await,
            Self::Never => pending().await,
        }
        7
    }
}

chor! {
    chor reply[Asker, Other](when: When @ Other) -> Option<u32> @ Asker {
        Other -> Asker within AGES: when.come().await
    }

    chor try_reply[Asker, Other](when: When @ Other) -> Result<Option<u32>, Lost> @ Asker {
        try Other -> Asker within AGES: when.come().await
    }

    chor enough[Judge, Voters[..]](needed: usize @ Judge, when: When @ each Voters) -> Vec<(Member, u32)> @ Judge {
        each v in Voters first needed { v -> Judge: when.come().await }
    }

    chor try_enough[Judge, Voters[..]](
        needed: usize @ Judge,
        when: When @ each Voters,
    ) -> Result<Vec<(Member, u32)>, Lost> @ Judge {
        try each v in Voters first needed { v -> Judge: when.come().await }
    }

    /// Each vote has two parts.
    chor halves[Judge, Voters[..]](
        needed: usize @ Judge,
        when: (When, When) @ each Voters,
    ) -> Vec<(Member, (u32, u32))> @ Judge {
        each v in Voters first needed {
            let (one, other) = par {
                { v -> Judge: when.0.come().await as u32 }
                { v -> Judge: when.1.come().await as u32 }
            };
            Judge: (one, other)
        }
    }

    /// Of each round the judge takes the first vote; then it waits.
    chor weigh[Judge, Voters[..]](size: usize @ each Voters, go_on: Arc<Notify> @ Judge) -> usize @ Judge {
        let mut sum = Judge: 0;
        for _ in 0..3usize {
            let came: Vec<(Member, Vec<u8>)> @ Judge =
                each v in Voters first 1 { v -> Judge: vec![7; size] };
            Judge: {
                sum += came[0].1.len();
                go_on.notified().await;
            }
        }
        sum
    }
}

/// All ends of a session, and what connects each two.
struct Session {
    ends: Vec<Tcp>,
    wires: BTreeMap<(usize, usize), AbortHandle>,
}

impl Session {
    fn of(sizes: &[usize]) -> Self {
        let count: usize = sizes.iter().sum();
        let mut pipes: Vec<Vec<_>> = (0..count).map(|_| Vec::new()).collect();
        let mut wires = BTreeMap::new();
        for one in 0..count {
            for other in one + 1..count {
                let [mut near, mut far] = [one, other].map(|place| {
                    let (own, middle) = tokio::io::duplex(1 << 16);
                    pipes[place].push(of_pipe(own));
                    middle
                });
                let wire = tokio::spawn(async move {
                    let _ = copy_bidirectional(&mut near, &mut far).await;
                });
                wires.insert((one, other), wire.abort_handle());
            }
        }
        let ends = all_of(sizes).zip(pipes);
        let ends = ends.map(|(it, pipes)| over(it, pipes, Bincode, Options::default()).unwrap());
        Self { ends: ends.collect(), wires }
    }

    /// The connections of a participant break.
    fn cut(&self, participant: usize) {
        let its = |ends: &(usize, usize)| [ends.0, ends.1].contains(&participant);
        self.wires.iter().filter(|(ends, _)| its(ends)).for_each(|(_, wire)| wire.abort());
    }

    fn play<P, const N: usize>(&mut self, role: P) -> Played<P::Output>
    where
        P: Projection<N> + 'static,
    {
        let end = self.ends.remove(0);
        tokio::spawn(async move { play_role(role, &end).await })
    }
}

type Played<T> = JoinHandle<Result<T, Error>>;

fn all_of(sizes: &[usize]) -> impl Iterator<Item = Participant> {
    let members =
        move |role: usize| (0..sizes[role]).map(move |member| Participant::of(sizes, role, member));
    (0..sizes.len()).flat_map(members)
}

/// Until nobody has anything left to do.
async fn quiet() {
    sleep(Duration::from_secs(1)).await;
}

#[tokio::test(start_paused = true)]
async fn who_dies_before_its_deadline_fails_who_waits_at_once() {
    let mut session = Session::of(&[1, 1]);
    let asker = session.play(reply::Asker::new());
    let other = session.play(reply::Other::new(When::Never));
    quiet().await;
    let start = Instant::now();
    session.cut(1);
    let error = asker.await.unwrap().unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!((error.role(), error.peer()), ("Asker", Some("Other")));
    assert!(error.place().message.unwrap().contains("of `reply`"));
    let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
    assert!(matches!(source, Some(LinkError::Closed { .. })), "{error:?}");
    other.abort();
}

#[tokio::test(start_paused = true)]
async fn who_dies_before_its_deadline_is_a_value_where_it_is_tried() {
    let mut session = Session::of(&[1, 1]);
    let asker = session.play(try_reply::Asker::new());
    let other = session.play(try_reply::Other::new(When::Never));
    quiet().await;
    let start = Instant::now();
    session.cut(1);
    let lost = asker.await.unwrap().unwrap().unwrap_err();
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(lost.role(), Some("Other"));
    let Reason::Lost(text) = lost.cause().unwrap().reason() else { panic!("{lost:?}") };
    assert_eq!(text, "a pipe closed the connection");
    other.abort();
}

#[tokio::test(start_paused = true)]
async fn members_that_die_do_not_answer() {
    let whens = [When::Now, When::Later, When::Never];
    // How many are needed, and who dies while one has voted.
    for (needed, dying) in [(2, &[2][..]), (1, &[0, 1, 2]), (2, &[1, 2]), (3, &[2])] {
        let mut session = Session::of(&[1, 3]);
        let judge = session.play(enough::Judge::new(needed));
        let voters = whens.map(|when| session.play(enough::Voters::new(when)));
        quiet().await;
        for member in dying {
            session.cut(1 + member);
        }
        let came = judge.await.unwrap();
        let left = 3 - dying.iter().filter(|member| whens[**member] != When::Now).count();
        if left >= needed {
            let came: Vec<_> = came.unwrap().iter().map(|(it, vote)| (it.index(), *vote)).collect();
            assert_eq!(came, [(0, 7), (1, 7)][..needed], "{needed} {dying:?}");
        } else {
            let error = came.unwrap_err();
            assert_eq!(error.role(), "Judge");
            let few = error.downcast_ref::<TooFew>().unwrap();
            assert_eq!((few.needed, few.left), (Some(needed), left), "{needed} {dying:?}");
        }
        voters.iter().for_each(JoinHandle::abort);
    }
}

#[tokio::test(start_paused = true)]
async fn too_few_that_are_left_are_a_value_where_it_is_tried() {
    let mut session = Session::of(&[1, 3]);
    let judge = session.play(try_enough::Judge::new(3));
    let whens = [When::Now, When::Later, When::Never];
    let voters = whens.map(|when| session.play(try_enough::Voters::new(when)));
    quiet().await;
    session.cut(3);
    let lost = judge.await.unwrap().unwrap().unwrap_err();
    assert_eq!(lost.role(), Some("Voters[2]"));
    assert_eq!(lost.to_string(), "3 answers are needed, and only 2 can come");
    let came: Vec<_> = lost.came::<u32>().iter().map(|(it, vote)| (it.index(), *vote)).collect();
    assert_eq!(came, [(0, 7)]);
    voters.iter().for_each(JoinHandle::abort);
}

#[tokio::test(start_paused = true)]
async fn who_dies_between_the_branches_of_its_answer_does_not_answer() {
    for dead in [(When::Now, When::Never), (When::Never, When::Now), (When::Never, When::Never)] {
        let mut session = Session::of(&[1, 2]);
        let judge = session.play(halves::Judge::new(1));
        let whens = [dead, (When::Later, When::Later)];
        let voters = whens.map(|when| session.play(halves::Voters::new(when)));
        quiet().await;
        session.cut(1);
        let came = judge.await.unwrap().unwrap();
        let came: Vec<_> = came.iter().map(|(it, vote)| (it.index(), *vote)).collect();
        assert_eq!(came, [(1, (7, 7))], "{dead:?}");
        voters.iter().for_each(JoinHandle::abort);
    }
}

const LARGE: usize = 1_000_000;

/// Voters that wait with large votes which are early or late, and their judge.
async fn weighing() -> (Session, Played<usize>, Vec<Played<()>>, Arc<Notify>) {
    let (mut session, go_on) = (Session::of(&[1, 3]), Arc::<Notify>::default());
    let judge = session.play(weigh::Judge::new(Arc::clone(&go_on)));
    let voters = [(); 3].map(|()| session.play(weigh::Voters::new(LARGE)));
    quiet().await;
    assert!(voters.iter().all(|voter| !voter.is_finished()), "they have no room");
    (session, judge, voters.into(), go_on)
}

#[tokio::test(start_paused = true)]
async fn a_judge_that_dies_fails_those_at_once_whose_votes_wait() {
    let (session, judge, voters, _go_on) = weighing().await;
    let start = Instant::now();
    session.cut(0);
    for (member, voter) in voters.into_iter().enumerate() {
        let error = voter.await.unwrap().unwrap_err();
        assert_eq!((error.role(), error.peer()), (&*format!("Voters[{member}]"), Some("Judge")));
        assert!(error.place().message.unwrap().contains("of `weigh`"));
        let source = error.source().and_then(|source| source.downcast_ref::<LinkError>());
        assert!(matches!(source, Some(LinkError::Closed { .. })), "{error:?}");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    judge.abort();
}

#[tokio::test(start_paused = true)]
async fn a_judge_that_is_cancelled_fails_those_whose_votes_wait() {
    let (_session, judge, voters, _go_on) = weighing().await;
    judge.abort();
    for voter in voters {
        let error = voter.await.unwrap().unwrap_err();
        assert_eq!((error.cause().role(), error.peer()), ("Judge", Some("Judge")));
        assert!(matches!(error.cause().reason(), Reason::Cancelled), "{error:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_judge_that_has_enough_lets_those_go_whose_votes_wait() {
    let (_session, judge, voters, go_on) = weighing().await;
    for _ in 0..3 {
        go_on.notify_one();
        quiet().await;
    }
    assert_eq!(judge.await.unwrap().unwrap(), 3 * LARGE);
    for voter in voters {
        voter.await.unwrap().unwrap();
    }
}
