//! What is known about macros by their names.

use syn::Macro;
use syn::ext::IdentExt;

/// How the arguments of a known macro are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grammar {
    /// Expressions; the one at this index may be a format string.
    Format(usize),
    /// `value, pattern if guard`, then perhaps a format string.
    Matches,
    /// `tracing` and `log`: fields, `target: "..", key = ?value, "message {x}"`.
    Fields {
        message: bool,
    },
    Json,
    /// Expressions without a format string.
    Values,
    /// Nothing is evaluated.
    Tokens,
    /// A macro that nothing is known about.
    Unknown,
}

pub fn grammar(mac: &Macro) -> Grammar {
    match &*name(mac) {
        "print" | "println" | "eprint" | "eprintln" | "format" | "format_args" | "panic"
        | "todo" | "unimplemented" | "unreachable" | "anyhow" | "format_err" | "eyre" | "bail" => {
            Grammar::Format(0)
        }
        "write" | "writeln" | "assert" | "debug_assert" | "ensure" => Grammar::Format(1),
        "assert_eq" | "assert_ne" | "debug_assert_eq" | "debug_assert_ne" => Grammar::Format(2),
        "matches" | "assert_matches" | "debug_assert_matches" => Grammar::Matches,
        "trace" | "debug" | "info" | "warn" | "error" | "event" | "log" => {
            Grammar::Fields { message: true }
        }
        "span" | "trace_span" | "debug_span" | "info_span" | "warn_span" | "error_span"
        | "enabled" | "log_enabled" => Grammar::Fields { message: false },
        "json" => Grammar::Json,
        "vec" | "dbg" | "pin" | "addr_of" | "addr_of_mut" | "join" | "try_join" => Grammar::Values,
        "stringify" | "concat" | "env" | "option_env" | "include_str" | "include_bytes"
        | "line" | "column" | "file" | "module_path" | "cfg" | "compile_error" | "offset_of" => {
            Grammar::Tokens
        }
        _ => Grammar::Unknown,
    }
}

fn name(mac: &Macro) -> String {
    mac.path.segments.last().map_or_else(String::new, |last| last.ident.unraw().to_string())
}

/// May hide a `break` or a `return`.
pub fn is_opaque(mac: &Macro) -> bool {
    matches!(grammar(mac), Grammar::Unknown) || matches!(&*name(mac), "bail" | "ensure")
}

/// Waits although no `.await` is written.
pub fn awaits(mac: &Macro) -> bool {
    matches!(&*name(mac), "join" | "try_join" | "select" | "ready")
}

pub fn diverges(mac: &Macro) -> bool {
    matches!(&*name(mac), "panic" | "todo" | "unimplemented" | "unreachable" | "compile_error")
}
