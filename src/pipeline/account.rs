//! What a build made, in numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::covers::MadeCover;
use super::publication::works;
use super::{Publication, ResolvedDeck};
use crate::source::ProjectPath;
use crate::write::pdf::Kind;

/// What a build made, in numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Account {
    /// Handouts.
    pub handouts: usize,
    /// Pages of all handouts.
    pub handout_pages: usize,
    /// Handouts that are set otherwise than usual so that they fit their pages: the
    /// file, its pages, and how it is set.
    pub fitted: Vec<(ProjectPath, usize, String)>,
    /// Each book's file and its pages.
    pub books: Vec<(ProjectPath, usize)>,
    /// Each book's cover on paper.
    pub covers: Vec<(ProjectPath, MadeCover)>,
    /// Press editions: what they are, their files and pages.
    pub press: BTreeMap<&'static str, (usize, usize)>,
    /// Files of sheets.
    pub pressed: usize,
    /// Sheets in all of them.
    pub sheets: usize,
    /// Each EPUB's file and its chapters.
    pub epubs: Vec<(ProjectPath, usize)>,
    /// Each deck's file and its cards.
    pub decks: Vec<(ProjectPath, usize)>,
    /// Figures in the sources.
    pub figures: usize,
    /// Works that are cited or listed.
    pub references: usize,
}

impl Account {
    /// Counts a publication, and its pages.
    pub(super) fn count_pages(&mut self, publication: &Publication, pages: usize) {
        if let Some(plates) = &publication.plates {
            let (files, all) = self.press.entry(plates.told()).or_default();
            *files += 1;
            *all += pages;
            return;
        }
        match publication.kind {
            Kind::Handout => {
                self.handouts += 1;
                self.handout_pages += pages;
            }
            Kind::Book => self.books.push((publication.path.clone(), pages)),
        }
    }
}

pub(super) fn count_references(publications: &[Publication], decks: &[ResolvedDeck]) -> usize {
    let cited = publications.iter().flat_map(Publication::works);
    let carded = decks.iter().flat_map(|deck| works(&deck.edition));
    cited.chain(carded).collect::<BTreeSet<_>>().len()
}

pub(super) fn count_figures(publications: &[Publication]) -> usize {
    publications.iter().flat_map(Publication::figures).collect::<BTreeSet<_>>().len()
}
