//! Inside a `macro_rules!`, the user's or another crate's.

use chor::sim::simulate;

mod one {
    macro_rules! pair {
        ($there:ident, $back:ident, $ty:ty) => {
            chor::chor! {
                pub(crate) chor $there[A, B](x: $ty @ A) -> $ty @ B {
                    library::give[A, B](x)
                }
            }
            chor::chor! {
                pub(crate) chor $back[A, B](x: $ty @ A) -> $ty @ A {
                    $there[B, A]($there[A, B](x))
                }
            }
        };
    }

    pair!(number, number_back, u32);
    pair!(text, text_back, String);

    pub(crate) mod again {
        pair!(number, number_back, u32);
    }
}

library::greeter!(hello, "hello");

#[tokio::test]
async fn a_macro_makes_choreographies_that_call_each_other() {
    assert_eq!(simulate(one::number_back::Choreography::new(3)).await.unwrap().a, 3);
    assert_eq!(simulate(one::again::number_back::Choreography::new(4)).await.unwrap().a, 4);
    let outcome = simulate(one::text_back::Choreography::new("x".to_owned())).await.unwrap();
    assert_eq!(outcome.a, "x");
}

#[tokio::test]
async fn a_macro_of_another_crate_calls_a_choreography_of_its_own() {
    assert_eq!(simulate(hello::Choreography::new()).await.unwrap().b, "hello");
}
