//! Pages out of templates, each with the frame around it.
//!
//! Knows: the layout's templates, and what every page is told. Must not know: what is on
//! the pages.

use serde::Serialize;

use super::book;
use super::container::PACKAGE;
use super::inspect::{self, Findings, Malformed};
use super::survey::direction;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::layout::Layout;
use crate::model::{Language, Matter as Place};
use crate::write::template::{Data, Markup, Templates};

/// What a page is called, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leaf<'a> {
    /// The name of its kind.
    pub(super) name: &'static str,
    pub(super) href: &'a str,
    pub(super) title: &'a str,
    pub(super) language: &'a Language,
    pub(super) place: Place,
}

/// What a page's frame is told of it.
#[derive(Debug, Serialize)]
struct PageData<'a> {
    name: &'static str,
    title: &'a str,
    language: &'a str,
    direction: &'static str,
    /// Where it stands: `front`, `body` or `back`.
    matter: &'static str,
}

/// Fills the templates of a layout.
pub(super) struct Filler<'a> {
    pub(super) layout: &'a Layout,
    templates: Templates<'a>,
    /// The words of the languages that pages are in.
    words: Vec<(Language, Data)>,
}

impl<'a> Filler<'a> {
    /// Makes a layout ready for pages in some languages.
    pub(super) fn new(layout: &'a Layout, languages: Vec<Language>) -> Self {
        let words = languages.into_iter().map(|language| {
            let words = Data::default().with("words", &book::words(&language));
            (language, words)
        });
        Self { layout, templates: Templates::new(layout), words: words.collect() }
    }

    /// Fills the template of a page, and the frame around it, and reads what
    /// came out. `None` after messages.
    pub(super) fn document(
        &self,
        leaf: &Leaf<'_>,
        data: &Data,
        diagnostics: &mut Diagnostics,
    ) -> Option<(String, Findings)> {
        let Leaf { name, title, language, place, .. } = *leaf;
        let page = PageData {
            name,
            title,
            language: language.as_str(),
            direction: direction(language),
            matter: place.name(),
        };
        let mut data = data.with("page", &page);
        if let Some((_, words)) = self.words.iter().find(|(known, _)| known == language) {
            data = data.and(words);
        }
        let template = format!("{name}.xhtml");
        let content = self.templates.fill(&template, &data, diagnostics)?;
        let content = Markup::new(content);
        let data = data.with("content", &content);
        let frame = &self.layout.manifest.entry;
        let framed = self.templates.fill(frame, &data, diagnostics)?;
        match inspect::inspect(&framed) {
            Ok(findings) => Some((framed, findings)),
            Err(malformed) => {
                // The fault lies in the page's template, or in the frame.
                let content = content.as_str();
                let start = framed.find(content).unwrap_or_default();
                let inner = (start..start + content.len()).contains(&malformed.offset);
                let template = if inner { &template } else { frame };
                diagnostics.push(self.refusal(template, title, &malformed));
                None
            }
        }
    }

    /// Fills the package document. `None` after messages.
    pub(super) fn package(
        &self,
        data: &Data,
        title: &str,
        diagnostics: &mut Diagnostics,
    ) -> Option<String> {
        let text = self.templates.fill(PACKAGE, data, diagnostics)?;
        match inspect::inspect(&text) {
            Ok(_) => Some(text),
            Err(malformed) => {
                diagnostics.push(self.refusal(PACKAGE, title, &malformed));
                None
            }
        }
    }

    fn refusal(&self, template: &str, title: &str, malformed: &Malformed) -> Diagnostic {
        let line = self.templates.line_of(template, &malformed.excerpt);
        let line = line.map_or_else(String::new, |line| format!(" at line {line}"));
        let diagnostic = Diagnostic::error(
            Code::BrokenLayout,
            format!(
                "the template `{template}` makes XML that is not well-formed{line} ({})",
                malformed.message
            ),
        )
        .hint(format!("for the page `{title}` it makes `{}`", malformed.excerpt));
        match self.templates.path(template) {
            Some(path) => diagnostic.in_file(&path),
            None => diagnostic,
        }
    }
}
