//! Which participant of a session an end is, where each process says it for itself.

use crate::sizes::Sizes;
use std::io;

/// Which participant of a session this end is, for [`from_streams`](crate::from_streams) and
/// [`fixed`](crate::fixed). Without families that is the number of its role, which can be given as it
/// is; with families, also how many participants play each role has to be said, alike at all.
///
/// # Examples
/// The last of three workers of a choreography `squares[Leader, Workers[..]]`:
/// ```
/// use chor_transport_tcp::Participant;
///
/// // With the choreography's own names: `squares::Role::Workers as usize`.
/// let last = Participant::of(&[1, 3], 1, 2);
/// # let _ = last;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Participant {
    /// How many play each role; one each if nothing was said.
    sizes: Option<Vec<usize>>,
    role: usize,
    member: usize,
}

impl Participant {
    /// Member number `member` of role number `role`, both from 0, in a session in which so many
    /// participants play each role. A role that is no family has one participant, its member 0.
    pub fn of(sizes: &[usize], role: usize, member: usize) -> Self {
        Self { sizes: Some(sizes.to_vec()), role, member }
    }

    /// Its number in a session of so many, and the sizes of that.
    pub(crate) fn among(self, participants: usize) -> io::Result<(usize, Sizes)> {
        let Self { sizes, role, member } = self;
        let sizes = sizes.unwrap_or_else(|| vec![1; participants]);
        let needed: usize = sizes.iter().sum();
        if needed != participants {
            return Err(invalid(format!(
                "a session of {needed} participants, by role {sizes:?}, is not one of {participants}"
            )));
        }
        if member >= sizes.get(role).copied().unwrap_or_default() {
            return Err(invalid(format!(
                "there is no participant {member} of role number {role}: by role there are {sizes:?}"
            )));
        }
        let place = sizes[..role].iter().sum::<usize>() + member;
        Ok((place, Sizes::new(&sizes)))
    }
}

fn invalid(problem: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidInput, problem)
}

/// The role of this number, in a session without families.
impl From<usize> for Participant {
    fn from(role: usize) -> Self {
        Self { sizes: None, role, member: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_are_numbered_by_role_and_member() {
        let number = |role, member| Participant::of(&[1, 0, 3], role, member).among(4).unwrap().0;
        assert_eq!([number(0, 0), number(2, 0), number(2, 2)], [0, 1, 3]);
        assert_eq!(Participant::from(2).among(3).unwrap(), (2, Sizes::ones(3)));
    }

    #[test]
    fn what_is_no_participant_is_refused_with_the_sizes() {
        let refused = |participant: Participant, participants| {
            let error = participant.among(participants).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            error.to_string()
        };
        assert_eq!(
            refused(Participant::of(&[1, 3], 1, 2), 3),
            "a session of 4 participants, by role [1, 3], is not one of 3"
        );
        for (role, member) in [(1, 3), (2, 0)] {
            assert_eq!(
                refused(Participant::of(&[1, 3], role, member), 4),
                format!(
                    "there is no participant {member} of role number {role}: by role there are [1, 3]"
                )
            );
        }
        assert_eq!(
            refused(Participant::from(2), 2),
            "there is no participant 0 of role number 2: by role there are [1, 1]"
        );
    }
}
