//! What a listener of `tracing` sees of a session.

mod script;

use chor_runtime::{Address, Lane, Transport, memory, play_together};
use script::{Act, PRICE, TITLE, Two};
use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl<S: Subscriber> Layer<S> for Seen {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        _: &tracing::Id,
        _: Context<'_, S>,
    ) {
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let metadata = attributes.metadata();
        let line = format!("{} {}{}", metadata.target(), metadata.name(), fields.0);
        self.0.lock().unwrap().push(line);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.0.lock().unwrap().push(format!("{}{}", event.metadata().target(), fields.0));
    }
}

#[test]
fn a_listener_sees_roles_and_messages() {
    let seen = Seen::default();
    let subscriber = tracing_subscriber::registry().with(seen.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        let roles = Two(
            vec![Act::Send(1, TITLE, 1), Act::Recv(1, PRICE)],
            vec![Act::Recv(0, TITLE), Act::Send(0, PRICE, 2)],
        );
        runtime.block_on(play_together(roles)).unwrap();
    });
    let message = |text, role, peer, label| {
        format!(
            "chor message={text} choreography=\"trade\" role=\"{role}\" peer=\"{peer}\" \
             label=\"{label}\" type=\"u64\""
        )
    };
    assert_eq!(
        *seen.0.lock().unwrap(),
        [
            "chor role choreography=\"trade\" role=\"Buyer\"".to_owned(),
            "chor role choreography=\"trade\" role=\"Seller\"".to_owned(),
            message("sent", "Buyer", "Seller", "title"),
            message("received", "Seller", "Buyer", "title"),
            message("sent", "Seller", "Buyer", "price"),
            message("received", "Buyer", "Seller", "price"),
        ]
    );
}

/// What is queued when its round ends, and what comes later.
#[test]
fn a_listener_sees_what_comes_too_late() {
    let seen = Seen::default();
    let subscriber = tracing_subscriber::registry().with(seen.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let [a, b] = memory::session();
            let lanes = [(); 2].map(|()| a.begin_round(Lane::ROOT, 1).unwrap());
            let send = async |lane| a.send::<u64>(&Address::new(1, lane, TITLE), 7).await.unwrap();
            assert_eq!(b.begin_round(Lane::ROOT, 1), Some(lanes[0]));
            send(lanes[0]).await;
            send(lanes[0]).await;
            b.discard(&lanes[..1]);
            send(lanes[0]).await;
            send(lanes[1]).await;
            assert_eq!(b.begin_round(Lane::ROOT, 1), Some(lanes[1]));
            assert_eq!(b.recv::<u64>(&Address::new(0, lanes[1], TITLE)).await.unwrap(), 7);
            assert_eq!(b.discarded(), 3);
        });
    });
    let late = |dropped| {
        format!(
            "chor message=messages of a round that is over are dropped participant=1 dropped={dropped}"
        )
    };
    assert_eq!(*seen.0.lock().unwrap(), [late(2), late(1)]);
}
