//! One order of events for all runs in which the same was caused by the same.

use super::{Event, Kind, Record, Trace};
use chor_runtime::End;

/// By Lamport's clock, then by role: an event comes after all that it depends on, and nothing else
/// matters. <https://doi.org/10.1145/359545.359563>
pub(super) fn causal(trace: &Trace) -> Vec<Event<'_>> {
    let clocks = clocks(trace);
    let mut indices: Vec<usize> = (0..trace.records.len()).collect();
    indices.sort_by_key(|index| (clocks[*index], trace.records[*index].role));
    indices.into_iter().map(|index| Event::new(trace, &trace.records[index])).collect()
}

/// The length of the longest chain of causes that ends in each event.
pub(super) fn clocks(trace: &Trace) -> Vec<u32> {
    let mut clocks = Clocks::default();
    trace.records.iter().map(|record| clocks.tick(trace, record)).collect()
}

/// The clock of each role and of each message.
#[derive(Default)]
struct Clocks {
    roles: Vec<u32>,
    messages: Vec<u32>,
}

impl Clocks {
    fn tick(&mut self, trace: &Trace, record: &Record) -> u32 {
        let cause = self.cause(trace, record);
        // When a message is dropped makes no difference to its receiver.
        if let Kind::Discarded { .. } = &record.kind {
            return cause + 1;
        }
        let own = get(&self.roles, record.role);
        let now = own.max(cause) + 1;
        set(&mut self.roles, record.role, now);
        if let Kind::Sent { number, .. } = &record.kind {
            set(&mut self.messages, *number as usize, now);
        }
        now
    }

    fn cause(&self, trace: &Trace, record: &Record) -> u32 {
        match &record.kind {
            Kind::Sent { .. } => 0,
            Kind::Received { number, .. } | Kind::Discarded { number, .. } => {
                get(&self.messages, *number as usize)
            }
            Kind::Ended(number) => match &trace.ends[*number] {
                End::Finished => 0,
                // An echo of another's failure.
                End::Failed(cause) => {
                    let mut roles = 0..self.roles.len();
                    let first = roles.find(|role| trace.role(*role) == cause.role());
                    first.map_or(0, |role| get(&self.roles, role))
                }
                _ => self.last(),
            },
            // Nobody can go on: after everything else.
            Kind::Stuck(_) => self.last(),
        }
    }

    fn last(&self) -> u32 {
        self.roles.iter().copied().max().unwrap_or(0)
    }
}

fn get(clocks: &[u32], index: usize) -> u32 {
    clocks.get(index).copied().unwrap_or(0)
}

fn set(clocks: &mut Vec<u32>, index: usize, now: u32) {
    if clocks.len() <= index {
        clocks.resize(index + 1, 0);
    }
    clocks[index] = now;
}
