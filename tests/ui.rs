//! What the compiler says to mistakes in `chor!`: one file for each rule, named for the mistake.
//!
//! `TRYBUILD=overwrite cargo test --test ui` writes the messages anew; read them before keeping them.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
