//! Diagrams of runs and of protocols, and the page in a real browser.

use chor::prelude::*;
use chor::sim::{Diagram, Simulation, Trace};
use std::path::Path;

chor! {
    chor buy[Buyer, Seller](title: &str @ Buyer) -> Option<u32> @ Buyer {
        let title: String = Buyer -> Seller: title.to_owned();
        let mut tries: u32 @ [Buyer, Seller] = 0;
        while tries < 1 {
            let _price: u32 = Seller -> Buyer: 50;
            tries += 1;
        }
        Seller: assert!(!title.is_empty());
        if Buyer => Seller: tries == 1 {
            let receipt: u32 = Seller -> Buyer: 7;
            Buyer: Some(receipt)
        } else {
            Buyer: None
        }
    }
}

/// A run in which a receipt gets lost, with a value that would break a careless page.
fn trace() -> Trace {
    let fault = "Buyer crashes after sending buy.3 to Seller, round 1".parse().expect("a decision");
    let title = "</script><b>\"TAPL\"; #1 end</b>";
    Simulation::new().fault(fault).run(|| buy::Choreography::new(title)).trace
}

#[test]
fn a_run_as_mermaid() {
    assert_eq!(
        trace().diagram().to_mermaid(),
        "\
sequenceDiagram
  participant r0 as Buyer
  participant r1 as Seller
  r0->>r1: title = \"#60;/script#62;#60;b#62;\\\"TAPL\\\"#59; #35;1 end#60;/b#62;\"
  r1->>r0: _price = 50
  r0->>r1: 3 = true
  Note over r0: crashed after sending buy.3 to Seller, round 1
  Note over r1: failed because Buyer did
",
    );
}

#[test]
fn a_protocol_as_mermaid() {
    assert_eq!(
        Diagram::of(&buy::PROTOCOL).to_mermaid(),
        "\
sequenceDiagram
  participant r0 as Buyer
  participant r1 as Seller
  r0->>r1: title: String
  loop while tries #60; 1
    r1->>r0: _price: u32
  end
  r0->>r1: 3: bool
  alt if Buyer =#62; Seller: tries == 1
    r1->>r0: receipt: u32
  else else
  end
",
    );
}

#[test]
fn a_picture_has_each_message_once_and_is_well_formed() {
    for svg in [trace().diagram().to_svg(), Diagram::of(&buy::PROTOCOL).to_svg()] {
        let tags = |tag: &str| svg.matches(&format!("<{tag}")).count();
        for tag in ["g", "svg", "text", "title", "style"] {
            assert_eq!(
                tags(&format!("{tag} ")) + tags(&format!("{tag}>")),
                tags(&format!("/{tag}>")),
                "{tag}"
            );
        }
        assert!(!svg.contains("<b>") && !svg.contains("</script"), "{svg}");
        assert_eq!(svg.matches("receipt: u32").count() % 2, 0);
    }
}

#[test]
fn a_trace_as_json() {
    let json: serde_json::Value = serde_json::from_str(&trace().to_json()).expect("it is JSON");
    assert_eq!(json["choreography"], "buy");
    assert_eq!(json["roles"], serde_json::json!(["Buyer", "Seller"]));
    let events = json["events"].as_array().expect("a list");
    assert_eq!(events[0]["event"], "sent");
    assert_eq!(events[0]["label"], "title");
    assert_eq!(events[0]["bytes"], 31);
    let failed = events.iter().filter(|event| event["event"] == "failed");
    assert_eq!(failed.count(), 2);
}

/// Writes the page as well: `.ci/run` steps through it in a browser, by `tests/browser/page.js`.
#[test]
fn a_page_loads_nothing() {
    let page = trace().diagram().to_html();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("run.html");
    std::fs::write(file, &page).expect("the page is written");
    for mark in ["src=", "href=\"http", "@import", "url(", "@@"] {
        assert!(!page.contains(mark), "{mark}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "no value ends a script");
}
