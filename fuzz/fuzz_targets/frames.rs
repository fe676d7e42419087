//! Frames of byte channels and of links: any bytes are one or an error.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    chor_runtime::__fuzz::frame(bytes);
    chor_transport_tcp::__fuzz::frame(bytes);
});
