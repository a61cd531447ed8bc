//! Flashcards as a layout receives them: the two sides of each card of paper.
//!
//! A text with three cloze numbers is three cards, as it is for Anki; a card that is
//! asked both ways is two.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Options;
use super::data::{self, Prepared, Writer};
use crate::layout::{Format, Settings};
use crate::model::{
    Area, Coordinate, Edition, Figure, FigureQuestion, Flashcard, FlashcardKind, Language, MarkId,
    NodeId, Point, Printed, PrintedKind,
};
use crate::words::{Words, mark_wording};
use crate::write::overlay;

/// What cards of paper are made with.
#[derive(Debug, Clone, Copy)]
pub struct Cards<'a> {
    /// How wide a card is, in millimeters.
    pub width: f64,
    /// How high it is.
    pub height: f64,
    /// Where its topic is printed.
    pub printed: &'a Printed<'a>,
}

/// Which clozes of a text are asked, and what of them is seen.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    ids: BTreeSet<NodeId>,
    /// Whether they are answered.
    is_answered: bool,
}

impl Asked {
    /// Returns what is to be seen of a cloze: `asked`, `answered`, or `plain`.
    pub(super) fn state(&self, cloze: NodeId) -> &'static str {
        match (self.ids.contains(&cloze), self.is_answered) {
            (false, _) => "plain",
            (true, false) => "asked",
            (true, true) => "answered",
        }
    }
}

/// Returns the data of an edition's flashcards.
pub(super) fn edition(
    edition: &Edition,
    cards: &Cards<'_>,
    settings: &Settings,
    options: &Options,
) -> Prepared {
    let mut writer = Writer::new(edition, options);
    let mut all = Vec::new();
    for flashcard in &edition.flashcards {
        all.extend(writer.flashcard(flashcard, cards));
    }
    let language = &edition.metadata.language;
    let data = json!({
        "api": Format::Pdf.api(),
        "kind": "cards",
        "options": data::options_of(settings, options),
        "bleed": options.press.bleed.to_mm(),
        "words": data::words_of(Words::of(language)),
        "metadata": data::metadata_of(&edition.metadata),
        "card": { "width": cards.width, "height": cards.height },
        "cards": all,
        // As other documents have them.
        "parts": [], "topics": [], "figures": [], "tables": [], "credits": [],
        "glossary": [], "index": [], "references": [],
    });
    Prepared { data, pictures: writer.pictures, places: writer.places }
}

/// What is on one side of a card.
#[derive(Debug, Default)]
struct Face {
    blocks: Vec<Value>,
    picture: Value,
}

impl<'a> Writer<'a> {
    fn flashcard(&mut self, card: &'a Flashcard, cards: &Cards<'_>) -> Vec<Value> {
        self.enter(&card.topic);
        let language = self.language(card);
        let shared = self.shared(card, cards, &language);
        let whole = |name: String, marks: Value, credits: Value, [front, back]: [Face; 2]| {
            let mut out = shared.clone();
            out["id"] = json!(name);
            out["marks"] = marks;
            out["credits"] = credits;
            out["front"] = json!({ "blocks": front.blocks, "picture": front.picture });
            out["back"] = json!({ "blocks": back.blocks, "picture": back.picture });
            out
        };
        let name = |part: Option<u32>| match part {
            Some(part) => format!("{}/{} c{part}", card.topic, card.id),
            None => format!("{}/{}", card.topic, card.id),
        };
        let (none, empty) = (json!([]), json!([]));
        match &card.kind {
            FlashcardKind::Basic { front, back, reversed } => {
                let [front, back] = [front, back].map(|side| self.blocks(side));
                let face = |blocks: &[Value]| Face { blocks: blocks.to_vec(), ..Face::default() };
                let mut out = vec![whole(
                    name(None),
                    none.clone(),
                    empty.clone(),
                    [face(&front), face(&back)],
                )];
                if *reversed {
                    out.push(whole(name(Some(2)), none, empty, [face(&back), face(&front)]));
                }
                out
            }
            FlashcardKind::Cloze { text, numbers } => {
                let parts: BTreeSet<u32> = numbers
                    .iter()
                    .map(|(_, number)| *number)
                    .filter(|number| *number > 0)
                    .collect();
                let several = parts.len() > 1;
                let mut out = Vec::new();
                for part in parts {
                    let of = numbers.iter().filter(|(_, number)| *number == part);
                    let ids: BTreeSet<NodeId> = of.map(|(id, _)| *id).collect();
                    let faces = [false, true].map(|is_answered| {
                        self.asked = Some(Asked { ids: ids.clone(), is_answered });
                        let blocks = self.blocks(text);
                        self.asked = None;
                        Face { blocks, ..Face::default() }
                    });
                    let name = name(Some(part).filter(|_| several));
                    out.push(whole(name, none.clone(), empty.clone(), faces));
                }
                out
            }
            FlashcardKind::Figure { figure, mark, question } => {
                let faces = self.asked_mark(figure, mark, *question, &language);
                let (marks, credits) = self.of_figure(figure);
                faces.map(|faces| whole(name(None), marks, credits, faces)).into_iter().collect()
            }
            FlashcardKind::Occlusion { figure, panel, numbers } => {
                let mut out = Vec::new();
                for (mark, number) in numbers.iter().filter(|(_, number)| *number > 0) {
                    let Some(faces) = self.covered(figure, *panel, mark, numbers) else { continue };
                    let (marks, credits) = self.of_figure(figure);
                    out.push(whole(name(Some(*number)), marks, credits, faces));
                }
                out
            }
        }
    }

    /// Returns what all cards of a flashcard have.
    fn shared(&mut self, card: &'a Flashcard, cards: &Cards<'_>, language: &Language) -> Value {
        let context: Vec<_> = card.context.iter().map(|step| self.inlines(step)).collect();
        let sources: Vec<&str> = card
            .references
            .iter()
            .filter_map(|key| self.edition.reference(&card.topic, key))
            .map(|reference| reference.short.as_str())
            .collect();
        json!({
            "topic": card.topic.as_str(),
            "language": language.primary(),
            "region": language.region(),
            "direction": data::direction(language),
            "context": context,
            "extra": self.blocks(&card.extra),
            "sources": sources,
            "read-on": read_on(card, cards, Words::of(language)),
        })
    }

    /// Returns the language of a card's topic.
    fn language(&self, card: &Flashcard) -> Language {
        let topic = self.edition.topics.iter().find(|topic| topic.id.value == card.topic);
        let own = topic.and_then(|topic| topic.language.as_ref());
        own.unwrap_or(&self.edition.metadata.language).clone()
    }

    fn of_figure(&mut self, figure: &Figure) -> (Value, Value) {
        let marks: Vec<Value> = figure.marks().map(|mark| self.mark(mark)).collect();
        let credits = figure.credits();
        let credits: Vec<Value> = credits.iter().map(|shared| self.credit(shared)).collect();
        (json!(marks), json!(credits))
    }

    /// "What does the white arrow show?", or "Find the masses."
    fn asked_mark(
        &mut self,
        figure: &Figure,
        id: &MarkId,
        question: FigureQuestion,
        language: &Language,
    ) -> Option<[Face; 2]> {
        let words = Words::of(language);
        let (_, panel) = figure.panel_of(id).unwrap_or((None, figure.lead()));
        let means = figure.mark(id).map(|mark| self.inlines(&mark.means)).unwrap_or_default();
        let called = json!({
            "type": "mark", "mark": id.as_str(),
            "wording": mark_wording(language, figure, id).unwrap_or_default(),
        });
        let with = self.panel(None, panel, overlay::room(figure))?;
        let without = unmarked(&with);
        let (ask, answer, pictures) = match question {
            FigureQuestion::Identify => {
                let of_mark = figure.marks().filter(|mark| mark.id.value == *id);
                let many = of_mark.map(|mark| mark.count()).sum::<usize>() > 1;
                let pattern = if many { words.what_do_show } else { words.what_does_show };
                (filled(pattern, vec![called]), means, [with, without])
            }
            FigureQuestion::Find => (filled(words.find, means), vec![called], [without, with]),
        };
        let [front, back] = pictures;
        Some([
            Face { blocks: vec![paragraph(ask)], picture: front },
            Face { blocks: vec![paragraph(answer)], picture: back },
        ])
    }

    /// Covers all regions of a panel, and asks what is behind one.
    fn covered(
        &mut self,
        figure: &Figure,
        panel: NodeId,
        asked: &MarkId,
        numbers: &[(MarkId, u32)],
    ) -> Option<[Face; 2]> {
        let panel = figure.lettered().find(|(_, of)| of.id == panel)?.1;
        let media = self.edition.media.images.get(&panel.image.excerpt)?;
        let covers: Vec<Value> = overlay::regions(panel, media)
            .iter()
            .filter(|(mark, _)| numbers.iter().any(|(of, _)| of == mark))
            .map(|(mark, area)| cover(area, mark == asked))
            .collect();
        let means = figure.mark(asked).map(|mark| self.inlines(&mark.means)).unwrap_or_default();
        let with = self.panel(None, panel, overlay::room(figure))?;
        let mut front = unmarked(&with);
        front["covers"] = json!(covers);
        let ask = vec![data::text(Words::of(&self.language_of_topic()).what_is_here, false)];
        Some([
            Face { blocks: vec![paragraph(ask)], picture: front },
            Face { blocks: vec![paragraph(means)], picture: with },
        ])
    }

    fn language_of_topic(&self) -> Language {
        let topics = &self.edition.topics;
        let topic = topics.iter().find(|topic| Some(&topic.id.value) == self.topic);
        let own = topic.and_then(|topic| topic.language.as_ref());
        own.unwrap_or(&self.edition.metadata.language).clone()
    }
}

/// Says where to read on: "Handout p. 3, Figure 2".
fn read_on(card: &Flashcard, cards: &Cards<'_>, words: &Words) -> Option<String> {
    let place = cards.printed.place_of(card)?;
    let pattern = match place.kind {
        PrintedKind::Handout => words.handout_page,
        PrintedKind::Book => words.book_page,
    };
    let page = pattern.replace("{}", place.number);
    Some(match place.figure {
        Some(number) => format!("{page}, {} {number}", words.figure),
        None => page,
    })
}

fn paragraph(content: Vec<Value>) -> Value {
    json!({ "type": "paragraph", "content": content })
}

/// Puts inlines where a pattern has `{}`.
fn filled(pattern: &str, content: Vec<Value>) -> Vec<Value> {
    let (before, after) = pattern.split_once("{}").unwrap_or((pattern, ""));
    let mut out = vec![data::text(before, false)];
    out.extend(content);
    out.push(data::text(after, false));
    out
}

/// Returns a panel without its marks.
fn unmarked(panel: &Value) -> Value {
    let mut panel = panel.clone();
    panel["overlay"] = json!({ "halo": 0, "drawings": [] });
    panel
}

/// Returns the box round a region, in shares of the picture.
fn cover(area: &Area, asked: bool) -> Value {
    let share = |coordinate: Coordinate| coordinate.share(1);
    let (left, top, right, bottom) = match area {
        Area::Rectangle { min, max } => (share(min.x), share(min.y), share(max.x), share(max.y)),
        Area::Ellipse { center, radii } => {
            let (x, y, rx, ry) = (share(center.x), share(center.y), share(radii.x), share(radii.y));
            (x - rx, y - ry, x + rx, y + ry)
        }
        Area::Polygon { points } => {
            let end = |of: fn(&Point) -> Coordinate, fold: fn(f64, f64) -> f64, start: f64| {
                points.iter().map(|point| share(of(point))).fold(start, fold)
            };
            (
                end(|point| point.x, f64::min, 1.0),
                end(|point| point.y, f64::min, 1.0),
                end(|point| point.x, f64::max, 0.0),
                end(|point| point.y, f64::max, 0.0),
            )
        }
    };
    json!({
        "left": left, "top": top, "width": right - left, "height": bottom - top, "asked": asked,
    })
}
