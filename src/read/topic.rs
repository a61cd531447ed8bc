//! Topics: front matter and sections, in Markdown and in YAML.

use super::card::{self, read_tags};
use super::figure;
use super::inline::{Place, read_line};
use super::markdown::{self, read_label};
use super::{Ctx, reference};
use crate::diag::{Code, Diagnostic};
use crate::model::{
    Block, Contributor, Controls, Inline, Language, Role, Section, Status, Topic, TopicId,
    plain_text,
};
use crate::source::{Span, Spanned};
use crate::yaml::{self, Fields, Node, OffsetMap, Value, expect_list};

const WHAT: &str = "a topic";

/// Reads a Markdown topic: YAML between two lines of `---`, and text.
pub(super) fn from_markdown(text: &str, ctx: &mut Ctx) -> Option<Topic> {
    let parts = split(text);
    let Some((yaml_at, yaml_text, body_at)) = parts else {
        return from_bare_markdown(text, ctx);
    };
    if body_at == usize::MAX {
        ctx.diagnostics.push(
            Diagnostic::error(Code::BrokenYaml, "the front matter has no end")
                .at(Span::new(ctx.file, 0, 3))
                .hint("put a line of `---` after the last key"),
        );
        return None;
    }
    let node =
        yaml::parse_content(yaml_text, ctx.file, &OffsetMap::shifted(yaml_at), ctx.diagnostics);
    if let Some(node) = &node {
        adopt(node, ctx);
    }
    // The text is read even so: its mistakes are worth knowing in the same run.
    let body = &text[body_at..];
    let (blocks, sections) = markdown::read(body, OffsetMap::shifted(body_at), ctx);
    let mut node = node?;
    node.span = Span::new(ctx.file, 0, yaml_at + yaml_text.len());
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let mut topic = front_matter(&mut fields, None, ctx);
    fields.finish(WHAT, ctx.diagnostics);
    if let Some(topic) = &mut topic {
        topic.blocks = blocks;
        topic.sections = sections;
        topic.span = Span::new(ctx.file, 0, text.len());
    }
    topic
}

/// A file without front matter has its title in a heading of the first level.
fn from_bare_markdown(text: &str, ctx: &mut Ctx) -> Option<Topic> {
    let (blocks, mut sections) = markdown::read(text, OffsetMap::shifted(0), ctx);
    if blocks.is_empty()
        && sections.len() == 1
        && let Some(only) = sections.pop()
    {
        let empty = Node { value: Value::Mapping(Vec::new()), span: only.span };
        let mut fields = Fields::new(empty, WHAT, ctx.diagnostics);
        let mut topic = front_matter(&mut fields, Some(only.heading), ctx)?;
        topic.blocks = only.blocks;
        topic.sections = only.sections;
        topic.span = Span::new(ctx.file, 0, text.len());
        return Some(topic);
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::MissingKey, "this topic has no title")
            .at(Span::new(ctx.file, 0, 0))
            .hint("begin the file with `---`, `title: …`, `---`, each on a line of its own"),
    );
    None
}

/// Returns where the front matter starts, its text, and where the text after it
/// starts (`usize::MAX` if it never ends).
fn split(text: &str) -> Option<(usize, &str, usize)> {
    let bom = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut lines = lines_with_ends(&text[bom..]);
    let first = lines.next()?;
    if first.trim_end() != "---" {
        return None;
    }
    let start = bom + first.len();
    let mut at = start;
    for line in lines {
        if matches!(line.trim_end(), "---" | "...") {
            return Some((start, &text[start..at], at + line.len()));
        }
        at += line.len();
    }
    Some((start, &text[start..], usize::MAX))
}

/// Returns the lines of a text with what ends them: as in Markdown and YAML, a
/// lone carriage return does, too.
fn lines_with_ends(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive('\n').flat_map(|line| {
        let (head, last) =
            line.strip_suffix("\r\n").map_or((line, ""), |head| line.split_at(head.len()));
        let mut pieces: Vec<&str> = head.split_inclusive('\r').collect();
        match pieces.pop() {
            Some(end) => pieces.push(&line[line.len() - last.len() - end.len()..]),
            None => pieces.push(line),
        }
        pieces
    })
}

/// Reads a YAML topic: the same keys, and `sections`.
pub(super) fn from_yaml(text: &str, ctx: &mut Ctx) -> Option<Topic> {
    let mut node = yaml::parse_content(text, ctx.file, &OffsetMap::shifted(0), ctx.diagnostics)?;
    node.span = Span::new(ctx.file, 0, text.lines().next().map_or(0, str::len));
    adopt(&node, ctx);
    let mut fields = Fields::new(node, WHAT, ctx.diagnostics);
    let mut topic = front_matter(&mut fields, None, ctx);
    let content = read_content(&mut fields, ctx);
    fields.finish(WHAT, ctx.diagnostics);
    if let Some(topic) = &mut topic {
        (topic.blocks, topic.sections) = content;
        topic.span = Span::new(ctx.file, 0, text.len());
    }
    topic
}

/// Takes over what decides on how text is read. What is wrong with these keys
/// is said when the front matter is decoded.
fn adopt(node: &Node, ctx: &mut Ctx) {
    let Value::Mapping(entries) = &node.value else { return };
    for (key, value) in entries {
        match (key.value.as_str(), &value.value) {
            ("lang", Value::Text(tag)) => {
                if let Some(language) = Language::new(tag) {
                    ctx.defaults.language = language;
                }
            }
            ("smart", Value::Bool(smart)) => ctx.defaults.smart = *smart,
            _ => {}
        }
    }
}

/// Reads `text`, `figures`, `cards` and `sections`, which topics and sections
/// have alike. Figures and cards come after the text and before the sections.
fn read_content(fields: &mut Fields, ctx: &mut Ctx) -> (Vec<Block>, Vec<Section>) {
    let (mut blocks, mut sections) = match fields.text("text", ctx.diagnostics) {
        Some(text) => markdown::read(&text.value, ctx.map_of(&text), ctx),
        None => (Vec::new(), Vec::new()),
    };
    for node in fields.list("figures") {
        blocks.extend(figure::from_node(node, ctx).map(Block::Figure));
    }
    for node in fields.list("cards") {
        blocks.extend(card::from_node(node, ctx).map(Block::Card));
    }
    if let Some(node) = fields.take("sections") {
        for node in expect_list(node, "sections", ctx.diagnostics).unwrap_or_default() {
            sections.extend(read_section(node, ctx));
        }
    }
    (blocks, sections)
}

fn read_section(node: Node, ctx: &mut Ctx) -> Option<Section> {
    let what = "a section";
    let mut fields = Fields::new(node, what, ctx.diagnostics);
    let heading = fields.required_text("heading", what, ctx.diagnostics);
    let label = fields.text("label", ctx.diagnostics);
    let kind = fields.text("kind", ctx.diagnostics);
    let classes = fields.texts("class", ctx.diagnostics);
    let heading_span = heading.as_ref().map_or(fields.span, |heading| heading.span);
    let heading = heading.map(|heading| read_line(&heading, Place::Body, ctx));
    let classes: Vec<String> =
        classes.into_iter().map(|class| class.value.trim_start_matches('.').to_owned()).collect();
    let controls: Controls = ctx.controls(&classes, &[], heading_span);
    let label = label.and_then(|label| read_label(&label.value, label.span, ctx));
    let kind = kind.and_then(|kind| super::kind::read(&kind, ctx));
    let id = ctx.node_id();
    let (blocks, sections) = read_content(&mut fields, ctx);
    fields.finish(what, ctx.diagnostics);
    Some(Section {
        id,
        label,
        heading: heading?,
        kind,
        controls,
        blocks,
        sections,
        span: heading_span,
    })
}

/// Reads the keys that both spellings share. `title` is the title that stands
/// elsewhere.
fn front_matter(fields: &mut Fields, title: Option<Vec<Inline>>, ctx: &mut Ctx) -> Option<Topic> {
    let line = |text: Option<Spanned<String>>, ctx: &mut Ctx| {
        text.map(|text| read_line(&text, Place::Body, ctx))
    };
    let title = match title {
        Some(title) => Some(title),
        None => {
            let text = fields.required_text("title", WHAT, ctx.diagnostics);
            line(text, ctx)
        }
    };
    if title.as_ref().is_some_and(|title| plain_text(title).trim().is_empty()) {
        let hint = "write `title: …`";
        ctx.refuse(Code::MissingKey, "the title is empty", fields.span, hint);
    }
    let id = fields.text("id", ctx.diagnostics);
    let id = read_id(id, ctx);
    let subtitle = line(fields.text("subtitle", ctx.diagnostics), ctx);
    let short_title = line(fields.text("short-title", ctx.diagnostics), ctx);
    let contributors = read_contributors(fields.list("authors"), ctx);
    let language =
        fields.text("lang", ctx.diagnostics).and_then(|lang| yaml_language(&lang, ctx.diagnostics));
    // Taken over before the text was read; see `adopt`.
    fields.flag("smart", ctx.diagnostics);
    let tags = fields.texts("tags", ctx.diagnostics);
    let tags = read_tags(tags, ctx);
    let summary = line(fields.text("summary", ctx.diagnostics), ctx);
    let objectives = fields.texts("objectives", ctx.diagnostics);
    let objectives = objectives.into_iter().filter_map(|text| line(Some(text), ctx)).collect();
    let references = reference::read(fields.list("references"), ctx);
    let see_also = fields.texts("see-also", ctx.diagnostics);
    let see_also = see_also.into_iter().filter_map(|topic| read_id(Some(topic), ctx)).collect();
    let license = fields.text("license", ctx.diagnostics).map(|text| text.value);
    let deck = fields.text("deck", ctx.diagnostics).map(|text| text.value);
    let banner = fields.take("banner").and_then(|node| figure::banner(node, ctx));
    let status =
        fields.text("status", ctx.diagnostics).and_then(|status| read_status(&status, ctx));
    Some(Topic {
        id: id?,
        title: title?,
        short_title,
        subtitle,
        contributors,
        language,
        tags,
        summary,
        objectives,
        references: references.listed,
        works: references.works,
        see_also,
        license,
        banner,
        status,
        deck,
        blocks: Vec::new(),
        sections: Vec::new(),
        span: fields.span,
    })
}

fn read_status(written: &Spanned<String>, ctx: &mut Ctx) -> Option<Status> {
    let found = Status::ALL.into_iter().find(|status| status.name() == written.value);
    if found.is_none() {
        ctx.diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown status `{}`", written.value))
                .at(written.span)
                .hint("write `draft`, `review` or `final`"),
        );
    }
    found
}

/// Reads a topic id; the file's name is the id of a topic that has none.
fn read_id(written: Option<Spanned<String>>, ctx: &mut Ctx) -> Option<Spanned<TopicId>> {
    let (id, span) = match &written {
        Some(id) => (TopicId::new(&id.value), id.span),
        None => (TopicId::new(ctx.path.stem()), Span::new(ctx.file, 0, 0)),
    };
    match id {
        Ok(id) => Some(Spanned::new(id, span)),
        Err(invalid) => {
            let diagnostic = Diagnostic::error(Code::InvalidValue, invalid.to_string()).at(span);
            ctx.diagnostics.push(match written {
                Some(_) => diagnostic,
                None => diagnostic.hint("give it an `id`, or rename the file"),
            });
            None
        }
    }
}

/// Reads a language tag.
pub(crate) fn yaml_language(
    written: &Spanned<String>,
    diagnostics: &mut crate::diag::Diagnostics,
) -> Option<Language> {
    let language = Language::new(&written.value);
    if language.is_none() {
        let message = format!("`{}` is not a language tag", written.value);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(written.span)
                .hint("write a BCP 47 tag, such as `en`, `de` or `pt-BR`"),
        );
    }
    language
}

fn read_contributors(nodes: Vec<Node>, ctx: &mut Ctx) -> Vec<Contributor> {
    yaml_contributors(nodes, ctx.diagnostics)
}

/// Reads names, or mappings of `name` and `role`.
pub(crate) fn yaml_contributors(
    nodes: Vec<Node>,
    diagnostics: &mut crate::diag::Diagnostics,
) -> Vec<Contributor> {
    let mut contributors = Vec::new();
    for node in nodes {
        if let Value::Text(name) = &node.value {
            contributors.push(Contributor { name: name.trim().to_owned(), role: Role::Author });
            continue;
        }
        let what = "an author";
        let mut fields = Fields::new(node, what, diagnostics);
        let name = fields.required_text("name", what, diagnostics);
        let role = fields.text("role", diagnostics);
        fields.finish(what, diagnostics);
        let role = match role {
            None => Some(Role::Author),
            Some(written) => read_role(&written, diagnostics),
        };
        if let (Some(name), Some(role)) = (name, role) {
            contributors.push(Contributor { name: name.value, role });
        }
    }
    contributors
}

fn read_role(
    written: &Spanned<String>,
    diagnostics: &mut crate::diag::Diagnostics,
) -> Option<Role> {
    let found = Role::ALL.into_iter().find(|role| role.name() == written.value);
    if found.is_none() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown role `{}`", written.value))
                .at(written.span)
                .hint("write `author`, `editor`, `illustrator` or `reviewer`"),
        );
    }
    found
}
