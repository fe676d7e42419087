//! A span for each role's run, and an event for each send and receive. A program of its own: who
//! listens is decided for a whole process.

use chor::prelude::*;
use chor::sim::simulate;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber, span};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

chor! {
    chor inner[P, Q](x: u32 @ P) -> u32 @ Q {
        let there: u32 = P -> Q: x;
        there
    }
    chor outer[A, B](x: u32 @ A) -> u32 @ A {
        let y = inner[A, B](x);
        B -> A: y as u32
    }
}

#[derive(Default)]
struct Fields(BTreeMap<&'static str, String>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }
}

/// Writes each span and event of the target `chor` as a line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn push(&self, line: String) {
        self.0.lock().expect("no test panics").push(line);
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attrs: &span::Attributes<'_>, _: &span::Id, _: Context<'_, S>) {
        let mut fields = Fields::default();
        attrs.record(&mut fields);
        self.push(format!(
            "{} {} {}",
            attrs.metadata().name(),
            fields.0["choreography"],
            fields.0["role"]
        ));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let inside = context.event_span(event).map_or("nowhere", |span| span.metadata().name());
        let field = |name: &str| fields.0[name].clone();
        self.push(format!(
            "{} {}: {} {} of {}, by {} with {}, in a {inside}",
            field("message"),
            field("label"),
            field("type"),
            event.metadata().target(),
            field("choreography"),
            field("role"),
            field("peer"),
        ));
    }
}

#[tokio::test]
async fn each_message_is_two_events() -> Result<(), Error> {
    let lines = Lines::default();
    let listening =
        tracing::subscriber::set_default(tracing_subscriber::registry().with(lines.clone()));
    assert_eq!(simulate(outer::Choreography::new(7)).await?.a, 7);
    drop(listening);
    let mut lines = lines.0.lock().expect("no test panics").clone();
    let spans: Vec<String> = lines.extract_if(.., |line| line.starts_with("role ")).collect();
    assert_eq!(spans, ["role outer A", "role outer B"]);
    assert_eq!(
        lines,
        [
            "sent there: u32 chor of inner, by A with B, in a role",
            "received there: u32 chor of inner, by B with A, in a role",
            "sent 1: u32 chor of outer, by B with A, in a role",
            "received 1: u32 chor of outer, by A with B, in a role",
        ]
    );
    Ok(())
}
