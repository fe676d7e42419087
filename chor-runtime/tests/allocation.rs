//! What a message costs: nothing on the heap, once the queues have grown.

mod script;

use allocation_counter::measure;
use chor_runtime::memory::{self, Memory};
use chor_runtime::play_together;
use chor_runtime::{Address, Lane, Transport};
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
