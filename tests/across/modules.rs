//! From other blocks of the same crate: in modules, functions, globs and re-exports.

use chor::prelude::*;
use chor::sim::simulate;

mod inner {
    chor::chor! {
        pub(super) chor add[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B {
            let x: u32 = A -> B: x;
            B: x + y
        }
        pub(crate) chor note[A, B](note: Note @ A) -> Note @ B {
            A -> B: note
        }
        chor own[A, B](x: u32 @ A) -> u32 @ B { A -> B: x }
        pub(in crate::modules) chor passed[A, B](x: u32 @ A) -> u32 @ B { self::own[A, B](x) }
    }

    #[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    pub(crate) struct Note(pub(crate) String, pub(crate) u8);
}

mod globbed {
    pub(super) use super::inner::*;
}

mod renamed {
    pub(super) use super::inner::add as plus;
}

chor! {
    chor by_path[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { inner::add[A, B](x, y) }
    chor by_self[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { self::inner::add[A, B](x, y) }
    chor by_crate[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { crate::modules::inner::add[A, B](x, y) }
    chor by_glob[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { globbed::add[A, B](x, y) }
    chor by_other_name[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { renamed::plus[A, B](x, y) }
    chor through[A, B](x: u32 @ A) -> u32 @ B { inner::passed[A, B](x) }
    chor all[A, B](x: u32 @ A) -> u32 @ B {
        let one = by_path[A, B](x, B: 1);
        let two = by_glob[B, A](one, A: 1);
        let three = later[A, B](two);
        let four = by_other_name[B, A](three, A: 1);
        through[A, B](four)
    }
}

chor! {
    chor later[A, B](x: u32 @ A) -> u32 @ B { by_self[A, B](x, B: 1) }
}

chor! {
    #[recursive]
    chor even[A, B](n: u32 @ A) -> bool @ B {
        if A => B: n == 0 {
            B: true
        } else {
            let other = odd[B, A](A -> B: n - 1);
            A -> B: other
        }
    }
}

chor! {
    #[recursive]
    chor odd[A, B](n: u32 @ A) -> bool @ B {
        if A => B: n == 0 {
            B: false
        } else {
            let other = even[B, A](A -> B: n - 1);
            A -> B: other
        }
    }
}

#[tokio::test]
async fn every_kind_of_path_leads_to_the_choreography() {
    assert_eq!(simulate(by_crate::Choreography::new(1, 2)).await.unwrap().b, 3);
    assert_eq!(simulate(all::Choreography::new(10)).await.unwrap().b, 14);
}

#[tokio::test]
async fn a_cycle_across_blocks_is_boxed_on_demand() {
    assert!(simulate(even::Choreography::new(4)).await.unwrap().b);
    assert!(!simulate(even::Choreography::new(7)).await.unwrap().b);
}

#[tokio::test]
async fn blocks_in_a_function_call_each_other_and_those_outside() {
    use inner::note as memo;

    chor! {
        chor outer[A, B](x: u32 @ A) -> u32 @ B {
            let note = memo[A, B](A: inner::Note("x".to_owned(), 3));
            let x = add_later[A, B](x);
            B: x + u32::from(note.1)
        }
    }
    chor! {
        chor add_later[A, B](x: u32 @ A) -> u32 @ B { inner::add[A, B](x, B: 5) }
    }

    assert_eq!(simulate(outer::Choreography::new(1)).await.unwrap().b, 9);
}

mod first {
    chor::chor! {
        pub(super) chor same[A, B](x: u32 @ A) -> u32 @ B { A -> B: x + 1 }
    }
}

mod second {
    chor::chor! {
        pub(super) chor same[A, B](x: u32 @ B) -> u32 @ A { B -> A: x + 2 }
    }
}

chor! {
    chor same[A, B](x: u32 @ A) -> u32 @ A {
        let x = first::same[A, B](x);
        second::same[A, B](x)
    }
}

#[tokio::test]
async fn names_are_told_apart_by_their_modules() {
    assert_eq!(simulate(same::Choreography::new(1)).await.unwrap().a, 4);
}

chor! {
    #[cfg(any())]
    chor absent[A, B](x: u32 @ A) -> u32 @ B { nowhere::at_all[A, B](x) }

    #[cfg(not(any()))]
    #[deprecated]
    chor present[A, B](x: u32 @ A, y: u32 @ B) -> u32 @ B { inner::add[A, B](x, y) }
}

#[tokio::test]
#[allow(deprecated)]
async fn a_condition_holds_for_all_of_it() {
    assert_eq!(simulate(present::Choreography::new(1, 2)).await.unwrap().b, 3);
}

mod many {
    macro_rules! numbered {
        ($($name:ident)*) => {
            chor::chor! { $(pub(super) chor $name[A, B](x: u32 @ A) -> u32 @ B { A -> B: x + 1 })* }
        };
    }
    numbered! { a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 }
}

chor! {
    chor a[A, B](x: u32 @ A) -> u32 @ A {
        let x = many::a1[B, A](many::a0[A, B](x)); let x = many::a3[B, A](many::a2[A, B](x));
        let x = many::a5[B, A](many::a4[A, B](x)); let x = many::a7[B, A](many::a6[A, B](x));
        many::a9[B, A](many::a8[A, B](x))
    }
    chor b[A, B](x: u32 @ A) -> u32 @ A {
        let x = many::b1[B, A](many::b0[A, B](x)); let x = many::b3[B, A](many::b2[A, B](x));
        let x = many::b5[B, A](many::b4[A, B](x)); let x = many::b7[B, A](many::b6[A, B](x));
        many::b9[B, A](many::b8[A, B](x))
    }
    chor c[A, B](x: u32 @ A) -> u32 @ A {
        let x = many::c1[B, A](many::c0[A, B](x)); let x = many::c3[B, A](many::c2[A, B](x));
        let x = many::c5[B, A](many::c4[A, B](x)); let x = many::c7[B, A](many::c6[A, B](x));
        many::c9[B, A](many::c8[A, B](x))
    }
    chor abc[A, B](x: u32 @ A) -> u32 @ A { a[A, B](b[A, B](c[A, B](x))) }
}

#[tokio::test]
async fn thirty_callees_are_no_limit() {
    assert_eq!(simulate(abc::Choreography::new(0)).await.unwrap().a, 30);
}
