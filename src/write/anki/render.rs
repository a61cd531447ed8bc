//! Flashcards to notes: what each field holds.

use std::collections::{BTreeMap, BTreeSet};

use super::deck;
use super::dialect::CardDialect;
use super::escape;
use super::media::Media;
use super::note::{Note, guid};
use super::note_type::Kind;
use crate::ledger::NoteKind;
use crate::model::{
    Area, Block, Credit, Edition, Figure, FigureQuestion, Flashcard, FlashcardKind, Inline,
    Language, Mark, MarkId, MarkReference, NodeId, Shape, plain_text,
};
use crate::words::{self, MarkForm, Words};
use crate::write::html;
use crate::write::illustration::Illustrations;

/// Returns the note of a flashcard, worded in `language`; its pictures go to
/// `media`, and its cards to the deck `root` if its topic names none.
pub(super) fn note(
    flashcard: &Flashcard,
    edition: &Edition,
    illustrations: &Illustrations,
    language: &Language,
    root: &str,
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
    };
    let (kind, fields, cards) = match &flashcard.kind {
        FlashcardKind::Basic { front, back, reversed } => {
            let both_ways = if *reversed { "yes" } else { "" };
            let cards = if *reversed { BTreeSet::from([0, 1]) } else { BTreeSet::from([0]) };
            let mut fields = vec![ctx.compact(front), ctx.compact(back)];
            fields.extend(ctx.shared(String::new()));
            fields.push(both_ways.to_owned());
            (Kind::Basic, fields, cards)
        }
        FlashcardKind::Cloze { text, numbers } => {
            let mut fields = vec![ctx.cloze(text, numbers)];
            let cards = ctx.dialect.asked.iter().map(|number| number - 1).collect();
            fields.extend(ctx.shared(String::new()));
            (Kind::Cloze, fields, cards)
        }
        FlashcardKind::Figure { figure, mark, question } => {
            (Kind::Figure, ctx.figure(figure, mark, *question), BTreeSet::from([0]))
        }
    };
    let media = ctx.dialect.shown;
    let mut fields: Vec<String> = fields.iter().map(|html| escape::field(html)).collect();
    fields.resize(kind.fields().len(), String::new());
    let note_kind = NoteKind::of(&flashcard.kind);
    Note {
        guid: guid(&edition.metadata.identifier, &flashcard.topic, &flashcard.id, note_kind),
        kind,
        deck: deck::name(flashcard.deck.as_deref().unwrap_or(root)),
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
}

impl Ctx<'_> {
    fn compact(&mut self, blocks: &[Block]) -> String {
        let mut out = String::new();
        html::compact(blocks, &mut self.dialect, &mut out);
        out
    }

    fn inline(&mut self, inlines: &[Inline]) -> String {
        let mut out = String::new();
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
    fn shared(&mut self, read_on: String) -> [String; 5] {
        let extra = self.compact(&self.flashcard.extra);
        let context = self.context();
        let sources = self.sources();
        [extra, context, sources, read_on, self.language.to_string()]
    }

    fn context(&mut self) -> String {
        let steps: Vec<_> = self.flashcard.context.iter().map(|step| self.inline(step)).collect();
        steps.join(" <i>›</i> ")
    }

    fn sources(&mut self) -> String {
        let mut list: Vec<String> = Vec::new();
        for key in &self.flashcard.references {
            let Some(reference) = self.dialect.edition.reference(key) else { continue };
            let short = html::escaped(&reference.short);
            list.push(match &reference.url {
                Some(url) => format!("<a href=\"{}\">{short}</a>", html::escaped(url)),
                None => short,
            });
        }
        if list.is_empty() {
            return String::new();
        }
        let label = html::escaped(self.dialect.words.sources);
        format!("<i>{label}</i> {}", list.join("; "))
    }

    fn figure(&mut self, figure: &Figure, id: &MarkId, question: FigureQuestion) -> Vec<String> {
        let edition = self.dialect.edition;
        let words = self.dialect.words;
        let (letter, panel) = figure.panel_of(id).unwrap_or((None, figure.lead()));
        let letters = letter.map(String::from).unwrap_or_default();
        let number = edition.numbers.get(&figure.id);
        let number = number.map(|number| format!("{} {number}{letters}", words.figure));
        let mark = figure.mark(id);
        let means = mark.map(|mark| mark.means.as_slice()).unwrap_or_default();
        let wording = mark.map(|mark| self.wording(figure, mark)).unwrap_or_default();
        let (ask, answer) = match question {
            FigureQuestion::Identify => {
                let many = mark.is_some_and(|mark| mark.shapes.len() > 1);
                let pattern = if many { words.what_do_show } else { words.what_does_show };
                (pattern.replace("{}", &html::escaped(&wording)), self.inline(means))
            }
            FigureQuestion::Find => {
                let thing = self.inline(means);
                (words.find.replace("{}", &thing), html::escaped(&wording))
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
        fields.extend(self.shared(number.unwrap_or_default()));
        if let Some(credit) = self.credit(figure.credit_of(panel))
            && let Some(sources) = fields.get_mut(7)
        {
            let gap = if sources.is_empty() { "" } else { "<br/>" };
            sources.push_str(&format!("{gap}{credit}"));
        }
        fields
    }

    /// What the caption calls the mark; the caption's own words where it has
    /// them, so that card and page agree.
    fn wording(&self, figure: &Figure, mark: &Mark) -> String {
        let said = mention(&figure.caption.long, &mark.id.value)
            .and_then(|reference| self.dialect.edition.wordings.get(&reference.id));
        match said {
            Some(wording) => wording.clone(),
            None => words::mark_wording(self.language, form(mark), mark.color, mark.shapes.len()),
        }
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

fn mention<'a>(inlines: &'a [Inline], mark: &MarkId) -> Option<&'a MarkReference> {
    inlines.iter().find_map(|inline| match inline {
        Inline::MarkReference(reference) => (reference.mark.value == *mark).then_some(reference),
        Inline::Emphasis(content)
        | Inline::Strong(content)
        | Inline::Strikeout(content)
        | Inline::Superscript(content)
        | Inline::Subscript(content)
        | Inline::SmallCaps(content) => mention(content, mark),
        Inline::Link(link) => mention(&link.content, mark),
        Inline::Cloze(cloze) => mention(&cloze.content, mark),
        Inline::CrossReference(_)
        | Inline::Citation(_)
        | Inline::Footnote(_)
        | Inline::Text(_)
        | Inline::Code(_)
        | Inline::Math(_)
        | Inline::LineBreak => None,
    })
}

fn form(mark: &Mark) -> MarkForm {
    let form = |shape: &Shape| match shape {
        Shape::Arrow { .. } => MarkForm::Arrow,
        Shape::Area(Area::Ellipse { .. }) => MarkForm::Ellipse,
        Shape::Area(Area::Rectangle { .. }) => MarkForm::Rectangle,
        Shape::Area(Area::Polygon { .. }) => MarkForm::Outline,
    };
    let mut forms = mark.shapes.iter().map(form);
    match forms.next() {
        Some(first) if forms.all(|other| other == first) => first,
        Some(_) | None => MarkForm::Outline,
    }
}
