//! Whether pages can be set at all: characters that no font has.
//!
//! Found without laying out a page, so that a check says what a build says:
//! fonts are asked for what topics, the works that they cite, and the manifest
//! have to print. What a layout adds of its own is found by a build alone.

use std::collections::{BTreeMap, BTreeSet};

use super::Loaded;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::{FontFile, Fonts, Script};
use crate::layout::Layouts;
use crate::model::{
    CardBlock, Citation, CiteKey, CodeBlock, Equation, Figure, Inline, Name, StandardVariable,
    TopicId, Visitor, Work, walk_topic,
};
use crate::project::Book;
use crate::source::{FileId, ProjectPath, Sources, Span};

/// How many of many things a message names.
const NAMED: usize = 8;

/// Opens the fonts of a project, and those of the machine that were asked for.
pub(super) fn open_fonts(
    layouts: &Layouts,
    system: &[FontFile],
    diagnostics: &mut Diagnostics,
) -> Fonts {
    let own = layouts.fonts().map(|(path, read)| FontFile::new(path, read));
    let (fonts, broken) = Fonts::with(own.chain(system.iter().cloned()).collect());
    // Of the machine's fonts nobody asked for each.
    for path in broken.iter().filter_map(|path| ProjectPath::new(path).ok()) {
        diagnostics.push(
            Diagnostic::error(Code::BrokenLayout, "this file holds no font that pages can use")
                .in_file(&path)
                .hint("fonts are OpenType: `.ttf`, `.otf`, `.ttc`; those of web pages (`.woff2`) are to be unpacked first"),
        );
    }
    fonts
}

/// Reports characters that no font has, of topics that are printed.
pub(super) fn check(
    loaded: &Loaded,
    printed: &BTreeSet<TopicId>,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let Loaded { document, project, fonts, .. } = loaded;
    let mut found = Vec::new();
    let mut cited = BTreeSet::new();
    for topic in document.topics.iter().filter(|topic| printed.contains(&topic.id.value)) {
        let mut seen = Seen { fonts, missing: BTreeSet::new(), cited: BTreeSet::new() };
        walk_topic(topic, &mut seen);
        let names = topic.contributors.iter().map(|contributor| contributor.name.as_str());
        names.for_each(|name| seen.text(name));
        cited.extend(seen.cited);
        cited.extend(topic.references.iter().map(|key| key.value.clone()));
        let whole = whole(topic.span.file, sources);
        found.extend(explain(&seen.missing, "", whole, fonts, sources));
    }
    for key in cited {
        let Some(reference) = document.bibliography.references.get(&key) else { continue };
        let missing = missing_in(&reference.work, fonts);
        let of = format!(" of the work `{key}`");
        found.extend(explain(&missing, &of, reference.span, fonts, sources));
    }
    // Covers print titles.
    if !printed.is_empty() || !project.books.is_empty() {
        let metadata = &project.metadata;
        let names = metadata.contributors.iter().map(|contributor| &contributor.name);
        let rest = [&metadata.subtitle, &metadata.publisher, &metadata.rights];
        let texts = rest.into_iter().flatten().chain(names).chain([&metadata.title]);
        let texts = texts.map(String::as_str);
        let titles = project.books.iter().flat_map(Book::titles);
        let missing = texts.chain(titles).flat_map(|text| fonts.missing(text)).collect();
        found.extend(explain(&missing, "", whole(project.file, sources), fonts, sources));
    }
    found.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
}

/// Returns the span of all of a file.
pub(super) fn whole(file: FileId, sources: &Sources) -> Span {
    Span::new(file, 0, sources.text(file).len())
}

/// What a topic has to print.
struct Seen<'a> {
    fonts: &'a Fonts,
    missing: BTreeSet<char>,
    cited: BTreeSet<CiteKey>,
}

impl Seen<'_> {
    fn text(&mut self, text: &str) {
        self.missing.append(&mut self.fonts.missing(text));
    }
}

impl Visitor for Seen<'_> {
    fn enters_card(&self, _card: &CardBlock) -> bool {
        false
    }

    fn figure(&mut self, figure: &Figure) {
        for mark in figure.panels.iter().flat_map(|panel| &panel.marks) {
            self.text(mark.called.as_deref().unwrap_or_default());
        }
    }

    fn code(&mut self, code: &CodeBlock) {
        self.text(&code.text);
    }

    fn equation(&mut self, equation: &Equation) {
        self.text(&equation.math.latex);
    }

    fn citation(&mut self, citation: &Citation) {
        self.cited.extend(citation.items.iter().map(|item| item.key.value.clone()));
    }

    fn inline(&mut self, inline: &Inline) {
        match inline {
            Inline::Text(text) | Inline::Code(text) => self.text(text),
            Inline::Math(math) => self.text(&math.latex),
            _ => {}
        }
    }
}

/// Returns what is missing of what every style prints of a work.
fn missing_in(work: &Work, fonts: &Fonts) -> BTreeSet<char> {
    let printed =
        [StandardVariable::Title, StandardVariable::ContainerTitle, StandardVariable::Publisher];
    let mut missing = BTreeSet::new();
    for text in printed.into_iter().filter_map(|variable| work.plain(variable)) {
        missing.append(&mut fonts.missing(&text));
    }
    for name in work.names.values().flat_map(|list| &list.names) {
        let texts: Vec<&str> = match name {
            Name::Person(person) => {
                let given = person.given.as_deref();
                given.into_iter().chain([person.family.as_str()]).collect()
            }
            Name::Literal(text) => vec![text],
        };
        texts.into_iter().for_each(|text| missing.append(&mut fonts.missing(text)));
    }
    missing
}

/// Says what is missing, a message for each script, at the first place in `span`.
/// `of` says what the text belongs to, with a space before it.
pub(super) fn explain(
    missing: &BTreeSet<char>,
    of: &str,
    span: Span,
    fonts: &Fonts,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let mut scripts: BTreeMap<Option<Script>, Vec<char>> = BTreeMap::new();
    for c in missing {
        scripts.entry(Script::of(*c)).or_default().push(*c);
    }
    let say = |(script, characters): (Option<Script>, Vec<char>)| {
        let shown: Vec<_> =
            characters.iter().map(|c| format!("`{c}` (U+{:04X})", u32::from(*c))).collect();
        let kind = script.map(|script| format!("{} ", script.name())).unwrap_or_default();
        let plural = if characters.len() == 1 { "" } else { "s" };
        let message =
            format!("no font has the {kind}character{plural} {}{of}", listed(&shown, "others"));
        let family = script.map_or("Noto Sans", Script::family);
        let families: Vec<String> = fonts.families().map(str::to_owned).collect();
        let (place, lines) = places(&characters, span, sources);
        let mut diagnostic = Diagnostic::error(Code::MissingGlyph, message).at(place);
        if lines.len() > 1 {
            diagnostic = diagnostic.hint(format!("they stand in lines {}", listed(&lines, "more")));
        }
        diagnostic
            .hint(format!("put a font that has them into `layouts/fonts/`, such as {family}"))
            .hint(format!("these were tried: {}", listed(&families, "more")))
    };
    scripts.into_iter().map(say).collect()
}

/// Lists things, the first of them if they are many.
fn listed(things: &[String], others: &str) -> String {
    // One more is named rather than counted.
    match things {
        [all @ .., last] if things.len() <= NAMED + 1 => match all {
            [] => last.clone(),
            all => format!("{} and {last}", all.join(", ")),
        },
        many => {
            let named = many.get(..NAMED).unwrap_or(many);
            format!("{} and {} {others}", named.join(", "), many.len() - named.len())
        }
    }
}

/// Returns the first run of such characters, and the lines that have any; the
/// start of the text if they are written in another way there.
fn places(characters: &[char], span: Span, sources: &Sources) -> (Span, Vec<String>) {
    let text = sources.slice(span);
    let is_one = |c: char| characters.contains(&c);
    let mut first = None;
    let mut lines: Vec<String> = Vec::new();
    for (at, c) in text.char_indices().filter(|(_, c)| is_one(*c)) {
        let start = span.start as usize + at;
        let run = text[at..].find(|c: char| !is_one(c) && c != ' ').unwrap_or(text.len() - at);
        let run = text[at..at + run].trim_end().len().max(c.len_utf8());
        first.get_or_insert_with(|| Span::new(span.file, start, start + run));
        let offset = u32::try_from(start).unwrap_or(span.start);
        let line = sources.position(span.file, offset).line.to_string();
        if lines.last() != Some(&line) {
            lines.push(line);
        }
    }
    // Of a work, the key; of a whole file, its start.
    let else_at = if span.start == 0 { Span { end: 0, ..span } } else { span };
    (first.unwrap_or(else_at), lines)
}
