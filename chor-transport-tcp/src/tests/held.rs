//! Connections that hold back what was written, as those do that encrypt it.

use crate::Options;
use crate::session::Tcp;
use crate::stream::Connection;
use crate::streams::over;
use chor::open_role;
use chor::prelude::*;
use chor_runtime::Bincode;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::join;
use tokio::time::sleep;

chor! {
    chor two[A, B](between: impl FnOnce() + Send @ A) -> u32 @ B {
        let one: u32 = A -> B: 1;
        let seen: u32 = B -> A: one;
        A: {
            assert_eq!(seen, 1);
            between();
        }
        let two: u32 = A -> B: 2;
        B: one + two
    }

    chor asked[A, B](between: impl FnOnce() + Send @ A) -> chor(u32 @ A) -> u32 @ B {
        let ready: bool = B -> A: true;
        A: {
            assert!(ready);
            between();
        }
        move chor(number: u32 @ A) -> u32 @ B {
            let number: u32 = A -> B: checked(number)?;
            number
        }
    }
}

fn checked(number: u32) -> Result<u32, String> {
    if number == 13 { Err("no thirteen".to_owned()) } else { Ok(number) }
}

/// Whether the system takes what is written.
#[derive(Clone, Default)]
struct Gate(Arc<Mutex<(bool, Option<Waker>)>>);

impl Gate {
    fn close(&self) {
        self.0.lock().unwrap().0 = true;
    }

    fn open(&self) {
        let mut gate = self.0.lock().unwrap();
        gate.0 = false;
        gate.1.take().into_iter().for_each(Waker::wake);
    }

    fn poll_open(&self, cx: &Context<'_>) -> Poll<()> {
        let mut gate = self.0.lock().unwrap();
        if gate.0 {
            gate.1 = Some(cx.waker().clone());
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}

/// Takes all that is written, and passes it on while the gate is open.
struct Holding {
    pipe: DuplexStream,
    held: Vec<u8>,
    gate: Gate,
}

impl AsyncRead for Holding {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().pipe).poll_read(cx, bytes)
    }
}

impl AsyncWrite for Holding {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().held.extend(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.gate.poll_open(cx));
        while !this.held.is_empty() {
            let count = ready!(Pin::new(&mut this.pipe).poll_write(cx, &this.held))?;
            this.held.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().pipe).poll_shutdown(cx)
    }
}

/// Both ends of a session, of which the first has its connection behind a gate.
fn session() -> (Gate, Tcp, Tcp) {
    let gate = Gate::default();
    let (pipe, far) = tokio::io::duplex(1 << 16);
    let holding = Holding { pipe, held: Vec::new(), gate: gate.clone() };
    let a = end(0, Connection::of_any(holding, "b".to_owned(), None));
    let b = end(1, Connection::of_any(far, "a".to_owned(), None));
    (gate, a, b)
}

fn end(place: usize, connection: Connection) -> Tcp {
    over(place, vec![connection], Bincode, Options::default()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_play_is_over_when_the_connection_holds_nothing_back() {
    let (gate, a, b) = session();
    let closed = gate.clone();
    let a = tokio::spawn(async move { play_role(two::A::new(move || closed.close()), &a).await });
    let b = tokio::spawn(async move { play_role(two::B::new(), &b).await });
    sleep(Duration::from_secs(1)).await;
    assert!(!a.is_finished() && !b.is_finished());
    gate.open();
    a.await.unwrap().unwrap();
    assert_eq!(b.await.unwrap().unwrap(), 3);
}

/// The caller's error is told, and its part is over, when the connection holds nothing back.
async fn calls(number: u32) -> Result<u32, Error> {
    let (gate, a, b) = session();
    let closed = gate.clone();
    let a = tokio::spawn(async move {
        let mut ask = open_role(asked::A::new(move || closed.close()), &a).await?;
        ask.call((number,)).await?;
        ask.finish().await;
        Ok::<_, Error>(())
    });
    let b = tokio::spawn(async move {
        let mut ask = open_role(asked::B::new(), &b).await?;
        ask.call(()).await
    });
    sleep(Duration::from_secs(1)).await;
    assert!(!a.is_finished() && !b.is_finished());
    gate.open();
    let (a, b) = (a.await.unwrap(), b.await.unwrap());
    assert_eq!(a.is_ok(), b.is_ok());
    b
}

#[tokio::test(start_paused = true)]
async fn an_open_role_is_over_when_the_connection_holds_nothing_back() {
    assert_eq!(calls(7).await.unwrap(), 7);
    let cause = calls(13).await.unwrap_err().cause();
    assert!(cause.to_string().contains("no thirteen"), "{cause}");
}

#[tokio::test(start_paused = true)]
async fn an_open_role_that_is_not_waited_for_is_over_all_the_same() {
    for polled in [false, true] {
        let (gate, a, b) = session();
        let (ask, at_b) =
            join!(open_role(asked::A::new(|| ()), &a), open_role(asked::B::new(), &b));
        gate.close();
        let mut finished = Box::pin(ask.unwrap().finish());
        if polled {
            let mut cx = Context::from_waker(Waker::noop());
            assert!(finished.as_mut().poll(&mut cx).is_pending());
        }
        drop(finished);
        gate.open();
        let error = at_b.unwrap().call(()).await.unwrap_err();
        assert!(matches!(error, Error::Finished { .. }), "{error:?}");
    }
}
