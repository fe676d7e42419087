//! Every example is executed, as a program and through its functions, and gives what it promises.

pub mod messages;
pub mod process;
pub mod program;
#[path = "../support/seeds.rs"]
mod seeds;

pub mod bookseller;
pub mod bookseller_tcp;
pub mod copy_move;
pub mod five_moves;
pub mod mergesort;
pub mod mixed;
pub mod mutual_recursion;
pub mod payment;
pub mod ping_pong;
pub mod remote_invoke;
pub mod replicated_log;
pub mod restart;
pub mod share;
pub mod tic_tac_toe;
pub mod two_buyers_tcp;
