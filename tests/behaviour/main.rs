//! What each construct of the language does when it runs, one file for each.

mod agreements;
mod branches;
mod by_number;
mod calls;
mod coinciding;
mod computed;
mod each;
mod failures;
mod first;
mod first_edges;
mod generics;
mod higher_order;
mod lists;
mod local_code;
mod loops;
mod members;
mod messages;
mod names;
mod odd;
mod odd_members;
mod oneself;
mod par;
mod projections;
mod quiet;
mod tuples;
mod until;
mod verify;
mod verify_signature;

#[path = "../support/seeds.rs"]
mod seeds;
