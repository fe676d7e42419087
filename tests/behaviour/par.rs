//! `par`: branches that run at once.

use chor::play_together;
use chor::prelude::*;
use chor::sim::simulate;
use std::sync::Mutex;
use tokio::sync::Notify;

chor! {
    chor two[Client, Content, Keys](
        slow: &Notify @ Content,
        fast: &Notify @ Client,
    ) -> (String, u32) @ Client {
        let (text, key) = par {
            {
                let text: String = Content -> Client: { slow.notified().await; "text".to_owned() };
                text
            }
            {
                let key: u32 = Keys -> Client: 7;
                Client: fast.notify_one();
                key
            }
        };
        Client: (text, key)
    }
    chor crossing[A, B](x: u32 @ A, y: u32 @ B) -> (u32 @ B, u32 @ A, u32 @ B) {
        par {
            { let x: u32 = A -> B: x; B: x }
            { let y: u32 = B -> A: y; A: y }
            { let again: u32 = A -> B: 3; B: again }
        }
    }
    chor silent[A, B](x: u32 @ A, log: &Mutex<Vec<u32>> @ each [A, B]) {
        each n in [A, B] {
            par {
                { n: log.lock().unwrap().push(1); }
                { n: log.lock().unwrap().push(2); }
            }
        }
        if A => B: x > 3 {
            par {
                { A: log.lock().unwrap().push(3); }
                { A: log.lock().unwrap().push(4); }
            }
        }
    }
    chor quiet[A, B](x: u32 @ A) -> u32 @ B {
        let (x, ()) = par {
            { let x: u32 = A -> B: x; x }
            { A: std::hint::black_box(x); }
        };
        x
    }
    chor counts[A, B](from: u32 @ A) -> u32 @ B {
        let mut sum: u32 @ B = B: 0;
        par {
            {
                let mut next: u32 @ A = A: from;
                loop {
                    let more: bool = A => B: next > 0;
                    if !more { break; }
                    let value: u32 = A -> B: next;
                    B: sum += value;
                    A: next -= 1;
                }
            }
            { let ok: bool = B => A: true; if ok { A: std::hint::black_box(ok); } }
        };
        sum
    }
}

#[tokio::test]
async fn the_fast_branch_does_not_wait_for_the_slow_one() -> Result<(), Error> {
    let (slow, fast) = (Notify::new(), Notify::new());
    let run = play_together(two::Choreography::new(&slow, &fast));
    let release = async {
        fast.notified().await;
        slow.notify_one();
    };
    let (outcome, ()) = tokio::join!(run, release);
    assert_eq!(outcome?.client, ("text".to_owned(), 7));
    Ok(())
}

#[tokio::test]
async fn branches_between_the_same_roles_have_their_own_queues() -> Result<(), Error> {
    let outcome = play_together(crossing::Choreography::new(1, 2)).await?;
    assert_eq!((outcome.a, outcome.b), (2, (1, 3)));
    Ok(())
}

#[tokio::test]
async fn branches_without_values_may_end_a_block() -> Result<(), Error> {
    let logs = [Mutex::default(), Mutex::default()];
    simulate(silent::Choreography::new(4, logs.iter().collect())).await?;
    let [mut a, mut b] = logs.map(|log| log.into_inner().unwrap());
    a.sort_unstable();
    b.sort_unstable();
    assert_eq!((a, b), (vec![1, 2, 3, 4], vec![1, 2]));
    Ok(())
}

#[tokio::test]
async fn a_branch_may_have_no_value() -> Result<(), Error> {
    assert_eq!(play_together(quiet::Choreography::new(5)).await?.b, 5);
    assert_eq!(play_together(counts::Choreography::new(4)).await?.b, 10);
    Ok(())
}
