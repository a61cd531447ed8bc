//! Citations above the line close up to the words before them.
//!
//! Authors write `effusion [@a].` in every style. Where the style raises numbers
//! or calls notes, no space stands before them, and they follow full stops and
//! commas: AMA (11th ed., 2.11.4: before colons and semicolons), Nature and NLM
//! have numbers so, also behind signs that end a sentence; Chicago (17th ed., 14.26) has notes behind all punctuation
//! but dashes. French and Spanish call before the punctuation, so there only
//! the space goes. Done here, once, it is the same in all outputs.

use std::sync::Arc;

use super::style::Manner;
use crate::model::{
    Citation, CitationForm, Inline, Language, LineEditor, Topic, Visitor, edit_lines, plain_text,
    walk_topic,
};

/// Closes up the citations of topics. Topics without any are shared.
pub(in crate::resolve) fn close_up(
    topics: Vec<Arc<Topic>>,
    manner: Manner,
    language: &Language,
) -> Vec<Arc<Topic>> {
    if !manner.raised && !manner.notes {
        return topics;
    }
    let closed = topics.into_iter().map(|topic| {
        let mut search = Search(false);
        walk_topic(&topic, &mut search);
        if !search.0 {
            return topic;
        }
        let language = topic.language.as_ref().unwrap_or(language);
        let after = match (language.primary(), manner.notes) {
            ("fr" | "es" | "it" | "pt" | "ca", _) => "",
            (_, true) => ".,;:!?…",
            (_, false) => ".,?!",
        };
        let mut topic = Topic::clone(&topic);
        edit_lines(&mut topic, &mut Closing { after, in_notes: manner.raised });
        Arc::new(topic)
    });
    closed.collect()
}

struct Closing<'a> {
    after: &'a str,
    /// Whether citations in notes close up: in a note, no note is called.
    in_notes: bool,
}

impl LineEditor for Closing<'_> {
    fn enters_notes(&self) -> bool {
        self.in_notes
    }

    fn line(&mut self, line: &mut Vec<Inline>) {
        close_line(line, self.after);
    }
}

struct Search(bool);

impl Visitor for Search {
    fn citation(&mut self, citation: &Citation) {
        self.0 |= citation.form == CitationForm::Normal;
    }
}

fn is_raised(inline: &Inline) -> bool {
    matches!(inline, Inline::Citation(citation) if citation.form == CitationForm::Normal)
}

/// Closes up the citations of a line; `after` is the punctuation that comes
/// before them.
fn close_line(line: &mut Vec<Inline>, after: &str) {
    let mut at = 0;
    while at < line.len() {
        if !is_raised(&line[at]) {
            at += 1;
            continue;
        }
        // No space before it.
        if at > 0
            && let Inline::Text(before) = &mut line[at - 1]
        {
            before.truncate(before.trim_end_matches([' ', '\u{a0}']).len());
            if before.is_empty() {
                line.remove(at - 1);
                at -= 1;
            }
        }
        let start = at;
        // Others that follow at once; a comma parts their numbers.
        let mut end = at + 1;
        loop {
            match (line.get(end), line.get(end + 1)) {
                (Some(next), _) if is_raised(next) => {}
                (Some(Inline::Text(space)), Some(next)) if space == " " && is_raised(next) => {
                    line.remove(end);
                }
                _ => break,
            }
            line.insert(end, Inline::Superscript(vec![Inline::Text(",".into())]));
            end += 2;
        }
        at = end;
        let Some(Inline::Text(following)) = line.get_mut(end) else { continue };
        let length = punctuation(following, after);
        if length == 0 {
            continue;
        }
        let mut moved: String = following.drain(..length).collect();
        if following.is_empty() {
            line.remove(end);
        }
        let before = plain_text(&line[start.saturating_sub(1)..start]);
        if moved.starts_with('.') && before.ends_with(['.', '…']) {
            moved.remove(0);
        }
        if moved.is_empty() {
            continue;
        }
        match start.checked_sub(1).and_then(|at| line.get_mut(at)) {
            Some(Inline::Text(text)) => text.push_str(&moved),
            _ => {
                line.insert(start, Inline::Text(moved));
                at += 1;
            }
        }
    }
}

/// Returns how many bytes at the start of a text come before a number or a call:
/// punctuation, and quotation marks that close behind it.
fn punctuation(text: &str, after: &str) -> usize {
    let signs: usize = text.chars().take_while(|c| after.contains(*c)).map(char::len_utf8).sum();
    if signs == 0 {
        return 0;
    }
    let closing = text[signs..].chars().take_while(|c| "”’»“\"'".contains(*c));
    let length = signs + closing.map(char::len_utf8).sum::<usize>();
    // ".5" and the like are no ends of sentences.
    let next = text[length..].chars().next();
    if next.is_some_and(char::is_alphanumeric) { 0 } else { length }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Citation, NodeId};
    use crate::source::{FileId, ProjectPath, Sources, Span};

    fn closed(text: &str, after: &str) -> String {
        let mut sources = Sources::default();
        let file: FileId = sources.add(ProjectPath::new("a.md").expect("a path"), String::new());
        let mut line = Vec::new();
        for (index, part) in text.split('@').enumerate() {
            if index > 0 {
                line.push(Inline::Citation(Citation {
                    id: NodeId { file, index: 0 },
                    items: Vec::new(),
                    form: CitationForm::Normal,
                    span: Span::new(file, 0, 0),
                }));
            }
            if !part.is_empty() {
                line.push(Inline::Text(part.to_owned()));
            }
        }
        close_line(&mut line, after);
        line.iter()
            .map(|inline| match inline {
                Inline::Citation(_) => "@".to_owned(),
                other => plain_text(std::slice::from_ref(other)),
            })
            .collect()
    }

    #[test]
    fn numbers_follow_full_stops_and_commas() {
        let ama = |text| closed(text, ".,");
        assert_eq!(ama("effusion @."), "effusion.@");
        assert_eq!(ama("effusion@, and"), "effusion,@ and");
        assert_eq!(ama("effusion @: and @;"), "effusion@: and@;");
        assert_eq!(ama("“effusion @.” Then"), "“effusion.”@ Then");
        assert_eq!(ama("et al. @. Then"), "et al.@ Then");
        assert_eq!(ama("one @ @. Two"), "one.@,@ Two");
        assert_eq!(ama("@. Two"), ".@ Two");
        assert_eq!(closed("effusion @; and (@).", ".,;:!?…"), "effusion;@ and (@).");
        assert_eq!(closed("épanchement @.", ""), "épanchement@.");
    }
}
