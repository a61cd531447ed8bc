//! What a style and its locale say of texts that the engine does not see to.

use hayagriva::citationberg::taxonomy::OtherTerm;
use hayagriva::citationberg::{
    IndependentStyle, InheritableNameOptions, LayoutRenderingElement, Locale, LocaleCode,
    NamesChild, TermForm,
};

use super::locale::locales;
use super::manuals::{Manual, manual};

/// The rules.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    pub(super) marks: Marks,
    /// What stands in a span of time: "June 15–17".
    pub(super) to: String,
    /// The names of months, long and short ones.
    months: Vec<Vec<String>>,
    /// The names of seasons.
    seasons: Vec<Vec<String>>,
    /// Whether pages are left as they are written.
    pub(super) pages_as_is: bool,
    /// Whether the style makes initials of given names.
    pub(super) initials: bool,
    /// What the style's manual wants of works.
    pub(super) manual: Manual,
}

/// Quotation marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) open: String,
    pub(super) close: String,
    pub(super) inner_open: String,
    pub(super) inner_close: String,
    /// Whether commas and periods stand inside them.
    pub(super) punctuation_inside: bool,
}

impl Rules {
    /// Returns the rules of a style in a language.
    pub(super) fn of(csl: &IndependentStyle, locale: &LocaleCode) -> Self {
        let term = |term: OtherTerm, form: TermForm| {
            lookup(csl, locale, |locale| locale.term(term.into(), form))
                .and_then(|term| term.single())
                .map(str::to_owned)
        };
        let long = |name: OtherTerm, otherwise: &str| {
            term(name, TermForm::Long).unwrap_or_else(|| otherwise.to_owned())
        };
        let forms = |name: OtherTerm| {
            let mut forms: Vec<String> = [TermForm::Long, TermForm::Short]
                .into_iter()
                .filter_map(|form| term(name, form))
                .collect();
            // Styles may strip periods.
            let bare: Vec<String> = forms.iter().map(|form| form.replace('.', "")).collect();
            forms.extend(bare);
            forms.retain(|form| !form.is_empty());
            // The longest first, for a short one may be the beginning of a long one.
            forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
            forms.dedup();
            forms
        };
        let own = csl.locale.iter().find_map(|locale| {
            locale.term(OtherTerm::PageRangeDelimiter.into(), TermForm::Long)?.single()
        });
        Self {
            marks: Marks {
                open: long(OtherTerm::OpenQuote, "“"),
                close: long(OtherTerm::CloseQuote, "”"),
                inner_open: long(OtherTerm::OpenInnerQuote, "‘"),
                inner_close: long(OtherTerm::CloseInnerQuote, "’"),
                punctuation_inside: lookup(csl, locale, |locale| {
                    locale.style_options?.punctuation_in_quote
                })
                .unwrap_or_default(),
            },
            // A style that has a sign of its own between pages means it for dates, too.
            to: own.map_or_else(|| "–".to_owned(), str::to_owned),
            months: (0..12).filter_map(OtherTerm::month).map(forms).collect(),
            seasons: [
                OtherTerm::Season01,
                OtherTerm::Season02,
                OtherTerm::Season03,
                OtherTerm::Season04,
            ]
            .map(forms)
            .to_vec(),
            pages_as_is: csl.settings.page_range_format.is_none(),
            initials: makes_initials(csl),
            manual: manual(csl),
        }
    }

    /// Returns the names of a month, counted from 1.
    pub(super) fn month(&self, number: u8) -> &[String] {
        self.months.get(usize::from(number).wrapping_sub(1)).map_or(&[], Vec::as_slice)
    }

    /// Returns the names of a season, counted from 1.
    pub(super) fn season(&self, number: u8) -> &[String] {
        self.seasons.get(usize::from(number).wrapping_sub(1)).map_or(&[], Vec::as_slice)
    }
}

/// Tells whether a style makes initials of given names anywhere.
fn makes_initials(csl: &IndependentStyle) -> bool {
    fn within(elements: &[LayoutRenderingElement]) -> bool {
        elements.iter().any(|element| match element {
            LayoutRenderingElement::Names(names) => {
                names.children.iter().any(|child| match child {
                    NamesChild::Name(name) => {
                        name.options(&InheritableNameOptions::default()).initialize_with.is_some()
                    }
                    NamesChild::Substitute(substitute) => within(&substitute.children),
                    NamesChild::EtAl(_) | NamesChild::Label(_) => false,
                })
            }
            LayoutRenderingElement::Group(group) => within(&group.children),
            LayoutRenderingElement::Choose(choose) => {
                choose.branches().any(|branch| within(&branch.children))
                    || choose.otherwise.as_ref().is_some_and(|other| within(&other.children))
            }
            LayoutRenderingElement::Text(_)
            | LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Label(_) => false,
        })
    }
    let of = |options: &InheritableNameOptions| options.initialize_with.is_some();
    let list = csl.bibliography.as_ref();
    of(&csl.settings.options)
        || of(&csl.citation.name_options)
        || list.is_some_and(|list| of(&list.name_options) || within(&list.layout.elements))
        || within(&csl.citation.layout.elements)
        || csl.macros.iter().any(|csl_macro| within(&csl_macro.children))
}

/// Asks the style's own locales and those of the archive, the nearest first (CSL
/// 1.0.2, "Locale").
fn lookup<'a, R>(
    csl: &'a IndependentStyle,
    code: &LocaleCode,
    ask: impl Fn(&'a Locale) -> Option<R>,
) -> Option<R> {
    let base = code.0.split('-').next().unwrap_or_default();
    let of = |locale: &Locale, lang: Option<&str>| {
        locale.lang.as_ref().map(|lang| lang.0.as_str()) == lang
    };
    let own = [Some(code.0.as_str()), Some(base), None];
    let own =
        own.into_iter().flat_map(|lang| csl.locale.iter().filter(move |locale| of(locale, lang)));
    let fallback = code.fallback();
    let files =
        [Some(code.0.as_str()), fallback.as_ref().map(|code| code.0.as_str()), Some("en-US")];
    let files = files
        .into_iter()
        .flatten()
        .flat_map(|lang| locales(code).iter().filter(move |locale| of(locale, Some(lang))));
    own.chain(files).find_map(ask)
}
