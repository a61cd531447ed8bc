//! On which page of a finished publication something stands.
//!
//! A book of pages and its reflowable twin are made from the same text, so where
//! a page of the one begins can be found in the other by what it says.

use std::collections::BTreeMap;

use memchr::memmem;

use super::{Block, Flashcard, FlashcardKind, NodeId, TopicId, plain_text};

/// The pages of a publication, and what stands on them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pagination {
    /// The name of the paginated publication: a URN, which its metadata has, too.
    pub source: String,
    /// The pages, in order.
    pub pages: Vec<PrintedPage>,
    /// On which page topics begin: places in `pages`. A layout that does not show
    /// a topic has no page of it; so with all that follow.
    pub topics: BTreeMap<TopicId, usize>,
    /// On which page sections, figures, tables and equations are.
    pub nodes: BTreeMap<NodeId, usize>,
    /// The numbers of figures, tables and equations.
    pub numbers: BTreeMap<NodeId, u32>,
    /// On which page parts open, by their places in the outline.
    pub parts: BTreeMap<usize, usize>,
    /// The headings of the first order that belong to no topic or part: the
    /// contents, the references. As they are printed, with their pages.
    pub headings: Vec<(String, usize)>,
}

/// A page of a publication.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrintedPage {
    /// The number that it bears: "12", "iv".
    pub number: String,
    /// What it says, as [`letters`]: the running text without running heads,
    /// notes, formulas, and figures with their captions, for those may be moved
    /// from where they are spoken of.
    pub text: String,
}

/// Where topics are printed: for each, the publication that readers of another one
/// are sent to.
#[derive(Debug, Clone, Default)]
pub struct Printed<'a> {
    /// What kind of publication it is, and its pages.
    pub topics: BTreeMap<TopicId, (PrintedKind, &'a Pagination)>,
}

/// A kind of printed publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrintedKind {
    /// The handout of a topic.
    Handout,
    /// A book.
    Book,
}

/// A page to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PrintedPlace<'a> {
    /// What it is a page of.
    pub kind: PrintedKind,
    /// The number that it bears.
    pub number: &'a str,
    /// The number of the card's figure there.
    pub figure: Option<u32>,
}

impl<'a> Printed<'a> {
    /// Returns the page that a flashcard's text or figure is on, or that on which its
    /// section or its topic begins; `None` where nothing of the topic is printed.
    pub fn place_of(&self, card: &Flashcard) -> Option<PrintedPlace<'a>> {
        let (kind, pagination) = *self.topics.get(&card.topic)?;
        let page = match &card.kind {
            FlashcardKind::Figure { figure, .. } | FlashcardKind::Occlusion { figure, .. } => {
                pagination.nodes.get(&figure.id).copied()
            }
            FlashcardKind::Cloze { text, .. } => pagination.page_of_blocks(&card.topic, text),
            // What is asked may be put together; what is answered is in the text.
            FlashcardKind::Basic { front, back, .. } => pagination
                .page_of_blocks(&card.topic, back)
                .or_else(|| pagination.page_of_blocks(&card.topic, front)),
        };
        let page = page
            .or_else(|| pagination.nodes.get(&card.section?).copied())
            .or_else(|| pagination.topics.get(&card.topic).copied())?;
        let figure = match &card.kind {
            FlashcardKind::Figure { figure, .. } | FlashcardKind::Occlusion { figure, .. } => {
                pagination.numbers.get(&figure.id).copied()
            }
            FlashcardKind::Basic { .. } | FlashcardKind::Cloze { .. } => None,
        };
        Some(PrintedPlace { kind, number: &pagination.pages.get(page)?.number, figure })
    }
}

/// The fewest letters that tell a place in a text from others.
const TELLING: usize = 8;

impl Pagination {
    /// Returns the page that blocks of a topic are on, by the first text in them
    /// that is on one.
    fn page_of_blocks(&self, topic: &TopicId, blocks: &[Block]) -> Option<usize> {
        blocks.iter().find_map(|block| match block {
            Block::Paragraph(paragraph) => self.page_of(topic, &plain_text(&paragraph.content)),
            Block::List(list) => {
                list.items.iter().find_map(|item| self.page_of_blocks(topic, &item.blocks))
            }
            Block::DefinitionList(list) => {
                list.items.iter().find_map(|item| self.page_of_blocks(topic, &item.blocks))
            }
            Block::Quote(quote) => self.page_of_blocks(topic, &quote.blocks),
            Block::Callout(callout) => self.page_of_blocks(topic, &callout.blocks),
            Block::Table(table) => self.nodes.get(&table.id).copied(),
            Block::Figure(figure) => self.nodes.get(&figure.id).copied(),
            Block::Equation(equation) => self.nodes.get(&equation.id).copied(),
            Block::CodeBlock(code) => self.page_of(topic, &code.text),
            Block::Card(_) | Block::ThematicBreak => None,
        })
    }

    /// Returns the page that something in a topic is on, by what it says: the
    /// first that has its beginning. `None` if no page of the topic does.
    pub fn page_of(&self, topic: &TopicId, text: &str) -> Option<usize> {
        let start = *self.topics.get(topic)?;
        let end = self.next_start(start).unwrap_or(self.pages.len());
        let wanted = letters(text);
        let wanted = first(&wanted, 48);
        if wanted.is_empty() {
            return None;
        }
        let finder = memmem::Finder::new(wanted);
        (start..end.min(self.pages.len())).find(|page| {
            let here = self.pages[*page].text.as_bytes();
            // Something begins on a page, but may end on the next.
            finder.find(here).is_some() || {
                let after = self.pages.get(page + 1).map_or("", |page| page.text.as_str());
                let own = here.len().saturating_sub(wanted.len() - 1);
                let both = [&here[own..], first(after, 48).as_bytes()].concat();
                let within = here.len() - own;
                finder.find(&both).is_some_and(|place| place < within)
            }
        })
    }

    /// Returns the page that begins with `heading`, if that is one of the first
    /// order that belongs to no topic.
    pub fn page_headed(&self, heading: &str) -> Option<usize> {
        let wanted = letters(heading);
        self.headings.iter().find(|(said, _)| letters(said) == wanted).map(|(_, page)| *page)
    }

    /// Returns the page after `page` on which the next part, topic, or list begins.
    fn next_start(&self, page: usize) -> Option<usize> {
        let headings = self.headings.iter().map(|(_, page)| page);
        let starts = self.topics.values().chain(self.parts.values()).chain(headings);
        starts.copied().filter(|start| *start > page).min()
    }

    /// Finds where in a text pages begin. `text` are the [`letters`] of what begins
    /// at the head of page `from` and goes on until something else does. Returns
    /// the pages after `from` that belong to it, with their places in `text`, in
    /// bytes, in order.
    ///
    /// A page that says nothing of its own, such as one of figures only, begins
    /// where the next one does, or at the end.
    pub fn breaks(&self, text: &str, from: usize) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut silent = Vec::new();
        let mut place = 0;
        let mut expected = self.pages.get(from).map_or(0, |page| page.text.len());
        let end = self.next_start(from);
        for page in from + 1..end.unwrap_or(self.pages.len()) {
            let said = self.said_from(page);
            match find_near(text, &said, place, expected) {
                Some(start) => {
                    found.extend(silent.drain(..).map(|page| (page, start)));
                    found.push((page, start));
                    place = start;
                    expected = start + self.pages[page].text.len();
                }
                None => silent.push(page),
            }
        }
        // Behind the last text may be what nobody knows.
        if end.is_some() {
            found.extend(silent.into_iter().map(|page| (page, text.len())));
        }
        found
    }

    /// Returns what a page says, and the beginning of the next where that is little.
    fn said_from(&self, page: usize) -> String {
        let mut said = first(&self.pages[page].text, 800).to_owned();
        if said.len() < 200 && !said.is_empty() {
            said.push_str(self.pages.get(page + 1).map_or("", |page| first(&page.text, 200)));
        }
        said
    }
}

/// How many letters further on the next piece is tried.
const STEP: usize = 12;

/// Finds where in `text`, from `start` on, `said` begins: where a piece of it is,
/// for the two may differ in what an output adds, such as the head of a table that
/// goes on. The place nearest to `expected` wins.
fn find_near(text: &str, said: &str, start: usize, expected: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let length = said.chars().count().min(32);
    if length < TELLING {
        return None;
    }
    let mut skipped = 0;
    while let Some(piece) = said.get(skipped..).map(|said| first(said, length)) {
        if piece.chars().count() < length {
            return None;
        }
        let places = rest.match_indices(piece).map(|(place, _)| start + place);
        if let Some(place) = places.min_by_key(|place| place.abs_diff(expected + skipped)) {
            let before = (said[..skipped].chars().rev()).zip(text[start..place].chars().rev());
            let same = before.take_while(|(one, other)| one == other);
            return Some(place - same.map(|(letter, _)| letter.len_utf8()).sum::<usize>());
        }
        skipped += first(&said[skipped..], STEP).len();
    }
    None
}

/// Returns the first `count` letters of a text.
fn first(text: &str, count: usize) -> &str {
    text.char_indices().nth(count).map_or(text, |(end, _)| &text[..end])
}

/// Returns the letters of a text, small: what stays the same however a text is
/// set, numbered, broken and hyphenated.
pub fn letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push_letter(c, &mut out));
    out
}

/// Adds a character to [`letters`], if it is one.
pub fn push_letter(c: char, out: &mut String) {
    if c.is_ascii() {
        if c.is_ascii_alphabetic() {
            out.push(c.to_ascii_lowercase());
        }
    } else if c.is_alphabetic() {
        out.extend(c.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FlashcardId;
    use crate::source::{ProjectPath, Sources, Span};

    fn paginated(pages: &[&str]) -> Pagination {
        let page = |text: &&str| PrintedPage { number: String::new(), text: letters(text) };
        let topic = TopicId::new("t").expect("a name");
        Pagination {
            pages: pages.iter().map(page).collect(),
            topics: BTreeMap::from([(topic, 0)]),
            ..Pagination::default()
        }
    }

    const PAGES: [&str; 4] = [
        "The lung is full of air, and so it is dark. Fluid is white; where it lies tells what it is, for it sinks when nothing holds it, and where it is held",
        "it stays. Whoever looks at a film of a lying patient sees a veil. Whoever looks at one of a standing patient sees a line.",
        "",
        "Sign Meaning The last thing to say is this, and it is said in a table whose head is above, on each page.",
    ];

    #[test]
    fn pages_begin_where_their_words_are() {
        let pagination = paginated(&PAGES);
        let text = letters(&PAGES.concat().replace("Sign Meaning", ""));
        let second = text.find("itstayswhoever").expect("there");
        let last = text.find("thelastthing").expect("there");
        assert_eq!(pagination.breaks(&text, 0), [(1, second), (2, last), (3, last)]);
        assert_eq!(pagination.breaks("otherwordsaltogether", 0), []);
        let ends = Pagination { headings: vec![("References".into(), 3)], ..pagination };
        assert_eq!(ends.breaks(&text, 0), [(1, second), (2, text.len())]);
    }

    #[test]
    fn what_is_said_twice_is_found_at_the_nearer_place() {
        let pages = ["Begin.", "Whoever looks at this sees it.", "Whoever looks at this sees it."];
        let text = letters(&pages.concat());
        let line = letters(pages[1]).len();
        assert_eq!(paginated(&pages).breaks(&text, 0), [(1, 5), (2, 5 + line)]);
    }

    #[test]
    fn a_text_is_on_the_page_that_it_begins_on() {
        let pagination = paginated(&PAGES);
        let topic = TopicId::new("t").expect("a name");
        let page = |text: &str| pagination.page_of(&topic, text);
        assert_eq!(page("The lung"), Some(0));
        assert_eq!(page("where it is held it stays"), Some(0));
        assert_eq!(page("a veil"), Some(1));
        assert_eq!((page("nowhere"), page("…")), (None, None));
    }

    #[test]
    fn what_is_not_printed_is_read_on_where_its_section_begins() {
        let file = Sources::default().add(ProjectPath::new("t.md").expect("a path"), String::new());
        let section = NodeId { file, index: 7 };
        let mut pagination = paginated(&PAGES);
        for (place, page) in pagination.pages.iter_mut().enumerate() {
            page.number = (place + 1).to_string();
        }
        pagination.nodes.insert(section, 3);
        let topic = TopicId::new("t").expect("a name");
        let topics = BTreeMap::from([(topic.clone(), (PrintedKind::Handout, &pagination))]);
        let printed = Printed { topics };
        let mut card = Flashcard {
            topic,
            id: FlashcardId::new("c").expect("a name"),
            context: Vec::new(),
            section: Some(section),
            kind: FlashcardKind::Basic { front: Vec::new(), back: Vec::new(), reversed: false },
            extra: Vec::new(),
            references: Vec::new(),
            tags: Vec::new(),
            deck: None,
            span: Span::new(file, 0, 0),
        };
        assert_eq!(printed.place_of(&card).map(|place| place.number), Some("4"));
        card.section = None;
        assert_eq!(printed.place_of(&card).map(|place| place.number), Some("1"));
    }
}
