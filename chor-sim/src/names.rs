//! What the participants of a run are called.

use chor_runtime::Protocol;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// The names of all participants, in order: `Leader`, `Workers[0]`, `Workers[1]`.
pub(crate) type Names = Arc<[&'static str]>;

/// Of a session in which so many participants play each role.
pub(crate) fn names(protocol: &'static Protocol, sizes: &[usize]) -> Names {
    if protocol.families.is_empty() {
        return protocol.roles.into();
    }
    let size = |role: usize| sizes.get(role).copied().unwrap_or_default();
    let all = 0..sizes.iter().sum();
    all.map(|participant| kept(protocol.participant(participant, size))).collect()
}

/// A name as lasting as those of roles. There are as many as the largest families have members.
fn kept(name: Cow<'static, str>) -> &'static str {
    static KEPT: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let name = match name {
        Cow::Borrowed(name) => return name,
        Cow::Owned(name) => name,
    };
    let mut all = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(&*name) {
        return known;
    }
    let name: &'static str = name.leak();
    all.insert(name);
    name
}
