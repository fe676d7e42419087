//! Prints each message when it is sent, and each warning.
//!
//! `chor` traces its messages as events of the target `chor`, which cost a comparison each when
//! nobody listens. This is a listener; any other of `tracing` does as well.

use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Prints messages and warnings from now on, everywhere in the program.
///
/// # Panics
///
/// If something listens already.
pub fn print() {
    let listener = tracing_subscriber::registry().with(Listener(|line| println!("{line}")));
    tracing::subscriber::set_global_default(listener).expect("nothing else listens");
}

/// Is told of each message that is sent, as in `Buyer -> Seller: title`.
///
/// Warnings go to the standard error output.
pub struct Listener<F>(pub F);

impl<S: Subscriber, F: Fn(String) + 'static> Layer<S> for Listener<F> {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() != "chor" {
            return;
        }
        let mut message = Message::default();
        event.record(&mut message);
        if message.event == "sent" {
            let Message { role, peer, label, ty, .. } = message;
            // What was given no name has its number as its label; its type says more.
            let what = if label.parse::<u32>().is_ok() { format!("({ty})") } else { label };
            self.0(format!("{role} -> {peer}: {what}"));
        } else if *event.metadata().level() == Level::WARN {
            eprintln!("warning: {}", message.event);
        }
    }
}

#[derive(Default)]
struct Message {
    event: String,
    role: String,
    peer: String,
    label: String,
    ty: String,
}

impl Visit for Message {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "role" => value.clone_into(&mut self.role),
            "peer" => value.clone_into(&mut self.peer),
            "label" => value.clone_into(&mut self.label),
            "type" => value.clone_into(&mut self.ty),
            _ => {}
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.event = format!("{value:?}");
        }
    }
}
