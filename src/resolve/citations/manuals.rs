//! What styles have otherwise than the manuals that they stand for, in what is
//! common: `docs/citations.md` lists it, "What Recto mends in styles". Styles are
//! known by their ids, whether they are the archive's or lie in the project.

use std::borrow::Cow;

use hayagriva::citationberg::{
    Affixes, IndependentStyle, LayoutRenderingElement, Locale, NamesChild, Text, TextTarget,
};

use crate::model::{Name, NameVariable, StandardVariable, Work};

/// What a manual wants of works.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Manual {
    /// Two initials at most, and "3rd" for "III" (Citing Medicine, 1A).
    pub(super) short_names: bool,
    /// A semicolon between persons and a group (Citing Medicine, 1A; AMA, 3.7).
    pub(super) groups_apart: bool,
    /// A capital after a colon in titles (APA, 9.19).
    pub(super) capital_after_colon: bool,
    /// No publisher that is the author (APA, 9.29).
    pub(super) author_publishes: bool,
}

/// Returns what the manual of a style wants of works.
pub(super) fn manual(csl: &IndependentStyle) -> Manual {
    match family(csl) {
        Some(Family::Nlm) => Manual { short_names: true, groups_apart: true, ..Manual::default() },
        Some(Family::Ama) => Manual { groups_apart: true, ..Manual::default() },
        Some(Family::Apa) => {
            Manual { capital_after_colon: true, author_publishes: true, ..Manual::default() }
        }
        None => Manual::default(),
    }
}

/// Styles of one manual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Nlm,
    Ama,
    Apa,
}

fn family(csl: &IndependentStyle) -> Option<Family> {
    match csl.info.id.rsplit('/').next()? {
        "nlm-citation-sequence"
        | "nlm-citation-sequence-superscript"
        | "nlm-citation-name"
        | "nlm-name-year" => Some(Family::Nlm),
        "american-medical-association" => Some(Family::Ama),
        "apa" => Some(Family::Apa),
        _ => None,
    }
}

/// Mends a style.
pub(super) fn mend(csl: &mut IndependentStyle) {
    if family(csl) != Some(Family::Nlm) {
        return;
    }
    // Citing Medicine, 1A, "Location": a hyphen between pages.
    if let Some(locale) = hyphen_between_pages() {
        csl.locale.push(locale);
    }
    let layout = csl.bibliography.iter_mut().map(|bibliography| &mut bibliography.layout.elements);
    let macros = csl.macros.iter_mut().map(|csl_macro| &mut csl_macro.children);
    for elements in layout.chain(macros) {
        each_text(elements, &mut nlm_doi);
    }
}

/// Citing Medicine, 1A, and the NLM's samples: "doi: 10.1056/NEJMsb020632."
fn nlm_doi(text: &mut Text) {
    let is_doi = matches!(text.target, TextTarget::Variable { var, .. } if var == StandardVariable::DOI.into());
    if is_doi && text.affixes.prefix.as_deref() == Some("doi:") {
        text.affixes = Affixes { prefix: Some("doi: ".into()), suffix: Some(".".into()) };
    }
}

fn hyphen_between_pages() -> Option<Locale> {
    let term = serde_json::json!({ "@name": "page-range-delimiter", "$text": "-" });
    serde_json::from_value(serde_json::json!({ "terms": { "term": [term] } })).ok()
}

fn each_text(elements: &mut [LayoutRenderingElement], change: &mut impl FnMut(&mut Text)) {
    for element in elements {
        match element {
            LayoutRenderingElement::Text(text) => change(text),
            LayoutRenderingElement::Group(group) => each_text(&mut group.children, change),
            LayoutRenderingElement::Choose(choose) => {
                each_text(&mut choose.if_.children, change);
                for branch in &mut choose.else_if {
                    each_text(&mut branch.children, change);
                }
                if let Some(otherwise) = &mut choose.otherwise {
                    each_text(&mut otherwise.children, change);
                }
            }
            LayoutRenderingElement::Names(names) => {
                for child in &mut names.children {
                    if let NamesChild::Substitute(substitute) = child {
                        each_text(&mut substitute.children, change);
                    }
                }
            }
            LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Label(_) => {}
        }
    }
}

impl Manual {
    /// Returns given names as the manual has them.
    pub(super) fn given(self, given: Cow<'_, str>) -> Cow<'_, str> {
        if self.short_names { Cow::Owned(two_initials(&given)) } else { given }
    }

    /// Returns what follows a name as the manual has it.
    pub(super) fn suffix(self, suffix: &str) -> Cow<'_, str> {
        if !self.short_names {
            return Cow::Borrowed(suffix);
        }
        Cow::Borrowed(match suffix.trim() {
            "II" => "2nd",
            "III" => "3rd",
            "IV" => "4th",
            "V" => "5th",
            suffix => suffix.trim_end_matches('.'),
        })
    }

    /// Returns whether a variable is left out of a work's entry.
    pub(super) fn leaves_out(self, variable: StandardVariable, work: &Work) -> bool {
        self.author_publishes
            && variable == StandardVariable::Publisher
            && work.people(NameVariable::Author).is_some_and(|list| match &list.names[..] {
                [Name::Literal(author)] => work.plain(variable).as_ref() == Some(author),
                _ => false,
            })
    }
}

/// Returns the given names that begin with the first two capitals.
fn two_initials(given: &str) -> String {
    let mut count = 0;
    let mut within = false;
    for (at, letter) in given.char_indices() {
        let begins = letter.is_uppercase() && !within;
        within = letter.is_alphabetic() || matches!(letter, '\'' | '’');
        count += usize::from(begins);
        if count > 2 {
            return given[..at].trim_end_matches([' ', '-', '.']).to_owned();
        }
    }
    given.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_initials_are_enough() {
        for (given, short) in [
            ("John P. A.", "John P"),
            ("Scott D.", "Scott D."),
            ("C. D'Arcy J.", "C. D'Arcy"),
            ("Jean-Louis", "Jean-Louis"),
            ("Jean-Louis A.", "Jean-Louis"),
            ("", ""),
        ] {
            assert_eq!(two_initials(given), short);
        }
    }
}
