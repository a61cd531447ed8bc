//! `cards.lock` to ledger.

use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::{Ledger, NoteKey, NoteKind, NoteRecord, Said, Stamp, lines};
use litemap::LiteMap;

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{FlashcardId, TopicId};
use crate::source::{FileId, Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap, Value, expect_text};

/// The version of the format that this program reads and writes.
pub(super) const VERSION: &str = "1";

impl Ledger {
    /// Reads a ledger; `None` after messages if anything in it is wrong. An
    /// empty file is an empty ledger.
    pub fn read(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Self> {
        let mut found = Diagnostics::default();
        if let Some(span) = merge_mark(text, file) {
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenLedger,
                    "the ledger of flashcards holds two versions that were merged with conflicts",
                )
                .at(span)
                .hint(
                    "delete the lines that begin with `<<<<<<<`, `|||||||`, `=======` and `>>>>>>>`, and \
                     keep all others: each note is a line, and one that stands twice is taken as one",
                )
                .hint("a `.gitattributes` with `cards.lock merge=union` does so by itself"),
            );
            return None;
        }
        if let Some(ledger) = lines::read(text) {
            return Some(ledger);
        }
        let ledger = decode(text, file, &mut found);
        let broken = found.has_errors();
        for mut diagnostic in found.sorted() {
            diagnostic.code = Code::BrokenLedger;
            diagnostic.message = format!("the ledger of flashcards: {}", diagnostic.message);
            diagnostics.push(diagnostic.hint(
                "mend the line, or restore the file from version control; without it, \
                 flashcards lose their reviews",
            ));
        }
        ledger.filter(|_| !broken)
    }
}

fn decode(text: &str, file: FileId, diagnostics: &mut Diagnostics) -> Option<Ledger> {
    let mut ledger = Ledger::default();
    let node = yaml::parse(text, file, &OffsetMap::shifted(0), diagnostics)?;
    if node.value == Value::Mapping(Vec::new()) {
        return Some(ledger);
    }
    let what = "the ledger";
    let mut fields = Fields::new(node, what, diagnostics);
    if let Some(version) = fields.required_text("version", what, diagnostics)
        && version.value != VERSION
    {
        diagnostics.push(
            Diagnostic::error(
                Code::BrokenLedger,
                format!("it is of version {}, but this program keeps {VERSION}", version.value),
            )
            .at(version.span),
        );
        return None;
    }
    for node in fields.list("notes") {
        let Some((key, record)) = read_note(node, diagnostics) else { continue };
        match ledger.notes.entry(key) {
            Entry::Vacant(entry) => {
                entry.insert(Arc::new(record));
            }
            Entry::Occupied(mut entry) => join(Arc::make_mut(entry.get_mut()), record),
        }
    }
    for node in fields.list("note-types") {
        let what = "a note type";
        let mut fields = Fields::new(node, what, diagnostics);
        let name = fields.required_text("name", what, diagnostics);
        let stamps = read_stamps(&mut fields, diagnostics);
        fields.finish(what, diagnostics);
        let Some(name) = name else { continue };
        for (deck, stamp) in stamps {
            let known = ledger.note_types.entry((deck, name.value.clone())).or_default();
            if stamp.modified > known.modified {
                *known = stamp;
            }
        }
    }
    fields.finish(what, diagnostics);
    Some(ledger)
}

/// Returns the first line that git writes into a file that it cannot merge.
fn merge_mark(text: &str, file: FileId) -> Option<Span> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_mark =
            ["<<<<<<< ", "||||||| ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
        if is_mark || line.trim_end() == "=======" {
            return Some(Span::new(file, start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// Joins what two people's ledgers say of one note: what was written last holds.
pub(super) fn join(known: &mut NoteRecord, other: NoteRecord) {
    let last = |record: &NoteRecord| record.stamps.values().map(|stamp| stamp.modified).max();
    let retired = known.retired && other.retired;
    let (mut newer, older) = if last(&other) > last(known) {
        let older = std::mem::take(known);
        (other, older)
    } else {
        (std::mem::take(known), other)
    };
    let numbers: BTreeSet<u32> = newer.clozes.values().copied().collect();
    for (text, number) in older.clozes {
        // A number that both gave away is kept by one; the other cloze gets a new one.
        if !numbers.contains(&number) {
            newer.clozes.try_insert(text, number);
        }
    }
    for (deck, stamp) in older.stamps {
        if newer.stamps.get(&deck).is_none_or(|known| stamp.modified > known.modified) {
            newer.stamps.insert(deck, stamp);
        }
    }
    newer.retired = retired;
    for (deck, said) in older.said {
        newer.said.try_insert(deck, said);
    }
    if !retired {
        newer.said.clear();
    }
    *known = newer;
}

fn read_note(node: Node, diagnostics: &mut Diagnostics) -> Option<(NoteKey, NoteRecord)> {
    let what = "a note";
    let mut fields = Fields::new(node, what, diagnostics);
    let topic = fields.required_text("topic", what, diagnostics);
    let id = fields.required_text("id", what, diagnostics);
    let kind = fields.required_text("kind", what, diagnostics);
    let text = fields.text("text", diagnostics).map(|text| text.value).unwrap_or_default();
    let path = fields.text("path", diagnostics).map(|text| text.value).unwrap_or_default();
    let clozes = read_clozes(fields.list("clozes"), diagnostics);
    let stamps = read_stamps(&mut fields, diagnostics);
    let retired = fields.flag("retired", diagnostics);
    let said = read_said(&mut fields, diagnostics);
    fields.finish(what, diagnostics);

    let topic = topic.and_then(|written| {
        TopicId::new(&written.value)
            .map_err(|reason| invalid(reason.to_string(), written.span, diagnostics))
            .ok()
    });
    let id = id.and_then(|written| {
        let id = FlashcardId::new(&written.value);
        if id.is_none() {
            invalid(
                format!("`{}` is not a flashcard id", written.value),
                written.span,
                diagnostics,
            );
        }
        id
    });
    let kind = kind.and_then(|written| read_kind(&written, diagnostics));
    let key = NoteKey { topic: topic?, id: id?, kind: kind? };
    Some((key, NoteRecord { text, path, clozes, stamps, retired, said }))
}

fn read_kind(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<NoteKind> {
    let found = NoteKind::ALL.into_iter().find(|kind| kind.name() == written.value);
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(Code::BrokenLedger, format!("unknown kind `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, NoteKind::ALL.map(NoteKind::name))),
        );
    }
    found
}

/// Reads `clozes: [[number, text]]`.
fn read_clozes(nodes: Vec<Node>, diagnostics: &mut Diagnostics) -> LiteMap<String, u32> {
    let mut numbers = LiteMap::new_vec();
    for node in nodes {
        let cloze = match &node.value {
            Value::List(items) => match items.as_slice() {
                [number, Node { value: Value::Text(text), .. }] => whole(number)
                    .and_then(|number| u32::try_from(number).ok())
                    .filter(|number| *number > 0)
                    .map(|number| (text.clone(), number)),
                _ => None,
            },
            _ => None,
        };
        match cloze {
            Some((text, number)) => {
                numbers.insert(text, number);
            }
            None => invalid(
                "a cloze should be its number, 1 or more, and its text, `[1, \"…\"]`".into(),
                node.span,
                diagnostics,
            ),
        }
    }
    numbers
}

/// Reads `written: {deck: [hash, modified]}`.
fn read_stamps(fields: &mut Fields, diagnostics: &mut Diagnostics) -> LiteMap<String, Stamp> {
    let mut stamps = LiteMap::new_vec();
    let Some(node) = fields.take("written") else { return stamps };
    for (deck, node) in Fields::new(node, "written", diagnostics).rest() {
        let stamp = match &node.value {
            Value::List(items) => match items.as_slice() {
                [Node { value: Value::Text(hash), .. }, modified] => {
                    whole(modified).map(|modified| Stamp { hash: hash.clone(), modified })
                }
                _ => None,
            },
            _ => None,
        };
        match stamp {
            Some(stamp) => {
                stamps.insert(deck.value, stamp);
            }
            None => invalid(
                "a deck's stamp should be a hash and a time, `[\"…\", 1767225600]`".into(),
                node.span,
                diagnostics,
            ),
        }
    }
    stamps
}

/// Reads `said: {deck: {deck: …, fields: […], tags: […]}}`.
fn read_said(fields: &mut Fields, diagnostics: &mut Diagnostics) -> LiteMap<String, Said> {
    let what = "what a note said";
    let mut said = LiteMap::new_vec();
    let Some(node) = fields.take("said") else { return said };
    for (name, node) in Fields::new(node, "said", diagnostics).rest() {
        let mut fields = Fields::new(node, what, diagnostics);
        let deck = fields.required_text("deck", what, diagnostics);
        let mut texts = |name: &'static str| -> Vec<String> {
            let nodes = fields.list(name).into_iter();
            nodes
                .filter_map(|node| expect_text(node, name, diagnostics))
                .map(|it| it.value)
                .collect()
        };
        let (of_fields, tags) = (texts("fields"), texts("tags"));
        fields.finish(what, diagnostics);
        if let Some(deck) = deck {
            said.insert(name.value, Said { deck: deck.value, fields: of_fields, tags });
        }
    }
    said
}

/// Returns a whole number that is exact as the YAML crate's floats have it.
fn whole(node: &Node) -> Option<i64> {
    match node.value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 9e15 => {
            // The cast is exact: the number is whole and below 2^53.
            Some(number as i64)
        }
        _ => None,
    }
}

fn invalid(message: String, span: Span, diagnostics: &mut Diagnostics) {
    diagnostics.push(Diagnostic::error(Code::BrokenLedger, message).at(span));
}
