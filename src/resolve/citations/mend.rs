//! Styles, mended for what hayagriva does otherwise than CSL has it.
//!
//! Each mend has a test that fails as soon as hayagriva does it right by itself:
//! then the mend can go.

use hayagriva::citationberg::{
    IndependentStyle, LayoutRenderingElement, LongShortForm, Name, Names, NamesChild, TextTarget,
};

use crate::model::StandardVariable;

/// Mends a style for hayagriva 0.10.1.
pub(super) fn mend(csl: &mut IndependentStyle) {
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
            LayoutRenderingElement::Names(names) => {
                mend_names(names);
            }
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
            LayoutRenderingElement::Text(text) => mend_short(&mut text.target),
            LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Label(_) => {}
        }
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
}

/// hayagriva 0.10.1 does not know that the short form of a container's title is
/// a variable of its own in CSL JSON (CSL 1.0.2, appendix IV).
fn mend_short(target: &mut TextTarget) {
    if let TextTarget::Variable { var, form: LongShortForm::Short } = target
        && *var == StandardVariable::ContainerTitle.into()
    {
        *var = StandardVariable::ContainerTitleShort.into();
    }
}
