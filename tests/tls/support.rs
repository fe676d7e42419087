//! Nodes, what they log, and how sessions end.

use crate::log::Log;
use chor::prelude::*;
use chor::tcp::{LinkError, Node, Security};
use std::error::Error as _;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::task::yield_now;
use tokio::time::timeout;

chor! {
    pub(crate) chor buy[Buyer, Seller](title: String @ Buyer, price: u32 @ Seller)
        -> (u32 @ Buyer, String @ Seller)
    {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller -> Buyer: price;
        (Buyer: price, Seller: title)
    }

    pub(crate) chor broker[Client, Broker, Bank](amount: u64 @ Client, rate: u64 @ Bank)
        -> u64 @ Client
    {
        let amount: u64 = Client -> Broker: amount;
        let amount: u64 = Broker -> Bank: amount + 1;
        let sum: u64 = Bank -> Client: amount * rate;
        sum
    }
}

/// What must happen; a minute is for ever.
pub(crate) async fn within<F: Future>(future: F) -> F::Output {
    timeout(Duration::from_mins(1), future).await.expect("it hangs")
}

/// A node that serves sellers, and how each session has ended for it.
pub(crate) struct Shop {
    pub(crate) node: Node,
    pub(crate) sold: UnboundedReceiver<Result<String, Error>>,
}

impl Shop {
    pub(crate) async fn open(security: impl Into<Security>) -> Self {
        Self::of(listen(security).await)
    }

    pub(crate) fn of(node: Node) -> Self {
        let (said, sold) = unbounded_channel();
        node.serve_then(|_| buy::Seller::new(50), move |_, ended| drop(said.send(ended)));
        Self { node, sold }
    }

    /// Where it is, for peers that know it by this name.
    pub(crate) fn known_as(&self, name: &str) -> String {
        address(&self.node, name)
    }

    /// Somebody who may buy here still can.
    pub(crate) async fn assert_sells(&mut self, buyer: &Node, address: &str) {
        assert_eq!(buys(buyer, address).await.expect("it is sold"), 50);
        let sold = within(self.sold.recv()).await.expect("it is told");
        assert_eq!(sold.expect("it has sold"), "Emma");
    }
}

pub(crate) async fn listen(security: impl Into<Security>) -> Node {
    Node::listen("127.0.0.1:0", security).await.expect("a port")
}

pub(crate) fn address(node: &Node, name: &str) -> String {
    format!("{name}@{}", node.address().expect("it listens"))
}

pub(crate) async fn buys(buyer: &Node, address: &str) -> Result<u32, Error> {
    let session = buyer.session([(buy::Role::Seller as usize, address)]);
    within(session.play(buy::Buyer::new("Emma".to_owned()))).await
}

/// What went wrong between the two nodes.
pub(crate) fn link_error(error: &Error) -> &LinkError {
    let source = error.source().and_then(|source| source.downcast_ref());
    source.unwrap_or_else(|| panic!("no error of a link: {error:?}"))
}

impl Log {
    /// Waits until a line with this text is logged.
    pub(crate) async fn says(&self, text: &str) {
        let said = async {
            while !self.text().contains(text) {
                yield_now().await;
            }
        };
        let said = timeout(Duration::from_mins(1), said).await;
        assert!(said.is_ok(), "no `{text}` in:\n{}", self.text());
    }
}
