//! The TCP transport of `chor`: sessions between processes and machines.
//!
//! Empty for now. Until it is there, `chor_runtime::bytes` makes a transport of any channel that
//! carries bytes, a TCP connection with frames on it among them.
