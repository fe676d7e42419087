//! Two buyers and a seller; how they decide is a choreography between the buyers.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;

type Date = &'static str;

/// Price and date of delivery.
fn catalogue(title: &str) -> Option<(u32, Date)> {
    match title {
        "TAPL" => Some((50, "2023-08-03")),
        "HoTT" => Some((150, "2023-09-18")),
        _ => None,
    }
}

chor! {
    chor buy[Buyer1, Buyer2, Seller](
        title: &str @ Buyer1,
        decide: chor(u32 @ Buyer1) -> bool @ Buyer1 | Buyer2,
    ) -> Option<String> @ Buyer1 {
        let title: String = Buyer1 -> Seller: title.to_owned();
        let price: Option<u32> = Seller -> Buyer1: catalogue(&title).map(|(price, _)| price);
        let known: Option<u32> = Buyer1 => [Buyer2, Seller]: price;
        if let Some(price) = known {
            let affordable = decide(price);
            if Buyer1 => Seller: affordable {
                let date: String = Seller -> Buyer1: catalogue(&title)?.1.to_owned();
                Buyer1: Some(date)
            } else {
                Buyer1: None
            }
        } else {
            Buyer1: None
        }
    }

    /// Nobody helps.
    chor alone[Buyer1, Buyer2, Seller](title: &str @ Buyer1, budget: u32 @ Buyer1) -> Option<String> @ Buyer1 {
        buy[Buyer1, Buyer2, Seller](title, chor(price) { Buyer1: price <= budget })
    }

    /// The other pays half.
    chor together[Buyer1, Buyer2, Seller](
        title: &str @ Buyer1,
        budget: u32 @ Buyer1,
        contribution: u32 @ Buyer2,
    ) -> Option<String> @ Buyer1 {
        buy[Buyer1, Buyer2, Seller](title, chor(price) {
            let half: u32 = Buyer1 -> Buyer2: price / 2;
            let pays: bool = Buyer2 -> Buyer1: half <= contribution;
            Buyer1: if pays { price - price / 2 <= budget } else { price <= budget }
        })
    }
}

#[tokio::test]
async fn one_buyer_alone() -> Result<(), Error> {
    let date = |title| async move {
        simulate(alone::Choreography::new(title, 100)).await.map(|o| o.buyer1)
    };
    assert_eq!(date("TAPL").await?.as_deref(), Some("2023-08-03"));
    assert_eq!(date("HoTT").await?, None);
    assert_eq!(date("unknown").await?, None);
    Ok(())
}

#[tokio::test]
async fn two_buyers_together() -> Result<(), Error> {
    let outcome = simulate(together::Choreography::new("HoTT", 100, 200)).await?;
    assert_eq!(outcome.buyer1.as_deref(), Some("2023-09-18"));
    let outcome = simulate(together::Choreography::new("HoTT", 70, 200)).await?;
    assert_eq!(outcome.buyer1, None);
    Ok(())
}

#[test]
fn the_second_buyer_hears_nothing_of_the_delivery() {
    let heard: Vec<&str> = buy::PROTOCOL
        .steps
        .iter()
        .filter(|step| step.to.contains(&"Buyer2"))
        .map(|step| step.label)
        .collect();
    assert_eq!(heard, ["known"]);
}

#[test]
fn seeds_change_nothing() {
    for title in ["TAPL", "HoTT", "unknown"] {
        seeds::change_nothing(|| alone::Choreography::new(title, 100));
        seeds::change_nothing(|| together::Choreography::new(title, 100, 200));
    }
}
