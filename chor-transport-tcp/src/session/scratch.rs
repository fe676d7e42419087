//! A buffer of each thread in which messages are encoded.

use std::cell::RefCell;

thread_local! {
    /// Where messages are encoded.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// A larger buffer isn't kept.
const KEEP: usize = 64 * 1024;

/// Gives `work` an empty buffer, which is kept for the next one; `None` if it is in use. Used where it
/// is: to take it out and to put it back costs more than the rest of a small message.
#[inline]
pub(super) fn with_scratch<R>(work: impl FnOnce(&mut Vec<u8>) -> R) -> Option<R> {
    // Not `with`, which the compiler doesn't inline.
    let done = SCRATCH.try_with(|scratch| {
        // Encoding is code of the user, which may send, too.
        let mut bytes = scratch.try_borrow_mut().ok()?;
        bytes.clear();
        let done = work(&mut bytes);
        if bytes.capacity() > KEEP {
            *bytes = Vec::new();
        }
        Some(done)
    });
    done.ok()?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_empty_each_time_and_there_is_none_while_it_is_in_use() {
        let inner = with_scratch(|bytes| {
            bytes.push(1);
            with_scratch(|_| ()).is_none()
        });
        assert_eq!(inner, Some(true));
        assert_eq!(with_scratch(|bytes| bytes.is_empty()), Some(true));
        let kept =
            with_scratch(|bytes| bytes.reserve(2 * KEEP)).and(with_scratch(|it| it.capacity()));
        assert_eq!(kept, Some(0), "a large one isn't kept");
    }
}
