//! Moments of a run by name: they can be read, written down, and found again in a later run, whatever
//! else has changed in the program.

use crate::schedule::ScheduleError;
use std::fmt;
use std::str::FromStr;

/// A message that a role sends or receives, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Action {
    /// The role sends it; else it receives it.
    pub sends: bool,
    /// The choreography in whose body the message is written.
    pub choreography: String,
    /// Its label.
    pub label: String,
    /// The role at the other end.
    pub peer: String,
    /// How often the role did this, this time included: from 1.
    pub round: u32,
}

/// A moment in a role's run, by name.
///
/// ```
/// use chor_sim::Point;
///
/// let text = "Seller after sending buy_book.price to Buyer, round 2";
/// let point: Point = text.parse()?;
/// assert_eq!(point.role, "Seller");
/// assert_eq!(point.to_string(), text);
/// # Ok::<(), chor_sim::ScheduleError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Point {
    /// The role.
    pub role: String,
    /// When.
    pub moment: Moment,
}

/// When in a role's run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Moment {
    /// Before it does anything.
    Start,
    /// When it is about to send or to receive: what it ran before has happened.
    Before(Action),
    /// When it has sent or received, and has done nothing with it yet.
    After(Action),
}

/// ``Seller after sending buy_book.price to Buyer, round 2``.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.role, self.moment)
    }
}

/// ``after sending buy_book.price to Buyer, round 2``.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("at the start"),
            Self::Before(action) => write!(f, "before {action}"),
            Self::After(action) => write!(f, "after {action}"),
        }
    }
}

/// ``sending buy_book.price to Buyer, round 2``.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { sends, choreography, label, peer, round } = self;
        let (verb, to) = if *sends { ("sending", "to") } else { ("receiving", "from") };
        write!(f, "{verb} {choreography}.{label} {to} {peer}, round {round}")
    }
}

const POINT: &str = "Role after sending choreography.label to Role, round 1";

impl FromStr for Point {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        parse_point(text.trim()).ok_or_else(|| ScheduleError { text: text.to_owned(), form: POINT })
    }
}

fn parse_point(text: &str) -> Option<Point> {
    let (role, moment) = text.split_once(' ')?;
    let moment = if moment == "at the start" {
        Moment::Start
    } else if let Some(action) = moment.strip_prefix("before ") {
        Moment::Before(parse_action(action)?)
    } else {
        Moment::After(parse_action(moment.strip_prefix("after ")?)?)
    };
    Some(Point { role: role.to_owned(), moment })
}

/// From the right, since a label may contain anything.
fn parse_action(text: &str) -> Option<Action> {
    let (rest, round) = text.rsplit_once(", round ")?;
    let (sends, rest, to) = match rest.strip_prefix("sending ") {
        Some(rest) => (true, rest, " to "),
        None => (false, rest.strip_prefix("receiving ")?, " from "),
    };
    let (message, peer) = rest.rsplit_once(to)?;
    let (choreography, label) = message.split_once('.')?;
    let round = round.parse().ok().filter(|round| *round > 0)?;
    let owned = str::to_owned;
    Some(Action {
        sends,
        choreography: owned(choreography),
        label: owned(label),
        peer: owned(peer),
        round,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_read_as_they_are_written() {
        for text in [
            "A at the start",
            "A before sending f.x to B, round 1",
            "A after receiving f.agree x from y from B, round 12",
        ] {
            let point: Point = text.parse().expect(text);
            assert_eq!(point.to_string(), text);
        }
    }

    #[test]
    fn what_is_no_point_is_refused() {
        for text in [
            "",
            "A",
            "A crashes",
            "A after sending",
            "A after sending x to B, round 1",
            "A after sending f.x to B, round 0",
            "A after sending f.x to B",
        ] {
            let error = text.parse::<Point>().expect_err(text);
            assert!(error.to_string().contains(POINT), "{error}");
        }
    }
}
