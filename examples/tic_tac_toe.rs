//! Tic-tac-toe: a board that both players agree on, and players of any kind.
//!
//! The board is an agreement. Each player has its own copy, and the only messages are the moves:
//! both apply them, and both see for themselves who has won. A player is any [`Player`], a trait
//! object that never leaves its role.
//!
//! Run it with `cargo run --example tic_tac_toe`, and play yourself with `-- --o human`.

use std::fmt;
use std::io::{self, BufRead, Write};

use chor::prelude::*;
use chor::sim::simulate;
use clap::{Parser, ValueEnum};

chor! {
    /// A game, from the empty board to the last move. A player that makes an illegal move fails
    /// both.
    pub chor tic_tac_toe[X, O](
        mut x: Box<dyn Player> @ X,
        mut o: Box<dyn Player> @ O,
    ) -> Board @ [X, O] {
        let mut board = [X, O]: Board::default();
        loop {
            let cell: usize = X => O: x.choose(&board)?;
            board.put(Mark::X, cell)?;
            if board.is_over() {
                break;
            }
            let cell: usize = O => X: o.choose(&board)?;
            board.put(Mark::O, cell)?;
            if board.is_over() {
                break;
            }
        }
        board
    }
}

/// Whose mark stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The mark of the player who begins.
    X,
    /// The mark of the other one.
    O,
}

impl Mark {
    fn other(self) -> Self {
        match self {
            Self::X => Self::O,
            Self::O => Self::X,
        }
    }
}

/// How a game ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Three in a row.
    Won(Mark),
    /// No cell is left.
    Tie,
}

/// The moves of a game, and the marks that they left. Cells count from 0, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Board {
    cells: [Option<Mark>; 9],
    moves: Vec<usize>,
}

const ROWS: [[usize; 3]; 8] =
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

impl Board {
    /// All moves so far, in order; those of `X` are the first, the third and so on.
    pub fn moves(&self) -> &[usize] {
        &self.moves
    }

    /// Puts a mark into a cell.
    ///
    /// # Errors
    ///
    /// [`IllegalMove`], if there is no such cell or it is taken; the board stays as it was.
    pub fn put(&mut self, mark: Mark, cell: usize) -> Result<(), IllegalMove> {
        match self.cells.get_mut(cell) {
            Some(free @ None) => *free = Some(mark),
            _ => return Err(IllegalMove { mark, cell }),
        }
        self.moves.push(cell);
        Ok(())
    }

    /// How the game ended, if it did.
    pub fn ending(&self) -> Option<Ending> {
        let winner = ROWS.iter().find_map(|&[a, b, c]| {
            self.cells[a]
                .filter(|_| self.cells[a] == self.cells[b] && self.cells[b] == self.cells[c])
        });
        match winner {
            Some(mark) => Some(Ending::Won(mark)),
            None => self.free().next().is_none().then_some(Ending::Tie),
        }
    }

    /// Whether the game has ended.
    pub fn is_over(&self) -> bool {
        self.ending().is_some()
    }

    fn free(&self) -> impl Iterator<Item = usize> {
        (0..9).filter(|&cell| self.cells[cell].is_none())
    }

    fn with(&self, mark: Mark, cell: usize) -> Self {
        let mut board = self.clone();
        board.cells[cell] = Some(mark);
        board
    }
}

impl fmt::Display for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (cell, mark) in self.cells.iter().enumerate() {
            match mark {
                Some(mark) => write!(f, "{mark:?}")?,
                None => write!(f, "{cell}")?,
            }
            f.write_str(if cell % 3 == 2 { "\n" } else { " " })?;
        }
        Ok(())
    }
}

/// A mark where none can be put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IllegalMove {
    mark: Mark,
    cell: usize,
}

impl fmt::Display for IllegalMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} can't be put into cell {}", self.mark, self.cell)
    }
}

impl std::error::Error for IllegalMove {}

/// Someone who plays: a program, a person, a list of moves.
pub trait Player: Send {
    /// The cell to put the next mark into.
    ///
    /// # Errors
    ///
    /// Whatever keeps the player from choosing; it ends the game for both.
    fn choose(&mut self, board: &Board) -> io::Result<usize>;
}

/// Plays perfectly: looks at every game that can follow, and takes the first of the best moves.
pub struct Minimax(pub Mark);

impl Player for Minimax {
    fn choose(&mut self, board: &Board) -> io::Result<usize> {
        let Self(mark) = *self;
        // `max_by_key` would take the last of the best.
        let best =
            board.free().min_by_key(|&cell| -value(&board.with(mark, cell), mark, mark.other()));
        Ok(best.expect("a game that isn't over has a free cell"))
    }
}

/// What a board is worth for `mark` when it is `next`'s turn: 1 is won, 0 a tie, -1 lost.
fn value(board: &Board, mark: Mark, next: Mark) -> i32 {
    match board.ending() {
        Some(Ending::Won(winner)) if winner == mark => 1,
        Some(Ending::Won(_)) => -1,
        Some(Ending::Tie) => 0,
        None => {
            let values =
                board.free().map(|cell| value(&board.with(next, cell), mark, next.other()));
            let best = if next == mark { values.max() } else { values.min() };
            best.expect("a game that isn't over has a free cell")
        }
    }
}

/// Asks at the terminal.
pub struct Human(pub Mark);

impl Player for Human {
    // Waiting for a line blocks the thread; the other player has nothing to do meanwhile.
    fn choose(&mut self, board: &Board) -> io::Result<usize> {
        let Self(mark) = *self;
        loop {
            print!("{board}{mark:?}, choose a cell: ");
            io::stdout().flush()?;
            let mut line = String::new();
            if io::stdin().lock().read_line(&mut line)? == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the player left"));
            }
            match line.trim().parse() {
                Ok(cell) if board.free().any(|free| free == cell) => return Ok(cell),
                _ => println!("that is not the number of a free cell"),
            }
        }
    }
}

/// Plays tic-tac-toe.
#[derive(Parser)]
struct Arguments {
    /// Who begins.
    #[arg(long, value_enum, default_value = "minimax")]
    x: Kind,
    /// Who answers.
    #[arg(long, value_enum, default_value = "minimax")]
    o: Kind,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Human,
    Minimax,
}

impl Kind {
    fn player(self, mark: Mark) -> Box<dyn Player> {
        match self {
            Self::Human => Box::new(Human(mark)),
            Self::Minimax => Box::new(Minimax(mark)),
        }
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Arguments { x, o } = Arguments::parse();
    let (x, o) = (x.player(Mark::X), o.player(Mark::O));
    let outcome = simulate(tic_tac_toe::Choreography::new(x, o)).await?;

    let board = outcome.x;
    print!("{board}");
    println!("moves: {:?}", board.moves());
    match board.ending() {
        Some(Ending::Won(mark)) => println!("{mark:?} has won"),
        _ => println!("a tie"),
    }
    Ok(())
}
