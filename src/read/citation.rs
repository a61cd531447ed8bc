//! Citations in a text: `[see @a, pp. 3-5; -@b]`, `@a [p. 4]`.
//!
//! The notation is Pandoc's (its manual, "Citation syntax"). The first functions
//! are pure; offsets in their results are bytes of what they were given.

use std::ops::Range;

use super::Ctx;
use super::inline::{Place, read_line};
use super::locator;
use super::markdown::Text;
use super::syntax::key_length;
use crate::model::{Citation, CitationForm, CitationItem, CiteKey, Inline, Locator};
use crate::source::{Span, Spanned};

/// A work in a citation, as written: `see @a, pp. 3-5, there`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Written<'a> {
    key: &'a str,
    /// Where the key starts, after its `@`.
    at: usize,
    /// Whether a `-` stands before the `@`.
    suppress_author: bool,
    /// The words before.
    prefix: Range<usize>,
    /// What follows the key.
    rest: Range<usize>,
}

/// Tells whether a text in brackets is a citation: every part of it has a key.
pub(super) fn is_citation(text: &str) -> bool {
    parts(text).all(|part| item(text, part).is_some())
}

/// Returns the parts of a citation, between semicolons: but not at those in
/// braces, or of `&amp;`.
fn parts(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut cuts = Vec::new();
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ';' if depth == 0 && !ends_entity(&text[..at]) => cuts.push(at),
            _ => {}
        }
    }
    let starts = std::iter::once(0).chain(cuts.clone().into_iter().map(|cut| cut + 1));
    let ends = cuts.into_iter().chain(std::iter::once(text.len()));
    starts.zip(ends).map(|(start, end)| start..end).collect::<Vec<_>>().into_iter()
}

fn ends_entity(text: &str) -> bool {
    let name: String = text.chars().rev().take(12).take_while(|c| *c != '&').collect();
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
    is_name && text[..text.len() - name.len()].ends_with('&')
}

fn item(text: &str, part: Range<usize>) -> Option<Written<'_>> {
    let base = part.start;
    let part = &text[part];
    let (at, key, length) = part.char_indices().find_map(|(at, c)| {
        let before = part[..at].chars().next_back();
        let starts =
            before.is_none_or(|before| before.is_whitespace() || matches!(before, '-' | '('));
        if c != '@' || !starts {
            return None;
        }
        let (key, length) = key_of(&part[at + 1..])?;
        Some((at, key, length))
    })?;
    let suppress_author =
        part[..at].strip_suffix('-').is_some_and(|left| left.is_empty() || left.ends_with(' '));
    let prefix_end = at - usize::from(suppress_author);
    let braced = usize::from(part[at + 1..].starts_with('{'));
    Some(Written {
        key,
        at: base + at + 1 + braced,
        suppress_author,
        prefix: base..base + prefix_end,
        rest: base + at + 1 + length..base + part.len(),
    })
}

/// Returns the key at the start of what follows an `@`, and how many bytes it
/// takes: `key`, or `{any:key//at--all}`.
pub(super) fn key_of(text: &str) -> Option<(&str, usize)> {
    if let Some(rest) = text.strip_prefix('{') {
        let mut depth = 1_usize;
        for (at, c) in rest.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 1 => return (at > 0).then(|| (&rest[..at], at + 2)),
                '}' => depth -= 1,
                c if c.is_whitespace() => return None,
                _ => {}
            }
        }
        return None;
    }
    let length = key_length(text);
    (length > 0).then(|| (&text[..length], length))
}

/// What follows a key: the place in the work, and where the words after it begin.
type Rest = (Option<(&'static str, String)>, usize);

/// Parts what follows a key: `, pp. 3-5, there`, `{p. 4} there`, ` there`.
fn rest(text: &str, language: &str) -> Rest {
    let trimmed = text.trim_start();
    let trimmed = trimmed.strip_prefix(',').unwrap_or(trimmed).trim_start();
    let at = text.len() - trimmed.len();
    if let Some(inside) = trimmed.strip_prefix('{')
        && let Some((inside, _)) = inside.split_once('}')
    {
        return (locator::braced(inside, language), at + inside.len() + 2);
    }
    match locator::find(trimmed, language) {
        Some(found) => (Some((found.kind, found.value)), at + found.end),
        None => (None, 0),
    }
}

/// Where the parts of a citation stand in the file.
struct Places<'p, 's, 'a> {
    text: &'p Text<'s, 'a>,
    /// Where the written citation starts in the text; `None` if it is not there
    /// in one piece.
    base: Option<usize>,
    whole: Span,
}

impl Places<'_, '_, '_> {
    fn span(&self, range: Range<usize>) -> Span {
        match self.base {
            Some(base) => self.text.snippet.span_of(base + range.start, base + range.end),
            None => self.whole,
        }
    }
}

/// Reads words before or after a work, with their dress.
fn affix(written: &str, range: Range<usize>, places: &Places, ctx: &mut Ctx) -> Vec<Inline> {
    let text = &written[range.clone()];
    if text.trim().is_empty() {
        return Vec::new();
    }
    // The citation is a link on its way through the parser, which knows no
    // links in links; and what stands here is read anew.
    read_line(&Spanned::new(text.to_owned(), places.span(range)), Place::Body, ctx)
}

fn read_item(
    written: &str,
    item: &Written,
    places: &Places,
    ctx: &mut Ctx,
) -> Option<CitationItem> {
    let span = places.span(item.at..item.at + item.key.len());
    let language = ctx.defaults.language.primary().to_owned();
    let (locator, suffix) = rest(&written[item.rest.clone()], &language);
    let start = item.prefix.start + written[item.prefix.clone()].len()
        - written[item.prefix.clone()].trim_start().len();
    let end = item.prefix.start + written[item.prefix.clone()].trim_end().len();
    Some(CitationItem {
        key: Spanned::new(CiteKey::new(item.key)?, span),
        prefix: affix(written, start.min(end)..end, places, ctx),
        locator: locator.map(|(kind, value)| Locator { kind, value }),
        suffix: affix(written, item.rest.start + suffix..item.rest.end, places, ctx),
        suppress_author: item.suppress_author,
    })
}

/// Reads `[@a, p. 3; @b]`, as the parser's callback kept it; `start` is where
/// its bracket stands.
pub(super) fn bracketed(
    written: &str,
    span: Span,
    start: usize,
    text: &Text,
    ctx: &mut Ctx,
) -> Inline {
    let base = text.snippet.find(written, start, text.snippet.text.len());
    let places = Places { text, base: base.filter(|base| *base <= start + 2), whole: span };
    let items = parts(written).filter_map(|part| item(written, part));
    let items = items.filter_map(|item| read_item(written, &item, &places, ctx)).collect();
    let id = ctx.node_id();
    Inline::Citation(Citation { id, items, form: CitationForm::Normal, span })
}

/// Returns `@key` in a sentence.
pub(super) fn in_sentence(key: &str, span: Span, ctx: &mut Ctx) -> Option<Inline> {
    let item = CitationItem {
        key: Spanned::new(CiteKey::new(key)?, span),
        prefix: Vec::new(),
        locator: None,
        suffix: Vec::new(),
        suppress_author: false,
    };
    let id = ctx.node_id();
    Some(Inline::Citation(Citation { id, items: vec![item], form: CitationForm::Prose, span }))
}

/// Reads `[p. 4; @b]` behind `@a`, `at` a place of the text: what is in the
/// brackets joins the citation. `None` if that is something else.
pub(super) fn behind(
    citation: &Citation,
    inside: &str,
    at: usize,
    text: &Text,
    ctx: &mut Ctx,
) -> Option<Citation> {
    let [only] = citation.items.as_slice() else { return None };
    let is_plain = only.locator.is_none() && only.suffix.is_empty();
    if citation.form != CitationForm::Prose || !is_plain {
        return None;
    }
    let mut ranges = parts(inside);
    let first = ranges.next()?;
    let others: Option<Vec<_>> = ranges.map(|part| item(inside, part)).collect();
    let others = others?;
    let language = ctx.defaults.language.primary().to_owned();
    let (locator, suffix) = rest(&inside[first.clone()], &language);
    // "@a [as others do]" may be anything; a place in the work is none.
    if locator.is_none() && others.is_empty() || inside[first.clone()].contains('@') {
        return None;
    }
    let places = Places { text, base: Some(at), whole: citation.span };
    let mut citation = citation.clone();
    citation.items[0].locator = locator.map(|(kind, value)| Locator { kind, value });
    citation.items[0].suffix = affix(inside, first.start + suffix..first.end, &places, ctx);
    for item in others {
        citation.items.extend(read_item(inside, &item, &places, ctx));
    }
    Some(citation)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Option<Vec<Written<'_>>> {
        parts(text).map(|part| item(text, part)).collect()
    }

    #[test]
    fn citations_are_taken_apart() {
        let text = "see @smith2019, pp. 3-5, who agree; -@b";
        let items = items(text).expect("a citation");
        assert_eq!(items.len(), 2);
        assert_eq!((items[0].key, items[0].at), ("smith2019", 5));
        assert_eq!(&text[items[0].prefix.clone()], "see ");
        let (locator, suffix) = rest(&text[items[0].rest.clone()], "en");
        assert_eq!(locator, Some(("page", "3–5".into())));
        assert_eq!(&text[items[0].rest.clone()][suffix..], ", who agree");
        assert!(items[1].suppress_author && items[1].key == "b");
        assert!(!is_citation("no key"));
        assert!(!is_citation("a@b.org"));
        assert!(!is_citation("@a; b"));
        assert!(is_citation("M&amp;M @a; @b{p. 3; 4}"));
    }

    #[test]
    fn braces_hold_odd_keys_and_places() {
        let text = "@{https://example.org/a?b=c--d}, 3; @b{ii, A, D-Z}, there; @c{}, 99 years";
        let items = items(text).expect("a citation");
        let rests: Vec<_> = items
            .iter()
            .map(|item| {
                let after = &text[item.rest.clone()];
                let (locator, suffix) = rest(after, "en");
                (item.key, locator.map(|(_, value)| value), &after[suffix..])
            })
            .collect();
        assert_eq!(
            rests,
            [
                ("https://example.org/a?b=c--d", Some("3".into()), ""),
                ("b", Some("ii, A, D–Z".into()), ", there"),
                ("c", None, ", 99 years"),
            ]
        );
    }
}
