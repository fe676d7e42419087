//! How the members of a family are made of what they bring.
//!
//! Knows sizes and names; deliberately not what a member does.

use super::Members;
use crate::fail::Fail;

impl<P> Members<P> {
    /// As many members as `size` or the lengths of `given` say, each from `make`: the parameters of
    /// which each member has a value of its own are `given` with how many values they have.
    ///
    /// Sizes that differ, and one that nothing tells, are an error when the family is played.
    pub fn made(
        family: &str,
        size: Option<usize>,
        given: &[(&str, usize)],
        mut make: impl FnMut() -> Option<P>,
    ) -> Self {
        let lengths = given.iter().map(|(_, length)| *length);
        let sizes: Vec<usize> = size.into_iter().chain(lengths).collect();
        let Some(first) = sizes.first() else { return Self::untold(family) };
        if sizes.iter().any(|other| other != first) {
            return Self::uneven(family, size, given);
        }
        match (0..*first).map(|_| make()).collect() {
            Some(members) => Self::new(members),
            None => Self::uneven(family, size, given),
        }
    }

    fn uneven(family: &str, size: Option<usize>, given: &[(&str, usize)]) -> Self {
        let Some(size) = size else { return Self::unequal(family, given) };
        let own = (family, size);
        let all: Vec<(&str, usize)> = std::iter::once(own).chain(given.iter().copied()).collect();
        Self::unequal(family, &all)
    }

    fn untold(family: &str) -> Self {
        let problem = format!(
            "nothing says how many members `{family}` has: call the method of that name on the \
             choreography, with the number"
        );
        Self { members: Vec::new(), problem: Some(problem) }
    }
}

/// What a role that is no family has of a parameter of which each participant has a value of its own.
///
/// # Panics
/// If there is none.
#[track_caller]
pub fn given<V>(value: Option<V>, param: &str, role: &str) -> V {
    value.unwrap_or_else(|| {
        panic!("`{param}` has no value for `{role}`: it needs one for each participant that has it")
    })
}

/// Checks how many members play a family whose size its choreography states.
///
/// # Errors
/// Another number does.
#[track_caller]
pub fn sized(family: &str, size: usize, found: usize) -> Result<(), Fail> {
    if size == found {
        return Ok(());
    }
    let problem = format!("`{family}` has to have {size} members here, and is played by {found}");
    Err(problem.into())
}

/// The value of a call in which this participant would play two roles: there is none.
///
/// # Errors
/// That it would, which `called` says.
///
/// # Panics
/// If `called` is no error.
pub fn coinciding<E, V>(called: Result<E, Fail>) -> Result<V, Fail> {
    called.map(|_| unreachable!("the roles of the call coincide"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(size: Option<usize>, given: &[(&str, usize)]) -> Result<Vec<u32>, String> {
        let mut next = 0..3;
        let Members { members, problem } = Members::made("Workers", size, given, || next.next());
        problem.map_or(Ok(members), Err)
    }

    #[test]
    fn all_sizes_have_to_be_the_same() {
        assert_eq!(made(Some(2), &[]), Ok(vec![0, 1]));
        assert_eq!(made(Some(0), &[]), Ok(vec![]));
        assert_eq!(made(None, &[("xs", 3), ("ys", 3)]), Ok(vec![0, 1, 2]));
        assert_eq!(
            made(Some(2), &[("xs", 3)]).unwrap_err(),
            "each member of `Workers` needs one value of each parameter: \
             `Workers` has 2, `xs` has 3"
        );
        assert_eq!(
            made(None, &[("xs", 3), ("ys", 1)]).unwrap_err(),
            "each member of `Workers` needs one value of each parameter: \
             `xs` has 3, `ys` has 1"
        );
    }

    #[test]
    fn values_that_others_took_are_missed() {
        assert!(made(Some(4), &[]).unwrap_err().starts_with("each member of `Workers` needs"));
    }

    #[test]
    #[should_panic(
        expected = "`xs` has no value for `Leader`: it needs one for each participant that has it"
    )]
    fn a_role_without_a_value_says_which() {
        given(None::<u32>, "xs", "Leader");
    }

    #[test]
    fn a_size_that_nothing_tells_is_asked_for() {
        assert_eq!(
            made(None, &[]).unwrap_err(),
            "nothing says how many members `Workers` has: call the method of that name on the \
             choreography, with the number"
        );
    }
}
