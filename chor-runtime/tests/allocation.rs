//! What a message costs: nothing on the heap, once the queues have grown.

mod script;

use allocation_counter::measure;
use chor_runtime::memory::{self, Memory};
use chor_runtime::{Address, Lane, Transport, play_together, together};
use script::{Act, PRICE, TITLE, Two, repeat};
use std::pin::pin;
use std::task::{Context, Waker};

fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("has to wait"),
    }
}

fn exchange<M: chor_runtime::Message>(a: &Memory, b: &Memory, message: &M, count: usize) {
    for _ in 0..count {
        now(a.send(&Address::new(1, Lane::ROOT, TITLE), message.clone())).unwrap();
        now(b.recv::<M>(&Address::new(0, Lane::ROOT, TITLE))).unwrap();
    }
}

#[test]
fn a_message_of_any_size_allocates_nothing() {
    let [a, b] = memory::session();
    exchange(&a, &b, &7u64, 20);
    exchange(&a, &b, &[7u128; 30], 20);
    let info = measure(|| {
        exchange(&a, &b, &7u64, 1000);
        exchange(&a, &b, &[7u128; 30], 1000);
    });
    assert_eq!(info.count_total, 0);
}

#[test]
fn roles_played_together_allocate_for_the_session_only() {
    let total = |count| {
        let turns = repeat(&[Act::Send(1, TITLE, 1), Act::Recv(1, PRICE)], count);
        let back = repeat(&[Act::Recv(0, TITLE), Act::Send(0, PRICE, 2)], count);
        let playing = play_together(Two(turns, back));
        measure(|| drop(now(playing).unwrap())).count_total
    };
    // The outputs are vectors, which grow by doubling.
    let (few, many) = (total(8), total(64));
    assert!(many - few <= 6, "{few}, {many}");
}

/// Members run ahead of their leader, who waits for all of them. What a member looks at when its queue
/// is full may not grow with the number of the others.
#[test]
fn who_runs_ahead_of_a_leader_does_not_look_at_the_others() {
    const EACH: u64 = 100;
    let total = |members: usize| {
        let ends = memory::session_of(&[1, members]);
        let (leader, members) = ends.split_first().unwrap();
        let gathering = members.iter().map(async |member| {
            for _ in 0..EACH {
                let from = Address::new(member.place(), Lane::ROOT, TITLE);
                leader.recv::<u64>(&from).await.unwrap();
            }
        });
        let sending = members.iter().map(async |member| {
            for number in 0..EACH {
                member.send(&Address::new(0, Lane::ROOT, TITLE), number).await.unwrap();
            }
        });
        let all = (together(gathering.collect::<Vec<_>>()), together(sending.collect::<Vec<_>>()));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        measure(|| drop(runtime.block_on(together(all)))).bytes_total
    };
    let (few, many) = (total(250), total(1000));
    assert!(many < 5 * few, "{few} bytes for 250 members, {many} for 1,000");
}
