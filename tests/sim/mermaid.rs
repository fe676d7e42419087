//! Diagrams of all kinds for Mermaid itself, which `.ci/run` has draw them in a browser.

use chor::prelude::*;
use chor::sim::{Diagram, Fate, Simulation};
use std::path::Path;
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

chor! {
    chor shop[Buyer, Seller, Bank](title: &str @ Buyer, offers: Vec<u32> @ Seller) -> Option<u32> @ Buyer {
        let title: String = Buyer -> Seller: title.to_owned();
        Seller: println!("{title}");
        let mut tries: u32 @ [Buyer, Seller] = 0;
        let mut best: u32 @ Buyer = u32::MAX;
        while tries < 2 {
            let offer: u32 = Seller -> Buyer: offers[tries as usize];
            Buyer: best = best.min(offer);
            tries += 1;
        }
        for end in 0..tries {
            match end {
                0 => { let _end: String = Buyer -> Seller: "<b>; #end %% end".to_owned(); }
                _ if tries > 7 => { let _x: u32 = Seller -> Buyer: 5; }
                _ => {}
            }
        }
        let paid = pays[Buyer, Bank](best);
        if Buyer => [Seller, Bank]: paid && best < 100 {
            let receipt: u32 = Bank -> Buyer: 7;
            Buyer: Some(receipt)
        } else {
            Buyer: None
        }
    }
    chor pays[Payer, Bank](sum: u32 @ Payer) -> bool @ Payer {
        let sum: u32 = Payer -> Bank: sum;
        let fine: bool = Bank -> Payer: sum > 0;
        fine
    }
    chor votes[Leader, Workers[..]](good: fn(usize) -> bool @ each Workers) -> usize @ Leader {
        let proposal: u32 = Leader => Workers: 5;
        let votes: Vec<(Member, bool)> = each w in Workers first 1 within SECOND {
            w -> Leader: good(w.index()) && proposal > 2
        };
        for w in Workers {
            let next = Workers[(w.index() + 1) % Workers.len()];
            let _number: usize = w -> next: w.index();
        }
        Leader: votes.len()
    }
    chor both[Client, Left, Right]() -> u32 @ Client {
        let (left, right) = par {
            { Left -> Client: 1u32 }
            { Right -> Client within SECOND: 2u32 }
        };
        let lost: Result<u32, Lost> = try Left -> Client: 3;
        Client: left + right.unwrap_or(0) + lost.unwrap_or(0)
    }
}

/// As they are drawn for the tests here, and for `tests/browser/mermaid.js`.
#[test]
fn all_kinds_are_written_for_a_browser() {
    let shop = || shop::Choreography::new("</script>; `end` %% \"TAPL\"\nend", vec![30, 20]);
    let votes = || votes::Choreography::new(vec![|member| member != 1; 3]);
    let crash = "Bank crashes after receiving pays.sum from Buyer, round 1".parse().unwrap();
    let cut =
        "Workers[1] is cut off before sending votes.votes to Leader, round 1".parse().unwrap();
    let late = Simulation::new().rule(|message| match message.label() {
        "right" => Fate::Delay(2 * SECOND),
        _ => Fate::Deliver,
    });
    let diagrams = [
        ("protocol", Diagram::of(&shop::PROTOCOL)),
        ("families", Diagram::of(&votes::PROTOCOL)),
        ("at_once", Diagram::of(&both::PROTOCOL)),
        ("run", Simulation::new().run(shop).trace.diagram()),
        ("crash", Simulation::new().fault(crash).run(shop).trace.diagram()),
        ("votes", Simulation::new().run(votes).trace.diagram()),
        ("cut", Simulation::new().fault(cut).run(votes).trace.diagram()),
        ("late", late.run(both::Choreography::new).trace.diagram()),
    ];
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mermaid");
    std::fs::create_dir_all(&folder).expect("the folder is made");
    for (name, diagram) in diagrams {
        let text = diagram.to_mermaid();
        assert!(text.starts_with("sequenceDiagram\n"), "{text}");
        std::fs::write(folder.join(name).with_extension("mmd"), text).expect("it is written");
    }
}
