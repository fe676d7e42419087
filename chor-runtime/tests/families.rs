//! Roles that several participants play.

mod crew;

use chor_runtime::memory::Memory;
use chor_runtime::{
    Address, Choreography, End, Error, Lane, Projection, Reason, Roles, Stage, Transport, memory,
    play_role, play_together, together,
};
use crew::{Crew, DONE, JOB, Leader, Worker};

fn jobs(count: u64) -> Vec<u64> {
    (0..count).map(|job| job * 10).collect()
}

#[tokio::test]
async fn all_members_do_their_part() {
    for count in [0, 1, 2, 5, 100] {
        let outcome = play_together(Crew::of(jobs(count))).await.unwrap();
        let doubled: Vec<_> = jobs(count).into_iter().map(|job| job * 2).collect();
        assert_eq!(outcome.leader, doubled);
        let of_workers: Vec<_> = (0..).zip(jobs(count)).map(|(me, job)| (me, job, count)).collect();
        assert_eq!(outcome.workers, of_workers);
    }
}

#[tokio::test]
async fn members_run_in_tasks_of_their_own() {
    let ends = memory::session_of(&[1, 20]);
    let mut ends = ends.into_iter();
    let leader = ends.next().unwrap();
    let workers: Vec<_> = ends
        .map(|end| tokio::spawn(async move { play_role(Worker::default(), &end).await }))
        .collect();
    let results = play_role(Leader::new(jobs(20)), &leader).await.unwrap();
    assert_eq!(results[19], 380);
    for (index, worker) in (0..).zip(workers) {
        assert_eq!(worker.await.unwrap().unwrap(), (index, jobs(20)[index], 20));
    }
}

#[tokio::test]
async fn a_member_that_fails_is_named_with_its_number() {
    let mut crew = Crew::of(jobs(5));
    crew.workers[3].fails = true;
    let error = play_together(crew).await.unwrap_err();
    assert_eq!(error.role(), "Workers[3]");
    assert_eq!(error.cause().role(), "Workers[3]");
    assert!(error.to_string().starts_with("role `Workers[3]` failed at"), "{error}");
}

#[tokio::test]
async fn who_needs_the_failed_member_says_so() {
    let ends = memory::session_of(&[1, 2]);
    let fails = Worker { fails: true };
    let (leader, one, other) = together((
        play_role(Leader::new(jobs(2)), &ends[0]),
        play_role(Worker::default(), &ends[1]),
        play_role(fails, &ends[2]),
    ))
    .await;
    let error = leader.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("Leader", Some("Workers[1]")));
    assert!(matches!(error.cause().reason(), Reason::Error(text) if text == "no hands"));
    assert_eq!(one.unwrap(), (0, 0, 2));
    assert_eq!(other.unwrap_err().role(), "Workers[1]");
}

#[tokio::test]
async fn an_end_that_is_dropped_is_named_with_its_number() {
    let mut ends = memory::session_of(&[1, 2]);
    let dropped = ends.pop();
    let (leader, _, ()) = together((
        play_role(Leader::new(jobs(2)), &ends[0]),
        play_role(Worker::default(), &ends[1]),
        async { drop(dropped) },
    ))
    .await;
    assert_eq!(
        leader.unwrap_err().cause().to_string(),
        "role `Workers[1]` was cancelled at the start"
    );
}

#[tokio::test]
async fn a_session_of_other_sizes_is_refused() {
    let refused = async |sizes: &[usize], text: &str| {
        let ends = memory::session_of(sizes);
        let error = play_role(Leader::new(jobs(1)), &ends[0]).await.unwrap_err();
        assert!(matches!(error, Error::Setup { .. }), "{error}");
        assert_eq!(error.to_string(), format!("role `Leader` can't be played: {text}"));
    };
    refused(
        &[2, 1],
        "the session is one of Leader[2], Workers[1], the choreography of Leader, Workers[..]",
    )
    .await;
    refused(&[1, 2, 3], "the session has 6 participants, the choreography 2 roles").await;
}

#[tokio::test]
async fn a_family_of_a_fixed_size_has_that_size() {
    let ends = memory::session_of(&[1, 2]);
    let error = play_role(crew::Three, &ends[1]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Workers[0]` can't be played: the session is one of Leader, Workers[2], \
         the choreography of Leader, Workers[3]"
    );
    let ends = memory::session_of(&[1, 3]);
    assert_eq!(play_role(crew::Three, &ends[3]).await.unwrap(), 2);
}

#[tokio::test]
async fn the_end_of_another_role_is_refused() {
    let ends = memory::session_of(&[1, 2]);
    let error = play_role(Leader::new(jobs(2)), &ends[2]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Leader` can't be played: this end of the session is that of `Workers[1]`"
    );
}

#[tokio::test]
async fn lists_of_different_lengths_are_refused() {
    let error = play_together(crew::Unequal).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "role `Workers` can't be played: each member of `Workers` needs one value of each \
         parameter: `xs` has 3, `ys` has 2"
    );
    let staged = crew::Unequal.roles().play_on(&Never).await;
    assert_eq!(staged.unwrap_err().to_string(), error.to_string());
}

/// Plays nobody.
struct Never;

impl Stage<2> for Never {
    async fn play<P: Projection<2>>(&self, participant: usize, _: P) -> Result<P::Output, Error> {
        panic!("participant number {participant} is played")
    }
}

/// Plays each at its end of a session.
struct Ends(Vec<Memory>);

impl Stage<2> for Ends {
    fn play<P: Projection<2>>(
        &self,
        participant: usize,
        role: P,
    ) -> impl Future<Output = Result<P::Output, Error>> + Send {
        play_role(role, &self.0[participant])
    }
}

#[tokio::test]
async fn a_stage_plays_each_participant() {
    let mut crew = Crew::of(jobs(3));
    crew.workers[2].fails = true;
    let roles = crew.roles();
    let ends = Ends(memory::session_of(&roles.sizes()).into_iter().collect());
    let (leader, (workers, ())) = roles.play_on(&ends).await.unwrap();
    assert_eq!(leader.unwrap_err().peer(), Some("Workers[2]"));
    let workers: Vec<_> = workers.into_iter().map(Result::ok).collect();
    assert_eq!(workers, [Some((0, 0, 3)), Some((1, 10, 3)), None]);
}

#[tokio::test]
async fn a_number_out_of_range_fails_with_the_family_and_its_size() {
    let error = play_together(crew::Ask::of(3, 3)).await.unwrap_err();
    assert!(error.to_string().contains("chor-runtime/tests/crew/mod.rs"), "{error}");
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "number 3 is out of range: `Workers` has 3 members");
    assert_eq!(play_together(crew::Ask::of(3, 2)).await.unwrap(), vec![4, 4, 4]);
}

#[tokio::test]
async fn a_call_takes_lists_and_refuses_a_participant_twice() {
    // The callee's roles are workers 2 and 0 with the leader between them, and worker 1.
    assert_eq!(play_together(crew::Lists::of([2, 0], 1)).await.unwrap(), [7, 7, 7, 7]);
    let error = play_together(crew::Lists::of([2, 0], 2)).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "`Workers[2]` can't play two roles of the choreography that is called");
    let error = play_together(crew::Lists::of([1, 1], 0)).await.unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(source, "`Workers[1]` can't play two roles of the choreography that is called");
}

#[tokio::test]
async fn a_large_session_keeps_its_queues_apart() {
    // More participants than have a place for each pair.
    let ends = memory::session_of(&[1, 40]);
    for (number, end) in (0..).zip(&ends[1..]) {
        end.send::<u64>(&Address::new(0, Lane::ROOT, JOB), number).await.unwrap();
        end.send::<u64>(&Address::new(0, Lane::new(7), DONE), number * 2).await.unwrap();
    }
    for peer in (1..41).rev() {
        let got = ends[0].recv::<u64>(&Address::new(peer, Lane::new(7), DONE)).await.unwrap();
        assert_eq!(got, 2 * (peer as u64 - 1));
        let got = ends[0].recv::<u64>(&Address::new(peer, Lane::ROOT, JOB)).await.unwrap();
        assert_eq!(got, peer as u64 - 1);
    }
    let address = Address::new(3, Lane::ROOT, JOB);
    let waits = async { ends[0].recv::<u64>(&address).await };
    let (waited, ()) = together((waits, async { ends[3].close(End::Finished) })).await;
    assert!(waited.unwrap_err().to_string().contains("has finished"));
}

/// Each sends more than a queue holds before it receives: only who sees the whole cycle can go on.
async fn turn(end: &Memory) {
    let (me, all) = (end.place(), end.participants());
    for number in 0..100 {
        let next = Address::new((me + 1) % all, Lane::ROOT, JOB);
        end.send::<u64>(&next, number).await.unwrap();
    }
    for number in 0..100 {
        let previous = Address::new((me + all - 1) % all, Lane::ROOT, JOB);
        assert_eq!(end.recv::<u64>(&previous).await.unwrap(), number);
    }
}

#[tokio::test]
async fn a_ring_of_many_goes_on_although_all_queues_are_full() {
    for members in [2, 16, 17, 60] {
        let ends = memory::session_of(&[members]);
        together(ends.iter().map(turn).collect::<Vec<_>>()).await;
    }
}
