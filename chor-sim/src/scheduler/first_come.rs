//! First come, first served: a role runs until it waits.

use super::{Policy, Stop};

pub(crate) struct FirstCome;

impl Policy for FirstCome {
    fn pick(&mut self, _: &[usize], _: &[&'static str]) -> usize {
        0
    }

    fn is_restless(&self) -> bool {
        false
    }

    fn yields(&mut self, _: Stop) -> bool {
        false
    }
}
