//! The bookseller: a buyer asks for a price and decides whether to buy.
//!
//! The choreography is `buy_book`, below; the rest of this file reads the arguments and says how it
//! went. [`catalogue`] is the seller's stock, read from a file; [`messages`] prints each message
//! while it is sent.
//!
//! ```text
//! cargo run --example bookseller -- --title "To Mock a Mockingbird" --budget 50
//! ```

pub mod catalogue;
pub mod date;
pub mod messages;

use std::path::PathBuf;
use std::process::ExitCode;

use chor::prelude::*;
use chor::sim::simulate;
use clap::Parser;

use catalogue::Catalogue;
use date::Date;

/// What the buyer wants, and what for.
#[derive(Clone, Debug)]
pub struct Order {
    /// The title as it stands on the book.
    pub title: String,
    /// The highest price that the buyer pays.
    pub budget: u32,
    /// Where the book goes; told to the seller only if the buyer buys.
    pub address: String,
}

/// What the seller sells, and when.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The books and their prices.
    pub catalogue: Catalogue,
    /// The day of the order.
    pub today: Date,
}

impl Shop {
    /// The price of a book, if the shop has it.
    pub fn price(&self, title: &str) -> Option<u32> {
        self.catalogue.book(title).map(|book| book.price)
    }

    /// Ships a book and says when it arrives; nothing if the shop doesn't have it.
    pub fn ship(&self, title: &str, address: &str) -> Option<Date> {
        let book = self.catalogue.book(title)?;
        println!("the seller ships {:?} to {address}", book.title);
        Some(self.today.plus_days(book.days))
    }
}

chor! {
    /// A buyer asks a seller for the price of a book and decides whether to buy it.
    pub chor buy_book[Buyer, Seller](
        order: Order @ Buyer,
        shop: &Shop @ Seller,
    ) -> Option<Date> @ Buyer {
        let title: String = Buyer -> Seller: order.title.clone();
        let price: Option<u32> = Seller -> Buyer: shop.price(&title);

        if Buyer => Seller: price.is_some_and(|price| price <= order.budget) {
            let address: String = Buyer -> Seller: order.address;
            let date: Option<Date> = Seller -> Buyer: shop.ship(&title, &address);
            date
        } else {
            Seller: println!("the buyer changed their mind");
            Buyer: None
        }
    }
}

/// Buys a book, if the shop has it and the budget allows.
///
/// Exits with 0 if the book was bought, with 1 if it was not, and with 2 if the arguments or the
/// catalogue can't be used.
#[derive(Parser)]
struct Arguments {
    /// The title of the book.
    #[arg(long)]
    title: String,
    /// The highest price to pay.
    #[arg(long)]
    budget: u32,
    /// Where to send the book.
    #[arg(long, default_value = "221B Baker Street, London")]
    address: String,
    /// The books on sale: a CSV file with the columns title, author, year, subject, price and days
    /// (until a book arrives).
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/books.csv"))]
    catalogue: PathBuf,
    /// The day of the order. Fixed, so that the example gives the same answer every day.
    #[arg(long, default_value = "2026-01-05")]
    today: Date,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    messages::print();
    match run(arguments).await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(
    Arguments { title, budget, address, catalogue, today }: Arguments,
) -> anyhow::Result<ExitCode> {
    let shop = Shop { catalogue: Catalogue::read(&catalogue)?, today };
    let order = Order { title: title.clone(), budget, address };

    let outcome = simulate(buy_book::Choreography::new(order, &shop)).await?;

    if let Some(date) = outcome.buyer {
        println!("the book arrives on {date}");
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(book) = shop.catalogue.book(&title) {
        println!("{:?} by {} costs {}, more than {budget}", book.title, book.author, book.price);
    } else {
        println!("no book is called {title:?}");
        for book in shop.catalogue.similar(&title) {
            println!("  did you mean {:?} by {} ({})?", book.title, book.author, book.year);
        }
    }
    Ok(ExitCode::from(1))
}
