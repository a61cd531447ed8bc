//! Lists of references: one project with works that are hard to list and to link,
//! through all outputs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{Cursor, Read};

use lopdf::{Document, Object};
use recto::model::{Edition, Inline, ReferenceListKind, Visitor, walk_inlines};
use roxmltree::{Document as Xml, ParsingOptions};

use crate::case::{Outcome, artifact, build, build_memory, compare, messages, root};

fn lists() -> Outcome {
    let outcome = build(&root().join("tests/fixtures/valid/lists"));
    let found = messages(outcome.diagnostics, &outcome.sources);
    assert!(found.is_empty(), "{found}");
    Outcome { diagnostics: recto::diag::Diagnostics::default(), ..outcome }
}

/// Returns the pages of a book, by their names.
fn epub(outcome: &Outcome, name: &str) -> BTreeMap<String, String> {
    let bytes = artifact(outcome, &format!("books/{name}.epub"));
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut pages = BTreeMap::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("a file");
        if let Some(name) = file.name().strip_prefix("EPUB/").map(str::to_owned)
            && name.ends_with(".xhtml")
        {
            let mut text = String::new();
            file.read_to_string(&mut text).expect("text");
            pages.insert(name, text);
        }
    }
    pages
}

fn xml(text: &str) -> Xml<'_> {
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    Xml::parse_with_options(text, options).expect("XML")
}

#[test]
fn lists_are_as_the_manifest_wants_them() {
    let outcome = lists();
    let mut text = String::new();
    for edition in &outcome.editions {
        writeln!(text, "book, back-references: {}", edition.back_references).expect("a string");
        for list in &edition.references {
            let kind = match list.kind {
                ReferenceListKind::References => "references",
                ReferenceListKind::FurtherReading => "further reading",
            };
            let of = list.topic.as_ref().map_or("the book", |topic| topic.as_str());
            writeln!(text, "  {kind} of {of}, hanging: {}", list.hanging).expect("a string");
            for work in &list.items {
                let label = work.label.as_deref().unwrap_or("-");
                let cited = work.citations.len();
                writeln!(text, "    {label} {}, cited {cited} times", work.key).expect("a string");
                writeln!(text, "      short: {}", work.short).expect("a string");
                for (name, url) in [("to", &work.url), ("shown", &work.address)] {
                    if let Some(url) = url {
                        writeln!(text, "      {name}: {url}").expect("a string");
                    }
                }
            }
        }
    }
    compare("resolve/lists.txt", &text);
}

/// Returns where the links of entries lead, and the addresses beside them.
fn wanted(edition: &Edition) -> BTreeSet<String> {
    struct Links(BTreeSet<String>);
    impl Visitor for Links {
        fn inline(&mut self, inline: &Inline) {
            if let Inline::Link(link) = inline {
                self.0.insert(link.url.clone());
            }
        }
    }
    let mut links = Links(BTreeSet::new());
    for work in edition.references.iter().flat_map(|list| &list.items) {
        walk_inlines(&work.content, &mut links);
        links.0.extend(work.address.as_ref().and(work.url.clone()));
    }
    links.0
}

fn uris(document: &Document) -> BTreeSet<String> {
    let actions = document.objects.values().filter_map(|object| object.as_dict().ok());
    let uri = |dictionary: &lopdf::Dictionary| {
        let action = dictionary.get(b"A").ok()?;
        let (_, action) = document.dereference(action).ok()?;
        let uri = action.as_dict().ok()?.get(b"URI").and_then(Object::as_str).ok()?;
        Some(String::from_utf8(uri.to_vec()).expect("ASCII"))
    };
    actions.filter_map(uri).collect()
}

#[test]
fn every_address_leads_there_from_every_output() {
    let outcome = lists();
    let names = ["vancouver", "chapters", "apa", "quiet", "notes"];
    for (name, edition) in names.into_iter().zip(&outcome.editions) {
        let wanted = wanted(edition);
        for url in [
            "https://doi.org/10.1000/a_b%23c%25de",
            "https://doi.org/10.1002/(SICI)1096-8644(199808)106:4%3C483::AID-AJPA4%3E3.0.CO%3B2-K",
            "https://bücher.example/f%C3%BCr/%C3%84rzte?q=gr%C3%B6%C3%9Fe&n=1#Abschnitt_2",
            "https://example.org/v_(x)?a=1&b=2#c",
            "https://doi.org/10.1000/v(1)2",
            "https://pubmed.ncbi.nlm.nih.gov/123/",
            "https://example.org/a%20b/(c)_d~e;f=1,2?x=%5B1%5D&y='z'#top",
        ] {
            assert!(wanted.contains(url), "{name}: no {url} in {wanted:?}");
        }
        for url in &wanted {
            let host = url.find("/").expect("an address") + 2;
            let path = host + url[host..].find('/').expect("a path");
            let fits = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
            assert!(url[path..].chars().all(fits), "{url}");
        }
        let document = Document::load_mem(artifact(&outcome, &format!("books/{name}.pdf")));
        assert_eq!(uris(&document.expect("a PDF")), wanted, "{name}.pdf");
        let mut found = BTreeSet::new();
        for (page, text) in epub(&outcome, name) {
            let document = xml(&text);
            let links = document.descendants().filter_map(|node| node.attribute("href"));
            found.extend(links.filter(|href| href.starts_with("http")).map(str::to_owned));
            // Where to, in the book, is there.
            let ids: BTreeSet<_> =
                document.descendants().filter_map(|node| node.attribute("id")).collect();
            for href in document.descendants().filter_map(|node| node.attribute("href")) {
                if let Some(id) = href.strip_prefix('#') {
                    assert!(ids.contains(id), "{name}: {page} has no {href}");
                }
            }
        }
        assert_eq!(found, wanted, "{name}.epub");
    }
    let notes = artifact(&outcome, "decks/vancouver/notes.csv");
    let notes = std::str::from_utf8(notes).expect("UTF-8");
    for href in notes.split("href=\"\"").skip(1).filter_map(|rest| rest.split("\"\"").next()) {
        let url = href.replace("&amp;", "&");
        assert!(
            outcome.editions.iter().any(|edition| wanted(edition).contains(&url))
                || url == "https://doi.org/10.1000/card",
            "{url}"
        );
    }
    assert!(notes.contains("An editorial that nobody signed (2021), Thorax"), "{notes}");
    assert!(notes.contains(">World Health Organization Regional Office… n.d., Guidelines"));
}

#[test]
fn cards_say_what_the_book_says() {
    let outcome = lists();
    for name in ["vancouver", "chapters", "apa"] {
        let notes = artifact(&outcome, &format!("decks/{name}/notes.csv"));
        let notes = std::str::from_utf8(notes).expect("UTF-8");
        let asked = notes.lines().find(|line| line.contains("What did"));
        let asked = asked.expect("the card");
        assert!(asked.contains("What did Card find that Light did not?"), "{name}: {asked}");
        assert!(asked.contains(">Light 2002, N Engl J Med</a>"), "{asked}");
    }
    let labels = |place: usize, topic: &str| -> BTreeMap<String, Option<String>> {
        let topic = recto::model::TopicId::new(topic).expect("an id");
        let works = outcome.editions[place].lists_of(&topic).flat_map(|list| &list.items);
        works.map(|work| (work.key.to_string(), work.label.clone())).collect()
    };
    assert_eq!(labels(0, "effusion")["light2002"].as_deref(), Some("1."));
    assert_eq!(labels(1, "effusion")["light2002"].as_deref(), Some("2."));
    assert_eq!(labels(1, "glossary")["light2002"].as_deref(), Some("1."));
}

#[test]
fn books_list_works_by_chapter_or_as_a_whole() {
    let outcome = lists();
    let whole = epub(&outcome, "apa");
    compare("write/epub/lists.references.xhtml", &whole["references.xhtml"]);
    let chapters = epub(&outcome, "chapters");
    assert!(!chapters.contains_key("references.xhtml"));
    compare("write/epub/lists.topic.xhtml", &chapters["topic-effusion.xhtml"]);
    // A ways back is offered where it is wanted.
    assert!(!epub(&outcome, "quiet")["references.xhtml"].contains("cited-in"));
}

/// Pages are known only once all is laid out; here are more chapters than Typst
/// goes over a document, each with a list that pages after it depend on.
#[test]
fn works_tell_the_pages_that_cite_them() {
    const CHAPTERS: usize = 9;
    let filler = "Fluid gathers where it should not, and is seen late. ".repeat(18);
    let mut works = String::new();
    let mut files = vec![(
        "recto.yaml".to_owned(),
        "handouts: []\ndecks: []\nbooks: [{paper: a5, citation-style: apa, references: {scope: chapter}}]\n"
            .to_owned(),
    )];
    for chapter in 1..=CHAPTERS {
        let mut text = format!("---\ntitle: Chapter {chapter}\n---\n\n");
        for paragraph in 0..12 {
            let work = paragraph % 5;
            writeln!(text, "{filler} [@w{chapter}x{work}]\n").expect("a string");
        }
        files.push((format!("sources/c{chapter}.md"), text));
        for work in 0..5 {
            let name = format!("Author{chapter}x{work}");
            writeln!(
                works,
                "@article{{w{chapter}x{work}, author = {{{{{name}}}}}, title = {{T}}, journaltitle = {{J}}, date = {{2001}}}}"
            )
            .expect("a string");
        }
    }
    files.push(("sources/works.bib".to_owned(), works));
    let files: Vec<_> = files.iter().map(|(path, text)| (path.as_str(), text.as_bytes())).collect();
    let outcome = build_memory(&files);
    let path = outcome.built.artifacts.iter().find(|file| file.path.as_str().ends_with(".pdf"));
    let document = Document::load_mem(&path.expect("a PDF").bytes).expect("a PDF");
    let pages: BTreeMap<u32, String> = document
        .get_pages()
        .keys()
        .map(|page| {
            let text = document.extract_text(&[*page]).expect("text");
            // Spaces are where Typst moves its pen.
            (*page, text.split_whitespace().collect())
        })
        .collect();
    let all = pages.values().cloned().collect::<Vec<_>>().join("|");
    for chapter in 1..=CHAPTERS {
        for work in 0..5 {
            let name = format!("Author{chapter}x{work}");
            let cites = format!("({name},2001)");
            let citing: Vec<u32> = pages
                .iter()
                .filter(|(_, text)| text.contains(&cites))
                .map(|(page, _)| *page)
                .collect();
            let entry = all.split(&format!("{name}.(2001).")).nth(1).expect("an entry");
            let said = entry.split("citedonpage").nth(1).expect("pages");
            let said = said.trim_start_matches('s');
            let said: String =
                said.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '–')).collect();
            assert_eq!(pages_of(&said), citing, "{name}: {said}");
        }
    }
}

/// Returns the pages of "12, 14–15".
fn pages_of(text: &str) -> Vec<u32> {
    let number = |text: &str| text.parse::<u32>().expect("a page");
    text.split(',')
        .filter(|range| !range.is_empty())
        .flat_map(|range| match range.split_once('–') {
            Some((first, last)) => (number(first)..=number(last)).collect::<Vec<_>>(),
            None => vec![number(range)],
        })
        .collect()
}
