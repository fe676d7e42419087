//! The ends of an expression, from which its value comes.

use super::jumps;
use crate::ir::{Block, Expr, Head, Kind, Type};
use proc_macro2::Span;

/// Where an expression surely ends without a value, why, and what to write.
pub(super) fn valueless(value: &Expr, found: &mut Vec<(Span, &'static str, &'static str)>) {
    match &value.kind {
        Kind::Block { label: None, block } => valueless_block(block, found),
        Kind::If(node) => match &node.otherwise {
            Some(otherwise) => {
                valueless_block(&node.then, found);
                valueless(otherwise, found);
            }
            None => {
                found.push((
                    value.span,
                    "this `if` has no value without an `else`",
                    "write `else { .. }`",
                ));
            }
        },
        Kind::Match(node) => node.arms.iter().for_each(|arm| valueless(&arm.body, found)),
        Kind::Loop(node) if !matches!(node.head, Head::Loop) => {
            found.push((value.span, "this loop has no value", "end with a value after the loop"));
        }
        _ => {}
    }
}

fn valueless_block(block: &Block, found: &mut Vec<(Span, &'static str, &'static str)>) {
    match &block.tail {
        Some(tail) => valueless(tail, found),
        None if !jumps::diverging(block, true).is_empty() => {}
        None => {
            found.push((
                block.span,
                "this block has no value at its end",
                "end it with an expression, without `;`",
            ));
        }
    }
}

/// The expressions that a value comes from, each with what is wanted of it.
pub(super) fn parts<'e>(value: &'e Expr, want: &'e Type) -> Vec<(&'e Expr, &'e Type)> {
    match (&value.kind, want) {
        (Kind::Tuple(elems), Type::Tuple(wants)) if elems.len() == wants.len() => {
            elems.iter().zip(wants).collect()
        }
        (Kind::Tuple(elems), Type::At { .. }) => elems.iter().map(|elem| (elem, want)).collect(),
        (Kind::Block { label: None, block }, _) => {
            block.tail.iter().map(|tail| (tail, want)).collect()
        }
        (Kind::If(node), _) => {
            node.then.tail.iter().chain(&node.otherwise).map(|part| (part, want)).collect()
        }
        (Kind::Match(node), _) => node.arms.iter().map(|arm| (&arm.body, want)).collect(),
        _ => Vec::new(),
    }
}
