//! The works of one citation, put together as the style has it.
//!
//! Works are rendered one by one, and the rest is here: brackets, delimiters,
//! groups of one author's works, ranges of numbers, and the author's own words
//! before and after a work.

use hayagriva::citationberg::{Collapse, IndependentStyle};

use super::flow::{Face, push_part};
use super::style::{Manner, collapses_numbers, face};
use crate::model::{
    Citation, CitationForm, CitationItem, CitationPart, CiteKey, Inline, RenderedCitation,
    plain_text,
};

/// A work of a citation, rendered.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// Its place in the citation as it was written.
    pub(super) index: usize,
    /// The whole.
    pub(super) whole: Vec<Inline>,
    /// What is left of it without its authors.
    pub(super) bare: Vec<Inline>,
    /// Its authors.
    pub(super) author: Vec<Inline>,
    /// Its authors as far as they tell works apart; empty if it prints none.
    pub(super) names: String,
    /// Its number, if it prints one.
    pub(super) number: Option<usize>,
    /// The year and the letter after it, if that is all that it prints beside its
    /// authors.
    pub(super) dated: Option<(String, String)>,
    /// The place in the work as it is printed.
    pub(super) place: Option<String>,
    /// The word for that kind of place, where a style knows no places.
    pub(super) label: Option<String>,
}

/// What a citation is put together with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joiner<'a> {
    pub(super) csl: &'a IndependentStyle,
    pub(super) manner: Manner,
    /// Whether it becomes a note.
    pub(super) is_note: bool,
    /// Whether the sentence that it stands in goes on, or ends by itself.
    pub(super) goes_on: bool,
    /// Whether full stops and commas stand within quotation marks.
    pub(super) in_quotes: bool,
}

/// How much of a work is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    Whole,
    Bare,
    /// The letter after the year.
    Suffix(String),
    /// It stands within a range.
    Hidden,
}

/// A work at its place.
struct Placed<'p> {
    piece: &'p Piece,
    item: &'p CitationItem,
    shown: Shown,
    /// What stands before it, unless it is the first.
    delimiter: String,
}

impl Joiner<'_> {
    /// Puts the works of a citation together; they are in the style's order.
    pub(super) fn join(&self, citation: &Citation, pieces: &[Piece]) -> RenderedCitation {
        let mut placed = self.place(citation, pieces);
        if collapses_numbers(self.csl) {
            self.collapse_numbers(&mut placed);
        }
        let is_prose = citation.form == CitationForm::Prose;
        let mut prose = Vec::new();
        if is_prose && let Some(first) = placed.first() {
            for inline in &first.piece.author {
                push_part(&mut prose, inline.clone(), None);
            }
        }
        let mut parts = self.parts(&placed);
        if is_prose {
            let key = citation.items.first().map(|item| &item.key.value);
            if parts.is_empty() {
                prose.iter_mut().for_each(|part| part.key = key.cloned());
            } else if !self.is_note && !self.manner.raised && !prose.is_empty() {
                let begins = parts.first().map(|part| plain_text(&part.content));
                if !begins.is_some_and(|text| text.starts_with(char::is_whitespace)) {
                    let space = Inline::Text(" ".into());
                    parts.insert(0, CitationPart { content: vec![space], key: None });
                }
            }
        }
        if self.is_note {
            capitalize(&mut parts);
        }
        RenderedCitation { prose, note: self.is_note && !parts.is_empty(), parts }
    }

    /// Returns the works in their order, groups of one author together.
    fn place<'p>(&self, citation: &'p Citation, pieces: &'p [Piece]) -> Vec<Placed<'p>> {
        let layout = self.csl.citation.layout.delimiter.clone().unwrap_or_default();
        let has_more = citation.items.iter().any(|item| {
            !item.prefix.is_empty() || !item.suffix.is_empty() || item.locator.is_some()
        });
        // Commas within works, none between them: unless each has its brackets.
        let delimiter = match layout.trim() {
            "," if has_more && self.is_bracketed() => "; ".to_owned(),
            _ => layout,
        };
        let is_prose = citation.form == CitationForm::Prose;
        let mut placed: Vec<Placed> = Vec::new();
        for piece in pieces {
            let Some(item) = citation.items.get(piece.index) else { continue };
            let bare = item.suppress_author || is_prose && piece.index == 0;
            let shown = match bare && !self.manner.numeric && !is_blank(&piece.bare) {
                true => Shown::Bare,
                // In a sentence that names the author, nothing is enough.
                false if is_prose && piece.index == 0 && !self.manner.numeric => Shown::Bare,
                false => Shown::Whole,
            };
            placed.push(Placed { piece, item, shown, delimiter: delimiter.clone() });
        }
        if is_prose && let Some(at) = placed.iter().position(|one| one.piece.index == 0) {
            let first = placed.remove(at);
            placed.insert(0, first);
        } else if !self.manner.positional && keeps_order(&citation.items) {
            placed.sort_by_key(|one| one.piece.index);
        }
        let cite = &self.csl.citation;
        let by_year = matches!(
            cite.collapse,
            Some(Collapse::Year | Collapse::YearSuffix | Collapse::YearSuffixRanged)
        );
        if !by_year && cite.cite_group_delimiter.is_none() || self.manner.numeric {
            return placed;
        }
        let mut groups = into_groups(placed);
        for group in &mut groups {
            self.collapse_years(group, by_year);
        }
        // Between authors; and after a place, for what follows would be taken for one.
        if let Some(after) = cite.after_collapse_delimiter.as_ref().filter(|_| by_year) {
            for group in &mut groups {
                group[0].delimiter.clone_from(after);
                for at in 1..group.len() {
                    if group[at - 1].item.locator.is_some() {
                        group[at].delimiter.clone_from(after);
                    }
                }
            }
        }
        groups.into_iter().flatten().collect()
    }

    /// Leaves out what works of one author have in common.
    fn collapse_years(&self, group: &mut [Placed], by_year: bool) {
        let cite = &self.csl.citation;
        let delimiter = cite.cite_group_delimiter.clone().unwrap_or_else(|| ", ".into());
        let of_suffix = cite.year_suffix_delimiter.clone().unwrap_or_else(|| delimiter.clone());
        let by_suffix = cite.disambiguate_add_year_suffix
            && matches!(cite.collapse, Some(Collapse::YearSuffix | Collapse::YearSuffixRanged));
        let dated: Vec<_> = group.iter().map(dated).collect();
        for at in 1..group.len() {
            group[at].delimiter.clone_from(&delimiter);
            if !by_year || group[at].piece.bare.is_empty() {
                continue;
            }
            group[at].shown = Shown::Bare;
            let (Some((before, _)), Some((year, suffix))) = (&dated[at - 1], &dated[at]) else {
                continue;
            };
            if by_suffix && before == year {
                group[at].delimiter.clone_from(&of_suffix);
                group[at].shown = Shown::Suffix(suffix.clone());
            }
        }
        if cite.collapse != Some(Collapse::YearSuffixRanged) {
            return;
        }
        let follows = |at: usize| match (&dated[at - 1], &dated[at]) {
            (Some((before, a)), Some((year, b))) => before == year && is_next(a, b),
            _ => false,
        };
        let mut start = 0;
        for at in 1..=group.len() {
            if at < group.len() && by_suffix && follows(at) {
                continue;
            }
            close_range(&mut group[start..at]);
            start = at;
        }
    }

    /// Makes ranges of numbers that follow each other: "1–3".
    fn collapse_numbers(&self, placed: &mut [Placed]) {
        let joins = |before: &Placed, next: &Placed| {
            let follow = before.piece.number.zip(next.piece.number);
            follow.is_some_and(|(a, b)| a + 1 == b)
                && before.item.locator.is_none()
                && next.item.locator.is_none()
                && before.item.suffix.is_empty()
                && next.item.prefix.is_empty()
        };
        let mut start = 0;
        let mut after_range = false;
        for at in 1..=placed.len() {
            if at < placed.len() && joins(&placed[at - 1], &placed[at]) {
                continue;
            }
            let after = self.csl.citation.after_collapse_delimiter.as_ref();
            if let Some(after) = after.filter(|_| after_range) {
                placed[start].delimiter.clone_from(after);
            }
            after_range = close_range(&mut placed[start..at]);
            start = at;
        }
    }

    fn parts(&self, placed: &[Placed]) -> Vec<CitationPart> {
        let layout = &self.csl.citation.layout;
        let look = face(layout);
        let mut parts = Vec::new();
        for one in placed {
            if one.shown == Shown::Hidden {
                continue;
            }
            let mut own = Vec::new();
            self.work(one, look, &mut own);
            if own.iter().all(|part| plain_text(&part.content).trim().is_empty()) {
                continue;
            }
            if !parts.is_empty() {
                push_part(&mut parts, look.plain(&one.delimiter), None);
            }
            for part in own {
                for inline in part.content {
                    push_part(&mut parts, inline, part.key.as_ref());
                }
            }
        }
        if parts.is_empty() {
            return parts;
        }
        let (prefix, suffix) = self.brackets();
        if !prefix.is_empty() {
            let mut with = Vec::new();
            push_part(&mut with, look.plain(prefix), None);
            for part in parts {
                for inline in part.content {
                    push_part(&mut with, inline, part.key.as_ref());
                }
            }
            parts = with;
        }
        let text: String = parts.iter().map(|part| plain_text(&part.content)).collect();
        if !suffix.is_empty() && !text.ends_with(suffix) {
            let mut suffix = suffix.to_owned();
            self.pull(&mut parts, &mut suffix);
            if !suffix.is_empty() {
                push_part(&mut parts, look.plain(&suffix), None);
            }
        }
        parts
    }

    fn is_bracketed(&self) -> bool {
        self.csl.citation.layout.prefix.as_ref().is_some_and(|prefix| !prefix.trim().is_empty())
    }

    /// Puts a full stop or comma that a text begins with into the quotation marks
    /// before it.
    fn pull(&self, parts: &mut [CitationPart], text: &mut String) {
        if self.in_quotes
            && text.starts_with(['.', ','])
            && let Some(last) = parts.last_mut().and_then(|part| last_text(&mut part.content))
            && let Some(quote) = last.chars().next_back().filter(|c| matches!(c, '”' | '’'))
        {
            let sign = text.remove(0);
            last.truncate(last.len() - quote.len_utf8());
            if sign == ',' || !last.ends_with(['.', '?', '!', '…']) {
                last.push(sign);
            }
            last.push(quote);
        }
    }

    /// Returns what stands around all works. A full stop that ends a note does
    /// not stand in a sentence.
    fn brackets(&self) -> (&str, &str) {
        let layout = &self.csl.citation.layout;
        let prefix = layout.prefix.as_deref().unwrap_or_default();
        let suffix = layout.suffix.as_deref().unwrap_or_default();
        match suffix.trim() {
            "." if self.goes_on => (prefix, ""),
            _ => (prefix, suffix),
        }
    }

    fn work(&self, placed: &Placed, look: Face, parts: &mut Vec<CitationPart>) {
        let Placed { piece, item, shown, .. } = placed;
        let key = Some(&item.key.value);
        if !item.prefix.is_empty() {
            push_affix(parts, &item.prefix, look);
            let text = plain_text(&item.prefix);
            let joins = text.ends_with(['(', '[', '\'', '’', '/', '-', '–']);
            if !joins && !text.ends_with(char::is_whitespace) {
                push_part(parts, look.plain(" "), None);
            }
        }
        match shown {
            Shown::Suffix(suffix) => push_part(parts, look.plain(suffix), key),
            Shown::Whole | Shown::Bare | Shown::Hidden => {
                let inlines = if *shown == Shown::Bare { &piece.bare } else { &piece.whole };
                inlines.iter().for_each(|inline| push_part(parts, inline.clone(), key));
            }
        }
        // What an author took the trouble to write is not lost.
        if !self.manner.places
            && let Some(place) = &piece.place
        {
            let label = piece.label.as_ref().map(|label| format!("{label} ")).unwrap_or_default();
            let text = match (self.manner.raised, parts.is_empty()) {
                // As AMA has it.
                (true, _) => format!("({}{place})", label.trim_end_matches([' ', '.'])),
                (false, true) => format!("{label}{place}"),
                (false, false) => format!(", {label}{place}"),
            };
            push_part(parts, look.plain(&text), key);
        }
        if !item.suffix.is_empty() {
            let text = plain_text(&item.suffix);
            let joins = text.starts_with(|c: char| c.is_whitespace() || ",.:;)]".contains(c));
            if !joins {
                push_part(parts, look.plain(" "), None);
            }
            let mut suffix = item.suffix.clone();
            if let Some(Inline::Text(text)) = suffix.first_mut() {
                self.pull(parts, text);
            }
            push_affix(parts, &suffix, look);
        }
    }
}

fn is_blank(inlines: &[Inline]) -> bool {
    plain_text(inlines).trim().is_empty()
}

/// Returns the text that inlines end with.
pub(super) fn last_text(inlines: &mut [Inline]) -> Option<&mut String> {
    match inlines.last_mut()? {
        Inline::Text(text) => Some(text),
        Inline::Emphasis(content)
        | Inline::Strong(content)
        | Inline::SmallCaps(content)
        | Inline::Superscript(content)
        | Inline::Subscript(content) => last_text(content),
        Inline::Link(link) => last_text(&mut link.content),
        Inline::Foreign(foreign) => last_text(&mut foreign.content),
        _ => None,
    }
}

/// Words of the author's own, raised where the citation is.
fn push_affix(parts: &mut Vec<CitationPart>, affix: &[Inline], look: Face) {
    for inline in affix {
        let inline = match inline {
            Inline::Text(text) => look.plain(text),
            other => match look.plain("") {
                Inline::Superscript(_) => Inline::Superscript(vec![other.clone()]),
                _ => other.clone(),
            },
        };
        push_part(parts, inline, None);
    }
}

/// Whether works stay as the author has them: words before one that is not the
/// first, or after one that is not the last, say where it belongs.
fn keeps_order(items: &[CitationItem]) -> bool {
    let after_first = items.iter().skip(1).any(|item| !item.prefix.is_empty());
    let before_last = items.iter().rev().skip(1).any(|item| !item.suffix.is_empty());
    after_first || before_last
}

/// Puts the works of one author together, where the first of them stands.
fn into_groups(placed: Vec<Placed>) -> Vec<Vec<Placed>> {
    let mut groups: Vec<Vec<Placed>> = Vec::new();
    for one in placed {
        let joins = |group: &Vec<Placed>| {
            group.last().is_some_and(|last| {
                last.item.suffix.is_empty() && last.piece.names == one.piece.names
            })
        };
        let alone = one.piece.names.is_empty() || !one.item.prefix.is_empty();
        match groups.iter_mut().find(|group| !alone && joins(group)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

fn dated(placed: &Placed) -> Option<(String, String)> {
    placed.piece.dated.clone().filter(|_| placed.item.locator.is_none())
}

/// Whether a letter follows another: "b" after "a".
fn is_next(a: &str, b: &str) -> bool {
    match (a.as_bytes(), b.as_bytes()) {
        ([a], [b]) => a + 1 == *b,
        _ => false,
    }
}

/// Leaves the first and the last of three or more; returns whether it did.
fn close_range(run: &mut [Placed]) -> bool {
    if run.len() < 3 {
        return false;
    }
    let last = run.len() - 1;
    run[1..last].iter_mut().for_each(|one| one.shown = Shown::Hidden);
    run[last].delimiter = "–".into();
    true
}

/// A note begins with a capital letter.
fn capitalize(parts: &mut [CitationPart]) {
    fn first(inlines: &mut [Inline]) {
        match inlines.first_mut() {
            Some(Inline::Text(text)) => {
                let mut chars = text.chars();
                if let Some(first) = chars.next() {
                    *text = first.to_uppercase().chain(chars).collect();
                }
            }
            Some(
                Inline::Emphasis(content)
                | Inline::Strong(content)
                | Inline::SmallCaps(content)
                | Inline::Superscript(content)
                | Inline::Subscript(content),
            ) => first(content),
            _ => {}
        }
    }
    if let Some(part) = parts.first_mut() {
        first(&mut part.content);
    }
}

/// Returns the key of a work, for works that a list has.
pub(super) fn unlinked(citation: &mut RenderedCitation, has: impl Fn(&CiteKey) -> bool) {
    for part in citation.prose.iter_mut().chain(&mut citation.parts) {
        part.key = part.key.take().filter(|key| has(key));
    }
}
