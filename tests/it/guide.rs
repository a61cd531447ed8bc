//! The guide: each example in `docs/` is read, and says what it says there.
//!
//! Which file an example is: the one whose name in backquotes ends the
//! paragraph before it, with a colon; else it is told by its language, see
//! [`Fence::path`]. What examples refer to lies in `tests/fixtures/guide/`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use recto::diag::{Code, Severity, json};

use crate::case::{Outcome, build_memory, files_below, root, short};

/// What stands before an example in Markdown that has no front matter.
const FRONT_MATTER: &str = "---\ntitle: Chest\n---\n\n";

/// The control character that the guide shows as `␇`.
const BELL: char = '\u{7}';

/// A fenced block of the guide.
#[derive(Debug, Clone)]
pub(crate) struct Fence {
    language: String,
    /// The last line of text before it under that heading.
    pub(crate) before: String,
    pub(crate) text: String,
    /// The line of the page that it begins on.
    line: usize,
}

impl Fence {
    /// The file that the example is.
    pub(crate) fn path(&self) -> &str {
        let named = self.before.strip_suffix("`:").and_then(|rest| rest.rsplit_once('`'));
        match (named, self.language.as_str()) {
            (Some((_, path)), _) => path,
            (None, "markdown") => "sources/chest.md",
            (None, "yaml") => "recto.yaml",
            (None, language) => panic!("line {}: which file is this `{language}`?", self.line),
        }
    }

    fn bytes(&self) -> String {
        let bare = self.language == "markdown"
            && !self.text.starts_with("---\n")
            && !self.text.starts_with("# ");
        let text = self.text.replace('␇', &BELL.to_string());
        if bare { format!("{FRONT_MATTER}{text}") } else { text }
    }
}

pub(crate) fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect("a page of the guide")
}

/// Returns the headings of a page with the text under them, fences included.
fn headings(page: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut open: Option<String> = None;
    for line in page.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &open {
            None if ticks.len() >= 3 => open = Some(ticks),
            Some(fence) if line == fence => open = None,
            _ => {}
        }
        if open.is_none() && line.starts_with('#') {
            found.push((line.to_owned(), String::new()));
        } else if let Some((_, text)) = found.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

pub(crate) fn fences(page: &str) -> Vec<Fence> {
    let mut found: Vec<Fence> = Vec::new();
    let mut open: Option<(String, Fence)> = None;
    let mut before = String::new();
    for (at, line) in page.lines().enumerate() {
        match &mut open {
            Some((ticks, fence)) if line == ticks => {
                found.push(fence.clone());
                open = None;
                before.clear();
            }
            Some((_, fence)) => {
                fence.text.push_str(line);
                fence.text.push('\n');
            }
            None => {
                let ticks: String = line.chars().take_while(|c| *c == '`').collect();
                if ticks.len() >= 3 {
                    let fence = Fence {
                        language: line[ticks.len()..].to_owned(),
                        before: before.clone(),
                        text: String::new(),
                        line: at + 1,
                    };
                    open = Some((ticks, fence));
                } else if line.starts_with('#') {
                    before.clear();
                } else if !line.is_empty() {
                    before = line.to_owned();
                }
            }
        }
    }
    found
}

/// The files of a project for examples: the examples, and what they refer to.
/// `text` names the pictures that they need; it or the examples name the works.
fn project(examples: &[&Fence], text: &str) -> BTreeMap<String, Vec<u8>> {
    let written: String = examples.iter().map(|example| example.text.as_str()).collect();
    let works = format!("{written}{text}");
    project_with(examples, text, &works)
}

/// As [`project`], with the works that are named in a text of their own.
fn project_with(examples: &[&Fence], pictures: &str, works: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for example in examples {
        let before = files.insert(example.path().to_owned(), example.bytes().into());
        assert!(before.is_none(), "line {}: two examples are one file", example.line);
    }
    let fixtures = root().join("tests/fixtures/guide");
    for path in files_below(&fixtures).into_iter().filter(|path| path.contains('/')) {
        let name = path.rsplit('/').next().unwrap_or(&path);
        // A picture that nothing shows would be a message of its own, and so
        // would a work that nothing cites.
        let read = || fs::read(fixtures.join(&path)).expect("a fixture");
        let bytes = match path.ends_with(".bib") {
            true => named_works(&read(), works),
            false if pictures.contains(name) => read(),
            false => continue,
        };
        files.entry(path).or_insert(bytes);
    }
    files
}

/// Returns the works of a bibliography whose keys are in a text.
fn named_works(bibliography: &[u8], text: &str) -> Vec<u8> {
    let bibliography = std::str::from_utf8(bibliography).expect("UTF-8");
    let works = bibliography.split_inclusive("\n}\n").filter(|work| {
        let key = work.split_once('{').and_then(|(_, rest)| rest.split_once(','));
        key.is_some_and(|(key, _)| text.contains(key))
    });
    works.collect::<String>().into()
}

fn built(files: &BTreeMap<String, Vec<u8>>) -> Outcome {
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    build_memory(&files)
}

/// Returns the codes among the headings of a page, with what stands there.
fn parts(page: &str) -> Vec<(String, String)> {
    let code = |heading: &str| Some(heading.strip_prefix("### `")?.strip_suffix('`')?.to_owned());
    headings(page).into_iter().filter_map(|(heading, text)| Some((code(&heading)?, text))).collect()
}

#[test]
fn each_code_stands_in_the_guide_once() {
    let page = page("messages.md");
    let written: Vec<String> = parts(&page).into_iter().map(|(code, _)| code).collect();
    let in_guide: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    assert_eq!(written.len(), in_guide.len(), "a code has two parts");
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.name()).collect();
    let missing: Vec<_> = known.difference(&in_guide).collect();
    let unknown: Vec<_> = in_guide.difference(&known).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "without: {missing:?}, of none: {unknown:?}");
}

#[test]
fn each_code_of_a_warning_can_be_allowed() {
    let source = root().join("src");
    let mut warned = BTreeSet::new();
    for path in files_below(&source).iter().filter(|path| path.ends_with(".rs")) {
        let text = fs::read_to_string(source.join(path)).expect("a source file");
        for (_, rest) in text.match_indices("Diagnostic::warning(").map(|(at, _)| text.split_at(at))
        {
            let code = rest.split_once("Code::").map(|(_, rest)| rest).unwrap_or_default();
            warned.insert(code.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
        }
    }
    let allowed = Code::ALL.iter().filter(|code| code.may_warn());
    let allowed: BTreeSet<String> = allowed.map(|code| format!("{code:?}")).collect();
    assert_eq!(warned, allowed, "`Code::may_warn` is not right");
}

#[test]
fn each_message_in_the_guide_is_what_its_example_brings() {
    let mut page = page("messages.md");
    let mut wrong = Vec::new();
    for (code, text) in parts(&page) {
        let fences = fences(&text);
        let expected: Vec<&Fence> =
            fences.iter().filter(|fence| fence.language == "text").collect();
        let [expected] = expected.as_slice() else {
            wrong.push(format!("`{code}` has not one message"));
            continue;
        };
        let examples: Vec<&Fence> =
            fences.iter().take_while(|fence| fence.language != "text").collect();
        let mut files = project(&examples, &text);
        if !examples.is_empty() {
            let topic = |path: &String| path.starts_with("sources/") && path.ends_with(".md");
            if !files.keys().any(topic) {
                files.insert("sources/chest.md".into(), format!("{FRONT_MATTER}Air.\n").into());
            }
        }
        let outcome = built(&files);
        let warns = |severity| outcome.diagnostics.count(severity) > 0;
        let only_warns = warns(Severity::Warning) && !warns(Severity::Error);
        let found = Code::ALL.iter().find(|known| known.name() == code);
        if only_warns && found.is_some_and(|code| !code.may_warn()) {
            wrong.push(format!("`{code}` is a warning, so `Code::may_warn` should name it"));
        }
        let actual = short(outcome.diagnostics, &outcome.sources);
        if !actual.contains(&format!("[{code}]")) {
            wrong.push(format!("the example of `{code}` brings something else:\n{actual}"));
        } else if actual != expected.text {
            wrong.push(format!("`{code}`\n--- in the guide\n{}--- is\n{actual}", expected.text));
            let mended = text.replace(
                &format!("```text\n{}```", expected.text),
                &format!("```text\n{actual}```"),
            );
            page = page.replacen(&text, &mended, 1);
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(root().join("docs/messages.md"), page).expect("the page can be written");
    }
    assert!(wrong.is_empty(), "{}\nIf it should: UPDATE=1", wrong.join("\n"));
}

#[test]
fn the_json_in_the_guide_is_what_its_example_brings() {
    let page = page("messages.md");
    let (_, text) = headings(&page)
        .into_iter()
        .find(|(heading, _)| heading == "## Forms")
        .expect("the part about forms");
    let fences = fences(&text);
    let of = |language: &str| {
        let found = fences.iter().find(|fence| fence.language == language);
        found.unwrap_or_else(|| panic!("no example in {language}"))
    };
    let outcome = built(&project(&[of("markdown")], ""));
    let list = outcome.diagnostics.sorted();
    let lines: String =
        list.iter().map(|diagnostic| json(diagnostic, &outcome.sources) + "\n").collect();
    let value: serde_json::Value = serde_json::from_str(&lines).expect("one object");
    let fields = value.as_object().expect("an object").keys();
    for field in fields.chain(value["hints"][0].as_object().expect("a hint").keys()) {
        assert!(text.contains(&format!("`{field}`")), "`{field}` is not in the guide");
    }
    assert_eq!(of("json").text, lines);
}

/// Returns the messages about the examples of a page, read as one project: each
/// in Markdown, and each in YAML that has a title, is a topic of it. So what one
/// example refers to may be in another, as on the page. `NAME` is the page's
/// name; `tests/fixtures/guide/NAME/` holds what else the project needs.
fn messages_of_page(name: &str) -> String {
    let outcome = built(&files_of_page(name));
    short(outcome.diagnostics, &outcome.sources)
}

/// Returns the project that the examples of a page are.
pub(crate) fn files_of_page(name: &str) -> BTreeMap<String, Vec<u8>> {
    let fences = fences(&page(&format!("{name}.md")));
    let mut files = files_of(name, &page(&format!("{name}.md")));
    let mut count = 0;
    for fence in &fences {
        let path = match fence.language.as_str() {
            _ if fence.before.ends_with("`:") => fence.path().to_owned(),
            "markdown" => format!("sources/line-{}.md", fence.line),
            "yaml" if fence.text.starts_with("title: ") => {
                format!("sources/line-{}.yaml", fence.line)
            }
            // Commands, and what they print.
            "sh" | "" => continue,
            language => panic!("{name}, line {}: what is this `{language}`?", fence.line),
        };
        count += 1;
        files.insert(path, fence.bytes().into());
    }
    assert!(count > 0, "{name} has no examples");
    files
}

/// Returns the files that examples refer to, and the works that a text names.
fn files_of(name: &str, works: &str) -> BTreeMap<String, Vec<u8>> {
    let mut files = project_with(&[], "", works);
    let folder = root().join("tests/fixtures/guide").join(name);
    for path in files_below(&folder) {
        let bytes = fs::read(folder.join(&path)).expect("a fixture");
        files.insert(path, bytes);
    }
    files
}

/// Each row of the table of keys has an example in its last cell.
#[test]
fn each_key_of_the_front_matter_has_a_right_example() {
    let page = page("topic.md");
    let (_, text) = headings(&page)
        .into_iter()
        .find(|(heading, _)| heading == "## Front matter")
        .expect("the part about the front matter");
    let rows = text.lines().filter_map(|line| {
        let (key, rest) = line.strip_prefix("| `")?.split_once('`')?;
        Some((key, rest.rsplit('`').nth(1)?))
    });
    let mut files = files_of("front-matter", &text);
    let mut count = 0;
    for (key, example) in rows {
        assert!(example.starts_with(&format!("{key}: ")), "`{key}` has the example `{example}`");
        let title = if key == "title" { "" } else { "title: t\n" };
        files.insert(
            format!("sources/with-{key}.md"),
            format!("---\n{title}{example}\n---\n").into(),
        );
        count += 1;
    }
    assert!(count > 10, "the examples are missing");
    let outcome = built(&files);
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "");
}

#[test]
fn each_example_of_a_topic_is_right() {
    assert_eq!(messages_of_page("topic"), "");
}

/// Those that name their file are one project.
#[test]
fn each_bibliography_in_the_guide_is_right() {
    let fences = fences(&page("citations.md"));
    let named = fences.iter().filter(|fence| fence.before.ends_with("`:"));
    let sources: Vec<&Fence> = named.filter(|fence| fence.path().starts_with("sources/")).collect();
    assert!(sources.len() >= 4, "the examples are missing");
    let mut files: BTreeMap<String, Vec<u8>> =
        sources.iter().map(|fence| (fence.path().to_owned(), fence.bytes().into())).collect();
    let work = "sources/moskowitz.bib";
    let folder = root().join("tests/fixtures/guide/citations");
    files.insert(work.to_owned(), fs::read(folder.join(work)).expect("a fixture"));
    let outcome = built(&files);
    assert_eq!(short(outcome.diagnostics, &outcome.sources), "");
}

#[test]
fn each_example_of_flashcards_is_right() {
    assert_eq!(messages_of_page("flashcards"), "");
}

/// Each example in YAML is a manifest of its own.
#[test]
fn each_example_of_a_manifest_is_right() {
    let fences = fences(&page("manifest.md"));
    assert!(fences.len() > 1, "the examples are missing");
    for fence in fences.iter().filter(|fence| fence.language == "yaml") {
        let mut files = files_of("manifest", "");
        files.insert("recto.yaml".into(), fence.text.clone().into());
        files.insert("sources/coated.icc".into(), crate::press_edition::PROFILE.into());
        let outcome = built(&files);
        let messages = short(outcome.diagnostics, &outcome.sources);
        assert_eq!(messages, "", "the example in line {}", fence.line);
    }
}

#[test]
fn first_steps_lead_where_they_say() {
    let page = page("first-steps.md");
    let files = recto::scaffold::files("x");
    let block = |start: &str| {
        let fences = fences(&page);
        let found = fences.into_iter().find(|fence| fence.text.starts_with(start));
        found.unwrap_or_else(|| panic!("no block begins with `{start}`")).text
    };
    // A line names a file, several, or folders with all that is in them.
    let block = block("my-lectures/\n");
    let names = block.lines().skip(1).filter_map(|line| line.trim().split_once("  "));
    let listed: Vec<&str> = names.flat_map(|(names, _)| names.split(", ")).collect();
    let covers =
        |name: &str, path: &str| name == path || (name.ends_with('/') && path.starts_with(name));
    for (path, _) in &files {
        assert!(listed.iter().any(|name| covers(name, path)), "`{path}` is not listed");
    }
    for name in listed {
        assert!(files.iter().any(|(path, _)| covers(name, path)), "there is no `{name}`");
    }
}
