//! Values of any type may be computed by several roles: that a simulated run compares what can be
//! told asks nothing of the others.
#![deny(warnings)]

use chor::prelude::*;
use chor::sim::simulate;
use std::cell::{Cell, RefCell};
use std::sync::Mutex;

/// Has neither `Debug` nor `Serialize`, and is neither `Clone` nor `Sync`.
struct Silent(Cell<u32>);

/// Has nothing at all.
struct Quiet(u32);

fn silent(n: u32) -> Silent {
    Silent(Cell::new(n))
}

#[derive(Clone, Default)]
struct Board {
    cells: Vec<Option<Mark>>,
    turn: Mark,
}

#[derive(Clone, Copy, Default, PartialEq)]
enum Mark {
    #[default]
    Cross,
    Nought,
}

macro_rules! turn {
    ($board:expr) => {
        $board.turn
    };
}

chor! {
    chor told_later[A, B](n: u32 @ [A, B]) -> u32 @ B {
        // Of what, only later code tells.
        let mut all = [A, B]: Vec::new();
        let mut first = [A, B]: Option::default();
        let none = [A, B]: None;
        for i in 0..n {
            [A, B]: all.push(silent(i));
        }
        [A, B]: { first = all.pop(); }
        let other: Option<Silent> @ [A, B] = none;
        A: assert!(other.is_none() && first.is_some());
        let last = [A, B]: first.or(other).map_or(0, |it| it.0.get());
        B: last + u32::try_from(all.len())?
    }
    chor unsynced[A, B](n: u32 @ [A, B]) -> u32 @ B {
        let cell = [A, B]: Cell::new(n);
        let shared = [A, B]: RefCell::new(n);
        [A, B]: cell.set(cell.get() + shared.take());
        let n: u32 = A -> B: n;
        let sum = [A, B]: cell.into_inner();
        B: sum + n
    }
    chor callable[A, B](n: u32 @ [A, B]) -> u32 @ B {
        let add = [A, B]: move |x: u32| x + n;
        let twice = [A, B]: { move |x| add(add(x)) };
        let sum = [A, B]: twice(1);
        A: assert!(sum > 0);
        let boxed = [A, B]: Box::new(twice) as Box<dyn Fn(u32) -> u32 + Send>;
        B: boxed(sum)
    }
    chor borrowed[A, B](words: Vec<String> @ [A, B], f: bool @ [A, B]) -> usize @ B {
        let longest = [A, B]: words.iter().max_by_key(|word| word.len());
        let text = [A, B]: &words.concat();
        let slice = [A, B]: &text[..if f { 1 } else { 2 }];
        match longest {
            Some(word) => { A: assert!(!word.is_empty() && !slice.is_empty()); B: word.len() + slice.len() }
            None => B: text.len(),
        }
    }
    chor moved[A, B](names: Option<Vec<String>> @ [A, B]) -> usize @ B {
        let names = [A, B]: names.map(|names| (names, silent(1)));
        match names {
            Some((names, one)) => {
                for name in names { [A, B]: one.0.set(one.0.get() + u32::try_from(name.len())?); }
                A: assert!(one.0.get() > 0);
                B: usize::try_from(one.0.get())?
            }
            None => B: 0,
        }
    }
    chor placed[A, B](mut board: Board @ [A, B]) -> u32 @ B {
        board.cells = vec![None; 3];
        board.cells[1] = Some(board.turn);
        let mut rounds: u32 @ [A, B] = 0;
        while let None = board.cells[rounds as usize] { rounds += 1; }
        if let Mark::Cross = turn!(board) { A: assert!(turn!(board) == Mark::Cross); rounds += 10; }
        match turn!(board) {
            Mark::Cross => { board.turn = Mark::Nought; A: assert!(board.turn != Mark::Cross); }
            Mark::Nought => {}
        }
        match &mut board.cells {
            cells => { [A, B]: cells.clear(); }
        }
        match *board.cells {
            [] => { [A, B]: rounds += u32::from(board.turn == Mark::Nought); }
            _ => {}
        }
        A: assert_eq!(rounds, 12);
        B: rounds
    }
    chor locked[A, B](list: &Mutex<Vec<Mark>> @ [A, B]) -> usize @ B {
        match [A, B]: list.lock().map_or(0, |list| list.len()) {
            0 => B: 1,
            n => { A: assert!(n > 0); B: n }
        }
    }
    chor or_else[A, B](text: String @ [A, B]) -> u32 @ [A, B] {
        let Ok(number) = [A, B]: text.parse::<u32>() else { return 0; };
        let Some(rest) = number.checked_sub(1) else { return 0; };
        rest
    }
    chor diverging[A, B](f: bool @ [A, B]) -> u32 @ [A, B] {
        let n: u32 = if f { 1 } else { [A, B]: unreachable!("f is set") };
        let last = loop { if n > 0 { break n + 1; } };
        last
    }
    chor waited_for[A, B](n: u32 @ [A, B]) -> u32 @ B {
        let ready = [A, B]: std::future::ready(silent(n));
        let got = [A, B]: ready.await;
        let text: String = A -> B: got.0.get().to_string();
        let parsed: u32 = [B]: text.parse()?;
        let pinned = [A, B]: async { silent(n) }.await.0.into_inner();
        A: assert_eq!(pinned, n);
        B: parsed + pinned
    }
    chor of_any[A, B]<T: Send, F: Fn() -> T + Clone + Send>(make: F @ [A, B]) -> T @ [A, B] {
        let made = [A, B]: make();
        let again = [A, B]: [make(), made].into_iter().next();
        match [A, B]: again.or_else(|| Some(make())) {
            Some(again) => again,
            None => [A, B]: make(),
        }
    }
}

#[tokio::test]
async fn types_that_later_code_tells() -> Result<(), Error> {
    assert_eq!(simulate(told_later::Choreography::new(3)).await?.b, 4);
    Ok(())
}

#[tokio::test]
async fn values_that_are_not_shared_between_threads() -> Result<(), Error> {
    let run = async { simulate(unsynced::Choreography::new(2)).await };
    assert_eq!(tokio::spawn(run).await.expect("it doesn't panic")?.b, 6);
    Ok(())
}

#[tokio::test]
async fn closures_and_references() -> Result<(), Error> {
    assert_eq!(simulate(callable::Choreography::new(2)).await?.b, 9);
    let words = vec!["a".to_owned(), "bc".to_owned()];
    assert_eq!(simulate(borrowed::Choreography::new(words, true)).await?.b, 3);
    Ok(())
}

#[tokio::test]
async fn places_and_what_is_moved_out_of_them() -> Result<(), Error> {
    let names = Some(vec!["a".to_owned(), "bc".to_owned()]);
    assert_eq!(simulate(moved::Choreography::new(names)).await?.b, 4);
    assert_eq!(simulate(placed::Choreography::new(Board::default())).await?.b, 12);
    assert_eq!(simulate(locked::Choreography::new(&Mutex::new(vec![]))).await?.b, 1);
    Ok(())
}

#[tokio::test]
async fn ways_out() -> Result<(), Error> {
    assert_eq!(simulate(or_else::Choreography::new("7".to_owned())).await?.b, 6);
    assert_eq!(simulate(or_else::Choreography::new("x".to_owned())).await?.b, 0);
    assert_eq!(simulate(diverging::Choreography::new(true)).await?.b, 2);
    assert_eq!(simulate(waited_for::Choreography::new(4)).await?.b, 8);
    Ok(())
}

#[tokio::test]
async fn generics_without_bounds() -> Result<(), Error> {
    assert_eq!(simulate(of_any::Choreography::new(|| Quiet(3))).await?.b.0, 3);
    Ok(())
}
