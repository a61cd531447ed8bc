//! Questions to readers at the end of a chapter, and their answers, as data for
//! templates.
//!
//! Knows: what an edition asks. Must not know: what the templates make of it.
//!
//! A figure is asked about with its picture and without its caption, which would
//! give the answer away; all questions about a picture stand below it once.

use serde::Serialize;

use super::panels;
use super::prose::{Matter, Prose};
use super::survey::Chapter;
use crate::model::{Figure, FlashcardKind, MarkId, MarkMention, NodeId};
use crate::words::mark_wording;
use crate::write::html::{self, escaped};
use crate::write::template::Markup;

/// The questions of a chapter, and the answers to them.
#[derive(Debug, Default)]
pub(super) struct Questions {
    /// The questions, in the order of the text.
    pub(super) asked: Vec<AskedTogether>,
    /// The answers, in the same order.
    pub(super) answers: Vec<AnswerData>,
}

/// Questions about one picture, or about none.
#[derive(Debug, Serialize)]
pub(super) struct AskedTogether {
    picture: Option<Markup>,
    /// The figure that the picture is of.
    figure: Option<FigureLink>,
    questions: Vec<QuestionData>,
    #[serde(skip)]
    panel: Option<NodeId>,
}

#[derive(Debug, Serialize)]
struct FigureLink {
    /// "Figure 3a"
    number: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct QuestionData {
    id: String,
    number: usize,
    question: Markup,
    /// The address of the answer.
    answer: String,
}

/// An answer.
#[derive(Debug, Serialize)]
pub(super) struct AnswerData {
    id: String,
    number: usize,
    /// The address of the question.
    back: String,
    answer: Markup,
}

/// Returns what a chapter asks.
pub(super) fn of_chapter(
    matter: Matter<'_>,
    chapter: &Chapter,
    prose: &mut Prose<'_>,
) -> Questions {
    let mut all = Questions::default();
    let here = matter.survey.questions(&chapter.topic.id.value, matter.edition);
    prose.section = None;
    for (index, question) in here.iter().enumerate() {
        let number = index + 1;
        let (group, asks, mut answers) = match &question.kind {
            FlashcardKind::Basic { front, back, .. } => {
                (None, prose.aside(front), prose.aside(back))
            }
            FlashcardKind::Cloze { text, .. } => (None, prose.blanks(text), prose.aside(text)),
            FlashcardKind::Figure { figure, mark, .. } => {
                let (asks, answers) = mark_question(figure, mark, chapter, prose);
                (figure.panel_of(mark).map(|panel| (figure, panel)), asks, answers)
            }
            // Pages cover nothing, and so ask for none.
            FlashcardKind::Occlusion { .. } => continue,
        };
        if !question.extra.is_empty() {
            let extra = prose.aside(&question.extra);
            answers.push_str(&format!("\n<div class=\"extra\">{extra}</div>"));
        }
        let panel = group.map(|(_, (_, panel))| panel.id);
        if all.asked.last().is_none_or(|last| last.panel != panel) {
            all.asked.push(AskedTogether {
                picture: group
                    .and_then(|(figure, (_, panel))| panels::shown(figure, panel, matter))
                    .map(Markup::new),
                figure: group.map(|(figure, (letter, _))| FigureLink {
                    number: number_of(matter, chapter, figure, letter),
                    href: chapter
                        .ids
                        .get(&figure.id)
                        .map_or_else(|| chapter.file.clone(), |id| format!("#{id}")),
                }),
                questions: Vec::new(),
                panel,
            });
        }
        if let Some(together) = all.asked.last_mut() {
            together.questions.push(QuestionData {
                id: format!("_question-{number}"),
                number,
                question: Markup::new(asks),
                answer: format!("#_answer-{number}"),
            });
        }
        all.answers.push(AnswerData {
            id: format!("_answer-{number}"),
            number,
            back: format!("#_question-{number}"),
            answer: Markup::new(answers),
        });
    }
    all
}

/// Returns what a mark shows, as question and answer.
fn mark_question(
    figure: &Figure,
    id: &MarkId,
    chapter: &Chapter,
    prose: &mut Prose<'_>,
) -> (String, String) {
    let words = chapter.words();
    let mark = figure.mark(id);
    let wording = mark_wording(&chapter.language, figure, id).unwrap_or_default();
    let mut called = String::from("<span class=\"mark\">");
    html::mark(&MarkMention { wording, symbol: mark.and_then(|mark| mark.symbol()) }, &mut called);
    called.push_str("</span>");
    let of_mark = figure.marks().filter(|mark| mark.id.value == *id);
    let many = of_mark.map(|mark| mark.count()).sum::<usize>() > 1;
    let pattern = if many { words.what_do_show } else { words.what_does_show };
    let means = mark.map(|mark| mark.means.as_slice()).unwrap_or_default();
    let mut question = escaped(pattern).replace("{}", &called);
    if words.tag != chapter.language.primary() {
        // Recto has no words of the language, which may run the other way.
        let tag = words.tag;
        question = format!("<span xml:lang=\"{tag}\" lang=\"{tag}\" dir=\"ltr\">{question}</span>");
    }
    (question, prose.aside_line(means))
}

fn number_of(
    matter: Matter<'_>,
    chapter: &Chapter,
    figure: &Figure,
    letter: Option<char>,
) -> String {
    let word = chapter.words().figure;
    let letter = letter.map(String::from).unwrap_or_default();
    match matter.edition.numbers.get(&figure.id) {
        Some(number) => format!("{word} {number}{letter}"),
        None => word.to_owned(),
    }
}
