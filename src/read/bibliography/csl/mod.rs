//! CSL's own data: CSL-JSON as Zotero exports it, CSL-YAML as Pandoc has it,
//! and works in a topic's front matter.
//!
//! All are the same tree, and read by one decoder. In a file, what is not known
//! is a warning: other programs put more in than CSL has. In a front matter,
//! which people write, it is an error.

mod date;
mod foreign;
mod key;
mod person;
mod recognize;

use foreign::{OTHER_KINDS, OTHER_VARIABLES, is_no_variable, older_name};
pub(super) use person::{name_list, text_name};
pub(super) use recognize::is_csl;

use super::html::{self, Markup};
use super::tally::Tally;
use super::{add, extra, json, language, numbers};
use crate::diag::{Code, Diagnostic, Diagnostics, Severity, near_miss};
use crate::model::{
    Bibliography, NumberVariable, Reference, StandardVariable, VARIABLES, Variable, WORK_KINDS,
    Work, WorkKind, variable_named, work_kind_named,
};
use crate::source::{FileId, Span, Spanned};
use crate::yaml::{Node, Value, expect_text};

/// Where an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::read) enum Manner {
    /// In a file of CSL-JSON.
    Json,
    /// In a file of CSL-YAML.
    Yaml,
    /// In a topic's front matter.
    FrontMatter,
}

/// Reads a file of CSL-JSON.
pub(super) fn read_json(
    text: &str,
    file: FileId,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let mut items = Items::new(Manner::Json);
    let mut add = |node, diagnostics: &mut Diagnostics| items.add(node, bibliography, diagnostics);
    let parsed = json::parse(text, file, diagnostics, &mut add);
    items.end(diagnostics);
    bibliography.is_partial |= parsed.is_partial;
    if let Some(node) = parsed.node {
        read_items(node, Manner::Json, bibliography, diagnostics);
    }
}

/// Reads the items of a file.
pub(super) fn read_items(
    node: Node,
    manner: Manner,
    bibliography: &mut Bibliography,
    diagnostics: &mut Diagnostics,
) {
    let Some(nodes) = items(node, diagnostics) else {
        bibliography.is_partial = true;
        return;
    };
    let mut items = Items::new(manner);
    for node in nodes {
        items.add(node, bibliography, diagnostics);
    }
    items.end(diagnostics);
}

/// The items of a file, one after the other.
struct Items {
    manner: Manner,
    tally: Tally,
    /// How many messages there were.
    problems: usize,
}

impl Items {
    fn new(manner: Manner) -> Self {
        Self { manner, tally: Tally::default(), problems: 0 }
    }

    /// Reads an item and adds its work, unless there were too many mistakes before.
    fn add(&mut self, node: Node, bibliography: &mut Bibliography, diagnostics: &mut Diagnostics) {
        if self.problems > MAX_PROBLEMS {
            return;
        }
        let Self { manner, tally, problems } = self;
        let span = node.span;
        let mut found = Diagnostics::default();
        let mut decoder = Decoder { manner: *manner, tally, diagnostics: &mut found };
        let item = decoder.item(node);
        *problems += found.count(Severity::Error) + found.count(Severity::Warning);
        diagnostics.append(found);
        match item {
            None => bibliography.is_partial = true,
            Some(item) => {
                let (key, at) = key::of(&item, span, bibliography, tally);
                let reference = Reference { work: item.work, verbatim: None, span: at };
                add(key, reference, bibliography, diagnostics);
            }
        }
        if *problems > MAX_PROBLEMS {
            diagnostics.push(too_many(span));
            bibliography.is_partial = true;
        }
    }

    /// Tells what was counted.
    fn end(self, diagnostics: &mut Diagnostics) {
        self.tally.report(diagnostics);
    }
}

/// How many mistakes of a file are worth reading.
pub(super) const MAX_PROBLEMS: usize = 1000;

/// Returns the last message of a file that has more than that.
pub(super) fn too_many(span: Span) -> Diagnostic {
    let message = format!("there are more than {MAX_PROBLEMS} mistakes up to this work");
    Diagnostic::error(Code::BrokenBibliography, message)
        .at(span)
        .hint("see whether this file is what it should be; the rest was not read")
}

/// Returns the items of a file, which stand in a list.
fn items(node: Node, diagnostics: &mut Diagnostics) -> Option<Vec<Node>> {
    let span = node.span;
    match node.value {
        Value::List(items) => Some(items),
        Value::Null => Some(Vec::new()),
        Value::Mapping(mut entries) => {
            let named = |(key, _): &(Spanned<String>, Node)| {
                matches!(key.value.as_str(), "references" | "items")
            };
            if let Some(at) = entries.iter().position(named) {
                return items(entries.swap_remove(at).1, diagnostics);
            }
            if entries.iter().any(|(key, _)| key.value == "type") {
                return Some(vec![Node { value: Value::Mapping(entries), span }]);
            }
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenBibliography,
                    "this bibliography has no list of works",
                )
                .at(span)
                .hint("put the works into a list, or into one under `references`"),
            );
            None
        }
        Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
            let message = format!("a list of works should stand here, not {}", node.value.kind());
            diagnostics.push(
                Diagnostic::error(Code::BrokenBibliography, message)
                    .at(span)
                    .hint("export the bibliography as CSL JSON"),
            );
            None
        }
    }
}

/// An item that was read.
#[derive(Debug)]
pub(in crate::read) struct Item {
    /// What it is called.
    pub(in crate::read) id: Option<Spanned<String>>,
    /// What to call it where a text cannot name it so.
    citation_key: Option<Spanned<String>>,
    /// What is known of it.
    pub(in crate::read) work: Work,
    /// The whole entry as it is to be printed.
    pub(in crate::read) text: Option<Spanned<String>>,
    /// Whether there is a title, whatever it is.
    pub(in crate::read) has_title: bool,
}

/// Reads items.
pub(in crate::read) struct Decoder<'a> {
    pub(in crate::read) manner: Manner,
    pub(in crate::read) tally: &'a mut Tally,
    pub(in crate::read) diagnostics: &'a mut Diagnostics,
}

impl Decoder<'_> {
    fn markup(&self) -> Markup {
        match self.manner {
            Manner::Json => Markup::Html,
            Manner::Yaml | Manner::FrontMatter => Markup::Markdown,
        }
    }

    /// Reads an item; `None`, after a message, for what is none.
    pub(in crate::read) fn item(&mut self, node: Node) -> Option<Item> {
        let span = node.span;
        let Value::Mapping(entries) = node.value else {
            self.wrong_type(&node, "a work", "a mapping of CSL's variables");
            return None;
        };
        let mut item = Item {
            id: None,
            citation_key: None,
            work: Work::new(WorkKind::Document),
            text: None,
            has_title: false,
        };
        let mut has_type = false;
        let mut later = Vec::new();
        for (key, value) in entries {
            if value.value == Value::Null {
                continue;
            }
            match key.value.as_str() {
                "id" => item.id = expect_text(value, "id", self.diagnostics),
                "citation-key" if self.manner != Manner::FrontMatter => {
                    item.citation_key = expect_text(value, "citation-key", self.diagnostics);
                }
                "type" => {
                    has_type = true;
                    item.work.kind = self.kind(value).unwrap_or(WorkKind::Document);
                }
                "text" if self.manner == Manner::FrontMatter => {
                    item.text = expect_text(value, "text", self.diagnostics);
                }
                "itemType" if !has_type && self.manner != Manner::FrontMatter => {
                    self.diagnostics.push(
                        Diagnostic::error(
                            Code::BrokenBibliography,
                            "this is a work in Zotero's own terms, not in CSL's",
                        )
                        .at(key.span)
                        .hint("export the bibliography as CSL JSON or Better CSL JSON"),
                    );
                    return None;
                }
                name => {
                    item.has_title |= name == "title";
                    match variable_named(name) {
                        Some(variable) => self.set(&mut item.work, variable, name, value),
                        None => later.push((key, value)),
                    }
                }
            }
        }
        // Older names mean less than those of today.
        for (key, value) in later {
            match older_name(&key.value) {
                Some(variable) if self.manner != Manner::FrontMatter => {
                    if item.work.text(variable).is_none() {
                        self.set(&mut item.work, variable, &key.value, value);
                    }
                }
                None if self.manner != Manner::FrontMatter && is_no_variable(&key.value) => {}
                _ => self.unknown_variable(&key),
            }
        }
        if self.manner != Manner::FrontMatter {
            if !has_type {
                let hint = "add one, such as `\"type\": \"article-journal\"`";
                let message = "this work has no `type`, and is taken for a `document`";
                self.tally.note(Code::BibliographyField, "type", span, message.into(), hint.into());
            }
            self.take_note(&mut item, span);
        }
        Some(item)
    }

    /// Takes variables out of the note, and reads what is left of it.
    fn take_note(&mut self, item: &mut Item, span: Span) {
        let found = extra::take(&mut item.work, span, self.diagnostics);
        for (name, written) in found.bad_dates {
            self.bad_date(&name, &written, span);
        }
        if item.citation_key.is_none() {
            item.citation_key = found.citation_key.map(|key| Spanned::new(key, span));
        }
        if let Some(note) = item.work.plain(StandardVariable::Note) {
            item.work.set(StandardVariable::Note, html::read(&note, self.markup()));
        }
    }

    fn kind(&mut self, node: Node) -> Option<WorkKind> {
        let written = expect_text(node, "type", self.diagnostics)?;
        let name = written.value.trim();
        if let Some(kind) = work_kind_named(name) {
            return Some(kind);
        }
        if self.was_told(&format!("type {name}")) {
            return None;
        }
        let ours = OTHER_KINDS.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
        let hint = ours
            .map(|(_, ours)| format!("CSL calls it `{ours}`"))
            .or_else(|| near_miss(name, WORK_KINDS.iter().map(|(name, _)| *name)))
            .unwrap_or_else(|| {
                "the types are those of CSL: `article-journal`, `book`, `chapter`, `webpage`, …"
                    .into()
            });
        let message = format!("unknown type `{name}`");
        self.complain(Code::InvalidValue, &format!("type {name}"), written.span, message, hint);
        None
    }

    fn set(&mut self, work: &mut Work, variable: Variable, name: &str, node: Node) {
        match variable {
            Variable::Name(variable) => {
                if let Some(names) = self.names(name, node) {
                    work.names.insert(variable, names);
                }
            }
            Variable::Date(variable) => {
                if let Some(date) = self.date(name, node, work) {
                    work.dates.insert(variable, date);
                }
            }
            Variable::Standard(_) | Variable::Page(_) | Variable::Number(_) => {
                let span = node.span;
                let Some(text) = self.text(variable, name, node) else { return };
                let is_note = variable == StandardVariable::Note.into();
                match is_note && self.manner != Manner::FrontMatter {
                    // Its lines count.
                    true => work.set(variable, text),
                    false => {
                        let text = Spanned::new(text, span);
                        set_text(work, variable, text, self.markup(), self.diagnostics);
                    }
                }
            }
        }
    }

    /// Returns the text of a variable; of keywords and serial numbers, there may
    /// be several.
    fn text(&mut self, variable: Variable, name: &str, node: Node) -> Option<String> {
        let may_be_list = matches!(
            variable,
            Variable::Standard(
                StandardVariable::Keyword | StandardVariable::ISBN | StandardVariable::ISSN
            )
        );
        match node.value {
            Value::List(items) if may_be_list => {
                let texts = items.into_iter();
                let texts: Vec<String> = texts
                    .map_while(|item| expect_text(item, name, self.diagnostics))
                    .map(|text| text.value)
                    .collect();
                Some(texts.join(", "))
            }
            _ => expect_text(node, name, self.diagnostics).map(|text| text.value),
        }
    }

    fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("`{what}` should be {wanted}, but is {}", node.value.kind());
        self.diagnostics.push(Diagnostic::error(Code::InvalidValue, message).at(node.span));
    }

    fn unknown_variable(&mut self, key: &Spanned<String>) {
        if self.was_told(&key.value) {
            return;
        }
        let mut known: Vec<&str> = vec!["id", "type"];
        if self.manner == Manner::FrontMatter {
            known.push("text");
        }
        known.extend(VARIABLES.iter().map(|(name, _)| *name));
        let name = key.value.as_str();
        let other = OTHER_VARIABLES.iter().find(|(theirs, _)| *theirs == name);
        let hint = other
            .map(|(_, ours)| (*ours).to_owned())
            .or_else(|| older_name(name).map(|variable| variable.to_string()))
            .map(|ours| format!("CSL calls it `{ours}`"))
            .or_else(|| near_miss(name, known.iter().copied()))
            .unwrap_or_else(|| match self.manner {
                Manner::FrontMatter => format!("the keys of a reference are: {}", known.join(", ")),
                Manner::Json | Manner::Yaml => {
                    "no style can print it; delete it, or name it as CSL does".into()
                }
            });
        let what = match self.manner {
            Manner::FrontMatter => format!("unknown key `{name}` in a reference"),
            Manner::Json | Manner::Yaml => format!("unknown variable `{name}`"),
        };
        self.complain(Code::UnknownKey, name, key.span, what, hint);
    }

    fn unknown_part(&mut self, key: &Spanned<String>, what: &str, known: &[&str]) {
        let name = &key.value;
        if self.was_told(&format!("{what} {name}")) {
            return;
        }
        let hint = near_miss(name, known.iter().copied())
            .unwrap_or_else(|| format!("the keys of {what} are: {}", known.join(", ")));
        let message = format!("unknown key `{name}` in {what}");
        self.complain(Code::UnknownKey, &format!("{what} {name}"), key.span, message, hint);
    }

    /// Counts what is not known once more, if it was reported for this file.
    fn was_told(&mut self, what: &str) -> bool {
        self.manner != Manner::FrontMatter && self.tally.again(Code::BibliographyField, what)
    }

    /// Reports what is not known: in files once for all works that have it.
    fn complain(&mut self, code: Code, what: &str, span: Span, message: String, hint: String) {
        match self.manner {
            Manner::FrontMatter => {
                self.diagnostics.push(Diagnostic::error(code, message).at(span).hint(hint));
            }
            Manner::Json | Manner::Yaml => {
                self.tally.note(Code::BibliographyField, what, span, message, hint);
            }
        }
    }
}

/// Sets a text in the dress that its markup gives it, and a number in the form
/// that all formats agree on.
pub(super) fn set_text(
    work: &mut Work,
    variable: Variable,
    text: Spanned<String>,
    markup: Markup,
    diagnostics: &mut Diagnostics,
) {
    use StandardVariable as S;
    let plain = text.value.trim();
    match variable {
        Variable::Standard(number @ (S::DOI | S::ISBN | S::ISSN | S::PMID | S::PMCID | S::URL)) => {
            numbers::set(work, number, plain, text.span, diagnostics)
        }
        Variable::Standard(S::Language) => {
            work.set(variable, language::tag(plain).unwrap_or_else(|| plain.to_owned()));
        }
        Variable::Number(NumberVariable::Edition) => {
            numbers::set_edition(work, html::read(plain, markup));
        }
        Variable::Standard(_) => work.set(variable, html::read_owned(text.value, markup)),
        Variable::Number(_) | Variable::Page(_) if plain.len() == text.value.len() => {
            work.set(variable, text.value);
        }
        Variable::Number(_) | Variable::Page(_) => work.set(variable, plain),
        Variable::Date(_) | Variable::Name(_) => {}
    }
}
