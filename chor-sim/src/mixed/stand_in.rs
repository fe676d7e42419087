//! What keeps a real role's place in the simulation: hands over what simulated roles send to it, and
//! tells it how they end.

use super::border::{Borders, Leave, Start};
use super::end::Map;
use crate::end::Shared;
use crate::session::Leaving;
use chor_runtime::{End, Lane, Place, Protocol};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

/// A real role's stand-in: a future that is ready when nothing more is to be handed over.
pub(crate) struct StandIn<B: Borders> {
    map: Arc<Map<B>>,
    shared: Shared,
    me: usize,
    session: usize,
    /// The simulated roles that may still send something.
    open: Vec<usize>,
    /// Messages that are being handed over, by sender and lane.
    leaving: BTreeMap<(usize, Lane), Leaving<Option<Leave>>>,
    /// Real roles that are played in another session than this one, whose ends here are to be started.
    absent: Vec<(usize, Start)>,
}

impl<B: Borders> StandIn<B> {
    /// Of the role `me`, if that is a real one.
    pub(crate) fn new(
        map: &Arc<Map<B>>,
        shared: &Shared,
        me: usize,
        protocol: &'static Protocol,
    ) -> Option<Self> {
        let session = map.sessions[me]?;
        let open = (0..map.sessions.len()).filter(|role| map.sessions[*role].is_none());
        let (open, leaving) = (open.collect(), BTreeMap::new());
        let absent = map.absent(session, me).into_iter().filter_map(|role| {
            map.borders.open(session, role, protocol).ok()?;
            Some((role, map.borders.start(session, role, protocol)))
        });
        let absent = absent.collect();
        let (map, shared) = (Arc::clone(map), shared.clone());
        Some(Self { map, shared, me, session, open, leaving, absent })
    }

    /// Hands over what is due of what a role has sent.
    fn poll_sender(&mut self, from: usize, cx: &mut Context<'_>) {
        self.poll_leaving(from, cx);
        while self.take_leaving(from, cx) {
            self.poll_leaving(from, cx);
        }
    }

    /// Begins to hand over the next message, if one is due in a lane that is free.
    fn take_leaving(&mut self, from: usize, cx: &mut Context<'_>) -> bool {
        let busy = |lane| self.leaving.contains_key(&(from, lane));
        let next =
            self.shared.with(|session| session.take_leaving(from, self.me, busy, cx.waker()));
        next.map(|next| self.leaving.insert((from, next.address.lane), next)).is_some()
    }

    fn poll_leaving(&mut self, from: usize, cx: &mut Context<'_>) {
        let last = Lane::with_round(u64::MAX, u64::MAX, u64::MAX);
        let of_sender = (from, Lane::ROOT)..=(from, last);
        let mut left = Vec::new();
        for (key, leaving) in self.leaving.range_mut(of_sender) {
            let Some(leave) = &mut leaving.value else { continue };
            if let Poll::Ready(result) = leave.as_mut().poll(cx) {
                left.push((*key, result));
            }
        }
        for (key, result) in left {
            let Some(Leaving { address, number, .. }) = self.leaving.remove(&key) else { continue };
            self.shared.with(|session| match result {
                Ok(()) => session.has_left(from, &address, number),
                Err(fault) => drop(session.fail(self.me, Place::of(address.step), *fault)),
            });
        }
    }

    /// How a role has ended as far as the real one is concerned, if nothing more is to be handed over.
    fn ended(&self, from: usize) -> Option<End> {
        let leaves = self.leaving.keys().any(|(sender, _)| *sender == from);
        self.shared.with(|session| {
            let severed = session.severed(from, self.session).map(End::Failed);
            severed.or_else(|| session.ended_for(self.me, from).filter(|_| !leaves))
        })
    }

    /// Tells the real roles how a role has ended, when the last of them has got all.
    fn finish(&mut self, from: usize, end: End) {
        self.leaving.retain(|(sender, _), _| *sender != from);
        let is_last = self.shared.with(|session| session.is_last_to_hand_over(self.me, from));
        // A cut is told at once.
        if is_last || matches!(end, End::Failed(_)) {
            self.map.borders.close(self.session, from, end);
        }
    }

    fn poll_absent(&mut self, cx: &mut Context<'_>) {
        let ready = self.absent.extract_if(.., |(_, start)| start.as_mut().poll(cx).is_ready());
        let ready: Vec<usize> = ready.map(|(role, _)| role).collect();
        for role in ready {
            self.close_absent(role);
        }
    }

    fn close_absent(&self, role: usize) {
        let end = self.shared.with(|session| session.elsewhere(role));
        self.map.borders.close(self.session, role, end);
    }
}

impl<B: Borders> Future for StandIn<B> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let me = self.get_mut();
        me.poll_absent(cx);
        for from in me.open.clone() {
            me.poll_sender(from, cx);
            if let Some(end) = me.ended(from) {
                me.open.retain(|role| *role != from);
                me.finish(from, end);
            }
        }
        if me.open.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    }
}

impl<B: Borders> Drop for StandIn<B> {
    /// The run is over; real roles that wait for more are told why nothing comes.
    fn drop(&mut self) {
        for (role, _) in std::mem::take(&mut self.absent) {
            self.close_absent(role);
        }
        for from in std::mem::take(&mut self.open) {
            let end = self.shared.with(|session| session.unfinished(from));
            if let Some(end) = end {
                self.map.borders.close(self.session, from, end);
            }
        }
    }
}
