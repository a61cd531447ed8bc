//! What is rendered: text in runs of one look.

use std::borrow::Cow;

use hayagriva::citationberg::{FontStyle, FontVariant, FontWeight, Formatting, VerticalAlign};

use super::super::flow::{Face, push_inline};
use super::super::links;
use crate::model::{Dress, Inline, Link, Script, StandardVariable, Work, doi_address};

/// Text of one look.
#[derive(Debug, Clone)]
pub(super) struct Run<'a> {
    pub(super) text: Cow<'a, str>,
    /// How the work's own text is dressed.
    pub(super) dress: Dress,
    /// What the style wants; `None` as around it.
    pub(super) look: Look,
    pub(super) role: Role,
    /// Whether it is of the names that a work is known by.
    pub(super) author: bool,
}

/// What a style wants of text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Look {
    pub(super) italic: Option<bool>,
    pub(super) bold: Option<bool>,
    pub(super) small_caps: Option<bool>,
    pub(super) script: Option<Script>,
}

/// What a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing that is asked for.
    #[default]
    Text,
    /// The number of a work in the list.
    Number,
    /// A name, by its place in the list of names.
    Name(u16),
    /// A year.
    Year,
    /// The letter after a year.
    Suffix,
    /// What leads somewhere.
    Link(StandardVariable),
}

impl<'a> Run<'a> {
    pub(super) fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::of(text, Role::Text)
    }

    pub(super) fn of(text: impl Into<Cow<'a, str>>, role: Role) -> Self {
        Self {
            text: text.into(),
            dress: Dress::default(),
            look: Look::default(),
            role,
            author: false,
        }
    }
}

impl Look {
    pub(super) fn of(formatting: &Formatting) -> Self {
        Self {
            italic: formatting.font_style.map(|style| style == FontStyle::Italic),
            bold: formatting.font_weight.map(|weight| weight == FontWeight::Bold),
            small_caps: formatting.font_variant.map(|variant| variant == FontVariant::SmallCaps),
            script: formatting.vertical_align.map(|align| match align {
                VerticalAlign::Sup => Script::Superscript,
                VerticalAlign::Sub => Script::Subscript,
                VerticalAlign::None | VerticalAlign::Baseline => Script::Baseline,
            }),
        }
    }

    /// Takes from what is around it what it does not say itself.
    pub(super) fn within(&mut self, around: Self) {
        self.italic = self.italic.or(around.italic);
        self.bold = self.bold.or(around.bold);
        self.small_caps = self.small_caps.or(around.small_caps);
        self.script = self.script.or(around.script);
    }

    pub(super) fn is_plain(self) -> bool {
        self == Self::default()
    }

    fn face(self) -> Face {
        Face {
            italic: self.italic.unwrap_or_default(),
            bold: self.bold.unwrap_or_default(),
            small_caps: self.small_caps.unwrap_or_default(),
            script: self.script.unwrap_or_default(),
        }
    }
}

/// Returns the letters of runs.
pub(super) fn plain(runs: &[Run]) -> String {
    runs.iter().map(|run| run.text.as_ref()).collect()
}

/// Makes inlines of runs.
pub(super) fn inlines<'r>(runs: impl IntoIterator<Item = &'r Run<'r>>, work: &Work) -> Vec<Inline> {
    let mut content = Vec::new();
    let mut last = None;
    for run in runs {
        let mut text = run.text.as_ref();
        // What is abbreviated before a full stop has one already.
        if matches!(last, Some('.' | '!' | '?' | '…')) && !matches!(run.role, Role::Link(_)) {
            text = text.strip_prefix('.').unwrap_or(text);
        }
        last = text.chars().next_back().or(last);
        if text.is_empty() {
            continue;
        }
        let inline = run.look.face().dress(text, run.dress);
        let url = match run.role {
            Role::Link(variable) => address(variable, &run.text, work),
            _ => None,
        };
        match url {
            Some(url) => {
                content.push(Inline::Link(Link {
                    url,
                    content: vec![inline],
                    more: false,
                    code: false,
                }));
            }
            None => push_inline(&mut content, inline),
        }
    }
    content
}

/// Returns where a variable leads.
fn address(variable: StandardVariable, shown: &str, work: &Work) -> Option<String> {
    match variable {
        StandardVariable::DOI => work.doi().map(|doi| doi_address(&doi)),
        StandardVariable::PMID => links::pubmed(shown),
        StandardVariable::PMCID => links::central(shown),
        _ => links::web(shown),
    }
}
