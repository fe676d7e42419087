//! What rustls is to do at each end of a connection.

use super::TlsError;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, VerifierBuilderError, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::version::TLS13;
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use std::sync::Arc;
use tokio_rustls::rustls;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Says in the handshake what will be spoken, so that no other service that has the same certificate
/// takes what is meant for a node.
const PROTOCOL: &[u8] = b"chor";

const CHAIN: &str = "certificate chain";
const KEY: &str = "private key";
const ROOTS: &str = "roots";
const LISTS: &str = "revocation lists";

/// How each end of a connection is secured, as far as this end can be it.
pub(super) struct Configs {
    pub(super) connector: Option<TlsConnector>,
    /// Wants a certificate of each peer, if it has roots to check it by.
    strict: Option<TlsAcceptor>,
    /// Lets peers in that show none.
    lenient: Option<TlsAcceptor>,
    material: Material,
}

/// What the configurations are made of.
#[derive(Clone)]
struct Material {
    own: Option<Arc<CertifiedKey>>,
    roots: Option<Arc<RootCertStore>>,
    lists: Vec<CertificateRevocationListDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl Configs {
    pub(super) fn new(own: Option<(&[u8], &[u8])>, roots: Option<&[u8]>) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let own = own.map(|(chain, key)| certified(chain, key, &provider)).transpose()?;
        let roots = roots.map(read_roots).transpose()?;
        Self::of(Material { own, roots, lists: Vec::new(), provider })
    }

    /// The same, with these lists of revoked certificates and no others.
    pub(super) fn rejecting(&self, lists: &[u8]) -> Result<Self, TlsError> {
        let lists: Result<Vec<_>, _> =
            CertificateRevocationListDer::pem_slice_iter(lists).collect();
        let lists = lists.map_err(|error| unreadable(LISTS, error))?;
        if lists.is_empty() {
            return Err(unreadable(LISTS, "it holds no list"));
        }
        Self::of(Material { lists, ..self.material.clone() })
    }

    fn of(material: Material) -> Result<Self, TlsError> {
        let (strict, lenient) = (server(&material, true)?, server(&material, false)?);
        let connector = client(&material)?;
        Ok(Self { connector, strict, lenient, material })
    }

    pub(super) fn acceptor(&self, anonymous: bool) -> Option<&TlsAcceptor> {
        if anonymous { self.lenient.as_ref() } else { self.strict.as_ref() }
    }
}

fn certified(
    chain: &[u8],
    key: &[u8],
    provider: &CryptoProvider,
) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain = certificates(chain, CHAIN)?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| unreadable(KEY, error))?;
    let certified = CertifiedKey::from_der(chain, key, provider);
    certified.map(Arc::new).map_err(|error| unusable(KEY, error))
}

fn read_roots(pem: &[u8]) -> Result<Arc<RootCertStore>, TlsError> {
    let mut roots = RootCertStore::empty();
    for root in certificates(pem, ROOTS)? {
        roots.add(root).map_err(|error| unusable(ROOTS, error))?;
    }
    Ok(Arc::new(roots))
}

/// All certificates of a text, at least one.
fn certificates(pem: &[u8], what: &'static str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = certificates.map_err(|error| unreadable(what, error))?;
    if certificates.is_empty() {
        return Err(unreadable(what, "it holds no certificate"));
    }
    Ok(certificates)
}

type Source = Box<dyn std::error::Error + Send + Sync>;

fn unreadable(what: &'static str, source: impl Into<Source>) -> TlsError {
    TlsError::Unreadable { what, source: source.into() }
}

fn unusable(what: &'static str, source: impl Into<Source>) -> TlsError {
    TlsError::Unusable { what, source: source.into() }
}

/// How an end that accepts is secured, if it has a certificate.
fn server(material: &Material, strict: bool) -> Result<Option<TlsAcceptor>, TlsError> {
    let Some(own) = &material.own else { return Ok(None) };
    let config = ServerConfig::builder_with_provider(Arc::clone(&material.provider))
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| unusable(CHAIN, error))?;
    let own = Arc::new(SingleCertAndKey::from(Arc::clone(own)));
    let verifier = client_verifier(material, strict)?;
    let mut config = config.with_client_cert_verifier(verifier).with_cert_resolver(own);
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    // Links live long. Each new one shows anew who the peer is.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(Some(TlsAcceptor::from(Arc::new(config))))
}

fn client_verifier(
    material: &Material,
    strict: bool,
) -> Result<Arc<dyn ClientCertVerifier>, TlsError> {
    let Material { roots, lists, provider, .. } = material;
    let Some(roots) = roots else { return Ok(WebPkiClientVerifier::no_client_auth()) };
    let (roots, provider) = (Arc::clone(roots), Arc::clone(provider));
    let builder = WebPkiClientVerifier::builder_with_provider(roots, provider)
        .with_crls(lists.iter().cloned())
        .enforce_revocation_expiration();
    let builder = if strict { builder } else { builder.allow_unauthenticated() };
    builder.build().map_err(|error| unverifiable(lists, error))
}

/// How an end that connects is secured, if it has roots.
fn client(material: &Material) -> Result<Option<TlsConnector>, TlsError> {
    let Material { own, roots, lists, provider } = material;
    let Some(roots) = roots else { return Ok(None) };
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(provider))
            .with_crls(lists.iter().cloned())
            .enforce_revocation_expiration()
            .build()
            .map_err(|error| unverifiable(lists, error))?;
    let config = ClientConfig::builder_with_provider(Arc::clone(provider))
        .with_protocol_versions(&[&TLS13])
        .map_err(|error| unusable(ROOTS, error))?
        .with_webpki_verifier(verifier);
    let mut config = match own {
        Some(own) => {
            let own = Arc::new(SingleCertAndKey::from(Arc::clone(own)));
            config.with_client_cert_resolver(own)
        }
        None => config.with_no_client_auth(),
    };
    config.alpn_protocols = vec![PROTOCOL.to_vec()];
    config.resumption = Resumption::disabled();
    Ok(Some(TlsConnector::from(Arc::new(config))))
}

fn unverifiable(
    lists: &[CertificateRevocationListDer<'_>],
    error: VerifierBuilderError,
) -> TlsError {
    unusable(if lists.is_empty() { ROOTS } else { LISTS }, error)
}
