//! What a member of a family does in branches at once: its own share, and that in what others do.
//!
//! Knows which branch is the own one; deliberately not what is done in any.

use pin_project_lite::pin_project;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The endpoint of a branch, and the number of its member, in the list of all.
///
/// # Panics
/// If there is none of this number.
pub fn slot<E>(slots: &[(E, usize)], number: usize) -> &(E, usize) {
    &slots[number]
}

/// The own share, which there is once, of the participant that has this slot.
pub fn share<E, A>(slot: &(E, usize), own: A) -> Own<A> {
    Own { number: slot.1, share: Some(own) }
}

/// The own share, until its branch comes.
#[derive(Debug)]
pub struct Own<A> {
    number: usize,
    share: Option<A>,
}

impl<A> Own<A> {
    /// The branch of a slot: the own share if it is the own one, else the other.
    pub fn or<E, B>(&mut self, slot: &(E, usize), other: B) -> Share<A, B> {
        match self.share.take_if(|_| slot.1 == self.number) {
            Some(own) => Share::Own { own },
            None => Share::Other { other },
        }
    }
}

pin_project! {
    /// A branch.
    #[project = Projected]
    #[derive(Debug)]
    pub enum Share<A, B> {
        Own { #[pin] own: A },
        Other { #[pin] other: B },
    }
}

impl<A: Future, B: Future<Output = A::Output>> Future for Share<A, B> {
    type Output = A::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<A::Output> {
        match self.project() {
            Projected::Own { own } => own.poll(cx),
            Projected::Other { other } => other.poll(cx),
        }
    }
}
