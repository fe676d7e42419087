//! What generated code calls. Not for people, and without promises: it changes with the macro.

pub use crate::agreement::Agreement;
pub use crate::branches::Branches;
pub use crate::chor::Chor;
pub use crate::choreography::{Choreography, Members, Roles, coinciding, given, sized};
pub use crate::endpoint::Endpoint;
pub use crate::error::Error;
pub use crate::fail::{Fail, Missing, OrFail, early, failed, finish};
pub use crate::first::{first, try_first};
pub use crate::join::{join, join_pair, own};
pub use crate::lost::{Lost, Member};
pub use crate::message::Message;
pub use crate::normal::Calls;
pub use crate::open::Opening;
pub use crate::protocol::{Node, Protocol, Step};
pub use crate::role::Projection;
pub use crate::sends::{Sending, expendable, first_of, sends, sends_from};
pub use crate::share::{share, slot};
pub use crate::signature::{Param, Signature};
pub use crate::size::Size;
pub use crate::transport::Transport;
pub use crate::until::{Enough, Until, until};
pub use crate::watch::{Site, show, shown};
pub use std::boxed::Box;
use std::future::Pending;
use std::marker::PhantomData;
use std::pin::Pin;
pub use std::sync::Arc;
pub use std::vec::Vec;

/// A value of the type that a function tells, where the type can't be written.
pub fn typed<M>(_: fn() -> PhantomData<M>, value: M) -> M {
    value
}

/// As [`typed`], by reference.
pub fn typed_ref<M>(_: fn() -> PhantomData<M>, value: &M) -> &M {
    value
}

/// The run of a choreography that is called where it is called again from its body. Made here, it takes
/// its place on the stack of its caller only while that makes it, not for each level of a recursion.
#[inline(never)]
pub fn boxed<C, E, F>(callee: C, ep: E, run: impl FnOnce(C, E) -> F) -> Pin<Box<F>> {
    Box::pin(run(callee, ep))
}

/// The run of a choreography whose source has mistakes.
pub fn absent<O>() -> Pending<Result<O, Fail>> {
    std::future::pending()
}

/// Stands for the part of a choreography that follows from its body, as long as that isn't there:
/// inherent items come first.
pub trait Absent: Sized {
    #[doc(hidden)]
    const __PROTOCOL: Protocol =
        Protocol::new(const { &Signature::new("absent", &[], &[], "") }, &[], &[]);

    #[doc(hidden)]
    const __SENDS: &'static [u8] = &[];

    #[doc(hidden)]
    fn __run<T, O, const N: usize>(self, _: Endpoint<T, N>) -> Pending<Result<O, Fail>> {
        std::future::pending()
    }

    #[doc(hidden)]
    fn __play<T, O, const N: usize>(self, _: Endpoint<T, N>) -> Pending<Result<O, Error>> {
        std::future::pending()
    }
}

impl<P> Absent for P {}
