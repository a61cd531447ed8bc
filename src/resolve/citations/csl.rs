//! Styles in files of the project, `.csl`.
//!
//! Before a file goes to the parser of styles, its text is looked through: there
//! are no entities, nothing is nested deeply or has thousands of attributes, and
//! every element is closed, so that messages know their line. Afterwards macros
//! are followed: they must not go in circles, nor multiply.

use std::collections::BTreeMap;

use hayagriva::citationberg::{
    DependentStyle, IndependentStyle, LayoutRenderingElement, NamesChild, SortKey, Style as Csl,
    TextTarget,
};

use super::style::Style;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{FileId, ProjectPath, Sources, Span, Spanned};

/// How large a style may be: the largest of the CSL repository have 100 KB.
const MAX_BYTES: usize = 512 * 1024;
/// How deep elements may be nested; real styles need less than 30.
const MAX_DEPTH: usize = 64;
/// How many attributes an element may have; CSL knows fewer than 40.
const MAX_ATTRIBUTES: usize = 64;
/// How many elements a layout may have, its macros unfolded; the longest of the
/// archive have six hundred thousand, those of Chicago.
const MAX_UNFOLDED: usize = 2_500_000;
/// How deep a layout may be nested, its macros unfolded.
const MAX_UNFOLDED_DEPTH: usize = 160;

/// Reads a style; `None`, after a message, if it cannot be used. `named` is what
/// the manifest says.
pub fn read(
    path: &ProjectPath,
    bytes: Vec<u8>,
    named: &Spanned<String>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Style> {
    let wrong = |message: String| Diagnostic::error(Code::BrokenStyle, message);
    if bytes.len() > MAX_BYTES {
        diagnostics.push(
            wrong(format!("a style of more than {} KB", MAX_BYTES / 1024))
                .in_file(path)
                .hint("styles are short; is this one?"),
        );
        return None;
    }
    let Ok(text) = String::from_utf8(bytes) else {
        let hint = "save the file as UTF-8, or download it again";
        diagnostics.push(wrong("the style is not UTF-8".into()).in_file(path).hint(hint));
        return None;
    };
    let file = sources.add(path.clone(), text.clone());
    if let Err(Fault { range: (start, end), message }) = look_through(&text) {
        diagnostics.push(
            wrong(message)
                .at(span(file, start, end))
                .hint("download the style again, from https://www.zotero.org/styles"),
        );
        return None;
    }
    let root = root_of(&text).map_or(Span::new(file, 0, 0), |(start, end)| span(file, start, end));
    match Csl::from_xml(&text) {
        Ok(Csl::Independent(csl)) => match unfold(&csl) {
            Ok(()) => Some(Style::of(csl)),
            Err((name, message)) => {
                let needle = format!("\"{name}\"");
                let at = text.find(&needle).map(|at| span(file, at, at + needle.len()));
                diagnostics.push(wrong(message).at(at.unwrap_or(root)));
                None
            }
        },
        Ok(Csl::Dependent(style)) => parent(&style, root, named, diagnostics),
        Err(error) => {
            let inside = error.path.map(|path| path.to_string()).filter(|path| path != ".");
            let inside = inside.map(|path| format!(" (in `{path}`)")).unwrap_or_default();
            diagnostics.push(
                wrong(format!("this is no CSL style: {}{inside}", error.source))
                    .at(root)
                    .hint("https://validator.citationstyles.org says more"),
            );
            None
        }
    }
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    Span::new(file, start, end)
}

/// Returns the style that another one is the same as.
fn parent(
    style: &DependentStyle,
    root: Span,
    named: &Spanned<String>,
    diagnostics: &mut Diagnostics,
) -> Option<Style> {
    let id = style.parent_link.href.as_str();
    let found = Style::archived(id);
    if found.is_none() {
        let name = id.rsplit('/').next().unwrap_or_default();
        diagnostics.push(
            Diagnostic::error(
                Code::UnknownStyle,
                format!("this style only says that it is the same as `{name}`, which the program does not carry"),
            )
            .at(root)
            .hint_at(named.span, "named here")
            .hint(format!("download {id}, and name that file")),
        );
    }
    found
}

/// What is wrong with a text, and where.
#[derive(Debug, PartialEq, Eq)]
struct Fault {
    range: (usize, usize),
    message: String,
}

fn fault(start: usize, end: usize, message: impl Into<String>) -> Fault {
    Fault { range: (start, end), message: message.into() }
}

/// Returns where the first element's tag stands.
fn root_of(text: &str) -> Option<(usize, usize)> {
    let start = text.find("<style")?;
    Some((start, start + "<style".len()))
}

/// Goes over the tags of an XML text, once.
fn look_through(text: &str) -> Result<(), Fault> {
    let mut open: Vec<(&str, usize)> = Vec::new();
    let mut at = 0;
    while let Some(step) = text[at..].find(['<', '&']) {
        let start = at + step;
        let rest = &text[start..];
        let skip = |end: &str, what: &str| match rest.find(end) {
            Some(length) => Ok(start + length + end.len()),
            None => Err(fault(start, start + 1, format!("{what} has no end"))),
        };
        at = if rest.starts_with('&') {
            entity(rest, start)?
        } else if rest.starts_with("<!--") {
            skip("-->", "a comment")?
        } else if rest.starts_with("<?") {
            skip("?>", "an instruction")?
        } else if rest.starts_with("<!") {
            return Err(fault(start, start + 2, "a style has no document type and no entities"));
        } else if let Some(name) = rest.strip_prefix("</") {
            let Some(length) = name.find('>') else {
                return Err(fault(start, start + 2, "a tag has no end"));
            };
            let (name, end) = (name[..length].trim_end(), start + 2 + length + 1);
            match open.pop() {
                Some((opened, _)) if opened == name => {}
                Some((opened, _)) => {
                    let message = format!("`</{name}>` stands where `</{opened}>` should");
                    return Err(fault(start, end, message));
                }
                None => return Err(fault(start, end, format!("`</{name}>` closes nothing"))),
            }
            end
        } else {
            let (name, end) = tag(rest, start)?;
            if !text[start..end].ends_with("/>") {
                open.push((name, start));
            }
            if open.len() > MAX_DEPTH {
                let message = format!("elements are nested more than {MAX_DEPTH} levels deep");
                return Err(fault(start, end, message));
            }
            end
        };
    }
    match open.last() {
        Some((name, start)) => {
            Err(fault(*start, start + 1 + name.len(), format!("`<{name}>` is never closed")))
        }
        None if root_of(text).is_none() => {
            Err(fault(0, 0, "this is no CSL style: there is no `<style>`"))
        }
        None => Ok(()),
    }
}

/// Returns where an entity ends; only those that XML itself knows are any.
fn entity(rest: &str, start: usize) -> Result<usize, Fault> {
    let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(at, _)| at);
    let name = end.map(|end| &rest[1..end]);
    let known = name.is_some_and(|name| {
        matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
            || name.strip_prefix('#').is_some_and(|number| !number.is_empty())
    });
    match end {
        Some(end) if known => Ok(start + end + 1),
        _ => Err(fault(start, start + 1, "a `&` that begins no entity: write `&amp;`")),
    }
}

/// Returns the name of the element that starts here, and where its tag ends.
fn tag(rest: &str, start: usize) -> Result<(&str, usize), Fault> {
    let body = &rest[1..];
    let length = body.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(0);
    if length == 0 {
        return Err(fault(start, start + 1, "a `<` that begins no tag: write `&lt;`"));
    }
    let mut quote = None;
    let mut attributes = 0;
    for (at, c) in body.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (Some(_), '<') => {
                return Err(fault(start, start + 1 + length, "an attribute's text has no end"));
            }
            (None, '=') => attributes += 1,
            (None, '<') => break,
            (None, '>') => return Ok((&body[..length], start + 1 + at + 1)),
            _ => {}
        }
        if attributes > MAX_ATTRIBUTES {
            let message = format!("an element has more than {MAX_ATTRIBUTES} attributes");
            return Err(fault(start, start + 1 + length, message));
        }
    }
    Err(fault(start, start + 1 + length, "a tag has no end"))
}

/// How much there is of a layout once its macros are unfolded.
#[derive(Debug, Clone, Copy)]
struct Extent {
    count: usize,
    depth: usize,
}

struct Unfolding<'a> {
    csl: &'a IndependentStyle,
    /// `None` while a macro is being unfolded.
    done: BTreeMap<&'a str, Option<Extent>>,
}

/// Follows all macros; the name and what is wrong with it if they go in circles,
/// multiply, or do not exist.
fn unfold(csl: &IndependentStyle) -> Result<(), (String, String)> {
    let mut unfolding = Unfolding { csl, done: BTreeMap::new() };
    unfolding.elements(&csl.citation.layout.elements)?;
    let mut sorts = vec![csl.citation.sort.as_ref()];
    if let Some(bibliography) = &csl.bibliography {
        unfolding.elements(&bibliography.layout.elements)?;
        sorts.push(bibliography.sort.as_ref());
    }
    for key in sorts.into_iter().flatten().flat_map(|sort| &sort.keys) {
        if let SortKey::MacroName { name, .. } = key {
            unfolding.macro_named(name)?;
        }
    }
    Ok(())
}

impl<'a> Unfolding<'a> {
    fn macro_named(&mut self, name: &'a str) -> Result<Extent, (String, String)> {
        match self.done.get(name) {
            Some(Some(extent)) => return Ok(*extent),
            Some(None) => {
                let message = format!("the macro `{name}` goes in a circle: it needs itself");
                return Err((name.to_owned(), message));
            }
            None => {}
        }
        let Some(found) = self.csl.macros.iter().find(|one| one.name == name) else {
            return Err((name.to_owned(), format!("the style has no macro `{name}`")));
        };
        self.done.insert(name, None);
        let extent = self.elements(&found.children)?;
        if extent.count > MAX_UNFOLDED || extent.depth > MAX_UNFOLDED_DEPTH {
            let message = format!("the macro `{name}` takes other macros in too often");
            return Err((name.to_owned(), message));
        }
        self.done.insert(name, Some(extent));
        Ok(extent)
    }

    fn elements(
        &mut self,
        elements: &'a [LayoutRenderingElement],
    ) -> Result<Extent, (String, String)> {
        let mut all = Extent { count: 0, depth: 0 };
        for element in elements {
            let mut inner: Vec<&'a [LayoutRenderingElement]> = Vec::new();
            let mut extent = Extent { count: 0, depth: 0 };
            match element {
                LayoutRenderingElement::Text(text) => {
                    if let TextTarget::Macro { name } = &text.target {
                        extent = self.macro_named(name)?;
                    }
                }
                LayoutRenderingElement::Group(group) => inner.push(&group.children),
                LayoutRenderingElement::Choose(choose) => {
                    inner.extend(choose.branches().map(|branch| branch.children.as_slice()));
                    inner.extend(choose.otherwise.iter().map(|other| other.children.as_slice()));
                }
                LayoutRenderingElement::Names(names) => {
                    inner.extend(names.children.iter().filter_map(|child| match child {
                        NamesChild::Substitute(substitute) => Some(substitute.children.as_slice()),
                        NamesChild::Name(_) | NamesChild::EtAl(_) | NamesChild::Label(_) => None,
                    }));
                }
                LayoutRenderingElement::Date(_)
                | LayoutRenderingElement::Number(_)
                | LayoutRenderingElement::Label(_) => {}
            }
            for elements in inner {
                let part = self.elements(elements)?;
                extent.count = extent.count.saturating_add(part.count);
                extent.depth = extent.depth.max(part.depth);
            }
            all.count = all.count.saturating_add(extent.count).saturating_add(1);
            all.depth = all.depth.max(extent.depth + 1);
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        look_through(text).err().map(|fault| fault.message).unwrap_or_default()
    }

    #[test]
    fn texts_are_looked_through() {
        assert_eq!(
            message("<?xml version=\"1.0\"?><style a=\"1 > 0\"><!-- <x> --><a/></style>"),
            ""
        );
        assert_eq!(message("<style><a></style>"), "`</style>` stands where `</a>` should");
        assert_eq!(message("<style>"), "`<style>` is never closed");
        assert_eq!(message("<a/>"), "this is no CSL style: there is no `<style>`");
        assert!(message("<!DOCTYPE x [<!ENTITY a \"b\">]><style/>").contains("no entities"));
        assert!(message("<style>&lol;</style>").contains("`&amp;`"));
        assert!(message(&"<style>".repeat(100_000)).contains("nested"));
        assert!(message(&format!("<style {}/>", "a=\"\" ".repeat(100_000))).contains("attributes"));
        assert!(message("<style a=\"b></style>").contains("no end"));
    }

    #[test]
    fn the_archive_is_far_from_the_limits() {
        for (_, names) in super::super::style::names() {
            let style = Style::archived(names[0]).expect("a style");
            let mut unfolding = Unfolding { csl: &style.csl, done: BTreeMap::new() };
            let layouts = style.csl.bibliography.iter().map(|list| &list.layout.elements);
            for elements in layouts.chain([&style.csl.citation.layout.elements]) {
                let extent = unfolding.elements(elements).expect("macros");
                assert!(extent.depth < MAX_UNFOLDED_DEPTH / 2, "{names:?} {extent:?}");
                assert!(extent.count < MAX_UNFOLDED / 3, "{names:?} {extent:?}");
            }
        }
    }
}
