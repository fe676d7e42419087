//! `examples/mergesort.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/mergesort.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::prints;
use crate::seeds;
use example::mergesort;

#[tokio::test]
async fn ten_items_take_fewer_messages_than_telling_every_choice() {
    let items = vec![9, 1, 4, 7, 5, 2, 3, 0, 6, 8];
    let (outcome, messages) = recorded(simulate(mergesort::Choreography::new(items))).await;
    assert_eq!(outcome.unwrap().a, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(messages.len(), 111);
}

#[tokio::test]
async fn few_items_are_sorted() {
    for items in [vec![], vec![1], vec![2, 1], vec![1, 1, 1], vec![3, 1, 2]] {
        let mut sorted = items.clone();
        sorted.sort_unstable();
        let outcome = simulate(mergesort::Choreography::new(items)).await.unwrap();
        assert_eq!(outcome.a, sorted);
    }
}

/// Any deep recursion would overflow a stack of this size, a sixteenth of the usual one.
#[test]
fn many_items_need_no_deep_stack() {
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let sorting = small.spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for len in [1_000, 10_000] {
            // 7919 is prime and divides neither: all items differ, in no order.
            let items: Vec<u32> = (0..len).map(|i| i * 7919 % len).collect();
            let run = simulate(mergesort::Choreography::new(items));
            let outcome = runtime.block_on(run).unwrap();
            assert!(outcome.a.into_iter().eq(0..len));
        }
    });
    sorting.unwrap().join().unwrap();
}

#[test]
fn the_program_prints_the_items_before_and_after() {
    prints("mergesort", &["[9, 1, 4, 7, 5, 2, 3, 0, 6, 8]", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"]);
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| mergesort::Choreography::new(vec![9, 1, 4, 7, 5, 2, 3, 0, 6, 8]));
}

#[test]
fn many_items_are_sorted_over_tcp() {
    let items: Vec<u32> = (0..2_000).map(|i| i * 7919 % 2_000).collect();
    let outcome = seeds::over_tcp(|| mergesort::Choreography::new(items.clone()));
    assert!(outcome.a.into_iter().eq(0..2_000));
}
