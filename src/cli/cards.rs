//! `recto cards`: what an import of the decks would change, and what notes say.

use std::collections::BTreeMap;
use std::io::Write;

use super::args::{BuildArgs, CardsArgs, CardsCommand, MessageFormat};
use super::build::make;
use super::plan::Plan;
use super::steps::Part;
use super::{Outcome, account, report};
use crate::diag::{Diagnostics, Severity, near_miss};
use crate::ledger::{Changes, NoteKey};
use crate::pipeline::{Built, NoteText};
use crate::source::Sources;

/// How many notes of a kind are shown, unless all are asked for.
const SHOWN: usize = 20;

pub(super) fn run(args: &CardsArgs) -> Outcome {
    let build = match &args.command {
        Some(CardsCommand::Show(show)) => &show.build,
        None => &args.build,
    };
    let built = match built(build) {
        Ok(built) => built,
        Err(outcome) => return outcome,
    };
    let text = match &args.command {
        None => changes(&built, args.all),
        Some(CardsCommand::Show(args)) => match show(&built.notes, &args.id) {
            Ok(text) => text,
            Err(problem) => {
                report::failure(&problem);
                return Outcome::Environment;
            }
        },
    };
    // A reader that went away is no failure.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Outcome::Done
}

/// Makes everything, and writes nothing.
fn built(args: &BuildArgs) -> Result<Built, Outcome> {
    let mut plan = Plan::new(args).map_err(|problem| {
        report::failure(&problem);
        Outcome::Environment
    })?;
    let mut sources = Sources::default();
    let mut diagnostics = Diagnostics::default();
    let files = plan.files.clone();
    plan.request.texts = true;
    let built = make(&mut plan, &files, &Part::Whole, &mut sources, &mut diagnostics);
    let built = built.map_err(|problem| {
        report::failure(&problem);
        Outcome::Environment
    })?;
    if diagnostics.has_errors() {
        let errors = diagnostics.count(Severity::Error);
        report::messages(&diagnostics.sorted(), &sources, plan.format, plan.color);
        let quiet = plan.quiet || plan.format == MessageFormat::Json;
        report::summary(errors, 0, "", quiet);
        return Err(Outcome::Content);
    }
    Ok(built)
}

/// Says what learners would get.
fn changes(built: &Built, all: bool) -> String {
    let Changes { added, changed, moved, retired, forgotten, unchanged } = &built.changes;
    let texts: BTreeMap<&NoteKey, &NoteText> =
        built.notes.iter().map(|note| (&note.key, note)).collect();
    let mut out = String::new();
    let kinds = [
        ("added", added, "new to learners"),
        ("changed", changed, "replaced by an import, with what learners wrote into them"),
        ("moved", moved, "replaced so, too: they stand under other headings"),
        (
            "retired",
            retired,
            "gone from the sources; learners keep them, and `retired.apkg` tags them",
        ),
        (
            "forgotten",
            forgotten,
            "of those, but not in the decks in `output/`, so nothing tags them",
        ),
    ];
    for (name, keys, what) in kinds {
        if keys.is_empty() {
            continue;
        }
        out.push_str(&format!("{name:<9} {}, {what}\n", account::count(keys.len(), "note")));
        let most = if all { keys.len() } else { SHOWN };
        for key in keys.iter().take(most) {
            let said = texts.get(key).map(|note| excerpt(&said(note))).unwrap_or_default();
            out.push_str(&format!("  {}/{}  {said}\n", key.topic, key.id));
        }
        if keys.len() > most {
            out.push_str(&format!("  … and {} more: --all\n", keys.len() - most));
        }
    }
    out.push_str(&format!("unchanged {}\n", account::count(*unchanged, "note")));
    out.push_str("reviews stay in any case; nothing was written\n");
    out
}

/// What a note is about, in a line.
fn said(note: &NoteText) -> String {
    let field = |name: &str| note.fields.iter().find(|(field, _)| *field == name);
    let wanted = ["Text", "Front", "Question"].into_iter().find_map(field);
    let answer = field("Answer").map(|(_, html)| format!(" {}", plain(html)));
    let text = wanted.map(|(_, html)| plain(&faces(html, None).1)).unwrap_or_default();
    format!("{text}{}", answer.unwrap_or_default()).replace('\n', " ")
}

fn excerpt(text: &str) -> String {
    match text.char_indices().nth(64) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", text[..cut].trim_end()),
    }
}

/// Prints notes by their name, which may have that of the topic before it.
fn show(notes: &[NoteText], id: &str) -> Result<String, String> {
    let (topic, name) = match id.split_once('/') {
        Some((topic, name)) => (Some(topic), name),
        None => (None, id),
    };
    let found: Vec<&NoteText> = notes
        .iter()
        .filter(|note| {
            note.key.id.as_str() == name && topic.is_none_or(|of| note.key.topic.as_str() == of)
        })
        .collect();
    if found.is_empty() {
        let names = notes.iter().map(|note| note.key.id.as_str());
        let near = near_miss(name, names).map(|near| format!("; {near}")).unwrap_or_default();
        return Err(format!(
            "there is no note `{id}`{near}; `cards.lock` has the names, and so has `recto cards`"
        ));
    }
    let mut out = String::new();
    for (place, note) in found.iter().enumerate() {
        // A note that is in two decks and says the same is shown once.
        if found[..place].contains(note) {
            continue;
        }
        if !out.is_empty() {
            out.push('\n');
        }
        print(note, &mut out);
    }
    Ok(out)
}

fn print(note: &NoteText, out: &mut String) {
    let mut line = |name: &str, text: &str| {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty());
        let first = lines.next().unwrap_or_default();
        out.push_str(&format!("{name:<14}{first}\n"));
        lines.for_each(|rest| out.push_str(&format!("{:14}{rest}\n", "")));
    };
    line("note", &format!("{}/{}", note.key.topic, note.key.id));
    line("type", note.note_type);
    line("deck", &note.deck);
    line("guid", &note.guid);
    for (name, html) in &note.fields {
        if *name != "Text" {
            line(&name.to_lowercase(), &plain(html));
            continue;
        }
        for number in cloze_numbers(html) {
            let (front, back) = faces(html, Some(number));
            line(&format!("front {number}"), &plain(&front));
            line(&format!("back {number}"), &plain(&back));
        }
    }
    let tags: Vec<&str> = note.tags.iter().map(|tag| tag.as_str()).collect();
    if !tags.is_empty() {
        line("tags", &tags.join(" "));
    }
}

/// Returns the numbers of clozes in a field.
fn cloze_numbers(html: &str) -> Vec<u32> {
    let starts = html.split("{{c").skip(1);
    let mut numbers: Vec<u32> =
        starts.filter_map(|rest| rest.split_once("::")?.0.parse().ok()).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// Returns a text with clozes as it asks for those of a number, and as it answers.
/// Braces that are text are written as references to characters.
fn faces(html: &str, asked: Option<u32>) -> (String, String) {
    let (mut front, mut back) = (String::new(), String::new());
    let mut rest = html;
    while let Some((before, after)) = rest.split_once("{{c") {
        front.push_str(before);
        back.push_str(before);
        let Some((number, body)) = after.split_once("::") else { break };
        // Clozes may stand within clozes.
        let (mut depth, mut end) = (1, body.len());
        let bytes = body.as_bytes();
        let mut at = 0;
        while at + 1 < bytes.len() {
            match &bytes[at..at + 2] {
                b"{{" => (depth, at) = (depth + 1, at + 1),
                b"}}" => {
                    depth -= 1;
                    if depth == 0 {
                        end = at;
                        break;
                    }
                    at += 1;
                }
                _ => {}
            }
            at += 1;
        }
        let (inner_front, inner_back) = faces(&body[..end], asked);
        let (shown, hint) = match inner_back.rsplit_once("::") {
            Some((shown, hint)) => (shown.to_owned(), hint.to_owned()),
            None => (inner_back, "…".to_owned()),
        };
        if asked.is_some_and(|asked| number.parse() == Ok(asked)) {
            front.push_str(&format!("[{hint}]"));
        } else {
            front.push_str(inner_front.rsplit_once("::").map_or(&*inner_front, |(shown, _)| shown));
        }
        back.push_str(&shown);
        rest = body.get(end + 2..).unwrap_or_default();
    }
    front.push_str(rest);
    back.push_str(rest);
    (front, back)
}

/// Returns the text of a field.
fn plain(html: &str) -> String {
    let mut out = String::new();
    let mut rest = html;
    while let Some((text, after)) = rest.split_once('<') {
        out.push_str(text);
        let (tag, after) = after.split_once('>').unwrap_or((after, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        match name {
            "li" if !tag.starts_with('/') => out.push_str("\n- "),
            "br" | "p" | "div" | "ul" | "ol" | "table" | "tr" | "dl" | "dt" | "dd" | "figure"
            | "figcaption" | "blockquote" | "pre" | "details" | "summary" => out.push('\n'),
            "td" | "th" => out.push(' '),
            "img" => {
                let source = tag.split_once("src=\"").and_then(|(_, rest)| rest.split_once('"'));
                out.push_str(&format!("[{}]", source.map_or("picture", |(source, _)| source)));
            }
            _ => {}
        }
        rest = after;
    }
    out.push_str(rest);
    let references = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#123;", "{"),
        ("&#125;", "}"),
        ("&#58;", ":"),
        ("&#91;", "["),
        ("&amp;", "&"),
    ];
    for (written, said) in references {
        out = out.replace(written, said);
    }
    out.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clozes_ask_and_answer() {
        let text = "the {{c1::meniscus}} is {{c2::con{{c1::ca}}ve::a shape}} above";
        assert_eq!(cloze_numbers(text), [1, 2]);
        let (front, back) = faces(text, Some(1));
        assert_eq!(front, "the […] is con[…]ve above");
        assert_eq!(back, "the meniscus is concave above");
        assert_eq!(faces(text, Some(2)).0, "the meniscus is [a shape] above");
    }

    #[test]
    fn fields_are_shown_as_text() {
        let html = "A &lt;b&gt; &amp; c<ul><li>one</li><li>two<br/>three</li></ul><img src=\"x.png\" alt=\"\"/>";
        assert_eq!(plain(html), "A <b> & c\n- one\n- two\nthree\n[x.png]");
    }
}
