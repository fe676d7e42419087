//! Authentication with retries; the server takes no part in the attempts.

use crate::seeds;
use chor::prelude::*;
use chor::sim::simulate;

chor! {
    /// The client tries until it is right or gives up; both know how it ended.
    chor attempts[Client, Auth](mut passwords: impl Iterator<Item = String> @ Client) -> bool @ [Client, Auth] {
        loop {
            let password: Option<String> = Client => Auth: passwords.next();
            match password {
                None => break false,
                Some(password) => {
                    if Auth => Client: password == "secret" {
                        break true;
                    }
                }
            }
        }
    }

    chor authenticate[Client, Auth, Server](
        passwords: impl Iterator<Item = String> @ Client,
        mut tokens: impl Iterator<Item = u64> @ Server,
    ) -> Result<u64, String> @ Client {
        let ok = attempts[Client, Auth](passwords);
        let ok: bool = Auth => Server: ok;
        if ok {
            let token: u64 = Server -> Client: tokens.next()?;
            Client: Ok(token)
        } else {
            Client: Err("given up".to_owned())
        }
    }
}

fn passwords(texts: &[&str]) -> impl Iterator<Item = String> + Send + Sync + 'static {
    texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>().into_iter()
}

#[tokio::test]
async fn a_retry_succeeds() -> Result<(), Error> {
    let outcome =
        simulate(authenticate::Choreography::new(passwords(&["wrong", "secret"]), 7..)).await?;
    assert_eq!(outcome.client, Ok(7));
    Ok(())
}

#[tokio::test]
async fn giving_up_is_an_error_value() -> Result<(), Error> {
    let outcome = simulate(authenticate::Choreography::new(passwords(&["wrong"]), 7..)).await?;
    assert_eq!(outcome.client, Err("given up".to_owned()));
    Ok(())
}

#[test]
fn the_server_takes_no_part_in_the_attempts() {
    assert!(attempts::PROTOCOL.roles.iter().all(|role| *role != "Server"));
}

#[test]
fn seeds_change_nothing() {
    seeds::change_nothing(|| authenticate::Choreography::new(passwords(&["wrong", "secret"]), 7..));
    seeds::change_nothing(|| authenticate::Choreography::new(passwords(&["wrong"]), 7..));
}
