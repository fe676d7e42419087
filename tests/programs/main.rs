//! Well-known choreographies of the field, with their outcomes.

mod authentication;
mod bank;
mod bank_crashes;
mod diffie_hellman;
mod key_value_store;
mod two_buyers;
mod vitals;
mod vitals_streams;

#[path = "../support/seeds.rs"]
mod seeds;
