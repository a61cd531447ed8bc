//! What a book says of its accessibility.
//!
//! Does: computes the metadata of EPUB Accessibility 1.1 from what was found in
//! the finished documents. Knows: the vocabulary of schema.org's accessibility
//! terms. Must not know: the model. Nothing is claimed that was not found.

use serde::Serialize;

use super::inspect::Findings;
use crate::words::Words;

/// The accessibility metadata of a book, each list in the terms of the
/// vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Accessibility {
    /// How the content is perceived.
    modes: Vec<&'static str>,
    /// Which sets of modes suffice to understand all of it.
    sufficient: Vec<&'static str>,
    /// What helps.
    features: Vec<&'static str>,
    /// What harms.
    hazards: Vec<&'static str>,
    /// The same in a few sentences.
    summary: String,
    /// The language of the summary.
    summary_language: &'static str,
    /// Who vouches that the book conforms to EPUB Accessibility 1.1 at WCAG 2.2
    /// level AA. No program can tell that, so it is not computed.
    certified_by: Option<String>,
}

/// Returns what can be said of a book of these documents and style sheets.
pub(super) fn of(
    findings: Findings,
    styles: &[&str],
    words: &Words,
    certified_by: Option<&str>,
) -> Accessibility {
    let images = findings.images > 0;
    let described = findings.images == findings.described_images;
    let described_at_length = findings.long_descriptions > 0 && findings.missing_descriptions == 0;
    let still = !findings.scripted && !findings.time_based && !findings.remote_resources;
    let restylable = styles.iter().all(|style| is_restylable(style));

    let mut modes = vec!["textual"];
    let mut sufficient = Vec::new();
    if images {
        modes.push("visual");
        sufficient.push("textual,visual");
    }
    if described {
        sufficient.push("textual");
    }
    let features = [
        // The nav is there whatever the templates do; EPUB demands it.
        (true, "tableOfContents"),
        (findings.headings, "structuralNavigation"),
        (true, "readingOrder"),
        (images && described, "alternativeText"),
        (described_at_length, "longDescription"),
        (findings.mathml, "MathML"),
        (findings.page_breaks > 0, "pageBreakMarkers"),
        (findings.page_list, "pageNavigation"),
        (findings.index, "index"),
        (findings.roles, "ARIA"),
        (restylable, "displayTransformability"),
    ];
    let sentences = [
        (restylable, words.can_be_restyled),
        (images && described, words.images_are_described),
        (images && !described, words.images_lack_text),
        (described_at_length, words.some_are_described_at_length),
        (findings.headings, words.navigation_leads),
        (still, words.nothing_moves),
    ];
    let said = |all: &[(bool, &'static str)]| -> Vec<&'static str> {
        all.iter().filter_map(|(there, text)| there.then_some(*text)).collect()
    };
    Accessibility {
        modes,
        sufficient,
        features: said(&features),
        hazards: vec![if still { "none" } else { "unknown" }],
        // Japanese has no space between sentences.
        summary: said(&sentences).join(if words.tag == "ja" { "" } else { " " }),
        summary_language: words.tag,
        certified_by: certified_by.map(str::to_owned),
    }
}

/// Tells whether readers can have their own sizes, lines and fonts: no absolute
/// sizes of text, and nothing that insists.
fn is_restylable(style: &str) -> bool {
    let declarations = style.split([';', '{', '}']);
    !style.contains("!important")
        && declarations.filter_map(|text| text.split_once(':')).all(|(name, value)| {
            let sizes = ["font", "font-size", "line-height"].contains(&name.trim());
            let absolute = ["px", "pt", "cm", "mm", "in", "pc"];
            !sizes
                || !value.split_whitespace().any(|word| {
                    let number = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
                    number.parse::<f64>().is_ok() && absolute.contains(&&word[number.len()..])
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Language;

    #[test]
    fn nothing_is_claimed_that_is_not_there() {
        let words = Words::of(&Language::english());
        let plain = of(Findings::default(), &[], words, None);
        assert_eq!(plain.modes, ["textual"]);
        assert_eq!(plain.sufficient, ["textual"]);
        assert!(!plain.features.contains(&"alternativeText"));

        let lacking = Findings { images: 2, described_images: 1, ..Findings::default() };
        let lacking = of(lacking, &[], words, None);
        assert_eq!(lacking.sufficient, ["textual,visual"]);
        assert!(!lacking.features.contains(&"alternativeText"));
        assert!(lacking.summary.contains(words.images_lack_text));

        assert!(!lacking.features.contains(&"longDescription"));

        let at_length = Findings { images: 1, described_images: 1, ..Findings::default() };
        let at_length = Findings { long_descriptions: 1, ..at_length };
        assert!(of(at_length, &[], words, None).features.contains(&"longDescription"));
        let promised = Findings { missing_descriptions: 1, ..at_length };
        assert!(!of(promised, &[], words, None).features.contains(&"longDescription"));

        let moving = Findings { time_based: true, ..Findings::default() };
        assert_eq!(of(moving, &[], words, None).hazards, ["unknown"]);
    }

    #[test]
    fn absolute_sizes_bind_readers() {
        assert!(is_restylable("p { font-size: 0.9em; border: 1px solid; }"));
        assert!(!is_restylable("p { font-size: 12pt }"));
        assert!(!is_restylable("p { color: black !important }"));
    }
}
