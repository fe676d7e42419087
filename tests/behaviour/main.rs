//! What each construct of the language does when it runs, one file for each.

mod agreements;
mod branches;
mod calls;
mod computed;
mod failures;
mod generics;
mod higher_order;
mod local_code;
mod loops;
mod messages;
mod names;
mod odd;
mod projections;
mod quiet;
mod tuples;
mod verify;
mod verify_signature;

#[path = "../support/seeds.rs"]
mod seeds;
