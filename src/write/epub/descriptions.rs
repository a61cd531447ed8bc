//! What is said of pictures at length: a section of the chapter, with a link from
//! each figure and one back.
//!
//! Knows: figures, and the ids of what is said of them. Must not know: the text
//! round them.
//!
//! Not hidden, and no `aside`: some reading systems leave those out. The picture
//! names what describes it in `aria-details`, for those who hear the book; the link
//! is for all others (EPUB Accessibility Techniques 1.1, on extended descriptions).

use serde::Serialize;

use crate::model::{Figure, Panel};
use crate::words::Words;
use crate::write::html::escaped;

/// A picture that is described at length.
#[derive(Debug, Clone, Copy)]
pub(super) struct Described<'a> {
    /// Its number in the chapter, counted from 1.
    pub(super) number: usize,
    letter: Option<char>,
    /// The picture.
    pub(super) panel: &'a Panel,
}

/// What is said of a picture at length.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct DescriptionData {
    id: String,
    /// What it is of: the figure's number, and the panel's letter; else what the
    /// picture shows in short.
    title: String,
    /// Plain text.
    paragraphs: Vec<String>,
    /// The link that leads here.
    back: String,
}

impl DescriptionData {
    /// Returns what is said; `figure` is the figure's number, with its word.
    pub(super) fn of(described: &Described<'_>, figure: Option<&str>) -> Self {
        let image = &described.panel.image;
        Self {
            id: id(described.number),
            title: figure.map_or_else(|| image.alt.clone(), |figure| described.name(figure)),
            paragraphs: image.description.clone(),
            back: format!("#{}", link_id(described.number)),
        }
    }
}

impl Described<'_> {
    /// Returns what the picture of a figure is called: `Figure 3 (b)`.
    fn name(&self, figure: &str) -> String {
        match self.letter {
            Some(letter) => format!("{figure} ({letter})"),
            None => figure.to_owned(),
        }
    }
}

/// Returns the pictures of a figure that are described, after as many `before`.
pub(super) fn of(figure: &Figure, before: usize) -> Vec<Described<'_>> {
    let all = figure.lettered().filter(|(_, panel)| !panel.image.description.is_empty());
    all.zip(before + 1..)
        .map(|((letter, panel), number)| Described { number, letter, panel })
        .collect()
}

/// Returns the id of what is said of a picture.
pub(super) fn id(number: usize) -> String {
    format!("_description-{number}")
}

fn link_id(number: usize) -> String {
    format!("_described-{number}")
}

/// Writes the links to what is said; `figure` is the figure's number, with its word.
pub(super) fn links(all: &[Described<'_>], figure: Option<&str>, words: &Words, out: &mut String) {
    for described in all {
        let (number, link) = (described.number, words.long_description);
        let letter = described.letter.map(|letter| format!("({letter}) ")).unwrap_or_default();
        // Out of its place, the link does not tell which figure.
        let name = figure.map(|figure| {
            format!(" aria-label=\"{}: {}\"", escaped(&described.name(figure)), escaped(link))
        });
        out.push_str(&format!(
            "<p class=\"described\">{letter}<a id=\"{}\" href=\"#{}\"{}>{}</a></p>\n",
            link_id(number),
            id(number),
            name.unwrap_or_default(),
            escaped(link)
        ));
    }
}
