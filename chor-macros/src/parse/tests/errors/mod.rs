//! Each mistake: what is left of the code, and what is said, with the tokens it points at.

mod at_once;
mod code;
mod families;
mod headers;
mod indices;
mod messages;
mod numbers;
mod places;
mod statements;

use super::{mistakes, read, render, with_family};

/// Of bodies between `A`, `B` and `C`.
fn says(cases: &[(&str, &str, &[&str])]) {
    for (source, rest, expected) in cases {
        let (left, errors) = mistakes(source);
        assert_eq!(errors, *expected, "{source}");
        assert_eq!(left, *rest, "{source}");
    }
}

/// Of bodies between a `Leader` and `Workers`.
fn says_with_family(cases: &[(&str, &str, &[&str])]) {
    for (source, rest, expected) in cases {
        let (left, errors) = with_family(source);
        assert_eq!(errors, *expected, "{source}");
        assert_eq!(left, *rest, "{source}");
    }
}

/// Of whole items.
fn says_of_items(cases: &[(&str, &str, &[&str])]) {
    for (source, rest, expected) in cases {
        let (left, errors) = read(source);
        assert_eq!(errors, *expected, "{source}");
        let left: Vec<_> = left.items.iter().map(render::item).collect();
        assert_eq!(left.join("\n"), *rest, "{source}");
    }
}
