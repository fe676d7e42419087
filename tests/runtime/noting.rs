//! A transport that writes down what is asked of it, and may change what it carries.

use chor::prelude::*;
use chor::{Address, End, Fault, Lane, Protocol, Site, Transport, memory};
use std::any::Any;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};

/// Writes down what is asked of a transport, and lets memory do it.
pub(crate) struct Noting {
    inner: memory::Memory,
    notes: Notes,
    alter: Alter,
}

/// Changes what participant `.0` sends to `.1`.
pub(crate) type Alter = fn((usize, usize), &mut dyn Any);

pub(crate) type Notes = Arc<Mutex<Vec<String>>>;

impl Noting {
    fn note(&self, what: &str) {
        self.notes.lock().unwrap().push(what.to_owned());
    }
}

pub(crate) fn session<const N: usize>() -> ([Noting; N], Notes) {
    altering(|_, _| ())
}

pub(crate) fn altering<const N: usize>(alter: Alter) -> ([Noting; N], Notes) {
    let notes = Notes::default();
    let ends = memory::session().map(|inner| Noting { inner, notes: notes.clone(), alter });
    (ends, notes)
}

/// How many messages of this label were sent.
pub(crate) fn sent(notes: &Notes, label: &str) -> usize {
    let note = format!("send {label}");
    notes.lock().unwrap().iter().filter(|other| **other == note).count()
}

impl Transport for Noting {
    type Parcel<M: Message> = M;

    const WATCHES: bool = true;

    fn place(&self) -> usize {
        self.inner.place()
    }

    fn participants(&self) -> usize {
        self.inner.participants()
    }

    fn open(&self, protocol: &'static Protocol) -> Result<(), Box<Fault>> {
        self.inner.open(protocol)
    }

    fn pack<M: Message>(&self, message: M) -> Result<M, Box<Fault>> {
        Ok(message)
    }

    fn pack_ref<M: Message>(&self, message: &M) -> Result<M, Box<Fault>> {
        Ok(message.clone())
    }

    async fn send<M: Message>(&self, to: &Address, mut message: M) -> Result<(), Box<Fault>> {
        (self.alter)((self.place(), to.peer), &mut message);
        self.note(&format!("send {}", to.step.label));
        self.inner.send(to, message).await
    }

    async fn recv<M: Message>(&self, from: &Address) -> Result<M, Box<Fault>> {
        self.note(&format!("recv {}", from.step.label));
        self.inner.recv(from).await
    }

    fn flush(&self) {
        self.note("flush");
    }

    fn agreed(&self, site: &'static Site, among: &[usize], _: Lane, value: &dyn Debug) {
        self.note(&format!("{} of {among:?} at {}: {value:?}", site.text, self.place()));
    }

    fn close(&self, end: End) {
        self.note("close");
        self.inner.close(end);
    }
}
