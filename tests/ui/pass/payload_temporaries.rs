//! A guard in a payload is gone before the message is sent.

#![deny(warnings)]

use chor::prelude::*;
use std::sync::{Arc, Mutex};

chor! {
    pub chor f[A, B](shared: Arc<Mutex<Vec<u32>>> @ A) -> usize @ B {
        let first: u32 = A -> B: shared.lock().unwrap()[0];
        let len: usize = A => B: shared.lock().unwrap().len();
        if A => B: shared.lock().unwrap().is_empty() {
            B: println!("{first}");
        }
        B: len
    }
}

fn is_send<T: Send>(value: T) -> T {
    value
}

fn main() {
    let [memory, _] = chor::memory::session();
    drop(is_send(play_role(f::A::new(Arc::default()), &memory)));
}
