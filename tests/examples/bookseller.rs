//! `examples/bookseller/main.rs`.

#[allow(dead_code, reason = "`main` is for the program")]
#[path = "../../examples/bookseller/main.rs"]
pub mod example;

use chor::sim::simulate;

use crate::messages::recorded;
use crate::program::run;
use crate::seeds;
use std::path::Path;

use example::catalogue::Catalogue;
use example::date::Date;
use example::{Order, Shop, buy_book};

const BOOKS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/books.csv");

fn shop() -> Shop {
    let catalogue = Catalogue::read(Path::new(BOOKS)).unwrap();
    Shop { catalogue, today: Date::new(2023, 7, 25).unwrap() }
}

fn order(title: &str, budget: u32) -> Order {
    Order { title: title.to_owned(), budget, address: "1 Main Street".to_owned() }
}

async fn buy(title: &str, budget: u32) -> (Option<String>, Vec<String>) {
    let shop = shop();
    let run = simulate(buy_book::Choreography::new(order(title, budget), &shop));
    let (outcome, messages) = recorded(run).await;
    (outcome.unwrap().buyer.map(|date| date.to_string()), messages)
}

const TAPL: &str = "Types and Programming Languages";
const NO_ADDRESS: [&str; 3] =
    ["Buyer -> Seller: title", "Seller -> Buyer: price", "Buyer -> Seller: (bool)"];

#[tokio::test]
async fn a_budget_of_the_price_buys() {
    let (date, messages) = buy(TAPL, 50).await;
    assert_eq!(date.as_deref(), Some("2023-08-03"));
    assert_eq!(messages.len(), 5);
}

#[tokio::test]
async fn a_budget_below_the_price_buys_nothing_and_tells_no_address() {
    let (date, messages) = buy(TAPL, 49).await;
    assert_eq!(date, None);
    assert_eq!(messages, NO_ADDRESS);
}

#[tokio::test]
async fn an_unknown_title_buys_nothing_and_tells_no_address() {
    let (date, messages) = buy("Types and Programming Dialects", 50).await;
    assert_eq!(date, None);
    assert_eq!(messages, NO_ADDRESS);
}

#[test]
fn the_catalogue_has_more_than_a_thousand_books() {
    let catalogue = shop().catalogue;
    assert!(catalogue.len() > 1_000);
    assert_eq!(catalogue.book("to mock a mockingbird").unwrap().year, 1985);
}

#[test]
fn months_and_years_end_where_they_should() {
    for (from, days, to) in [
        ("2026-01-05", 0, "2026-01-05"),
        ("2026-12-31", 1, "2027-01-01"),
        ("2024-02-28", 1, "2024-02-29"),
        ("2023-02-28", 1, "2023-03-01"),
        ("1900-02-28", 1, "1900-03-01"),
        ("2000-02-28", 2, "2000-03-01"),
        ("2026-04-30", 31, "2026-05-31"),
    ] {
        assert_eq!(from.parse::<Date>().unwrap().plus_days(days).to_string(), to);
    }
    for wrong in ["", "2026", "2026-13-01", "2026-02-29", "2026-01-00", "today", "2026-01-05-01"] {
        assert!(wrong.parse::<Date>().is_err(), "{wrong}");
    }
}

#[test]
fn the_program_buys_a_book() {
    prints_with(
        &["--title", "To Mock a Mockingbird", "--budget", "50"],
        0,
        &[
            "Buyer -> Seller: title",
            "Seller -> Buyer: price",
            "Buyer -> Seller: (bool)",
            "Buyer -> Seller: address",
            "the seller ships \"To Mock a Mockingbird\" to 221B Baker Street, London",
            "Seller -> Buyer: date",
            "the book arrives on 2026-01-09",
        ],
    );
}

#[test]
fn the_program_says_when_a_book_is_too_dear() {
    prints_with(
        &["--title", TAPL, "--budget", "49"],
        1,
        &[
            "Buyer -> Seller: title",
            "Seller -> Buyer: price",
            "Buyer -> Seller: (bool)",
            "the buyer changed their mind",
            "\"Types and Programming Languages\" by Benjamin C. Pierce costs 50, more than 49",
        ],
    );
}

#[test]
fn the_program_offers_similar_titles() {
    let ran = run("bookseller", &["--title", "To Mock a Mokingbird", "--budget", "50"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let tail: Vec<&str> =
        ran.stdout.lines().skip_while(|line| !line.starts_with("no book")).collect();
    assert_eq!(
        tail[..2],
        [
            "no book is called \"To Mock a Mokingbird\"",
            "  did you mean \"To Mock a Mockingbird\" by Raymond Smullyan (1985)?",
        ]
    );
    assert!(tail.len() <= 4);
}

#[test]
fn the_program_offers_nothing_for_nonsense() {
    let ran = run("bookseller", &["--title", "xqzzkw", "--budget", "50"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(ran.stdout.lines().last(), Some("no book is called \"xqzzkw\""));
}

#[test]
fn the_program_refuses_wrong_arguments() {
    for (arguments, answer) in [
        (&["--title", "Emma"][..], "--budget <BUDGET>"),
        (&["--title", "Emma", "--budget", "much"], "invalid value 'much' for '--budget"),
        (&["--title", "Emma", "--budget", "-1"], "unexpected argument '-1'"),
        (&["--title", "Emma", "--budget", "5", "--today", "x"], "write a day like 2026-01-05"),
        (&["--tittle", "Emma"], "unexpected argument '--tittle'"),
    ] {
        let ran = run("bookseller", arguments);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
        assert!(ran.stderr.contains(answer), "{ran:?}");
    }
}

#[test]
fn the_program_names_a_file_that_it_cannot_read() {
    fails_with("no/such/file.csv", &["can't read no/such/file.csv: No such file or directory"]);
    fails_with(env!("CARGO_MANIFEST_DIR"), &["can't read", "Is a directory"]);
}

#[test]
fn the_program_names_the_mistake_in_a_malformed_file() {
    let header = "title,author,year,subject,price,days\n";
    for (name, content, parts) in [
        ("empty", String::new(), &["it has no books"][..]),
        ("header-only", header.to_owned(), &["it has no books"]),
        (
            "price",
            format!("{header}Emma,Jane Austen,1815,novel,cheap,3\n"),
            &["line 2, price: invalid digit"],
        ),
        ("short", format!("{header}Emma,Jane Austen\n"), &["line 2 has 2 fields instead of 6"]),
        (
            "column",
            "title,author\nEmma,Jane Austen\n".to_owned(),
            &["line 2: missing field `year`"],
        ),
        (
            "twice",
            format!("{header}Emma,Jane Austen,1815,novel,9,3\nEMMA,J. Austen,1815,novel,8,3\n"),
            &["it has \"Emma\" twice"],
        ),
    ] {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("catalogue-{name}.csv"));
        std::fs::write(&path, content).unwrap();
        fails_with(path.to_str().unwrap(), parts);
    }

    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("catalogue-bytes.csv");
    std::fs::write(&path, [header.as_bytes(), b"\xff\xfe,a,1,b,2,3\n"].concat()).unwrap();
    fails_with(path.to_str().unwrap(), &["can't read", "UTF-8"]);
}

fn prints_with(arguments: &[&str], code: i32, lines: &[&str]) {
    let ran = run("bookseller", arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(code), ""), "{ran:?}");
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), lines);
}

fn fails_with(catalogue: &str, parts: &[&str]) {
    let ran = run("bookseller", &["--title", "Emma", "--budget", "50", "--catalogue", catalogue]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("error: ") && ran.stderr.contains(catalogue), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
    for part in parts {
        assert!(ran.stderr.contains(part), "{part}: {ran:?}");
    }
}

#[test]
fn seeds_change_nothing() {
    // Roles that are invited live as long as they like.
    let shop: &'static _ = Box::leak(Box::new(shop()));
    for (title, budget) in [(TAPL, 50), (TAPL, 49), ("Types and Programming Dialects", 50)] {
        seeds::change_nothing(|| buy_book::Choreography::new(order(title, budget), shop));
    }
}
