//! The task behind a link: reads when no role does, writes what the roles could not, and asks a silent
//! peer whether it lives.

use crate::error::LinkError;
use crate::frame::Frame;
use crate::link::Link;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, sleep_until};

/// How long a message can wait that nobody sends off, and a link that nobody reads.
/// Longer than the system's own tick: a nearer timer would have to be set anew for each message.
const TICK: Duration = Duration::from_millis(20);
/// Reads in one go, after which other tasks have their turn.
const READS: usize = 16;
/// How long the peer may take to close its side of a link that is not used any more.
const LINGER: Duration = Duration::from_secs(5);

/// Runs a link until it is over.
pub(crate) struct Driver {
    link: Arc<Link>,
    tick: Option<Pin<Box<Sleep>>>,
    /// The next look at whether the peer lives.
    alive: Pin<Box<Sleep>>,
    asked: bool,
    /// When the peer has to have greeted.
    greeting: Option<Pin<Box<Sleep>>>,
    linger: Option<Pin<Box<Sleep>>>,
}

impl Driver {
    pub(crate) fn new(link: Arc<Link>) -> Self {
        let alive = Box::pin(sleep(link.options.keep_alive / 3));
        let greeting = Some(Box::pin(sleep(link.options.handshake)));
        Self { link, tick: None, alive, asked: false, greeting, linger: None }
    }

    fn poll_tick(&mut self, cx: &mut Context<'_>) {
        if self.tick.is_none() && !self.link.active.load(Ordering::SeqCst) {
            return;
        }
        let tick = self.tick.get_or_insert_with(|| Box::pin(sleep(TICK)));
        while tick.as_mut().poll(cx).is_ready() {
            if !self.link.tick() {
                self.tick = None;
                return;
            }
            tick.as_mut().reset(Instant::now() + TICK);
        }
    }

    fn poll_greeting(&mut self, cx: &mut Context<'_>) {
        let Some(greeting) = &mut self.greeting else { return };
        let late = greeting.as_mut().poll(cx).is_ready();
        if self.link.has_greeted() {
            self.greeting = None;
        } else if late {
            let (peer, limit) = (self.link.peer.clone(), self.link.options.handshake);
            self.link.fail(&LinkError::Unanswered { peer, limit, instead: None });
        }
    }

    fn poll_alive(&mut self, cx: &mut Context<'_>) {
        while self.alive.as_mut().poll(cx).is_ready() {
            let limit = self.link.options.keep_alive;
            match (self.link.has_heard(), self.asked) {
                (true, _) => self.asked = false,
                (false, false) => {
                    self.asked = true;
                    self.link.say(&Frame::Ping);
                }
                (false, true) if self.greeting.is_none() => {
                    let peer = self.link.peer.clone();
                    return self.link.fail(&LinkError::Silent { peer, limit });
                }
                (false, true) => {}
            }
            self.alive.as_mut().reset(Instant::now() + limit / 3);
        }
    }

    /// Says goodbye when the link is not used any more, and waits until the peer has.
    fn poll_release(&mut self, cx: &mut Context<'_>) {
        if !self.link.is_released() || self.link.poll_shutdown().is_pending() {
            return;
        }
        let linger =
            self.linger.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + LINGER)));
        if linger.as_mut().poll(cx).is_ready() {
            self.link.fail(&LinkError::Shutdown { peer: self.link.peer.clone() });
        }
    }
}

impl Future for Driver {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.get_mut();
        this.link.signal.register(cx.waker());
        this.link.look(READS);
        this.poll_greeting(cx);
        this.poll_tick(cx);
        this.poll_alive(cx);
        this.poll_release(cx);
        if this.link.over().is_none() {
            return Poll::Pending;
        }
        this.link.disconnect();
        Poll::Ready(())
    }
}

impl Drop for Driver {
    /// The executor has ended: nobody reads or writes any more.
    fn drop(&mut self) {
        self.link.fail(&LinkError::Shutdown { peer: self.link.peer.clone() });
        self.link.disconnect();
    }
}
