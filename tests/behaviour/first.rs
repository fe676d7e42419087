//! The first answers of a family, deadlines, and losses as values.

use chor::play_together;
use chor::prelude::*;
use std::time::Duration;
use tokio::sync::Notify;

const LONG: Duration = Duration::from_hours(1);

chor! {
    chor quorum[Judge, Voters[..]](
        needed: usize @ Judge,
        vote: u32 @ each Voters,
        ready: &Notify @ each Voters,
    ) -> Vec<(Member, u32)> @ Judge {
        each w in Voters first needed {
            w -> Judge: { ready.notified().await; vote }
        }
    }
    chor majority[Judge, Voters[..]](
        rounds: Vec<Vec<u32>> @ each Voters,
        count: usize @ [Judge, Voters],
    ) -> Vec<u32> @ Judge {
        let mut winners: Vec<u32> @ Judge = Judge: Vec::new();
        for round in 0..count {
            let votes: Vec<(Member, u32)> @ Judge =
                each w in Voters until |votes| agreed(votes).is_some() {
                    w -> Judge: rounds[round][0]
                };
            Judge: winners.push(agreed(&votes).unwrap());
        }
        winners
    }
    chor none_needed[Judge, Voters[..]]() -> Vec<(Member, u32)> @ Judge {
        each w in Voters until |votes: &[(Member, u32)]| votes.len() >= Voters.len() {
            w -> Judge: 1
        }
    }
    chor reply[A, B](x: u32 @ A, late: bool @ A, go: &Notify @ A, came: &Notify @ B, limit: Duration @ B)
        -> (Option<u32> @ B, u32 @ B)
    {
        let first: Option<u32> @ B = A -> B within limit: { if late { go.notified().await; } x };
        B: came.notify_one();
        let second: u32 = A -> B: x + 1;
        (B: first, B: second)
    }
    chor tried[A, B](x: Result<u32, String> @ A) -> Result<u32, Lost> @ B {
        let got: Result<u32, Lost> @ B = try A -> B: x?;
        got
    }
    chor tried_in_time[A, B](x: u32 @ A) -> u32 @ B {
        let got: Result<Option<u32>, Lost> @ B = try A -> B within LONG: x;
        B: got.unwrap().unwrap()
    }
    chor enough[Judge, Voters[..]](
        needed: usize @ Judge,
        vote: Result<u32, String> @ each Voters,
    ) -> Result<Vec<u32>, Lost> @ Judge {
        let votes: Result<Vec<(Member, u32)>, Lost> @ Judge =
            try each w in Voters first needed { w -> Judge: vote? };
        Judge: votes.map(|votes| {
            let mut votes: Vec<u32> = votes.into_iter().map(|(_, vote)| vote).collect();
            votes.sort_unstable();
            votes
        })
    }
    chor asked[Judge, Voters[..]](
        start: &Notify @ Judge,
        question: u32 @ Judge,
        broken: bool @ each Voters,
    ) -> usize @ Judge {
        Judge: start.notified().await;
        each Voters: if broken { Err("broken")? };
        each w in Voters {
            let asked: u32 = Judge -> w: question;
            w: std::hint::black_box(asked);
        }
        let votes: Vec<(Member, u32)> @ Judge = each w in Voters first 2 { answer[w, Judge](w: 1) };
        Judge: votes.len()
    }
    chor answer[From, To](vote: u32 @ From) -> u32 @ To {
        let vote: u32 = From -> To: vote;
        vote
    }
    chor spoken[Judge, Voters[..]](vote: u32 @ each Voters) -> usize @ Judge {
        let votes: Vec<(Member, u32)> @ Judge = each w in Voters first 2 { w -> Judge: vote };
        each w in Voters { let more: u32 = w -> Judge: 1; Judge: std::hint::black_box(more); }
        Judge: votes.len()
    }
    chor in_time[Judge, Voters[..]](vote: u32 @ each Voters) -> usize @ Judge {
        let votes: Vec<(Member, u32)> @ Judge = each w in Voters within LONG { w -> Judge: vote };
        Judge: votes.len()
    }
}

fn agreed(votes: &[(Member, u32)]) -> Option<u32> {
    let times = |vote: u32| votes.iter().filter(|(_, other)| *other == vote).count();
    votes.iter().map(|(_, vote)| *vote).find(|vote| times(*vote) >= 2)
}

#[tokio::test]
async fn the_first_answers_end_the_block() -> Result<(), Error> {
    let ready: Vec<Notify> = (0..3).map(|_| Notify::new()).collect();
    let ready: Vec<&Notify> = ready.iter().collect();
    ready[2].notify_one();
    let (run, second) =
        (play_together(quorum::Choreography::new(2, vec![4, 5, 6], ready.clone())), async {
            ready[0].notify_one();
            ready[1].notify_one();
        });
    let (outcome, ()) = tokio::join!(run, second);
    let votes: Vec<(usize, u32)> =
        outcome?.judge.into_iter().map(|(member, vote)| (member.index(), vote)).collect();
    assert_eq!(votes.len(), 2);
    assert!(votes.iter().all(|(index, vote)| *vote == u32::try_from(*index).unwrap() + 4));
    Ok(())
}

#[tokio::test]
async fn a_late_vote_never_counts_in_the_next_round() -> Result<(), Error> {
    let rounds = vec![vec![vec![1]; 3], vec![vec![1]; 3], vec![vec![9]; 3]];
    let outcome = play_together(majority::Choreography::new(rounds, 3)).await?;
    assert_eq!(outcome.judge, [1, 1, 1]);
    Ok(())
}

#[tokio::test]
async fn nobody_is_waited_for_where_nothing_is_needed() -> Result<(), Error> {
    let run = none_needed::Choreography::new().voters(0);
    assert_eq!(play_together(run).await?.judge, []);
    Ok(())
}

#[tokio::test]
async fn an_answer_later_than_its_deadline_is_none() -> Result<(), Error> {
    let (go, came) = (Notify::new(), Notify::new());
    let run = reply::Choreography::new(1, false, &go, &came, LONG);
    assert_eq!(play_together(run).await?.b, (Some(1), 2));
    let run = reply::Choreography::new(1, true, &go, &came, Duration::from_millis(1));
    came.notified().await;
    let release = async {
        came.notified().await;
        go.notify_one();
    };
    let (outcome, ()) = tokio::join!(play_together(run), release);
    assert_eq!(outcome?.b, (None, 2));
    Ok(())
}

#[tokio::test]
async fn a_loss_is_a_value_where_it_is_tried() -> Result<(), Error> {
    let [a, b] = chor::memory::session();
    let (own, other) = tokio::join!(
        play_role(tried::A::new(Err("no".into())), &a),
        play_role(tried::B::new(), &b),
    );
    assert!(own.is_err());
    assert!(other?.unwrap_err().to_string().contains('A'));
    assert_eq!(play_together(tried_in_time::Choreography::new(7)).await?.b, 7);
    Ok(())
}

#[tokio::test]
async fn members_that_are_gone_never_answer() {
    let brought = [Ok(4), Err("no".to_owned()), Ok(6)];
    for (needed, expected) in [(2, Some(vec![4, 6])), (3, None)] {
        let mut ends = chor::memory::session_of(&[1, 3]).into_iter();
        let judge = ends.next().unwrap();
        let voters = ends.zip(brought.clone()).map(|(end, vote)| async move {
            let result = play_role(enough::Voters::new(vote), &end).await;
            result.is_ok()
        });
        let voters = chor::together(voters.collect::<Vec<_>>());
        let (judged, finished) =
            tokio::join!(play_role(enough::Judge::new(needed), &judge), voters);
        assert_eq!(judged.unwrap().ok(), expected);
        assert_eq!(finished, [true, false, true]);
    }
}

#[test]
fn those_whose_messages_are_all_tried_are_expendable() {
    assert_eq!(quorum::PROTOCOL.expendable, [1]);
    assert_eq!(tried::PROTOCOL.expendable, [0]);
    assert_eq!(enough::PROTOCOL.expendable, [1]);
    assert_eq!(asked::PROTOCOL.expendable, [1]);
    assert_eq!(answer::PROTOCOL.expendable, [0; 0]);
    assert_eq!(reply::PROTOCOL.expendable, [0; 0]);
    assert_eq!(spoken::PROTOCOL.expendable, [0; 0]);
    assert_eq!(in_time::PROTOCOL.expendable, [0; 0]);
}

#[tokio::test]
async fn what_is_sent_to_one_that_was_lost_is_dropped() {
    let start = Notify::new();
    let mut ends = chor::memory::session_of(&[1, 3]).into_iter();
    let judge = ends.next().unwrap();
    let all = ends.zip([false, true, false]).map(|(end, broken)| {
        let start = &start;
        async move {
            let result = play_role(asked::Voters::new(broken), &end).await;
            if result.is_err() {
                start.notify_one();
            }
            result.is_ok()
        }
    });
    let all = chor::together(all.collect::<Vec<_>>());
    let (judged, finished) = tokio::join!(play_role(asked::Judge::new(&start, 1), &judge), all);
    assert_eq!(judged.unwrap(), 2);
    assert_eq!(finished, [true, false, true]);
}
