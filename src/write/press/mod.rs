//! Finished pages to sheets for the press.
//!
//! Does: opens a PDF, whoever made it, and puts its pages on sheets with printpdf, as
//! they are: text, fonts and drawings stay what they were. Knows: imposition, printpdf,
//! lopdf. Must not know: the model, Typst, where pages come from.
//!
//! Sheets are for paper alone: tags, bookmarks and links of pages are left out.

mod draw;
mod mend;
mod merge;
pub mod preflight;
mod source;

use std::fmt;

pub use self::source::Pages;
use crate::imposition::{Problem, Sheet};

/// Why a PDF cannot be put on sheets.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// It is no PDF, or a broken one.
    NotPdf(String),
    /// It is encrypted.
    Encrypted,
    /// It has too many pages.
    TooManyPages(usize),
    /// Something is wrong with a page, counted from 1.
    Page(usize, String),
    /// The pages do not go where they should.
    Imposition(Problem),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotPdf(cause) => write!(f, "it cannot be opened as a PDF ({cause})"),
            Self::Encrypted => write!(
                f,
                "it is encrypted; save it without a password, for example with `qpdf --decrypt`"
            ),
            Self::TooManyPages(pages) => {
                write!(f, "it has {pages} pages, and {} are the most", source::MAX_PAGES)
            }
            Self::Page(page, cause) => write!(f, "page {page} cannot be printed: {cause}"),
            Self::Imposition(problem) => write!(f, "{problem}"),
        }
    }
}

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self::Imposition(problem)
    }
}

/// Puts pages on sheets, and returns these as a PDF: fronts and backs in turn.
///
/// # Errors
/// If a page cannot be read.
pub fn write(pages: Pages, sheets: &[Sheet]) -> Result<Vec<u8>, Fault> {
    let (document, used) = draw::draw(&pages, sheets)?;
    mend::finish(document, pages, sheets, &used)
}
