//! Who sends what to whom in a choreography, as far as it depends on others that it calls.
//!
//! A table is text: a digit for each sender and each receiver, `0` where nothing is sent, `1` where the
//! receiver can do without, `2` where it can't. All of it is computed when the program is compiled.

const NOTHING: u8 = b'0';
const TRIED: u8 = b'1';

/// The call of a choreography of another block.
pub struct Sending {
    table: &'static [u8],
    /// Who plays each of its roles.
    actors: &'static [&'static [usize]],
    /// Its senders and receivers where the receiver can do without.
    raced: &'static [(usize, usize)],
}

impl Sending {
    /// One of a choreography with this table.
    pub const fn new(
        table: &'static [u8],
        actors: &'static [&'static [usize]],
        raced: &'static [(usize, usize)],
    ) -> Self {
        Self { table, actors, raced }
    }

    const fn get(&self, from: usize, to: usize) -> u8 {
        let sends = self.table[from * self.actors.len() + to];
        if sends > TRIED && has_pair(self.raced, from, to) { TRIED } else { sends }
    }
}

/// The table of a choreography of so many roles that sends what stands in `own`, and makes `calls`.
pub const fn sends<const L: usize>(own: &[u8; L], roles: usize, calls: &[Sending]) -> [u8; L] {
    let mut table = *own;
    let mut index = 0;
    while index < calls.len() {
        let call = &calls[index];
        let count = call.actors.len();
        // That of a choreography with mistakes is empty.
        let mut pair = 0;
        while pair < call.table.len() {
            let (from, to) = (pair / count, pair % count);
            raise(&mut table, roles, call.actors[from], call.actors[to], call.get(from, to));
            pair += 1;
        }
        index += 1;
    }
    table
}

/// From each of the senders to each of the receivers at least so much is sent.
const fn raise(table: &mut [u8], roles: usize, from: &[usize], to: &[usize], sends: u8) {
    let mut pair = 0;
    while pair < from.len() * to.len() {
        let place = from[pair / to.len()] * roles + to[pair % to.len()];
        if table[place] < sends {
            table[place] = sends;
        }
        pair += 1;
    }
}

/// The roles that send something, and nothing that its receiver can't do without; and how many they
/// are. Those who compare what they were given aren't among them.
pub const fn expendable<const N: usize>(table: &[u8], compared: &[usize]) -> ([usize; N], usize) {
    let (mut found, mut count) = ([0; N], 0);
    let mut role = 0;
    while role < N {
        if most(table, N, role) == TRIED && !has(compared, role) {
            found[count] = role;
            count += 1;
        }
        role += 1;
    }
    (found, count)
}

const fn most(table: &[u8], roles: usize, from: usize) -> u8 {
    let (mut most, mut to) = (NOTHING, 0);
    while to < roles {
        if table[from * roles + to] > most {
            most = table[from * roles + to];
        }
        to += 1;
    }
    most
}

/// The first so many.
pub const fn first_of<const N: usize>(found: &'static ([usize; N], usize)) -> &'static [usize] {
    found.0.split_at(found.1).0
}

/// Whether one of the roles `from` sends something to one that is not among `at`.
pub const fn sends_from(table: &[u8], from: &[usize], at: &[usize]) -> bool {
    let roles = table.len().isqrt();
    let mut index = 0;
    while index < from.len() * roles {
        let (from, to) = (from[index / roles], index % roles);
        if table[from * roles + to] > NOTHING && !has(at, to) {
            return true;
        }
        index += 1;
    }
    false
}

const fn has(roles: &[usize], role: usize) -> bool {
    let mut index = 0;
    while index < roles.len() {
        if roles[index] == role {
            return true;
        }
        index += 1;
    }
    false
}

const fn has_pair(pairs: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut index = 0;
    while index < pairs.len() {
        if pairs[index].0 == from && pairs[index].1 == to {
            return true;
        }
        index += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Sending, expendable, first_of, sends, sends_from};

    /// `A -> B`, and `B -> A`, which `A` can do without.
    const PAIR: &[u8] = b"0210";

    #[test]
    fn what_a_callee_sends_is_sent_by_those_who_play_it() {
        let call = Sending::new(PAIR, &[&[2], &[0, 1]], &[]);
        assert_eq!(&sends(b"000000000", 3, &[call]), b"001001220");
    }

    #[test]
    fn what_is_raced_is_missed_by_nobody() {
        let call = Sending::new(PAIR, &[&[0], &[1]], &[(0, 1)]);
        assert_eq!(&sends(b"0000", 2, &[call]), b"0110");
    }

    #[test]
    fn more_than_a_callee_sends_stays() {
        let call = Sending::new(PAIR, &[&[1], &[0]], &[]);
        assert_eq!(&sends(b"2200", 2, &[call]), b"2220");
    }

    #[test]
    fn a_callee_with_mistakes_sends_nothing() {
        let call = Sending::new(b"", &[&[1], &[0]], &[]);
        assert_eq!(&sends(b"0100", 2, &[call]), b"0100");
        assert!(!sends_from(b"", &[0], &[]));
    }

    #[test]
    fn those_who_send_only_what_can_be_missed_are_expendable() {
        const TABLE: &[u8] = b"011000120";
        const FOUND: ([usize; 3], usize) = expendable(TABLE, &[]);
        const COMPARED: ([usize; 3], usize) = expendable(TABLE, &[0]);
        assert_eq!(first_of(&FOUND), [0]);
        assert_eq!(first_of(&COMPARED), [0; 0]);
    }

    #[test]
    fn one_sends_if_it_does_so_to_others() {
        assert!(sends_from(PAIR, &[0], &[0]));
        assert!(!sends_from(b"0100", &[0], &[0, 1]));
        assert!(!sends_from(b"0100", &[1], &[1]));
        assert!(sends_from(b"0100", &[0, 1], &[]));
    }
}
