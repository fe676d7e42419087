//! The seller's books: read from a file, found by title.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, anyhow, bail, ensure};
use csv::ErrorKind;
use serde::Deserialize;

/// A line of the catalogue.
#[derive(Clone, Debug, Deserialize)]
pub struct Book {
    /// The title, unique in its catalogue.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// When it was first published; before our era if negative.
    pub year: i32,
    /// Where it stands in the shop.
    pub subject: String,
    /// What it costs.
    pub price: u32,
    /// How many days it takes to arrive.
    pub days: u32,
}

/// Books by title.
#[derive(Clone, Debug)]
pub struct Catalogue {
    /// The keys are titles in lower case.
    books: BTreeMap<String, Book>,
}

/// How many similar titles are offered, and how similar they are at least: chosen by trying
/// misspelt titles on the catalogue that comes with the example.
const OFFERS: usize = 3;
const LEAST_SIMILARITY: f64 = 0.5;

impl Catalogue {
    /// Reads a catalogue.
    ///
    /// # Errors
    ///
    /// If the file can't be read, is no catalogue, is empty or has a title twice. The error names
    /// the file, and the line where there is one.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let text =
            fs::read_to_string(path).with_context(|| format!("can't read {}", path.display()))?;
        Self::parse(&text).with_context(|| format!("can't use {} as a catalogue", path.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let columns = reader.headers()?.clone();
        let mut books = BTreeMap::new();
        for book in reader.deserialize() {
            let book: Book = book.map_err(|error| explain(&error, &columns))?;
            if let Some(other) = books.insert(book.title.to_lowercase(), book) {
                bail!("it has {:?} twice", other.title);
            }
        }
        ensure!(!books.is_empty(), "it has no books");
        Ok(Self { books })
    }

    /// The book with this title, in upper or lower case.
    pub fn book(&self, title: &str) -> Option<&Book> {
        self.books.get(&title.trim().to_lowercase())
    }

    /// How many books there are.
    pub fn len(&self) -> usize {
        self.books.len()
    }

    /// Whether there is no book at all, which [`Catalogue::read`] refuses.
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// The few books whose titles contain this text, or look most like it.
    pub fn similar(&self, text: &str) -> Vec<&Book> {
        let wanted = text.trim().to_lowercase();
        let mut offers: Vec<(f64, &Book)> = self
            .books
            .iter()
            .map(|(title, book)| (similarity(&wanted, title), book))
            .filter(|(similarity, _)| *similarity >= LEAST_SIMILARITY)
            .collect();
        offers.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        offers.into_iter().take(OFFERS).map(|(_, book)| book).collect()
    }
}

/// Says where in a catalogue the mistake is.
fn explain(error: &csv::Error, columns: &csv::StringRecord) -> anyhow::Error {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        ErrorKind::UnequalLengths { len, expected_len, .. } => {
            anyhow!("line {line} has {len} fields instead of {expected_len}")
        }
        ErrorKind::Deserialize { err, .. } => {
            match err.field().and_then(|field| columns.get(usize::try_from(field).ok()?)) {
                Some(column) => anyhow!("line {line}, {column}: {}", err.kind()),
                None => anyhow!("line {line}: {}", err.kind()),
            }
        }
        _ => anyhow!("{error}"),
    }
}

/// From 0 for nothing in common to 1 for a part of the title: the coefficient of Sørensen and Dice
/// on pairs of neighbouring characters.
fn similarity(wanted: &str, title: &str) -> f64 {
    let pairs = |text: &str| text.chars().zip(text.chars().skip(1)).collect::<BTreeSet<_>>();
    let (wanted_pairs, title_pairs) = (pairs(wanted), pairs(title));
    if wanted_pairs.is_empty() {
        return 0.0;
    }
    if title.contains(wanted) {
        return 1.0;
    }
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let common = count(wanted_pairs.intersection(&title_pairs).count());
    2.0 * common / count(wanted_pairs.len() + title_pairs.len())
}
