//! What a build made, in numbers.

use std::collections::{BTreeMap, BTreeSet};

use super::Publication;
use super::covers::MadeCover;
use crate::model::{Edition, NumberedKind};
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

pub(super) fn count_references<'a>(editions: impl Iterator<Item = &'a Edition>) -> usize {
    let works: BTreeSet<_> = editions
        .flat_map(|edition| &edition.references)
        .flat_map(|list| &list.items)
        .map(|work| &work.key)
        .collect();
    works.len()
}

pub(super) fn count_figures(publications: &[Publication]) -> usize {
    let figures: BTreeSet<_> = publications
        .iter()
        .flat_map(|publication| &publication.edition.numbered)
        .filter(|numbered| numbered.kind == NumberedKind::Figure)
        .map(|numbered| numbered.id)
        .collect();
    figures.len()
}
