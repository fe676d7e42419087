//! Generics, lifetimes and `impl Trait` work as in functions.

#![deny(warnings)]

use chor::prelude::*;
use std::collections::BTreeMap;
use std::fmt::{Debug, Display};

pub struct Store<'s, K, const N: usize> {
    pub names: [&'s str; N],
    pub map: BTreeMap<K, u32>,
}

chor! {
    pub chor look[Client, Server]<'s, 'q, K, V, const N: usize>(
        key: &'q K @ Client,
        store: &mut Store<'s, K, N> @ Server,
        make: impl Fn(u32) -> V @ Server,
        notes: impl Iterator<Item: Display> @ Client,
    ) -> (&'q K @ Client, Option<V> @ [Client, Server], &'s str @ Server)
    where
        K: Message + Ord,
        V: Message + Debug,
    {
        Client: for note in notes {
            println!("{note}");
        };
        let wanted: K = Client -> Server: key.clone();
        let found: Option<V> = Server => Client: store.map.get(&wanted).copied().map(make);
        [Client, Server]: println!("{found:?}");
        (Client: key, found, Server: store.names[0])
    }

    pub chor first[A](text: &str @ A) -> &str @ A {
        A: text.split(' ').next().unwrap_or(text)
    }

    pub chor outer[A, B]<T: Message + Default>(n: u32 @ A) -> T @ B {
        let made = inner[A, B]::<T>();
        A: println!("{n}");
        B: made
    }

    pub chor inner[A, B]<T: Message + Default>() -> T @ B {
        A -> B: T::default()
    }
}

fn main() {
    let mut store = Store { names: ["me"], map: BTreeMap::from([("key".to_owned(), 3_u32)]) };
    let key = "key".to_owned();
    let make = |n| u64::from(n);
    drop(look::Choreography::new(&key, &mut store, make, [1, 2].into_iter()));
    drop(first::A::new("a b"));
    drop(outer::Choreography::<_, String>::new(3));
}
