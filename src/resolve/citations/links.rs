//! Links in entries: every address that one prints leads there.
//!
//! The processor makes links of the variables DOI, PMID, PMCID and URL. What else
//! looks like an address, as in entries that are printed as they were written,
//! is found here; and of an entry that prints none, where it can be read.

use crate::model::{
    Inline, Link, Visitor, Work, address_length, address_part, doi_address, plain_text,
    walk_inlines, web_address,
};

const PUBMED: &str = "https://pubmed.ncbi.nlm.nih.gov/";
const CENTRAL: &str = "https://www.ncbi.nlm.nih.gov/pmc/articles/";

/// What may stand before a DOI or a number to make an address of it.
const STEMS: [&str; 9] = [
    "https://doi.org/",
    "http://doi.org/",
    "https://dx.doi.org/",
    "http://dx.doi.org/",
    "dx.doi.org/",
    "doi.org/",
    PUBMED,
    "https://www.ncbi.nlm.nih.gov/pubmed/",
    CENTRAL,
];

/// Returns where a number of `PubMed` leads.
pub(super) fn pubmed(number: &str) -> Option<String> {
    web_address(&format!("{PUBMED}{}/", number.trim()))
}

/// Returns where a number of `PubMed` Central leads.
pub(super) fn central(number: &str) -> Option<String> {
    web_address(&format!("{CENTRAL}PMC{}/", number.trim().trim_start_matches("PMC")))
}

/// Returns where an address leads, if it leads into the web.
pub(super) fn web(url: &str) -> Option<String> {
    web_address(url.trim()).filter(|url| url.starts_with("http"))
}

/// Makes links of all addresses in an entry. Returns the address of the work as
/// a reader would type it, if the entry has no link.
pub(super) fn settle(content: &mut Vec<Inline>, work: &Work) -> Option<String> {
    mend(content, work);
    link_texts(content, work.doi().as_deref());
    if has_link(content) { None } else { work.written_address() }
}

/// Mends the links that the processor made: in lists, and in notes.
pub(super) fn mend(content: &mut [Inline], work: &Work) {
    join_stems(content);
    if let Some(doi) = &work.doi() {
        lead_to_doi(content, doi);
    }
}

fn has_link(content: &[Inline]) -> bool {
    struct Finder(bool);
    impl Visitor for Finder {
        fn inline(&mut self, inline: &Inline) {
            self.0 |= matches!(inline, Inline::Link(_));
        }
    }
    let mut finder = Finder(false);
    walk_inlines(content, &mut finder);
    finder.0
}

/// Takes `https://doi.org/` before a link into it: styles have it as a prefix of
/// the DOI, and the processor links the DOI alone.
fn join_stems(content: &mut [Inline]) {
    for at in 1..content.len() {
        let (before, rest) = content.split_at_mut(at);
        let (Some(Inline::Text(text)), Some(Inline::Link(link))) =
            (before.last_mut(), rest.first_mut())
        else {
            continue;
        };
        let ends = |stem: &str| {
            let start = text.len().checked_sub(stem.len());
            start
                .and_then(|start| text.get(start..))
                .is_some_and(|end| end.eq_ignore_ascii_case(stem))
        };
        if let Some(stem) = STEMS.iter().find(|stem| ends(stem)) {
            let stem = text.split_off(text.len() - stem.len());
            link.content.insert(0, Inline::Text(stem));
            if let [Inline::Text(stem), Inline::Text(rest), ..] = &mut link.content[..] {
                stem.push_str(rest);
                link.content.remove(1);
            }
        }
    }
}

/// Has the link that shows a DOI lead there: a style may print it in its own way.
fn lead_to_doi(content: &mut [Inline], doi: &str) {
    for inline in content {
        let Inline::Link(link) = inline else { continue };
        let shown = plain_text(&link.content);
        let stem = shown.strip_suffix(doi);
        if stem.is_some_and(|stem| stem.is_empty() || STEMS.contains(&stem)) {
            link.url = doi_address(doi);
        }
    }
}

/// Makes links of the addresses in texts that are no links yet.
fn link_texts(content: &mut Vec<Inline>, doi: Option<&str>) {
    let mut out = Vec::with_capacity(content.len());
    for mut inline in content.drain(..) {
        match &mut inline {
            Inline::Text(text) => {
                push_linked(text, doi, &mut out);
                continue;
            }
            Inline::Emphasis(inner)
            | Inline::Strong(inner)
            | Inline::SmallCaps(inner)
            | Inline::Superscript(inner)
            | Inline::Subscript(inner) => link_texts(inner, doi),
            _ => {}
        }
        out.push(inline);
    }
    *content = out;
}

fn push_linked(text: &str, doi: Option<&str>, out: &mut Vec<Inline>) {
    let mut done = 0;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let apart = before.is_none_or(|c: char| !c.is_alphanumeric() && !"/.-_".contains(c));
        before = Some(c);
        if at < done || !apart {
            continue;
        }
        let Some((skipped, length, url)) = find(&text[at..], doi) else { continue };
        let start = at + skipped;
        if start > done {
            out.push(Inline::Text(text[done..start].to_owned()));
        }
        done = start + length;
        let content = vec![Inline::Text(text[start..done].to_owned())];
        out.push(Inline::Link(Link { url, content, more: false, code: false }));
    }
    if done < text.len() {
        out.push(Inline::Text(text[done..].to_owned()));
    }
}

/// Returns how much stands before an address that a text begins with, how long
/// it is, and where it leads.
fn find(text: &str, doi: Option<&str>) -> Option<(usize, usize, String)> {
    let begins = |start: &str| {
        text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    // The work's own first: old ones have signs that no address has.
    if let Some(doi) = doi.filter(|doi| begins(doi)) {
        return Some((0, doi.len(), doi_address(doi)));
    }
    if let Some(stem) = STEMS.iter().find(|stem| stem.contains("doi.org/") && begins(stem))
        && let Some(doi) = doi.filter(|doi| {
            let rest = text.get(stem.len()..stem.len() + doi.len());
            rest.is_some_and(|rest| rest.eq_ignore_ascii_case(doi))
        })
    {
        return Some((0, stem.len() + doi.len(), doi_address(doi)));
    }
    let length = address_length(text);
    if length > 0 {
        return Some((0, length, web_address(&text[..length])?));
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = text.strip_prefix("10.") {
        let registrant = digits(rest);
        let is_doi = (4..=9).contains(&registrant) && rest[registrant..].starts_with('/');
        let length = address_part(text);
        let found = is_doi && length > "10./".len() + registrant;
        return found.then(|| (0, length, doi_address(&text[..length])));
    }
    for (name, prefix) in [("PMID", ""), ("PMCID", "PMC"), ("PMC", "")] {
        let Some(rest) = text.strip_prefix(name) else { continue };
        let gap = rest.len() - rest.trim_start_matches([':', ' ', '\u{a0}']).len();
        let Some(number) = rest[gap..].strip_prefix(prefix) else { continue };
        let count = digits(number);
        // "PMC 1" may be anything.
        if count == 0 || (name == "PMC" && gap > 0) || (name != "PMC" && gap == 0) {
            continue;
        }
        let end = name.len() + gap + prefix.len() + count;
        let number = &number[..count];
        return Some(match name {
            "PMID" => (name.len() + gap, count, format!("{PUBMED}{number}/")),
            "PMCID" => (name.len() + gap, prefix.len() + count, format!("{CENTRAL}PMC{number}/")),
            _ => (0, end, format!("{CENTRAL}PMC{number}/")),
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{StandardVariable, WorkKind};

    fn shown(text: &str, doi: Option<&str>) -> Vec<String> {
        let mut work = Work::new(WorkKind::Document);
        work.set(StandardVariable::DOI, doi.unwrap_or_default());
        let mut content = vec![Inline::Text(text.to_owned())];
        let address = settle(&mut content, &work);
        let pieces = content.into_iter().map(|inline| match inline {
            Inline::Text(text) => text,
            Inline::Link(Link { url, content, .. }) => {
                format!("[{}]({url})", plain_text(&content))
            }
            other => panic!("{other:?}"),
        });
        pieces.chain(address.map(|address| format!("+ {address}"))).collect()
    }

    #[test]
    fn addresses_in_texts_are_links() {
        assert_eq!(
            shown("See https://a.org/b_(c)#d. PMID: 123; PMCID: PMC45.", None).concat(),
            "See [https://a.org/b_(c)#d](https://a.org/b_(c)#d). \
             PMID: [123](https://pubmed.ncbi.nlm.nih.gov/123/); \
             PMCID: [PMC45](https://www.ncbi.nlm.nih.gov/pmc/articles/PMC45/)."
        );
        assert_eq!(
            shown("doi:10.1000/a(b)1. 10.12 and 2010.1000/x", None).concat(),
            "doi:[10.1000/a(b)1](https://doi.org/10.1000/a(b)1). 10.12 and 2010.1000/x"
        );
        let old = "10.1002/(SICI)1<4::AID>3.0;2-K";
        assert_eq!(
            shown(&format!("https://doi.org/{old}."), Some(old)).concat(),
            format!(
                "[https://doi.org/{old}](https://doi.org/10.1002/(SICI)1%3C4::AID%3E3.0%3B2-K)."
            )
        );
        assert_eq!(
            shown("No address.", Some(old)).concat(),
            format!("No address.+ https://doi.org/{old}")
        );
        assert_eq!(shown("No address.", None), ["No address."]);
        let link = Link {
            url: "https://doi.org/10.1000/a#%20".into(),
            content: vec![Inline::Text("10.1000/a#%20".into())],
            more: false,
            code: false,
        };
        let mut content = [Inline::Link(link)];
        lead_to_doi(&mut content, "10.1000/a#%20");
        let [Inline::Link(Link { url, .. })] = content else { panic!("a link") };
        assert_eq!(url, "https://doi.org/10.1000/a%23%2520");
    }

    #[test]
    fn stems_are_parts_of_links() {
        let link = |text: &str| Link {
            url: String::new(),
            content: vec![Inline::Text(text.into())],
            more: false,
            code: false,
        };
        let mut content =
            vec![Inline::Text("At http://dx.doi.org/".into()), Inline::Link(link("10.1/x"))];
        join_stems(&mut content);
        assert_eq!(
            content,
            [Inline::Text("At ".into()), Inline::Link(link("http://dx.doi.org/10.1/x"))]
        );
    }

    #[test]
    fn variables_lead_somewhere() {
        assert_eq!(pubmed("12").as_deref(), Some("https://pubmed.ncbi.nlm.nih.gov/12/"));
        let article = "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12/";
        assert_eq!(central("PMC12").as_deref(), Some(article));
        assert_eq!(central("12").as_deref(), Some(article));
        assert_eq!(web("https://a.org/a b#c_d").as_deref(), Some("https://a.org/a%20b#c_d"));
        assert_eq!(web("javascript:alert(1)"), None);
    }
}
