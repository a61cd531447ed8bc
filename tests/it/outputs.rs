//! One rendering in all outputs: what a publication's PDF, EPUB and deck say of
//! its works is read back out of the files, and is the same.
//!
//! Words of the topics stand around each citation, so that it is found wherever
//! an output puts it: in lists of figures and running heads, too. Spaces and
//! hyphens are not compared: a page puts them where it breaks lines.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use lopdf::Document;

use crate::case::{Outcome, artifact, build_memory, messages, root};

/// Styles that number, raise, name and note.
const STYLES: [&str; 5] = ["vancouver", "ama", "apa", "ieee", "chicago-notes-bibliography"];

/// A citation between the words that it is found by: `<3|[@k05]>` in the text.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let (number, after) = after.split_once('|').expect("a number");
        let (citation, after) = after.split_once('>').expect("an end");
        let number: u32 = number.parse().expect("a number");
        out += &format!("{before}Qa{number:02} {citation} Zb{number:02}");
        rest = after;
    }
    out + rest
}

/// The works that a citation is of, by its number.
fn works_of(number: u32) -> Vec<String> {
    let start = format!("<{number}|");
    let found = [ALPHA, BETA].iter().find_map(|text| text.split_once(&start));
    let (_, rest) = found.expect("a citation of that number");
    let (citation, _) = rest.split_once('>').expect("an end");
    citation.split('@').skip(1).map(|rest| rest[..3].to_owned()).collect()
}

const ALPHA: &str = r#"---
title: Alpha
id: alpha
summary: In short <1|[@k01, p. 7]>.
references: [k24]
---
Before all <2|[@k04; @k02; @k03]>, and <3|[see @k05, chap. 2; @k06]>.

## Findings <4|[@k07]>

- One <5|@k08> is ==asked==.
  - Nested <6|[@k09]>.
- Two <7|@k10 [p. 3]> are ==learned== with a note[^n].

```figure
label: fig-layered
image: a.png
alt: A square.
caption: The dark ({dark}) is where <8|[@k11]> has it. More <9|@k12>.
short-caption: The short <10|[@k11]>.
credit: After <11|[@k13]>
license: CC0-1.0
marks:
  dark: {means: the dark, arrows: [{tip: [10%, 50%], tail: [60%, 20%]}]}
```

![Simple <12|[@k14]>.](a.png){#fig-simple alt="A square." credit=CC license=CC0-1.0}

| Head <13|[@k15]> | Other |
|---|---|
| Cell <14|[@k16; @k01]> | x |

: A table <15|[@k17]>.

[^n]: A note <16|[@k18]> and <17|@k19>.

See @fig-layered and @fig-simple.
"#;

const BETA: &str = r#"---
title: Beta
id: beta
---

> Quoted <21|[@k20]>.

> [!TIP]
> Hinted <22|[@k21, p. 5]>.

Term <23|[@k22]>
: Meaning <24|[@k08]>, in the year <25|[-@k08]>.

- Again <26|[@k02; @k03; @k04; @k05]> is ==asked again== as <27|@k10> says.
- Twice in a row <28|[@k10]> and <29|[@k10]>.

## Alike

Those of one name and year <30|[@k25]>, <31|[@k26]> and <32|@k25>.

```card
id: of-its-own
front: As <33|@k23> asks?
back: As <34|@k02> says.
```
"#;

/// The citations that stand on cards, for they are part of a sentence.
const ON_CARDS: [u32; 5] = [5, 7, 9, 27, 34];

/// A figure's caption and its short form, which cite the same work.
const IN_CAPTION: u32 = 8;
const IN_LIST: u32 = 10;

/// The heading of what is asked.
const IN_HEADING: u32 = 4;

/// What only a card cites, and so no book.
const CARDS_ONLY: u32 = 33;

/// All citations of the book.
fn of_book() -> BTreeSet<u32> {
    (1..=17).chain(21..=32).collect()
}

fn bibliography() -> String {
    const NAMES: [&str; 6] = [
        "Berger, Ada",
        "de Wit, Jan",
        "Øye, Kari and Zhang, Li",
        "Müller, Eva and Ito, Ken and Rossi, Pia",
        "O'Brien, Sue",
        "{World Example Organization}",
    ];
    let mut out = String::new();
    for i in 1..=26 {
        let key = format!("k{i:02}");
        let (author, year) = match i {
            // Not to be told apart but by a letter after the year.
            25 | 26 => ("Same, Una", 2020),
            _ => (NAMES[i * 5 % NAMES.len()], 1990 + i),
        };
        let title = format!("Title {key} of H\\textsubscript{{2}}O");
        out += &match i % 3 {
            0 => format!(
                "@book{{{key}, author = {{{author}}}, title = {{{title}}}, publisher = {{Press & Co.}}, location = {{Town}}, date = {{{year}}}}}\n"
            ).replace('&', "\\&"),
            _ => format!(
                "@article{{{key}, author = {{{author}}}, title = {{{title}}}, journaltitle = {{Journal of {key}}}, shortjournal = {{J {key}}}, date = {{{year}-03}}, volume = {{{i}}}, number = {{2}}, pages = {{{i}1--{i}9}}, doi = {{10.5555/{key}}}}}\n"
            ),
        };
    }
    out
}

/// Tells whether a work has a DOI: articles do.
fn has_doi(key: &str) -> bool {
    key[1..].parse::<u32>().is_ok_and(|number| number % 3 != 0)
}

fn outcome(style: &str) -> Outcome {
    // On paper that is large, the list has no running foot in it.
    let manifest = format!(
        "title: Outputs\nidentifier: urn:recto:test:outputs\nname: all\ncitation-style: {style}\n\
         handouts: []\nbooks: [{{paper: a3}}]\nreferences: {{back-references: false}}\n"
    );
    let picture = std::fs::read(root().join("tests/fixtures/valid/small/sources/images/a.png"))
        .expect("a picture");
    let (alpha, beta) = (marked(ALPHA), marked(BETA));
    let mut outcome = build_memory(&[
        ("recto.yaml", manifest.as_bytes()),
        ("sources/alpha.md", alpha.as_bytes()),
        ("sources/beta.md", beta.as_bytes()),
        ("sources/works.bib", bibliography().as_bytes()),
        ("sources/a.png", &picture),
    ]);
    let said = messages(std::mem::take(&mut outcome.diagnostics), &outcome.sources);
    assert_eq!(said, "", "{style}");
    outcome
}

/// Without spaces and hyphens, and without what joins or parts unseen.
fn dense(text: &str) -> String {
    let unseen = ['-', '\u{ad}', '\u{200b}', '\u{2060}', '\u{2011}'];
    text.chars().filter(|c| !c.is_whitespace() && !unseen.contains(c)).collect()
}

/// The text of the PDF, page by page.
fn pages(outcome: &Outcome) -> Vec<String> {
    let document = Document::load_mem(artifact(outcome, "books/all.pdf")).expect("a PDF");
    let pages = document.get_pages().into_keys();
    pages.map(|page| dense(&document.extract_text(&[page]).expect("text"))).collect()
}

/// The XHTML of the EPUB, each file with its name.
fn documents(outcome: &Outcome) -> Vec<(String, String)> {
    let bytes = artifact(outcome, ".epub");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let names = names.into_iter().filter(|name| name.ends_with(".xhtml"));
    names
        .map(|name| {
            let mut text = String::new();
            archive.by_name(&name).expect("an entry").read_to_string(&mut text).expect("UTF-8");
            (name, text)
        })
        .collect()
}

fn parse(xml: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(xml, options)
        .unwrap_or_else(|error| panic!("{error}: {xml}"))
}

fn text(node: roxmltree::Node) -> String {
    let texts = node.descendants().filter(roxmltree::Node::is_text);
    dense(&texts.filter_map(|node| node.text()).collect::<String>())
}

fn has_class(node: &roxmltree::Node, class: &str) -> bool {
    node.attribute("class").is_some_and(|all| all.split(' ').any(|one| one == class))
}

/// The fields of all notes, in one text.
fn fields(outcome: &Outcome) -> String {
    let csv = String::from_utf8(artifact(outcome, ".csv").to_vec()).expect("UTF-8");
    csv.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// What HTML shows, roughly: without tags and clozes.
fn shown(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        out += before;
        rest = after.split_once('>').map_or("", |(_, after)| after);
    }
    out += rest;
    let entities =
        [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", "\""), ("&amp;", "&")];
    let out = entities.iter().fold(out, |text, (entity, plain)| text.replace(entity, plain));
    dense(&out.replace("{{c1::", "").replace("}}", "").replace("\"\"", "\""))
}

/// What stands between the words around each citation, wherever it does. In
/// contents and the like, citations are left out.
fn citations(text: &str) -> BTreeMap<u32, BTreeSet<String>> {
    let mut found: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
    for (at, _) in text.match_indices("Qa") {
        let Some(number) = text.get(at + 2..at + 4).and_then(|digits| digits.parse().ok()) else {
            continue;
        };
        let rest = &text[at + 4..];
        let end = rest.find(&format!("Zb{number:02}")).expect("the words after a citation");
        assert!(end < 400, "{}", &rest[..end]);
        if end > 0 {
            found.entry(number).or_default().insert(rest[..end].to_owned());
        }
    }
    found
}

/// The numbers of citations in a text, those that it leaves out among them.
fn marks(text: &str) -> Vec<u32> {
    let starts = text.match_indices("Qa");
    starts.filter_map(|(at, _)| text.get(at + 2..at + 4)?.parse().ok()).collect()
}

/// The one rendering of each citation.
fn only(output: &str, found: BTreeMap<u32, BTreeSet<String>>) -> BTreeMap<u32, String> {
    let only = found.into_iter().map(|(number, texts)| {
        assert_eq!(texts.len(), 1, "{output}: citation {number} is {texts:?}");
        (number, texts.into_iter().next().expect("one text"))
    });
    only.collect()
}

/// The entries of the list at the end of the EPUB, labels and all.
fn entries(documents: &[(String, String)]) -> Vec<String> {
    let mut of_chapters = BTreeSet::new();
    let mut of_book = Vec::new();
    for (name, xml) in documents {
        let xml = parse(xml);
        for work in xml.descendants().filter(|node| has_class(node, "work")) {
            if name.contains("topic-") {
                of_chapters.insert(text(work).trim_start_matches('↑').to_owned());
            } else {
                of_book.push(text(work));
            }
        }
    }
    // Chapters show those that they cite, as the book has them.
    assert_eq!(of_chapters, of_book.iter().cloned().collect(), "chapters have other entries");
    of_book
}

/// The notes of a chapter of the EPUB: texts by their numbers.
fn notes(xml: &str) -> BTreeMap<String, String> {
    let xml = parse(xml);
    let notes = xml.descendants().filter(|node| has_class(node, "note"));
    let parted = notes.map(|note| {
        let label = note.descendants().find(|node| has_class(node, "label"));
        let label = label.map(text).expect("a number");
        let whole = text(note);
        let said = whole.strip_prefix(label.as_str()).expect("the number comes first");
        (label.trim_end_matches('.').to_owned(), said.to_owned())
    });
    parted.collect()
}

/// What the EPUB has for a citation.
struct InBook {
    /// In the text.
    shown: String,
    /// In the note that this is the number of.
    note: Option<String>,
}

fn in_book(documents: &[(String, String)]) -> BTreeMap<u32, InBook> {
    let whole: String = documents.iter().map(|(_, xml)| text(parse(xml).root())).collect();
    let mut all = only("EPUB", citations(&whole));
    let mut found = BTreeMap::new();
    for (_, xml) in documents.iter().filter(|(name, _)| name.contains("topic-")) {
        let notes = notes(xml);
        for number in citations(&text(parse(xml).root())).into_keys() {
            if let Some(shown) = all.remove(&number) {
                let note = notes.get(&shown).cloned();
                found.insert(number, InBook { shown, note });
            }
        }
    }
    assert!(all.is_empty(), "outside of chapters alone: {all:?}");
    // Questions are asked in the EPUB alone. What nothing but one cites is in no list,
    // so that only what is part of the sentence is left.
    if let Some(asked) = found.get(&CARDS_ONLY) {
        assert!(!asked.shown.contains(|c: char| c.is_ascii_digit()), "{:?}", asked.shown);
    }
    found.retain(|number, _| of_book().contains(number));
    found
}

#[test]
fn citations_and_entries_are_the_same_in_all_outputs() {
    for style in STYLES {
        let outcome = outcome(style);
        let paper = pages(&outcome).concat();
        let mut on_pages = only("PDF", citations(&paper));
        assert_eq!(on_pages.keys().copied().collect::<BTreeSet<_>>(), of_book(), "{style}");
        let documents = documents(&outcome);
        let in_book = in_book(&documents);
        let on_cards = only("deck", citations(&shown(&fields(&outcome))));

        // The EPUB's list of figures has no citations. That of the PDF has those of
        // short captions, and says what the figure's own says; notes are shorter
        // the second time.
        let listed = on_pages.remove(&IN_LIST);
        let is_noted = in_book[&IN_CAPTION].note.is_some();
        assert_eq!(is_noted, style.contains("notes"), "{style}");
        assert!(is_noted || listed.as_ref() == on_pages.get(&IN_CAPTION), "{style}: {listed:?}");

        let expected: BTreeSet<u32> = ON_CARDS.into_iter().chain([CARDS_ONLY]).collect();
        assert_eq!(on_cards.keys().copied().collect::<BTreeSet<_>>(), expected, "{style}");
        assert_eq!(
            on_pages.keys().collect::<Vec<_>>(),
            in_book.keys().collect::<Vec<_>>(),
            "{style}"
        );
        for (number, InBook { shown, note }) in &in_book {
            let page = &on_pages[number];
            assert_eq!(page, shown, "{style}: citation {number}");
            if let Some(note) = note {
                let noted = paper.contains(&format!("{shown}{note}"));
                assert!(noted, "{style}: {number} is {shown} {note}, but not in\n{paper}");
            }
            if let Some(card) = on_cards.get(number) {
                // The text of a card has no numbers and no notes: of a citation, it
                // has what is part of the sentence.
                assert!(shown.starts_with(card.as_str()), "{style}: {number}: {card}, {shown}");
            }
        }

        // The foot of a card leads to the works that its text cites.
        let mut led = 0;
        for row in fields(&outcome).lines() {
            // Headings say where a card is from.
            for number in marks(&dense(row)).into_iter().filter(|number| *number != IN_HEADING) {
                for key in works_of(number).iter().filter(|key| has_doi(key)) {
                    assert!(
                        row.contains(&format!("https://doi.org/10.5555/{key}")),
                        "{key}: {row}"
                    );
                    led += 1;
                }
            }
        }
        assert!(led >= 10, "{style}: {led}");

        // The list as a whole: what came between two entries would be in the way.
        let entries = entries(&documents);
        assert_eq!(entries.len(), 25, "{style}: {entries:?}");
        let list = entries.concat();
        assert!(paper.contains(&list), "{style}: the PDF does not have\n{list}\n--- but\n{paper}");

        // Each card has the entries of its sources, as the list has them.
        let mut on_cards = BTreeSet::new();
        for row in fields(&outcome).lines() {
            let Some((_, opened)) = row.split_once("</summary>") else { continue };
            let (opened, _) = opened.split_once("</details>").expect("an end");
            for entry in opened.split_terminator("</p>") {
                let entry = shown(entry);
                // Nobody else has what cards alone cite.
                let cards_only = works_of(CARDS_ONLY).iter().any(|key| entry.contains(key));
                assert_ne!(entries.contains(&entry), cards_only, "{style}: {entry}, {entries:?}");
                on_cards.insert(entry);
            }
        }
        assert!(on_cards.len() >= 10, "{style}: {on_cards:?}");
    }
}
