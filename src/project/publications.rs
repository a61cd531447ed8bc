//! Publications of the manifest: handouts, books, decks.

use super::images::whole;
use super::length::millimeters;
use super::press::PressEdition;
use super::printing::{CardSheets, Printing};
use super::{Citing, Selection, read_name};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    Bleed, Coloring, CsvTypes, FigureOverlay, FigureStyle, PressSettings, ProfileLanguage,
    Standard, Variant,
};
use crate::source::{Span, Spanned};
use crate::yaml::{self, Fields, Node, expect_list, expect_mapping};

/// What a publication gives the options of its layout: names with their places,
/// and values. Only the layout knows what they may be.
pub type GivenOptions = Vec<(Spanned<String>, Node)>;

/// Handouts of topics.
#[derive(Debug, Clone, PartialEq)]
pub struct Handouts {
    /// Of which topics.
    pub topics: Selection,
    /// The layout.
    pub layout: Spanned<String>,
    /// What the layout's options are.
    pub options: GivenOptions,
    /// The paper, by its name in Typst.
    pub paper: &'static str,
    /// How many pages each may take.
    pub budget: Option<Spanned<usize>>,
    /// Where it is asked that text be large, if it is.
    pub large_print: Option<Span>,
    /// For whom each is made: not empty, and none twice.
    pub variants: Vec<Variant>,
    /// How figures with marks are shown.
    pub figures: FigureStyle,
    /// What is asked of their pages besides.
    pub press: PressSettings,
    /// The second edition of them, for a print shop.
    pub press_edition: Option<PressEdition>,
    /// The sheets that their pages are put on.
    pub print: Vec<Printing>,
    /// How they cite and list works.
    pub citing: Citing,
}

/// A deck of flashcards.
#[derive(Debug, Clone, PartialEq)]
pub struct Deck {
    /// The name of its files.
    pub name: Spanned<String>,
    /// Its name in Anki.
    pub title: String,
    /// Of which topics.
    pub topics: Selection,
    /// Which note types its CSV names.
    pub csv: CsvTypes,
    /// The language of the profiles that it is for, if it names Anki's own types.
    pub profile: ProfileLanguage,
    /// The sheets of its cards, to be cut out.
    pub print: Vec<CardSheets>,
    /// How works are cited: as in the book that it goes with.
    pub citing: Citing,
}

/// Papers by their names here and in Typst.
const PAPERS: [(&str, &str); 8] = [
    ("a4", "a4"),
    ("a5", "a5"),
    ("b5", "iso-b5"),
    ("letter", "us-letter"),
    ("us-letter", "us-letter"),
    ("legal", "us-legal"),
    ("a3", "a3"),
    ("us-trade", "us-trade"),
];

/// Returns the names of papers.
pub fn paper_names() -> impl Iterator<Item = &'static str> {
    PAPERS.iter().map(|(name, _)| *name)
}

/// Reads a list of publications; without the key, there is one with defaults.
pub(super) fn publications<T>(
    fields: &mut Fields,
    key: &'static str,
    diagnostics: &mut Diagnostics,
    mut read: impl FnMut(&mut Fields, &mut Diagnostics) -> T,
) -> Vec<T> {
    let nodes = match fields.take(key) {
        None => vec![Node { value: yaml::Value::Mapping(Vec::new()), span: fields.span }],
        Some(node) => expect_list(node, key, diagnostics).unwrap_or_default(),
    };
    let what = format!("an entry of `{key}`");
    nodes
        .into_iter()
        .map(|node| {
            let mut fields = Fields::new(node, &what, diagnostics);
            let publication = read(&mut fields, diagnostics);
            fields.finish(&what, diagnostics);
            publication
        })
        .collect()
}

pub(super) fn unique_names<'a>(
    key: &str,
    names: impl Iterator<Item = &'a Spanned<String>>,
    diagnostics: &mut Diagnostics,
) {
    let mut seen = std::collections::BTreeMap::new();
    for Spanned { value: name, span } in names {
        if let Some(first) = seen.insert(name, *span) {
            diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("two entries of `{key}` have the name `{name}`"),
                )
                .at(*span)
                .hint_at(first, "the other one is here")
                .hint("give each a `name` of its own; their files are called by it"),
            );
        }
    }
}

pub(super) fn layout(
    fields: &mut Fields,
    default: &str,
    diagnostics: &mut Diagnostics,
) -> Spanned<String> {
    let span = fields.span;
    fields.text("layout", diagnostics).unwrap_or_else(|| Spanned::new(default.to_owned(), span))
}

pub(super) fn options(fields: &mut Fields, diagnostics: &mut Diagnostics) -> GivenOptions {
    let node = fields.take("options");
    node.and_then(|node| expect_mapping(node, "options", diagnostics)).unwrap_or_default()
}

pub(super) fn paper(
    fields: &mut Fields,
    default: &'static str,
    diagnostics: &mut Diagnostics,
) -> &'static str {
    let Some(written) = fields.text("paper", diagnostics) else { return default };
    let found = PAPERS.iter().find(|(name, _)| *name == written.value);
    if found.is_none() {
        let names: Vec<_> = paper_names().collect();
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown paper `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names.iter().copied()))
                .hint(format!("the papers are: {}", names.join(", "))),
        );
    }
    found.map_or(default, |(_, typst)| typst)
}

pub(super) fn figures(fields: &mut Fields, diagnostics: &mut Diagnostics) -> FigureStyle {
    let Some(written) = fields.text("figures", diagnostics) else { return FigureStyle::default() };
    let found = FigureStyle::ALL.into_iter().find(|style| style.name() == written.value);
    if found.is_none() {
        let names = FigureStyle::ALL.map(FigureStyle::name);
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("figures are not shown as `{}`", written.value),
            )
            .at(written.span)
            .maybe_hint(near_miss(&written.value, names))
            .hint(format!("they are shown as: {}", names.join(", "))),
        );
    }
    found.unwrap_or_default()
}

pub(super) fn figure_overlay(fields: &mut Fields, diagnostics: &mut Diagnostics) -> FigureOverlay {
    let Some(written) = fields.text("figure-overlay", diagnostics) else {
        return FigureOverlay::default();
    };
    let found = FigureOverlay::ALL.into_iter().find(|overlay| overlay.name() == written.value);
    if found.is_none() {
        let names = FigureOverlay::ALL.map(FigureOverlay::name);
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("marks are not drawn as `{}`", written.value),
            )
            .at(written.span)
            .maybe_hint(near_miss(&written.value, names))
            .hint(format!("they are drawn as: {}", names.join(", "))),
        );
    }
    found.unwrap_or_default()
}

/// How far ink may go on beyond the edges of a page, in millimeters.
pub const BLEED: (f64, f64) = (0.0, 25.4);

/// How many pages a publication may be limited to.
pub const PAGES: (u32, u32) = (1, 100);

/// Reads `pages`, or `sheets`, of which each has two.
pub(super) fn budget(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Option<Spanned<usize>> {
    let mut read = |key: &'static str, factor| {
        let node = fields.take(key)?;
        let (least, most) = PAGES;
        let number = whole(key, &node, (least, most / factor), diagnostics)?;
        Some(Spanned::new(usize::try_from(number * factor).ok()?, node.span))
    };
    let (pages, sheets) = (read("pages", 1), read("sheets", 2));
    if let (Some(pages), Some(sheets)) = (&pages, &sheets) {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                "both `pages` and `sheets` say how much room there is",
            )
            .at(sheets.span)
            .hint_at(pages.span, "`pages` is here")
            .hint("delete one of them: a sheet has two pages"),
        );
    }
    pages.or(sheets)
}

/// Reads `large-print`; returns where it is asked for.
pub(super) fn large_print(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Option<Span> {
    let node = fields.take("large-print")?;
    match node.value {
        yaml::Value::Bool(asked) => asked.then_some(node.span),
        other => {
            let message =
                format!("`large-print` should be `true` or `false`, but is {}", other.kind());
            diagnostics.push(Diagnostic::error(Code::InvalidValue, message).at(node.span));
            None
        }
    }
}

/// Reads `variants`: one, or a list.
pub(super) fn variants(fields: &mut Fields, diagnostics: &mut Diagnostics) -> Vec<Variant> {
    let all = Variant::ALL.map(|variant| (variant.name(), variant));
    let said = ("variant", "variant of a handout");
    let mut variants = each_once(fields, "variants", &all, said, diagnostics);
    if variants.is_empty() {
        variants.push(Variant::default());
    }
    variants
}

/// Reads what may be one of some names or a list of them, none of them twice; messages say
/// what they are, in short and in full.
pub(super) fn each_once<T: Copy + PartialEq>(
    fields: &mut Fields,
    key: &'static str,
    all: &[(&str, T)],
    (short, full): (&str, &str),
    diagnostics: &mut Diagnostics,
) -> Vec<T> {
    let mut found = Vec::new();
    for written in fields.texts(key, diagnostics) {
        match all.iter().find(|(name, _)| *name == written.value) {
            Some((name, one)) if found.contains(one) => diagnostics.push(
                Diagnostic::error(
                    Code::InvalidValue,
                    format!("the {short} `{name}` is written twice"),
                )
                .at(written.span)
                .hint("delete one of them"),
            ),
            Some((_, one)) => found.push(*one),
            None => {
                let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
                let message = format!("`{}` is no {full}", written.value);
                diagnostics.push(
                    Diagnostic::error(Code::InvalidValue, message)
                        .at(written.span)
                        .maybe_hint(near_miss(&written.value, names.iter().copied()))
                        .hint(format!("the {short}s are: {}", names.join(", "))),
                );
            }
        }
    }
    found
}

/// Reads `color`, `standard` and `bleed`.
pub(super) fn press(fields: &mut Fields, diagnostics: &mut Diagnostics) -> PressSettings {
    let coloring = choice(fields, "color", &Coloring::NAMES, &[], diagnostics);
    // What is asked for by other names.
    let others = [
        ("pdf/a-", "name a part and a level, such as `a-2a`"),
        ("x-", "PDF/X-4 is for a press, and a second edition: `press: sources/NAME.icc`"),
        ("pdf/x-", "PDF/X-4 is for a press, and a second edition: `press: sources/NAME.icc`"),
        ("ua-2", "PDF/UA-2 is not there yet; `ua-1` is"),
        ("a-4e", "that is for three-dimensional models; `a-4` is for pages"),
        ("a-4f", "that is for files with attachments; `a-4` is for pages"),
    ];
    let standard = choice(fields, "standard", &Standard::NAMES, &others, diagnostics);
    let bleed = millimeters(fields, "bleed", BLEED, diagnostics);
    let bleed = bleed.map_or_else(Bleed::default, |bleed| Bleed::mm(bleed.value));
    PressSettings { coloring, standard, bleed }
}

/// Reads a key that has one of a few values. `others` are what values that are
/// none begin with, and what to say of them.
pub(super) fn choice<T: Copy + Default>(
    fields: &mut Fields,
    key: &'static str,
    known: &[(&'static str, T)],
    others: &[(&str, &str)],
    diagnostics: &mut Diagnostics,
) -> T {
    let Some(written) = fields.text(key, diagnostics) else { return T::default() };
    // YAML takes `2.0` for a number, and numbers have no zeros at their end.
    let is_it = |name: &str| name.strip_suffix(".0").unwrap_or(name) == written.value;
    let found = known.iter().find(|(name, _)| *name == written.value || is_it(name));
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        let folded = written.value.to_lowercase();
        let other = others.iter().find(|(start, _)| folded.starts_with(start));
        let message = format!("`{}` is no value of `{key}`", written.value);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(written.span)
                .maybe_hint(match other {
                    Some((_, hint)) => Some((*hint).to_owned()),
                    None => near_miss(&written.value, names.iter().copied()),
                })
                .hint(format!("it is one of: {}", names.join(", "))),
        );
    }
    found.map_or_else(T::default, |(_, value)| *value)
}

pub(super) fn file_name(
    fields: &mut Fields,
    default: &str,
    diagnostics: &mut Diagnostics,
) -> Spanned<String> {
    let written = fields.text("name", diagnostics);
    let span = written.as_ref().map_or(fields.span, |name| name.span);
    let name = written.map(|name| read_name(&name, diagnostics));
    Spanned::new(name.unwrap_or_else(|| default.to_owned()), span)
}
