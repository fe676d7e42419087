//! Who issues certificates, made on the fly.

use chor::tcp::Tls;
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose,
    RevokedCertParams, SanType, SerialNumber, date_time_ymd,
};

pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub(crate) roots: String,
}

/// A certificate and its key.
pub(crate) struct Issued {
    pub(crate) chain: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        parameters.distinguished_name.push(DnType::CommonName, "an authority");
        let key = KeyPair::generate().expect("a key");
        let roots = parameters.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(parameters, key), roots }
    }

    /// A certificate for an IP address, a URI, or a DNS name.
    pub(crate) fn issue(&self, name: &str) -> Issued {
        self.sign(&parameters(name))
    }

    /// One for a URI, whatever it looks like.
    pub(crate) fn issue_uri(&self, uri: &str) -> Issued {
        let mut parameters = CertificateParams::default();
        let uri = SanType::URI(uri.try_into().expect("ASCII"));
        parameters.subject_alt_names.push(uri);
        self.sign(&parameters)
    }

    /// One that is for clients only.
    pub(crate) fn issue_for_clients(&self, name: &str) -> Issued {
        let mut parameters = parameters(name);
        parameters.extended_key_usages.push(ExtendedKeyUsagePurpose::ClientAuth);
        self.sign(&parameters)
    }

    /// Somebody whom this one lets issue certificates, and its own certificate.
    pub(crate) fn delegate(&self) -> (Self, String) {
        let mut parameters = CertificateParams::default();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        parameters.distinguished_name.push(DnType::CommonName, "a delegate");
        let key = KeyPair::generate().expect("a key");
        let own = parameters.signed_by(&key, &self.issuer).expect("a certificate").pem();
        let issuer = Issuer::new(parameters, key);
        (Self { issuer, roots: self.roots.clone() }, own)
    }

    /// One that has expired.
    pub(crate) fn expired(&self, name: &str) -> Issued {
        let mut parameters = parameters(name);
        parameters.not_after = date_time_ymd(2001, 1, 1);
        self.sign(&parameters)
    }

    /// One with a number by which it can be revoked.
    pub(crate) fn issue_numbered(&self, name: &str, number: u64) -> Issued {
        let mut parameters = parameters(name);
        parameters.serial_number = Some(SerialNumber::from(number));
        self.sign(&parameters)
    }

    /// A list of the numbers of revoked certificates, which is up to date until such a year.
    pub(crate) fn revoke(&self, numbers: &[u64], until: i32) -> String {
        let revoked = |number: &u64| RevokedCertParams {
            serial_number: SerialNumber::from(*number),
            revocation_time: date_time_ymd(2001, 1, 1),
            reason_code: None,
            invalidity_date: None,
        };
        let list = CertificateRevocationListParams {
            this_update: date_time_ymd(2001, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: numbers.iter().map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        list.signed_by(&self.issuer).expect("a list").pem().expect("text")
    }

    fn sign(&self, parameters: &CertificateParams) -> Issued {
        let key = KeyPair::generate().expect("a key");
        let chain = parameters.signed_by(&key, &self.issuer).expect("a certificate").pem();
        Issued { chain, key: key.serialize_pem() }
    }

    /// TLS for the holder of a certificate for this name, with peers of this authority.
    pub(crate) fn mutual(&self, name: &str) -> Tls {
        self.mutual_with(&self.issue(name))
    }

    pub(crate) fn mutual_with(&self, issued: &Issued) -> Tls {
        Tls::mutual(&issued.chain, &issued.key, &self.roots).expect("they fit")
    }
}

fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let text = name.try_into().expect("ASCII");
    let name = match name.parse() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) if name.contains(':') => SanType::URI(text),
        Err(_) => SanType::DnsName(text),
    };
    parameters.subject_alt_names.push(name);
    parameters
}
