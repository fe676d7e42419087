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
    fn what_doesnt_add_up_is_refused() {
        assert_eq!(Sizes::told(&[1, 2], 2), None);
        assert_eq!(Sizes::told(&[u32::MAX; 8], 2), None);
        assert_eq!(Sizes::told(&[], 2), Some(Sizes::ones(2)));
    }
}
