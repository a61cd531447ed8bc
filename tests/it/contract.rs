//! The contract of PDF layouts: `docs/layout-pdf.md` and the data agree, the
//! layout that stands there works, and what is wrong with a layout or with its
//! options is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::Arc;

use recto::files::NoCache;
use recto::fonts::Fonts;
use recto::model::{Date, FigureStyle, ImageSettings, PressSettings, Variant};
use recto::picture::Renditions;
use recto::write::pdf::{self, Kind, Options, Typefaces};
use serde_json::Value;

use crate::case::{artifact, build_memory, layout, root, short};
use crate::guide::{fences, files_of_page, page};

const TOPIC: (&str, &[u8]) = ("sources/t.md", b"---\ntitle: t\n---\nx\n");

fn report(files: &[(&str, &[u8])]) -> String {
    let outcome = build_memory(files);
    short(outcome.diagnostics, &outcome.sources)
}

/// The files of "A layout of your own".
fn layout_of_page() -> BTreeMap<String, Vec<u8>> {
    let page = page("layout-pdf.md");
    let examples = fences(&page);
    let named = examples.iter().filter(|fence| fence.before.ends_with("`:"));
    let files = named.map(|fence| (fence.path().to_owned(), fence.text.clone().into()));
    files.filter(|(path, _)| !path.starts_with('…')).collect()
}

#[test]
fn the_layout_of_the_contract_works() {
    let mut files = files_of_page("topic");
    let own = layout_of_page();
    assert_eq!(own.len(), 3, "{:?}", own.keys());
    files.extend(own);
    let build = |files: &BTreeMap<String, Vec<u8>>| {
        let files: Vec<(&str, &[u8])> =
            files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
        build_memory(&files)
    };
    let given = build(&files);
    let handouts = |outcome: &crate::case::Outcome| {
        let artifacts = outcome.built.artifacts.iter();
        let handouts = artifacts.filter(|one| one.path.as_str().starts_with("handouts/"));
        handouts.map(|one| one.bytes.clone()).collect::<Vec<_>>()
    };
    let with = handouts(&given);
    // The book of all these topics is set by another layout.
    let messages = short(given.diagnostics, &given.sources);
    let own: Vec<_> = messages.lines().filter(|line| !line.starts_with("books/")).collect();
    assert!(own.is_empty(), "{own:?}");
    assert!(with.len() > 3, "only {} handouts", with.len());
    // The same without the options is another page.
    files.insert("recto.yaml".into(), "handouts: [{layout: mine}]\n".into());
    let without = handouts(&build(&files));
    assert!(with.iter().zip(&without).all(|(with, without)| with != without));
}

/// What the data of the guide's own topics holds: an example of each kind of
/// dictionary, by where it stands; of those, one that says most.
fn kinds() -> BTreeMap<String, Value> {
    let mut files = files_of_page("topic");
    let manifest = "date: 2026-01-31\nsubtitle: s\nrights: r\npublisher: p\nsubjects: [x]\n\
        authors: [Bob]\nreferences: {further-reading: separate, back-references: true}\n\
        books:\n  - {parts: [{title: The chest, topics: '*'}]}\n  - {name: b, references: {scope: chapter}}\n";
    files.insert("recto.yaml".into(), manifest.into());
    // All of math, and what only styles of citations make.
    let formulas = include_bytes!("../suite/write/pdf/formulas.md");
    files.insert("sources/formulas.md".into(), formulas.to_vec());
    let work =
        "@book{caps, title = {A {\\textsc{small}} book}, author = {Doe, Jane}, date = {2001}}";
    files.insert("sources/caps.bib".into(), work.into());
    files.insert("sources/caps.md".into(), "---\ntitle: caps\n---\nx [@caps]\n".into());
    let files: Vec<(&str, &[u8])> =
        files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())).collect();
    let outcome = build_memory(&files);
    assert!(!outcome.diagnostics.has_errors());
    let options = Options {
        cards: None,
        cover: None,
        kind: Kind::Book,
        paper: "a4",
        figures: FigureStyle::Annotated,
        variant: Variant::Full,
        date: Date { year: 2026, month: 1, day: 31 },
        typefaces: &Typefaces::of(&Fonts::default()),
        renditions: &Renditions::new(Arc::new(NoCache)),
        print: ImageSettings::default().print,
        press: PressSettings::default(),
    };
    let mut found = BTreeMap::new();
    for edition in &outcome.editions {
        let data = pdf::layout_data(edition, &layout("cover"), &options);
        let data: Value = serde_json::from_str(&data).expect("JSON");
        collect("data", &data, &mut found);
    }
    found
}

/// How much a dictionary says.
fn said(value: &Value) -> usize {
    let is_filled = |value: &&Value| match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Bool(flag) => *flag,
        Value::Number(_) | Value::String(_) | Value::Object(_) => true,
    };
    value.as_object().map_or(0, |fields| fields.values().filter(is_filled).count())
}

fn collect(place: &str, value: &Value, found: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(fields) => {
            let name = match fields.get("type").and_then(Value::as_str) {
                // There is text in formulas, too.
                Some("text") if fields.contains_key("font") => "text (math)".to_owned(),
                Some(kind) => kind.to_owned(),
                None => place.to_owned(),
            };
            for (key, value) in fields {
                let within = format!("{name}.{key}");
                // These stand in several places, and are the same everywhere.
                let shared = ["sections", "panels", "marks", "license", "overlay", "address"];
                collect(if shared.contains(&key.as_str()) { key } else { &within }, value, found);
            }
            let better = found.get(&name).is_none_or(|known| said(known) < said(value));
            if better {
                found.insert(name, value.clone());
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(place, item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A value in one line, without what has an example of its own.
fn brief(value: &Value) -> String {
    match value {
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            "[…]".into()
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(brief).collect::<Vec<_>>().join(", "))
        }
        Value::Object(_) => "{…}".into(),
        Value::String(text) if text.chars().count() > 32 => {
            let start: String = text.chars().take(30).collect();
            format!("{}…\"", brief(&Value::String(start)).trim_end_matches('"'))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

fn examples() -> String {
    let mut text = String::new();
    for (place, value) in kinds() {
        let fields = value.as_object().expect("a dictionary").iter();
        let fields = fields.map(|(key, value)| format!("\"{key}\": {}", brief(value)));
        let fields: Vec<_> = match place.as_str() {
            "data.words" => fields.take(3).chain(["…".to_owned()]).collect(),
            _ => fields.collect(),
        };
        text.push_str(&format!("{place}: {{{}}}\n", fields.join(", ")));
    }
    text
}

const EXAMPLES: &str = "## Every field, with an example\n";

#[test]
fn each_field_has_an_example() {
    let page = page("layout-pdf.md");
    let (_, part) = page.split_once(EXAMPLES).expect("the part with the examples");
    let (before, rest) = part.split_once("```text\n").expect("the examples");
    let (written, _) = rest.split_once("```").expect("their end");
    let actual = examples();
    if std::env::var_os("UPDATE").is_some() {
        let old = format!("{EXAMPLES}{before}```text\n{written}```");
        let new = format!("{EXAMPLES}{before}```text\n{actual}```");
        let path = root().join("docs/layout-pdf.md");
        fs::write(path, page.replace(&old, &new)).expect("the page can be written");
        return;
    }
    assert!(written == actual, "the examples are others; if they should be: UPDATE=1");
}

#[test]
fn the_contract_names_each_field_and_no_other() {
    let page = page("layout-pdf.md");
    let (_, part) = page.split_once("## The data\n").expect("the part about the data");
    let (part, _) = part.split_once("### An example\n").expect("its end");
    let kinds = kinds();
    let mut keys: BTreeSet<&str> = BTreeSet::new();
    for (place, value) in &kinds {
        if place != "data.words" {
            keys.extend(value.as_object().expect("a dictionary").keys().map(String::as_str));
        }
    }
    let names: BTreeSet<&str> = part.split('`').skip(1).step_by(2).collect();
    let is_named = |key: &&&str| {
        names.contains(**key) || names.iter().any(|name| name.rsplit('.').next() == Some(**key))
    };
    let unnamed: Vec<_> = keys.iter().filter(|key| !is_named(key)).collect();
    assert!(unnamed.is_empty(), "not in docs/layout-pdf.md: {unnamed:?}");

    // Tables whose first column has fields, and those whose first has types.
    let mut unknown = Vec::new();
    let mut typed = false;
    for line in part.lines() {
        typed = match line {
            _ if line.starts_with("| `type`") => true,
            "" => false,
            _ => typed,
        };
        let cells: Vec<&str> = line.split(" | ").collect();
        let [first, second, ..] = cells.as_slice() else { continue };
        let quoted = |cell: &str| -> Vec<String> {
            cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
        };
        for name in quoted(first) {
            let key = name.rsplit('.').next().unwrap_or(&name);
            let is_known = match typed {
                true => name == "type" || kinds.contains_key(&name),
                false => keys.contains(key),
            };
            // Steps of outlines, which the data names by `step`.
            if !is_known && !["move", "line", "cubic", "step"].contains(&name.as_str()) {
                unknown.push(name);
            }
        }
        if typed && !line.starts_with("| `type`") {
            // "`content`: nodes; `open`: …": the names before colons.
            for (name, rest) in
                second.split('`').skip(1).step_by(2).zip(second.split('`').skip(2).step_by(2))
            {
                if rest.starts_with(": ") && !keys.contains(name) {
                    unknown.push(name.to_owned());
                }
            }
        }
    }
    assert!(unknown.is_empty(), "not in the data: {unknown:?}");

    let (_, words) = part.split_once("### Words\n").expect("the words");
    let words: BTreeSet<&str> = words.split('`').skip(1).step_by(2).collect();
    let in_data: BTreeSet<&str> =
        kinds["data.words"].as_object().expect("words").keys().map(String::as_str).collect();
    assert_eq!(words, in_data);
}

const MANIFEST: &str = "api: 2\nformat: pdf\nentry: mine.typ\noptions:\n\
    \x20 columns: {type: integer, default: 1, minimum: 1, maximum: 2}\n\
    \x20 wide: {type: boolean, default: false}\n\
    \x20 share: {type: number, default: 0.5}\n\
    \x20 margin: {type: length, default: 25mm, minimum: 10mm}\n\
    \x20 ink: {type: color, default: '#1d4f73'}\n\
    \x20 motto: {type: text, default: ''}\n\
    \x20 side: {type: choice, values: [left, right], default: left}\n";

const ENTRY: &str = "#import \"/layouts/recto/recto.typ\": data\n\
    #set document(title: \"t\")\n\
    #set text(font: \"Libertinus Serif\")\n\
    = t\n#repr(data.options)\n";

fn with_options(options: &str) -> String {
    let manifest = format!("handouts: [{{layout: mine, options: {options}}}]\nbooks: []\n");
    let files: [(&str, &[u8]); 4] = [
        TOPIC,
        ("layouts/mine/layout.yaml", MANIFEST.as_bytes()),
        ("layouts/mine/mine.typ", ENTRY.as_bytes()),
        ("recto.yaml", manifest.as_bytes()),
    ];
    report(&files).replace("recto.yaml:1:", "")
}

#[test]
fn options_are_held_to_the_manifest() {
    let right = [
        "{}",
        "{columns: 2}",
        "{wide: true, share: -1.5, margin: 1in, ink: '#ABCDEF', motto: 7, side: right}",
    ];
    for options in right {
        assert_eq!(with_options(options), "", "{options}");
    }
    let wrong = [
        (
            "{colums: 2}",
            "37: error: the layout `mine` has no option `colums` [unknown-key]; did you mean `columns`?",
        ),
        (
            "{x: 2}",
            "37: error: the layout `mine` has no option `x` [unknown-key]; its options are: columns, wide, share, margin, ink, motto, side",
        ),
        (
            "{paper: a5}",
            "37: error: the layout `mine` has no option `paper` [unknown-key]; write `paper: …` beside `options`, for it is no layout's",
        ),
        (
            "{columns: 3}",
            "46: error: the option `columns` of the layout `mine` should be a whole number from 1 to 2, but is `3` [invalid-value]; without it, it is `1`",
        ),
        (
            "{columns: 1.5}",
            "46: error: the option `columns` of the layout `mine` should be a whole number from 1 to 2, but is `1.5` [invalid-value]; without it, it is `1`",
        ),
        (
            "{columns: '2'}",
            "46: error: the option `columns` of the layout `mine` should be a whole number from 1 to 2, but is `2` [invalid-value]; without it, it is `1`",
        ),
        (
            "{wide: 1}",
            "43: error: the option `wide` of the layout `mine` should be `true` or `false`, but is `1` [invalid-value]; without it, it is `false`",
        ),
        (
            "{margin: 12}",
            "45: error: the option `margin` of the layout `mine` should be a length such as `12mm`, 10mm or more, but is `12` [invalid-value]; write it with a unit: `12mm`, or with `cm`, `in` or `pt`; without it, it is `25mm`",
        ),
        (
            "{margin: 5 mm}",
            "45: error: the option `margin` of the layout `mine` should be a length such as `12mm`, 10mm or more, but is `5 mm` [invalid-value]; without it, it is `25mm`",
        ),
        (
            "{ink: red}",
            "42: error: the option `ink` of the layout `mine` should be a color such as `\"#1d4f73\"`, but is `red` [invalid-value]; without it, it is `#1d4f73`",
        ),
        (
            "{side: rihgt}",
            "43: error: the option `side` of the layout `mine` should be `left` or `right`, but is `rihgt` [invalid-value]; did you mean `right`?; without it, it is `left`",
        ),
        (
            "{motto: [a]}",
            "44: error: the option `motto` of the layout `mine` should be text, but is a list [invalid-value]; without it, it is ``",
        ),
        (
            "[columns]",
            "36: error: `options` should be a mapping of keys and values, but is a list [invalid-value]",
        ),
    ];
    for (options, expected) in wrong {
        assert_eq!(with_options(options), format!("{expected}\n"), "{options}");
    }
}

#[test]
fn options_reach_the_layout() {
    let text = |options: &str| {
        let manifest = format!("handouts: [{{layout: mine, options: {options}}}]\n");
        let outcome = build_memory(&[
            TOPIC,
            ("layouts/mine/layout.yaml", MANIFEST.as_bytes()),
            ("layouts/mine/mine.typ", ENTRY.as_bytes()),
            ("recto.yaml", manifest.as_bytes()),
        ]);
        let document =
            lopdf::Document::load_mem(artifact(&outcome, "handouts/t.pdf")).expect("a PDF");
        document.extract_text(&[1]).expect("text").replace('\n', " ")
    };
    let defaults = text("{}");
    for said in [
        "columns: 1,",
        "wide: false",
        "share: 0.5",
        "margin: 70.866142",
        "\"#1d4f73\"",
        "motto: \"\"",
        "side: \"left\"",
        "paper: \"a4\"",
    ] {
        assert!(defaults.contains(said), "{said} is not in {defaults}");
    }
    let given = text("{columns: 2, wide: true, margin: 36pt, ink: '#FF0000', side: right}");
    for said in ["columns: 2,", "wide: true", "margin: 36,", "\"#ff0000\"", "side: \"right\""] {
        assert!(given.contains(said), "{said} is not in {given}");
    }
}

/// Returns a project of a topic, with a layout of this entry.
fn with_entry(entry: &str) -> [(&str, &[u8]); 3] {
    [TOPIC, ("layouts/handout/handout.typ", entry.as_bytes()), ("recto.yaml", b"books: []\n")]
}

/// Returns the handout that a layout of this entry makes.
fn document_of(entry: &str) -> lopdf::Document {
    let outcome = build_memory(&with_entry(entry));
    lopdf::Document::load_mem(artifact(&outcome, "handouts/t.pdf")).expect("a PDF")
}

/// Expects what is wrong with entries at its place in each.
fn expect_at(entries: &[(&str, &str)]) {
    for (wrong, expected) in entries {
        let said = report(&with_entry(wrong));
        assert!(said.starts_with(&format!("layouts/handout/handout.typ{expected}")), "{said}");
    }
}

/// What layouts may call that is not written in Typst.
#[test]
fn trees_are_walked_outside_of_typst() {
    let entry = r#"#let data = json("/data.json")
#set document(title: data.metadata.title)
#let word = (type: "text", text: "word")
#let code = (type: "code", text: "code")
#let items = (word, (type: "strong", content: (word, code)), code)
#let other(item, first) = [(#item.type #first)]
#let list = (type: "list", tight: true, start: 3, items: ((blocks: ((type: "paragraph", content: (word,)), code)),))
#let figures = (sections: ((blocks: ((type: "figure", name: "b"),)),), items: ((blocks: ((type: "figure", name: "a"),)),))
#recto.fold(items, other) = #recto.fold((code,) + items, other) = #recto.length(items) = #recto.extent((type: "figure")) = #recto.has-figure((items: ((blocks: ((type: "figure"),)),))) = #recto.figures(figures).map(figure => figure.name).join() = #recto.blocks(((type: "paragraph", content: items), list), other, item => [(#item.text)])
"#;
    let document = document_of(entry);
    let said = document.extract_text(&[1]).expect("text").replace(char::is_whitespace, "");
    let once = "wordword(codefalse)(codefalse)";
    let blocks = format!("{once}3.word(code)");
    assert_eq!(said, format!("{once}=(codetrue){once}=16=10000=true=ab={blocks}"));
    // What is wrong is told at its place.
    expect_at(&[
        ("#recto.fold((1,), (item, first) => item.type)", ":1:41: error: "),
        ("#recto.fold(1, none)", ":1:13: error: "),
        ("#recto.length()", ":1:2: error: "),
        ("#recto.extent((), 1)", ":1:19: error: "),
        ("#recto.blocks((1,), none, item => item.type)", ":1:21: error: "),
        ("#recto.blocks((1,), (item, first) => none, item => item.type)", ":1:57: error: "),
    ]);
}

/// Bullets are paragraphs, and stand where they stand.
#[test]
fn bullets_have_no_indents_of_paragraphs() {
    let contents = |rule: &str| {
        let entry = format!(
            "#let data = json(\"/data.json\")\n#set document(title: data.metadata.title)\n{rule}\n\
             #let bullet(text) = (blocks: ((type: \"paragraph\", content: ((type: \"text\", text: text),)),))\n\
             #recto.blocks(((type: \"list\", tight: true, items: (bullet(\"One\"), bullet(lorem(40)))),), (item, first) => none, item => none)\n"
        );
        let document = document_of(&entry);
        document.get_page_content(document.page_iter().next().expect("a page"))
    };
    let plain = contents("");
    assert!(!plain.is_empty());
    let rule = "#set par(first-line-indent: (amount: 3em, all: true), hanging-indent: 2em)";
    assert!(contents(rule) == plain, "a bullet moved");
}

/// What layouts may ask of places.
#[test]
fn places_are_known_outside_of_typst() {
    let entry = r#"#let data = json("/data.json")
#set document(title: data.metadata.title)
#set page(header: context {
  let (before, opens) = recto.chapter(heading)
  [(#if before != none { before.body }, #opens)]
})
#show link: recto.placed-link
= One
#link(<two>)[there] #link("https://example.org")[and away]
#pagebreak()
#context recto.is-placed()
#pagebreak()
= Two <two>
= Three
"#;
    let document = document_of(entry);
    let said = |page| {
        let text = document.extract_text(&[page]).expect("text");
        text.replace(char::is_whitespace, "")
    };
    assert_eq!(said(1), "(,true)Onethereandaway");
    assert_eq!(said(2), "(One,false)true");
    assert_eq!(said(3), "(One,true)TwoThree");
    let links =
        document.page_iter().next().and_then(|page| document.get_page_annotations(page).ok());
    assert_eq!(links.map(|links| links.len()), Some(2));
    // What is wrong is told at its place; a link to nowhere is, as ever.
    expect_at(&[
        ("#recto.is-placed()", ":1:2: error: "),
        ("#context recto.chapter(1)", ":1:24: error: "),
        ("#context recto.placed-link(1)", ":1:28: error: "),
        ("#show link: recto.placed-link\n#link(<none>)[there]", ":2:2: error: "),
    ]);
}

/// What is wrong with options where they are declared.
#[test]
fn declarations_are_checked() {
    let wrong = [
        (
            "1st: {type: text, default: ''}",
            "5:3: error: `1st` cannot name an option [invalid-value]; use letters of a to z, digits and hyphens, a letter first",
        ),
        (
            "paper: {type: text, default: ''}",
            "5:3: error: `paper` is an option of Recto's own [invalid-value]; every layout gets it; call yours something else",
        ),
        (
            "a: {type: texts, default: ''}",
            "5:13: error: unknown type `texts` of an option [invalid-value]; did you mean `text`?; the types are: boolean, integer, number, length, color, text, choice",
        ),
        (
            "a: {type: text}",
            "5:6: error: the option `a` has no `default` [missing-key]; add `default: …`",
        ),
        (
            "a: {type: choice, default: x}",
            "5:13: error: the option `a` has no `values` [missing-key]; add `values: […]`, the words to choose from",
        ),
        (
            "a: {type: choice, values: [x, y], default: z}",
            "5:46: error: the `default` of the option `a` should be `x` or `y` [invalid-value]",
        ),
        (
            "a: {type: text, default: x, minimum: 1}",
            "5:40: error: an option of the type `text` has no `minimum` [invalid-value]; only numbers and lengths have; delete it",
        ),
        (
            "a: {type: text, default: x, values: [x]}",
            "5:39: error: an option of the type `text` has no `values` [invalid-value]; only choices have; delete it",
        ),
        (
            "a: {type: length, default: 5mm, maximum: 1}",
            "5:44: error: the `maximum` of the option `a` should be a length such as `12mm` [invalid-value]",
        ),
        (
            "a: {type: integer, default: 5, maximum: 1}",
            "5:31: error: the `default` of the option `a` should be a whole number, 1 or less [invalid-value]",
        ),
        (
            "a: {type: text, default: x, defualt: y}",
            "5:31: error: unknown key `defualt` in the option `a` [unknown-key]; did you mean `default`?",
        ),
    ];
    for (option, expected) in wrong {
        let manifest = format!("api: 2\nformat: pdf\nentry: mine.typ\noptions:\n  {option}\n");
        let files: [(&str, &[u8]); 4] = [
            TOPIC,
            ("layouts/mine/layout.yaml", manifest.as_bytes()),
            ("layouts/mine/mine.typ", ENTRY.as_bytes()),
            ("recto.yaml", b"handouts: [{layout: mine}]\nbooks: []\n"),
        ];
        let actual = report(&files).replace("layouts/mine/layout.yaml:", "");
        assert_eq!(actual, format!("{expected}\n"), "{option}");
    }
    let anki = "api: 1\nformat: anki\nentry: card.css\noptions: {a: {type: text, default: x}}\n";
    assert_eq!(
        report(&[TOPIC, ("layouts/anki/layout.yaml", anki.as_bytes())]),
        "layouts/anki/layout.yaml:4:1: error: a layout of the format `anki` has no options [invalid-value]; delete them: only PDF layouts have options\n"
    );
}

/// A mistake is shown in the file of the project that leads to it, with what
/// Typst advises.
#[test]
fn mistakes_are_shown_where_they_are() {
    let said = |files: &[(&str, &str)]| {
        let mut all: Vec<(&str, &[u8])> = vec![TOPIC, ("recto.yaml", b"books: []\n")];
        all.extend(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        report(&all)
    };
    let entry = "layouts/handout/handout.typ";
    // In the entry: a syntax error, and two at once.
    let both = said(&[(entry, "#let x = (1\n\n#let = 2\n")]);
    assert!(both.starts_with("layouts/handout/handout.typ:1:10: error: the layout `handout` fails (unclosed delimiter)"), "{both}");
    assert!(both.contains("\nlayouts/handout/handout.typ:3:5: error: "), "{both}");
    // In a file that the entry imports, beside it and elsewhere.
    let imported = said(&[
        (entry, "#import \"parts.typ\": head\n#head\n"),
        ("layouts/handout/parts.typ", "#let head = [\n  é #nothing\n]\n"),
    ]);
    assert!(imported.starts_with("layouts/handout/parts.typ:2:6: error: the layout `handout` fails (unknown variable: nothing)"), "{imported}");
    // Where a built-in file is called wrongly, the call is what to mend.
    let called = said(&[(entry, "#import \"/layouts/recto/recto.typ\": *\n\n#blocks((1,))\n")]);
    assert!(
        called.starts_with("layouts/handout/handout.typ:3:2: error: the layout `handout` fails ("),
        "{called}"
    );
    assert!(called.contains("it came to light here (layouts/recto/core.typ:"), "{called}");
    // Typst's hints come along.
    let hinted = said(&[(entry, "#let a = 1\n#let b = 2\n#(a-b)\n")]);
    assert!(
        hinted.contains("unknown variable: a-b")
            && hinted.contains("; if you meant to use subtraction"),
        "{hinted}"
    );
    // An own version of a shared file is the project's, too.
    let own = std::fs::read_to_string(root().join("layouts/recto/core.typ")).expect("a file");
    let broken = format!("{own}\n#let late = none.x\n");
    let shared = said(&[("layouts/recto/core.typ", &broken)]);
    let line = broken.lines().count();
    assert!(shared.starts_with(&format!("layouts/recto/core.typ:{line}:")), "{shared}");
}
