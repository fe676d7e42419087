//! What happened in a run: every send, receive, failure, crash and end.
//!
//! Knows events; deliberately not how they came about, nor how they are drawn.

mod event;
mod json;
mod order;
mod statistics;
mod text;

pub use event::{Event, What};
pub(crate) use text::{Failure, Seconds};

use crate::halt::Halt;
use crate::names::Names;
use crate::value::write_value;
use chor_runtime::{Address, Bincode, Codec, End, Message, Protocol, Site, Step};
use std::time::Duration;

/// What happened in a run.
///
/// Its [`Display`](std::fmt::Display) is stable: one line for each message and each failure, without
/// places in the source, in an order that depends on what caused what alone. So it is the same for
/// all schedules that make no difference, and made for comparing with what a test expects. What
/// happened after time had passed has the virtual time before it; in a [mixed](crate::Mixed) run, whose
/// time is real, nothing has:
///
/// ```text
/// Buyer -> Seller: title = "TAPL"
/// Seller -> Buyer: price = Some(50)
/// Seller crashed after sending buy_book.price to Buyer, round 1
/// ```
///
/// [`detailed`](Self::detailed) is everything, in the order in which it happened.
#[derive(Clone, Debug)]
pub struct Trace {
    protocol: Option<&'static Protocol>,
    names: Names,
    records: Vec<Record>,
    /// What records only point to, so that a million of them are dropped at once.
    ends: Vec<End>,
    halts: Vec<Halt>,
    /// All values, one after the other.
    text: String,
    /// Times are those of a real clock.
    real_time: bool,
    /// Which arms of which branches were taken.
    taken: Vec<(&'static Site, usize)>,
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
struct Record {
    at: Duration,
    role: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Sent {
        to: usize,
        step: &'static Step,
        number: u32,
        value: Text,
        bytes: u32,
    },
    Received {
        from: usize,
        step: &'static Step,
        number: u32,
    },
    Discarded {
        from: usize,
        step: &'static Step,
        number: u32,
    },
    /// Its number among the ends.
    Ended(usize),
    /// Its number among the halts.
    Stuck(usize),
}

/// Where a value begins and ends in the text.
#[derive(Clone, Copy, Debug)]
struct Text(u32, u32);

/// What a small run has room for at once: records, and bytes of values.
const FEW: usize = 64;

/// Writes a trace.
pub(crate) struct Recorder {
    trace: Trace,
    scratch: Vec<u8>,
}

impl Recorder {
    pub(crate) fn new() -> Self {
        let (records, text) = (Vec::with_capacity(FEW), String::with_capacity(FEW));
        let trace = Trace { records, text, ..Trace::empty() };
        Self { trace, scratch: Vec::new() }
    }

    /// From here on times are those of a real clock, and no part of what is stable.
    pub(crate) fn in_real_time(&mut self) {
        self.trace.real_time = true;
    }

    pub(crate) fn open(&mut self, protocol: &'static Protocol, names: &Names) {
        self.trace.names = Names::clone(names);
        self.trace.protocol = Some(protocol);
    }

    /// Notes which arm of a branch a role takes: whether its guard holds, or the number of the arm.
    /// There are few, so they are searched.
    pub(crate) fn came(&mut self, site: &'static Site, value: &str) {
        let arm = match value {
            "true" => Some(0),
            "false" => Some(1),
            number => number.parse().ok(),
        };
        let taken = arm.filter(|arm| *arm < site.arms.len()).map(|arm| (site, arm));
        self.trace.taken.extend(taken.filter(|taken| !self.trace.taken.contains(taken)));
    }

    pub(crate) fn sent<M: Message>(
        &mut self,
        at: Duration,
        role: usize,
        to: &Address,
        number: u32,
        value: &M,
    ) {
        let start = self.trace.text.len();
        write_value(value, &mut self.trace.text);
        let text = Text(offset(start), offset(self.trace.text.len()));
        let bytes = self.size(value);
        let kind = Kind::Sent { to: to.peer, step: to.step, number, value: text, bytes };
        self.trace.records.push(Record { at, role, kind });
    }

    /// What the default codec makes of it.
    fn size<M: Message>(&mut self, value: &M) -> u32 {
        self.scratch.clear();
        let encoded = Bincode.encode(value, &mut self.scratch);
        if encoded.is_ok() { offset(self.scratch.len()) } else { 0 }
    }

    pub(crate) fn received(&mut self, at: Duration, role: usize, from: &Address, number: u32) {
        let kind = Kind::Received { from: from.peer, step: from.step, number };
        self.trace.records.push(Record { at, role, kind });
    }

    pub(crate) fn discarded(&mut self, at: Duration, role: usize, from: &Address, number: u32) {
        let kind = Kind::Discarded { from: from.peer, step: from.step, number };
        self.trace.records.push(Record { at, role, kind });
    }

    pub(crate) fn ended(&mut self, at: Duration, role: usize, end: &End) {
        let kind = Kind::Ended(self.trace.ends.len());
        self.trace.ends.push(end.clone());
        self.trace.records.push(Record { at, role, kind });
    }

    pub(crate) fn stuck(&mut self, at: Duration, role: usize, halt: Halt) {
        let kind = Kind::Stuck(self.trace.halts.len());
        self.trace.halts.push(halt);
        self.trace.records.push(Record { at, role, kind });
    }

    pub(crate) fn finish(self) -> Trace {
        self.trace
    }
}

/// Traces beyond four gigabytes lose values.
fn offset(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl Trace {
    pub(crate) fn empty() -> Self {
        Self {
            protocol: None,
            names: Names::default(),
            records: Vec::new(),
            ends: Vec::new(),
            halts: Vec::new(),
            text: String::new(),
            real_time: false,
            taken: Vec::new(),
        }
    }

    /// The choreography; `None` if no role began to play.
    pub fn protocol(&self) -> Option<&'static Protocol> {
        self.protocol
    }

    /// The events in the order in which they happened.
    pub fn events(&self) -> impl Iterator<Item = Event<'_>> {
        self.records.iter().map(|record| Event::new(self, record))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether nothing happened.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The arms of branches that were taken, by number: of those that several roles know.
    pub(crate) fn taken(&self) -> &[(&'static Site, usize)] {
        &self.taken
    }

    /// The events in an order that depends on what caused what alone.
    pub fn in_causal_order(&self) -> Vec<Event<'_>> {
        order::causal(self)
    }

    /// The names of the participants, in order.
    pub(crate) fn names(&self) -> &[&'static str] {
        &self.names
    }

    pub(crate) fn role(&self, index: usize) -> &'static str {
        self.names.get(index).copied().unwrap_or("?")
    }

    fn value(&self, Text(start, end): Text) -> &str {
        self.text.get(start as usize..end as usize).unwrap_or("…")
    }
}
