//! The code in `docs/` and in the README, compiled and run as tests.

#[cfg(doctest)]
#[cfg(feature = "sim")]
#[doc = include_str!("../docs/families.md")]
mod families {}

#[cfg(doctest)]
#[doc = include_str!("../docs/guide.md")]
mod guide {}

#[cfg(doctest)]
#[cfg(feature = "tcp")]
#[doc = include_str!("../docs/deployment.md")]
mod deployment {}

#[cfg(doctest)]
#[doc = include_str!("../docs/reference.md")]
mod reference {}

#[cfg(doctest)]
#[doc = include_str!("../docs/simulator.md")]
mod simulator {}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
