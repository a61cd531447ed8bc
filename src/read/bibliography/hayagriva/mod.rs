//! Hayagriva's own YAML: works by their keys, each with the works that it is
//! part of.
//!
//! It has few fields, and says by parents what CSL says by variables: the title
//! of a parent is a journal's or that of a series. [`Entry`] is what is written;
//! `work` tells what it is in CSL.

mod work;

use indexmap::IndexMap;

use super::csl::{MAX_PROBLEMS, name_list, too_many};
use super::html::{self, Markup};
use super::tally::Tally;
use super::{add, dates, names};
use crate::diag::{Code, Diagnostic, Diagnostics, Severity, near_miss};
use crate::model::{Bibliography, CiteKey, Dress, Name, NameList, Reference, RichText, WorkDate};
use crate::source::Spanned;
use crate::yaml::{Fields, Node, Value, expect_text};

/// Reads the entries of a file.
pub(super) fn read(node: Node, bibliography: &mut Bibliography, diagnostics: &mut Diagnostics) {
    let Value::Mapping(entries) = node.value else {
        diagnostics.push(
            Diagnostic::error(
                Code::BrokenBibliography,
                "works should stand here, each under its key",
            )
            .at(node.span)
            .hint("write `light2002: {type: article, title: …}`, or a list under `references`"),
        );
        bibliography.is_partial = true;
        return;
    };
    let mut tally = Tally::default();
    let mut problems = 0;
    for (key, node) in entries {
        let Some(cite_key) = CiteKey::new(&key.value) else {
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenBibliography,
                    format!("`{}` cannot be a citation key", key.value),
                )
                .at(key.span)
                .hint("write one without spaces, such as `light2002`"),
            );
            continue;
        };
        if !matches!(node.value, Value::Mapping(_)) {
            diagnostics.push(
                Diagnostic::error(
                    Code::BrokenBibliography,
                    format!("the work `{}` has no fields", key.value),
                )
                .at(key.span)
                .hint("write them below its key, indented: `type: article`, `title: …`"),
            );
            bibliography.broken.insert(cite_key);
            continue;
        }
        let mut found = Diagnostics::default();
        let mut decoder = Decoder { tally: &mut tally, diagnostics: &mut found };
        let entry = decoder.entry(node, None);
        let work = work::of(&entry, &mut found);
        problems += found.count(Severity::Error) + found.count(Severity::Warning);
        diagnostics.append(found);
        let reference = Reference { work, verbatim: None, span: key.span };
        add(cite_key, reference, bibliography, diagnostics);
        if problems > MAX_PROBLEMS {
            diagnostics.push(too_many(key.span));
            bibliography.is_partial = true;
            break;
        }
    }
    tally.report(diagnostics);
}

/// Tells whether there is such a type.
pub(super) fn is_kind(name: &str) -> bool {
    kind_named(name).is_some()
}

/// A work as it is written.
#[derive(Debug, Default)]
struct Entry {
    /// One of [`KINDS`].
    kind: &'static str,
    /// Fields that are texts, each with its short form.
    texts: IndexMap<&'static str, Formatted>,
    /// `author` and `editor`.
    names: IndexMap<&'static str, NameList>,
    /// Those who are something else, by their roles.
    affiliated: Vec<(&'static str, NameList)>,
    date: Option<WorkDate>,
    /// When the address was visited.
    visited: Option<WorkDate>,
    /// Numbers by their scheme: "doi", "isbn", …; and its "url".
    serial: Vec<(String, Spanned<String>)>,
    parents: Vec<Entry>,
}

/// A text and its short form.
#[derive(Debug, Clone, Default)]
struct Formatted {
    value: RichText,
    short: Option<RichText>,
}

/// The types, each with that of its parent where the parent tells none.
const KINDS: [(&str, &str); 30] = [
    ("article", "periodical"),
    ("chapter", "book"),
    ("entry", "reference"),
    ("anthos", "anthology"),
    ("report", "misc"),
    ("thesis", "misc"),
    ("web", "web"),
    ("scene", "video"),
    ("artwork", "exhibition"),
    ("patent", "misc"),
    ("case", "misc"),
    ("newspaper", "misc"),
    ("legislation", "anthology"),
    ("manuscript", "misc"),
    ("original", "misc"),
    ("post", "post"),
    ("misc", "misc"),
    ("performance", "misc"),
    ("periodical", "misc"),
    ("proceedings", "misc"),
    ("book", "misc"),
    ("blog", "misc"),
    ("reference", "misc"),
    ("conference", "misc"),
    ("anthology", "misc"),
    ("repository", "misc"),
    ("thread", "misc"),
    ("video", "video"),
    ("audio", "audio"),
    ("exhibition", "misc"),
];

fn kind_named(name: &str) -> Option<(&'static str, &'static str)> {
    KINDS.into_iter().find(|(kind, _)| kind.eq_ignore_ascii_case(name.trim()))
}

/// Fields that are a text, and may have a short form.
const TEXTS: [&str; 17] = [
    "title",
    "abstract",
    "genre",
    "call-number",
    "location",
    "organization",
    "archive",
    "archive-location",
    "note",
    "issue",
    "volume",
    "volume-total",
    "chapter",
    "edition",
    "page-range",
    "page-total",
    "language",
];

/// Fields that are a time.
const TIMES: [&str; 2] = ["time-range", "runtime"];

/// The roles that persons may have.
const ROLES: [&str; 20] = [
    "translator",
    "afterword",
    "foreword",
    "introduction",
    "annotator",
    "commentator",
    "holder",
    "compiler",
    "founder",
    "collaborator",
    "organizer",
    "cast-member",
    "composer",
    "producer",
    "executive-producer",
    "writer",
    "cinematography",
    "director",
    "illustrator",
    "narrator",
];

struct Decoder<'a> {
    tally: &'a mut Tally,
    diagnostics: &'a mut Diagnostics,
}

impl Decoder<'_> {
    /// Reads an entry; `kind` is what it is if it does not say.
    fn entry(&mut self, node: Node, kind: Option<&'static str>) -> Entry {
        let mut fields = Fields::new(node, "a work", self.diagnostics);
        let written = fields.text("type", self.diagnostics);
        let named = written.as_ref().map(|written| self.kind(written));
        let kind = named.or(kind).unwrap_or("misc");
        let mut entry = Entry { kind, ..Entry::default() };
        for key in TEXTS {
            let found = fields.take(key).and_then(|node| self.formatted(node, key));
            entry.texts.extend(found.map(|text| (key, text)));
        }
        for key in TIMES {
            let found = fields.text(key, self.diagnostics);
            let text = found.map(|text| Formatted { value: text.value.into(), short: None });
            entry.texts.extend(text.map(|text| (key, text)));
        }
        for key in ["author", "editor"] {
            let found = fields.take(key).map(|node| self.people(node, key));
            let found = found.filter(|list| !list.names.is_empty());
            entry.names.extend(found.map(|list| (key, list)));
        }
        for node in fields.list("affiliated") {
            self.affiliated(node, &mut entry);
        }
        if let Some(node) = fields.take("publisher") {
            self.publisher(node, &mut entry);
        }
        if let Some(node) = fields.take("url") {
            self.url(node, &mut entry);
        }
        if let Some(node) = fields.take("serial-number") {
            self.serial(node, &mut entry);
        }
        entry.date = fields.take("date").and_then(|node| self.date(node, "date"));
        let parent = kind_named(kind).map(|(_, parent)| parent);
        for node in fields.list("parent") {
            if matches!(node.value, Value::Mapping(_)) {
                entry.parents.push(self.entry(node, parent));
            } else {
                self.wrong_type(&node, "parent", "the fields of a work");
                break;
            }
        }
        let known = TEXTS.into_iter().chain(TIMES).chain([
            "type",
            "author",
            "editor",
            "affiliated",
            "publisher",
            "url",
            "serial-number",
            "date",
            "parent",
        ]);
        self.unknown(fields, "a work", known);
        entry
    }

    fn kind(&mut self, written: &Spanned<String>) -> &'static str {
        let name = written.value.trim();
        if let Some((kind, _)) = kind_named(name) {
            return kind;
        }
        if self.tally.again(Code::BibliographyField, &format!("type {name}")) {
            return "misc";
        }
        let ours = OTHER_KINDS.iter().find(|(theirs, _)| theirs.eq_ignore_ascii_case(name));
        let hint = ours
            .map(|(_, ours)| format!("Hayagriva calls it `{ours}`"))
            .or_else(|| near_miss(name, KINDS.iter().map(|(kind, _)| *kind)))
            .unwrap_or_else(|| {
                let all: Vec<_> = KINDS.iter().map(|(kind, _)| *kind).collect();
                format!("the types are: {}", all.join(", "))
            });
        let message = format!("unknown type `{name}`");
        self.tally.note(
            Code::BibliographyField,
            &format!("type {name}"),
            written.span,
            message,
            hint,
        );
        "misc"
    }

    /// Reads a text with braces round what keeps its case.
    fn formatted(&mut self, node: Node, key: &str) -> Option<Formatted> {
        if !matches!(node.value, Value::Mapping(_)) {
            let text = expect_text(node, key, self.diagnostics)?;
            return Some(Formatted { value: braced(&text.value), short: None });
        }
        let mut fields = Fields::new(node, key, self.diagnostics);
        let value = fields.take("value");
        let short = fields.take("short");
        let verbatim = fields.flag("verbatim", self.diagnostics);
        // What earlier versions took.
        for key in ["title-case", "sentence-case"] {
            fields.take(key);
        }
        self.unknown(fields, &format!("`{key}`"), ["value", "short", "verbatim"]);
        let value = self.formatted(value?, key)?.value;
        let short = short.and_then(|short| self.formatted(short, key)).map(|short| short.value);
        let value = if verbatim { kept(value) } else { value };
        Some(Formatted { value, short })
    }

    fn people(&mut self, node: Node, key: &str) -> NameList {
        name_list(node, key, self, |decoder| &mut *decoder.diagnostics, Self::person)
    }

    fn person(&mut self, node: Node) -> Option<Name> {
        let what = "a person";
        let mut fields = Fields::new(node, what, self.diagnostics);
        let name = fields.required_text("name", what, self.diagnostics);
        let mut text = |key| {
            let text = fields.text(key, self.diagnostics)?.value;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let given = text("given-name");
        let prefix = text("prefix");
        let suffix = text("suffix");
        // An alias is another name of the same person, which no style prints.
        for key in ["alias", "comma-suffix"] {
            fields.take(key);
        }
        self.unknown(fields, what, ["name", "given-name", "prefix", "suffix", "alias"]);
        let family = name?.value;
        if given.is_none() && prefix.is_none() && suffix.is_none() {
            return Some(family.trim().to_owned()).filter(|n| !n.is_empty()).map(Name::Literal);
        }
        let given = given.unwrap_or_default();
        let mut person = names::person(&family, &given, suffix.as_deref().unwrap_or_default())?;
        if prefix.is_some() {
            person.family = family.trim().to_owned();
            person.particle = prefix;
        }
        Some(Name::Person(person))
    }

    fn affiliated(&mut self, node: Node, entry: &mut Entry) {
        let what = "an affiliated person";
        let mut fields = Fields::new(node, what, self.diagnostics);
        let names = fields.required("names", what, self.diagnostics);
        let role = fields.required_text("role", what, self.diagnostics);
        self.unknown(fields, what, ["names", "role"]);
        let (Some(names), Some(role)) = (names, role) else { return };
        // "CastMember" is "cast-member".
        let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_', ' '], "");
        let Some(known) = ROLES.into_iter().find(|known| plain(known) == plain(&role.value)) else {
            let hint = near_miss(&role.value, ROLES);
            let hint = hint.unwrap_or_else(|| format!("the roles are: {}", ROLES.join(", ")));
            let message = format!("unknown role `{}`", role.value);
            self.tally.note(Code::BibliographyField, &role.value, role.span, message, hint);
            return;
        };
        let list = self.people(names, "names");
        if !list.names.is_empty() {
            entry.affiliated.push((known, list));
        }
    }

    fn publisher(&mut self, node: Node, entry: &mut Entry) {
        let is_formatted = matches!(&node.value, Value::Mapping(fields)
            if fields.iter().any(|(key, _)| key.value == "value"));
        if is_formatted || !matches!(node.value, Value::Mapping(_)) {
            let name = self.formatted(node, "publisher");
            entry.texts.extend(name.map(|name| ("publisher", name)));
            return;
        }
        let mut fields = Fields::new(node, "a publisher", self.diagnostics);
        let name = fields.take("name").and_then(|node| self.formatted(node, "name"));
        let place = fields.take("location").and_then(|node| self.formatted(node, "location"));
        self.unknown(fields, "a publisher", ["name", "location"]);
        entry.texts.extend(name.map(|name| ("publisher", name)));
        entry.texts.extend(place.map(|place| ("publisher-place", place)));
    }

    fn url(&mut self, node: Node, entry: &mut Entry) {
        let mut address = |text: Option<Spanned<String>>| {
            entry.serial.extend(text.map(|text| ("url".to_owned(), text)));
        };
        if !matches!(node.value, Value::Mapping(_)) {
            address(expect_text(node, "url", self.diagnostics));
            return;
        }
        let mut fields = Fields::new(node, "an address", self.diagnostics);
        address(fields.required_text("value", "an address", self.diagnostics));
        entry.visited = fields.take("date").and_then(|node| self.date(node, "date"));
        self.unknown(fields, "an address", ["value", "date"]);
    }

    fn serial(&mut self, node: Node, entry: &mut Entry) {
        let Value::Mapping(numbers) = node.value else {
            let text = expect_text(node, "serial-number", self.diagnostics);
            entry.serial.extend(text.map(|text| ("serial".to_owned(), text)));
            return;
        };
        for (scheme, number) in numbers {
            let text = expect_text(number, &scheme.value, self.diagnostics);
            let scheme = scheme.value.trim().to_ascii_lowercase();
            entry.serial.extend(text.map(|text| (scheme, text)));
        }
    }

    fn date(&mut self, node: Node, key: &str) -> Option<WorkDate> {
        let written = expect_text(node, key, self.diagnostics)?;
        // "About" has its sign in front, where EDTF has it behind.
        let found = match written.value.trim().strip_prefix('~') {
            Some(date) => dates::read(date).map(|date| WorkDate { circa: true, ..date }),
            None => dates::read(&written.value),
        };
        if found.is_none() {
            self.diagnostics.push(
                Diagnostic::warning(
                    Code::BibliographyField,
                    format!("`{key}` is no date: `{}`", written.value),
                )
                .at(written.span)
                .hint("write a year, or as much as is known: `2006-04-12`"),
            );
        }
        found
    }

    fn wrong_type(&mut self, node: &Node, what: &str, wanted: &str) {
        let message = format!("`{what}` should be {wanted}, but is {}", node.value.kind());
        self.diagnostics.push(Diagnostic::error(Code::InvalidValue, message).at(node.span));
    }

    /// Warns of what is left over.
    fn unknown(
        &mut self,
        mut fields: Fields,
        what: &str,
        known: impl IntoIterator<Item = &'static str>,
    ) {
        let rest = fields.rest();
        if rest.is_empty() {
            return;
        }
        let known: Vec<_> = known.into_iter().collect();
        for (key, _) in rest {
            let name = key.value.as_str();
            if self.tally.again(Code::BibliographyField, &format!("{what} {name}")) {
                continue;
            }
            let other = OTHER_FIELDS.iter().find(|(theirs, _)| *theirs == name);
            let hint = other
                .map(|(_, ours)| format!("Hayagriva has it as {ours}"))
                .or_else(|| near_miss(name, known.iter().copied()))
                .unwrap_or_else(|| format!("the keys of {what} are: {}", known.join(", ")));
            let message = format!("unknown key `{name}` in {what}");
            let what = format!("{what} {name}");
            self.tally.note(Code::BibliographyField, &what, key.span, message, hint);
        }
    }
}

/// Reads a text in which braces stand round what keeps its case. It may have
/// CSL's markup, too.
fn braced(text: &str) -> RichText {
    let rich = html::read(text, Markup::Html);
    if !text.contains(['{', '}', '\\']) {
        return rich;
    }
    let mut out = RichText::default();
    let mut depth = 0_usize;
    for run in rich.runs() {
        let mut piece = String::new();
        let mut chars = run.text.chars().peekable();
        while let Some(c) = chars.next() {
            let before = depth;
            match c {
                '\\' if matches!(chars.peek(), Some('{' | '}' | '\\' | '$')) => {
                    piece.extend(chars.next());
                }
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                _ => piece.push(c),
            }
            if (before > 0) != (depth > 0) {
                let keeps_case = before > 0 || run.dress.keeps_case;
                out.push(&std::mem::take(&mut piece), Dress { keeps_case, ..run.dress });
            }
        }
        let keeps_case = depth > 0 || run.dress.keeps_case;
        out.push(&piece, Dress { keeps_case, ..run.dress });
    }
    out
}

/// Returns a text all of which keeps its case.
fn kept(text: RichText) -> RichText {
    let mut out = RichText::default();
    for run in text.into_runs() {
        out.push(&run.text, Dress { keeps_case: true, ..run.dress });
    }
    out
}

/// What CSL and BibTeX call Hayagriva's types.
const OTHER_KINDS: [(&str, &str); 16] = [
    ("article-journal", "article"),
    ("article-magazine", "article"),
    ("paper-conference", "article"),
    ("inproceedings", "article"),
    ("inbook", "chapter"),
    ("incollection", "anthos"),
    ("phdthesis", "thesis"),
    ("mastersthesis", "thesis"),
    ("techreport", "report"),
    ("webpage", "web"),
    ("website", "web"),
    ("online", "web"),
    ("software", "repository"),
    ("dataset", "repository"),
    ("journal", "periodical"),
    ("magazine", "periodical"),
];

/// What CSL and BibTeX call Hayagriva's fields.
const OTHER_FIELDS: [(&str, &str); 17] = [
    ("doi", "`serial-number: {doi: …}`"),
    ("DOI", "`serial-number: {doi: …}`"),
    ("isbn", "`serial-number: {isbn: …}`"),
    ("ISBN", "`serial-number: {isbn: …}`"),
    ("issn", "`serial-number: {issn: …}`"),
    ("pmid", "`serial-number: {pmid: …}`"),
    ("PMID", "`serial-number: {pmid: …}`"),
    ("pmcid", "`serial-number: {pmcid: …}`"),
    ("year", "`date`"),
    ("issued", "`date`"),
    ("pages", "`page-range`"),
    ("page", "`page-range`"),
    ("number", "`issue` or `serial-number`"),
    ("journal", "`parent: {type: periodical, title: …}`"),
    ("container-title", "`parent: {title: …}`"),
    ("URL", "`url`"),
    ("institution", "`organization`"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_keep_the_case() {
        let show = |text: &str| {
            let runs = braced(text).into_runs();
            let runs = runs.map(|run| match run.dress.keeps_case {
                true => format!("[{}]", run.text),
                false => run.text,
            });
            runs.collect::<String>()
        };
        assert_eq!(show("{imagiNary} Publishing"), "[imagiNary] Publishing");
        assert_eq!(show("a {b {c} d} e"), "a [b c d] e");
        assert_eq!(show("a \\{b\\} }"), "a {b} }");
        assert_eq!(show("open {x"), "open [x]");
    }
}
