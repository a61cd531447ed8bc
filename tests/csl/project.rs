//! A test as a project.

use std::fmt::Write as _;

use recto::diag::{Diagnostics, Severity};
use recto::files::MemoryFiles;
use recto::model::Edition;
use recto::pipeline::{self, Request};
use recto::source::{ProjectPath, Sources};

use crate::case::{Case, Item};

/// Returns the edition of a test; an error tells why there is none.
pub(crate) fn edition(case: &Case) -> Result<Edition, String> {
    let language =
        case.style.split("default-locale=\"").nth(1).and_then(|rest| rest.split('"').next());
    let language = language.unwrap_or("en-US");
    let manifest = format!(
        "title: x\nlang: {language}\ncitation-style: style.csl\nbibliography: [works.json]\nbooks: [{{name: all}}]\n"
    );
    let mut topic = "---\ntitle: x\n".to_owned();
    if case.citations.is_empty() {
        let keys: Vec<String> = (0..case.works.len()).map(|work| format!("w{work}")).collect();
        let _ = writeln!(topic, "references: [{}]", keys.join(", "));
    }
    topic.push_str("---\n\n");
    for citation in &case.citations {
        let items: Vec<String> = citation.iter().map(item).collect();
        let _ = writeln!(topic, "x [{}]\n", items.join("; "));
    }
    let works = serde_json::to_string(&case.works).expect("JSON");
    let mut files = MemoryFiles::default();
    for (path, text) in [
        ("recto.yaml", manifest),
        ("sources/topic.md", topic),
        ("works.json", works),
        ("style.csl", case.style.clone()),
    ] {
        files.insert(ProjectPath::new(path).expect("a path"), text);
    }
    let request = Request {
        fallback_title: "x".into(),
        now: 0,
        date: None,
        jobs: 1,
        cache: std::sync::Arc::new(recto::files::NoCache),
        system_fonts: Vec::new(),
        program: None,
        only: None,
        results: Default::default(),
        texts: false,
        in_haste: false,
        known: None,
        trace: std::sync::Arc::new(recto::trace::NoTrace),
    };
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let loaded = pipeline::load(&files, &request, &mut sources, &mut diagnostics)
        .map_err(|error| error.to_string())?;
    let editions = loaded.as_ref().map(|loaded| pipeline::book_editions(loaded, &mut diagnostics));
    let messages = diagnostics.sorted();
    let errors = messages.iter().filter(|message| message.severity == Severity::Error);
    let errors: Vec<&str> = errors.map(|message| message.message.as_str()).collect();
    let edition = editions.and_then(|editions| editions.into_iter().next());
    match edition {
        Some(edition) if errors.is_empty() => Ok(edition),
        _ => Err(errors.join("; ")),
    }
}

fn item(item: &Item) -> String {
    let Item { work, locator, prefix, suffix, suppress_author } = item;
    let mut text = String::new();
    if !prefix.trim().is_empty() {
        let _ = write!(text, "{} ", escaped(prefix.trim_end()));
    }
    if *suppress_author {
        text.push('-');
    }
    let _ = write!(text, "@w{work}");
    if let Some((label, value)) = locator {
        let _ = write!(text, " {{{} {value}}}", word(label));
    }
    if !suffix.is_empty() {
        text.push_str(&escaped(suffix));
    }
    text
}

/// Returns what people write for a kind of place.
fn word(label: &str) -> &str {
    match label {
        "page" | "" => "p.",
        "chapter" => "chap.",
        "sub-verbo" | "sub verbo" => "s.v.",
        label => label,
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for letter in text.chars() {
        if matches!(
            letter,
            '*' | '_' | '[' | ']' | '`' | '\\' | '<' | '@' | ';' | '^' | '~' | '{' | '}'
        ) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
