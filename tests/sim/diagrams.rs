//! Diagrams of runs and of protocols, and the page in a real browser.

use chor::prelude::*;
use chor::sim::{Diagram, Simulation, Trace};
use std::path::{Path, PathBuf};
use std::process::Command;

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

#[test]
fn a_page_loads_nothing() {
    let page = trace().diagram().to_html();
    for mark in ["src=", "href=\"http", "@import", "url(", "@@"] {
        assert!(!page.contains(mark), "{mark}");
    }
    assert_eq!(page.matches("</script>").count(), 2, "no value ends a script");
}

/// What the page is asked in the browser, by a script at its end.
const SCRIPT: &str = r#"<script>
const said = [];
const say = () => said.push([get("count").textContent, get("step").innerText, get("known").innerText,
  document.querySelectorAll(".item.later").length].join(" | ").replace(/\s+/g, " "));
say();
get("first").click(); say();
get("next").click(); say();
document.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" })); say();
document.querySelectorAll(".item")[2].dispatchEvent(new MouseEvent("click")); say();
get("previous").click(); get("last").click(); say();
document.body.replaceChildren(Object.assign(document.createElement("pre"),
  { id: "said", textContent: ["", ...said, `${problems.length} problems ${problems}`, ""].join("\n") }));
</script>"#;

/// Before everything else: what goes wrong is kept.
const WATCH: &str = r#"<script>
const problems = [];
addEventListener("error", (event) => problems.push(event.message));
addEventListener("unhandledrejection", (event) => problems.push(event.reason));
for (const kind of ["error", "warn"]) console[kind] = (...all) => problems.push(all.join(" "));
</script>"#;

/// `.ci/run` says where the browser is. Without one, the page isn't opened.
#[test]
fn a_page_is_stepped_through_in_a_browser() {
    let Some(browser) = std::env::var_os("CHOR_CHROMIUM").map(PathBuf::from) else {
        println!("CHOR_CHROMIUM names no browser: the page is not opened");
        return;
    };
    let page = trace().diagram().to_html();
    let page = page.replacen("<head>", &format!("<head>{WATCH}"), 1);
    let page = page.replacen("</body>", &format!("{SCRIPT}</body>"), 1);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("run.html");
    std::fs::write(&file, page).expect("the page is written");
    let dom = open(&browser, &file);
    let said: Vec<&str> = dom
        .split_once("<pre id=\"said\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"))
        .map_or(&*dom, |(said, _)| said)
        .trim()
        .lines()
        .collect();
    let title = "\"&lt;/script&gt;&lt;b&gt;\\\"TAPL\\\"; #1 end&lt;/b&gt;\"";
    assert_eq!(said.len(), 7, "{said:#?}");
    assert!(said[0].starts_with("5 of 5 | Seller failed because Buyer did"), "{said:#?}");
    assert!(said[1].starts_with("0 of 5 | Nothing has happened yet"), "{said:#?}");
    assert!(said[1].ends_with("Buyer nothing Seller nothing | 5"), "{said:#?}");
    assert!(
        said[2].starts_with(&format!(
            "1 of 5 | Buyer → Seller: title {title} 0ns, tests/sim/diagrams.rs:"
        )),
        "{said:#?}"
    );
    assert!(
        said[2].ends_with(&format!("Buyer title = {title} Seller title = {title} | 4")),
        "{said:#?}"
    );
    assert!(said[3].starts_with("2 of 5 | Seller → Buyer: _price 50"), "{said:#?}");
    assert!(said[4].starts_with("3 of 5 | Buyer → Seller: 3 true"), "{said:#?}");
    assert_eq!(said[5], said[0]);
    assert_eq!(said[6].trim(), "0 problems");
}

fn open(browser: &Path, file: &Path) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--dump-dom",
        ])
        .arg(format!("--user-data-dir={}/browser", env!("CARGO_TARGET_TMPDIR")))
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser runs");
    String::from_utf8(output.stdout).expect("a page is text")
}
