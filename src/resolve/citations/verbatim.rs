//! Entries that are printed as their authors wrote them: what can be followed in
//! them becomes a link.

use crate::model::{Inline, Link, doi_address};

/// Makes links of the addresses and DOIs in a text.
pub(super) fn linked(content: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(content.len());
    for inline in content {
        match inline {
            Inline::Text(text) => link_text(&text, &mut out),
            Inline::Emphasis(inner) => out.push(Inline::Emphasis(linked(inner))),
            Inline::Strong(inner) => out.push(Inline::Strong(linked(inner))),
            Inline::SmallCaps(inner) => out.push(Inline::SmallCaps(linked(inner))),
            other => out.push(other),
        }
    }
    out
}

fn link_text(text: &str, out: &mut Vec<Inline>) {
    let mut plain = 0;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let starts = text[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        match starts.then(|| address(rest)).flatten() {
            Some((length, url)) => {
                if plain < at {
                    out.push(Inline::Text(text[plain..at].to_owned()));
                }
                let content = vec![Inline::Text(rest[..length].to_owned())];
                out.push(Inline::Link(Link { url, content, more: false }));
                at += length;
                plain = at;
            }
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    if plain < text.len() {
        out.push(Inline::Text(text[plain..].to_owned()));
    }
}

/// Returns the length of an address or DOI at the start of a text, and where it
/// leads.
fn address(text: &str) -> Option<(usize, String)> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    let is_doi = text.starts_with("10.") && {
        let digits = text[3..].bytes().take_while(u8::is_ascii_digit).count();
        digits >= 4 && text[3 + digits..].starts_with('/')
    };
    if !is_web && !is_doi {
        return None;
    }
    let end =
        text.find(|c: char| c.is_whitespace() || "<>\"”»“«".contains(c)).unwrap_or(text.len());
    let mut found = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '’']);
    // A bracket belongs to it if it was opened in it.
    while found.ends_with([')', ']']) {
        let count = |sign: [char; 2]| found.matches(sign).count();
        if count(['(', '[']) >= count([')', ']']) {
            break;
        }
        found = found[..found.len() - 1].trim_end_matches(['.', ',', ';']);
    }
    let host = found.split("//").nth(1).is_some_and(|host| !host.is_empty());
    if is_web && host {
        return Some((found.len(), found.to_owned()));
    }
    (is_doi && found.len() > 8).then(|| (found.len(), doi_address(found)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links() {
        let text = "A (https://example.org/a_(b)). doi:10.1000/x<y; and 10.5 mg, http://.";
        let shown: Vec<String> = linked(vec![Inline::Text(text.into())])
            .into_iter()
            .map(|inline| match inline {
                Inline::Link(link) => format!("<{}>", link.url),
                Inline::Text(text) => text,
                other => format!("{other:?}"),
            })
            .collect();
        assert_eq!(
            shown.concat(),
            "A (<https://example.org/a_(b)>). doi:<https://doi.org/10.1000/x><y; and 10.5 mg, http://."
        );
    }
}
