//! Text that some program takes for its own markup comes out as characters:
//! Typst's, a template's, Anki's, HTML's, TeX's.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use lopdf::{Document, Object};
use rusqlite::Connection;

use crate::case::{Outcome, artifact, build_memory, messages, root};

/// What is written in Markdown, and the characters that it stands for.
const TEXTS: [(&str, &str); 22] = [
    ("#let x = 1", "#let x = 1"),
    ("#eval(\"1\")", "#eval(\"1\")"),
    ("#panic() #import \"a.typ\"", "#panic() #import \"a.typ\""),
    ("\\$ sum \\$", "$ sum $"),
    ("\\@label", "@label"),
    ("\\<label>", "<label>"),
    ("\\*star\\* \\_low\\_", "*star* _low_"),
    ("{{ x }}", "{{ x }}"),
    ("{% if x %}", "{% if x %}"),
    ("{# c #}", "{# c #}"),
    ("{{c1::x}}", "{{c1::x}}"),
    ("{{c1::x::y}} {{Front}}", "{{c1::x::y}} {{Front}}"),
    ("[sound:x.mp3] [anki:play:q:0]", "[sound:x.mp3] [anki:play:q:0]"),
    ("\\\\(x\\\\) \\\\[y\\\\]", "\\(x\\) \\[y\\]"),
    ("[latex]x[/latex] [\\$]y[/\\$]", "[latex]x[/latex] [$]y[/$]"),
    ("\\<script>alert(1)\\</script>", "<script>alert(1)</script>"),
    ("\\<img src=x onerror=1>", "<img src=x onerror=1>"),
    ("\\&amp; \\&lt;b> \\&#35;", "&amp; &lt;b> &#35;"),
    ("&amp; &lt;", "& <"),
    ("5 % \\~tilde\\~ // no /* comment */", "5 % ~tilde~ // no /* comment */"),
    ("= Heading \\`raw\\` \\#set", "= Heading `raw` #set"),
    ("a::b ::: c", "a::b ::: c"),
];

/// The same as code: typed as it is, in as many backquotes as it needs.
fn code() -> String {
    let texts = TEXTS.iter().filter(|(_, plain)| !plain.contains('`'));
    texts.map(|(_, plain)| format!("`{plain}`")).collect::<Vec<_>>().join(" ")
}

fn written() -> String {
    TEXTS.map(|(written, _)| written).join(" ")
}

fn plain() -> String {
    TEXTS.map(|(_, plain)| plain).join(" ")
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn topic() -> String {
    let text = written();
    let block = format!("|\n  1t {text}\n\n  1t {}", code());
    format!(
        "---\ntitle: {title}\nid: plain\nsmart: false\nsummary: {title}\nobjectives: [{title}]\n---\n\n\
         ## 2h {text}\n\n- 3b {text} ==asked==\n\n| 4h {text} |\n|---|\n| 5c {text} ==cell== |\n\n\
         : 6t {text}\n\n![7f {text}](a.png){{alt=\"simple\" credit=CC license=CC0-1.0}}\n\n\
         ```figure\nimage: a.png\nalt: {alt}\ncaption: The dark ({{dark}}).\ncredit: {title}\n\
         license: {plain}\nmarks:\n  dark: {{means: {title}, arrows: [{{tip: [10%, 50%], tail: [60%, 20%]}}]}}\n```\n\n\
         A note[^n].\n\n[^n]: 8n {text}\n\n> 9q {text}\n\n```\n10x {plain_text}\n```\n\n11y {code}\n\n\
         Term {text}\n: 12d {text}\n\n\
         ```card\nfront: {block}\nback: {block}\n```\n\n```card\ncloze: {block} ==hid::hint==\n```\n",
        title = quoted(&text),
        alt = quoted(&plain()),
        plain = quoted(&plain()),
        plain_text = plain(),
        code = code(),
    )
}

fn outcome() -> Outcome {
    let picture = std::fs::read(root().join("tests/fixtures/valid/small/sources/images/a.png"))
        .expect("a picture");
    let topic = topic();
    // Cards that ask for all that there is are no good cards.
    let manifest = b"allow: [long-answer, twin-flashcards, visible-answer]\n";
    let mut outcome = build_memory(&[
        ("recto.yaml", manifest),
        ("sources/plain.md", topic.as_bytes()),
        ("sources/a.png", &picture),
    ]);
    let said = messages(std::mem::take(&mut outcome.diagnostics), &outcome.sources);
    assert_eq!(said, "", "{topic}");
    outcome
}

/// Without spaces and hyphens, which a page puts where it breaks lines.
fn dense(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{ad}')).collect()
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[test]
fn on_pages() {
    let outcome = outcome();
    let document = Document::load_mem(artifact(&outcome, "handouts/plain.pdf")).expect("a PDF");
    let pages: Vec<u32> = document.get_pages().keys().copied().collect();
    let shown = dense(&document.extract_text(&pages).expect("text"));
    for (_, plain) in TEXTS {
        // Title, summary, objective, heading, bullet, header and cell, two
        // captions, note, quotation, two codes, term, meaning, credit, license.
        let count = count(&shown, &dense(plain));
        assert!(count >= 14, "`{plain}` is there {count} times:\n{shown}");
    }
    let alternatives: Vec<String> = document
        .objects
        .values()
        .filter_map(|object| object.as_dict().ok()?.get(b"Alt").ok())
        .filter_map(|alt: &Object| lopdf::decode_text_string(alt).ok())
        .collect();
    assert!(alternatives.iter().any(|alt| alt.contains(&plain())), "{alternatives:?}");
}

#[test]
fn in_books() {
    let outcome = outcome();
    let bytes = artifact(&outcome, ".epub");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let mut chapters = 0;
    for name in names.iter().filter(|name| name.ends_with(".xhtml") || name.ends_with(".opf")) {
        let mut text = String::new();
        let mut entry = archive.by_name(name).expect("an entry");
        entry.read_to_string(&mut text).expect("UTF-8");
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let xml = roxmltree::Document::parse_with_options(&text, options).expect("XML");
        assert!(
            xml.descendants().all(|node| !node.has_tag_name("script")
                && node.attributes().all(|attribute| !attribute.name().starts_with("on"))),
            "{name}"
        );
        if !name.contains("topic-") {
            continue;
        }
        chapters += 1;
        let shown: String = xml.descendants().filter_map(|node| node.text()).collect();
        for (_, plain) in TEXTS {
            let count = count(&dense(&shown), &dense(plain));
            assert!(count >= 14, "`{plain}` is there {count} times:\n{shown}");
        }
        let alt = xml.descendants().any(|node| node.attribute("alt") == Some(plain().as_str()));
        assert!(alt, "{text}");
    }
    assert_eq!(chapters, 1, "{names:?}");
}

/// The notes of a package: fields by the name of their note type.
fn notes(package: &[u8]) -> Vec<Vec<String>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).expect("an archive");
    let mut bytes = Vec::new();
    archive.by_name("collection.anki2").expect("a collection").read_to_end(&mut bytes).expect("it");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), bytes).expect("a collection");
    let connection = Connection::open(file.path()).expect("a collection");
    let mut statement = connection.prepare("SELECT flds FROM notes").expect("notes");
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("notes");
    rows.map(|row| row.expect("a note").split('\u{1f}').map(str::to_owned).collect()).collect()
}

/// What HTML shows of a field: without tags, and without the unseen joiner.
fn shown(html: &str) -> String {
    let xml =
        html.replace("{{c1::", "").replace("::hint}}", "").replace("}}", "").replace("&nbsp;", " ");
    let xml = format!("<div>{xml}</div>");
    let xml = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}: {html}"));
    let text: String = xml.descendants().filter_map(|node| node.text()).collect();
    text.replace('\u{2060}', "")
}

#[test]
fn on_cards() {
    let outcome = outcome();
    let notes = notes(artifact(&outcome, ".apkg"));
    let csv = String::from_utf8(artifact(&outcome, ".csv").to_vec()).expect("UTF-8");
    // Bullet, cell, mark, two cards.
    assert_eq!(notes.len(), 5, "{notes:?}");
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for field in notes.iter().flatten() {
        // What is left must be Recto's own.
        let clozes = count(field, "{{c1::");
        assert_eq!((count(field, "{{"), count(field, "}}")), (clozes, clozes), "{field}");
        assert!(clozes <= 1, "{field}");
        let small = field.to_lowercase();
        for markup in
            ["[sound:", "[anki:", "[latex]", "[/latex]", "[$", "[/$", "\\(", "\\)", "\\[", "\\]"]
        {
            assert!(!small.contains(markup), "`{markup}` is in {field}");
        }
        for tag in ["<script", "onerror=1>", "<label", "<img src=x"] {
            assert!(!small.contains(tag), "`{tag}` is in {field}");
        }
        let cell = csv.contains(&format!("\"{}\"", field.replace('"', "\"\"")));
        assert!(cell, "the CSV has another field than {field}");
        let text = shown(field);
        for (_, plain) in TEXTS {
            *seen.entry(plain).or_default() += count(&text, plain);
        }
    }
    for (plain, count) in seen {
        assert!(count >= 10, "`{plain}` is on cards {count} times");
    }
}
