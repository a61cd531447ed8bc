//! Raw HTML: refused, with what to write in its place.

use super::Ctx;
use crate::diag::{Code, Diagnostic};
use crate::source::Span;

/// Says what to write in place of HTML. The end of an element whose start was
/// refused goes without a word.
pub(super) fn refuse(html: &str, span: Span, ctx: &mut Ctx) {
    let name: String = html
        .trim_start_matches(['<', '/'])
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase();
    if html.starts_with("</") && ctx.refused.contains(&name) {
        return;
    }
    let hint = instead(&name);
    ctx.refused.insert(name);
    let first = html.lines().next().unwrap_or("");
    let mut shown: String = first.chars().take(SHOWN).collect();
    if first.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    ctx.diagnostics.push(
        Diagnostic::error(Code::RawHtml, format!("HTML such as `{shown}` is not taken"))
            .at(span)
            .hint(hint),
    );
}

/// How many characters of an element are shown.
const SHOWN: usize = 40;

/// Returns what to write in place of an element.
fn instead(name: &str) -> &'static str {
    match name {
        "sup" => "write `x^2^`",
        "sub" => "write `H~2~O`",
        "b" | "strong" => "write `**text**`",
        "i" | "em" | "cite" | "dfn" | "var" => "write `*text*`",
        "u" | "ins" => "write `*text*` or `**text**`; underlined words look like links",
        "s" | "del" | "strike" => "write `~~text~~`",
        "mark" => "write `==text==`, if it is to be learned, or `**text**`",
        "code" | "kbd" | "samp" | "tt" => "write `` `text` ``",
        "q" => "write quotation marks",
        "abbr" | "acronym" => "write the long form once, with the short one in parentheses",
        "br" => "end the line with a backslash; a table cell has one line",
        "wbr" | "nobr" => "leave it out; lines are broken by the layout",
        "hr" => "write `***` on a line of its own, between empty lines",
        "p" => "leave the tag out; an empty line parts paragraphs",
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => "begin the line with `## `, or with more `#`",
        "blockquote" => "begin each line with `> `",
        "pre" => "put the lines between two lines of three backquotes",
        "ul" | "ol" | "li" | "menu" | "dir" => "begin each item with `- ` or `1. `",
        "dl" | "dt" | "dd" => "write the term, and below it `: ` and what it means",
        "table" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th" | "col" | "colgroup" => {
            "write a table with `|` between its cells and `|---|` below the first row"
        }
        "caption" => "write `: ` and the caption below the table",
        "a" => "write `[text](https://…)`",
        "img" | "picture" | "figure" | "figcaption" => {
            "write `![caption](file.jpg){alt=\"…\"}` in a paragraph of its own"
        }
        "svg" | "canvas" | "map" | "area" => {
            "save it as JPEG or PNG, and write `![caption](file.png){alt=\"…\"}`"
        }
        "math" => "write the formula in TeX, such as `$x^2$`",
        "iframe" | "video" | "audio" | "source" | "track" | "embed" | "object" | "param" => {
            "write a link, such as `[the film](https://…){.more}`"
        }
        "aside" => "write a callout: `::: note`, the text, and `:::`",
        "details" | "summary" => {
            "write the text openly; to ask for it, mark it `==so==` or write a `card` block"
        }
        "font" | "span" | "small" | "big" | "center" | "style" | "link" => {
            "leave the tag out; how things look is up to the layout"
        }
        "div" | "section" | "article" | "main" | "header" | "footer" | "nav" | "body" | "html"
        | "head" | "title" | "meta" | "base" => "leave the tag out; sections begin with `## `",
        "script" | "noscript" | "template" | "slot" => {
            "leave it out; nothing runs in a book or on a card"
        }
        "form" | "input" | "button" | "select" | "option" | "textarea" | "label" | "fieldset"
        | "legend" | "progress" | "meter" | "dialog" => {
            "leave it out; there is nothing to fill in on a page; to ask, write a `card` block"
        }
        "ruby" | "rb" | "rt" | "rp" => "write the reading in parentheses",
        "bdi" | "bdo" | "time" | "data" => "leave the tag out",
        _ => "write `\\<` where you mean the character",
    }
}
