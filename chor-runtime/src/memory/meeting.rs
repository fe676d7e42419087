//! The roles of a session in memory compare what they run: `verify(signature)`.

use super::table::{Met, Table};
use super::{Memory, Session, elsewhere};
use crate::protocol::Protocol;
use crate::transport::Fault;
use std::future::poll_fn;
use std::task::{Context, Poll};

/// What `start` fails with: the peer, and how.
type Failed = (usize, Box<Fault>);

impl<S: Session> Memory<S> {
    /// Waits until all roles of the session are played, and compares what each runs.
    pub(super) async fn meet(&self, protocol: &'static Protocol) -> Result<(), Failed> {
        poll_fn(|cx| self.poll_meet(protocol, cx)).await
    }

    fn poll_meet(
        &self,
        protocol: &'static Protocol,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Failed>> {
        let met = self.session.with(|table: &mut Table| table.meet(self.place, cx.waker()));
        let Some(met) = met else {
            return Poll::Ready(elsewhere().map_err(|fault| (self.place, fault)));
        };
        let mut all = true;
        // One that runs something else is what matters, also if another one is gone because of it.
        for (peer, met) in met.iter().enumerate() {
            match met {
                Met::Plays(other) if same(protocol, other) => {}
                Met::Plays(other) => {
                    return Poll::Ready(Err((peer, protocol.mismatch(other.normal()).into())));
                }
                Met::Not(_) => all = false,
            }
        }
        let gone = met.into_iter().enumerate().find_map(|(peer, met)| match met {
            Met::Not(cause) => Some((peer, Box::new(Fault::Gone(cause?)))),
            Met::Plays(_) => None,
        });
        match gone {
            Some(gone) => Poll::Ready(Err(gone)),
            None if all => Poll::Ready(Ok(())),
            None => Poll::Pending,
        }
    }
}

fn same(one: &'static Protocol, other: &'static Protocol) -> bool {
    std::ptr::eq(one, other) || one.digest() == other.digest()
}
