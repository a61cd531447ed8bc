//! Blocks and inlines to XHTML, for books and for cards.
//!
//! What is the same in both is here; what differs (where a citation leads, what
//! becomes of a cloze, how a figure looks) is asked of a [`Dialect`]. The result
//! is well-formed XML: every element is closed, every character is escaped.

use crate::model::{
    Alignment, Block, CalloutKind, Citation, Cloze, CrossReference, Direction, Equation, Figure,
    Footnote, Indexed, Inline, Link, List, ListItem, MarkMention, MarkReference, Math, Table,
};
use crate::write::overlay;

/// What an output says where outputs differ. Each method writes to `out`.
pub trait Dialect {
    /// Writes a citation.
    fn citation(&mut self, citation: &Citation, out: &mut String);
    /// Writes a cross-reference.
    fn cross_reference(&mut self, reference: &CrossReference, out: &mut String);
    /// Writes the mention of a mark.
    fn mark_reference(&mut self, reference: &MarkReference, out: &mut String);
    /// Writes the call of a footnote.
    fn footnote(&mut self, footnote: &Footnote, out: &mut String);
    /// Writes text that is to be learned.
    fn cloze(&mut self, cloze: &Cloze, out: &mut String);
    /// Writes a link out of the publication.
    fn link(&mut self, link: &Link, out: &mut String);
    /// Writes a formula in a line.
    fn math(&mut self, math: &Math, out: &mut String);
    /// Writes a formula that is a block.
    fn equation(&mut self, equation: &Equation, out: &mut String);
    /// Writes a figure.
    fn figure(&mut self, figure: &Figure, out: &mut String);
    /// Returns the `id` and the caption's start of a table ("Table 2. "), if it
    /// has them.
    fn table_label(&mut self, table: &Table) -> TableLabel;
    /// Returns the title of a callout that has none of its own.
    fn callout_title(&self, kind: CalloutKind) -> &'static str;
    /// Writes words that the index leads to: no more than the words, in an output
    /// that has none.
    fn indexed(&mut self, indexed: &Indexed, out: &mut String)
    where
        Self: Sized,
    {
        inlines(&indexed.content, self, out);
    }
    /// Tells whether an item of a list belongs into this output.
    fn includes(&self, item: &ListItem) -> bool;
}

/// How a table is named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableLabel {
    /// Its `id`.
    pub id: Option<String>,
    /// What its caption begins with: "Table 2".
    pub number: Option<String>,
}

/// Writes blocks.
pub fn blocks(blocks: &[Block], dialect: &mut impl Dialect, out: &mut String) {
    for block in blocks {
        write_block(block, dialect, out);
    }
}

fn write_block(block: &Block, dialect: &mut impl Dialect, out: &mut String) {
    match block {
        Block::Paragraph(paragraph) => element("p", &paragraph.content, dialect, out),
        Block::List(list) => write_list(list, dialect, out),
        Block::DefinitionList(list) => {
            out.push_str("<dl>\n");
            for item in &list.items {
                element("dt", &item.term, dialect, out);
                out.push_str("<dd>");
                compact(&item.blocks, dialect, out);
                out.push_str("</dd>\n");
            }
            out.push_str("</dl>\n");
        }
        Block::Table(table) => write_table(table, dialect, out),
        Block::Figure(figure) => dialect.figure(figure, out),
        Block::Quote(quote) => {
            out.push_str("<blockquote>\n");
            blocks(&quote.blocks, dialect, out);
            out.push_str("</blockquote>\n");
        }
        Block::Callout(callout) => {
            let kind = callout.kind.name();
            out.push_str(&format!("<div class=\"callout callout-{kind}\" role=\"note\">\n"));
            out.push_str("<p class=\"callout-title\">");
            match &callout.title {
                Some(title) => inlines(title, dialect, out),
                None => escape(dialect.callout_title(callout.kind), out),
            }
            out.push_str("</p>\n");
            blocks(&callout.blocks, dialect, out);
            out.push_str("</div>\n");
        }
        Block::CodeBlock(code) => {
            out.push_str("<pre dir=\"ltr\"><code>");
            escape(&code.text, out);
            out.push_str("</code></pre>\n");
        }
        Block::Card(_) => {}
        Block::Equation(equation) => dialect.equation(equation, out),
        Block::ThematicBreak => out.push_str("<hr/>\n"),
    }
}

fn element(name: &str, content: &[Inline], dialect: &mut impl Dialect, out: &mut String) {
    tag("<", name, ">", out);
    inlines(content, dialect, out);
    tag("</", name, ">\n", out);
}

/// Writes a tag in three pieces, without a text in between.
fn tag(open: &str, name: &str, close: &str, out: &mut String) {
    out.push_str(open);
    out.push_str(name);
    out.push_str(close);
}

fn write_list(list: &List, dialect: &mut impl Dialect, out: &mut String) {
    let name = match list.start {
        None => "ul",
        Some(_) => "ol",
    };
    match list.start {
        Some(start) if start != 1 => out.push_str(&format!("<ol start=\"{start}\">\n")),
        _ => tag("<", name, ">\n", out),
    }
    for item in &list.items {
        if !dialect.includes(item) {
            continue;
        }
        out.push_str("<li>");
        compact(&item.blocks, dialect, out);
        out.push_str("</li>\n");
    }
    tag("</", name, ">\n", out);
}

/// Writes blocks without `<p>` round a first paragraph that has only lists
/// after it: the way that a bullet looks best.
pub fn compact(all: &[Block], dialect: &mut impl Dialect, out: &mut String) {
    match all {
        [Block::Paragraph(first), rest @ ..]
            if !rest.iter().any(|block| matches!(block, Block::Paragraph(_))) =>
        {
            inlines(&first.content, dialect, out);
            if !rest.is_empty() {
                out.push('\n');
                blocks(rest, dialect, out);
            }
        }
        _ => blocks(all, dialect, out),
    }
}

fn write_table(table: &Table, dialect: &mut impl Dialect, out: &mut String) {
    let label = dialect.table_label(table);
    match label.id {
        Some(id) => out.push_str(&format!("<table id=\"{}\">\n", escaped(&id))),
        None => out.push_str("<table>\n"),
    }
    if let Some(caption) = &table.caption {
        out.push_str("<caption>");
        if let Some(number) = label.number {
            out.push_str(&format!("<span class=\"number\">{}.</span> ", escaped(&number)));
        }
        inlines(caption, dialect, out);
        out.push_str("</caption>\n");
    }
    let named_rows = table.header.first().is_some_and(Vec::is_empty) && table.header.len() > 1;
    let row = |cells: &[Vec<Inline>], name: &str, dialect: &mut _, out: &mut String| {
        out.push_str("<tr>");
        for (index, cell) in cells.iter().enumerate() {
            let class = match table.alignments.get(index) {
                Some(Alignment::Center) => " class=\"center\"",
                Some(Alignment::End) => " class=\"end\"",
                Some(Alignment::Start) | None => "",
            };
            // A header without words heads nothing; over the first column, it says
            // that the rows have headers of their own.
            let (name, scope) = match (name, cell.is_empty()) {
                ("th", false) => ("th", " scope=\"col\""),
                ("td", false) if index == 0 && named_rows => ("th", " scope=\"row\""),
                _ => ("td", ""),
            };
            out.push_str(&format!("<{name}{scope}{class}>"));
            inlines(cell, dialect, out);
            out.push_str(&format!("</{name}>"));
        }
        out.push_str("</tr>\n");
    };
    if table.header.iter().any(|cell| !cell.is_empty()) {
        out.push_str("<thead>\n");
        row(&table.header, "th", dialect, out);
        out.push_str("</thead>\n");
    }
    out.push_str("<tbody>\n");
    for cells in &table.rows {
        row(cells, "td", dialect, out);
    }
    out.push_str("</tbody>\n</table>\n");
}

/// Writes inlines.
pub fn inlines(content: &[Inline], dialect: &mut impl Dialect, out: &mut String) {
    for inline in content {
        write_inline(inline, dialect, out);
    }
}

fn write_inline(inline: &Inline, dialect: &mut impl Dialect, out: &mut String) {
    let mut wrap = |open: &str, content: &[Inline], close: &str, dialect: &mut _| {
        out.push_str(open);
        inlines(content, dialect, out);
        out.push_str(close);
    };
    match inline {
        Inline::Text(text) => escape(text, out),
        Inline::Emphasis(content) => wrap("<em>", content, "</em>", dialect),
        Inline::Strong(content) => wrap("<strong>", content, "</strong>", dialect),
        Inline::Strikeout(content) => wrap("<s>", content, "</s>", dialect),
        Inline::Superscript(content) => wrap("<sup>", content, "</sup>", dialect),
        Inline::Subscript(content) => wrap("<sub>", content, "</sub>", dialect),
        Inline::SmallCaps(content) => {
            wrap("<span class=\"smallcaps\">", content, "</span>", dialect)
        }
        Inline::Foreign(foreign) => {
            let language = &foreign.language;
            // Apart from the text around it, which may run the other way.
            let direction = match language.direction() {
                Direction::LeftToRight => "ltr",
                Direction::RightToLeft => "rtl",
            };
            let open =
                format!("<span xml:lang=\"{language}\" lang=\"{language}\" dir=\"{direction}\">");
            wrap(&open, &foreign.content, "</span>", dialect);
        }
        Inline::Indexed(indexed) => dialect.indexed(indexed, out),
        Inline::Code(text) => {
            out.push_str("<code>");
            escape(text, out);
            out.push_str("</code>");
        }
        Inline::Math(math) => dialect.math(math, out),
        Inline::Link(link) => dialect.link(link, out),
        Inline::Citation(citation) => dialect.citation(citation, out),
        Inline::CrossReference(reference) => dialect.cross_reference(reference, out),
        Inline::Cloze(cloze) => dialect.cloze(cloze, out),
        Inline::MarkReference(reference) => dialect.mark_reference(reference, out),
        Inline::Footnote(footnote) => dialect.footnote(footnote, out),
        Inline::LineBreak => out.push_str("<br/>"),
    }
}

/// Writes what a mark is called, after its symbol.
///
/// No line breaks between a bracket, the symbol and the first word: where a style
/// sheet has the class `symbol`, the first space has no width; elsewhere it is a
/// space too many, and nothing worse.
pub fn mark(mention: &MarkMention, out: &mut String) {
    let Some(symbol) = mention.symbol else { return escape(&mention.wording, out) };
    let (first, rest) = match mention.wording.find(' ') {
        Some(space) => mention.wording.split_at(space),
        None => (mention.wording.as_str(), ""),
    };
    out.push_str("<span class=\"symbol\"><span>\u{a0}</span>");
    out.push_str(&overlay::svg(symbol));
    out.push('\u{a0}');
    escape(first, out);
    out.push_str("</span>");
    escape(rest, out);
}

/// Appends `text` as XML character data that is safe in attributes, too.
///
/// Characters that XML 1.0 cannot hold at all (section 2.2: most control
/// characters) are left out; the readers have already reported them.
pub fn escape(text: &str, out: &mut String) {
    let mut rest = text;
    while !rest.is_empty() {
        // Most text needs nothing done, and is copied in one go.
        let (run, special) = rest.split_at(plain_run(rest.as_bytes()));
        out.push_str(run);
        let Some(c) = special.chars().next() else { break };
        rest = &special[c.len_utf8()..];
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

/// Returns how many bytes of text need nothing done, up to the first that may.
fn plain_run(bytes: &[u8]) -> usize {
    // 0xEF begins the characters that XML does not have, and many that it has.
    let is_special = |byte: u8| {
        byte < b' ' || byte == b'&' || byte == b'<' || byte == b'>' || byte == b'"' || byte == 0xef
    };
    // Without a way out, a step is a few instructions for all of its bytes.
    let is_plain = |step: &[u8]| !step.iter().fold(false, |found, byte| found | is_special(*byte));
    let mut start = 0;
    for step in STEPS {
        let rest = bytes.get(start..).unwrap_or_default();
        start += step * rest.chunks_exact(step).take_while(|step| is_plain(step)).count();
    }
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| is_special(*byte)).unwrap_or(rest.len())
}

/// How many bytes are looked at in one go: first many, then what is left of them.
const STEPS: [usize; 2] = [32, 8];

/// Returns `text` escaped as by [`escape`].
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape(text, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(escaped("a<b> & \"c\"\u{b}\n"), "a&lt;b&gt; &amp; &quot;c&quot;\n");
        for length in 0..70 {
            let plain = "é".repeat(length);
            assert_eq!(
                escaped(&format!("{plain}&{plain}\"")),
                format!("{plain}&amp;{plain}&quot;")
            );
        }
        assert_eq!(escaped("\u{ff0c}\u{ffff}é\u{1}\u{7f}\u{fffe}\t"), "\u{ff0c}é\u{7f}\t");
    }
}
