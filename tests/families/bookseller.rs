//! A bookseller, and a buyer whom any number of supporters help to pay.

use crate::crashes;
use chor::prelude::*;
use chor::sim::simulate;

/// Prices and dates by title.
pub(crate) type Catalogue = Vec<(&'static str, u32, &'static str)>;

pub(crate) fn catalogue() -> Catalogue {
    vec![("TAPL", 50, "2023-08-03"), ("HoTT", 80, "2023-09-18")]
}

chor! {
    pub(crate) chor buy[Buyer, Supporters[..], Seller](
        title: &str @ Buyer,
        budget: u32 @ Buyer,
        gift: u32 @ each Supporters,
        catalogue: &Catalogue @ Seller,
    ) -> Option<String> @ Buyer {
        let title: String = Buyer -> Seller: title.to_owned();
        let book = Seller: catalogue.iter().find(|(name, ..)| *name == title);
        let price: Option<u32> = Seller -> Buyer: book.map(|(_, price, _)| *price);
        let gifts: Vec<u32> @ Buyer = each s in Supporters { s -> Buyer: gift };
        let means = Buyer: budget + gifts.iter().sum::<u32>();
        if Buyer => Seller: price.is_some_and(|price| price <= means) {
            let date: Option<String> = Seller -> Buyer: book.map(|(.., date)| (*date).to_owned());
            Buyer: date
        } else {
            Buyer: None
        }
    }
}

async fn bought(title: &str, budget: u32, gifts: &[u32]) -> Option<String> {
    let shop = catalogue();
    let all = buy::Choreography::new(title, budget, gifts.to_vec(), &shop);
    simulate(all).await.expect("nothing fails").buyer
}

#[tokio::test]
async fn the_same_source_serves_any_number_of_supporters() {
    assert_eq!(bought("TAPL", 100, &[]).await.as_deref(), Some("2023-08-03"));
    assert_eq!(bought("HoTT", 25, &[]).await, None);
    assert_eq!(bought("TAPL", 30, &[30]).await.as_deref(), Some("2023-08-03"));
    assert_eq!(bought("HoTT", 30, &[30]).await, None);
    assert_eq!(bought("HoTT", 30, &[30, 20]).await.as_deref(), Some("2023-09-18"));
    assert_eq!(bought("HoTT", 30, &[10; 5]).await.as_deref(), Some("2023-09-18"));
    assert_eq!(bought("HoTT", 30, &[9; 5]).await, None);
    assert_eq!(bought("Emma", 100, &[100]).await, None);
}

#[test]
fn no_crash_leaves_anybody_waiting() {
    let shop = catalogue();
    let make = || buy::Choreography::new("HoTT", 30, vec![30, 20], &shop);
    crashes::change_nothing_else(make);
}

#[test]
fn no_seed_changes_what_is_bought() {
    let shop = crate::leak(catalogue());
    for gifts in [vec![], vec![30], vec![30, 20], vec![4; 5]] {
        crate::change_nothing(|| buy::Choreography::new("HoTT", 30, gifts.clone(), shop));
    }
}
