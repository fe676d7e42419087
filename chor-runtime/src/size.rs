//! How many participants play a role.
//!
//! Knows what a choreography asks for; deliberately not how many a session has.

use std::fmt;

/// How many participants play a role of a choreography.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Size {
    /// One: it is no family.
    #[default]
    One,
    /// As many as the session has, also none: `Workers[..]`.
    Any,
    /// So many: `Workers[3]`.
    Exactly(usize),
}

impl Size {
    /// Whether so many participants can play the role.
    pub(crate) fn fits(self, count: usize) -> bool {
        match self {
            Self::One => count == 1,
            Self::Any => true,
            Self::Exactly(size) => count == size,
        }
    }

    /// A role of this size as it is written in the header: `Leader`, `Workers[..]`.
    pub(crate) fn of(self, role: &str) -> impl fmt::Display {
        fmt::from_fn(move |f| match self {
            Self::One => f.write_str(role),
            Self::Any => write!(f, "{role}[..]"),
            Self::Exactly(size) => write!(f, "{role}[{size}]"),
        })
    }
}

/// What is wrong with a session of these sizes; `None` if nothing is.
pub(crate) fn misfit(roles: &[&str], wanted: &[Size], found: &[usize]) -> Option<String> {
    let fit = wanted.iter().zip(found).all(|(size, count)| size.fits(*count));
    if fit {
        return None;
    }
    let (found, wanted) = (found_as(roles, wanted, found), text(roles, wanted.iter().copied()));
    Some(format!("the session is one of {found}, the choreography of {wanted}"))
}

/// What is wrong with a session that has these sizes here and those at a peer.
pub(crate) fn difference(
    roles: &[&str],
    wanted: &[Size],
    (own, other): (&[usize], &[usize]),
    peer: &str,
) -> String {
    let [own, other] = [own, other].map(|found| found_as(roles, wanted, found));
    format!("the session is one of {own} here, and of {other} at `{peer}`")
}

/// The roles with as many as there are of each. A family of one is shown as such.
fn found_as(roles: &[&str], wanted: &[Size], found: &[usize]) -> String {
    let shown = |(size, count): (&Size, &usize)| match (size, count) {
        (Size::One, 1) => Size::One,
        (_, count) => Size::Exactly(*count),
    };
    text(roles, wanted.iter().zip(found).map(shown))
}

fn text(roles: &[&str], sizes: impl Iterator<Item = Size>) -> String {
    let texts: Vec<_> =
        roles.iter().zip(sizes).map(|(role, size)| size.of(role).to_string()).collect();
    texts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misfit_shows_all_sizes() {
        let roles = ["Leader", "Workers", "Log"];
        let wanted = [Size::One, Size::Exactly(3), Size::Any];
        assert_eq!(misfit(&roles, &wanted, &[1, 3, 0]), None);
        assert_eq!(
            misfit(&roles, &wanted, &[1, 1, 2]).unwrap(),
            "the session is one of Leader, Workers[1], Log[2], \
             the choreography of Leader, Workers[3], Log[..]"
        );
        assert_eq!(
            misfit(&roles[..1], &[Size::One], &[2]).unwrap(),
            "the session is one of Leader[2], the choreography of Leader"
        );
    }

    #[test]
    fn a_difference_shows_all_sizes() {
        assert_eq!(
            difference(
                &["Leader", "Workers"],
                &[Size::One, Size::Any],
                (&[1, 1], &[1, 3]),
                "Workers[0]"
            ),
            "the session is one of Leader, Workers[1] here, and of Leader, Workers[3] at `Workers[0]`"
        );
    }
}
