//! The signature of a choreography, as data.
//!
//! Knows how a signature reads; deliberately not what its types mean, which only the compiler does.

use std::fmt;

/// Who takes part in a choreography, what they bring, and what comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Signature {
    /// The name of the choreography.
    pub name: &'static str,
    /// Its roles, in the order of its header.
    pub roles: &'static [&'static str],
    /// Its parameters, in order.
    pub params: &'static [Param],
    /// The result's type and location, `Option<Date> @ Buyer`; empty for `()` at every role.
    pub result: &'static str,
    /// The types of the parameters and the result without names that make no difference.
    pub normal: &'static str,
    /// `[..]` or `[3]` for each role that is a family, in the order of the roles, nothing for others;
    /// empty without families.
    pub sizes: &'static [&'static str],
}

/// One parameter of a [`Signature`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Param {
    /// Its name, or the pattern in its place.
    pub name: &'static str,
    /// Its type and location, `Order @ Buyer`.
    pub ty: &'static str,
}

impl Signature {
    /// A signature from its parts.
    pub const fn new(
        name: &'static str,
        roles: &'static [&'static str],
        params: &'static [Param],
        result: &'static str,
    ) -> Self {
        Self { name, roles, params, result, normal: "", sizes: &[] }
    }

    /// The same, whose types are compared as this text.
    #[must_use]
    pub const fn normal(self, normal: &'static str) -> Self {
        Self { normal, ..self }
    }

    /// The same, of whose roles some are families.
    #[must_use]
    pub const fn sizes(self, sizes: &'static [&'static str]) -> Self {
        Self { sizes, ..self }
    }
}

impl Param {
    /// A parameter from its parts.
    pub const fn new(name: &'static str, ty: &'static str) -> Self {
        Self { name, ty }
    }
}

/// As it is written in the source: `buy[Buyer, Seller](order: Order @ Buyer) -> bool @ Buyer`.
impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[", self.name)?;
        for (index, role) in self.roles.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{role}{}", self.sizes.get(index).unwrap_or(&""))?;
        }
        f.write_str("](")?;
        for (index, param) in self.params.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", param.name, param.ty)?;
        }
        f.write_str(")")?;
        if self.result.is_empty() { Ok(()) } else { write!(f, " -> {}", self.result) }
    }
}
