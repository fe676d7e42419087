//! A transport as a user writes one from the contract alone: values in typed channels, nothing of the
//! library's own transports.

use crate::{ended, settle, soon};
use chor::conformance::Suite;
use chor::prelude::*;
use chor::{
    Address, Cause, End, Fault, Lane, Place, Position, Protocol, Reason, Transport, together,
};
use std::any::{Any, type_name};
use std::collections::BTreeMap;
use std::future::pending;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// What a queue carries.
enum Item {
    Message { position: Position, id: u64, value: Box<dyn Any + Send>, ty: &'static str },
    End(End),
}

/// One queue. Only one receives at a time, so nobody waits for the receiver's lock.
struct Queue {
    sender: UnboundedSender<Item>,
    sent: u64,
    receiver: Arc<tokio::sync::Mutex<Receiver>>,
}

struct Receiver {
    items: UnboundedReceiver<Item>,
    taken: u64,
    last: Option<Box<Position>>,
    end: Option<End>,
}

/// A session: queues by sender, receiver and lane, and how each participant's part ended.
#[derive(Default)]
struct Session {
    queues: BTreeMap<(usize, usize, Lane), Queue>,
    ends: BTreeMap<usize, End>,
}

impl Session {
    fn queue(&mut self, from: usize, to: usize, lane: Lane) -> &mut Queue {
        let end = self.ends.get(&from).cloned();
        self.queues.entry((from, to, lane)).or_insert_with(|| {
            let (sender, items) = unbounded_channel();
            if let Some(end) = end {
                let _ = sender.send(Item::End(end));
            }
            let receiver = Receiver { items, taken: 0, last: None, end: None };
            Queue { sender, sent: 0, receiver: Arc::new(tokio::sync::Mutex::new(receiver)) }
        })
    }
}

/// One participant's end.
struct Own {
    session: Arc<Mutex<Session>>,
    place: usize,
    participants: usize,
    used: AtomicBool,
}

fn ends(participants: usize) -> Vec<Own> {
    let session = Arc::new(Mutex::new(Session::default()));
    let end = |place| {
        let (session, used) = (session.clone(), AtomicBool::new(false));
        Own { session, place, participants, used }
    };
    (0..participants).map(end).collect()
}

fn session<const N: usize>() -> [Own; N] {
    let mut ends = ends(N).into_iter();
    [(); N].map(|()| ends.next().unwrap())
}

impl Own {
    fn with<R>(&self, act: impl FnOnce(&mut Session) -> R) -> R {
        act(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let number = format!("number {}", self.place);
        self.close(End::Failed(Cause::new(number, Reason::Cancelled, Place::default())));
    }
}

impl Transport for Own {
    type Parcel<M: Message> = Box<M>;

    fn place(&self) -> usize {
        self.place
    }

    fn participants(&self) -> usize {
        self.participants
    }

    fn open(&self, _: &'static Protocol) -> Result<(), Box<Fault>> {
        if self.used.swap(true, Ordering::Relaxed) { Err(Box::new(Fault::Used)) } else { Ok(()) }
    }

    fn pack<M: Message>(&self, message: M) -> Result<Box<M>, Box<Fault>> {
        Ok(Box::new(message))
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<Box<M>, Box<Fault>> {
        Ok(Box::new(message.clone()))
    }

    async fn send<M: Message>(&self, to: &Address, parcel: Box<M>) -> Result<(), Box<Fault>> {
        self.with(|session| match session.ends.get(&to.peer) {
            Some(End::Failed(cause)) => Err(Box::new(Fault::Gone(cause.clone()))),
            Some(_) => Ok(()),
            None => {
                let queue = session.queue(self.place, to.peer, to.lane);
                let position = to.position(queue.sent);
                queue.sent += 1;
                let (id, ty) = (to.step.id, type_name::<M>());
                let _ = queue.sender.send(Item::Message { position, id, value: parcel, ty });
                Ok(())
            }
        })
    }

    async fn recv<M: Message>(&self, from: &Address) -> Result<M, Box<Fault>> {
        let receiver =
            self.with(|session| session.queue(from.peer, self.place, from.lane).receiver.clone());
        let mut queue = receiver.lock().await;
        if queue.end.is_none() {
            match queue.items.recv().await.expect("the session has the sender") {
                Item::Message { position, id, value, ty } => {
                    let expected = from.position(queue.taken);
                    if id != from.step.id || position.count != expected.count {
                        let (expected, found) = (Box::new(expected), Box::new(position));
                        return Err(Box::new(Fault::Position { expected, found }));
                    }
                    queue.taken += 1;
                    queue.last = Some(Box::new(position));
                    return match value.downcast() {
                        Ok(value) => Ok(*value),
                        Err(_) => {
                            Err(Box::new(Fault::Type { expected: type_name::<M>(), found: ty }))
                        }
                    };
                }
                Item::End(end) => queue.end = Some(end),
            }
        }
        Err(Box::new(match &queue.end {
            Some(End::Failed(cause)) => Fault::Gone(cause.clone()),
            _ => Fault::Finished {
                expected: Box::new(from.position(queue.taken)),
                last: queue.last.clone(),
            },
        }))
    }

    fn close(&self, end: End) {
        self.with(|session| {
            if session.ends.contains_key(&self.place) {
                return;
            }
            for ((from, ..), queue) in &session.queues {
                if *from == self.place {
                    let _ = queue.sender.send(Item::End(end.clone()));
                }
            }
            session.ends.insert(self.place, end);
        });
    }
}

chor! {
    /// Messages to one and to several, moved and copied; branches, loops, calls, recursion, and
    /// choreographies as values.
    chor everything[A, B, C](words: Vec<String> @ A, limit: usize @ C) -> (usize @ A, Vec<String> @ [B, C]) {
        let mut kept: Vec<String> @ [B, C] = Vec::new();
        let mut sum: usize @ A = 0;
        let count: usize = A => [B, C]: words.len();
        for i in 0..count {
            let word: String = A -> [B, C]: words[i].clone();
            if C => [A, B]: word.len() < limit {
                continue;
            }
            let length: usize = B -> A: word.len();
            sum += length;
            [B, C]: kept.push(word);
        }
        let down: u32 = countdown[A, B](20);
        let asked = apply[A, C](5, chor(x) {
            let x: u32 = A -> C: x;
            let square: u32 = C -> A: x * x;
            A: square
        });
        let left: usize = B => A: kept.len();
        match left {
            0 => { A: sum = 0; }
            n if n % 2 == 0 => { A: sum += n; }
            _ => {
                let more: usize = B -> A: 1000;
                sum += more;
            }
        }
        (A: sum + usize::try_from(down + asked)?, kept)
    }
    chor countdown[Mover, Waiter](n: u32 @ [Mover, Waiter]) -> u32 @ [Mover, Waiter] {
        if n == 0 {
            0
        } else {
            let said: u32 = Mover => Waiter: n - 1;
            let below: u32 = countdown[Waiter, Mover](said);
            below + 1
        }
    }
    chor apply[A, B](x: u32 @ A, f: chor(u32 @ A) -> u32 @ A | B) -> u32 @ A {
        f(x)
    }
    /// `C` needs `A` only at first, and nobody needs `D`.
    chor line[A, B, C, D](start: impl Future<Output = Option<u32>> @ A) -> u32 @ D {
        let hello: u32 = A -> C: 1u32;
        let first: u32 = A -> B: start.await?;
        let second: u32 = B -> C: first + hello_of_b();
        C: drop((hello.to_string(), second.to_string()));
        D: 4
    }
    chor one[A, B](x: u32 @ A) -> u32 @ B {
        let x: u32 = A -> B: x;
        x
    }
    chor two[A, B](x: u32 @ A) -> u32 @ B {
        let x: u32 = one[A, B](x);
        let y: u32 = A -> B: 2u32;
        x + y
    }
    chor typed[A, B]<T: Message>(x: T @ A) -> T @ B {
        let x: T = A -> B: x;
        x
    }
}

fn hello_of_b() -> u32 {
    1
}

fn words() -> Vec<String> {
    ["a", "choreography", "is", "a", "global", "program"].map(str::to_owned).to_vec()
}

#[tokio::test(start_paused = true)]
async fn it_keeps_the_contract() {
    let suite = Suite::new(async |participants| ends(participants)).many(1_000);
    let kept = timeout(Duration::from_mins(1), suite.run()).await;
    kept.unwrap_or_else(|_| panic!("{}", suite.waiting())).unwrap();
}

#[tokio::test]
async fn it_carries_everything() {
    for limit in [0, 5, 7, 100] {
        let expected =
            soon(chor::sim::simulate(everything::Choreography::new(words(), limit))).await.unwrap();
        let [a, b, c] = session();
        let a = tokio::spawn(async move { play_role(everything::A::new(words()), &a).await });
        let b = tokio::spawn(async move { play_role(everything::B::new(), &b).await });
        let c = tokio::spawn(async move { play_role(everything::C::new(limit), &c).await });
        let outcome = everything::Outcome {
            a: ended(a).await.unwrap(),
            b: ended(b).await.unwrap(),
            c: ended(c).await.unwrap(),
        };
        assert_eq!(outcome, expected);

        let [a, b, c] = session();
        let a = play_role(everything::A::new(words()), &a);
        let b = play_role(everything::B::new(), &b);
        let c = play_role(everything::C::new(limit), &c);
        let (a, b, c) = soon(together((a, b, c))).await;
        let outcome = everything::Outcome { a: a.unwrap(), b: b.unwrap(), c: c.unwrap() };
        assert_eq!(outcome, expected);
    }
}

#[tokio::test]
async fn a_failure_reaches_who_needs_it() {
    let [a, b, c, d] = session();
    let b = tokio::spawn(async move { play_role(line::B::new(), &b).await });
    let c = tokio::spawn(async move { play_role(line::C::new(), &c).await });
    settle().await;
    let own = soon(play_role(line::A::new(async { None }), &a)).await.unwrap_err();
    assert_eq!((own.role(), own.peer(), own.cause().role()), ("A", None, "A"));
    let (b, c) = (ended(b).await.unwrap_err(), ended(c).await.unwrap_err());
    assert_eq!((b.role(), b.peer(), b.cause()), ("B", Some("A"), own.cause()));
    assert_eq!((c.role(), c.peer(), c.cause()), ("C", Some("B"), own.cause()));
    assert!(c.place().to_string().contains("`second`"), "{}", c.place());
    assert_eq!(soon(play_role(line::D::new(), &d)).await.unwrap(), 4);
}

#[tokio::test]
async fn a_cancelled_role_is_missed() {
    let [a, b, c, _d] = session();
    let b = tokio::spawn(async move { play_role(line::B::new(), &b).await });
    let c = tokio::spawn(async move { play_role(line::C::new(), &c).await });
    let a = tokio::spawn(async move { play_role(line::A::new(pending()), &a).await });
    settle().await;
    a.abort();
    for (error, peer) in [(ended(b).await.unwrap_err(), "A"), (ended(c).await.unwrap_err(), "B")] {
        assert_eq!((error.peer(), error.cause().role()), (Some(peer), "A"));
        assert_eq!(*error.cause().reason(), Reason::Cancelled);
    }
}

#[tokio::test]
async fn an_end_nobody_plays_is_missed() {
    let [a, b] = session();
    drop(a);
    let error = soon(play_role(one::B::new(), &b)).await.unwrap_err();
    assert_eq!((error.role(), error.peer()), ("B", Some("A")));
    assert_eq!(error.cause().role(), "number 0");
    // What is never polled counts as well.
    let [a, b] = session();
    drop(play_role(one::A::new(1), &a));
    let error = soon(play_role(one::B::new(), &b)).await.unwrap_err();
    assert_eq!((error.cause().role(), error.cause().reason()), ("A", &Reason::Cancelled));
}

#[tokio::test]
async fn finished_is_not_gone() {
    let [a, b] = session();
    soon(play_role(two::A::new(1), &a)).await.unwrap();
    drop(a);
    assert_eq!(soon(play_role(two::B::new(), &b)).await.unwrap(), 3);

    // Who expects more than the peer sends learns where both are.
    let [a, b] = session();
    soon(play_role(one::A::new(1), &a)).await.unwrap();
    let error = soon(play_role(two::B::new(), &b)).await.unwrap_err();
    let Error::Finished { expected, last, .. } = &error else { panic!("{error:?}") };
    assert!(expected.step.starts_with("`y`"), "{}", expected.step);
    assert_eq!((expected.count, last.as_ref().unwrap().count), (1, 0));
    assert!(last.as_ref().unwrap().step.starts_with("`x`"));
}

#[tokio::test]
async fn mistakes_are_named() {
    let [a, b] = session();
    let error = soon(play_role(typed::B::<u32>::new(), &b));
    soon(play_role(typed::A::new("text".to_owned()), &a)).await.unwrap();
    let error = error.await.unwrap_err();
    let Error::Type { expected, found, .. } = error else { panic!("{error:?}") };
    assert_eq!((expected, found), ("u32", "alloc::string::String"));

    let error = soon(play_role(one::A::new(1), &a)).await.unwrap_err();
    assert!(matches!(error, Error::Setup { .. }), "{error:?}");
    assert_eq!((error.role(), error.peer()), ("A", None));
    let [a, _b, _c] = session();
    let error = soon(play_role(one::A::new(1), &a)).await.unwrap_err();
    let problem = "the session has 3 participants, the choreography 2 roles";
    assert_eq!(error.to_string(), format!("role `A` can't be played: {problem}"));
}
