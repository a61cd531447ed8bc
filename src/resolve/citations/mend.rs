//! Styles, mended for what hayagriva does otherwise than CSL has it.
//!
//! Each mend has a test that fails as soon as hayagriva does it right by itself:
//! then the mend can go.

use hayagriva::citationberg::taxonomy::{NumberOrPageVariable, PageVariable, Term};
use hayagriva::citationberg::{
    Affixes, Choose, ChooseBranch, ChooseMatch, Date, DatePartName, DateParts, ElseBranch, Group,
    IndependentStyle, Label, LabelPluralize, LayoutRenderingElement, LongShortForm, Name, Names,
    NamesChild, Text, TextTarget, ToFormatting,
};

use crate::model::{NumberVariable, StandardVariable, Variable};

/// Mends a style for hayagriva 0.10.1.
pub(super) fn mend(csl: &mut IndependentStyle) {
    super::manuals::mend(csl);
    close_layout(&mut csl.citation.layout.elements);
    mend_elements(&mut csl.citation.layout.elements);
    if let Some(bibliography) = &mut csl.bibliography {
        mend_elements(&mut bibliography.layout.elements);
    }
    for csl_macro in &mut csl.macros {
        mend_elements(&mut csl_macro.children);
    }
}

fn mend_elements(elements: &mut [LayoutRenderingElement]) {
    for element in elements {
        match element {
            LayoutRenderingElement::Names(names) => mend_names(names),
            LayoutRenderingElement::Group(group) => mend_elements(&mut group.children),
            LayoutRenderingElement::Choose(choose) => {
                mend_elements(&mut choose.if_.children);
                for branch in &mut choose.else_if {
                    mend_elements(&mut branch.children);
                }
                if let Some(otherwise) = &mut choose.otherwise {
                    mend_elements(&mut otherwise.children);
                }
            }
            LayoutRenderingElement::Text(text) => {
                if let Some(mended) = short_title(text) {
                    *element = mended;
                }
            }
            LayoutRenderingElement::Label(label) => {
                if let Some(mended) = page_label(label) {
                    *element = mended;
                }
            }
            LayoutRenderingElement::Date(date) => {
                if let Some(mended) = year_alone(date) {
                    *element = mended;
                }
            }
            LayoutRenderingElement::Number(_) => {}
        }
        affixes_outside(element);
    }
}

/// hayagriva 0.10.1 gives affixes the dress of what they stand around: an italic
/// period after an italic title. By CSL 1.0.2 ("Affixes") they have none.
fn affixes_outside(element: &mut LayoutRenderingElement) {
    let plain = hayagriva::citationberg::Formatting::default();
    let (affixes, display) = match element {
        LayoutRenderingElement::Text(text) if text.formatting != plain && !is_alone(text) => {
            (std::mem::take(&mut text.affixes), text.display.take())
        }
        LayoutRenderingElement::Date(date) if date.formatting != plain => {
            (std::mem::take(&mut date.affixes), date.display.take())
        }
        LayoutRenderingElement::Group(group) if group.to_formatting() != plain => {
            let affixes = Affixes { prefix: group.prefix.take(), suffix: group.suffix.take() };
            (affixes, group.display.take())
        }
        _ => return,
    };
    let Affixes { prefix, suffix } = affixes;
    if prefix.is_none() && suffix.is_none() && display.is_none() {
        return;
    }
    let inner = element.clone();
    *element = LayoutRenderingElement::Group(Group { prefix, suffix, display, ..group(inner) });
}

/// Tells texts that the engine looks for by themselves: numbers of works, and
/// what it makes links of, with the address before it.
fn is_alone(text: &Text) -> bool {
    let TextTarget::Variable { var, .. } = text.target else { return false };
    [
        Variable::from(NumberVariable::CitationNumber),
        StandardVariable::CitationLabel.into(),
        StandardVariable::DOI.into(),
        StandardVariable::PMID.into(),
        StandardVariable::PMCID.into(),
        StandardVariable::URL.into(),
    ]
    .contains(&var)
}

/// Returns a group of one element.
fn group(element: LayoutRenderingElement) -> Group {
    Group {
        children: vec![element],
        font_style: None,
        font_variant: None,
        font_weight: None,
        text_decoration: None,
        vertical_align: None,
        prefix: None,
        suffix: None,
        delimiter: None,
        display: None,
    }
}

/// hayagriva 0.10.1 renders nothing for `<names>` without a `<name/>` child: by
/// CSL 1.0.2 (section "Names") it stands for one with default options. Without
/// this, Vancouver and NLM lose all authors.
fn mend_names(names: &mut Names) {
    let has_name = names.children.iter().any(|child| matches!(child, NamesChild::Name(_)));
    if !has_name && !names.children.is_empty() {
        names.children.insert(0, NamesChild::Name(Name::default()));
    }
    for child in &mut names.children {
        if let NamesChild::Substitute(substitute) = child {
            // There, `<names variable="editor"/>` stands for one with the children
            // of what it substitutes; that has a name by now.
            mend_elements(&mut substitute.children);
        }
    }
}

/// hayagriva 0.10.1 does not know that the short form of a container's title is
/// a variable of its own in CSL JSON (CSL 1.0.2, appendix IV), with the long one
/// for works that have none.
fn short_title(text: &Text) -> Option<LayoutRenderingElement> {
    let container = Variable::from(StandardVariable::ContainerTitle);
    let TextTarget::Variable { var, form: LongShortForm::Short } = text.target else {
        return None;
    };
    if var != container {
        return None;
    }
    let short = Variable::from(StandardVariable::ContainerTitleShort);
    let with = |var| {
        let target = TextTarget::Variable { var, form: LongShortForm::Long };
        LayoutRenderingElement::Text(Text { target, ..text.clone() })
    };
    Some(LayoutRenderingElement::Choose(if_there(short, with(short), Some(with(container)))))
}

/// hayagriva 0.10.1 does not look at a label's `plural` where it is one of pages:
/// "pp. 93-113" in styles that want "p. 93-113".
fn page_label(label: &Label) -> Option<LayoutRenderingElement> {
    let plural = match label.label.plural {
        LabelPluralize::Contextual => return None,
        LabelPluralize::Always => true,
        LabelPluralize::Never => false,
    };
    if label.variable != NumberOrPageVariable::Page(PageVariable::Page) {
        return None;
    }
    let term = TextTarget::Term { term: Term::PageVariable, form: label.label.form, plural };
    let text = Text {
        formatting: label.label.formatting,
        affixes: label.label.affixes.clone(),
        strip_periods: label.label.strip_periods,
        text_case: label.label.text_case,
        ..Text::with_target(term)
    };
    let page = Variable::Page(PageVariable::Page);
    Some(LayoutRenderingElement::Choose(if_there(page, LayoutRenderingElement::Text(text), None)))
}

/// Tells the engine that one of a work's dates has a season. No style asks for
/// keywords.
pub(super) const SEASON: StandardVariable = StandardVariable::Keyword;

/// hayagriva 0.10.1 prints the season where a style wants the year alone of a
/// date that has the locale's form: "Summer/1992". What the locale has around the
/// year is lost for such dates.
fn year_alone(date: &Date) -> Option<LayoutRenderingElement> {
    if date.form.is_none() || date.parts != Some(DateParts::Year) {
        return None;
    }
    let year = date.date_part.iter().find(|part| part.name == DatePartName::Year).cloned();
    let plain = || serde_json::from_value(serde_json::json!({ "@name": "year" })).ok();
    let year = year.or_else(plain)?;
    let alone = Date { form: None, parts: None, date_part: vec![year], ..date.clone() };
    let otherwise = Some(LayoutRenderingElement::Date(date.clone()));
    let alone = LayoutRenderingElement::Date(alone);
    Some(LayoutRenderingElement::Choose(if_there(SEASON.into(), alone, otherwise)))
}

/// hayagriva 0.10.1 puts the delimiter between works also between what a choice
/// at the top of the layout prints.
fn close_layout(elements: &mut [LayoutRenderingElement]) {
    for element in elements {
        if matches!(element, LayoutRenderingElement::Choose(_)) {
            *element = LayoutRenderingElement::Group(group(element.clone()));
        }
    }
}

/// Returns a choice by whether a work has something.
fn if_there(
    variable: Variable,
    there: LayoutRenderingElement,
    otherwise: Option<LayoutRenderingElement>,
) -> Choose {
    Choose {
        if_: ChooseBranch {
            disambiguate: None,
            is_numeric: None,
            is_uncertain_date: None,
            locator: None,
            position: None,
            type_: None,
            variable: Some(vec![variable]),
            match_: ChooseMatch::default(),
            children: vec![there],
        },
        else_if: Vec::new(),
        otherwise: otherwise.map(|element| ElseBranch { children: vec![element] }),
    }
}
