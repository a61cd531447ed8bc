//! What would print badly, as warnings: which figure, which page, what to do.

use std::sync::Arc;

use super::glyphs;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::fonts::Fonts;
use crate::model::{Edition, Figure, Topic, Visitor, walk_topic};
use crate::source::{ProjectPath, Sources, Span};
use crate::write::pdf::{Flaw, FlawKind, LEAST_DPI, LEAST_MODULE, LEAST_TYPE, SAFE};

/// What is on pages.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) topics: &'a [Arc<Topic>],
    /// The edition of them, which is put together only if somebody asks.
    pub(super) edition: &'a dyn Fn() -> &'a Edition,
}

/// Warns of the flaws of pages, in the file `path`: of each kind once, of pictures and
/// codes each.
pub(super) fn report(
    flaws: &[Flaw],
    subject: Subject<'_>,
    path: &ProjectPath,
    fonts: &Fonts,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    let mut done: Vec<&Flaw> = Vec::new();
    for flaw in flaws {
        let same = |other: &&Flaw| is_same(&flaw.kind, &other.kind);
        if done.iter().any(same) {
            continue;
        }
        done.push(flaw);
        let pages = flaws.iter().filter(|other| same(other)).count();
        diagnose(flaw, pages - 1, subject, path, fonts, sources)
            .into_iter()
            .for_each(|diagnostic| diagnostics.push(diagnostic));
    }
}

/// Tells whether one message does for two flaws.
fn is_same(one: &FlawKind, other: &FlawKind) -> bool {
    match (one, other) {
        (FlawKind::Coarse { picture: one, .. }, FlawKind::Coarse { picture: other, .. }) => {
            one == other
        }
        (FlawKind::SmallCode { url: one, .. }, FlawKind::SmallCode { url: other, .. }) => {
            one == other
        }
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

fn diagnose(
    Flaw { page, kind }: &Flaw,
    others: usize,
    Subject { topics, edition }: Subject<'_>,
    path: &ProjectPath,
    fonts: &Fonts,
    sources: &Sources,
) -> Vec<Diagnostic> {
    let more = match others {
        0 => String::new(),
        1 => ", and one more page".to_owned(),
        many => format!(", and {many} more pages"),
    };
    let place = format!("page {page} of `{path}`{more}");
    let at = |diagnostic: Diagnostic, span: Option<Span>| match span {
        Some(span) => diagnostic.at(span),
        None => diagnostic.in_file(path),
    };
    let found = |text: &str| find(text, topics, sources);
    vec![match kind {
        FlawKind::Coarse { picture, dpi, enough } => {
            let shown = picture.as_ref().and_then(|hash| Shown::find(hash, edition()));
            let (name, span) = match shown {
                Some(Shown { name, span, .. }) => (name, Some(span)),
                None => ("a picture of the layout".to_owned(), None),
            };
            let message = format!("{name} is printed at {dpi:.0} dpi on {place}");
            let hint = format!(
                "under {LEAST_DPI:.0} dpi, dots are seen: take a picture {enough} pixels wide, or a layout that prints it smaller"
            );
            at(Diagnostic::warning(Code::CoarsePicture, message).hint(hint), span)
        }
        FlawKind::Tiny { points, text } => {
            let message = format!("there is text of {points:.1} pt on {place}: `{}`", short(text));
            let hint =
                format!("under {LEAST_TYPE:.0} pt, few can read it; the layout sets its size");
            at(Diagnostic::warning(Code::TinyText, message).hint(hint), found(text))
        }
        FlawKind::Outside { text, edge, distance } => {
            let what = match text {
                Some(text) => format!("`{}`", short(text)),
                None => "a picture or line".to_owned(),
            };
            let where_to = if *distance < 0.0 {
                format!("goes {:.1} mm over the {edge} edge", -distance)
            } else {
                format!("stands {distance:.1} mm from the {edge} edge")
            };
            let message = format!("{what} {where_to} of {place}");
            let hint = format!(
                "few printers reach the last {SAFE:.0} mm: wider margins, or a shorter word, formula or table, keep it on the page"
            );
            let span = text.as_deref().and_then(found);
            at(Diagnostic::warning(Code::OutsideMargin, message).hint(hint), span)
        }
        FlawKind::Thin { lines } => {
            let count =
                if *lines == 1 { "is only 1 line" } else { &format!("are only {lines} lines") };
            let message = format!("there {count} on {place}");
            let hint = "shorten the text before it by as many, or go on for some more";
            let span = match topics {
                [only] => Some(Span { end: 0, start: 0, ..only.span }),
                _ => None,
            };
            at(Diagnostic::warning(Code::ThinPage, message).hint(hint), span)
        }
        FlawKind::Colored { what } => {
            let message = format!("{what} has color on {place}, which is to be gray");
            let hint = "what is of a topic becomes gray, and so do gradients; tilings and pictures of the layout are to be gray there";
            at(Diagnostic::warning(Code::ColoredInk, message).hint(hint), None)
        }
        FlawKind::SmallCode { url, module, modules } => {
            let message =
                format!("the code of `{}` has modules of {module:.2} mm on {place}", short(url));
            let enough = (modules * LEAST_MODULE).ceil();
            let hint = format!(
                "under {LEAST_MODULE} mm, few phones can read it: give a shorter address, or the option `code-size: {enough}mm` of the layout"
            );
            at(Diagnostic::warning(Code::UnscannableCode, message).hint(hint), found(url))
        }
        FlawKind::Unseen { text } => {
            let missing = fonts.missing(text);
            let topic = topics
                .iter()
                .find(|topic| sources.text(topic.span.file).contains(|c| missing.contains(&c)));
            let topic = topic.or(topics.first());
            let file = topic.map(|topic| topic.span.file);
            return file.map_or_else(Vec::new, |file| {
                glyphs::explain(&missing, "", glyphs::whole(file, sources), fonts, sources)
            });
        }
    }]
}

/// A picture in a figure.
struct Shown<'a> {
    hash: &'a str,
    edition: &'a Edition,
    /// What messages call it.
    name: String,
    /// Where the author names its file.
    span: Span,
}

impl<'a> Shown<'a> {
    fn find(hash: &'a str, edition: &'a Edition) -> Option<Self> {
        edition.topics.iter().find_map(|topic| {
            let start = Span { end: topic.span.start, ..topic.span };
            let mut shown = Self { hash, edition, name: String::new(), span: start };
            walk_topic(topic, &mut shown);
            (!shown.name.is_empty()).then_some(shown)
        })
    }
}

impl Visitor for Shown<'_> {
    fn figure(&mut self, figure: &Figure) {
        let media = &self.edition.media.images;
        let is_it = |excerpt| media.get(excerpt).is_some_and(|media| media.hash == self.hash);
        let found = figure.lettered().find(|(_, panel)| is_it(&panel.image.excerpt));
        let Some((letter, panel)) = found.filter(|_| self.name.is_empty()) else { return };
        self.name = match self.edition.numbers.get(&figure.id) {
            Some(number) => {
                format!("figure {number}{}", letter.map(String::from).unwrap_or_default())
            }
            None => "the banner".to_owned(),
        };
        self.span = panel.image.span;
    }
}

/// Returns where a topic has a text, or the longest of its words.
fn find(text: &str, topics: &[Arc<Topic>], sources: &Sources) -> Option<Span> {
    let longest = text.split_whitespace().max_by_key(|word| word.len())?;
    [text, longest].into_iter().filter(|part| part.chars().count() > 2).find_map(|part| {
        topics.iter().find_map(|topic| {
            let file = topic.span.file;
            let at = sources.text(file).find(part)?;
            Some(Span::new(file, at, at + part.len()))
        })
    })
}

/// Returns the first words of a text.
fn short(text: &str) -> String {
    const MOST: usize = 40;
    match text.char_indices().nth(MOST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}
