//! Each form of the language, as it is understood.
//!
//! `value` marks an expression without a semicolon, `rust(..)` plain Rust, `as!` an ascribed type.

use super::{read, reads, render};

fn items(source: &str) -> String {
    let (source, errors) = read(source);
    assert!(errors.is_empty(), "{errors:#?}");
    source.items.iter().map(render::item).collect::<Vec<_>>().join("\n")
}

#[test]
fn example() {
    assert_eq!(
        items(
            r#"
            /// A buyer asks a seller for the price of a book and decides whether to buy it.
            pub chor buy_book[Buyer, Seller](
                order: Order @ Buyer,
                catalogue: Catalogue @ Seller,
            ) -> Option<Date> @ Buyer {
                let title: String = Buyer -> Seller: order.title.clone();
                let price: Option<u32> = Seller -> Buyer: catalogue.price(&title);

                if Buyer => Seller: price.is_some_and(|price| price <= order.budget) {
                    Buyer: println!("{date}");
                    Buyer: Some(date)
                } else {
                    Seller: println!("the buyer changed their mind");
                    Buyer: None
                }
            }"#
        ),
        "pub buy_book[Buyer Seller](order: Order @ Buyer, catalogue: Catalogue @ Seller) \
         -> Option<Date> @ Buyer {\
         let title: String = Buyer -> Seller: order.title.clone(); \
         let price: Option<u32> = Seller -> Buyer: catalogue.price(&title); \
         value if Buyer => Seller: price.is_some_and(|price|price<=order.budget) {\
         Buyer: println!(\"{date}\"); value Buyer: Some(date)} \
         else {Seller: println!(\"the buyer changed their mind\"); value Buyer: None}}",
    );
}

#[test]
fn headers() {
    assert_eq!(items("chor f[A]() {}"), "f[A]() {}",);
    assert_eq!(
        items(
            "#[verify(agreement)] pub(crate) chor f[A, B,](mut x: u32 @ A) -> (X @ A, Y @ B) {} /** doc */ pub chor g[B]() -> () { B: x }"
        ),
        "pub(crate) f[A B](mut x: u32 @ A) -> tuple(X @ A, Y @ B) {}\npub g[B]() -> tuple() {value B: x}",
    );
    assert_eq!(
        items(
            "chor f[A, B]<'a, T: Clone, const N: usize>(x: &'a T @ [A, B]) where T: Send + 'a, {}"
        ),
        "f[A B]<'a,T:Clone,const N:usize>(x: &'a T @ [A B]) where T:Send+'a, {}",
    );
    assert_eq!(
        items("chor f[A](r#type: u32 @ A) { A: r#type }"),
        "f[A](r#type: u32 @ A) {value A: r#type}",
    );
}

#[test]
fn types() {
    assert_eq!(
        items("chor f[A, B, C](f: impl Fn(T) -> u32 + Send @ A, x: [u8; N] @ [A, B],) {}"),
        "f[A B C](f: impl Fn(T)->u32+Send @ A, x: [u8;N] @ [A B]) {}",
    );
    assert_eq!(
        items(
            "chor f[A, B, C](p: (X @ A, Y @ [A, B]), q: (X, Y) @ A, r: ((X @ A, Y @ B), Z @ C), s: (X @ A,), t: (X @ A)) {}"
        ),
        "f[A B C](p: tuple(X @ A, Y @ [A B]), q: (X,Y) @ A, r: tuple(tuple(X @ A, Y @ B), Z @ C), s: tuple(X @ A), t: X @ A) {}",
    );
    assert_eq!(
        items(
            "chor f[A, B, C](d: chor(u32 @ A) -> bool @ A | B, e: chor(), f: chor(X @ A) | [B, C]) {}"
        ),
        "f[A B C](d: chor(u32 @ A) -> bool @ A | B, e: chor(), f: chor(X @ A) | [B C]) {}",
    );
    assert_eq!(
        items(
            "chor f[A, B, C](d: chor((X @ A, Y @ B)) -> (chor(X @ A) | B) | C) -> chor(X @ A) -> Y @ B | C {}"
        ),
        "f[A B C](d: chor(tuple(X @ A, Y @ B)) -> chor(X @ A) | B | C) -> chor(X @ A) -> Y @ B | C {}",
    );
}

#[test]
fn local() {
    reads(&[
        ("A: f();", "A: f()"),
        ("A: f()", "value A: f()"),
        ("[A, B]: x.y().await?;", "[A B]: x.y().await?"),
        ("A: |x| { x };", "A: |x|{x}"),
        ("A: x = 5;", "A: x=5"),
        ("A: ::std::f();", "A: ::std::f()"),
        ("A: S { x: 1 };", "A: S{x:1}"),
        ("A: match x { A => B, A::X => C };", "A: match x{A=>B,A::X=>C}"),
        ("A: f(|a: A, b: B| -> C { a });", "A: f(|a:A,b:B|->C{a})"),
        ("A: x.y[A::Z][B]", "value A: x.y[A::Z][B]"),
        ("A: a < b && c > d", "value A: a<b&&c>d"),
        (
            "#[cfg(test)] let x = A: 1; #[allow(unused)] f(x);",
            "#[cfg(test)] let x = A: 1; rust(#[allow(unused)]f(x))",
        ),
    ]);
}

#[test]
fn local_code_ends_at_a_block() {
    reads(&[
        ("A: { f() } [B]: g();", "value A: {f()}; B: g()"),
        ("A: { f() } B: x", "value A: {f()}; value B: x"),
        ("A: match x { _ => 1 } B: f();", "value A: match x{_=>1}; B: f()"),
        ("A: unsafe { f() } B: f()", "value A: unsafe{f()}; value B: f()"),
        ("A: async { f().await }.await; B: f()", "A: async{f().await}.await; value B: f()"),
        ("A: m! { x } B: f()", "value A: m!{x}; value B: f()"),
        (
            "A: if x { 1 } else { 2 } A -> B: { x } B: y",
            "value A: if x{1}else{2}; value A -> B: {x}; value B: y",
        ),
        ("unsafe { f() } A: g();", "value rust(unsafe{f()}); A: g()"),
    ]);
}

#[test]
fn messages() {
    reads(&[
        ("A -> B: x;", "A -> B: x"),
        ("A => B: &x;", "A => B: &x"),
        ("A => [B, C]: x", "value A => [B C]: x"),
        ("[A, B] => C: x", "value [A B] => C: x"),
        ("A -> B: S { x: 1 };", "A -> B: S{x:1}"),
        ("A -> B: p(x) && q(y);", "A -> B: p(x)&&q(y)"),
    ]);
}

#[test]
fn casts_in_payloads() {
    reads(&[
        ("A -> B: x as Price;", "A -> B: x as! Price"),
        ("A -> B: x as u64;", "A -> B: x as u64 as! u64"),
        ("A -> B: &x as Vec<u32>;", "A -> B: &x as! Vec<u32>"),
        ("A -> B: !x as Price", "value A -> B: !x as! Price"),
        ("A -> B: a + b as u64", "value A -> B: a+b as u64"),
        ("A -> B: (a + b) as Price", "value A -> B: (a+b) as! Price"),
        ("A => B: x as a::B<C>;", "A => B: x as! a::B<C>"),
        ("A: x as Price", "value A: x as Price"),
    ]);
}

#[test]
fn bindings() {
    reads(&[
        ("let x = y;", "let x = rust(y)"),
        ("let mut x: u32 @ [A, B] = 0;", "let mut x: u32 @ [A B] = rust(0)"),
        ("let x: u32 = A -> B: y;", "let x: u32 = A -> B: y"),
        ("let x: T @ A;", "let x: T @ A"),
        ("let (k1, k2) = exchange[A, B](x);", "let (k1,k2) = call exchange[A B](rust(x))"),
        (
            "let (x, y): (X @ A, (Y @ B, Z @ C)) = z;",
            "let (x,y): tuple(X @ A, tuple(Y @ B, Z @ C)) = rust(z)",
        ),
        ("let x: (u32, u32) = A: y;", "let x: (u32,u32) = A: y"),
        ("let x: () = A: y;", "let x: () = A: y"),
        ("let S { a, .. } = A => B: s;", "let S{a,..} = A => B: s"),
        ("let Some(x) = y else { return; };", "let Some(x) = rust(y) else {return}"),
        (
            "let Some(x) = A => B: y() else { A: f(); return };",
            "let Some(x) = A => B: y() else {A: f(); value return}",
        ),
        ("let x @ Some(_) = y;", "let x@Some(_) = rust(y)"),
        ("let d: chor(X @ A) -> Y @ B = e;", "let d: chor(X @ A) -> Y @ B = rust(e)"),
    ]);
}

#[test]
fn plain_rust() {
    reads(&[
        ("x + 1", "value rust(x+1)"),
        ("f(x, |a: u32, b: u32| a || b);", "rust(f(x,|a:u32,b:u32|a||b))"),
        (
            r#"println!("{x}"); vec![A, B]; m! { x } n!(y)"#,
            r#"rust(println!("{x}")); rust(vec![A,B]); value rust(m!{x}); value rust(n!(y))"#,
        ),
        ("xs[i](x); t[N](x); TABLE[MAX];", "rust(xs[i](x)); rust(t[N](x)); rust(TABLE[MAX])"),
        ("let x = match y { _ => 1 } + 1;", "let x = rust(match y{_=>1}+1)"),
        ("match x { _ => f() }.g();", "rust(match x{_=>f()}.g())"),
        (
            "x = y; x += 1; x = if a { 1 } else { 2 };",
            "rust(x=y); rust(x+=1); rust(x=if a{1}else{2})",
        ),
        ("let x = (((((a)))) + ((b)));", "let x = rust((((((a))))+((b))))"),
        ("let f = move |x| x && y;", "let f = rust(move|x|x&&y)"),
        ("x == &&y || z", "value rust(x==&&y||z)"),
        (
            "use a::b; const X: u32 = 1; fn f() -> u32 { 1 } struct S;",
            "item(use a::b;); item(const X:u32=1;); item(fn f()->u32{1}); item(struct S;)",
        ),
    ]);
}

#[test]
fn calls() {
    reads(&[
        ("auth[A, B](x);", "call auth[A B](rust(x))"),
        ("auth[A](x)", "value call auth[A](rust(x))"),
        ("m::auth[A, B]::<T, 3>(x, A: y);", "call m::auth[A B]::<T,3>(rust(x), A: y)"),
        (
            "super::auth[A](x, B -> A: y, auth[A, B]())",
            "value call super::auth[A](rust(x), B -> A: y, call auth[A B]())",
        ),
        (
            "let v = auth[A, B]; let w = auth[A, B]::<u32>; auth[A]",
            "let v = instance auth[A B]; let w = instance auth[A B]::<u32>; value instance auth[A]",
        ),
        (
            "f(A: x); f((A: x, B: y)); f(auth[A, B]); f(chor(x) { x }, 1)",
            "call f(A: x); call f(tuple(A: x, B: y)); call f(instance auth[A B]); value call f(chor(x) {value rust(x)}, rust(1))",
        ),
        ("decide((A => B: x))", "value call decide((A => B: x))"),
    ]);
}

#[test]
fn anonymous_choreographies() {
    reads(&[
        (
            "let c = chor(x: T @ A, y) -> U @ B | C { A -> B: x };",
            "let c = chor(x: T @ A, y) -> U @ B | C {value A -> B: x}",
        ),
        ("let c = move chor((x, y)) { A: x };", "let c = move chor((x,y)) {value A: x}"),
        ("chor() A: x", "value chor() A: x"),
        ("f[A, B](chor(x) { x })", "value call f[A B](chor(x) {value rust(x)})"),
        ("let c = chor(x: T @ A) | [B, C] {};", "let c = chor(x: T @ A) | [B C] {}"),
    ]);
}

#[test]
fn tuples() {
    reads(&[
        ("(A: x, B: y)", "value tuple(A: x, B: y)"),
        ("(A: x,)", "value tuple(A: x)"),
        ("((A: x, y), (A -> B: z))", "value tuple(tuple(A: x, rust(y)), (A -> B: z))"),
        ("(x, y)", "value rust((x,y))"),
        ("return (A: x, B: y)", "value return tuple(A: x, B: y)"),
    ]);
}

#[test]
fn agreements() {
    reads(&[
        ("agree!(A: x, B: y);", "agree(A: x, B: y)"),
        ("let x = agree!(A: x, [B, C]: y + 1);", "let x = agree(A: x, [B C]: y+1)"),
    ]);
}

#[test]
fn logic() {
    reads(&[
        ("(A => B: p(x)) && (B => A: q(y))", "value {(A => B: p(x)) && (B => A: q(y))}"),
        (
            "ok && (A => B: p()) || !(B => A: q()) && a && b",
            "value {{rust(ok) && (A => B: p())} || {{!(B => A: q()) && rust(a)} && rust(b)}}",
        ),
        ("!ok || auth[A, B](x) && y", "value {rust(!ok) || {call auth[A B](rust(x)) && rust(y)}}"),
        ("!!auth[A, B](x)", "value !!call auth[A B](rust(x))"),
        ("a && b || c", "value rust(a&&b||c)"),
        ("a && b && (A => B: x)", "value {rust(a&&b) && (A => B: x)}"),
        ("x && f(A: y)", "value {rust(x) && call f(A: y)}"),
        ("a::<&&u32>() && (A => B: x)", "value {rust(a::<&&u32>()) && (A => B: x)}"),
        ("a == b && (A => B: x)", "value {rust(a==b) && (A => B: x)}"),
        ("if (A => B: p(x)) && ok { }", "value if {(A => B: p(x)) && rust(ok)} {}"),
        ("if ok && (A => B: p(x)) { }", "value if {rust(ok) && (A => B: p(x))} {}"),
        (
            "if x == (S { x: 1 }) || !(A => B: p(x)) { }",
            "value if {rust(x==(S{x:1})) || !(A => B: p(x))} {}",
        ),
    ]);
}

#[test]
fn assignments() {
    reads(&[
        (
            "x = A: f(); x += A -> B: 1; *x.y = auth[A, B](1);",
            "x = A: f(); x += A -> B: 1; *x.y = call auth[A B](rust(1))",
        ),
        ("x = if a { A: 1 } else { A: 2 };", "x = if rust(a) {value A: 1} else {value A: 2}"),
        ("x[i] <<= (A => B: 1)", "value x[i] <<= (A => B: 1)"),
        ("x = A: { f() };", "x = A: {f()}"),
        ("x.y |= f(A: z)", "value x.y |= call f(A: z)"),
    ]);
}

#[test]
fn macro_fragments_are_opaque() {
    use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
    let inner: TokenStream = "x + 1".parse().expect("tokens");
    let fragment = TokenTree::from(Group::new(Delimiter::None, inner));
    let tokens = quote::quote!(::chor; chor f[A, B]() { A -> B: #fragment; if #fragment { A: y } });
    let mut errors = crate::error::Errors::new();
    let source = super::parse(tokens, &mut errors);
    assert_eq!(errors.messages(), [""; 0]);
    assert_eq!(
        render::item(&source.items[0]),
        "f[A B]() {A -> B: x+1; value if rust(x+1) {value A: y}}"
    );
}

#[test]
fn facade_and_options() {
    let (source, errors) = read("#![verify(agreement)] #![verify(signature)] chor f[A]() {}");
    assert!(errors.is_empty(), "{errors:#?}");
    assert_eq!(source.facade.to_string(), ":: chor");
    assert_eq!(source.options.len(), 2);
    assert_eq!(source.items.len(), 1);
}

#[test]
fn nothing() {
    let (source, errors) = read("");
    assert!(errors.is_empty() && source.items.is_empty());
}
