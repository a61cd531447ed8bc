//! The floor below `recto check`: the same files, parsed and thrown away.
//!
//! Reads every file below a folder on one thread: Markdown by comrak, with the
//! options of `read`; YAML and front matter by the YAML crate, into a tree with
//! places, as `yaml` has it. Nothing is understood, kept or reported.

use std::fs;
use std::io::Write;
use std::path::Path;

use comrak::options::BrokenLinkReference;
use comrak::{Arena, Options, ResolvedReference, parse_document};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

fn main() {
    let folder = std::env::args().nth(1).expect("a folder is named");
    let mut sum = Sum::default();
    walk(Path::new(&folder), &options(), &mut sum);
    let line = format!("{} files, {} bytes, {} nodes\n", sum.files, sum.bytes, sum.nodes);
    std::io::stdout().write_all(line.as_bytes()).expect("the result can be printed");
}

#[derive(Default)]
struct Sum {
    files: usize,
    bytes: usize,
    nodes: usize,
}

fn walk(folder: &Path, options: &Options, sum: &mut Sum) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, options, sum);
            continue;
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if !matches!(ending, "md" | "yaml") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("the file can be read");
        sum.files += 1;
        sum.bytes += text.len();
        if ending == "yaml" {
            sum.nodes += yaml(&text);
            continue;
        }
        let (front, body) = split(&text);
        sum.nodes += yaml(front);
        let arena = Arena::new();
        sum.nodes += parse_document(&arena, body, options).descendants().count();
    }
}

fn split(text: &str) -> (&str, &str) {
    let parts = text.strip_prefix("---\n").and_then(|rest| rest.split_once("\n---\n"));
    parts.unwrap_or(("", text))
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    let extension = &mut options.extension;
    extension.strikethrough = true;
    extension.table = true;
    extension.autolink = true;
    extension.superscript = true;
    extension.subscript = true;
    extension.footnotes = true;
    extension.description_lists = true;
    extension.highlight = true;
    extension.wikilinks_title_after_pipe = true;
    extension.header_attributes = true;
    extension.link_attributes = true;
    options.parse.smart = true;
    options.parse.leave_footnote_definitions = true;
    options.parse.escaped_char_spans = true;
    options.parse.broken_link_callback = Some(std::sync::Arc::new(|link: BrokenLinkReference| {
        link.original
            .contains('@')
            .then(|| ResolvedReference { url: link.original.to_owned(), title: String::new() })
    }));
    options
}

fn yaml(text: &str) -> usize {
    let tree: serde_saphyr::Spanned<Tree> = serde_saphyr::from_str(text).expect("this is YAML");
    count(&tree)
}

fn count(tree: &serde_saphyr::Spanned<Tree>) -> usize {
    1 + match &tree.value {
        Tree::Scalar(text) => usize::from(text.is_empty()),
        Tree::List(items) => items.iter().map(count).sum(),
        Tree::Mapping(entries) => {
            entries.iter().map(|(key, value)| key.value.len().min(1) + count(value)).sum()
        }
    }
}

enum Tree {
    Scalar(String),
    List(Vec<serde_saphyr::Spanned<Tree>>),
    Mapping(Vec<(serde_saphyr::Spanned<String>, serde_saphyr::Spanned<Tree>)>),
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(String::new()))
    }

    fn visit_none<E>(self) -> Result<Tree, E> {
        Ok(Tree::Scalar(String::new()))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Scalar(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element()? {
            items.push(item);
        }
        Ok(Tree::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = access.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Mapping(entries))
    }
}
