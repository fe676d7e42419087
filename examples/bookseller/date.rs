//! A day of the Gregorian calendar; just enough of it to say when a book arrives.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day, written as in `2026-01-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Date {
    year: u32,
    month: u32,
    day: u32,
}

impl Date {
    /// The day, if there is such a day in the years 1 to 9999.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        let valid = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in_month(year, month)).contains(&day);
        valid.then_some(Self { year, month, day })
    }

    /// The day so many days later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        (0..days).fold(self, |day, _| day.next())
    }

    fn next(self) -> Self {
        let Self { year, month, day } = self;
        if day < days_in_month(year, month) {
            Self { day: day + 1, ..self }
        } else if month < 12 {
            Self { month: month + 1, day: 1, ..self }
        } else {
            Self { year: year + 1, month: 1, day: 1 }
        }
    }
}

fn days_in_month(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse().ok());
        let mut part = || parts.next().flatten();
        let (year, month, day) = (part(), part(), part());
        year.zip(month)
            .zip(day)
            .and_then(|((year, month), day)| Self::new(year, month, day))
            .ok_or("write a day like 2026-01-05")
    }
}
