//! Odd names and shapes.

use chor::prelude::*;
use chor::sim::simulate;

chor! {
    chor r#match[String, Type](r#type: std::string::String @ String, r#fn: u32 @ Type) -> usize @ Type {
        let r#let: std::string::String = String -> Type: r#type;
        let r#loop = r#let.len();
        r#loop + usize::try_from(r#fn)?
    }
    chor units[A, B]() {
        let (): () = A -> B: ();
        let done: () = B -> A: ();
        A: done;
    }
    chor everywhere[A, B, C](x: impl Fn(u32) -> u32 + Clone @ [A, B], n: u32 @ [A, B, C]) -> u32 @ [A, B] {
        let mut total: u32 @ [A, B] = 0;
        for i in 0..n {
            let y = [A, B]: x(i);
            if y > 2 { total += y - 1; } else if y == 2 { continue; }
            total += 1;
        }
        total
    }
    chor shadow[A, B](x: u32 @ A) -> u32 @ B {
        let x: u32 = A => B: x;
        let x = x + 1;
        let x = { let x = x * 2; x };
        for x in 0..x { if x == 3 { break; } [A, B]: assert!(x < 3); }
        let x: u32 = A -> B: x;
        x
    }
    chor fields[A, B](mut p: (u32, Vec<u32>) @ [A, B]) -> u32 @ B {
        p.0 += 1;
        p.1[0] = p.0;
        let (a, mut b) = p;
        b.push(a);
        B: b.iter().sum::<u32>() + a
    }
    chor closures[A, B](x: u32 @ A) -> u32 @ B {
        let add = A: move |y: u32| x + y;
        let r: u32 = A -> B: [1, 2, 3].into_iter().map(add).sum();
        let text: std::string::String = B => A: format!("{r}{}", { let r = 1; r + r });
        let parsed = [A, B]: text.parse::<u32>()?;
        B: parsed
    }
    chor maybe[A, B](x: Option<u32> @ A) -> Option<u32> @ [A, B] {
        match A => B: x as Option<u32> {
            Some(n @ 1..=9) => Some(n),
            Some(n) if n % 2 == 0 => { let half: u32 = B => A: n / 2; Some(half) }
            Some(_) | None => None,
        }
    }
    #[allow(clippy::too_many_arguments)]
    #[deprecated = "only a test"]
    pub(crate) chor old[A](x: u32 @ A) -> u32 @ A { x }
    #[cfg(any())]
    chor gone[A](x: Missing @ A) -> Missing @ A { x }
}

#[tokio::test]
async fn names_may_be_odd() -> Result<(), Error> {
    assert_eq!(simulate(r#match::Choreography::new("abc".to_owned(), 4)).await?.r#type, 7);
    simulate(units::Choreography::new()).await?;
    Ok(())
}

#[tokio::test]
#[expect(deprecated, reason = "that it is carried over is the point")]
async fn shapes_may_be_odd() -> Result<(), Error> {
    let outcome = simulate(everywhere::Choreography::new(|x| x, 5)).await?;
    assert_eq!((outcome.a, outcome.b), (9, 9));
    assert_eq!(simulate(shadow::Choreography::new(1)).await?.b, 4);
    assert_eq!(simulate(fields::Choreography::new((1, vec![7, 8]))).await?.b, 14);
    assert_eq!(simulate(closures::Choreography::new(10)).await?.b, 362);
    for (x, value) in [(Some(3), Some(3)), (Some(12), Some(6)), (Some(13), None), (None, None)] {
        assert_eq!(simulate(maybe::Choreography::new(x)).await?.a, value);
    }
    let outcome = simulate(old::Choreography::new(3)).await?;
    assert_eq!(outcome.a, 3);
    Ok(())
}
