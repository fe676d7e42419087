//! Runs in which some roles are real: over memory in tasks of their own, and over TCP.

mod families;
mod refused;

use chor::memory;
use chor::prelude::*;
use chor::sim::{Decision, Fate, Halt, Run, Simulation};
use chor::tcp::{Stream, Tcp, from_streams};
use chor::{Cause, Projection, Reason};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

chor! {
    chor ask[Buyer, Seller](title: &str @ Buyer, stop: &Notify @ Seller) -> u32 @ Buyer {
        let title: String = Buyer -> Seller: title.to_owned();
        Seller: stop.notified().await;
        let price: u32 = Seller -> Buyer: u32::try_from(title.len())?;
        let thanks: String = Buyer -> Seller: "thanks".to_owned();
        Seller: drop(thanks);
        price
    }

    /// The first is asked by both others, which have nothing to say to each other.
    chor sum[Asker, One, Other](one: u32 @ One, other: u32 @ Other) -> u32 @ Asker {
        Asker -> One: true;
        Asker -> Other: true;
        let one: u32 = One -> Asker: one;
        let other: u32 = Other -> Asker: other;
        one + other
    }

    chor pass[One, Two, Three](x: u32 @ One) -> u32 @ Three {
        let x: u32 = One -> Two: x;
        let x: u32 = Two -> Three: x + 1;
        Three -> One: x;
        x
    }

    /// Far more than a queue holds.
    chor series[From, To](count: u64 @ [From, To]) -> u64 @ To {
        let mut sum: u64 @ To = 0;
        for number in 0..count {
            let number: u64 = From -> To: number;
            sum += number;
        }
        sum
    }

    chor failing[A, B]() {
        A -> B: true;
        A: panic!("as it has to");
        A -> B: true;
    }
}

/// A minute is for ever.
async fn ends<T>(future: impl Future<Output = T>) -> T {
    timeout(Duration::from_mins(1), future).await.expect("it hangs")
}

/// Plays a role in a task of its own, over its end of a session.
fn real<P, T, const N: usize>(role: P, end: T) -> JoinHandle<Result<P::Output, Error>>
where
    P: Projection<N, Output: 'static> + 'static,
    T: chor::Transport + 'static,
{
    tokio::spawn(async move { play_role(role, &end).await })
}

fn open() -> &'static Notify {
    let stop: &Notify = Box::leak(Box::new(Notify::new()));
    stop.notify_one();
    stop
}

/// The ends of a session over TCP.
async fn tcp<const N: usize>() -> [Tcp; N] {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let mut streams: [Vec<Stream>; N] = std::array::from_fn(|_| Vec::new());
    // Each role has its streams in the order of the others.
    for one in 0..N {
        for other in one + 1..N {
            let (dialled, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
            streams[one].push(Stream::plaintext(dialled.expect("a listener")));
            streams[other].push(Stream::plaintext(accepted.expect("a dialler").0));
        }
    }
    let mut place = 0..;
    streams.map(|streams| from_streams(place.next().unwrap_or(0), streams).expect("it is open"))
}

/// Runs a simulated buyer with a real seller over memory.
async fn buy(simulation: Simulation) -> (Run<(Result<u32, Error>,)>, Result<(), Error>) {
    let [buyer, seller] = memory::session();
    let seller = real(ask::Seller::new(open()), seller);
    let run = simulation.real(&["Seller"], [buyer]).run(|| (ask::Buyer::new("TAPL"),));
    let run = ends(run).await;
    (run, ends(seller).await.expect("no panic"))
}

/// Tells of each message that is sent.
fn telling() -> (Simulation, Arc<Notify>) {
    let sent = Arc::new(Notify::new());
    let tells = Arc::clone(&sent);
    let simulation = Simulation::new().rule(move |_| {
        tells.notify_one();
        Fate::Deliver
    });
    (simulation, sent)
}

fn lost(cause: &Cause) -> &str {
    let Reason::Lost(text) = cause.reason() else { panic!("{cause}") };
    text
}

#[tokio::test]
async fn a_real_role_over_memory_gives_the_trace_of_a_simulated_one() {
    let simulated = Simulation::new();
    let simulated = tokio::task::spawn_blocking(move || {
        simulated.run(|| ask::Choreography::new("TAPL", open())).trace.to_string()
    });
    let (run, seller) = buy(Simulation::new()).await;
    assert_eq!(run.results.0.expect("it buys"), 4);
    assert_eq!(run.trace.to_string(), simulated.await.expect("it runs"));
    assert_eq!(run.trace.roles_with("price"), ["Buyer", "Seller"]);
    seller.expect("it sells");
}

#[tokio::test]
async fn a_real_role_over_tcp() {
    let [buyer, seller] = tcp().await;
    let seller = real(ask::Seller::new(open()), seller);
    let run = Simulation::new().seed(7).real(&["Seller"], [buyer]);
    let run = ends(run.run(|| (ask::Buyer::new("TAPL"),))).await;
    assert_eq!(run.results.0.expect("it buys"), 4);
    assert_eq!(
        run.trace.to_string(),
        "Buyer -> Seller: title = \"TAPL\"\n\
         Seller -> Buyer: price = 4\n\
         Buyer -> Seller: thanks = \"thanks\"",
    );
    ends(seller).await.expect("no panic").expect("it sells");
}

#[tokio::test]
async fn real_roles_in_different_sessions() {
    let [asker, one, other] = memory::session();
    let [tcp_asker, tcp_one, tcp_other] = tcp().await;
    let one = real(sum::One::new(18), one);
    let tcp_other = real(sum::Other::new(24), tcp_other);
    let mixed = Simulation::new().real(&["One"], [asker, other]);
    let mixed = mixed.real(&["Other"], [tcp_one, tcp_asker]);
    let run = ends(mixed.run(|| (sum::Asker::new(),))).await;
    assert_eq!(run.results.0.expect("it asks"), 42);
    assert_eq!(run.trace.messages(), 4);
    ends(one).await.expect("no panic").expect("it says");
    ends(tcp_other).await.expect("no panic").expect("it says");
}

#[tokio::test]
async fn real_roles_of_one_session_talk_unseen() {
    let [one, two, three] = tcp().await;
    let (two, three) = (real(pass::Two::new(), two), real(pass::Three::new(), three));
    let run = Simulation::new().real(&["Three", "Two"], [one]);
    let run = ends(run.run(|| (pass::One::new(1),))).await;
    run.results.0.expect("it ends");
    assert_eq!(run.trace.to_string(), "One -> Two: x = 1\nThree -> One: 3 = 2");
    ends(two).await.expect("no panic").expect("it ends");
    assert_eq!(ends(three).await.expect("no panic").expect("it ends"), 2);
}

#[tokio::test]
async fn several_simulated_roles_around_a_real_one() {
    let [one, two, three] = tcp().await;
    let two = real(pass::Two::new(), two);
    let run = Simulation::new().real(&["Two"], [one, three]);
    let run = ends(run.run(|| (pass::Three::new(), pass::One::new(1)))).await;
    let (three, one) = run.results;
    one.expect("it ends");
    assert_eq!(three.expect("it ends"), 2);
    assert_eq!(
        run.trace.to_string(),
        "One -> Two: x = 1\nTwo -> Three: x = 2\nThree -> One: 3 = 2",
    );
    ends(two).await.expect("no panic").expect("it ends");
}

#[tokio::test]
async fn real_roles_of_different_sessions_cannot_talk_and_are_told() {
    let [one, two, three] = memory::session();
    let [tcp_one, tcp_two, tcp_three] = tcp().await;
    let (two, tcp_three) = (real(pass::Two::new(), two), real(pass::Three::new(), tcp_three));
    let mixed = Simulation::new().real(&["Two"], [one, three]);
    let mixed = mixed.real(&["Three"], [tcp_one, tcp_two]);
    let run = ends(mixed.run(|| (pass::One::new(1),))).await;
    run.results.0.expect_err("nothing comes");
    for (ended, absent) in
        [(ends(two).await, "Three"), (ends(tcp_three).await.map(|it| it.map(drop)), "Two")]
    {
        let cause = ended.expect("no panic").expect_err("it is alone").cause();
        assert_eq!(cause.role(), absent);
        assert_eq!(lost(&cause), "is played in another session, out of reach from this one");
    }
}

#[tokio::test]
async fn a_real_role_that_fails_is_the_first_cause() {
    let [buyer, seller] = tcp().await;
    let seller = real(ask::Seller::new(Box::leak(Box::new(Notify::new()))), seller);
    let (tell, asked) = telling();
    let run = tell.real(&["Seller"], [buyer]).run(|| (ask::Buyer::new("TAPL"),));
    let stop = async {
        asked.notified().await;
        seller.abort();
    };
    let (run, ()) = ends(async { tokio::join!(run, stop) }).await;
    let error = run.results.0.expect_err("there is no price");
    assert_eq!((error.cause().role(), error.cause().reason()), ("Seller", &Reason::Cancelled));
    let text = run.trace.to_string();
    assert!(text.ends_with("Seller was cancelled\nBuyer failed because Seller did"), "{text}");
}

#[tokio::test]
async fn a_real_role_that_is_not_there_is_out_of_reach() {
    let [buyer, seller] = tcp().await;
    drop(seller);
    let run = Simulation::new().real(&["Seller"], [buyer]);
    let run = ends(run.run(|| (ask::Buyer::new("TAPL"),))).await;
    let cause = run.results.0.expect_err("nobody is there").cause();
    assert_eq!(cause.role(), "Seller");
    let text = run.trace.to_string();
    assert!(
        text.starts_with("Seller ") && text.ends_with("Buyer failed because Seller did"),
        "{text}"
    );
}

#[tokio::test]
async fn a_simulated_role_that_crashes_is_the_first_cause_for_the_real_one() {
    let crash = "Buyer crashes after receiving ask.price from Seller, round 1";
    let crash: Decision = crash.parse().expect("a decision");
    let (run, seller) = buy(Simulation::new().fault(crash.clone())).await;
    assert_eq!(run.schedule.decisions, [crash]);
    let error = run.results.0.expect_err("it crashes");
    assert!(matches!(error.downcast_ref(), Some(Halt::Crashed(_))), "{error}");
    let cause = seller.expect_err("nobody thanks").cause();
    assert_eq!(cause.role(), "Buyer");
    assert_eq!(lost(&cause), "crashed after receiving ask.price from Seller, round 1");
}

#[tokio::test]
async fn a_crash_at_the_start_reaches_the_real_role() {
    let crash = "Buyer crashes at the start".parse().expect("a decision");
    let (run, seller) = buy(Simulation::new().fault(crash)).await;
    run.results.0.expect_err("it crashes");
    assert_eq!(seller.expect_err("nobody asks").cause().role(), "Buyer");
}

#[tokio::test]
async fn a_panic_of_a_simulated_role_reaches_the_real_one() {
    let [a, b] = memory::session();
    let b = real(failing::B::new(), b);
    let run = Simulation::new().real(&["B"], [a]);
    let run = ends(run.run(|| (failing::A::new(),))).await;
    let error = run.results.0.expect_err("it panics");
    assert_eq!(error.downcast_ref(), Some(&Halt::Panicked("as it has to".to_owned())));
    let cause = ends(b).await.expect("no panic").expect_err("A is gone").cause();
    assert_eq!(cause.role(), "A");
    assert_eq!(cause.reason(), &Reason::Panic("as it has to".to_owned()));
}

#[tokio::test]
async fn a_cut_is_told_to_both_sides() {
    for (cut, last) in [
        ("Seller is cut off before sending ask.price to Buyer, round 1", "price"),
        ("Buyer is cut off before sending ask.title to Seller, round 1", "title"),
    ] {
        let cut: Decision = cut.parse().expect("a decision");
        let (run, seller) = buy(Simulation::new().fault(cut.clone())).await;
        assert_eq!(run.schedule.decisions, [cut]);
        assert!(run.trace.to_string().contains(last), "{}", run.trace);
        let error = run.results.0.expect_err("it is cut off");
        assert!(matches!(error, Error::Link { .. }), "{error}");
        let cause = seller.expect_err("it is cut off").cause();
        assert_eq!((cause.role(), lost(&cause)), ("Buyer", "is cut off by the simulator"));
    }
}

#[tokio::test]
async fn delays_hold_at_the_border_in_both_directions() {
    let delay = Duration::from_millis(20);
    for label in ["title", "price"] {
        let late = Simulation::new().rule(move |message| {
            if message.label() == label { Fate::Delay(delay) } else { Fate::Deliver }
        });
        let (run, seller) = buy(late).await;
        assert_eq!(run.results.0.expect("it buys"), 4);
        assert!(run.time >= delay, "{:?}", run.time);
        assert_eq!(run.trace.to_string().lines().count(), 3, "{}", run.trace);
        seller.expect("it sells");
    }
}

#[tokio::test]
async fn a_message_that_is_held_ends_the_run_and_not_as_if_all_were_well() {
    let held = Simulation::new()
        .rule(|message| if message.label() == "thanks" { Fate::Hold } else { Fate::Deliver });
    let (run, seller) = buy(held).await;
    assert_eq!(run.results.0.expect("it buys"), 4);
    assert!(run.trace.to_string().ends_with("thanks = \"thanks\" (not received)"), "{}", run.trace);
    let cause = seller.expect_err("nobody thanks").cause();
    assert_eq!(cause.role(), "Buyer");
    assert_eq!(lost(&cause), "the simulation ended before all of its messages had left");
}

#[tokio::test]
async fn a_real_role_that_never_answers_is_given_up() {
    let [buyer, seller] = memory::session();
    let seller = real(ask::Seller::new(Box::leak(Box::new(Notify::new()))), seller);
    let run = Simulation::new().patience(Duration::from_millis(50)).real(&["Seller"], [buyer]);
    let run = ends(run.run(|| (ask::Buyer::new("TAPL"),))).await;
    let error = run.results.0.expect_err("there is no price");
    let Some(Halt::Waits { from, .. }) = error.downcast_ref() else { panic!("{error}") };
    assert_eq!(from, "Seller");
    assert!(run.trace.to_string().ends_with("is stuck: it waits for `price` from Seller"));
    seller.abort();
}

#[tokio::test]
async fn a_run_that_is_dropped_ends_the_real_role() {
    let stop: &'static Notify = Box::leak(Box::new(Notify::new()));
    for over_tcp in [false, true] {
        let [buyer, seller] = memory::session();
        let [tcp_buyer, tcp_seller] = tcp().await;
        let (tell, asked) = telling();
        let (seller, run) = if over_tcp {
            let run = tell.real(&["Seller"], [tcp_buyer]).run(|| (ask::Buyer::new("TAPL"),));
            (real(ask::Seller::new(stop), tcp_seller), tokio::spawn(run))
        } else {
            let run = tell.real(&["Seller"], [buyer]).run(|| (ask::Buyer::new("TAPL"),));
            (real(ask::Seller::new(stop), seller), tokio::spawn(run))
        };
        ends(asked.notified()).await;
        run.abort();
        assert!(ends(run).await.expect_err("it is dropped").is_cancelled());
        stop.notify_one();
        let cause = ends(seller).await.expect("no panic").expect_err("it is alone").cause();
        assert_eq!((cause.role(), cause.reason()), ("Buyer", &Reason::Cancelled));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_at_once_leave_each_other_alone() {
    let runs = (0..8).map(|number: usize| {
        tokio::spawn(async move {
            let [buyer, seller] = tcp().await;
            let seller = real(ask::Seller::new(open()), seller);
            let title = "x".repeat(number);
            let run = Simulation::new().seed(3).real(&["Seller"], [buyer]);
            let run = ends(run.run(|| (ask::Buyer::new(&title),))).await;
            ends(seller).await.expect("no panic").expect("it sells");
            (number, run.results.0.expect("it buys"))
        })
    });
    for run in runs.collect::<Vec<_>>() {
        let (number, price) = run.await.expect("no panic");
        assert_eq!(price as usize, number);
    }
}

#[tokio::test]
async fn more_messages_than_queues_hold_pass_in_either_direction() {
    for seed in 0..4 {
        let [from, to] = memory::session();
        let from = real(series::From::new(500), from);
        let run = Simulation::new().seed(seed).real(&["From"], [to]);
        let run = ends(run.run(|| (series::To::new(500),))).await;
        assert_eq!(run.results.0.expect("it ends"), 499 * 250);
        ends(from).await.expect("no panic").expect("it ends");

        let [from, to] = tcp().await;
        let to = real(series::To::new(500), to);
        let run = Simulation::new().seed(seed).real(&["To"], [from]);
        let run = ends(run.run(|| (series::From::new(500),))).await;
        run.results.0.expect("it ends");
        assert_eq!(ends(to).await.expect("no panic").expect("it ends"), 499 * 250);
    }
}
