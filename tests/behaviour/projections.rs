//! What the types of projections promise to the compiler: `Send`, and no more type parameters than
//! their own share has.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor plain[A, B](x: u32 @ A, by: &u32 @ B) -> u32 @ A {
        let x: u32 = A -> B: x;
        let waited = B: { tokio::task::yield_now().await; x + by };
        B -> A: waited
    }
    chor recursive[A, B](n: u32 @ A) -> u32 @ B {
        if A => B: n == 0 { B: 0 } else { recursive[A, B](A: n - 1) }
    }
    chor mutual[A, B](n: u32 @ A) -> u32 @ B {
        if A => B: n == 0 { B: 0 } else { mutual_back[B, A](A: n - 1) }
    }
    chor mutual_back[A, B](n: u32 @ B) -> u32 @ A {
        if B => A: n == 0 { A: 1 } else { mutual[B, A](B: n - 1) }
    }
    chor twice[A, B](step: chor(u32 @ A) -> u32 @ A | B, x: u32 @ A) -> u32 @ A {
        let x = step(x);
        step(x)
    }
    chor rounds[A, B](step: chor(u32 @ A) -> u32 @ A | B, n: u32 @ [A, B], x: u32 @ A) -> u32 @ A {
        if n == 0 {
            A: x
        } else {
            let x = step(x);
            rounds[A, B](step, n - 1, x)
        }
    }
    chor higher_order[A, B](x: u32 @ A, by: &u32 @ B) -> u32 @ A {
        let add = chor(x: u32 @ A) -> u32 @ A | B {
            let x: u32 = A -> B: x;
            B -> A: x + by
        };
        let x = twice[A, B](add, x);
        rounds[A, B](add, 2, twice[A, B](library::give_back[A, B], x))
    }
    chor made[A, B](by: u32 @ B) -> chor(u32 @ A) -> u32 @ A | B {
        move chor(x: u32 @ A) -> u32 @ A | B {
            let x: u32 = A -> B: x;
            B -> A: x + *by
        }
    }
    chor returned[A, B](x: u32 @ A) -> u32 @ A {
        let add = made[A, B](B: 3);
        twice[A, B](add, x)
    }
    chor generic[A, B]<T: Message>(x: T @ A, f: impl Fn(T) -> T @ B) -> T @ A {
        let x: T = A -> B: x;
        B -> A: f(x)
    }
}

mod library {
    chor::chor! {
        pub chor give_back[A, B](x: u32 @ A) -> u32 @ A {
            let x: u32 = A -> B: x;
            B -> A: x
        }
    }
}

/// Compiles only if every role's run and the run of all can move to another thread.
#[test]
fn the_futures_are_send() {
    fn sendable(_: impl Send) {}

    macro_rules! check {
        ($name:ident, $a:expr, $b:expr, $all:expr) => {
            let [a, b] = chor::memory::session();
            sendable(play_role($a, &a));
            sendable(play_role($b, &b));
            sendable(simulate($all));
        };
    }
    let by = 3;
    check!(plain, plain::A::new(1), plain::B::new(&by), plain::Choreography::new(1, &by));
    check!(recursive, recursive::A::new(1), recursive::B::new(), recursive::Choreography::new(1));
    check!(mutual, mutual::A::new(1), mutual::B::new(), mutual::Choreography::new(1));
    check!(
        higher_order,
        higher_order::A::new(1),
        higher_order::B::new(&by),
        higher_order::Choreography::new(1, &by)
    );
    check!(returned, returned::A::new(1), returned::B::new(), returned::Choreography::new(1));
    let add = |x: u32| x + by;
    check!(generic, generic::A::new(1), generic::B::new(add), generic::Choreography::new(1, add));
}

#[tokio::test]
async fn they_give_what_they_promise() {
    let by = 3;
    assert_eq!(simulate(higher_order::Choreography::new(1, &by)).await.unwrap().a, 13);
    assert_eq!(simulate(returned::Choreography::new(1)).await.unwrap().a, 7);
    assert_eq!(simulate(mutual::Choreography::new(3)).await.unwrap().b, 1);
}

chor! {
    chor sold[Buyer, Seller]<Price, Stock>(
        budget: Price @ Buyer,
        price: impl Fn(&str) -> Price @ Seller,
        stock: Stock @ Seller,
        log: impl FnMut(&str) @ Buyer,
    ) -> bool @ Buyer
    where
        Price: Message + PartialOrd,
        Stock: IntoIterator<Item = String>,
    {
        let mut log = Buyer: log;
        Buyer: log("asked");
        let title = Seller: stock.into_iter().next().unwrap_or_default();
        let price: Price = Seller -> Buyer: price(&title);
        Buyer: price <= budget
    }
}

/// Which closure and which stock the seller has can't even be said where the buyer is.
#[tokio::test]
async fn a_role_names_only_the_types_of_its_share() {
    type Buyer = sold::Buyer<u32, fn(&str)>;

    let [buyer, seller] = chor::memory::session();
    let seller = tokio::spawn(async move {
        let base = 20;
        let price = move |title: &str| base + u32::try_from(title.len()).unwrap();
        play_role(sold::Seller::new(price, ["TAPL".to_owned()].into_iter()), &seller).await
    });
    let bought: Buyer = sold::Buyer::new(24, |_| ());
    assert!(play_role(bought, &buyer).await.unwrap());
    seller.await.unwrap().unwrap();
}
