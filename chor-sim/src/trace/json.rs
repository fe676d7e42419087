//! Traces as JSON, for other programs.

use super::{Event, Trace, What};
use chor_runtime::{End, Step};
use serde_json::{Value, json};

impl Trace {
    /// Everything that happened, in the order in which it did:
    ///
    /// ```text
    /// {"choreography": "buy_book", "roles": ["Buyer", "Seller"], "events": [
    ///   {"nanoseconds": 0, "role": "Buyer", "event": "sent", "to": "Seller", "number": 0,
    ///    "label": "title", "type": "String", "source": "src/main.rs:12:30", "value": "\"TAPL\"",
    ///    "bytes": 5}, ..]}
    /// ```
    ///
    /// `event` is one of `sent`, `received` and `discarded` (with `from`, `number`, `label`, `type`, `source`),
    /// `finished`, `failed` (with `cause`) and `stuck` (with `cause`).
    pub fn to_json(&self) -> String {
        let events: Vec<Value> = self.events().map(|event| event_json(&event)).collect();
        let protocol = self.protocol();
        json!({
            "choreography": protocol.map(|protocol| protocol.name),
            "roles": self.names(),
            "events": events,
        })
        .to_string()
    }
}

fn event_json(event: &Event<'_>) -> Value {
    let what = match event.what() {
        What::Sent { to, step, number, value, bytes } => json!({
            "event": "sent", "to": to, "number": number, "value": value, "bytes": bytes,
            "label": step.label, "type": step.ty, "source": source(step),
        }),
        What::Received { from, step, number } => json!({
            "event": "received", "from": from, "number": number,
            "label": step.label, "type": step.ty, "source": source(step),
        }),
        What::Discarded { from, step, number } => json!({
            "event": "discarded", "from": from, "number": number,
            "label": step.label, "type": step.ty, "source": source(step),
        }),
        What::Ended(End::Failed(cause)) => {
            json!({ "event": "failed", "cause": cause.to_string() })
        }
        What::Ended(_) => json!({ "event": "finished" }),
        What::Stuck(halt) => json!({ "event": "stuck", "cause": halt.to_string() }),
    };
    let mut all = json!({ "role": event.role(), "nanoseconds": nanoseconds(event) });
    if let (Value::Object(all), Value::Object(what)) = (&mut all, what) {
        all.extend(what);
    }
    all
}

/// Virtual time beyond centuries is cut.
fn nanoseconds(event: &Event<'_>) -> u64 {
    u64::try_from(event.at().as_nanos()).unwrap_or(u64::MAX)
}

fn source(step: &Step) -> String {
    format!("{}:{}:{}", step.file, step.line, step.column)
}
