//! The first bytes of a connection: a greeting, an error, or too few.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| chor_transport_tcp::__fuzz::greeting(bytes));
