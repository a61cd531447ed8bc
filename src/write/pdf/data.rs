//! An edition to the data that a layout receives.
//!
//! This is the contract between Recto and PDF layouts, version
//! [`Format::api`]: what is here is described in the guide, field by
//! field. Text arrives as text; nothing in it is ever evaluated.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::blanks::{self, Blanks};
use super::cards::{self, Asked};
use super::pictures::Pictures;
use super::{Options, anchor, breaks, cover, math, terms};
use crate::layout::{Format, Setting, Settings};
use crate::model::{
    Alignment, Block, CiteKey, Direction, Edition, Inline, Language, List, Metadata, NodeId,
    NumberedKind, PrintLimits, ReferenceList, ReferenceListKind, Role, Section, Table, Topic,
    TopicId, Variant, plain_text, plain_text_with_blanks, web_address,
};
use crate::words::Words;

/// What a layout is to make of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Topics to hand out.
    Handout,
    /// A book.
    Book,
}

/// What a layout receives, and what the rest of this room needs of it.
pub(super) struct Prepared {
    /// The data.
    pub(super) data: Value,
    /// The pictures that it names.
    pub(super) pictures: Pictures,
    /// The names of the places in the topics.
    pub(super) places: BTreeMap<NodeId, String>,
}

/// Returns the data of an edition.
pub(super) fn edition(edition: &Edition, settings: &Settings, options: &Options) -> Prepared {
    if let Some(cards) = &options.cards {
        return cards::edition(edition, cards, settings, options);
    }
    let metadata = &edition.metadata;
    let words = Words::of(&metadata.language);
    let mut writer = Writer::new(edition, options);
    let topics = edition.topics.iter().enumerate();
    let topics: Vec<Value> = topics.map(|(place, topic)| writer.topic(place, topic)).collect();
    let mut data = json!({
        "api": Format::Pdf.api(),
        "kind": match options.kind { Kind::Handout => "handout", Kind::Book => "book" },
        "options": options_of(settings, options),
        "bleed": options.press.bleed.to_mm(),
        "words": words_of(words),
        "metadata": metadata_of(metadata),
        "parts": edition.outline.parts.iter().enumerate().map(|(index, part)| json!({
            "number": index + 1,
            "anchor": anchor::part(index + 1),
            "title": part.title,
        })).collect::<Vec<_>>(),
        "figures": writer.list(NumberedKind::Figure),
        "tables": writer.list(NumberedKind::Table),
        "credits": writer.credits(),
        "glossary": writer.glossary(),
        "index": writer.index(&edition.index),
        "references": edition.references.iter().map(|list| writer.references(list)).collect::<Vec<_>>(),
    });
    data["topics"] = topics.into();
    if let Some(cover) = &options.cover {
        data["kind"] = json!("cover");
        data["cover"] = cover::data(cover, &metadata.language, &mut writer);
    }
    Prepared { data, pictures: writer.pictures, places: writer.places }
}

/// Returns what is said of the whole.
pub(super) fn metadata_of(metadata: &Metadata) -> Value {
    let authors =
        metadata.contributors.iter().filter(|contributor| contributor.role == Role::Author);
    json!({
        "title": metadata.title,
        "subtitle": metadata.subtitle,
        "authors": authors.map(|author| author.name.as_str()).collect::<Vec<_>>(),
        "language": metadata.language.primary(),
        "region": metadata.language.region(),
        "direction": direction(&metadata.language),
        "publisher": metadata.publisher,
        "rights": metadata.rights,
        "description": metadata.description,
        "keywords": metadata.subjects,
        "identifier": metadata.identifier,
        "date": metadata.published.map(|date| json!({
            "year": date.year, "month": date.month, "day": date.day,
        })),
    })
}

/// Returns Recto's own options, and those that the layout declares: they have
/// other names.
pub(super) fn options_of(settings: &Settings, options: &Options) -> Value {
    let mut all = json!({
        "paper": options.paper, "dpi": options.print.dpi, "figures": options.figures.name(),
        "color": options.press.coloring.name(),
        "variant": options.variant.name(),
    });
    for (name, setting) in settings {
        all[name] = match setting {
            Setting::Boolean(flag) => json!(flag),
            // Whole numbers are integers in Typst, too.
            Setting::Number(number) if number.fract() == 0.0 && number.abs() < 1e9 => {
                json!(*number as i64)
            }
            Setting::Number(number) => json!(number),
            Setting::Text(text) => json!(text),
        };
    }
    all
}

pub(super) fn words_of(words: &Words) -> Value {
    json!({
        "figure": words.figure,
        "table": words.table,
        "equation": words.equation,
        "references": words.references,
        "blank": words.blank,
        "further-reading": words.further_reading,
        "cited-on-page": words.cited_on_page,
        "cited-on-pages": words.cited_on_pages,
        "contents": words.contents,
        "list-of-figures": words.list_of_figures,
        "figures-without-marks": words.figures_without_marks,
        "without-marks": words.without_marks,
        "find-yourself": words.find_yourself,
        "answers": words.answers,
        "glossary": words.glossary,
        "index": words.index,
        "colophon": words.colophon,
        "image-credits": words.image_credits,
        "objectives": words.objectives,
        "see-also": words.see_also,
        "more-information": words.more_information,
        "page": words.page,
        "chapter": words.chapter,
        "part": words.part,
        "of": words.of,
        "draft": words.draft,
        "review": words.review,
    })
}

/// Returns text, and whether it is to stay on one line.
pub(super) fn text(text: &str, whole: bool) -> Value {
    json!({ "type": "text", "text": text, "whole": whole })
}

/// What the data is made with.
pub(super) struct Writer<'a> {
    pub(super) edition: &'a Edition,
    /// The words of the topic's language.
    words: &'static Words,
    /// The names of the places in the topics.
    pub(super) places: BTreeMap<NodeId, String>,
    /// Where citations are found, if works tell.
    pub(super) citing: anchor::Citing,
    /// Where the words of the index are.
    pub(super) indexing: terms::Indexing,
    /// The works of all lists.
    listed: BTreeSet<(Option<&'a TopicId>, &'a CiteKey)>,
    /// The topic whose text is written.
    pub(super) topic: Option<&'a TopicId>,
    pub(super) pictures: Pictures,
    pub(super) print: PrintLimits,
    pub(super) variant: Variant,
    /// The numbers of blanks.
    blanks: Blanks,
    /// Whether cards are written.
    pub(super) on_cards: bool,
    /// Whether links have codes to scan where they stand: not in notes, nor where
    /// text is set a second time.
    pub(super) with_codes: bool,
    /// What of the clozes of a card is asked.
    pub(super) asked: Option<Asked>,
}

impl<'a> Writer<'a> {
    /// Takes the words and lists of a topic, whose text comes next.
    pub(super) fn enter(&mut self, topic: &'a TopicId) {
        self.topic = Some(topic);
        let own = self.edition.topics.iter().find(|own| own.id.value == *topic);
        let language = own.and_then(|topic| topic.language.as_ref());
        self.words = Words::of(language.unwrap_or(&self.edition.metadata.language));
    }

    pub(super) fn new(edition: &'a Edition, options: &Options) -> Self {
        let places = anchor::places(&edition.topics, &edition.numbers);
        let lists = edition.references.iter();
        let listed = lists.flat_map(|list| {
            list.items.iter().map(|reference| (list.topic.as_ref(), &reference.key))
        });
        Self {
            edition,
            words: Words::of(&edition.metadata.language),
            citing: if edition.back_references {
                anchor::citing(&edition.topics, &places)
            } else {
                anchor::Citing::default()
            },
            listed: listed.collect(),
            indexing: if edition.index.is_empty() {
                terms::Indexing::default()
            } else {
                terms::indexing(&edition.topics, &places)
            },
            topic: None,
            places,
            pictures: Pictures::default(),
            print: options.print,
            variant: options.variant,
            blanks: Blanks::of(&edition.topics),
            on_cards: options.cards.is_some(),
            with_codes: options.cards.is_none(),
            asked: None,
        }
    }

    /// Returns text alone: where students are to write, with blanks.
    fn plain(&self, inlines: &[Inline]) -> String {
        match self.variant {
            Variant::Student => plain_text_with_blanks(inlines),
            Variant::Full | Variant::Teacher | Variant::Answers => plain_text(inlines),
        }
    }

    fn topic(&mut self, place: usize, topic: &'a Topic) -> Value {
        self.topic = Some(&topic.id.value);
        let outline = &self.edition.outline;
        let language = topic.language.as_ref().unwrap_or(&self.edition.metadata.language);
        self.words = Words::of(language);
        let see_also: Vec<Value> = topic
            .see_also
            .iter()
            .filter_map(|id| {
                let other = self.edition.topics.iter().find(|topic| topic.id.value == id.value)?;
                Some(json!({
                    "title": self.inlines(&other.title),
                    "anchor": anchor::topic(&id.value),
                }))
            })
            .collect();
        let below = topic.subtitle.iter().chain(&topic.summary).chain(&topic.objectives);
        let above = std::iter::once(&topic.title).chain(below);
        let mut value = json!({
            "id": topic.id.value.as_str(),
            "anchor": anchor::topic(&topic.id.value),
            "matter": outline.matter(place).name(),
            "number": outline.chapter_number(place),
            "part": outline.part(place).map(|part| part + 1),
            "title": self.inlines(&topic.title),
            "title-text": self.plain(&topic.title),
            "short-title": self.inlines(topic.short_title.as_ref().unwrap_or(&topic.title)),
            "subtitle": topic.subtitle.as_ref().map(|content| self.inlines(content)),
            "authors": topic.contributors.iter().map(|author| author.name.as_str()).collect::<Vec<_>>(),
            "language": topic.language.as_ref().map(|language| language.primary()),
            "region": topic.language.as_ref().and_then(|language| language.region()),
            "direction": topic.language.as_ref().map(direction),
            "tags": topic.tags.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(),
            "summary": topic.summary.as_ref().map(|content| self.inlines(content)),
            "objectives": topic.objectives.iter().map(|content| self.inlines(content)).collect::<Vec<_>>(),
            "see-also": see_also,
            "license": topic.license,
            "banner": topic.banner.as_ref().and_then(|banner| self.figure(banner)),
            "status": topic.status.map(|status| status.name()),
        });
        value["blocks"] = self.blocks_after(above, &topic.blocks).into();
        value["sections"] = self.sections(&topic.sections).into();
        value["blanks"] = self.answers(topic).into();
        value
    }

    /// Returns what is to be written into the blanks of a topic.
    fn answers(&mut self, topic: &Topic) -> Vec<Value> {
        let answers = blanks::answers(topic);
        answers
            .into_iter()
            .map(|answer| {
                json!({
                    "number": self.blanks.number(answer.cloze.id),
                    "heading": answer.heading.as_ref().map(|heading| self.inlines(heading)),
                    "content": self.inlines(&answer.cloze.content),
                })
            })
            .collect()
    }

    /// Returns a list of references.
    fn references(&mut self, list: &ReferenceList) -> Value {
        let words = Words::of(&self.edition.metadata.language);
        let (kind, title) = match list.kind {
            ReferenceListKind::References => ("references", words.references),
            ReferenceListKind::FurtherReading => ("further-reading", words.further_reading),
        };
        let items: Vec<Value> = list
            .items
            .iter()
            .map(|work| {
                let mut cited: Vec<&String> = Vec::new();
                for place in work.citations.iter().filter_map(|id| self.citing.places.get(id)) {
                    if !cited.contains(&place) {
                        cited.push(place);
                    }
                }
                let cited = json!(cited);
                json!({
                    "anchor": anchor::reference(list.topic.as_ref(), &work.key),
                    "label": work.label,
                    "content": self.inlines(&work.content),
                    "address": work.address.as_ref().map(|text| {
                        let mut address = breaks::address(text);
                        address["url"] = json!(work.url);
                        address["text"] = json!(text);
                        address
                    }),
                    "topics": work.topics.iter().map(|topic| topic.as_str()).collect::<Vec<_>>(),
                    "cited": cited,
                })
            })
            .collect();
        json!({
            "kind": kind,
            "topic": list.topic.as_ref().map(|topic| topic.as_str()),
            "title": title,
            "hanging": list.hanging,
            "items": items,
        })
    }

    /// Returns the name of a work's place in the list that holds here.
    pub(super) fn listed(&self, key: &CiteKey) -> Option<String> {
        let lists = [self.topic, None];
        let list = lists.into_iter().find(|list| self.listed.contains(&(*list, key)))?;
        Some(anchor::reference(list, key))
    }

    fn sections(&mut self, sections: &[Section]) -> Vec<Value> {
        let mut out = Vec::new();
        for section in sections {
            let kind = self.edition.kinds.get(&section.id);
            let mut value = json!({
                "anchor": self.places.get(&section.id),
                "kind": kind.map(|kind| kind.id.as_str()),
                "look": kind.map(|kind| kind.look).unwrap_or_default().name(),
                "color": kind.and_then(|kind| kind.color).map(hex),
                "heading": self.inlines(&section.heading),
                "heading-text": self.plain(&section.heading),
            });
            value["blocks"] = self.blocks_after([&section.heading], &section.blocks).into();
            value["sections"] = self.sections(&section.sections).into();
            out.push(value);
        }
        out
    }

    /// Returns blocks, the codes of links behind those that hold them.
    pub(super) fn blocks(&mut self, blocks: &[Block]) -> Vec<Value> {
        let mut values = Vec::with_capacity(blocks.len());
        for block in blocks {
            values.extend(self.block(block));
            if self.with_codes {
                values.extend(self.codes_of(block));
            }
        }
        values
    }

    fn block(&mut self, block: &Block) -> Option<Value> {
        Some(match block {
            Block::Paragraph(paragraph) => {
                holding("paragraph", "content", self.inlines(&paragraph.content))
            }
            Block::List(list) => self.block_list(list),
            Block::DefinitionList(list) => {
                let items: Vec<Value> = list
                    .items
                    .iter()
                    .map(|item| json!({ "term": self.inlines(&item.term), "blocks": self.blocks_after([&item.term], &item.blocks) }))
                    .collect();
                holding("definitions", "items", items)
            }
            Block::Table(table) => self.table(table),
            Block::Figure(figure) => self.figure(figure)?,
            Block::Quote(quote) => holding("quote", "blocks", self.blocks(&quote.blocks)),
            Block::Callout(callout) => json!({
                "type": "callout",
                "kind": callout.kind.name(),
                "title": match &callout.title {
                    Some(title) => self.inlines(title),
                    None => vec![text(self.words.callout(callout.kind), false)],
                },
                "blocks": self.blocks_after(&callout.title, &callout.blocks),
            }),
            Block::CodeBlock(code) => {
                json!({ "type": "code", "language": code.language, "text": breaks::breakable(code.text.trim_end_matches('\n')) })
            }
            Block::Equation(equation) => json!({
                "type": "equation",
                "number": self.edition.numbers.get(&equation.id),
                "anchor": self.places.get(&equation.id),
                "math": math::math(&equation.math),
            }),
            Block::ThematicBreak => json!({ "type": "break" }),
            Block::Card(_) => return None,
        })
    }

    fn block_list(&mut self, list: &List) -> Value {
        let mut items = Vec::new();
        for item in &list.items {
            items.push(Value::Object(Map::from_iter([(
                "blocks".to_owned(),
                Value::Array(self.blocks(&item.blocks)),
            )])));
        }
        let mut value = holding("list", "items", items);
        value["start"] = json!(list.start);
        value["tight"] = json!(list.tight);
        value
    }

    fn table(&mut self, table: &Table) -> Value {
        let alignments: Vec<&str> =
            table.alignments.iter().map(|alignment| alignment_name(*alignment)).collect();
        let mut row =
            |cells: &[Vec<Inline>]| cells.iter().map(|cell| self.inlines(cell)).collect::<Vec<_>>();
        let header = row(&table.header);
        let rows: Vec<_> = table.rows.iter().map(|cells| row(cells)).collect();
        let caption = table.caption.as_ref().map(|caption| self.inlines(caption));
        json!({
            "type": "table",
            "number": self.edition.numbers.get(&table.id),
            "anchor": self.places.get(&table.id),
            "caption": caption,
            "alignments": alignments,
            "header": header,
            "rows": rows,
        })
    }

    pub(super) fn inlines(&mut self, inlines: &[Inline]) -> Vec<Value> {
        let mut values = Vec::with_capacity(inlines.len());
        for inline in inlines {
            match inline {
                Inline::Text(written) => {
                    let pieces = breaks::pieces(written).into_iter();
                    values.extend(pieces.map(|(piece, whole)| text(&piece, whole)));
                }
                Inline::Citation(citation) if self.leaves_out(citation) => {
                    // Nor is the gap before it left.
                    if let Some(last) = values.last_mut()
                        && let Some(text) = last["text"].as_str()
                    {
                        last["text"] = json!(text.trim_end());
                    }
                }
                _ => values.push(self.inline(inline)),
            }
        }
        values
    }

    fn inline(&mut self, inline: &Inline) -> Value {
        let mut wrapped =
            |name: &str, content: &[Inline]| holding(name, "content", self.inlines(content));
        match inline {
            Inline::Text(written) => text(written, false),
            Inline::Emphasis(content) => wrapped("emphasis", content),
            Inline::Strong(content) => wrapped("strong", content),
            Inline::Strikeout(content) => wrapped("strikeout", content),
            Inline::Superscript(content) => wrapped("superscript", content),
            Inline::Subscript(content) => wrapped("subscript", content),
            Inline::SmallCaps(content) => wrapped("small-caps", content),
            Inline::Foreign(foreign) => json!({
                "type": "foreign",
                "language": foreign.language.primary(),
                "region": foreign.language.region(),
                "direction": direction(&foreign.language),
                "content": self.inlines(&foreign.content),
            }),
            Inline::Indexed(indexed) => {
                let own = self.indexing.own.contains(&indexed.id);
                let anchor = self.indexing.places.get(&indexed.id).filter(|_| own).cloned();
                json!({ "type": "index", "anchor": anchor, "content": self.inlines(&indexed.content) })
            }
            Inline::Code(text) => json!({ "type": "code", "text": breaks::breakable(text) }),
            Inline::Math(math) => math::math(math),
            Inline::Link(link) => json!({
                "type": "link", "url": web_address(&link.url).unwrap_or_else(|| link.url.clone()), "more": link.more, "content": self.inlines(&link.content),
                "address": match link.content.as_slice() {
                    [Inline::Text(text)] if breaks::is_address(text) => breaks::address(text),
                    _ => Value::Null,
                },
            }),
            Inline::Citation(citation) => self.citation(citation),
            Inline::CrossReference(reference) => {
                let text = self.edition.cross_references.get(&reference.id);
                let anchor = text.and_then(|text| text.anchor.as_ref());
                let anchor = anchor.and_then(|anchor| match &anchor.node {
                    None => Some(anchor::topic(&anchor.topic)),
                    Some(node) => self.places.get(node).cloned(),
                });
                json!({
                    "type": "reference",
                    "content": text.map(|text| self.inlines(&text.content)).unwrap_or_default(),
                    "anchor": anchor,
                })
            }
            Inline::Cloze(cloze) => {
                let state = self.asked.as_ref().map(|asked| asked.state(cloze.id));
                // What is asked is not even in the data.
                let said = if state == Some("asked") { &[] } else { cloze.content.as_slice() };
                let mut value = json!({
                    "type": "cloze", "number": cloze.number, "hint": cloze.hint,
                    "content": self.inlines(said), "blank": self.blanks.number(cloze.id),
                });
                if let Some(state) = state {
                    value["state"] = json!(state);
                }
                value
            }
            Inline::MarkReference(reference) => json!({
                "type": "mark",
                "mark": reference.mark.value.as_str(),
                "wording": self.edition.wordings.get(&reference.id).map(|mention| &mention.wording),
            }),
            Inline::Footnote(note) => json!({
                "type": "footnote",
                "number": self.edition.numbers.get(&note.id),
                "blocks": note.blocks.iter().filter_map(|block| self.block(block)).collect::<Vec<_>>(),
            }),
            Inline::LineBreak => json!({ "type": "line-break" }),
        }
    }
}

/// Returns what holds a list, as it is: `json!` would copy all that is in it, and once more
/// for each that this is in.
fn holding(name: &str, key: &str, list: Vec<Value>) -> Value {
    let parts = [("type", Value::from(name)), (key, Value::Array(list))];
    Value::Object(parts.map(|(key, value)| (key.to_owned(), value)).into_iter().collect())
}

/// Returns what the data calls the direction of a language.
pub(super) fn direction(language: &Language) -> &'static str {
    match language.direction() {
        Direction::LeftToRight => "ltr",
        Direction::RightToLeft => "rtl",
    }
}

/// Returns what the data calls an alignment, in tables and in formulas.
pub(super) fn alignment_name(alignment: Alignment) -> &'static str {
    match alignment {
        Alignment::Start => "start",
        Alignment::Center => "center",
        Alignment::End => "end",
    }
}

/// Returns a color as layouts have it.
pub(super) fn hex([r, g, b]: [u8; 3]) -> String {
    format!("#{r:02x}{g:02x}{b:02x}")
}
