//! Two buyers and a seller in three processes: a friend adds what the buyer's budget lacks.
//!
//! The buyer opens a session and says where the others are. The seller and the friend serve for
//! ever; these two also find each other. The friend is asked at the terminal, so that there is time
//! to stop any of the three in the middle of a session and see what the others say.
//!
//! ```text
//! cargo run --example two_buyers_tcp -- seller --listen 127.0.0.1:4000
//! cargo run --example two_buyers_tcp -- friend --listen 127.0.0.1:4001
//! cargo run --example two_buyers_tcp -- buyer --seller 127.0.0.1:4000 --friend 127.0.0.1:4001 \
//!     --title "Emma" --budget 5
//! ```

#[allow(dead_code, reason = "only its shop and messages are used here")]
#[path = "bookseller/main.rs"]
pub mod bookseller;

use std::path::PathBuf;
use std::process::ExitCode;

use bookseller::catalogue::Catalogue;
use bookseller::date::Date;
use bookseller::{Shop, messages};
use chor::prelude::*;
use chor::tcp::{Node, Security};
use clap::Parser;
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin, stdin};
use tokio::sync::Mutex;

/// Answers from the terminal, for one question at a time.
type Terminal = Mutex<Lines<BufReader<Stdin>>>;

chor! {
    /// The buyer pays what they can, and the friend decides whether to pay the rest.
    pub chor buy_together[Buyer, Friend, Seller](
        title: String @ Buyer,
        budget: u32 @ Buyer,
        terminal: &Terminal @ Friend,
        shop: &Shop @ Seller,
    ) -> Option<Date> @ [Buyer, Friend] {
        let title: String = Buyer -> Seller: title;
        let price: Option<u32> = Seller => [Buyer, Friend]: shop.price(&title);
        let Some(price) = price else { return None };

        let rest: u32 = Buyer -> Friend: price.saturating_sub(budget);
        if Friend => [Buyer, Seller]: pays(terminal, rest).await? {
            let address: String = Friend -> Seller: "1 Main Street".to_owned();
            let date: Option<Date> = Seller => [Buyer, Friend]: shop.ship(&title, &address);
            date
        } else {
            None
        }
    }
}

/// Asks the friend, if there is anything to pay.
async fn pays(terminal: &Terminal, rest: u32) -> anyhow::Result<bool> {
    if rest == 0 {
        return Ok(true);
    }
    let mut answers = terminal.lock().await;
    println!("do you pay {rest}? [y/n]");
    let answer = answers.next_line().await?;
    Ok(answer.is_some_and(|answer| answer.trim() == "y"))
}

/// Plays one of the three roles; the others are played by other processes.
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
    /// Pays for others, if somebody at the terminal says `y`, until it is stopped.
    Friend {
        /// Where to listen; port 0 takes any free one, and the first line printed says which.
        #[arg(long, default_value = "127.0.0.1:4001")]
        listen: String,
    },
    /// Buys one book. Exits with 0 if it was bought, with 1 if it was not, with 2 after an error.
    Buyer {
        /// Where the seller listens: as this process reaches it, and the friend's.
        #[arg(long, default_value = "127.0.0.1:4000")]
        seller: String,
        /// Where the friend listens.
        #[arg(long, default_value = "127.0.0.1:4001")]
        friend: String,
        /// The title of the book.
        #[arg(long)]
        title: String,
        /// The most to pay oneself.
        #[arg(long)]
        budget: u32,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let role = Role::parse();
    messages::print();
    let ended = match role {
        Role::Seller { listen, catalogue, today } => sell(listen, catalogue, today).await,
        Role::Friend { listen } => help(listen).await,
        Role::Buyer { seller, friend, title, budget } => buy(seller, friend, title, budget).await,
    };
    // The friend may still be waiting for the terminal, in a thread that nothing can stop.
    std::process::exit(ended.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        2
    }))
}

async fn sell(listen: String, catalogue: PathBuf, today: Date) -> anyhow::Result<i32> {
    let shop: &Shop = Box::leak(Box::new(Shop { catalogue: Catalogue::read(&catalogue)?, today }));

    let node = Node::listen(listen, Security::Plaintext).await?;
    node.serve_then(
        move |_| buy_together::Seller::new(shop),
        |_, ended| report(ended.map(|()| None)),
    );
    serve(&node).await
}

async fn help(listen: String) -> anyhow::Result<i32> {
    let terminal: &Terminal = Box::leak(Box::new(Mutex::new(BufReader::new(stdin()).lines())));

    let node = Node::listen(listen, Security::Plaintext).await?;
    node.serve_then(move |_| buy_together::Friend::new(terminal), |_, ended| report(ended));
    serve(&node).await
}

async fn serve(node: &Node) -> anyhow::Result<i32> {
    println!("listening on {}", node.address().expect("a node that listens has an address"));
    tokio::signal::ctrl_c().await?;
    node.shutdown(std::time::Duration::from_secs(10)).await?;
    Ok(0)
}

/// Says how a session has ended.
fn report(ended: Result<Option<Date>, Error>) {
    match ended {
        Ok(Some(date)) => println!("the session has ended: the book arrives on {date}"),
        Ok(None) => println!("the session has ended"),
        Err(error) => println!("the session has failed: {:#}", anyhow::Error::new(error)),
    }
}

async fn buy(seller: String, friend: String, title: String, budget: u32) -> anyhow::Result<i32> {
    use buy_together::Role;

    let node = Node::new(Security::Plaintext);
    let session = node.session([(Role::Seller as usize, seller), (Role::Friend as usize, friend)]);
    let date = session.play(buy_together::Buyer::new(title, budget)).await?;

    if let Some(date) = date {
        println!("the book arrives on {date}");
        return Ok(0);
    }
    println!("nothing was bought");
    Ok(1)
}
