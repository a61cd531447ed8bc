//! The two spellings of a topic: what Markdown says, YAML says alike.

use std::fs;

use recto::diag::{Diagnostics, Place};
use recto::source::{ProjectPath, Sources};

use crate::case::{compare, defaults, files_below, root};

/// What was read: the model, and each message with the text that it points at.
struct Read {
    model: String,
    messages: Vec<String>,
}

fn read(path: &str, text: String) -> Read {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let path = ProjectPath::new(path).expect("a path");
    let topic = recto::read::read_topic(
        &path,
        text.into_bytes(),
        &defaults(),
        &mut sources,
        &mut diagnostics,
    );
    let model = topic.map(|topic| crate::show::topic(&topic)).unwrap_or_default();
    let messages = diagnostics.sorted().into_iter().map(|diagnostic| {
        let pointed = match &diagnostic.place {
            Some(Place::Span(span)) => {
                let text = sources.text(span.file);
                // Lines are indented in YAML.
                let text = &text[span.start as usize..span.end as usize];
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            _ => String::new(),
        };
        format!("{}: {} at `{pointed}`", diagnostic.code.name(), diagnostic.message)
    });
    Read { model, messages: messages.collect() }
}

#[test]
fn hand_written_twins_are_one_model() {
    let folder = root().join("tests/suite/twins");
    let names: Vec<_> = files_below(&folder);
    assert!(!names.is_empty(), "the twins are missing");
    for name in names.iter().filter_map(|name| name.strip_suffix(".md")) {
        let text = |extension| {
            fs::read_to_string(folder.join(format!("{name}.{extension}"))).expect("a twin")
        };
        let markdown = read(&format!("sources/{name}.md"), text("md"));
        let yaml = read(&format!("sources/{name}.yaml"), text("yaml"));
        assert_eq!(markdown.messages, Vec::<String>::new(), "{name}");
        assert_eq!(yaml.messages, Vec::<String>::new(), "{name}");
        assert_eq!(markdown.model, yaml.model, "{name}");
        compare(&format!("twins/{name}.md.txt"), &markdown.model);
    }
}

/// Every Markdown case, with its text in a YAML scalar, gives the same model,
/// the same messages, and the same places: whatever the language learns has its
/// second spelling tested by its case.
#[test]
fn every_markdown_case_has_a_twin() {
    let folder = root().join("tests/suite/read");
    let mut seen = 0;
    for case in files_below(&folder).iter().filter(|case| case.ends_with(".md")) {
        let text = fs::read_to_string(folder.join(case)).expect("a case");
        let plain = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let Some((front, body)) =
            plain.strip_prefix("---\n").and_then(|text| text.split_once("\n---\n"))
        else {
            continue;
        };
        let stem = case.trim_end_matches(".md");
        let markdown = read(&format!("sources/{stem}.md"), plain.clone());
        if markdown.model.is_empty() {
            continue;
        }
        let mut yaml = format!("{front}\ntext: |2\n");
        for line in body.lines() {
            yaml.push_str(&if line.is_empty() { "\n".into() } else { format!("  {line}\n") });
        }
        let yaml = read(&format!("sources/{stem}.yaml"), yaml);
        assert_eq!(markdown.model, yaml.model, "{case}");
        let sorted = |mut messages: Vec<String>| {
            messages.sort();
            messages
        };
        // The list of keys in a hint is not compared: a YAML topic has more.
        assert_eq!(sorted(markdown.messages), sorted(yaml.messages), "{case}");
        seen += 1;
    }
    assert!(seen > 10, "the cases are missing");
}
