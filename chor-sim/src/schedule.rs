//! All decisions of a run, as text: to read them, and to run exactly that again.

use crate::point::{Action, Moment, Point};
use std::fmt;
use std::str::FromStr;

/// What was decided about a run: the order of its roles, and its faults.
///
/// ```
/// use chor_sim::Schedule;
///
/// let text = "seed 7; Seller crashes after sending buy_book.price to Buyer, round 1";
/// let schedule: Schedule = text.parse()?;
/// assert_eq!(schedule.decisions.len(), 1);
/// assert_eq!(schedule.to_string(), text);
/// # Ok::<(), chor_sim::ScheduleError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Schedule {
    /// In which order roles run.
    pub order: Order,
    /// What goes wrong.
    pub decisions: Vec<Decision>,
}

/// In which order roles run of which several could.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Order {
    /// In that in which they came to be able to.
    #[default]
    FirstCome,
    /// At random, by this seed.
    Seed(u64),
    /// The role of this name last: it runs only when no other can. The others in that in which they came
    /// to be able to.
    Last(String),
    /// As given, by their names, and then in that in which they came to be able to.
    Given(Vec<String>),
}

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Decision {
    /// A role crashes: its task is dropped, and the others learn that it is lost.
    Crash(Point),
    /// The way of a message breaks that this role is about to send: see [`Fate::Cut`](crate::Fate::Cut).
    Cut(Point),
}

impl Decision {
    /// When.
    pub fn point(&self) -> &Point {
        match self {
            Self::Crash(point) | Self::Cut(point) => point,
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = match &self.order {
            Order::FirstCome => None,
            Order::Seed(seed) => Some(format!("seed {seed}")),
            Order::Last(role) => Some(format!("last {role}")),
            Order::Given(roles) => Some(format!("order {}", roles.join(" "))),
        };
        let decisions = self.decisions.iter().map(ToString::to_string);
        let parts: Vec<String> = order.into_iter().chain(decisions).collect();
        f.write_str(if parts.is_empty() { "no faults" } else { "" })?;
        f.write_str(&parts.join("; "))
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Crash(Point { role, moment }) => write!(f, "{role} crashes {moment}"),
            Self::Cut(Point { role, moment }) => write!(f, "{role} is cut off {moment}"),
        }
    }
}

/// A text that is no schedule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no schedule: `{text}` is not of the form `{form}`")]
#[non_exhaustive]
pub struct ScheduleError {
    /// What can't be read.
    pub text: String,
    /// What it should look like.
    pub form: &'static str,
}

impl ScheduleError {
    pub(crate) fn new(text: &str, form: &'static str) -> Self {
        Self { text: text.to_owned(), form }
    }
}

const SEED: &str = "seed 7";
const DECISION: &str = "Role crashes after sending choreography.label to Role, round 1";

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut schedule = Self::default();
        for part in text.split(';').map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(seed) = part.strip_prefix("seed ") {
                let seed = seed.parse().map_err(|_| ScheduleError::new(part, SEED))?;
                schedule.order = Order::Seed(seed);
            } else if let Some(role) = part.strip_prefix("last ") {
                schedule.order = Order::Last(role.trim().to_owned());
            } else if let Some(roles) = part.strip_prefix("order ") {
                let roles = roles.split_whitespace().map(str::to_owned).collect();
                schedule.order = Order::Given(roles);
            } else if part != "no faults" {
                schedule.decisions.push(part.parse()?);
            }
        }
        Ok(schedule)
    }
}

impl FromStr for Decision {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let text = text.trim();
        let point = |verb| {
            let (role, moment) = text.split_once(verb)?;
            format!("{role} {moment}").parse::<Point>().ok()
        };
        let crash = point(" crashes ").map(Self::Crash);
        let cut = || point(" is cut off ").filter(sends).map(Self::Cut);
        crash.or_else(cut).ok_or_else(|| ScheduleError::new(text, DECISION))
    }
}

/// Only a way that is about to be used is cut.
fn sends(point: &Point) -> bool {
    matches!(point.moment, Moment::Before(Action { sends: true, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_read_as_they_are_written() {
        for text in [
            "no faults",
            "seed 18446744073709551615",
            "order A B A; A crashes at the start",
            "last B; A crashes at the start",
            "A is cut off before sending f.x to B, round 1; B crashes after receiving f.y from A, round 2",
        ] {
            let schedule: Schedule = text.parse().expect(text);
            assert_eq!(schedule.to_string(), text);
        }
        assert_eq!("".parse(), Ok(Schedule::default()));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "seed",
            "seed x",
            "A crashed at the start",
            "A is cut off after sending f.x to B, round 1",
            "A is cut off before receiving f.x from B, round 1",
        ] {
            let error = text.parse::<Schedule>().expect_err(text);
            assert!(error.to_string().contains(&error.text), "{error}");
        }
    }
}
