//! Certificates that count, and those that don't: each end learns why, and the node goes on serving
//! others.

use crate::authority::{Authority, Issued};
use crate::street::{BUYER, SELLER, Street, buying, insecure};
use crate::support::{Shop, buys};
use chor::tcp::{Node, Tls, TlsError};
use std::error::Error as _;

#[tokio::test]
async fn a_certificate_that_has_expired_is_refused_at_both_ends() {
    let mut street = Street::new().await;
    let expired = street.authority.mutual_with(&street.authority.expired(BUYER));
    let said = insecure(buying(expired), &street.at).await;
    assert_eq!(said, "it refuses: CertificateExpired");
    street.log.says("invalid peer certificate: certificate expired").await;

    let expired = street.authority.mutual_with(&street.authority.expired(SELLER));
    let other = Shop::open(expired.allow(BUYER, "buy", ["Buyer"])).await;
    let tls = buying(street.authority.mutual(BUYER));
    let said = insecure(tls, &other.known_as(SELLER)).await;
    assert!(said.starts_with("invalid peer certificate: certificate expired"), "{said}");
    street.log.says("securely: it refuses: CertificateExpired").await;
    street.assert_goes_on().await;
}

/// The holder of a certificate of one authority, who trusts another one.
fn stranger(issued: &Issued, trusted: &Authority) -> Tls {
    Tls::mutual(&issued.chain, &issued.key, &trusted.roots).expect("they fit")
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_refused_at_both_ends() {
    let mut street = Street::new().await;
    let other = Authority::new();
    let unknown = stranger(&other.issue(BUYER), &street.authority);
    let said = insecure(buying(unknown), &street.at).await;
    // Both authorities have the same name, so it's the signature that gives it away.
    assert!(["it refuses: UnknownCA", "it refuses: DecryptError"].contains(&&*said), "{said}");
    street.log.says("invalid peer certificate: ").await;

    let said = insecure(buying(other.mutual(BUYER)), &street.at).await;
    assert!(said.starts_with("invalid peer certificate: "), "{said}");
    street.log.says("securely: it refuses: ").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_peer_without_a_certificate_is_refused_where_one_is_wanted() {
    let mut street = Street::new().await;
    let anonymous = Tls::client(&street.authority.roots).unwrap();
    let said = insecure(buying(anonymous), &street.at).await;
    assert_eq!(said, "it refuses: CertificateRequired");
    street.log.says("can't be spoken with securely: it has shown no certificate").await;
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_certificate_with_another_name_than_the_address_is_refused() {
    let mut street = Street::new().await;
    let address = street.shop.node.address().unwrap();
    // The name of a host, and one that is wanted behind an address.
    for at in [address.to_string(), format!("other.example@{address}")] {
        let said = insecure(buying(street.authority.mutual(BUYER)), &at).await;
        let text = "invalid peer certificate: certificate not valid for name ";
        assert!(said.starts_with(text) && said.contains(SELLER), "{said}");
        street.log.says("securely: it refuses: BadCertificate").await;
    }
    street.assert_goes_on().await;
}

#[tokio::test]
async fn a_certificate_for_clients_is_none_for_who_listens() {
    let mut street = Street::new().await;
    let clients_only = street.authority.issue_for_clients(BUYER);
    let buyer = Node::new(buying(street.authority.mutual_with(&clients_only)));
    street.shop.assert_sells(&buyer, &street.at).await;
    let clients_only = street.authority.mutual_with(&street.authority.issue_for_clients(SELLER));
    let other = Shop::open(clients_only).await;
    let said = insecure(buying(street.authority.mutual(BUYER)), &other.known_as(SELLER)).await;
    assert!(said.starts_with("invalid peer certificate: "), "{said}");
    street.assert_goes_on().await;
}

#[tokio::test]
async fn certificates_and_roots_can_be_renewed() {
    let (old, new) = (Authority::new(), Authority::new());
    let seller = old.mutual(SELLER).allow(BUYER, "buy", ["Buyer"]);
    let mut shop = Shop::open(seller.clone()).await;
    let at = shop.known_as(SELLER);
    let linked = Node::new(buying(old.mutual(BUYER)));
    shop.assert_sells(&linked, &at).await;
    let tls = buying(old.mutual_with(&old.expired(BUYER)));
    let buyer = Node::new(tls.clone());
    assert!(buys(&buyer, &at).await.is_err());
    // The same authority, and then another one.
    tls.renew(&old.mutual(BUYER));
    shop.assert_sells(&buyer, &at).await;
    seller.renew(&new.mutual(SELLER));
    let said = insecure(buying(old.mutual(BUYER)), &at).await;
    assert!(said.starts_with("invalid peer certificate: "), "{said}");
    shop.assert_sells(&Node::new(buying(new.mutual(BUYER))), &at).await;
    // A connection that is there goes on.
    shop.assert_sells(&linked, &at).await;
}

#[tokio::test]
async fn what_can_not_be_the_name_of_a_certificate_is_an_error() {
    let street = Street::new().await;
    let at = format!("a name@{}", street.shop.node.address().unwrap());
    let said = insecure(buying(street.authority.mutual(BUYER)), &at).await;
    assert_eq!(said, "`a name` is no name that a certificate can have");
}

#[tokio::test]
async fn who_has_no_certificate_can_not_listen_and_who_has_no_roots_can_not_connect() {
    let authority = Authority::new();
    let client = Tls::client(&authority.roots).unwrap();
    let error = Node::listen("127.0.0.1:0", client).await.unwrap_err();
    assert_eq!(error.to_string(), "a node that listens has to have a certificate");
    let issued = authority.issue(SELLER);
    let server = Tls::server(&issued.chain, &issued.key).unwrap();
    let shop = Shop::open(authority.mutual(SELLER)).await;
    let said = insecure(server, &shop.known_as(SELLER)).await;
    assert_eq!(said, "this end has no roots to check a certificate by");
}

#[test]
fn what_can_not_be_used_is_named() {
    let authority = Authority::new();
    let (one, two) = (authority.issue("one"), authority.issue("two"));
    let roots = authority.roots.as_str();
    let text = |error: TlsError| format!("{error}: {}", error.source().expect("a reason"));
    let cases = [
        (Tls::mutual("", &one.key, roots), "the certificate chain can't be read: it holds no cert"),
        (Tls::mutual(&one.chain, "", roots), "the private key can't be read: "),
        (Tls::mutual(&one.chain, &one.chain, roots), "the private key can't be read: "),
        (Tls::mutual(&one.chain, &two.key, roots), "the private key can't be used: "),
        (Tls::server(&one.chain, &two.key), "the private key can't be used: "),
        (Tls::client("-----BEGIN CERTIFICATE-----\n"), "the roots can't be read: "),
        (Tls::client("nothing"), "the roots can't be read: it holds no certificate"),
    ];
    for (tls, expected) in cases {
        let said = text(tls.unwrap_err());
        assert!(said.starts_with(expected), "{said}");
    }
    let tls = Tls::mutual(&one.chain, &one.key, roots).unwrap();
    assert!(!format!("{tls:?}").contains("PRIVATE"), "{tls:?}");
}
