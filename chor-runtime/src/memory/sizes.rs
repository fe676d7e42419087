//! How many participants play each role of a session in memory.

use std::sync::Arc;

/// How many participants play each role.
#[derive(Clone, Debug)]
pub(super) enum Sizes {
    /// One each: most sessions have no family.
    Ones(usize),
    Each(Arc<[usize]>),
}

impl Sizes {
    pub(super) fn new(sizes: &[usize]) -> Self {
        if sizes.iter().all(|size| *size == 1) {
            Self::Ones(sizes.len())
        } else {
            Self::Each(sizes.into())
        }
    }

    pub(super) fn participants(&self) -> usize {
        match self {
            Self::Ones(roles) => *roles,
            Self::Each(sizes) => sizes.iter().sum(),
        }
    }

    pub(super) fn of(&self, role: usize) -> usize {
        match self {
            Self::Ones(roles) => usize::from(role < *roles),
            Self::Each(sizes) => sizes.get(role).copied().unwrap_or_default(),
        }
    }
}
