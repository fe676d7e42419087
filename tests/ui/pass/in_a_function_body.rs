//! A choreography may stand in a function and mention its items.

#![deny(warnings)]

fn main() {
    use chor::prelude::*;

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Order(u32);

    fn double(order: Order) -> Order {
        Order(order.0 * 2)
    }

    const LIMIT: u32 = 10;

    chor! {
        chor f[A, B](order: Order @ A) -> Order @ B {
            let order = A -> B: order;
            B: if order.0 < LIMIT { double(order) } else { order }
        }

        chor g[A, B](order: Order @ B) -> Order @ B {
            let order = B -> A: order;
            f[A, B](order)
        }
    }

    let future = async {
        let outcome = chor::sim::simulate(g::Choreography::new(Order(3))).await?;
        assert_eq!(outcome.b, Order(6));
        Ok::<_, Error>(())
    };
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(matches!(future.as_mut().poll(&mut context), std::task::Poll::Ready(Ok(()))));
}
