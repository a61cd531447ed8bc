//! What no author writes on purpose: too much, too deep, broken, or nothing at
//! all. Each comes out right, or with a message that says what is wrong.
//!
//! Nothing is timed here; what takes time by the square would show as a test
//! that does not end. `tests/bench/README.md` tells how growth is measured.

use recto::diag::Diagnostics;
use recto::model::{Block, List, Topic};
use recto::source::{ProjectPath, Sources};

use crate::case::{build_memory, messages};

const HEAD: &str = "---\ntitle: T\n---\n\n";

/// Reads a topic; returns it and its messages.
fn read(path: &str, bytes: &[u8]) -> (Option<std::sync::Arc<Topic>>, String) {
    let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
    let path = ProjectPath::new(path).expect("a path");
    let topic = recto::read::read_topic(
        &path,
        bytes.to_vec(),
        &crate::case::defaults(),
        &mut sources,
        &mut diagnostics,
    );
    (topic, messages(diagnostics, &sources))
}

/// Reads the body of a topic in which nothing is wrong.
fn blocks(body: &str) -> Vec<Block> {
    let (topic, messages) = read("t.md", format!("{HEAD}{body}").as_bytes());
    assert_eq!(messages, "");
    topic.expect("a topic").blocks.clone()
}

/// Reads the body of a topic and returns its messages.
fn body_messages(body: &str) -> String {
    read("t.md", format!("{HEAD}{body}").as_bytes()).1
}

fn only_list(blocks: &[Block]) -> &List {
    match blocks {
        [Block::List(list)] => list,
        other => panic!("not one list but {} blocks", other.len()),
    }
}

/// Builds a project of one topic, and returns its messages and how many files
/// came of it.
fn built(topic: &str) -> (String, usize) {
    let outcome = build_memory(&[("sources/t.md", topic.as_bytes())]);
    (messages(outcome.diagnostics, &outcome.sources), outcome.built.artifacts.len())
}

#[test]
fn eight_levels_are_nested_and_printed() {
    let levels = |sign: &str, step: &str| -> String {
        (0..8).map(|level| format!("{}{sign} level {level}\n", step.repeat(level))).collect()
    };
    for text in [levels("-", "  "), levels("-", "    "), levels("1.", "   "), levels("-", "\t")] {
        let found = blocks(&text);
        let mut list = only_list(&found);
        for _ in 1..8 {
            let below = list.items[0].blocks.iter().find_map(|block| match block {
                Block::List(list) => Some(list),
                _ => None,
            });
            list = below.expect("a level below");
        }
        assert_eq!(list.items[0].blocks.len(), 1);
        let (messages, files) = built(&format!("{HEAD}{text}"));
        assert_eq!(messages, "");
        assert!(files >= 3, "{files}");
    }
}

#[test]
fn what_is_nested_too_deep_is_named() {
    let quotes = body_messages(&format!("{}a\n", "> ".repeat(200)));
    assert!(quotes.contains("levels deep"), "{quotes}");
    let bullets = body_messages(&format!("{}a\n", "- ".repeat(200)));
    assert!(bullets.contains("levels deep"), "{bullets}");
    let words = body_messages(&format!("{}a{}\n", "*a **b ".repeat(40), "** *".repeat(40)));
    assert!(words.lines().count() <= 100, "{words}");
    for open in ["[", "![", "*a ", "**a", "`a ``", "$a ", "==a ", "~a ", "^a ", "<a ", "(", "{"] {
        // Whatever it is, it is read; most of it is text.
        body_messages(&open.repeat(2000));
    }
}

#[test]
fn ten_thousand_bullets_are_one_list() {
    let found = blocks(&"- a bullet\n".repeat(10_000));
    assert_eq!(only_list(&found).items.len(), 10_000);
    let found = blocks(&"- a ==bullet==\n\n".repeat(2_000));
    assert_eq!(only_list(&found).items.len(), 2_000);
}

#[test]
fn five_megabytes_are_one_topic() {
    let paragraph = "Plain words with *emphasis*, H~2~O and a ==mark==, and so on for a line.\n\n";
    let count = 5_000_000 / paragraph.len();
    assert_eq!(blocks(&paragraph.repeat(count)).len(), count);
}

#[test]
fn nothing_at_all_is_a_message() {
    for path in ["t.md", "t.yaml"] {
        for bytes in ["", "\n", "\u{feff}", " ", "---\n---\n", "---", "---\n"] {
            let (topic, messages) = read(path, bytes.as_bytes());
            assert!(topic.is_none(), "{path} {bytes:?}");
            assert!(messages.contains("error"), "{path} {bytes:?}: {messages}");
        }
    }
    let (topic, messages) = read("t.md", b"---\ntitle: T\n---\n");
    assert!(topic.is_some_and(|topic| topic.blocks.is_empty()) && messages.is_empty());
}

#[test]
fn empty_headings_are_named_and_empty_bullets_are_kept_apart() {
    assert!(body_messages("##\n\ntext\n").contains("this heading is empty"));
    let found = blocks("-\n- a\n-\n");
    assert_eq!(only_list(&found).items.len(), 3);
    let (messages, files) = built(&format!("{HEAD}-\n- a\n-\n\n1.\n"));
    assert!(messages.is_empty() && files > 0, "{messages}");
}

#[test]
fn equal_headings_stay_two_sections() {
    let text = format!("{HEAD}## Same\n\none\n\n## Same\n\ntwo\n\n[x](#same), [y](#same-1)\n");
    let (messages, files) = built(&text);
    assert!(messages.is_empty() && files > 0, "{messages}");
}

#[test]
fn control_characters_are_named_at_their_place() {
    let (topic, messages) = read("t.md", b"---\ntitle: T\n---\n\na\0b\n\nc\x07\n");
    assert!(topic.is_none());
    assert!(messages.contains("5:2-5:3") && messages.contains("U+0000"), "{messages}");
    assert!(messages.contains("7:2-7:3") && messages.contains("U+0007"), "{messages}");
    let (_, messages) = read("t.md", "---\ntitle: T\n---\n\u{85}".as_bytes());
    assert!(messages.contains("U+0085"), "{messages}");
    let (_, messages) = read("t.yaml", b"title: \"a\\0b\"\n");
    assert!(messages.contains("U+0000"), "{messages}");
}

#[test]
fn lines_are_counted_whatever_ends_them() {
    let text = "---\r\ntitle: T\n---\r\rone\r\ntwo\n\rthree [@x](y) <b>\n";
    let (_, messages) = read("t.md", text.as_bytes());
    assert!(messages.contains("8:15-8:18 error[raw-html]"), "{messages}");
}

#[test]
fn what_is_not_utf8_is_named_with_line_and_column() {
    let (topic, messages) = read("t.md", b"---\ntitle: T\n---\n\n\xc3\xa9a\xff\n");
    assert!(topic.is_none());
    assert!(messages.contains("line 5, column 3"), "{messages}");
}

#[test]
fn long_lines_have_right_columns() {
    let text = format!("{}<b>{}<b>", "é ".repeat(50_000), "x".repeat(20));
    let messages = body_messages(&text);
    assert!(messages.contains("5:100001-5:100004"), "{messages}");
    assert!(messages.contains("5:100024-5:100027"), "{messages}");
    for sign in ["word ", "a", " ", "\u{301}", "1-", "\"a ", "a. ", "&amp;", "\u{feff}"] {
        assert_eq!(body_messages(&format!("a{}b\n", sign.repeat(100_000 / sign.len()))), "");
    }
}

#[test]
fn large_tables_links_and_notes_are_read() {
    let rows = format!("| a | b |\n|--|--|\n{}", "| x | ==y== |\n".repeat(1000));
    match blocks(&rows).as_slice() {
        [Block::Table(table)] => assert_eq!(table.rows.len(), 1000),
        other => panic!("{} blocks", other.len()),
    }
    let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(200));
    match blocks(&format!("{}{}{}", row(" a "), row("--"), row(" b ").repeat(20))).as_slice() {
        [Block::Table(table)] => assert_eq!((table.header.len(), table.rows.len()), (200, 20)),
        other => panic!("{} blocks", other.len()),
    }
    assert_eq!(blocks(&"[x](https://example.org/) ".repeat(5000)).len(), 1);
    let calls: String = (0..5000).map(|note| format!("a[^n{note}] ")).collect();
    let notes: String = (0..5000).map(|note| format!("[^n{note}]: A note.\n\n")).collect();
    assert_eq!(blocks(&format!("{calls}\n\n{notes}")).len(), 1);
}

#[test]
fn many_equal_cards_all_get_names() {
    let card = "```card\nfront: a\nback: b\n```\n\n";
    let (messages, _) = built(&format!("{HEAD}{}", card.repeat(400)));
    assert_eq!(messages.matches("warning").count(), 1, "{messages}");
    assert!(messages.contains("400 flashcards ask the same question"), "{messages}");
}

#[test]
fn yaml_that_would_grow_is_refused() {
    // With the stack that programs have: that of tests is smaller.
    let work = std::thread::Builder::new().stack_size(8 << 20).spawn(refuse_growing_yaml);
    work.expect("a thread").join().expect("no panic");
}

fn refuse_growing_yaml() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let inner = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{}]\n", inner.trim_end_matches(", ")));
    }
    for text in [
        format!("title: T\n{bomb}"),
        format!("title: {}", "[".repeat(100_000)),
        format!("title: {}", "[ ".repeat(100_000)),
        format!("title: {}", "{a: ".repeat(100_000)),
        (0..3000).map(|level| format!("{}a:\n", " ".repeat(level))).collect(),
        "title: T\nx: &x [*x]\n".to_owned(),
        "title: [T\n".to_owned(),
        format!("title: T\nlevel: {}\n", "9".repeat(100_000)),
    ] {
        let shown = &text[..40.min(text.len())];
        let (_, messages) = read("t.yaml", text.as_bytes());
        assert!(messages.contains("error"), "{shown}: {messages}");
        assert!(messages.len() < 20_000, "{shown}: {} bytes of messages", messages.len());
        let (_, messages) = read("t.md", format!("---\n{text}\n---\n\ntext\n").as_bytes());
        assert!(messages.contains("error"), "{shown}: {messages}");
    }
    let tags: Vec<_> = (0..10_000).map(|tag| format!("tag{tag}")).collect();
    let (topic, messages) =
        read("t.yaml", format!("title: T\ntags: [{}]\n", tags.join(", ")).as_bytes());
    assert_eq!((topic.expect("a topic").tags.len(), messages), (10_000, String::new()));
}
