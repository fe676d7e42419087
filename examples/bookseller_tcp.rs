//! The bookseller in two processes: a seller that serves for ever, and a buyer that runs once.
//!
//! The choreography is `buy_book` of the example `bookseller`. Nothing in it knows of a network;
//! [`sell`] and [`buy`] are all that is added.
//!
//! ```text
//! cargo run --example bookseller_tcp -- seller --listen 127.0.0.1:4000
//! cargo run --example bookseller_tcp -- buyer --seller 127.0.0.1:4000 --title "Emma" --budget 50
//! ```

#[allow(dead_code, reason = "only its choreography, shop and messages are used here")]
#[path = "bookseller/main.rs"]
pub mod bookseller;

use std::path::PathBuf;
use std::process::ExitCode;

use bookseller::catalogue::Catalogue;
use bookseller::date::Date;
use bookseller::{Order, Shop, buy_book, messages};
use chor::tcp::{Node, Security};
use clap::Parser;

/// Plays one role of the bookseller; the other one is played by another process.
#[derive(Parser)]
enum Role {
    /// Sells books to whoever comes, until it is stopped.
    Seller {
        /// Where to listen; port 0 takes any free one, and the first line printed says which.
        #[arg(long, default_value = "127.0.0.1:4000")]
        listen: String,
        /// The books on sale.
        #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/books.csv"))]
        catalogue: PathBuf,
        /// The day of the orders.
        #[arg(long, default_value = "2026-01-05")]
        today: Date,
    },
    /// Buys one book. Exits with 0 if it was bought, with 1 if it was not, with 2 after an error.
    Buyer {
        /// Where the seller listens.
        #[arg(long, default_value = "127.0.0.1:4000")]
        seller: String,
        /// The title of the book.
        #[arg(long)]
        title: String,
        /// The highest price to pay.
        #[arg(long)]
        budget: u32,
        /// Where to send the book.
        #[arg(long, default_value = "221B Baker Street, London")]
        address: String,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let role = Role::parse();
    messages::print();
    let ended = match role {
        Role::Seller { listen, catalogue, today } => sell(listen, catalogue, today).await,
        Role::Buyer { seller, title, budget, address } => {
            buy(seller, Order { title, budget, address }).await
        }
    };
    ended.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

async fn sell(listen: String, catalogue: PathBuf, today: Date) -> anyhow::Result<ExitCode> {
    // Sessions run in tasks of their own, and all of them share the shop.
    let shop: &Shop = Box::leak(Box::new(Shop { catalogue: Catalogue::read(&catalogue)?, today }));

    let node = Node::listen(listen, Security::Plaintext).await?;
    node.serve_then(
        move |_| buy_book::Seller::new(shop),
        |_, ended| match ended {
            Ok(()) => println!("a session has ended"),
            Err(error) => println!("a session has failed: {:#}", anyhow::Error::new(error)),
        },
    );
    println!("listening on {}", node.address().expect("a node that listens has an address"));

    tokio::signal::ctrl_c().await?;
    node.shutdown(std::time::Duration::from_secs(10)).await?;
    Ok(ExitCode::SUCCESS)
}

async fn buy(seller: String, order: Order) -> anyhow::Result<ExitCode> {
    let node = Node::new(Security::Plaintext);
    let session = node.session([(buy_book::Role::Seller as usize, seller)]);
    let date = session.play(buy_book::Buyer::new(order)).await?;

    if let Some(date) = date {
        println!("the book arrives on {date}");
        return Ok(ExitCode::SUCCESS);
    }
    println!("nothing was bought");
    Ok(ExitCode::from(1))
}
