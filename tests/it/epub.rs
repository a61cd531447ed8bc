//! Books: what is in them, as text that a person can review.
//!
//! The sources are in `tests/suite/write/epub/`, the expected documents in
//! `tests/reference/write/epub/`; `UPDATE=1` writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use recto::diag::Diagnostics;
use recto::files::{MemoryFiles, NoCache};
use recto::layout::Layouts;
use recto::model::{
    Bibliography, Contributor, Date, Document, Edition, ImageSettings, Language, ListSettings,
    Metadata, Role, SectionKinds,
};
use recto::picture::{Imports, Renditions};
use recto::read;
use recto::resolve::{Index, Purpose, Shared, Style, edition, load_media};
use recto::source::{ProjectPath, Sources};
use recto::write::epub::{self, Options};
use recto::write::illustration::Illustrations;
use roxmltree::{Document as Xml, ParsingOptions};

use crate::case::compare;

const MARROW: &str = include_str!("../suite/write/epub/marrow.md");
const EFFUSION: &str = include_str!("../suite/write/epub/effusion.md");
const MONTAGE: &str = include_str!("../suite/write/montage.md");
const WORKS: &str = include_str!("../suite/write/epub/works.bib");
/// 2026-11-23T01:02:03Z
const MODIFIED: i64 = 1_795_395_723;

/// A small project, to be made a book.
struct Book {
    files: MemoryFiles,
    topics: Vec<(&'static str, String)>,
    metadata: Metadata,
    style: &'static str,
    cover: Option<Vec<u8>>,
}

impl Book {
    fn new(topics: &[(&'static str, &str)]) -> Self {
        let mut book = Self {
            files: MemoryFiles::default(),
            topics: topics.iter().map(|(id, text)| (*id, (*text).to_owned())).collect(),
            metadata: metadata(),
            style: "vancouver",
            cover: None,
        };
        book.put("sources/images/frontal.png", picture(120, 90, 40));
        book.put("sources/images/axial.png", picture(80, 80, 90));
        book
    }

    fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(ProjectPath::new(path).expect("a path"), bytes);
    }

    fn edition(&self, sources: &mut Sources, diagnostics: &mut Diagnostics) -> Edition {
        let mut topics = Vec::new();
        for (id, text) in &self.topics {
            let path = ProjectPath::new(&format!("sources/{id}.md")).expect("a path");
            let topic = read::read_topic(
                &path,
                text.clone().into_bytes(),
                &crate::case::defaults(),
                sources,
                diagnostics,
            );
            topics.extend(topic);
        }
        let mut bibliography = Bibliography::default();
        let path = ProjectPath::new("sources/works.bib").expect("a path");
        let works = WORKS.as_bytes().to_vec();
        read::read_bibliography(&path, works, &mut bibliography, sources, diagnostics);
        let index = Index::build(&topics, diagnostics);
        let media = Arc::new(load_media(
            &topics,
            &self.files,
            &Imports::new(Arc::new(NoCache), 6000),
            1,
            diagnostics,
        ));
        let document = Document {
            metadata: self.metadata.clone(),
            topics: topics.clone(),
            bibliography,
            kinds: SectionKinds::default(),
        };
        let style = Style::archived(self.style).expect("a style of the archive");
        let shared = Shared {
            document: &document,
            index: &index,
            style: &style,
            lists: ListSettings::default(),
            media: &media,
        };
        edition(&shared, topics, self.metadata.clone(), Purpose::Book, diagnostics)
    }

    /// Makes the book, or returns the messages.
    fn try_write(&self) -> Result<Vec<u8>, Vec<String>> {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let edition = self.edition(&mut sources, &mut diagnostics);
        let layouts = Layouts::open(&self.files).expect("files in memory");
        let layout = layouts.load("epub", &mut sources, &mut diagnostics).expect("a layout");
        let options = Options {
            modified: MODIFIED,
            cover: self.cover.as_deref(),
            certified_by: None,
            overlay: recto::model::FigureOverlay::default(),
            pagination: None,
            jobs: 2,
        };
        let renditions = Renditions::new(Arc::new(NoCache));
        let bounds = ImageSettings::default().epub;
        let illustrations =
            Illustrations::prepare(&edition.topics, &edition.media, &renditions, bounds, 2);
        let mut book = Cursor::new(Vec::new());
        let written =
            epub::write(&edition, &illustrations, &layout, &options, &mut book, &mut diagnostics);
        let messages: Vec<_> = diagnostics
            .sorted()
            .into_iter()
            .map(|diagnostic| format!("{:?}: {}", diagnostic.place, diagnostic.message))
            .collect();
        if messages.is_empty() {
            written.map(|()| book.into_inner()).ok_or(messages)
        } else {
            Err(messages)
        }
    }

    fn write(&self) -> BTreeMap<String, Vec<u8>> {
        let bytes = self.try_write().expect("a book without messages");
        if let Ok(folder) = std::env::var("KEEP_BOOKS") {
            let name = format!("{}.epub", self.metadata.identifier);
            std::fs::write(Path::new(&folder).join(name), &bytes).expect("a folder to keep books");
        }
        unpack(&bytes)
    }
}

fn metadata() -> Metadata {
    let contributor = |name: &str, role| Contributor { name: name.into(), role };
    Metadata {
        title: "Chest & more".into(),
        subtitle: Some("A study book".into()),
        contributors: vec![
            contributor("Ada Example", Role::Author),
            contributor("Bo Editor", Role::Editor),
        ],
        language: Language::english(),
        identifier: "example-chest".into(),
        publisher: Some("The Press".into()),
        rights: Some("© 2026 Ada Example".into()),
        description: Some("What a chest shows.".into()),
        subjects: vec!["Radiology".into()],
        published: Date::new("2026-11-01"),
    }
}

fn picture(width: u32, height: u32, seed: u32) -> Vec<u8> {
    let image = image::GrayImage::from_fn(width, height, |x, y| {
        image::Luma([u8::try_from((x * 3 + y * 5 + seed) % 256).unwrap_or(0)])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::Png).expect("a small picture");
    bytes.into_inner()
}

pub(crate) fn unpack(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut files = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("a readable entry");
        files.insert(file.name().to_owned(), bytes);
    }
    files
}

pub(crate) fn text<'a>(files: &'a BTreeMap<String, Vec<u8>>, name: &str) -> &'a str {
    let bytes = files.get(&format!("EPUB/{name}")).unwrap_or_else(|| panic!("no file {name}"));
    std::str::from_utf8(bytes).expect("text")
}

fn full_book() -> Book {
    let mut book = Book::new(&[("marrow", MARROW), ("effusion", EFFUSION)]);
    book.cover = Some(picture(60, 90, 0));
    book
}

#[test]
fn montages_are_as_reviewed() {
    let files = Book::new(&[("views", MONTAGE)]).write();
    for (name, reference) in [
        ("topic-views.xhtml", "write/epub/montage.topic-views.xhtml"),
        ("unmarked.xhtml", "write/epub/montage.unmarked.xhtml"),
        ("credits.xhtml", "write/epub/montage.credits.xhtml"),
    ] {
        compare(reference, &without_hashes(text(&files, name)));
    }
}

#[test]
fn documents_are_as_reviewed() {
    let files = full_book().write();
    for name in [
        "package.opf",
        "nav.xhtml",
        "cover.xhtml",
        "title.xhtml",
        "contents.xhtml",
        "figures.xhtml",
        "topic-marrow.xhtml",
        "topic-effusion.xhtml",
        "unmarked.xhtml",
        "references.xhtml",
        "credits.xhtml",
        "glossary.xhtml",
        "index.xhtml",
        "colophon.xhtml",
    ] {
        let made = without_hashes(text(&files, name));
        compare(&format!("write/epub/{name}"), &made);
    }
}

/// Names of pictures end in a hash, which is the encoder's matter.
fn without_hashes(text: &str) -> String {
    let mut out = String::new();
    for part in text.split_inclusive(".png") {
        let hash = part.len().checked_sub(12).filter(|_| part.ends_with(".png"));
        match hash.filter(|at| part[*at..].bytes().take(8).all(|b| b.is_ascii_hexdigit())) {
            Some(at) => out.push_str(&format!("{}HASH.png", &part[..at])),
            None => out.push_str(part),
        }
    }
    out
}

#[test]
fn the_same_sources_give_the_same_bytes() {
    let first = full_book().try_write().expect("a book");
    assert_eq!(first, full_book().try_write().expect("a book"));
    assert_eq!(first.get(30..58), Some(b"mimetypeapplication/epub+zip".as_slice()));
    let mut archive = zip::ZipArchive::new(Cursor::new(&first)).expect("an archive");
    for index in 0..archive.len() {
        let file = archive.by_index(index).expect("an entry");
        let name = file.name().to_owned();
        let stored = file.compression() == zip::CompressionMethod::Stored;
        assert_eq!(stored, name == "mimetype" || name.ends_with(".png"), "{name}");
        assert_eq!(file.unix_mode().map(|mode| mode & 0o777), Some(0o644), "{name}");
        assert!(file.extra_data().unwrap_or_default().is_empty(), "{name}");
    }
}

/// Every link leads somewhere, every id is there once, every file is in the
/// manifest.
pub(crate) fn assert_sound(files: &BTreeMap<String, Vec<u8>>) {
    let options = || ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let mut places = BTreeSet::new();
    let mut links = Vec::new();
    for (path, bytes) in files {
        let Some(name) = path.strip_prefix("EPUB/") else { continue };
        places.insert(name.to_owned());
        if !name.ends_with(".xhtml") && !name.ends_with(".opf") {
            continue;
        }
        let text = std::str::from_utf8(bytes).expect("text");
        let document = Xml::parse_with_options(text, options()).expect("XML");
        for node in document.descendants().filter(roxmltree::Node::is_element) {
            if let Some(id) = node.attribute("id") {
                assert!(places.insert(format!("{name}#{id}")), "{name}: `{id}` is there twice");
            }
            for address in [node.attribute("href"), node.attribute("src")].into_iter().flatten() {
                assert!(
                    !node.ancestors().skip(1).any(|other| other.has_tag_name("a")),
                    "{name}: a link in a link to {address}"
                );
                match address.strip_prefix('#') {
                    Some(_) => links.push((name.to_owned(), format!("{name}{address}"))),
                    None if address.contains(':') => {}
                    None => links.push((name.to_owned(), address.to_owned())),
                }
            }
            for other in ["aria-labelledby", "refines", "idref", "content"] {
                if node.has_tag_name("meta") && other == "content" {
                    continue;
                }
                if let Some(id) = node.attribute(other) {
                    let id = id.trim_start_matches('#');
                    links.push((name.to_owned(), format!("{name}#{id}")));
                }
            }
        }
    }
    for (name, address) in links {
        assert!(places.contains(&address), "{name}: nothing is at {address}");
    }
    let package = text(files, "package.opf");
    for path in files.keys().filter_map(|path| path.strip_prefix("EPUB/")) {
        let listed = path == "package.opf" || package.contains(&format!("href=\"{path}\""));
        assert!(listed, "{path} is not in the manifest");
    }
}

#[test]
fn links_lead_somewhere() {
    for style in ["vancouver", "apa", "chicago-notes", "vancouver-superscript", "alphanumeric"] {
        let mut book = full_book();
        book.style = style;
        book.metadata.identifier = style.into();
        assert_sound(&book.write());
    }
}

#[test]
fn what_is_for_paper_or_the_teacher_is_left_out() {
    let files = full_book().write();
    let chapter = text(&files, "topic-marrow.xhtml");
    assert!(!chapter.contains("Only on paper") && !chapter.contains("Ask who has seen one"));
    let (chapter, questions) = chapter.split_once("class=\"self-test\"").expect("questions");
    assert!(!chapter.contains("What are smooth masses"), "flashcards show in no text");
    assert!(questions.contains("What are smooth masses"));
    assert!(!text(&files, "nav.xhtml").contains("For the teacher"));
}

#[test]
fn a_book_has_only_pages_that_it_has_reason_for() {
    let mut book = Book::new(&[("plain", "---\ntitle: Plain\n---\n\nText.\n")]);
    book.metadata.identifier = "plain".into();
    let files = book.write();
    let pages: Vec<_> = files.keys().filter(|path| path.ends_with(".xhtml")).collect();
    assert_eq!(
        pages,
        [
            "EPUB/colophon.xhtml",
            "EPUB/contents.xhtml",
            "EPUB/nav.xhtml",
            "EPUB/title.xhtml",
            "EPUB/topic-plain.xhtml"
        ]
    );
    assert_sound(&files);
    let package = text(&files, "package.opf");
    assert!(!package.contains("visual") && !package.contains("alternativeText"));
}

#[test]
fn books_turn_with_the_language() {
    let mut book = Book::new(&[("a", "---\ntitle: عنوان\n---\n\n## مقدمة\n\nنص.\n")]);
    book.metadata.language = Language::new("ar").expect("a tag");
    book.metadata.identifier = "arabic".into();
    let files = book.write();
    assert_sound(&files);
    assert!(text(&files, "package.opf").contains("page-progression-direction=\"rtl\""));
    assert!(text(&files, "topic-a.xhtml").contains("xml:lang=\"ar\" lang=\"ar\" dir=\"rtl\""));
}

#[test]
fn hostile_names_stay_text() {
    let topic = "---\ntitle: \"\\\\<script\\\\>alert(1)\\\\</script\\\\> {{ book.title }}\"\nid: ünïcode\n---\n\n\
                 ## Übersicht {#sec-a.b}\n\n### Übersicht\n\n### Übersicht\n\n\
                 ## ???\n\n[x](https://a.org/\"onclick=x|y) @sec-a.b\n";
    let mut book = Book::new(&[("a", topic)]);
    book.metadata.title = "]]> <b> &amp; ${x}".into();
    book.metadata.identifier = "hostile".into();
    let files = book.write();
    assert_sound(&files);
    assert!(files.keys().all(|path| path.is_ascii()));
}

#[test]
fn broken_layouts_are_told_with_file_and_line() {
    for (file, template, expected) in [
        ("chapter.xhtml", "<p>\n{{ chapter.titel }}</p>", "`chapter.xhtml` breaks at line 2"),
        ("title.xhtml", "\n\n{% if %}", "`title.xhtml` breaks at line 3"),
        (
            "colophon.xhtml",
            "<p>a</p>\n<p>b<br></p>",
            "not well-formed at line 2 (expected 'br' tag",
        ),
        (
            "page.xhtml",
            "<html xmlns:epub=\"x\">\n{{ content }}\n&nbsp;</html>",
            "not well-formed at line 3",
        ),
        ("package.opf", "<package>\n<x></y></package>", "not well-formed at line 2"),
    ] {
        let mut book = full_book();
        book.put(&format!("layouts/epub/{file}"), template);
        let messages = book.try_write().expect_err("a broken layout");
        let all = messages.join("\n");
        assert!(all.contains(expected), "{file}: {all}");
        assert!(all.contains(&format!("layouts/epub/{file}")), "{file}: {all}");
    }
}

#[test]
fn layouts_bring_their_own_files() {
    let mut book = full_book();
    book.metadata.identifier = "own-files".into();
    book.put("layouts/epub/fonts/text.woff2", b"not a font".as_slice());
    book.put("layouts/epub/README.txt", b"for people".as_slice());
    let files = book.write();
    assert!(files.contains_key("EPUB/fonts/text.woff2"));
    assert!(!files.contains_key("EPUB/README.txt"));
    assert_sound(&files);
}

const PICTURE: &[u8] = include_bytes!("../fixtures/valid/kitchen-sink/sources/images/tall.png");

fn with_book(keys: &str) -> crate::case::Outcome {
    let manifest =
        format!("title: B\ndate: 2026-01-02\nhandouts: []\ndecks: []\nbooks: [{keys}]\n");
    crate::case::build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/t.md", b"---\ntitle: T\n---\n\nText.\n"),
        ("sources/images/cover.png", PICTURE),
    ])
}

#[test]
fn the_authors_picture_is_on_the_cover() {
    let outcome = with_book("{cover: sources/images/cover.png}");
    let files = unpack(crate::case::artifact(&outcome, "books/b.epub"));
    // Nothing says that no topic shows it.
    let found = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert_eq!(found, "");
    let page = text(&files, "cover.xhtml");
    assert!(page.contains("width=\"240\" height=\"1600\""), "{page}");
    assert!(text(&files, "package.opf").contains("properties=\"cover-image\""));

    let outcome = with_book("{cover: sources/images/kover.png}");
    let found = crate::case::messages(outcome.diagnostics, &outcome.sources);
    assert!(found.starts_with("5:17-5:41 error[missing-image]: there is no picture"), "{found}");
    assert!(found.contains("cover.png"), "{found}");
}

#[test]
fn conformance_is_claimed_where_somebody_vouches_for_it() {
    let claims = ["dcterms:conformsTo", "a11y:certifiedBy"];
    for (keys, claimed) in [("{}", false), ("{certified-by: Ada Example}", true)] {
        let outcome = with_book(keys);
        let files = unpack(crate::case::artifact(&outcome, "books/b.epub"));
        let package = text(&files, "package.opf");
        assert!(claims.iter().all(|claim| package.contains(claim) == claimed), "{package}");
        assert_eq!(package.contains("Ada Example"), claimed);
    }
}

#[test]
fn a_picture_that_stores_refuse_is_reported() {
    let flat = image::RgbImage::from_pixel(2300, 1800, image::Rgb([90, 90, 90]));
    let mut bytes = Vec::new();
    let png = image::ImageFormat::Png;
    flat.write_to(&mut Cursor::new(&mut bytes), png).expect("memory can be written");
    let manifest = "title: B\ndate: 2026-01-02\nhandouts: []\ndecks: []\nbooks: [{}]\n";
    let topic =
        "---\ntitle: T\n---\n\n![A wall.](wall.png){alt=\"Gray.\" credit=A license=CC0-1.0}\n";
    let found = |images: &str| {
        let manifest = format!("{manifest}images: {{epub: {{pixels: {images}}}}}\n");
        let outcome = crate::case::build_memory(&[
            ("recto.yaml", manifest.as_bytes()),
            ("sources/t.md", topic.as_bytes()),
            ("sources/wall.png", &bytes),
        ]);
        crate::case::messages(outcome.diagnostics, &outcome.sources)
    };
    assert_eq!(found("1600"), "");
    let heavy = found("2300");
    assert!(heavy.starts_with("5:"), "{heavy}");
    assert!(heavy.contains("warning[heavy-book]: this picture has 4.1 megapixels"), "{heavy}");
    assert_eq!(heavy.matches("heavy-book").count(), 1, "{heavy}");
}
