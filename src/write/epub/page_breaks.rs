//! Where the pages of the printed twin begin, marked in finished documents.
//!
//! Does: finds the words that a page begins with, and puts its mark before them
//! (EPUB Accessibility 1.1, 4.2; DPUB-ARIA 1.1, `doc-pagebreak`). Knows: XHTML,
//! and the pagination. Must not know: templates, topics.
//!
//! Words are compared in the finished documents, so it is true of a project's own
//! templates, too.

use serde::Serialize;

use super::listen::{self, Run, characters};
use crate::model::{Pagination, push_letter};
use crate::write::html::escaped;

/// A page of the printed twin, for the list of pages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PageLink {
    /// The number that it bears.
    pub(super) number: String,
    /// Where it begins.
    pub(super) href: String,
}

/// Marks in a document the page `from`, which begins with it, and those that begin
/// in it; returns the document and the pages that were marked, in order. `word` is
/// what a page is called.
///
/// The text was parsed before: what is not well-formed stays as it is.
pub(super) fn mark(
    text: &str,
    from: usize,
    pagination: &Pagination,
    word: &str,
) -> (String, Vec<usize>) {
    let Some(heard) = listen::plainly(text).or_else(|| listen::to_a_tree(text)) else {
        return (text.to_owned(), Vec::new());
    };
    let start = heard.start;
    let mut places = vec![(from, start)];
    for (page, place) in pagination.breaks(&heard.letters, from) {
        let runs = heard.runs.partition_point(|run| run.letters <= place);
        let run = runs.checked_sub(1).and_then(|last| heard.runs.get(last));
        let place = match run.filter(|_| place < heard.letters.len()) {
            Some(run) => run.place(place, text),
            None => heard.end.unwrap_or(start),
        };
        // A page never begins before the one that it follows.
        let last = places.last().map_or(start, |(_, place)| *place);
        places.push((page, place.max(last)));
    }

    let mut out = String::with_capacity(text.len() + places.len() * 96);
    let mut done = 0;
    for (page, place) in &places {
        let number = escaped(&pagination.pages[*page].number);
        out.push_str(&text[done..*place]);
        out.push_str(&format!(
            "<span epub:type=\"pagebreak\" role=\"doc-pagebreak\" id=\"{}\" aria-label=\" {word} {number}. \"></span>",
            id(*page)
        ));
        done = *place;
    }
    out.push_str(&text[done..]);
    (out, places.into_iter().map(|(page, _)| page).collect())
}

/// Returns the id of a page's mark.
pub(super) fn id(page: usize) -> String {
    format!("_page-{}", page + 1)
}

impl Run {
    /// Returns the place in the document of a letter in this run, or of the word
    /// that begins next to it: nobody breaks a page within a word.
    fn place(&self, letter: usize, text: &str) -> usize {
        if let Some(apart) = self.apart {
            return apart;
        }
        let content = &text[self.range.clone()];
        let mut letters = String::new();
        let found = characters(content).find(|(_, c)| {
            let is_here = self.letters + letters.len() >= letter && c.is_alphabetic();
            push_letter(*c, &mut letters);
            is_here
        });
        let mut at = found.map_or(0, |(at, _)| at);
        let has_spaces = |c: char| c.is_alphanumeric() && !is_wide(c);
        if content[..at].chars().next_back().is_some_and(has_spaces) {
            let next = content[at..].find(char::is_whitespace).map(|space| at + space);
            let word = next.and_then(|space| {
                let rest = &content[space..];
                rest.find(|c: char| !c.is_whitespace()).map(|word| space + word)
            });
            at = word.unwrap_or(at);
        } else {
            // Brackets and quotes belong to the word.
            let before = content[..at].chars().rev();
            let own =
                before.take_while(|c| !c.is_whitespace() && !c.is_alphanumeric() && *c != ';');
            at -= own.map(char::len_utf8).sum::<usize>();
        }
        self.range.start + at
    }
}

/// Tells whether a character is of a script that sets no spaces between words.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}
