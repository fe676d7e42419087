//! How many participants play each role of a session, as its participants tell each other.

/// How many participants play each role. Without families there is one for each, and nothing is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sizes {
    /// Empty if there is one each.
    each: Vec<u32>,
    participants: usize,
}

impl Sizes {
    /// One for each of so many roles.
    pub(crate) fn ones(roles: usize) -> Self {
        Self { each: Vec::new(), participants: roles }
    }

    pub(crate) fn new(sizes: &[usize]) -> Self {
        if sizes.iter().all(|size| *size == 1) {
            return Self::ones(sizes.len());
        }
        let each = sizes.iter().map(|size| u32::try_from(*size).unwrap_or(u32::MAX)).collect();
        Self { each, participants: sizes.iter().sum() }
    }

    /// What a peer tells of a session of so many participants; `None` if that can't be.
    pub(crate) fn told(each: &[u32], participants: usize) -> Option<Self> {
        let sum: u64 = each.iter().map(|size| u64::from(*size)).sum();
        let fits = each.is_empty() || sum == participants as u64;
        fits.then(|| Self { each: each.to_vec(), participants })
    }

    /// As many as the two participants need, of whom a peer tells that they are in a session of these.
    pub(crate) fn of_open(each: &[u32], from: usize, to: usize) -> Option<Self> {
        let sum: usize = each.iter().map(|size| *size as usize).sum();
        let participants = if each.is_empty() { from.max(to) + 1 } else { sum };
        if from.max(to) < participants { Self::told(each, participants) } else { None }
    }

    /// By role, for people.
    pub(crate) fn by_role(each: &[u32], roles: usize) -> Vec<usize> {
        if each.is_empty() {
            vec![1; roles]
        } else {
            each.iter().map(|size| *size as usize).collect()
        }
    }

    /// The participant that plays what participant `other` plays in a session of other sizes.
    pub(crate) fn same_as(&self, others: &Self, other: usize) -> usize {
        let (role, member) = (others.role_of(other), others.member(other));
        let first: usize = (0..role).map(|role| self.of(role)).sum();
        first + member.min(self.of(role).saturating_sub(1))
    }

    pub(crate) fn tell(&self) -> Vec<u32> {
        self.each.clone()
    }

    pub(crate) fn participants(&self) -> usize {
        self.participants
    }

    pub(crate) fn roles(&self) -> usize {
        if self.each.is_empty() { self.participants } else { self.each.len() }
    }

    pub(crate) fn of(&self, role: usize) -> usize {
        if self.each.is_empty() {
            return usize::from(role < self.participants);
        }
        self.each.get(role).map_or(0, |size| *size as usize)
    }

    /// Which of those who play the same role a participant is.
    pub(crate) fn member(&self, participant: usize) -> usize {
        let before: usize = (0..self.role_of(participant)).map(|role| self.of(role)).sum();
        participant - before
    }

    /// The role that a participant plays.
    pub(crate) fn role_of(&self, participant: usize) -> usize {
        if self.each.is_empty() {
            return participant;
        }
        let mut next = 0;
        let ends = (0..self.each.len()).map(|role| {
            next += self.of(role);
            next
        });
        ends.take_while(|end| *end <= participant).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn participants_have_roles() {
        let sizes = Sizes::new(&[1, 0, 3]);
        let roles: Vec<_> = (0..5).map(|participant| sizes.role_of(participant)).collect();
        assert_eq!(roles, [0, 2, 2, 2, 3]);
        assert_eq!((sizes.participants(), sizes.roles(), sizes.of(2), sizes.of(9)), (4, 3, 3, 0));
        assert_eq!(Sizes::told(&sizes.tell(), 4), Some(sizes));
        assert_eq!(Sizes::new(&[1, 1]), Sizes::ones(2));
        assert_eq!((Sizes::ones(2).of(1), Sizes::ones(2).of(2)), (1, 0));
    }

    #[test]
    fn who_is_who_in_sessions_of_other_sizes() {
        let (own, others) = (Sizes::new(&[1, 2, 1]), Sizes::new(&[1, 1, 1]));
        let same: Vec<_> = (0..3).map(|other| own.same_as(&others, other)).collect();
        assert_eq!(same, [0, 1, 3]);
        assert_eq!(others.same_as(&own, 2), 1);
        assert_eq!(Sizes::of_open(&[1, 1], 0, 2), None);
        assert_eq!(Sizes::of_open(&[], 0, 2), Some(Sizes::ones(3)));
    }

    #[test]
    fn what_doesnt_add_up_is_refused() {
        assert_eq!(Sizes::told(&[1, 2], 2), None);
        assert_eq!(Sizes::told(&[u32::MAX; 8], 2), None);
        assert_eq!(Sizes::told(&[], 2), Some(Sizes::ones(2)));
    }
}
