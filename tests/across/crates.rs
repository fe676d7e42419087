//! From another crate, by path and after `use`.

use chor::prelude::*;
use chor::sim::simulate;
use library::{Password, Token, auth, give as hand_over};

chor! {
    chor shop[Buyer, Seller, Bank](password: &str @ Buyer) -> Option<u32> @ Bank {
        let token = auth[Buyer, Seller](Buyer: Password(password.to_owned()), Seller: "secret");
        let number: Option<u32> = Seller -> Bank: token.as_ref().map(|token| token.0);
        number
    }

    // The type of a message is that of the callee's parameter, which this crate needn't name.
    chor borrowed[Owner, Client, Server](password: Password @ Owner) -> Option<Token> @ [Client, Server] {
        auth[Client, Server](Owner -> Client: password, Server: "secret")
    }

    chor generic[A, B](x: u8 @ A) -> (u8 @ B, String @ B) {
        let x = hand_over[A, B](x);
        let text = library::make[A, B]::<String>();
        (x, text)
    }

    chor relay[A, B, C](x: u32 @ B) -> u32 @ A {
        library::deep::relay[B, C, A](x)
    }

    chor swapped[A, B](x: u8 @ A, y: char @ B) -> (char @ A, u8 @ B) {
        library::swap[A, B]((A: x, B: y))
    }

    chor longer[A, B](password: Password @ A) -> Password @ A {
        let lengthen = chor(password: Password @ A) -> Password @ A | B {
            let password: Password = A -> B: password;
            B -> A: Password(password.0 + "!")
        };
        library::twice[A, B](lengthen, password)
    }

    chor returned[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ A {
        let add = library::adder[A, B](x);
        let once = add(y);
        let again = add(A -> B: once);
        again
    }

    chor instance[A, B](password: Password @ A) -> Password @ A {
        library::twice[A, B](there_and_back[A, B]::<Password>, password)
    }
    chor there_and_back[A, B]<T: Message>(x: T @ A) -> T @ A {
        hand_over[B, A](hand_over[A, B](x))
    }
}

fn password(text: &str) -> Password {
    Password(text.to_owned())
}

#[tokio::test]
async fn a_choreography_of_another_crate_is_called() {
    let outcome = simulate(shop::Choreography::new("secret")).await.unwrap();
    assert_eq!(outcome.bank, Some(7));
    let outcome = simulate(shop::Choreography::new("guess")).await.unwrap();
    assert_eq!(outcome.bank, None);
}

#[tokio::test]
async fn a_message_may_have_a_type_of_the_callee() {
    let outcome = simulate(borrowed::Choreography::new(password("secret"))).await.unwrap();
    assert_eq!(
        (outcome.owner, outcome.client, outcome.server),
        ((), Some(Token(7)), Some(Token(7)))
    );
}

#[tokio::test]
async fn generics_of_the_callee_are_found_or_told() {
    let outcome = simulate(generic::Choreography::new(3)).await.unwrap();
    assert_eq!(outcome.b, (3, String::new()));
}

#[tokio::test]
async fn roles_are_replaced_through_several_modules() {
    assert_eq!(simulate(relay::Choreography::new(4)).await.unwrap().a, 8);
}

#[tokio::test]
async fn choreographic_tuples_cross_crates() {
    let outcome = simulate(swapped::Choreography::new(1, 'y')).await.unwrap();
    assert_eq!((outcome.a, outcome.b), ('y', 1));
}

#[tokio::test]
async fn choreographies_are_given_to_another_crate() {
    let outcome = simulate(longer::Choreography::new(password("a"))).await.unwrap();
    assert_eq!(outcome.a, password("a!!"));
    let outcome = simulate(instance::Choreography::new(password("b"))).await.unwrap();
    assert_eq!(outcome.a, password("b"));
}

#[tokio::test]
async fn a_choreography_comes_from_another_crate() {
    assert_eq!(simulate(returned::Choreography::new(10, 1)).await.unwrap().a, 21);
}

#[tokio::test]
async fn it_is_played_by_itself() {
    let [a, b] = chor::memory::session();
    let server = tokio::spawn(async move { play_role(auth::Server::new("secret"), &b).await });
    assert_eq!(play_role(auth::Client::new(password("secret")), &a).await.unwrap(), Some(Token(7)));
    assert_eq!(server.await.unwrap().unwrap(), Some(Token(7)));
}

#[test]
fn the_protocol_names_the_callee_as_it_is_written() {
    assert_eq!(
        shop::PROTOCOL.to_string(),
        "shop[Buyer, Seller, Bank]\n  \
           auth[Buyer, Seller]\n  \
           Seller -> Bank: number: Option<u32>"
    );
}
