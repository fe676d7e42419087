//! A key-value store whose replication is a choreography: none, one backup, or two.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;
use std::collections::BTreeMap;
use std::sync::Mutex;

type Store = BTreeMap<String, u32>;
/// A choreography that is a value may be called at any time, so what it changes is behind a lock.
type Shared = Mutex<Store>;

#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
enum Request {
    Get(String),
    Put(String, u32),
}

const POISONED: &str = "no role panics";

fn apply(request: &Request, store: &mut Store) -> Option<u32> {
    match request {
        Request::Get(key) => store.get(key).copied(),
        Request::Put(key, value) => store.insert(key.clone(), *value),
    }
}

chor! {
    /// Each request is replicated before it is answered.
    chor serve[Client, Server, Backup1, Backup2](
        requests: Vec<Request> @ Client,
        store: &mut Store @ Server,
        replicate: chor(Request @ Server) | [Backup1, Backup2],
    ) -> Vec<Option<u32>> @ Client {
        let mut replies: Vec<Option<u32>> @ Client = Vec::new();
        let count: usize = Client => [Server, Backup1, Backup2]: requests.len();
        for index in 0..count {
            let request: Request = Client -> Server: requests[index].clone();
            replicate(request.clone());
            let reply: Option<u32> = Server -> Client: apply(&request, store);
            replies.push(reply);
        }
        Client: replies
    }

    chor plain[Client, Server, Backup1, Backup2](
        requests: Vec<Request> @ Client,
        store: &mut Store @ Server,
    ) -> Vec<Option<u32>> @ Client {
        serve[Client, Server, Backup1, Backup2](requests, store, chor(request) { Server: drop(request) })
    }

    chor with_one[Client, Server, Backup1, Backup2](
        requests: Vec<Request> @ Client,
        store: &mut Store @ Server,
        copy: &Shared @ Backup1,
    ) -> Vec<Option<u32>> @ Client {
        serve[Client, Server, Backup1, Backup2](requests, store, chor(request) {
            let request: Request = Server -> Backup1: request;
            Backup1: { apply(&request, &mut copy.lock().expect(POISONED)); }
            Backup1 -> Server: true;
        })
    }

    chor with_two[Client, Server, Backup1, Backup2](
        requests: Vec<Request> @ Client,
        store: &mut Store @ Server,
        copy1: &Shared @ Backup1,
        copy2: &Shared @ Backup2,
    ) -> Vec<Option<u32>> @ Client {
        serve[Client, Server, Backup1, Backup2](requests, store, chor(request) {
            let request: Request = Server -> [Backup1, Backup2]: request;
            Backup1: { apply(&request, &mut copy1.lock().expect(POISONED)); }
            Backup2: { apply(&request, &mut copy2.lock().expect(POISONED)); }
            Backup1 -> Server: true;
            Backup2 -> Server: true;
        })
    }

    /// Tells what everybody has at the end.
    chor kept[Client, Server, Backup1, Backup2](
        requests: Vec<Request> @ Client,
    ) -> (Vec<Option<u32>> @ Client, Store @ Server, Store @ Backup1, Store @ Backup2) {
        let mut store: Store @ Server = Store::new();
        let copy1: Shared @ Backup1 = Shared::default();
        let copy2: Shared @ Backup2 = Shared::default();
        let replies = with_two[Client, Server, Backup1, Backup2](
            requests,
            Server: &mut store,
            Backup1: &copy1,
            Backup2: &copy2,
        );
        (
            Client: replies,
            Server: store,
            Backup1: copy1.into_inner().expect(POISONED),
            Backup2: copy2.into_inner().expect(POISONED),
        )
    }
}

fn requests() -> Vec<Request> {
    let get = || Request::Get("foo".to_owned());
    let put = |value| Request::Put("foo".to_owned(), value);
    vec![get(), put(42), get(), put(43), get()]
}

const REPLIES: [Option<u32>; 5] = [None, None, Some(42), Some(42), Some(43)];

#[tokio::test]
async fn without_backups() -> Result<(), Error> {
    let mut store = Store::new();
    let outcome = simulate(plain::Choreography::new(requests(), &mut store)).await?;
    assert_eq!(outcome.client, REPLIES);
    assert_eq!(store["foo"], 43);
    Ok(())
}

#[tokio::test]
async fn with_one_backup() -> Result<(), Error> {
    let (mut store, copy) = (Store::new(), Shared::default());
    let outcome = simulate(with_one::Choreography::new(requests(), &mut store, &copy)).await?;
    assert_eq!(outcome.client, REPLIES);
    assert_eq!(copy.into_inner().expect(POISONED), store);
    Ok(())
}

#[tokio::test]
async fn with_two_backups() -> Result<(), Error> {
    let (mut store, copies) = (Store::new(), [Shared::default(), Shared::default()]);
    let [copy1, copy2] = &copies;
    let outcome =
        simulate(with_two::Choreography::new(requests(), &mut store, copy1, copy2)).await?;
    assert_eq!(outcome.client, REPLIES);
    for copy in copies {
        assert_eq!(copy.into_inner().expect(POISONED), store);
    }
    Ok(())
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| kept::Choreography::new(requests()));
}
