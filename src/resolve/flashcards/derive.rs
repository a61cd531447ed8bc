//! Topics to drafts of flashcards: what is asked, and in what context.
//!
//! The rules: a bullet, paragraph, definition or row of a table with marked
//! text is one cloze flashcard; one without is none. A mark in a figure is
//! asked for on the picture. Whatever lies in something with `{.no-cards}` is
//! left out, and so is what the kind of its section asks nothing of. What
//! nobody marked is asked where the kind of its section says so, or a list is
//! `{.ordered}`: see [`structure`].

use std::collections::BTreeSet;

use super::super::kinds::Kinds;
use super::look::{Found, asks, look, push_words, tidy};
use super::numbers::DraftCloze;
use super::structure::{self, Keys};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Block, CardBlock, CardContent, CardRules, CiteKey, Controls, DefinitionList, Figure,
    FigureQuestion, FlashcardId, FlashcardKind, Inline, List, ListItem, Mark, MarkForm, NodeId,
    Panel, Paragraph, Section, SectionKind, Table, Tag, Topic, plain_text,
};
use crate::source::{Span, Spanned};

/// How long a step of the context may be, in characters: a parent bullet says
/// where we are, and need not be read again.
const STEP: usize = 80;

/// A flashcard that does not know its name yet.
#[derive(Debug)]
pub(super) struct Draft {
    /// The name that the author gave.
    pub(super) name: Option<Spanned<FlashcardId>>,
    /// What it asks; the numbers of clozes are not known yet.
    pub(super) kind: FlashcardKind,
    /// The clozes in its text.
    pub(super) clozes: Vec<DraftCloze>,
    /// The plain text that it is known by.
    pub(super) text: String,
    /// Topic, sections, parent bullets.
    pub(super) context: Vec<Vec<Inline>>,
    /// The innermost section.
    pub(super) section: Option<NodeId>,
    /// What the back shows besides.
    pub(super) extra: Vec<Block>,
    /// The works that it cites.
    pub(super) references: Vec<CiteKey>,
    /// Its tags.
    pub(super) tags: Vec<Tag>,
    /// Whether the author wrote it as a flashcard.
    pub(super) is_written: bool,
    /// Its place.
    pub(super) span: Span,
}

impl Draft {
    /// Returns where it stands in its topic: the sections and parent bullets.
    pub(super) fn path(&self) -> String {
        let steps: Vec<_> = self.context.iter().skip(1).map(|step| plain_text(step)).collect();
        steps.join(" › ")
    }
}

/// Drafts the flashcards of a topic, in the order of the text.
pub(super) fn drafts(topic: &Topic, kinds: &Kinds, diagnostics: &mut Diagnostics) -> Vec<Draft> {
    draft(topic, kinds, true, diagnostics)
}

/// Drafts the flashcards of a topic that ask something besides its marked words;
/// without what they stand below.
pub(super) fn asked(topic: &Topic, kinds: &Kinds, diagnostics: &mut Diagnostics) -> Vec<Draft> {
    draft(topic, kinds, false, diagnostics)
}

fn draft(topic: &Topic, kinds: &Kinds, marks: bool, diagnostics: &mut Diagnostics) -> Vec<Draft> {
    let keys = Keys::new(topic.span.file);
    let mut ctx = Ctx {
        topic,
        kinds,
        marks,
        kind: None,
        context: Vec::new(),
        section: None,
        lists: 0,
        keys,
        drafts: Vec::new(),
        diagnostics,
    };
    ctx.enter(topic.short_title.as_deref().unwrap_or(&topic.title));
    ctx.blocks(&topic.blocks, Controls::default());
    for section in &topic.sections {
        ctx.section(section, Controls::default());
    }
    ctx.drafts
}

struct Ctx<'a> {
    topic: &'a Topic,
    kinds: &'a Kinds,
    /// Whether marked words ask anything.
    marks: bool,
    /// The kind of the section.
    kind: Option<&'a SectionKind>,
    context: Vec<Vec<Inline>>,
    /// The section that we are in.
    section: Option<NodeId>,
    /// How many lists we are in.
    lists: usize,
    keys: Keys,
    drafts: Vec<Draft>,
    diagnostics: &'a mut Diagnostics,
}

impl Ctx<'_> {
    /// Goes below a heading or bullet. Where marked words ask nothing, nobody asks for
    /// what is above.
    fn enter(&mut self, above: &[Inline]) {
        self.context.push(if self.marks { step(above) } else { Vec::new() });
    }

    fn section(&mut self, section: &Section, outer: Controls) {
        let controls = within(outer, section.controls);
        let kind = self.kind;
        self.kind = self.kinds.get(&section.id).map(AsRef::as_ref).or(kind);
        let around = self.section.replace(section.id);
        self.enter(&section.heading);
        self.blocks(&section.blocks, controls);
        for section in &section.sections {
            self.section(section, controls);
        }
        self.context.pop();
        self.section = around;
        self.kind = kind;
    }

    fn rules(&self) -> CardRules {
        self.kind.map(|kind| kind.cards).unwrap_or_default()
    }

    fn blocks(&mut self, blocks: &[Block], controls: Controls) {
        for block in blocks {
            self.block(block, controls);
        }
    }

    fn block(&mut self, block: &Block, controls: Controls) {
        if controls.no_cards {
            return;
        }
        match block {
            Block::Paragraph(paragraph) => {
                if self.marks && self.rules().marks && asks([block]) {
                    self.cloze(vec![block.clone()], Vec::new(), paragraph.span);
                }
            }
            Block::List(list) => self.list(list, controls),
            Block::DefinitionList(list) if self.marks => {
                for item in &list.items {
                    let mut one = DefinitionList { items: vec![item.clone()] };
                    let is_marked = asks([&Block::DefinitionList(one.clone())]);
                    if self.rules().terms && !is_marked {
                        structure::definition(&mut one, controls.reversed, &mut self.keys);
                    } else if !self.rules().marks {
                        continue;
                    }
                    self.cloze(vec![Block::DefinitionList(one)], Vec::new(), item.span);
                }
            }
            Block::Table(table) if self.marks && self.rules().marks && asks([block]) => {
                let head = Table { rows: Vec::new(), caption: None, ..Table::clone(table) };
                for row in &table.rows {
                    let one = Table { rows: vec![row.clone()], ..head.clone() };
                    self.cloze(vec![Block::Table(Box::new(one))], Vec::new(), table.span);
                }
            }
            Block::Figure(figure) => self.figure(figure, within(controls, figure.controls)),
            Block::Quote(quote) => self.blocks(&quote.blocks, controls),
            Block::Callout(callout) => {
                self.blocks(&callout.blocks, within(controls, callout.controls));
            }
            Block::Card(card) => self.card(card),
            Block::DefinitionList(_)
            | Block::Table(_)
            | Block::CodeBlock(_)
            | Block::Equation(_)
            | Block::ThematicBreak => {}
        }
    }

    fn list(&mut self, list: &List, outer: Controls) {
        let controls = within(outer, list.controls);
        let ordered = outer.ordered || list.controls.ordered;
        self.lists += 1;
        for (at, item) in list.items.iter().enumerate() {
            let controls = within(controls, item.controls);
            if controls.no_cards {
                continue;
            }
            if ordered {
                self.next_item(list, at, item);
            } else {
                self.words(item, controls);
            }
            self.below(item, controls);
        }
        self.lists -= 1;
    }

    /// Asks for the words of an item: what is marked in them, or else what the
    /// kind of the section wants. The bullets below explain the answer, and may
    /// ask for themselves.
    fn words(&mut self, item: &ListItem, controls: Controls) {
        if !self.marks {
            return;
        }
        let rules = self.rules();
        let mut own = own(item);
        let below = lists(item);
        if asks(&own) {
            if rules.marks {
                self.cloze(own, below, item.span);
            }
            return;
        }
        if rules.discriminators && self.lists == 1 {
            match structure::discriminator(&item.blocks, &mut self.keys) {
                Some(text) => self.cloze(text, Vec::new(), item.span),
                None => self.diagnostics.push(
                    Diagnostic::warning(
                        Code::NoDiscriminator,
                        "nothing tells this item from the others, so no flashcard asks for it",
                    )
                    .at(item.span)
                    .hint(
                        "say in bullets below it, or after a colon, what speaks for it; or put `{.no-cards}` behind it",
                    ),
                ),
            }
            return;
        }
        let Some(Block::Paragraph(paragraph)) = own.first_mut() else { return };
        let (line, keys) = (&paragraph.content, &mut self.keys);
        let covered = rules
            .terms
            .then(|| structure::term(line, controls.reversed, keys))
            .flatten()
            .or_else(|| rules.values.then(|| structure::values(line, keys)).flatten());
        if let Some(content) = covered {
            paragraph.content = content;
            self.cloze(own, below, item.span);
        }
    }

    /// Asks for an item by those before it. It is known by its own words, so that
    /// it stays the same note when others come or go.
    fn next_item(&mut self, list: &List, at: usize, item: &ListItem) {
        if !self.marks || !self.rules().marks {
            return;
        }
        let Some(text) = structure::next_item(list, at, own, &mut self.keys) else { return };
        let below = lists(item);
        let mut found = look(&text, &below);
        let mut words = String::new();
        push_words(&own(item), &mut words);
        found.text = tidy(&words);
        let kind = FlashcardKind::Cloze { text, numbers: Vec::new() };
        self.push(None, kind, found, below, &[], item.span);
    }

    /// Drafts what lies below the words of an item.
    fn below(&mut self, item: &ListItem, controls: Controls) {
        if item.blocks.iter().all(is_own) {
            return;
        }
        let heading = item.blocks.iter().find_map(|block| match block {
            Block::Paragraph(paragraph) => Some(match paragraph.content.as_slice() {
                // A bullet that opens in bold is named by it.
                [Inline::Strong(name), ..] => name,
                content => content,
            }),
            _ => None,
        });
        if let Some(heading) = heading {
            self.enter(heading);
        }
        for block in item.blocks.iter().filter(|block| !is_own(block)) {
            self.block(block, controls);
        }
        if heading.is_some() {
            self.context.pop();
        }
    }

    /// Drafts a cloze flashcard if anything in the text is marked.
    fn cloze(&mut self, text: Vec<Block>, extra: Vec<Block>, span: Span) {
        let found = look(&text, &extra);
        if !found.clozes.is_empty() {
            let kind = FlashcardKind::Cloze { text, numbers: Vec::new() };
            self.push(None, kind, found, extra, &[], span);
        }
    }

    fn card(&mut self, card: &CardBlock) {
        let (text, kind) = match &card.content {
            CardContent::Basic { front, back, reversed } => (
                front,
                FlashcardKind::Basic {
                    front: front.clone(),
                    back: back.clone(),
                    reversed: *reversed,
                },
            ),
            CardContent::Cloze { text } => {
                (text, FlashcardKind::Cloze { text: text.clone(), numbers: Vec::new() })
            }
        };
        let mut rest = card.extra.clone();
        if let CardContent::Basic { back, .. } = &card.content {
            rest.splice(0..0, back.iter().cloned());
        }
        let found = look(text, &rest);
        if matches!(kind, FlashcardKind::Cloze { .. }) && found.clozes.is_empty() {
            self.diagnostics.push(
                Diagnostic::error(Code::InvalidValue, "this flashcard leaves nothing out")
                    .at(card.span)
                    .hint("mark what is to be learned: `==…==`"),
            );
            return;
        }
        self.push(card.name.clone(), kind, found, card.extra.clone(), &card.tags, card.span);
        if let Some(draft) = self.drafts.last_mut() {
            draft.is_written = true;
        }
    }

    /// Each mark that is drawn and has a meaning is asked for; where to find it
    /// only where the author wants both ways, so that decks do not double.
    fn figure(&mut self, figure: &Figure, controls: Controls) {
        if controls.no_cards || !self.rules().figures {
            return;
        }
        let caption =
            Block::Paragraph(Paragraph { content: figure.caption.long.clone(), span: figure.span });
        // A mark of several panels is asked for once, a scale bar never.
        let mut asked = BTreeSet::new();
        let marks = figure
            .panels
            .iter()
            .flat_map(|panel| panel.marks.iter().map(move |mark| (panel, mark)));
        let drawn = marks.filter(|(_, mark)| {
            !matches!(mark.form(), None | Some(MarkForm::ScaleBar))
                && !plain_text(&mark.means).trim().is_empty()
        });
        for (panel, mark) in drawn.filter(|(_, mark)| asked.insert(mark.id.value.clone())) {
            let questions: &[_] = if controls.reversed {
                &[FigureQuestion::Identify, FigureQuestion::Find]
            } else {
                &[FigureQuestion::Identify]
            };
            for question in questions {
                let credit = figure.credit_of(panel).maker.unwrap_or_default().to_vec();
                let credit = Block::Paragraph(Paragraph { content: credit, span: figure.span });
                let mut found = look(&[], &[caption.clone(), credit]);
                found.text = format!("{}: {}", figure.card_name(panel), mark.id.value);
                let kind = FlashcardKind::Figure {
                    figure: Box::new(figure.clone()),
                    mark: mark.id.value.clone(),
                    question: *question,
                };
                self.push(None, kind, found, vec![caption.clone()], &[], figure.span);
            }
        }
        for panel in &figure.panels {
            self.regions(figure, panel, &caption);
        }
    }

    /// Regions that the author names are covered, one after the other.
    fn regions(&mut self, figure: &Figure, panel: &Panel, caption: &Block) {
        let is_asked =
            |mark: &&Mark| mark.region.is_some() && !plain_text(&mark.means).trim().is_empty();
        let marks: Vec<&Mark> = panel.marks.iter().filter(is_asked).collect();
        if marks.is_empty() {
            return;
        }
        let credit = figure.credit_of(panel).maker.unwrap_or_default().to_vec();
        let credit = Block::Paragraph(Paragraph { content: credit, span: figure.span });
        let mut found = look(&[], &[caption.clone(), credit]);
        found.text = figure.card_name(panel).to_owned();
        let cloze = |mark: &&Mark| DraftCloze {
            id: panel.id,
            number: None,
            text: mark.id.value.to_string(),
        };
        found.clozes = marks.iter().map(cloze).collect();
        let numbers = marks.iter().map(|mark| (mark.id.value.clone(), 0)).collect();
        let kind =
            FlashcardKind::Occlusion { figure: Box::new(figure.clone()), panel: panel.id, numbers };
        self.push(None, kind, found, vec![caption.clone()], &[], figure.span);
    }

    fn push(
        &mut self,
        name: Option<Spanned<FlashcardId>>,
        kind: FlashcardKind,
        found: Found,
        extra: Vec<Block>,
        tags: &[Tag],
        span: Span,
    ) {
        let mut all = self.topic.tags.clone();
        all.extend(tags.iter().filter(|tag| !self.topic.tags.contains(tag)).cloned());
        // Kinds that the project does not name must not change the notes of
        // those who never heard of kinds.
        let declared = self.kind.filter(|kind| kind.declared);
        let tag = declared.and_then(|kind| Tag::new(&format!("kind::{}", kind.id)).ok());
        all.extend(tag.filter(|tag| !tags.contains(tag) && !self.topic.tags.contains(tag)));
        self.drafts.push(Draft {
            name,
            kind,
            clozes: found.clozes,
            text: found.text,
            context: self.context.clone(),
            section: self.section,
            extra,
            references: found.references,
            tags: all,
            is_written: false,
            span,
        });
    }
}

/// Tells whether a block of an item is part of its own words.
fn is_own(block: &Block) -> bool {
    matches!(
        block,
        Block::Paragraph(_) | Block::Quote(_) | Block::CodeBlock(_) | Block::Equation(_)
    )
}

/// Returns an item's own words.
fn own(item: &ListItem) -> Vec<Block> {
    item.blocks.iter().filter(|block| is_own(block)).cloned().collect()
}

/// Returns the lists below an item.
fn lists(item: &ListItem) -> Vec<Block> {
    item.blocks.iter().filter(|block| matches!(block, Block::List(_))).cloned().collect()
}

/// The controls that hold inside something: those outside, and its own. Text
/// for teachers is not for learners' decks.
fn within(outer: Controls, own: Controls) -> Controls {
    Controls {
        no_cards: outer.no_cards || own.no_cards || own.teacher_only,
        ordered: own.ordered,
        reversed: outer.reversed || own.reversed,
        handout_only: outer.handout_only || own.handout_only,
        teacher_only: outer.teacher_only || own.teacher_only,
        no_source: outer.no_source || own.no_source,
        glossary: outer.glossary || own.glossary,
    }
}

/// A step of the context: plain, and not too long.
fn step(inlines: &[Inline]) -> Vec<Inline> {
    let text = tidy(&plain_text(inlines));
    let short = match text.char_indices().nth(STEP) {
        None => text.trim_end_matches([':', '.', ',', ';']).to_owned(),
        Some((cut, _)) => {
            let head = text.get(..cut).unwrap_or_default();
            let end = head.rfind(' ').filter(|end| *end > cut / 2).unwrap_or(cut);
            format!("{}…", head.get(..end).unwrap_or(head).trim_end_matches([':', ',', ';', ' ']))
        }
    };
    vec![Inline::Text(short)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_leaves_no_trace() {
        assert_eq!(tidy("Radiography ()  of\nthe chest . "), "Radiography of the chest.");
        assert_eq!(tidy("View (): free fluid"), "View: free fluid");
        let long = "word ".repeat(40);
        let short = plain_text(&step(&[Inline::Text(long)]));
        assert!(short.ends_with("word…") && short.chars().count() <= STEP + 1, "{short}");
    }
}
