//! How connections are secured.

/// How the connections of a node are secured. There is no default: whoever makes a node says it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Security {
    /// Not at all: whoever is on the way can read and change what is sent, and whoever can connect
    /// may play any role that is open to others. For networks that you trust.
    Plaintext,
}
