//! Who a peer is, and which roles it may play.
//!
//! Knows names and roles; deliberately not how a certificate is checked, nor any connection.

use chor_runtime::Protocol;
use std::fmt;
use std::sync::Arc;

/// Who a peer is, as the certificate says that it has shown; or nobody in particular, if it has shown
/// none.
///
/// Clones are cheap.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(Arc<Shown>);

#[derive(Default, PartialEq, Eq)]
struct Shown {
    names: Vec<String>,
    certificate: Option<Vec<u8>>,
}

#[cfg(feature = "tls")]
impl Identity {
    pub(crate) fn new(certificate: &[u8], names: Vec<String>) -> Self {
        Self(Arc::new(Shown { names, certificate: Some(certificate.to_vec()) }))
    }

    pub(crate) fn anonymous() -> Self {
        Self(Arc::default())
    }
}

impl Identity {
    /// The DNS names and the URIs that the certificate was issued for: its subject alternative names of
    /// these kinds, as they stand there. A URI has a colon, a DNS name has none.
    pub fn names(&self) -> &[String] {
        &self.0.names
    }

    /// Whether the certificate was issued for this DNS name or URI. The case of letters makes no
    /// difference in a DNS name. A name with a wildcard is none of those that it stands for.
    pub fn is(&self, name: &str) -> bool {
        let dns = !name.contains(':');
        let same = |own: &String| own == name || dns && own.eq_ignore_ascii_case(name);
        self.names().iter().any(same)
    }

    /// The certificate as DER; `None` if the peer has shown none.
    pub fn certificate(&self) -> Option<&[u8]> {
        self.0.certificate.as_deref()
    }

    /// The peer has shown no certificate.
    pub fn is_anonymous(&self) -> bool {
        self.0.certificate.is_none()
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names() {
            _ if self.is_anonymous() => f.write_str("a peer without a certificate"),
            [] => f.write_str("a certificate without a DNS name or URI"),
            names => f.write_str(&quoted(names)),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({self})")
    }
}

/// The names of a certificate are text of its holder: nothing of it may break a line of a log.
fn quoted(names: &[String]) -> String {
    let quoted = names.iter().map(|name| format!("`{}`", name.escape_debug()));
    quoted.collect::<Vec<_>>().join(", ")
}

/// A role that a peer wants to play.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part<'p> {
    /// The name of the choreography.
    pub choreography: &'p str,
    /// The name of the role.
    pub role: &'p str,
}

/// Which peers may play which roles: nobody any, unless a rule says so.
#[derive(Clone, Default)]
pub(crate) struct Permits(Vec<Arc<Rule>>);

type Rule = dyn Fn(&Identity, Part<'_>) -> bool + Send + Sync;

impl Permits {
    #[cfg(feature = "tls")]
    pub(crate) fn add(
        &mut self,
        rule: impl Fn(&Identity, Part<'_>) -> bool + Send + Sync + 'static,
    ) {
        self.0.push(Arc::new(rule));
    }

    fn allow(&self, identity: &Identity, part: Part<'_>) -> bool {
        self.0.iter().any(|rule| rule(identity, part))
    }
}

/// A peer that has shown who it is, and what this end lets it play.
pub(crate) struct Known {
    pub(crate) identity: Identity,
    pub(crate) permits: Permits,
}

impl Known {
    /// Whether it may play a role of a choreography, which it names by its number.
    pub(crate) fn vet(&self, protocol: &Protocol, role: usize) -> Result<(), Denied> {
        let choreography = protocol.name;
        let may = |role: &&str| self.permits.allow(&self.identity, Part { choreography, role });
        let role = protocol.roles.get(role).copied().unwrap_or("?");
        if may(&role) {
            return Ok(());
        }
        let allowed = protocol.roles.iter().copied().filter(may).map(ToOwned::to_owned).collect();
        let (choreography, role) = (choreography.to_owned(), role.to_owned());
        Err(Denied { identity: self.identity.clone(), choreography, role, allowed })
    }
}

/// A peer may not play a role that it claims, or that it was to be invited to.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{identity} may not play `{role}` of `{choreography}`, {}", but(allowed))]
#[non_exhaustive]
pub struct Denied {
    /// Who the peer has shown itself to be.
    pub identity: Identity,
    /// The choreography.
    pub choreography: String,
    /// The role.
    pub role: String,
    /// The roles of this choreography that it may play.
    pub allowed: Vec<String>,
}

fn but(allowed: &[String]) -> String {
    if allowed.is_empty() {
        return "nor any other of its roles".to_owned();
    }
    format!("but only {}", quoted(allowed))
}

#[cfg(all(test, feature = "tls"))]
mod tests {
    use super::*;

    fn identity(names: &[&str]) -> Identity {
        Identity::new(b"a certificate", names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn names_are_compared_as_their_kinds_are() {
        let ann = identity(&["Ann.Example", "*.ann.example", "spiffe://shop/Ann"]);
        for name in ["ann.example", "ANN.EXAMPLE", "*.ann.example", "spiffe://shop/Ann"] {
            assert!(ann.is(name), "{name}");
        }
        for name in ["a.ann.example", "ann", "ann.example.", "spiffe://shop/ann", "spiffe", ""] {
            assert!(!ann.is(name), "{name}");
        }
        assert!(!Identity::anonymous().is(""));
    }

    #[test]
    fn who_a_peer_is_takes_one_line_of_a_log() {
        let text = |names: &[&str]| identity(names).to_string();
        assert_eq!(text(&["a.example", "spiffe:a"]), "`a.example`, `spiffe:a`");
        assert_eq!(text(&["x:\n2026 WARN `"]), "`x:\\n2026 WARN ``");
        assert_eq!(text(&[]), "a certificate without a DNS name or URI");
        assert_eq!(Identity::anonymous().to_string(), "a peer without a certificate");
        assert_eq!(format!("{:?}", identity(&["a"])), "Identity(`a`)");
    }
}
