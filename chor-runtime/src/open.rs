//! Playing a role whose result is a choreography: the role stays in its session, and the choreography
//! is called as often as its owner likes.

use crate::chor::Chor;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::fail::finish;
use crate::protocol::Protocol;
use crate::role::Guard;
use crate::size::Size;
use crate::transport::Transport;
use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};

/// One role's share of a choreography with `N` roles whose result is a choreography.
///
/// `chor!` makes one for each role that takes part in that result; [`open_role`] runs it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no role whose result is a choreography",
    label = "nothing that can be called comes of it",
    note = "a role with a plain result, or none, is played: `play_role(role, &transport)`"
)]
pub trait Opening<const N: usize>: Sized + Send {
    /// What the role brings to each call, as a tuple.
    type Args: Send;
    /// What the role has of the result of each call.
    type Output: Send;
    /// The role's number in [`PROTOCOL`](Self::PROTOCOL).
    const ROLE: usize;
    /// The choreography.
    const PROTOCOL: &'static Protocol;
    /// How many participants play each role.
    const SIZES: [Size; N] = [Size::One; N];

    /// The role's run, up to the choreography that comes of it. Use [`open_role`].
    fn open<T: Transport + Copy>(
        self,
        endpoint: Endpoint<T, N>,
    ) -> impl Future<Output = Result<impl Chor<T, Self::Args, Output = Self::Output> + Send, Error>> + Send;
}

/// Plays one role up to the choreography that is its result, which can then be called.
///
/// The role takes part in the session until the [`OpenRole`] is [finished](OpenRole::finish) or dropped:
/// then its peers learn that it has finished.
///
/// # Errors
/// As [`play_role`](crate::play_role).
///
/// # Panics
/// If the role's own code panics. The peers are told before the panic goes on.
///
/// # Cancel safety
/// Dropping the future cancels the role: each peer that still has a message to exchange with it
/// fails.
///
/// # Examples
/// With a choreography `adder[A, B](by: u32 @ A) -> chor(u32 @ B) -> u32 @ A | B`:
/// `let mut add = open_role(adder::A::new(3), &transport).await?;`, and then
/// `let sum = add.call(()).await?;` at `A` for each `add.call((x,)).await?` at `B`. In the end, each has
/// `add.finish().await`.
#[must_use = "a role that is not awaited is cancelled"]
pub fn open_role<'t, P, T, const N: usize>(
    projection: P,
    transport: &'t T,
) -> impl Future<Output = Result<OpenRole<'t, P::Args, P::Output>, Error>> + Send
where
    P: Opening<N> + 't,
    P::Args: 't,
    P::Output: 't,
    T: Transport,
{
    // Not an `async fn`: the guard has to exist before the first poll.
    let mut guard = Guard::new(transport, P::PROTOCOL, P::ROLE);
    let opened = guard.open(&P::SIZES);
    async move {
        let endpoint = Endpoint::new(transport, P::PROTOCOL);
        let opened = match guard.start(opened).await {
            Ok(()) => {
                let mut open = pin!(projection.open(endpoint));
                poll_fn(|cx| guard.step(open.as_mut(), cx)).await
            }
            Err(fail) => Err(fail.into_error()),
        };
        match opened {
            Ok(chor) => {
                guard.rest();
                Ok(OpenRole(Box::new(Open { guard, endpoint, chor })))
            }
            Err(error) => {
                transport.drained().await;
                Err(error)
            }
        }
    }
}

/// A role that stays in its session, with the choreography that came of it: `Args` are what the role
/// brings to each call, `Output` what it has of the result.
///
/// When it is [finished](Self::finish) or dropped, the peers learn that the role has finished, or, if a
/// call failed or was dropped before its end, that the role failed.
pub struct OpenRole<'t, Args, Output>(
    // Boxed, because the compiler can't prove of a future that holds a transport and a choreography
    // over it that it may move between threads.
    Box<dyn Callable<Args, Output> + Send + 't>,
);

impl<Args, Output> OpenRole<'_, Args, Output> {
    /// Plays the role's share of one call, with the role's own arguments as a tuple: `()` if it brings
    /// none, `(x,)` for one. Every role that takes part has to call as often as the others.
    ///
    /// # Errors
    /// As [`play_role`](crate::play_role). After an error the session is over for this role, and
    /// every further call is [`Error::Setup`]. Before it is told, what the role has sent has left the
    /// process.
    ///
    /// # Panics
    /// If the role's own code panics. The peers are told before the panic goes on.
    ///
    /// # Cancel safety
    /// Dropping the future cancels the role: the session is over for it.
    pub async fn call(&mut self, args: Args) -> Result<Output, Error> {
        self.0.call(args).await
    }

    /// Ends the role's part of the session, as dropping it does, and waits until what the role has sent
    /// has left the process, as far as the transport can tell: over TCP, the system has it.
    ///
    /// # Cancel safety
    /// Dropping the future ends the role's part all the same, even before it was ever polled. What is
    /// still to leave is then lost if the process ends.
    pub async fn finish(mut self) {
        self.0.finish().await;
    }
}

impl<Args, Output> fmt::Debug for OpenRole<'_, Args, Output> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenRole").finish_non_exhaustive()
    }
}

type Called<'c, Output> = Pin<Box<dyn Future<Output = Output> + Send + 'c>>;

trait Callable<Args, Output> {
    fn call<'c>(&'c mut self, args: Args) -> Called<'c, Result<Output, Error>>
    where
        Args: 'c;

    fn finish(&mut self) -> Called<'_, ()>;
}

struct Open<'t, T: Transport, C, const N: usize> {
    guard: Guard<'t, T>,
    endpoint: Endpoint<&'t T, N>,
    chor: C,
}

impl<'t, T, C, Args, Output, const N: usize> Callable<Args, Output> for Open<'t, T, C, N>
where
    T: Transport,
    C: Chor<&'t T, Args, Output = Output> + Send,
    Args: Send,
    Output: Send,
{
    fn call<'c>(&'c mut self, args: Args) -> Called<'c, Result<Output, Error>>
    where
        Args: 'c,
    {
        let Self { guard, endpoint, chor } = self;
        Box::pin(async move {
            guard.resume()?;
            let mut run = pin!(finish(chor.run(endpoint.roles([]), args)));
            let mut call = Call { guard, done: false };
            let result = poll_fn(|cx| call.guard.step(run.as_mut(), cx)).await;
            call.done = true;
            match result {
                Ok(_) => call.guard.rest(),
                Err(_) => call.guard.drained().await,
            }
            result
        })
    }

    fn finish(&mut self) -> Called<'_, ()> {
        let _ = self.guard.end(Ok(()));
        Box::pin(self.guard.drained())
    }
}

/// A call that is dropped before its end leaves the role nowhere.
struct Call<'c, 't, T: Transport> {
    guard: &'c mut Guard<'t, T>,
    done: bool,
}

impl<T: Transport> Drop for Call<'_, '_, T> {
    fn drop(&mut self) {
        if !self.done {
            self.guard.cancel();
        }
    }
}

impl<T: Transport, C, const N: usize> Drop for Open<'_, T, C, N> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.guard.cancel();
        }
        let _ = self.guard.end(Ok(()));
    }
}
