//! Sessions all of whose roles are polled by one future: their state needs no lock, because it is lent
//! to the thread for as long as that future is polled.
//!
//! A lock that nobody contends for costs as much as all the rest of a message.

use super::sizes::Sizes;
use super::table::Table;
use super::{Memory, Session};
use std::cell::Cell;
use std::future::poll_fn;
use std::mem::ManuallyDrop;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    /// The sessions being polled on this thread, the innermost first: code of a role may run another
    /// session, and there use what belongs to its own.
    ///
    /// Not dropped with the thread, since by then everything was taken back: a thread-local without
    /// a destructor is reached in a single instruction.
    static LENT: Cell<ManuallyDrop<Stack>> = const { Cell::new(ManuallyDrop::new(None)) };
}

type Stack = Option<Box<Entry>>;

struct Entry {
    id: u64,
    table: Table,
    outer: Stack,
}

#[inline]
fn take() -> Stack {
    ManuallyDrop::into_inner(LENT.replace(ManuallyDrop::new(None)))
}

#[inline]
fn put(stack: Stack) {
    LENT.set(ManuallyDrop::new(stack));
}

/// Where the state of a session is, whose roles are polled together: with the thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lent {
    id: u64,
}

impl Session for Lent {
    #[inline]
    fn with<R>(&self, act: impl FnOnce(&mut Table) -> R) -> Option<R> {
        // Nothing of others runs in here, so nobody misses what is taken out of its place.
        let mut stack = take();
        let result = find(&mut stack, self.id).map(|table| (act(table), table.woken.take()));
        put(stack);
        let (result, woken) = result?;
        woken.wake();
        Some(result)
    }
}

#[inline]
fn find(stack: &mut Stack, id: u64) -> Option<&mut Table> {
    let entry = stack.as_mut()?;
    if entry.id == id { Some(&mut entry.table) } else { find_outer(&mut entry.outer, id) }
}

#[cold]
fn find_outer(stack: &mut Stack, id: u64) -> Option<&mut Table> {
    find(stack, id)
}

impl Lent {
    /// Starts a session with so many participants for each role, and runs the future that `run` makes of its ends. Only in
    /// there they are of use.
    pub(crate) async fn session<F: Future>(
        sizes: &[usize],
        run: impl FnOnce(Vec<Memory<Self>>) -> F,
    ) -> F::Output {
        static IDS: AtomicU64 = AtomicU64::new(0);
        let id = IDS.fetch_add(1, Ordering::Relaxed);
        let sizes = Sizes::new(sizes);
        let table = Table::new(sizes.clone());
        let mut own = Some(Box::new(Entry { id, table, outer: None }));
        let end = |place| Memory::new(Self { id }, place, sizes.clone());
        let mut run = pin!(run((0..sizes.participants()).map(end).collect()));
        poll_fn(|cx| {
            let _lending = Lending::new(&mut own);
            run.as_mut().poll(cx)
        })
        .await
    }
}

/// Lends a session to the thread, and takes it back when dropped: also when a role panics.
struct Lending<'o> {
    own: &'o mut Stack,
}

impl<'o> Lending<'o> {
    fn new(own: &'o mut Stack) -> Self {
        if let Some(mut entry) = own.take() {
            entry.outer = take();
            put(Some(entry));
        }
        Self { own }
    }
}

impl Drop for Lending<'_> {
    fn drop(&mut self) {
        // What was lent inside was taken back before.
        if let Some(mut entry) = take() {
            put(entry.outer.take());
            *self.own = Some(entry);
        }
    }
}
