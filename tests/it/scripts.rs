//! Scripts of the world on pages: fonts of the project, languages of words.

use std::collections::BTreeSet;

use lopdf::{Dictionary, Document, Object};

use crate::case::{Outcome, artifact, build, build_memory, messages, root};

fn scripts() -> Outcome {
    let outcome = build(&root().join("tests/fixtures/valid/scripts"));
    assert!(
        !outcome.diagnostics.has_errors(),
        "{}",
        messages(outcome.diagnostics, &outcome.sources)
    );
    outcome
}

fn open(outcome: &Outcome, path: &str) -> Document {
    Document::load_mem(artifact(outcome, path)).expect("a PDF")
}

fn dictionaries(document: &Document) -> impl Iterator<Item = &Dictionary> {
    document.objects.values().filter_map(|object| object.as_dict().ok())
}

/// The fonts of a document, without the letters that mark them as parts.
fn fonts(document: &Document) -> BTreeSet<String> {
    let name = |dictionary: &Dictionary| {
        let name = dictionary.get(b"FontName").and_then(Object::as_name).ok()?;
        let name = String::from_utf8_lossy(name).into_owned();
        Some(name.split_once('+').map_or(name.clone(), |(_, name)| name.to_owned()))
    };
    dictionaries(document).filter_map(name).collect()
}

#[test]
fn fonts_of_the_project_are_taken_where_the_embedded_ones_end() {
    let outcome = scripts();
    let has = |path: &str, wanted: &[&str]| {
        let fonts = fonts(&open(&outcome, path));
        for wanted in wanted {
            assert!(
                fonts.iter().any(|name| name.starts_with(wanted)),
                "{path}: {wanted} of {fonts:?}"
            );
        }
    };
    has("handouts/insibab.pdf", &["NotoNaskhArabic", "LibertinusSerif"]);
    has("handouts/kyosui.pdf", &["NotoSerifCJK", "LibertinusSerif"]);
    has("handouts/effusion.pdf", &["NotoNaskhArabic", "NotoSerifCJK", "LibertinusSerif"]);
}

#[test]
fn words_are_tagged_with_their_languages() {
    let outcome = scripts();
    let languages = |path: &str| -> BTreeSet<String> {
        let document = open(&outcome, path);
        let tags =
            dictionaries(&document).filter(|one| one.has(b"S") || one.has(b"StructTreeRoot"));
        let tags = tags.filter_map(|one| one.get(b"Lang").and_then(Object::as_str).ok());
        let mut found: BTreeSet<String> =
            tags.map(|tag| String::from_utf8_lossy(tag).into_owned()).collect();
        // Words in a line are told from others where they are drawn.
        for page in document.get_pages().values() {
            let content = document.get_page_content(*page);
            let content = String::from_utf8_lossy(&content);
            let spans = content.split("/Lang(").skip(1).filter_map(|rest| rest.split(')').next());
            found.extend(spans.map(str::to_owned));
        }
        found
    };
    let all = ["ar", "de", "el", "en", "he", "ja", "ko", "ru", "zh-CN"].map(str::to_owned);
    assert_eq!(languages("handouts/effusion.pdf"), BTreeSet::from(all));
    assert_eq!(languages("handouts/insibab.pdf"), BTreeSet::from(["ar".into(), "en".into()]));
    assert!(
        languages("books/scripts.pdf").is_superset(&BTreeSet::from(["ar".into(), "ja".into()]))
    );
    let document = open(&outcome, "handouts/insibab.pdf");
    let preferences = document
        .catalog()
        .and_then(|catalog| document.dereference(catalog.get(b"ViewerPreferences")?)?.1.as_dict());
    let direction =
        preferences.and_then(|one| one.get(b"Direction")?.as_name()).expect("a direction");
    assert_eq!(direction, b"R2L");
}

#[test]
fn books_say_the_language_and_direction_of_words() {
    let outcome = scripts();
    let book = artifact(&outcome, "books/scripts.epub");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a book");
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let name = names.iter().find(|name| name.ends_with("effusion.xhtml")).expect("a chapter");
    let mut text = String::new();
    let mut file = archive.by_name(name).expect("the chapter");
    std::io::Read::read_to_string(&mut file, &mut text).expect("text");
    for wanted in [
        "<span xml:lang=\"ar\" lang=\"ar\" dir=\"rtl\">انصباب جنبي</span>",
        "<span xml:lang=\"zh-CN\" lang=\"zh-CN\" dir=\"ltr\">胸腔积液",
        "<span xml:lang=\"ar\" lang=\"ar\" dir=\"rtl\"><strong>انصباب</strong></span>",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
}

/// Before this was looked at, rows that had no place on the page were laid over
/// one another at its foot.
#[test]
fn the_head_of_a_long_table_is_set_again_on_each_page() {
    let rows: String = (1..120).map(|row| format!("| row{row} | words |\n")).collect();
    let topic =
        format!("---\ntitle: t\n---\n| oscar | papa |\n|---|---|\n{rows}\n: A long table.\n");
    let outcome = build_memory(&[("sources/t.md", topic.as_bytes())]);
    for path in ["handouts/t.pdf", "books/untitled.pdf"] {
        let document = open(&outcome, path);
        let mut pages = 0;
        for page in document.get_pages().keys() {
            let text = document.extract_text(&[*page]).expect("text");
            let rows = text.matches("row").count();
            assert_eq!(rows > 0, text.contains("oscar"), "{path}, page {page}: {text}");
            assert!(rows < 60, "{path}, page {page} has {rows} rows");
            pages += usize::from(rows > 0);
        }
        assert!(pages > 2, "{path} has the table on {pages} pages");
    }
}
