//! The citation styles of all publications, each read once.

use std::collections::{BTreeMap, BTreeSet};

use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::{FileError, Files};
use crate::project::{Citing, Project};
use crate::resolve::{self, DEFAULT_STYLE, Style};
use crate::source::{ProjectPath, Sources, Spanned};

/// The styles that a project names, by their names.
#[derive(Debug)]
pub(super) struct Styles {
    named: BTreeMap<String, Style>,
    /// The style of publications that name none, or one that is not known.
    default: Style,
}

impl Styles {
    /// Reads all styles that a project names, and reports those that are not
    /// known, each where it stands. With another style in its place, there may
    /// be more to say.
    ///
    /// # Errors
    /// If a style's file is there but cannot be read.
    pub(super) fn read(
        project: &Project,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<Option<Self>, FileError> {
        let books = project.books.iter().map(|book| &book.citing);
        let handouts = project.handouts.iter().map(|handouts| &handouts.citing);
        let decks = project.decks.iter().map(|deck| &deck.citing);
        let own = books.chain(handouts).chain(decks).filter_map(|citing| citing.style.as_ref());
        let mut named = BTreeMap::new();
        let mut places = BTreeSet::new();
        let mut files_read = BTreeSet::new();
        for name in project.citation_style.iter().chain(own) {
            // Most publications have the project's.
            let is_new = places.insert((name.span.start, name.span.end));
            // What is wrong with a file is told once.
            let was_read = is_file(name) && !files_read.insert(&name.value);
            if is_new && !was_read && !named.contains_key(&name.value) {
                let style = style_of(name, files, sources, diagnostics)?;
                named.extend(style.map(|style| (name.value.clone(), style)));
            }
        }
        Ok(Style::archived(DEFAULT_STYLE).map(|default| Self { named, default }))
    }

    /// Returns the style of a publication.
    pub(super) fn of(&self, citing: &Citing) -> &Style {
        let named = citing.style.as_ref().and_then(|name| self.named.get(&name.value));
        named.unwrap_or(&self.default)
    }
}

fn is_file(name: &Spanned<String>) -> bool {
    name.value.to_lowercase().ends_with(".csl")
}

/// Returns the style of a name, or of a file of the project; `None`, after a
/// message, if there is none.
fn style_of(
    name: &Spanned<String>,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Style>, FileError> {
    if !is_file(name) {
        return Ok(Style::named(name, diagnostics));
    }
    let path = match ProjectPath::new(&name.value) {
        Ok(path) => path,
        Err(message) => {
            diagnostics.push(Diagnostic::error(Code::UnknownStyle, message).at(name.span));
            return Ok(None);
        }
    };
    match files.read(&path) {
        Ok(bytes) => Ok(resolve::read_style(&path, bytes, name, sources, diagnostics)),
        Err(error) if error.is_missing() => {
            diagnostics.push(
                Diagnostic::error(Code::UnknownStyle, format!("there is no file `{path}`"))
                    .at(name.span)
                    .hint("a style in the project is named by its path from `recto.yaml`"),
            );
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
