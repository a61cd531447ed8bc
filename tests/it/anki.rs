//! Topics to decks: what is asked, and that reviews survive edits.

use std::collections::BTreeMap;
use std::io::{Cursor, Read, Write};
use std::path::Path;
use std::sync::Arc;

use recto::diag::Diagnostics;
use recto::files::{MemoryFiles, NoCache};
use recto::layout::Layouts;
use recto::ledger::Ledger;
use recto::model::{
    Bibliography, Document, ImageSettings, Language, ListSettings, Metadata, Printed,
    ProfileLanguage, SectionKinds,
};
use recto::picture::{Imports, Renditions};
use recto::read;
use recto::resolve;
use recto::source::{ProjectPath, Sources};
use recto::write::anki;
use recto::write::illustration::Illustrations;
use rusqlite::Connection;

const BIBLIOGRAPHY: &str = "
@article{light2002, author={Light, Richard W.}, title={Pleural Effusion},
  journaltitle={N Engl J Med}, date={2002}, volume={346}, pages={1971--1977},
  doi={10.1056/NEJMcp010731}}
@article{davis2006, author={Davis, A.}, title={Masses}, journaltitle={Radiology}, date={2006}}
";

/// A deck that was made.
struct Deck {
    files: BTreeMap<String, Vec<u8>>,
    messages: Vec<String>,
}

/// Makes the deck `all` of a topic: the only code here that touches the API.
fn check_notes(topic: &str, ledger: &mut Ledger, now: i64) -> Deck {
    check_topics(&[("sources/emh.md", topic)], ledger, now)
}

fn check_topics(topics: &[(&str, &str)], ledger: &mut Ledger, now: i64) -> Deck {
    check_stock(topics, ledger, now, None)
}

fn check_stock(
    topics: &[(&str, &str)],
    ledger: &mut Ledger,
    now: i64,
    stock: Option<ProfileLanguage>,
) -> Deck {
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let mut bibliography = Bibliography::default();
    let path = |text| ProjectPath::new(text).expect("a plain path");
    read::read_bibliography(
        &path("sources/references.bib"),
        BIBLIOGRAPHY.into(),
        &mut bibliography,
        &mut sources,
        &mut diagnostics,
    );
    let mut files = MemoryFiles::default();
    files.insert(path("sources/images/emh.png"), picture());
    let topics: Vec<_> = topics
        .iter()
        .filter_map(|(name, text)| {
            let bytes = text.as_bytes().to_vec();
            read::read_topic(
                &path(name),
                bytes,
                &crate::case::defaults(),
                &mut sources,
                &mut diagnostics,
            )
        })
        .collect();
    let metadata = Metadata {
        title: "All".into(),
        subtitle: None,
        contributors: Vec::new(),
        language: Language::english(),
        identifier: "urn:example:all".into(),
        publisher: None,
        rights: None,
        description: None,
        subjects: Vec::new(),
        published: None,
    };
    let index = resolve::Index::build(&topics, &mut diagnostics);
    let media = Arc::new(resolve::load_media(
        &topics,
        &files,
        &Imports::new(Arc::new(NoCache), 6000),
        1,
        &mut diagnostics,
    ));
    let style = resolve::Style::archived(resolve::DEFAULT_STYLE).expect("the default style");
    let document = Document {
        metadata: metadata.clone(),
        topics: topics.clone(),
        bibliography,
        kinds: SectionKinds::default(),
    };
    let shared = resolve::Shared {
        document: &document,
        index: &index,
        style: &style,
        lists: ListSettings::default(),
        media: &media,
    };
    let purpose = resolve::Purpose::Deck;
    let mut edition = resolve::edition(&shared, topics, metadata, purpose, &mut diagnostics);
    edition.flashcards =
        resolve::flashcards::flashcards(&edition.topics, &document.kinds, ledger, &mut diagnostics);
    let renditions = Renditions::new(Arc::new(NoCache));
    let bounds = ImageSettings::default().anki;
    let illustrations =
        Illustrations::prepare(&edition.topics, &edition.media, &renditions, bounds, 2);
    let layouts = Layouts::open(&files).expect("memory can be read");
    let layout = layouts.load("anki", &mut sources, &mut diagnostics).expect("the built-in layout");
    let printed = Printed::default();
    let (name, deck) = ("all", "All::Chest");
    let (texts, jobs) = (false, 2);
    let options = anki::Options { name, deck, now, printed: &printed, stock, texts, jobs };
    let begin = || Cursor::new(Vec::new());
    let written =
        anki::write(&edition, &illustrations, &layout, ledger, &options, begin, &mut diagnostics);
    let files = written.map_or_else(BTreeMap::new, |written| {
        let artifacts = written.artifacts.into_iter().map(|file| (file.path, file.bytes));
        let files = written.files.into_iter().map(|(path, file)| (path, file.into_inner()));
        let pictures = written
            .pictures
            .into_iter()
            .map(|(path, picture)| (path, picture.file.read().expect("in memory").to_vec()));
        artifacts
            .chain(files)
            .chain(pictures)
            .map(|(path, bytes)| (path.to_string(), bytes))
            .collect()
    });
    let messages = diagnostics.sorted().into_iter().map(|found| {
        format!("{}: {}: {}", found.severity.name(), found.code.name(), found.message)
    });
    Deck { files, messages: messages.collect() }
}

/// A gray picture.
fn picture() -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let pixels = image::GrayImage::from_fn(64, 48, |x, y| image::Luma([(x * 2 + y) as u8]));
    pixels.write_to(&mut bytes, image::ImageFormat::Png).expect("memory can be written");
    bytes.into_inner()
}

/// A row of a CSV or a note of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    guid: String,
    note_type: String,
    fields: Vec<String>,
}

impl Deck {
    fn csv(&self) -> String {
        String::from_utf8(self.files["decks/all/notes.csv"].clone()).expect("UTF-8")
    }

    fn rows(&self) -> Vec<Row> {
        let text = self.csv();
        let body: String =
            text.lines().skip_while(|line| line.starts_with('#')).flat_map(|l| [l, "\n"]).collect();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(body.as_bytes());
        let row = |record: csv::StringRecord| Row {
            guid: record[0].into(),
            note_type: record[1].into(),
            fields: record.iter().skip(3).map(str::to_owned).collect(),
        };
        reader.records().map(|record| row(record.expect("a row"))).collect()
    }

    /// Returns the guid of the only note whose first two fields hold `words`.
    fn guid(&self, words: &str) -> String {
        let found: Vec<_> = self
            .rows()
            .into_iter()
            .filter(|row| row.fields[..2].iter().any(|field| field.contains(words)))
            .map(|row| row.guid)
            .collect();
        assert_eq!(found.len(), 1, "{words}: {found:?}");
        found[0].clone()
    }

    fn text(&self, words: &str) -> String {
        let guid = self.guid(words);
        self.rows().into_iter().find(|row| row.guid == guid).expect("the note").fields[0].clone()
    }

    /// Returns when each note was last changed, by guid.
    fn modified(&self) -> BTreeMap<String, i64> {
        let (connection, _folder) = self.collection("decks/all.apkg");
        let mut query = connection.prepare("SELECT guid, mod FROM notes").expect("a query");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    fn collection(&self, package: &str) -> (Connection, tempfile::TempDir) {
        let mut zip = zip::ZipArchive::new(Cursor::new(&self.files[package])).expect("a zip");
        let mut bytes = Vec::new();
        zip.by_name("collection.anki2").expect("a collection").read_to_end(&mut bytes).expect("it");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("collection.anki2");
        std::fs::File::create(&path).and_then(|mut file| file.write_all(&bytes)).expect("a file");
        (Connection::open(path).expect("a database"), folder)
    }
}

/// Prints a package as text: what is in it, for people to compare.
fn print(deck: &Deck, package: &str) -> String {
    let mut zip = zip::ZipArchive::new(Cursor::new(&deck.files[package])).expect("a zip");
    let mut out = String::from("# files\n");
    for at in 0..zip.len() {
        let file = zip.by_index(at).expect("a file");
        let time = file.last_modified().expect("a time");
        out += &format!("{} {time} {:?}\n", file.name(), file.compression());
    }
    let mut media = String::new();
    zip.by_name("media").expect("a map").read_to_string(&mut media).expect("UTF-8");
    out += &format!("{media}\n");
    let (connection, _folder) = deck.collection(package);
    for (table, order) in [("col", "id"), ("notes", "id"), ("cards", "id")] {
        out += &format!("\n# {table}\n");
        let mut query = connection
            .prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))
            .expect("a query");
        let names: Vec<String> = query.column_names().map(str::to_owned).collect();
        let mut rows = query.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            for (at, name) in names.iter().enumerate() {
                let value = match row.get_ref(at).expect("a value") {
                    rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                    rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                    other => format!("{other:?}"),
                };
                if matches!(name.as_str(), "models" | "decks") {
                    let json: serde_json::Value = serde_json::from_str(&value).expect("JSON");
                    let pretty = serde_json::to_string_pretty(&json).expect("JSON");
                    out += &format!("{name} {}\n", without_styles(&pretty));
                } else if table == "cards" {
                    out += &format!("{name}={value} ");
                } else {
                    out += &format!("{name} {}\n", value.replace('\u{1f}', "\n    "));
                }
            }
            out += "\n";
        }
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Templates and styles are read in `layouts/anki`; a change there is no change
/// of the format.
fn without_styles(json: &str) -> String {
    let styled =
        |line: &&str| ["\"css\"", "\"qfmt\"", "\"afmt\""].iter().any(|key| line.contains(key));
    json.lines().filter(|line| !styled(line)).collect::<Vec<_>>().join("\n")
}

fn compare(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/write/anki").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, found).expect("the reference can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{name} differs; if that is right, run with UPDATE=1");
}

fn sample() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/write/anki/sample.md");
    std::fs::read_to_string(path).expect("the sample")
}

fn topic(body: &str) -> String {
    format!("---\ntitle: EMH\n---\n\n## Findings\n\n{body}\n")
}

#[test]
fn a_csv_may_name_the_types_that_every_profile_has() {
    let stock = Some(ProfileLanguage::German);
    let deck =
        check_stock(&[("sources/emh.md", &sample())], &mut Ledger::default(), 1_700_000_000, stock);
    compare("sample.stock.csv", &deck.csv());
    assert!(!deck.files.contains_key("decks/all/note-types.apkg"));
}

#[test]
fn a_deck_is_as_it_was() {
    let mut ledger = Ledger::default();
    let deck = check_notes(&sample(), &mut ledger, 1_700_000_000);
    assert_eq!(deck.messages, Vec::<String>::new());
    compare("sample.csv", &deck.csv());
    compare("sample.apkg.txt", &print(&deck, "decks/all.apkg"));
    compare("sample.note-types.txt", &print(&deck, "decks/all/note-types.apkg"));
    compare("sample.cards.lock", &ledger.to_yaml());
    compare(
        "sample.files.txt",
        &deck.files.keys().map(|name| format!("{name}\n")).collect::<String>(),
    );
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let mut ledger = Ledger::default();
    let first = check_notes(&sample(), &mut ledger, 1_700_000_000);
    let saved = ledger.clone();
    let later = check_notes(&sample(), &mut ledger, 1_800_000_000);
    assert_eq!(first.files, later.files);
    assert_eq!(ledger, saved);
    let again = check_notes(&sample(), &mut Ledger::default(), 1_700_000_000);
    assert_eq!(first.files, again.files);
}

#[test]
fn a_reworded_note_is_the_same_note_and_the_only_one_touched() {
    let mut ledger = Ledger::default();
    let before = topic("- Masses are ==lobulated==.\n- Ribs are ==wide== and thin.");
    let first = check_notes(&before, &mut ledger, 100);
    let after = topic("- The masses are always ==lobulated==.\n- Ribs are ==wide== and thin.");
    let second = check_notes(&after, &mut ledger, 200);
    assert_eq!(second.messages, Vec::<String>::new());
    assert_eq!(first.guid("lobulated"), second.guid("lobulated"));
    assert_eq!(second.modified()[&second.guid("lobulated")], 200);
    assert_eq!(second.modified()[&second.guid("wide")], 100);
}

#[test]
fn order_and_section_do_not_matter() {
    let mut ledger = Ledger::default();
    let before = topic("- Masses are ==lobulated==.\n- Ribs are ==wide== and thin.");
    let first = check_notes(&before, &mut ledger, 100);
    let after =
        topic("- Ribs are ==wide== and thin.\n\n## Elsewhere\n\n- Masses are ==lobulated==.");
    let second = check_notes(&after, &mut ledger, 200);
    for words in ["lobulated", "wide"] {
        assert_eq!(first.guid(words), second.guid(words));
    }
}

#[test]
fn another_id_is_another_note() {
    let card = |id: &str, front: &str| {
        topic(&format!("```card\nid: {id}\nfront: {front}\nback: Yes.\n```"))
    };
    let mut ledger = Ledger::default();
    let first = check_notes(&card("one", "Is it so?"), &mut ledger, 100).guid("?");
    let reworded = check_notes(&card("one", "Altogether different words?"), &mut ledger, 100);
    assert_eq!(first, reworded.guid("?"));
    let renamed = check_notes(&card("two", "Altogether different words?"), &mut ledger, 100);
    assert_ne!(first, renamed.guid("?"));
}

#[test]
fn a_cloze_put_in_before_renumbers_nothing() {
    let mut ledger = Ledger::default();
    check_notes(&topic("- Masses: ==lobulated== and ==smooth==."), &mut ledger, 100);
    let after = topic("- Masses: ==bilateral==, ==lobulated== and ==smooth==.");
    let second = check_notes(&after, &mut ledger, 200);
    assert_eq!(
        second.text("lobulated"),
        "Masses: {{c3::bilateral}}, {{c1::lobulated}} and {{c2::smooth}}."
    );
}

#[test]
fn a_note_that_is_gone_is_remembered_and_comes_back() {
    let both = topic("- Masses are ==lobulated==.\n- Ribs are ==wide== and thin.");
    let mut ledger = Ledger::default();
    let first = check_notes(&both, &mut ledger, 100);
    check_notes(&topic("- Ribs are ==wide== and thin."), &mut ledger, 200);
    let retired: Vec<_> = ledger.notes.values().filter(|record| record.retired).collect();
    assert_eq!(retired.len(), 1);
    assert_eq!(retired[0].text, "Masses are lobulated.");
    let third = check_notes(&both, &mut ledger, 300);
    assert_eq!(first.files, third.files);
}

#[test]
fn what_cannot_be_told_is_not_guessed() {
    let mut ledger = Ledger::default();
    let before = topic("- Dose of alpha is ==5 mg== daily.\n- Dose of gamma is ==5 mg== daily.");
    let first = check_notes(&before, &mut ledger, 100);
    let after = check_notes(&topic("- Dose of delta is ==5 mg== daily."), &mut ledger, 200);
    let [message] = after.messages.as_slice() else { panic!("{:?}", after.messages) };
    assert!(message.starts_with("warning: ambiguous-flashcard: "), "{message}");
    assert!(message.contains("Dose of alpha") && message.contains("Dose of gamma"), "{message}");
    assert!(first.rows().iter().all(|row| row.guid != after.guid("delta")));
    // It is said once: from then on, the new note is known.
    let again = check_notes(&topic("- Dose of delta is ==5 mg== daily."), &mut ledger, 300);
    assert_eq!(again.messages, Vec::<String>::new());
}

#[test]
fn two_cards_of_one_id_are_an_error() {
    let card = "```card\nid: one\nfront: Q?\nback: A.\n```\n";
    let deck = check_notes(&topic(&format!("{card}\n{card}")), &mut Ledger::default(), 100);
    assert!(
        deck.messages.iter().any(|m| m.starts_with("error: duplicate-flashcard: ")),
        "{:?}",
        deck.messages
    );
}

#[test]
fn a_second_edition_of_the_same_topics_changes_nothing() {
    let mut ledger = Ledger::default();
    let one = ("sources/emh.md", "---\ntitle: One\n---\n\n- A ==fact==.\n");
    let two = ("sources/two.md", "---\ntitle: Two\n---\n\n- A ==fact==.\n");
    let first = check_topics(&[one, two], &mut ledger, 100);
    let saved = ledger.clone();
    let second = check_topics(&[two], &mut ledger, 100);
    assert_eq!(first.rows()[1], second.rows()[0]);
    assert_eq!(ledger, saved);
}

#[test]
fn a_deck_of_nothing_is_no_deck() {
    let deck = check_notes(&topic("- No mark."), &mut Ledger::default(), 100);
    assert!(deck.files.is_empty() && deck.messages.is_empty(), "{:?}", deck.messages);
}
