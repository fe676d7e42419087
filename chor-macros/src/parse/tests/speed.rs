//! Time grows with the length of a choreography, not with its depth.

use super::read;
use std::time::{Duration, Instant};

/// Far above what a debug build needs, far below what an exponential one would.
const ENOUGH: Duration = Duration::from_secs(5);

/// On a stack like a compiler's: an unoptimised syn needs more than a test's for deep nesting.
fn quick(items: &str) {
    let items = items.to_owned();
    let run = move || {
        let started = Instant::now();
        read(&items);
        started.elapsed()
    };
    let thread = std::thread::Builder::new().stack_size(64 << 20).spawn(run).expect("a thread");
    let took = thread.join().expect("no panic");
    assert!(took < ENOUGH, "{took:?}");
}

fn nested(open: &str, core: &str, close: &str) -> String {
    let depth = 40;
    format!(
        "chor f[A, B, W[..]]() {{ let x = {}{core}{}; }}",
        open.repeat(depth),
        close.repeat(depth)
    )
}

#[test]
fn nesting() {
    quick(&nested("(", "A -> B: x", ")"));
    quick(&nested("(", "x", ")"));
    quick(&nested("(", "", ")"));
    quick(&nested("f(", "A: x", ")"));
    quick(&nested("(A: x, ", "B: y", ")"));
    quick(&nested("!(", "A => B: x", ")"));
    quick(&nested("ok && (", "A => B: x", ")"));
    quick(&nested("{ ", "A: x", " }"));
    quick(&nested("{ 1 + { ", "A: x", " } + 1 }"));
    quick(&nested("if a { let y = match b { _ => ", "A: x", " } + 1; y } else { z }"));
    quick(&nested("A: f(|x| ", "B -> A: x", ")"));
    quick(&nested("chor(x) { f(", "A: x", ") }"));
    quick(&nested("[", "A -> B: x", "]"));
    quick(&nested("par { { A: x } { let y = ", "B: x", "; } }"));
    quick(&nested("each w in [A, B] { let y = ", "w: w.index()", "; }"));
    quick(&nested("match x { _ => W[", "A: x", "]: y }"));
    quick(&nested("f[A, [B, W[", "0", "]]](x)"));
}

#[test]
fn types() {
    let depth = 40;
    let ty = format!("{}X @ A{}", "(".repeat(depth), ")".repeat(depth));
    quick(&format!("chor f[A, B](x: {ty}) {{}}"));
    let ty = format!("{}X @ A{}", "chor(".repeat(depth), ")".repeat(depth));
    quick(&format!("chor f[A, B](x: {ty}) {{}}"));
}

/// Seven roles, fifty messages: some milliseconds in an unoptimised build.
#[test]
fn length() {
    let message = "let x: Vec<u32> = R1 -> R2: items.iter().map(|item| item.price(&catalogue)).collect(); \
                   if R2 => [R3, R4]: x.len() > 3 && ok(&x) { R3: println!(\"{x:?}\"); R4 -> R5: y } else { R3: z }";
    let body = [message; 25].join("\n");
    let text = format!("chor f[R1, R2, R3, R4, R5, R6, R7]() {{ {body} }}");
    let started = Instant::now();
    let (_, errors) = read(&text);
    println!("fifty messages: {:?}", started.elapsed());
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(started.elapsed() < ENOUGH);
}
