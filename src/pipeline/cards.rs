//! Flashcards of paper: their pages, and the sheets that they are cut out of.

use super::kept::Kept;
use super::pages::{deep, report};
use super::sheets::{press, refused, warn};
use super::{Built, OwnLayouts, Press, ResolvedDeck, output_path, preflight};
use crate::diag::Diagnostics;
use crate::imposition::{Order, Size, to_mm};
use crate::model::{Edition, FigureStyle, PressSettings, Printed, Standard};
use crate::project::{CardSheets, Deck};
use crate::source::{ProjectPath, Sources, Span};
use crate::write::artifact::Artifact;
use crate::write::pdf::{self, Cards, Kind};

/// Sheets of the cards of a deck.
#[derive(Debug, Clone)]
pub(super) struct Sheets {
    /// Where they go.
    pub(super) path: ProjectPath,
    card: Size,
    order: Order,
    /// Where they are asked for.
    span: Span,
}

/// What all cards are made with.
pub(super) struct Means<'a> {
    pub(super) own: &'a OwnLayouts,
    pub(super) press: &'a Press<'a>,
    pub(super) printed: &'a Printed<'a>,
    pub(super) kept: &'a Kept,
}

/// Names the sheets of a deck: `decks/NAME-cards.pdf`.
pub(super) fn name(deck: &Deck) -> Vec<Sheets> {
    let named = deck.print.iter().enumerate().map(|(index, CardSheets { card, order, span })| {
        let name = &deck.name.value;
        let path = match index {
            0 => format!("decks/{name}-cards.pdf"),
            _ => format!("decks/{name}-cards-{}.pdf", index + 1),
        };
        Sheets { path: output_path(&path), card: *card, order: *order, span: *span }
    });
    named.collect()
}

/// Makes sheets of the cards of a deck; none of one without.
pub(super) fn make(
    deck: &ResolvedDeck,
    sheets: &Sheets,
    Means { own, press: with, printed, kept }: &Means,
    built: &mut Built,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    let Sheets { path, card, order, span } = sheets;
    if deck.edition.flashcards.is_empty() {
        return;
    }
    let mut edition: Edition = deck.edition.clone();
    edition.metadata.identifier = format!("{}/{path}", edition.metadata.identifier);
    // Tags do not reach the sheets.
    let settings = PressSettings { standard: Standard::Pdf17, ..PressSettings::default() };
    let cards = Cards { width: to_mm(card.width), height: to_mm(card.height), printed };
    let options = with.options(Kind::Handout, "a7", FigureStyle::default(), settings);
    let options = pdf::Options { cards: Some(cards), ..options };
    let work = |of: Option<&_>| pdf::write(&edition, &own.cards, &options, of);
    let pages = kept.pages_or_make(&edition, &own.cards, &options, |of| deep(|| work(of)));
    let pages = match pages {
        Ok(pages) => pages,
        Err(problems) => {
            let topics = &edition.topics;
            return report(problems, &own.cards, topics, with.fonts, sources, diagnostics);
        }
    };
    let subject = preflight::Subject { topics: &edition.topics, edition: &|| &edition };
    preflight::report(&pages.flaws, subject, path, with.fonts, sources, diagnostics);
    match press(&pages.bytes, order) {
        Ok(pressed) => {
            built.account.pressed += 1;
            built.account.sheets += pressed.sheets;
            warn(&pressed, path, *span, diagnostics);
            built.artifacts.push(Artifact { path: path.clone(), bytes: pressed.bytes });
        }
        Err(fault) => diagnostics.push(refused(&fault, path).at(*span)),
    }
}
