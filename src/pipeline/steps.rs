//! A build as steps that can be done apart: in other processes, on other machines.

use std::collections::{BTreeMap, BTreeSet};

use super::editions::{decks, publications};
use super::sheets::SheetsOf;
use super::{Loaded, PlannedDeck, Products, Publication, Request, epub_path, output_path};
use crate::audit::FILE as PRIVACY_REPORT;
use crate::diag::Diagnostics;
use crate::model::{TopicId, Variant};
use crate::record::FILE as MANIFEST;
use crate::source::{ProjectPath, Sources};
use crate::write::pdf::Kind;

/// The id of the step that comes last: it looks through all results, and lists them.
pub const REPORT: &str = "report";

/// A part of a build that can be done by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its name: the file that it makes, the folder of a deck, or [`REPORT`].
    pub id: String,
    /// The files of the project that it is made of.
    pub inputs: BTreeSet<ProjectPath>,
    /// The files that it makes, below the output folder; a deck's beside its package
    /// are not told before it is made.
    pub outputs: Vec<ProjectPath>,
    /// The steps that should be done before. Where they were not, and their results
    /// are in no cache, the step does what it needs of them itself.
    pub needs: Vec<String>,
    /// A number that steps share which should be done on one machine, counted from 0;
    /// `None` if the step needs all others' results.
    pub unit: Option<usize>,
}

/// Returns the steps of a build, after messages about publications that cannot be. What is
/// in them is not looked at.
pub fn steps(loaded: &Loaded, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Vec<Step> {
    let publications = publications(loaded, sources, diagnostics);
    let decks = decks(loaded, diagnostics);
    let products = Products::new(loaded, &publications, &decks, sources);
    let inputs = |path: &ProjectPath| products.of(path).inputs.clone();
    let mut steps = Vec::new();
    let mut units = 0;
    let mut unit_of_entry = BTreeMap::new();
    for publication in &publications {
        let path = &publication.path;
        // Variants that must break alike are set together.
        let unit = match publication.kind {
            Kind::Book => None,
            Kind::Handout => unit_of_entry.get(&publication.entry).copied(),
        };
        let unit = unit.unwrap_or_else(|| {
            units += 1;
            units - 1
        });
        let pages = publication.has_pages.then(|| Step {
            id: path.to_string(),
            inputs: inputs(path),
            outputs: vec![path.clone()],
            needs: Vec::new(),
            unit: Some(unit),
        });
        let needs: Vec<String> = pages.iter().map(|pages| pages.id.clone()).collect();
        steps.extend(pages);
        for SheetsOf { path: sheets, .. } in &publication.sheets {
            steps.push(Step {
                id: sheets.to_string(),
                inputs: inputs(sheets),
                outputs: vec![sheets.clone()],
                needs: needs.clone(),
                unit: Some(unit),
            });
        }
        if publication.kind == Kind::Handout {
            unit_of_entry.insert(publication.entry, unit);
        }
        if !publication.has_twin {
            continue;
        }
        let epub = epub_path(path);
        steps.push(Step {
            id: epub.to_string(),
            inputs: inputs(&epub),
            outputs: vec![epub],
            needs,
            unit: Some(unit),
        });
    }
    let printing: BTreeSet<usize> = printings(&publications).into_values().collect();
    for deck in &decks {
        let id = deck_id(deck);
        let package = output_path(&format!("{id}.apkg"));
        let needs = printing.iter().filter_map(|place| publications.get(*place));
        let needs: Vec<String> = needs.map(|publication| publication.path.to_string()).collect();
        for cards in &deck.sheets {
            steps.push(Step {
                id: cards.path.to_string(),
                inputs: inputs(&cards.path),
                outputs: vec![cards.path.clone()],
                needs: needs.clone(),
                unit: Some(units),
            });
        }
        steps.push(Step {
            inputs: inputs(&package),
            outputs: vec![package],
            needs,
            unit: Some(units),
            id,
        });
    }
    let needs = steps.iter().map(|step| step.id.clone()).collect();
    let of_all = steps.iter().flat_map(|step| step.inputs.clone()).collect();
    let outputs = vec![output_path(MANIFEST), output_path(PRIVACY_REPORT)];
    steps.push(Step { id: REPORT.into(), inputs: of_all, outputs, needs, unit: None });
    steps
}

/// Returns the id of a deck's step.
pub(super) fn deck_id(deck: &PlannedDeck) -> String {
    format!("decks/{}", deck.deck.name.value)
}

/// Returns for each topic the place of the publication that cards send learners to: the
/// first handout that has all of it and hides nothing, else a book.
pub(super) fn printings(publications: &[Publication]) -> BTreeMap<TopicId, usize> {
    let mut printings = BTreeMap::new();
    for kind in [Kind::Handout, Kind::Book] {
        for (place, publication) in publications.iter().enumerate() {
            let is_read = publication.plates.is_none() && publication.has_pages;
            if publication.kind == kind && publication.variant == Variant::Full && is_read {
                for topic in &publication.content.topics {
                    printings.entry(topic.id.value.clone()).or_insert(place);
                }
            }
        }
    }
    printings
}

/// What is asked for of a build.
pub(super) struct Wanted<'a> {
    only: Option<&'a BTreeSet<String>>,
    in_haste: bool,
    /// Whether decks are: they are made together, for they share the ledger.
    pub(super) decks: bool,
}

impl<'a> Wanted<'a> {
    pub(super) fn new(request: &'a Request, decks: &[PlannedDeck]) -> Self {
        let only = request.only.as_ref();
        let mut wanted = Self { only, in_haste: request.in_haste, decks: true };
        let is_wanted = |deck: &PlannedDeck| {
            let mut sheets = deck.sheets.iter();
            wanted.has(&deck_id(deck)) || sheets.any(|sheets| wanted.has(sheets.path.as_str()))
        };
        wanted.decks = only.is_none() || decks.iter().any(is_wanted);
        wanted
    }

    /// Tells whether a step is to be done.
    pub(super) fn has(&self, id: &str) -> bool {
        self.only.is_none_or(|only| only.contains(id))
    }

    /// Tells whether everything is.
    pub(super) fn is_all(&self) -> bool {
        self.only.is_none()
    }

    /// Tells whether the twin of a publication for reading systems is to be made.
    pub(super) fn twin(&self, publication: &Publication) -> bool {
        publication.has_twin && self.has(epub_path(&publication.path).as_str())
    }

    /// Tells which publications are to be set, if only for others to know their pages.
    pub(super) fn needed(&self, publications: &[Publication]) -> Vec<bool> {
        let mut needed: Vec<bool> = publications
            .iter()
            .map(|publication| {
                if !publication.has_pages {
                    return false;
                }
                let path = &publication.path;
                let twin = self.twin(publication) && !self.in_haste;
                let mut sheets = publication.sheets.iter();
                let printed = sheets.any(|sheets| self.has(sheets.path.as_str()));
                twin || printed || self.has(path.as_str())
            })
            .collect();
        if self.decks {
            for place in printings(publications).into_values() {
                if let Some(needed) = needed.get_mut(place) {
                    *needed = true;
                }
            }
        }
        needed
    }
}
