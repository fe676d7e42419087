//! Agreements of families and of members that names are bound to: compared as those of roles are.

use crate::agreements::{difference, without_place};
use chor::prelude::*;
use chor::sim::{Simulation, explore};
use std::sync::atomic::{AtomicU32, Ordering};

type Counter<'c> = &'c AtomicU32;

/// Not what replicated code may do: it gives something else each time.
fn next(counter: &AtomicU32) -> u32 {
    counter.fetch_add(1, Ordering::Relaxed)
}

/// As it should be.
fn same(_: &AtomicU32) -> u32 {
    7
}

chor! {
    // What only some members use, or act on, in some rounds.
    chor some_members_use[Leader, Workers[..]](rounds: u32 @ [Leader, Workers]) -> u32 @ Leader {
        let mut sum: u32 @ Leader = 0;
        for round in 0..rounds {
            for w in Workers {
                let x: usize = [Leader, Workers]: w.index() + 10 * round as usize;
                w: assert!(x < 1000);
                Leader: sum += u32::try_from(x)?;
            }
        }
        sum
    }
    chor some_members_act[Leader, Workers[..]](odd: Vec<bool> @ Leader) {
        for w in Workers {
            if Leader => Workers: odd[w.index()] {
                w: println!("odd");
                Leader: println!("odd");
            }
        }
    }
    chor some_members_branch[Leader, Workers[..]](odd: Vec<bool> @ Leader) {
        for w in Workers {
            if Leader => Workers: odd[w.index()] {
                w: println!("odd");
            }
        }
    }
    chor family[Nodes[..]](make: fn(&AtomicU32) -> u32 @ Nodes, counter: Counter<'_> @ Nodes) -> u32 @ Nodes {
        let number = [Nodes]: make(counter);
        number
    }
    chor decides[Nodes[..]](make: fn(&AtomicU32) -> u32 @ Nodes, counter: Counter<'_> @ Nodes) {
        if make(counter) == 1 {
            each Nodes: println!("one");
        }
    }
    chor in_turn[Leader, Workers[..]](
        make: fn(&AtomicU32) -> u32 @ [Leader, Workers],
        counter: Counter<'_> @ [Leader, Workers],
    ) -> u32 @ Leader {
        let mut sum: u32 @ Leader = 0;
        for w in Workers {
            let number = [Leader, w]: make(counter);
            w: assert!(number < 1000);
            Leader: sum += number;
        }
        sum
    }
    chor at_once[Leader, Workers[..]](
        make: fn(&AtomicU32) -> u32 @ [Leader, Workers],
        counter: Counter<'_> @ [Leader, Workers],
    ) -> u32 @ Leader {
        let numbers: Vec<u32> = each w in Workers {
            if [Leader, w]: make(counter) > 0 {
                let own: u32 = w -> Leader: 3;
                own
            } else {
                let own: u32 = Leader -> w: 2;
                w: println!("{own}");
                Leader: 4
            }
        };
        Leader: numbers.iter().sum()
    }
    chor in_pairs[Nodes[..]](make: fn(&AtomicU32) -> u32 @ Nodes, counter: Counter<'_> @ Nodes) {
        each u in Nodes {
            each v in Nodes {
                let number = [u, v]: make(counter);
                u: println!("{number}");
                v: println!("{number}");
            }
        }
    }
    chor numbered[Leader, Nodes[..]](
        make: fn(&AtomicU32) -> u32 @ [Leader, Nodes],
        counter: Counter<'_> @ [Leader, Nodes],
    ) {
        let last = Nodes[Nodes.len() - 1];
        let number = [Leader, last]: make(counter);
        Leader: println!("{number}");
        last: println!("{number}");
    }
    chor keys[Leader, Nodes[..]](key: u32 @ Leader, keys: u32 @ each Nodes) {
        for n in Nodes {
            agree!(Leader: key, n: keys);
        }
    }
    chor at_a_number[Nodes[..]](n: usize @ Nodes) {
        for i in 0..n {
            let m = Nodes[i % Nodes.len()];
            let square: usize = [Nodes]: i * i;
            if square > 3 {
                m: println!("{square}");
            }
        }
    }
}

#[test]
fn members_that_do_not_come_to_a_place_are_not_waited_for() {
    let run = Simulation::new().run(|| some_members_use::Choreography::new(3).workers(4));
    assert_eq!(run.results.leader.expect("nothing differs"), 3 * 6 + 4 * 30);
    for odd in [[true, false, true], [false, true, false]] {
        let run =
            Simulation::new().run(|| some_members_act::Choreography::new(odd.to_vec()).workers(3));
        run.results.leader.expect("nothing differs");
        let run = Simulation::new()
            .run(|| some_members_branch::Choreography::new(odd.to_vec()).workers(3));
        run.results.leader.expect("nothing differs");
    }
    let run = Simulation::new().run(|| at_a_number::Choreography::new(7).nodes(3));
    run.results.nodes.into_iter().for_each(|node| node.expect("nothing differs"));
}

/// What is told of the first difference, without its place.
fn told(error: &Error) -> String {
    without_place(&difference(error))
}

#[test]
fn members_of_one_family_are_compared() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| family::Choreography::new(next, &counter).nodes(3));
    let text = told(run.results.nodes[2].as_ref().expect_err("the numbers differ"));
    assert_eq!(text, "let number = Nodes: make(counter): Nodes[0] = 0, Nodes[1] = 1");
    counter.store(0, Ordering::Relaxed);
    let run = Simulation::new().run(|| decides::Choreography::new(next, &counter).nodes(3));
    let text = told(run.results.nodes[2].as_ref().expect_err("the guards differ"));
    assert_eq!(text, "if make(counter) == 1: Nodes[0] = false, Nodes[1] = true");
}

#[test]
fn a_family_of_one_and_none_have_nobody_to_differ_from() {
    for size in [0, 1] {
        let counter = AtomicU32::new(0);
        let run = Simulation::new().run(|| family::Choreography::new(next, &counter).nodes(size));
        assert!(run.results.nodes.iter().all(Result::is_ok));
        let run = Simulation::new().run(|| decides::Choreography::new(next, &counter).nodes(size));
        assert!(run.results.nodes.iter().all(Result::is_ok));
    }
}

#[test]
fn a_bound_member_is_compared() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| in_turn::Choreography::new(next, &counter).workers(3));
    let text = told(&run.results.leader.expect_err("the numbers differ"));
    let (site, values) = text.rsplit_once(": ").expect("it has values");
    assert_eq!(site, "let number = [Leader, w]: make(counter)");
    assert!(values.starts_with("Leader = 0, Workers["), "{values}");
    counter.store(0, Ordering::Relaxed);
    let run = Simulation::new().run(|| at_once::Choreography::new(next, &counter).workers(3));
    let text = told(&run.results.leader.expect_err("the guards differ"));
    assert!(
        text.starts_with("if [Leader, w]: make(counter) > 0: Leader = false, Workers["),
        "{text}"
    );
    counter.store(0, Ordering::Relaxed);
    let run = Simulation::new().run(|| numbered::Choreography::new(next, &counter).nodes(3));
    let text = told(&run.results.leader.expect_err("the numbers differ"));
    assert_eq!(text, "let number = [Leader, last]: make(counter): Leader = 0, Nodes[2] = 1");
}

#[test]
fn pairs_of_members_are_compared() {
    let counter = AtomicU32::new(0);
    let run = Simulation::new().run(|| in_pairs::Choreography::new(next, &counter).nodes(2));
    let text = told(run.results.nodes[0].as_ref().expect_err("the numbers differ"));
    assert!(text.starts_with("let number = [u, v]: make(counter): Nodes[0] = "), "{text}");
}

#[test]
fn the_agreed_values_of_a_bound_member_are_compared() {
    let make = |keys: &[u32]| keys::Choreography::new(7, keys.to_vec());
    let run = Simulation::new().run(|| make(&[7, 7, 8]));
    let text = told(run.results.nodes[2].as_ref().expect_err("8 is not 7"));
    assert_eq!(text, "agree!(Leader: key, n: keys): Leader = 7, Nodes[2] = 8");
    Simulation::new().run(|| make(&[7, 7])).results.leader.expect("the keys are equal");
}

#[test]
fn members_that_agree_do_not_differ() {
    let counter = &AtomicU32::new(0);
    for size in 0..4 {
        explore(|| family::Choreography::new(same, counter).nodes(size))
            .orders(false)
            .check(|_| ());
        explore(|| decides::Choreography::new(same, counter).nodes(size))
            .orders(false)
            .check(|_| ());
        explore(|| in_turn::Choreography::new(same, counter).workers(size))
            .orders(false)
            .check(|_| ());
        explore(|| at_once::Choreography::new(same, counter).workers(size))
            .orders(false)
            .check(|_| ());
        explore(|| in_pairs::Choreography::new(same, counter).nodes(size))
            .orders(false)
            .check(|_| ());
        explore(|| numbered::Choreography::new(same, counter).nodes(size + 1))
            .orders(false)
            .check(|_| ());
    }
}
