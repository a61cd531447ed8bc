//! Flashcards to notes: what each field holds.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::CardDialect;
use super::escape::{self, BODY, CLOSE, OPEN};
use super::media::Media;
use super::note::{Note, guid};
use super::note_type::Kind;
use super::{Options, deck};
use crate::ledger::NoteKind;
use crate::model::{
    Area, Block, Coordinate, Credit, Edition, Figure, FigureQuestion, Flashcard, FlashcardKind,
    Inline, Language, MarkId, MarkMention, NodeId, Point, PrintedKind, PrintedPlace, plain_text,
};
use crate::words::{Words, mark_wording};
use crate::write::html;
use crate::write::illustration::Illustrations;
use crate::write::overlay;

/// How much room a field gets to begin with, in bytes: few need more.
const ROOM: usize = 512;

/// Returns the note of a flashcard, worded in `language`; its pictures go to
/// `media`, and its cards to the deck that the options name if its topic names
/// none.
pub(super) fn note(
    flashcard: &Flashcard,
    edition: &Edition,
    illustrations: &Illustrations,
    language: &Language,
    options: &Options<'_>,
    media: &mut Media,
) -> Note {
    let mut ctx = Ctx {
        dialect: CardDialect {
            edition,
            illustrations,
            words: Words::of(language),
            numbers: BTreeMap::new(),
            asked: BTreeSet::new(),
            media,
            shown: BTreeSet::new(),
        },
        flashcard,
        language,
        place: options.printed.place_of(flashcard),
    };
    let (kind, fields, cards) = match &flashcard.kind {
        FlashcardKind::Basic { front, back, reversed } => {
            let both_ways = if *reversed { "yes" } else { "" };
            let cards = if *reversed { BTreeSet::from([0, 1]) } else { BTreeSet::from([0]) };
            let mut fields = vec![ctx.compact(front), ctx.compact(back)];
            fields.extend(ctx.shared(None, ""));
            fields.push(both_ways.to_owned());
            (Kind::Basic, fields, cards)
        }
        FlashcardKind::Cloze { text, numbers } => {
            let mut fields = vec![ctx.cloze(text, numbers)];
            let cards = ctx.dialect.asked.iter().map(|number| number - 1).collect();
            fields.extend(ctx.shared(None, ""));
            (Kind::Cloze, fields, cards)
        }
        FlashcardKind::Figure { figure, mark, question } => {
            (Kind::Figure, ctx.figure(figure, mark, *question), BTreeSet::from([0]))
        }
        FlashcardKind::Occlusion { figure, panel, numbers } => {
            let cards = numbers.iter().map(|(_, number)| number - 1).collect();
            (Kind::Occlusion, ctx.occlusion(figure, *panel, numbers), cards)
        }
    };
    let media = ctx.dialect.shown;
    let mut fields: Vec<String> = fields.iter().map(|html| escape::field(html)).collect();
    fields.resize(kind.fields().len(), String::new());
    let note_kind = NoteKind::of(&flashcard.kind);
    Note {
        guid: guid(&edition.metadata.identifier, &flashcard.topic, &flashcard.id, note_kind),
        kind,
        deck: deck::name(flashcard.deck.as_deref().unwrap_or(options.deck)),
        fields,
        tags: flashcard.tags.clone(),
        cards,
        media,
        modified: 0,
    }
}

struct Ctx<'a> {
    dialect: CardDialect<'a>,
    flashcard: &'a Flashcard,
    language: &'a Language,
    /// Where it is printed.
    place: Option<PrintedPlace<'a>>,
}

impl Ctx<'_> {
    fn compact(&mut self, blocks: &[Block]) -> String {
        let mut out = String::with_capacity(ROOM);
        html::compact(blocks, &mut self.dialect, &mut out);
        out
    }

    fn inline(&mut self, inlines: &[Inline]) -> String {
        let mut out = String::with_capacity(ROOM / 4);
        html::inlines(inlines, &mut self.dialect, &mut out);
        out
    }

    fn cloze(&mut self, text: &[Block], numbers: &[(NodeId, u32)]) -> String {
        self.dialect.numbers = numbers.iter().filter(|(_, number)| *number > 0).copied().collect();
        let out = self.compact(text);
        self.dialect.numbers.clear();
        out
    }

    /// Returns the fields that all types have: extra, context, sources, where
    /// to read on, language.
    /// `number` is that of its figure in the deck, of which `letters` name the panel.
    fn shared(&mut self, number: Option<u32>, letters: &str) -> [String; 5] {
        let read_on = self.read_on(number, letters);
        let extra = self.compact(&self.flashcard.extra);
        let context = self.context();
        let sources = self.sources();
        [extra, context, sources, read_on, self.language.to_string()]
    }

    /// Says where to read on: "Handout p. 3, Figure 2a". A figure has the number that
    /// it has there; the deck's own only where nothing is printed.
    fn read_on(&self, number: Option<u32>, letters: &str) -> String {
        let words = self.dialect.words;
        let figure = |number| format!("{} {number}{letters}", words.figure);
        let Some(place) = self.place else {
            return number.map(figure).unwrap_or_default();
        };
        let pattern = match place.kind {
            PrintedKind::Handout => words.handout_page,
            PrintedKind::Book => words.book_page,
        };
        let page = pattern.replace("{}", place.number);
        let said = match place.figure {
            Some(number) => format!("{page}, {}", figure(number)),
            None => page,
        };
        html::escaped(&said)
    }

    fn context(&mut self) -> String {
        let steps: Vec<_> = self.flashcard.context.iter().map(|step| self.inline(step)).collect();
        steps.join(" <i>›</i> ")
    }

    /// Names the sources, and keeps their entries where a reader can open them:
    /// as the list of the edition has them.
    fn sources(&mut self) -> String {
        let mut list: Vec<String> = Vec::new();
        let mut entries = String::new();
        for key in &self.flashcard.references {
            let Some(reference) = self.dialect.edition.reference(&self.flashcard.topic, key) else {
                continue;
            };
            let short = html::escaped(&reference.short);
            list.push(match &reference.url {
                Some(url) => format!("<a href=\"{}\">{short}</a>", html::escaped(url)),
                None => short,
            });
            if plain_text(&reference.content) != reference.short {
                let label = reference.label.as_deref().map(|label| format!("{label} "));
                let entry = self.inline(&reference.content);
                entries += &format!("<p>{}{entry}", html::escaped(&label.unwrap_or_default()));
                if let (Some(url), Some(text)) = (&reference.url, &reference.address) {
                    let (url, text) = (html::escaped(url), html::escaped(text));
                    entries += &format!(" <a href=\"{url}\">{text}</a>");
                }
                entries += "</p>";
            }
        }
        if list.is_empty() {
            return String::new();
        }
        let label = html::escaped(self.dialect.words.sources);
        let mut sources = format!("<i>{label}</i> {}", list.join("; "));
        if !entries.is_empty() {
            let title = html::escaped(self.dialect.words.references);
            sources += &format!("<details><summary>{title}</summary>{entries}</details>");
        }
        sources
    }

    fn figure(&mut self, figure: &Figure, id: &MarkId, question: FigureQuestion) -> Vec<String> {
        let edition = self.dialect.edition;
        let words = self.dialect.words;
        let (letter, panel) = figure.panel_of(id).unwrap_or((None, figure.lead()));
        let letters = letter.map(String::from).unwrap_or_default();
        let number = edition.numbers.get(&figure.id).copied();
        let mark = figure.mark(id);
        let means = mark.map(|mark| mark.means.as_slice()).unwrap_or_default();
        let wording = mark_wording(self.language, figure, id).unwrap_or_default();
        let mut called = String::new();
        let symbol = mark.and_then(|mark| mark.symbol());
        html::mark(&MarkMention { wording, symbol }, &mut called);
        let (ask, answer) = match question {
            FigureQuestion::Identify => {
                let of_mark = figure.marks().filter(|mark| mark.id.value == *id);
                let many = of_mark.map(|mark| mark.count()).sum::<usize>() > 1;
                let pattern = if many { words.what_do_show } else { words.what_does_show };
                (pattern.replace("{}", &called), self.inline(means))
            }
            FigureQuestion::Find => {
                let thing = self.inline(means);
                (words.find.replace("{}", &thing), called)
            }
        };
        let mut pictures = [String::new(), String::new()];
        let illustrations = self.dialect.illustrations;
        if let Some(illustration) = illustrations.get(panel.id) {
            let (first, second) = match question {
                FigureQuestion::Identify => (
                    illustration.shown(),
                    illustration.annotated.is_some().then_some(&illustration.clean),
                ),
                FigureQuestion::Find => (&illustration.clean, illustration.annotated.as_ref()),
            };
            let alt = panel.image.alt.as_str();
            self.dialect.picture(first, alt, &mut pictures[0]);
            if let Some(second) = second {
                self.dialect.picture(second, alt, &mut pictures[1]);
            }
        }
        let [picture, other] = pictures;
        let name = figure.card_name(panel);
        let kind = NoteKind::of(&self.flashcard.kind).name();
        let name = html::escaped(&format!("{} {name} {id} {kind}", self.flashcard.topic));
        let mut fields = vec![name, ask, picture, answer, other];
        fields.extend(self.shared(number, &letters));
        if let Some(credit) = self.credit(figure.credit_of(panel))
            && let Some(sources) = fields.get_mut(7)
        {
            // What can be opened is a block of its own.
            let gap =
                if sources.is_empty() || sources.ends_with("</details>") { "" } else { "<br/>" };
            sources.push_str(&format!("{gap}{credit}"));
        }
        fields
    }

    /// Covers the regions of a panel's picture, all of them, and asks what is behind
    /// one; the other side has the marks and what they mean.
    fn occlusion(
        &mut self,
        figure: &Figure,
        panel: NodeId,
        numbers: &[(MarkId, u32)],
    ) -> Vec<String> {
        let edition = self.dialect.edition;
        let words = self.dialect.words;
        let found = figure.lettered().find(|(_, of)| of.id == panel);
        let (letter, panel) = found.unwrap_or((None, figure.lead()));
        let letters = letter.map(String::from).unwrap_or_default();
        let media = edition.media.images.get(&panel.image.excerpt);
        let regions = media.map(|media| overlay::regions(panel, media)).unwrap_or_default();
        let mut covered = Vec::new();
        for (mark, area) in &regions {
            if let Some((_, number)) = numbers.iter().find(|(of, _)| of == mark) {
                covered.push(format!("{OPEN}{number}{BODY}{}{CLOSE}", shape(area)));
            }
        }
        let mut pictures = [String::new(), String::new()];
        let illustrations = self.dialect.illustrations;
        if let Some(illustration) = illustrations.get(panel.id) {
            let alt = panel.image.alt.as_str();
            self.dialect.picture(&illustration.clean, alt, &mut pictures[0]);
            if let Some(annotated) = &illustration.annotated {
                self.dialect.picture(annotated, alt, &mut pictures[1]);
            }
        }
        let mut meanings = String::new();
        for (mark, number) in numbers {
            let means = figure.mark(mark).map(|mark| mark.means.as_slice()).unwrap_or_default();
            // As a cloze, so that the answer stands out from the others.
            let means = self.inline(means);
            meanings += &format!("<li>{OPEN}{number}{BODY}{means}{CLOSE}</li>");
        }
        let [picture, marked] = pictures;
        let number = edition.numbers.get(&figure.id).copied();
        let [extra, context, mut sources, read_on, language] = self.shared(number, &letters);
        if let Some(credit) = self.credit(figure.credit_of(panel)) {
            let gap =
                if sources.is_empty() || sources.ends_with("</details>") { "" } else { "<br/>" };
            sources.push_str(&format!("{gap}{credit}"));
        }
        let back = format!("<ul>{meanings}</ul>{marked}{extra}");
        let header = html::escaped(words.what_is_here);
        let covered = covered.join("<br>");
        vec![covered, picture, header, back, String::new(), context, sources, read_on, language]
    }

    /// Licenses ask that the maker is named wherever the picture is shown.
    fn credit(&mut self, credit: Credit<'_>) -> Option<String> {
        let Credit { maker, license } = credit;
        let said = maker.map(plain_text).unwrap_or_default();
        let maker = maker.map(|maker| self.inline(maker));
        match (maker, license) {
            (Some(maker), Some(license)) if !said.contains(license) => {
                Some(format!("{maker} ({})", html::escaped(license)))
            }
            (Some(maker), _) => Some(maker),
            (None, license) => license.map(html::escaped),
        }
    }
}

/// Returns an area in the words of Anki's image occlusion: shares of the picture,
/// and whether all other areas are covered, too.
fn shape(area: &Area) -> String {
    // The shares are of the picture, whatever the author's pixels are.
    let share = |coordinate: Coordinate| coordinate.share(1);
    let said = |value: f64| {
        let text = format!("{value:.4}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match area {
        Area::Rectangle { min, max } => {
            let (left, top) = (share(min.x), share(min.y));
            let (width, height) = (share(max.x) - left, share(max.y) - top);
            format!(
                "image-occlusion:rect:left={}:top={}:width={}:height={}:oi=1",
                said(left),
                said(top),
                said(width),
                said(height)
            )
        }
        Area::Ellipse { center, radii } => {
            let (rx, ry) = (share(radii.x), share(radii.y));
            let (left, top) = (share(center.x) - rx, share(center.y) - ry);
            format!(
                "image-occlusion:ellipse:left={}:top={}:rx={}:ry={}:oi=1",
                said(left),
                said(top),
                said(rx),
                said(ry)
            )
        }
        Area::Polygon { points } => {
            let least = |of: fn(&Point) -> Coordinate| {
                points.iter().map(|point| share(of(point))).fold(1.0, f64::min)
            };
            let (left, top) = (least(|point| point.x), least(|point| point.y));
            let points: Vec<String> = points
                .iter()
                .map(|point| format!("{},{}", said(share(point.x)), said(share(point.y))))
                .collect();
            format!(
                "image-occlusion:polygon:left={}:top={}:points={}:oi=1",
                said(left),
                said(top),
                points.join(" ")
            )
        }
    }
}
