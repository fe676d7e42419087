//! The digests of choreographies, each computed once in a process.

use chor_runtime::Protocol;
use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

/// As many as there are choreographies in the program: they are static.
static KNOWN: RwLock<BTreeMap<usize, u64>> = RwLock::new(BTreeMap::new());

/// The digest of what runs here.
pub(crate) fn of(protocol: &'static Protocol) -> u64 {
    let key = std::ptr::from_ref(protocol) as usize;
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    known.unwrap_or_else(|| {
        let digest = protocol.digest();
        KNOWN.write().unwrap_or_else(PoisonError::into_inner).insert(key, digest);
        digest
    })
}
