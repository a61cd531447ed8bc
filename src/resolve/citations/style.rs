//! Citation styles: their names, and what follows from how they cite.

use hayagriva::archive::ArchivedStyle;
use hayagriva::citationberg::taxonomy::{NumberOrPageVariable, NumberVariable, Variable};
use hayagriva::citationberg::{
    CitationFormat, Collapse, FontStyle, FontVariant, FontWeight, IndependentStyle,
    InheritableNameOptions, Layout, LayoutRenderingElement, NamesChild, Style as Csl,
    StyleCategory, StyleClass, TextTarget, ToFormatting, VerticalAlign,
};

use super::flow::Face;
use super::manuals::mend;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::Script;
use crate::source::Spanned;

/// A citation style, ready to render.
#[derive(Debug, Clone)]
pub struct Style {
    pub(in crate::resolve::citations) csl: IndependentStyle,
    pub(in crate::resolve) manner: Manner,
}

/// How a style cites.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::resolve) struct Manner {
    /// By numbers or labels, not by names.
    pub(in crate::resolve) numeric: bool,
    /// In notes.
    pub(in crate::resolve) notes: bool,
    /// Above the line.
    pub(in crate::resolve) raised: bool,
    /// Whether a citation looks otherwise when its work was cited before.
    pub(in crate::resolve) positional: bool,
    /// Whether it prints places in works.
    pub(in crate::resolve) places: bool,
}

/// The style of a project that names none: numbers in the order of citation, as
/// medicine has it (NLM, Citing Medicine).
pub const DEFAULT_STYLE: &str = "vancouver";

/// Names by which people know styles that the archive has under another: the
/// archive's own earlier names, and earlier ids of the CSL repository.
const ALIASES: [(&str, &str); 15] = [
    ("ama", "american-medical-association"),
    ("acs", "american-chemical-society"),
    ("acm", "association-for-computing-machinery"),
    ("asa", "american-sociological-association"),
    ("abnt", "associacao-brasileira-de-normas-tecnicas"),
    ("lancet", "the-lancet"),
    ("nlm", "nlm-citation-sequence"),
    ("national-library-of-medicine", "nlm-citation-sequence"),
    ("harvard", "harvard-cite-them-right"),
    ("chicago-fullnote-bibliography", "chicago-notes"),
    ("chicago-note-bibliography", "chicago-shortened-notes"),
    ("chicago-notes-bibliography-subsequent-author-title", "turabian-fullnote-8"),
    ("turabian-fullnote-bibliography", "turabian-fullnote-8"),
    ("springer-basic-brackets-no-et-al-alphabetical", "springer-basic"),
    ("deutsche-gesellschaft-fuer-psychologie", "deutsche-gesellschaft-für-psychologie"),
];

/// Where styles of the CSL repository live.
const REPOSITORY: &str = "http://www.zotero.org/styles/";

impl Style {
    /// Returns the style of a name: see [`Style::archived`].
    pub fn named(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<Self> {
        let found = Self::archived(&name.value);
        if found.is_none() {
            let all: Vec<&str> = names().flat_map(|(_, names)| names).collect();
            diagnostics.push(
                Diagnostic::error(Code::UnknownStyle, format!("unknown citation style `{}`", name.value))
                    .at(name.span)
                    .maybe_hint(near_miss(&name.value, all))
                    .hint("styles have the names of the CSL repository, such as `vancouver`, `ama` or `apa`; any other style can lie in the project as a `.csl` file"),
            );
        }
        found
    }

    /// Returns the style of a name in the archive, of one of its earlier names,
    /// or of an id in the CSL repository.
    pub fn archived(name: &str) -> Option<Self> {
        let id = name
            .strip_prefix(REPOSITORY)
            .or_else(|| name.strip_prefix("https://www.zotero.org/styles/"));
        let name = id.unwrap_or(name).trim_end_matches(".csl");
        let alias = ALIASES.iter().find(|(alias, _)| *alias == name);
        let name = alias.map_or(name, |(_, name)| name);
        let style = ArchivedStyle::by_name(name)
            .or_else(|| ArchivedStyle::by_id(&format!("{REPOSITORY}{name}")))?;
        match style.get() {
            Csl::Independent(csl) => Some(Self::of(csl)),
            Csl::Dependent(_) => None,
        }
    }

    /// Returns a style, mended.
    pub(super) fn of(mut csl: IndependentStyle) -> Self {
        mend(&mut csl);
        let manner = manner(&csl);
        Self { csl, manner }
    }
}

/// Returns the styles of the archive: what each is called in full, and all names
/// that it is known by.
pub fn names() -> impl Iterator<Item = (&'static str, Vec<&'static str>)> {
    ArchivedStyle::all().iter().map(|style| {
        let mut names = style.names().to_vec();
        let id = style.csl_id().rsplit('/').next().unwrap_or_default();
        let of_style = |name: &&str| style.names().contains(name);
        let aliases = ALIASES.iter().filter(|(_, name)| of_style(name)).map(|(alias, _)| *alias);
        for name in aliases.chain([id]) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (style.display_name(), names)
    })
}

fn manner(csl: &IndependentStyle) -> Manner {
    let mut search =
        Search { csl, numbers: false, raised: false, positional: false, places: false };
    let layout = &csl.citation.layout;
    let is_up = |align: Option<VerticalAlign>| align == Some(VerticalAlign::Sup);
    search.elements(&layout.elements, is_up(layout.vertical_align), 0);
    let later = |options: &InheritableNameOptions| options.et_al_subsequent_min.is_some();
    let numeric = csl.info.category.iter().any(|category| {
        matches!(
            category,
            StyleCategory::CitationFormat {
                format: CitationFormat::Numeric | CitationFormat::Label
            }
        )
    });
    let notes = csl.settings.class == StyleClass::Note;
    let numeric = !notes && (numeric || search.numbers);
    Manner {
        numeric,
        notes,
        raised: numeric && search.raised,
        places: search.places,
        positional: notes
            || search.positional
            || later(&csl.settings.options)
            || later(&csl.citation.name_options),
    }
}

/// Returns how a layout has text look.
pub(super) fn face(layout: &Layout) -> Face {
    Face {
        italic: layout.font_style == Some(FontStyle::Italic),
        bold: layout.font_weight == Some(FontWeight::Bold),
        small_caps: layout.font_variant == Some(FontVariant::SmallCaps),
        script: match layout.vertical_align {
            Some(VerticalAlign::Sup) => Script::Superscript,
            Some(VerticalAlign::Sub) => Script::Subscript,
            Some(VerticalAlign::None | VerticalAlign::Baseline) | None => Script::Baseline,
        },
    }
}

/// Returns whether a style wants ranges of numbers collapsed.
pub(super) fn collapses_numbers(csl: &IndependentStyle) -> bool {
    csl.citation.collapse == Some(Collapse::CitationNumber)
}

/// Looks through the citation's layout.
struct Search<'a> {
    csl: &'a IndependentStyle,
    numbers: bool,
    raised: bool,
    positional: bool,
    places: bool,
}

impl Search<'_> {
    fn number(&mut self, up: bool) {
        self.numbers = true;
        self.raised |= up;
    }

    fn elements(&mut self, elements: &[LayoutRenderingElement], up: bool, depth: usize) {
        // Styles were searched for circles before.
        if depth > 60 {
            return;
        }
        for element in elements {
            match element {
                LayoutRenderingElement::Text(text) => {
                    let up = up || text.formatting.vertical_align == Some(VerticalAlign::Sup);
                    match &text.target {
                        TextTarget::Macro { name } => {
                            let csl = self.csl;
                            if let Some(found) = csl.macros.iter().find(|one| one.name == *name) {
                                self.elements(&found.children, up, depth + 1);
                            }
                        }
                        TextTarget::Variable {
                            var: Variable::Number(NumberVariable::CitationNumber),
                            ..
                        } => self.number(up),
                        TextTarget::Variable {
                            var: Variable::Number(NumberVariable::Locator),
                            ..
                        } => self.places = true,
                        _ => {}
                    }
                }
                LayoutRenderingElement::Number(number) => {
                    let up = up || number.formatting.vertical_align == Some(VerticalAlign::Sup);
                    let wanted = NumberOrPageVariable::Number(NumberVariable::CitationNumber);
                    if number.variable == wanted {
                        self.number(up);
                    }
                    let place = NumberOrPageVariable::Number(NumberVariable::Locator);
                    self.places |= number.variable == place;
                }
                LayoutRenderingElement::Group(group) => {
                    let up = up || group.to_formatting().vertical_align == Some(VerticalAlign::Sup);
                    self.elements(&group.children, up, depth + 1);
                }
                LayoutRenderingElement::Choose(choose) => {
                    for branch in choose.branches() {
                        self.positional |= branch.position.is_some();
                        self.elements(&branch.children, up, depth + 1);
                    }
                    if let Some(otherwise) = &choose.otherwise {
                        self.elements(&otherwise.children, up, depth + 1);
                    }
                }
                LayoutRenderingElement::Names(names) => {
                    self.positional |= names.et_al_subsequent_min.is_some();
                    let none = InheritableNameOptions::default();
                    for child in &names.children {
                        match child {
                            NamesChild::Name(name) => {
                                let options = name.options(&none);
                                self.positional |= options.et_al_subsequent_min.is_some();
                            }
                            NamesChild::Substitute(substitute) => {
                                self.elements(&substitute.children, up, depth + 1);
                            }
                            NamesChild::EtAl(_) | NamesChild::Label(_) => {}
                        }
                    }
                }
                LayoutRenderingElement::Date(_) | LayoutRenderingElement::Label(_) => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_known_by_old_and_new_names() {
        for (_, names) in names() {
            let styles: Vec<_> = names.iter().map(|name| Style::archived(name)).collect();
            assert!(styles.iter().all(Option::is_some), "{names:?}");
        }
        for name in ["vancouver", "ama", "national-library-of-medicine", "springer-basic-brackets"]
        {
            assert!(Style::archived(name).is_some(), "{name}");
        }
        assert!(Style::archived("http://www.zotero.org/styles/apa").is_some());
        assert!(Style::archived("vancuver").is_none());
        assert!(Style::archived("").is_none());
    }
}
