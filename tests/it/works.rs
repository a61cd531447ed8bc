//! Bibliographies: each file in `tests/suite/works/` against the works and
//! messages beside it in `tests/reference/works/`, and the formats against each
//! other.

use std::fs;

use recto::diag::Diagnostics;
use recto::model::{
    Bibliography, CiteKey, Dress, Name, NameList, PartialDate, Reference, RichText, Script,
    WithinYear, WorkDate,
};
use recto::source::{ProjectPath, Sources};

use crate::case::{compare, files_below, messages, root};

/// Shows a work, a line for each variable.
pub(crate) fn show(key: &CiteKey, reference: &Reference) -> String {
    let Reference { work, verbatim, .. } = reference;
    let kind = serde_json::to_value(work.kind).expect("a name");
    // What has no key of its author's has a long one.
    let key = if key.is_unnamed() { "-" } else { key.as_str() };
    let mut out = format!("  work {key} ({})\n", kind.as_str().unwrap_or_default());
    let mut line = |name: String, value: String| out.push_str(&format!("    {name}: {value}\n"));
    if let Some(text) = verbatim {
        line("as written".into(), rich(text));
    }
    let mut lines: Vec<(String, String)> = Vec::new();
    lines.extend(work.texts.iter().map(|(variable, text)| (variable.to_string(), rich(text))));
    lines.extend(work.names.iter().map(|(variable, list)| (variable.to_string(), names(list))));
    lines.extend(work.dates.iter().map(|(variable, date)| (variable.to_string(), span(date))));
    lines.sort();
    for (name, value) in lines {
        line(name, value);
    }
    out
}

fn rich(text: &RichText) -> String {
    let show = |run: &recto::model::Run| {
        let Dress { italic, bold, small_caps, script, keeps_case } = run.dress;
        let marks: String = [
            (italic, 'i'),
            (bold, 'b'),
            (small_caps, 'c'),
            (script == Script::Superscript, '^'),
            (script == Script::Subscript, '_'),
            (keeps_case, 'k'),
        ]
        .into_iter()
        .filter_map(|(on, mark)| on.then_some(mark))
        .collect();
        match marks.is_empty() {
            true => run.text.clone(),
            false => format!("<{marks} {}>", run.text),
        }
    };
    text.runs().iter().map(show).collect::<String>().replace('\n', "\\n")
}

fn names(list: &NameList) -> String {
    let show = |name: &Name| match name {
        Name::Literal(text) => format!("={text}"),
        Name::Person(person) => {
            let parts = [
                Some(&person.family),
                person.given.as_ref(),
                person.particle.as_ref(),
                person.dropping_particle.as_ref(),
                person.suffix.as_ref(),
            ];
            let parts: Vec<_> = parts.iter().map(|part| part.map_or("", String::as_str)).collect();
            parts.join("|").trim_end_matches('|').to_owned()
        }
    };
    let others = list.others.then(|| "others".to_owned());
    list.names.iter().map(show).chain(others).collect::<Vec<_>>().join("; ")
}

fn span(date: &WorkDate) -> String {
    let at = |date: PartialDate| match date.within {
        None => format!("{:04}", date.year),
        Some(WithinYear::Season(season)) => format!("{:04}-{}", date.year, 20 + season),
        Some(WithinYear::Month(month)) => format!("{:04}-{month:02}", date.year),
        Some(WithinYear::Day(month, day)) => format!("{:04}-{month:02}-{day:02}", date.year),
    };
    let end = date.end.map(|end| format!("/{}", at(end))).unwrap_or_default();
    format!("{}{end}{}", at(date.start), if date.circa { "~" } else { "" })
}

/// Reads a bibliography.
fn read(path: &str, bytes: Vec<u8>) -> (Bibliography, String) {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut bibliography = Bibliography::default();
    let path = ProjectPath::new(path).expect("a path");
    recto::read::read_bibliography(&path, bytes, &mut bibliography, &mut sources, &mut diagnostics);
    (bibliography, messages(diagnostics, &sources))
}

fn show_all(bibliography: &Bibliography) -> String {
    bibliography.references.iter().map(|(key, reference)| show(key, reference)).collect()
}

#[test]
fn cases() {
    let folder = root().join("tests/suite/works");
    let cases = files_below(&folder);
    assert!(cases.len() > 5, "the cases are missing");
    for case in cases {
        let bytes = fs::read(folder.join(&case)).expect("a case");
        let (bibliography, messages) = read(&format!("sources/{case}"), bytes);
        let partial = if bibliography.is_partial { "  (and what could not be read)\n" } else { "" };
        let works = show_all(&bibliography);
        compare(&format!("works/{case}.txt"), &format!("{works}{partial}---\n{messages}"));
    }
}

/// The same ten works in every format are the same.
#[test]
fn formats_agree() {
    let folder = root().join("tests/suite/works/ten");
    let mut first: Option<(String, Vec<String>)> = None;
    for case in files_below(&folder) {
        let bytes = fs::read(folder.join(&case)).expect("a case");
        let (bibliography, messages) = read(&format!("sources/{case}"), bytes);
        assert_eq!(messages, "", "{case}");
        let references = bibliography.references.values().take(10);
        let none = CiteKey::new("-").expect("a key");
        let works: Vec<String> = references.map(|reference| show(&none, reference)).collect();
        assert_eq!(works.len(), 10, "{case}");
        match &first {
            None => first = Some((case, works)),
            Some((name, expected)) => {
                for (expected, work) in expected.iter().zip(&works) {
                    assert_eq!(expected, work, "{name} (left) and {case} (right)");
                }
            }
        }
    }
}
