//! Playing one role: the run of a projection over a transport, from the first poll, or none, to the
//! end that its peers are told.

use crate::cause::{Cause, Reason};
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fail::Fail;
use crate::place::{self, Place};
use crate::protocol::{Protocol, Step};
use crate::size::{self, Size};
use crate::transport::{End, Fault, Transport};
use std::any::Any;
use std::borrow::Cow;
use std::future::poll_fn;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use tracing::Span;

/// One role's share of a choreography with `N` roles, with the values that the role brings.
///
/// `chor!` makes one for each role; [`play_role`] runs it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no role that can be played by itself",
    label = "not a role of a choreography",
    note = "pass a role of a choreography, as in `play_role(buy_book::Buyer::new(order), &transport)`",
    note = "a role whose result is a choreography is opened: `open_role(role, &transport)`",
    note = "a role whose parameters are choreographies or choreographic tuples can't be played by \
            itself: write a small choreography that builds them"
)]
pub trait Projection<const N: usize>: Sized + Send {
    /// What the role has at the end.
    type Output: Send;
    /// The role's number in [`PROTOCOL`](Self::PROTOCOL). Which member of a family it plays is the
    /// transport's to say.
    const ROLE: usize;
    /// The choreography.
    const PROTOCOL: &'static Protocol;
    /// How many participants play each role.
    const SIZES: [Size; N] = [Size::One; N];

    /// The role's run. Use [`play_role`], which tells the peers how it ends.
    fn play<T: Transport + Copy>(
        self,
        endpoint: Endpoint<T, N>,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send;
}

/// Plays one role over `transport`, the participant's end of a session.
///
/// When it is ready, what the role has sent has left the process, as far as the transport can tell: over
/// TCP, the system has it.
///
/// However the returned future ends, the peers learn of it: also when it is dropped, even before it
/// was ever polled.
///
/// # Errors
/// - [`Error::Failed`]: the role's own code failed (`?`); its error can be downcast.
/// - [`Error::Gone`]: a peer failed that this role needs.
/// - [`Error::Finished`], [`Error::Position`], [`Error::Type`], [`Error::Codec`]: the peers run
///   different programs, or diverged.
/// - [`Error::Agreement`]: the roles' copies of an agreement that is verified differ.
/// - [`Error::Link`]: the way to a peer is broken.
/// - [`Error::Signature`]: a peer runs another choreography.
/// - [`Error::Setup`]: `transport` is not that of this role, or was used before; or the members of the
///   families are not as many as the choreography asks for, or not as many as a peer was told.
///
/// After any of them the session is over for this role; to retry is to start a new session.
///
/// # Panics
/// If the role's own code panics. The peers are told before the panic goes on.
///
/// # Cancel safety
/// Dropping the future cancels the role: each peer that still has a message to exchange with it
/// fails. The messages that it had sent are still delivered.
///
/// # Examples
/// ```
/// # use chor_runtime::__private::{Endpoint, Param, Signature, Step, finish};
/// # use chor_runtime::{Error, Projection, Protocol, Transport};
/// # static SIGNATURE: Signature = Signature::new("greet", &["A", "B"], &[], "String @ B");
/// # static STEPS: [Step; 1] = [Step::new("greet", 0, "name", "String", "A", &["B"], "a.rs", 1, 1)];
/// # static PROTOCOL: Protocol = Protocol::new(&SIGNATURE, &STEPS, &[]);
/// # struct A(&'static str);
/// # struct B;
/// # impl Projection<2> for A {
/// #     type Output = ();
/// #     const ROLE: usize = 0;
/// #     const PROTOCOL: &'static Protocol = &PROTOCOL;
/// #     fn play<T: Transport + Copy>(self, ep: Endpoint<T, 2>)
/// #     -> impl Future<Output = Result<(), Error>> + Send {
/// #         finish(ep.send::<String>(1, &STEPS[0], self.0.to_owned()))
/// #     }
/// # }
/// # impl Projection<2> for B {
/// #     type Output = String;
/// #     const ROLE: usize = 1;
/// #     const PROTOCOL: &'static Protocol = &PROTOCOL;
/// #     fn play<T: Transport + Copy>(self, ep: Endpoint<T, 2>)
/// #     -> impl Future<Output = Result<String, Error>> + Send {
/// #         finish(async move { Ok(format!("hello {}", ep.recv::<String>(0, &STEPS[0]).await?)) })
/// #     }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// use chor_runtime::{memory, play_role};
///
/// let [a, b] = memory::session();
/// let other = tokio::spawn(async move { play_role(A("world"), &a).await });
/// assert_eq!(play_role(B, &b).await?, "hello world");
/// other.await.unwrap()
/// # }
/// ```
#[must_use = "a role that is not awaited is cancelled"]
pub fn play_role<P, T, const N: usize>(
    projection: P,
    transport: &T,
) -> impl Future<Output = Result<P::Output, Error>> + Send + use<'_, P, T, N>
where
    P: Projection<N>,
    T: Transport,
{
    // Not an `async fn`: the guard has to exist before the first poll, or else a task that is aborted
    // before it ran would leave its peers waiting.
    let mut guard = Guard::new(transport, P::PROTOCOL, P::ROLE);
    let opened = guard.open(&P::SIZES);
    async move {
        let played = match guard.start(opened).await {
            Ok(()) => {
                let endpoint = Endpoint::new(transport, P::PROTOCOL);
                let mut play = pin!(projection.play(endpoint));
                poll_fn(|cx| guard.poll(play.as_mut(), cx)).await
            }
            Err(fail) => Err(fail.into_error()),
        };
        transport.drained().await;
        played
    }
}

/// Tells the peers how a role ended, whatever happens.
#[derive(Debug)]
pub(crate) struct Guard<'t, T: Transport> {
    transport: &'t T,
    protocol: &'static Protocol,
    index: usize,
    /// Of the role, or of the member that is played.
    name: Cow<'static, str>,
    /// The message that the role began last.
    last: Option<&'static Step>,
    told: bool,
    span: Span,
}

impl<'t, T: Transport> Guard<'t, T> {
    pub(crate) fn new(transport: &'t T, protocol: &'static Protocol, index: usize) -> Self {
        let own = participants(transport, index).contains(&transport.place());
        let name = if own { name(transport, protocol) } else { protocol.role(index).into() };
        let span = tracing::debug_span!(target: "chor", "role", choreography = protocol.name, role = &*name);
        Self { transport, protocol, index, name, last: None, told: false, span }
    }

    /// Opens the transport, if its session is one for this role.
    pub(crate) fn open(&mut self, sizes: &[Size]) -> Result<(), Fail> {
        let problem = if let Err(fault) = self.transport.open(self.protocol) {
            // Another one plays on this end, and is not to be disturbed.
            self.told = true;
            fault.to_string()
        } else if let Some(problem) = self.misfit(sizes) {
            problem
        } else {
            return Ok(());
        };
        Err(Fail::new(Error::Setup { role: self.name.clone(), problem }))
    }

    fn misfit(&self, sizes: &[Size]) -> Option<String> {
        let Self { transport, protocol, .. } = self;
        let found: Vec<usize> = (0..sizes.len()).map(|role| transport.members(role)).collect();
        let (participants, roles) = (transport.participants(), sizes.len());
        let without_families = sizes.iter().all(|size| *size == Size::One);
        let all = if without_families { roles } else { found.iter().sum() };
        if participants != all {
            return Some(format!(
                "the session has {participants} participants, the choreography {roles} roles"
            ));
        }
        size::misfit(protocol.roles, sizes, &found).or_else(|| {
            let own = self::participants(*transport, self.index).contains(&transport.place());
            let other = || name(*transport, protocol);
            (!own).then(|| format!("this end of the session is that of `{}`", other()))
        })
    }

    /// Waits until the session may begin, if it was [opened](Self::open).
    pub(crate) async fn start(&mut self, opened: Result<(), Fail>) -> Result<(), Fail> {
        let error = match opened {
            Err(fail) => fail.into_error(),
            Ok(()) => match self.transport.start(self.protocol).await {
                Ok(()) => return Ok(()),
                Err((peer, fault)) => {
                    let peer = self.protocol.participant(peer, |role| self.transport.members(role));
                    self.failed_start(peer, *fault)
                }
            },
        };
        self.end(Err(error)).map_err(Fail::new)
    }

    fn failed_start(&self, peer: Cow<'static, str>, fault: Fault) -> Error {
        let (role, Protocol { roles, families, .. }) = (self.name.clone(), self.protocol);
        let Fault::Sizes { own, other } = fault else { return Error::of_start(role, peer, fault) };
        let size = |role| if families.contains(&role) { Size::Any } else { Size::One };
        let wanted: Vec<Size> = (0..roles.len()).map(size).collect();
        let problem = size::difference(roles, &wanted, (&own, &other), &peer);
        Error::Setup { role, problem }
    }

    /// The role may go on, unless it has ended.
    pub(crate) fn resume(&self) -> Result<(), Error> {
        if !self.told {
            return Ok(());
        }
        let role = self.name.clone();
        Err(Error::Setup { role, problem: "its part of the session is over".to_owned() })
    }

    fn poll<O>(
        &mut self,
        play: Pin<&mut impl Future<Output = Result<O, Error>>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<O, Error>> {
        self.step(play, cx).map(|result| self.end(result))
    }

    /// Runs a part of the role's share, after which it may have more; a failure ends it.
    pub(crate) fn step<O>(
        &mut self,
        play: Pin<&mut impl Future<Output = Result<O, Error>>>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<O, Error>> {
        let polled = {
            let _entered = self.span.enter();
            let outer = place::replace(self.last);
            let polled = catch_unwind(AssertUnwindSafe(|| play.poll(cx)));
            self.last = place::replace(outer);
            polled
        };
        match polled {
            Ok(Poll::Pending) => {
                self.rest();
                Poll::Pending
            }
            Ok(Poll::Ready(Ok(value))) => Poll::Ready(Ok(value)),
            Ok(Poll::Ready(Err(error))) => Poll::Ready(self.end(Err(error))),
            Err(panic) => {
                self.fail(Reason::Panic(panic_text(panic.as_ref())));
                resume_unwind(panic)
            }
        }
    }

    /// Sends off what is held back: the role does nothing until it is polled or called again.
    pub(crate) fn rest(&self) {
        self.transport.flush();
    }

    /// Waits until what the role has sent has left, once its part is over.
    pub(crate) fn drained(&self) -> impl Future<Output = ()> + Send + use<'_, 't, T> {
        self.transport.drained()
    }

    pub(crate) fn end<O>(&mut self, result: Result<O, Error>) -> Result<O, Error> {
        let result = result.map_err(|error| error.in_role(&self.name));
        self.tell(match &result {
            Ok(_) => End::Finished,
            Err(error) => End::Failed(error.cause()),
        });
        result
    }

    /// The role was dropped where it can't go on.
    pub(crate) fn cancel(&mut self) {
        self.fail(Reason::Cancelled);
    }

    fn fail(&mut self, reason: Reason) {
        let role = self.name.clone();
        self.tell(End::Failed(Cause::new(role, reason, Place::after(self.last))));
    }

    fn tell(&mut self, end: End) {
        if !std::mem::replace(&mut self.told, true) {
            self.transport.close(end);
        }
    }
}

impl<T: Transport> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        if !self.told {
            self.cancel();
        }
    }
}

/// The participants that play a role.
pub(crate) fn participants(transport: &impl Transport, role: usize) -> Range<usize> {
    let first = (0..role).map(|role| transport.members(role)).sum();
    first..first + transport.members(role)
}

/// What the choreography calls the participant of this end.
fn name(transport: &impl Transport, protocol: &Protocol) -> Cow<'static, str> {
    protocol.participant(transport.place(), |role| transport.members(role))
}

/// What a panic says, as far as it says something.
fn panic_text(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a value that is no text").to_owned()
}
