//! Connections that hold back what was written, as those do that encrypt it.

use crate::Options;
use crate::session::Tcp;
use crate::stream::Connection;
use crate::streams::over;
use chor::prelude::*;
use chor_runtime::Bincode;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
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

fn end(place: usize, connection: Connection) -> Tcp {
    over(place, vec![connection], Bincode, Options::default())
}

#[tokio::test(start_paused = true)]
async fn a_play_is_over_when_the_connection_holds_nothing_back() {
    let gate = Gate::default();
    let (pipe, far) = tokio::io::duplex(1 << 16);
    let holding = Holding { pipe, held: Vec::new(), gate: gate.clone() };
    let a = end(0, Connection::of_any(holding, "b".to_owned(), None));
    let b = end(1, Connection::of_any(far, "a".to_owned(), None));
    let closed = gate.clone();
    let a = tokio::spawn(async move { play_role(two::A::new(move || closed.close()), &a).await });
    let b = tokio::spawn(async move { play_role(two::B::new(), &b).await });
    sleep(Duration::from_secs(1)).await;
    assert!(!a.is_finished() && !b.is_finished());
    gate.open();
    a.await.unwrap().unwrap();
    assert_eq!(b.await.unwrap().unwrap(), 3);
}
