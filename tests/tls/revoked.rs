//! Certificates that their issuers have revoked: whoever is in doubt is refused, and told so.

use crate::authority::{Authority, Issued};
use crate::log::Log;
use crate::street::{BUYER, SELLER, buying, insecure};
use crate::support::{Shop, buys};
use chor::tcp::{Node, Tls};
use std::error::Error as _;

/// A year that doesn't come so soon.
const LATER: i32 = 2999;

/// A shop that goes by the lists of revoked certificates that it is given.
async fn shop(authority: &Authority, lists: &str) -> Shop {
    let tls = authority.mutual(SELLER).reject_revoked(lists).expect("a list");
    Shop::open(tls.allow(BUYER, "buy", ["Buyer"])).await
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_at_both_ends_and_others_count() {
    let (log, _guard) = Log::listen();
    let authority = Authority::new();
    let mut shop = shop(&authority, &authority.revoke(&[7], LATER)).await;
    let at = shop.known_as(SELLER);
    let buyer = |number| buying(authority.mutual_with(&authority.issue_numbered(BUYER, number)));
    let said = insecure(buyer(7), &at).await;
    assert_eq!(said, "it refuses: CertificateRevoked");
    log.says("can't be spoken with securely: its certificate was revoked").await;
    shop.assert_sells(&Node::new(buyer(8)), &at).await;
}

#[tokio::test]
async fn who_connects_goes_by_its_lists_too() {
    let authority = Authority::new();
    let seller = authority.mutual_with(&authority.issue_numbered(SELLER, 7));
    let mut shop = Shop::open(seller.allow(BUYER, "buy", ["Buyer"])).await;
    let at = shop.known_as(SELLER);
    let buyer = |numbers: &[u64]| {
        let tls = authority.mutual(BUYER).reject_revoked(authority.revoke(numbers, LATER));
        buying(tls.expect("a list"))
    };
    let said = insecure(buyer(&[6, 7]), &at).await;
    assert_eq!(said, "its certificate was revoked");
    shop.assert_sells(&Node::new(buyer(&[6, 8])), &at).await;
}

#[tokio::test]
async fn an_issuer_without_a_list_or_with_an_old_one_is_not_trusted() {
    let (log, _guard) = Log::listen();
    let authority = Authority::new();
    let old = shop(&authority, &authority.revoke(&[], 2002)).await;
    let said = insecure(buying(authority.mutual(BUYER)), &old.known_as(SELLER)).await;
    assert!(said.starts_with("it refuses: "), "{said}");
    log.says("certificate revocation list expired").await;

    // Of those who issue, the root has a list, and the one between has none.
    let (delegate, between) = authority.delegate();
    let Issued { chain, key } = delegate.issue(BUYER);
    let tls = Tls::mutual(chain + &between, key, &authority.roots).expect("they fit");
    let list = authority.revoke(&[], LATER);
    let said = insecure(buying(tls.clone()), &shop(&authority, &list).await.known_as(SELLER)).await;
    assert!(said.starts_with("it refuses: "), "{said}");
    log.says("an issuer of its certificate has no revocation list here").await;
    let mut both = shop(&authority, &(list + &delegate.revoke(&[], LATER))).await;
    let at = both.known_as(SELLER);
    both.assert_sells(&Node::new(buying(tls)), &at).await;
}

#[tokio::test]
async fn lists_can_be_renewed() {
    let authority = Authority::new();
    let buyer = || buying(authority.mutual_with(&authority.issue_numbered(BUYER, 7)));
    let tls = authority.mutual(SELLER).allow(BUYER, "buy", ["Buyer"]);
    let mut shop = Shop::open(tls.clone()).await;
    let at = shop.known_as(SELLER);
    let linked = Node::new(buyer());
    shop.assert_sells(&linked, &at).await;
    let revoking = authority.mutual(SELLER).reject_revoked(authority.revoke(&[7], LATER));
    tls.renew(&revoking.expect("a list"));
    assert!(buys(&Node::new(buyer()), &at).await.is_err());
    // A connection that is there goes on.
    shop.assert_sells(&linked, &at).await;
}

#[test]
fn what_is_no_list_is_named() {
    let authority = Authority::new();
    let tls = || authority.mutual(SELLER);
    let text = |lists: &str| {
        let error = tls().reject_revoked(lists).expect_err("it is no list");
        format!("{error}: {}", error.source().expect("a reason"))
    };
    let said = text(&authority.roots);
    assert_eq!(said, "the revocation lists can't be read: it holds no list");
    let said = text("-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
    assert!(said.starts_with("the revocation lists can't be used: "), "{said}");
}
