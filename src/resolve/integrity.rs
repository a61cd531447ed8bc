//! What topics are to each other: whether everything that is there is used.
//!
//! Nothing here stops a build; it is what an author wants to hear before a
//! reader finds it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::works::{self, FirstNamed};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::model::{
    Citation, CiteKey, Document, Figure, Inline, Label, Target, Topic, TopicId, Visitor, walk_topic,
};
use crate::source::{ProjectPath, Spanned};

/// Reports figures that no text mentions, pictures that no topic shows, works
/// that no topic cites, and topics that send the reader round in a circle.
pub fn integrity(document: &Document, files: &[ProjectPath], diagnostics: &mut Diagnostics) {
    let topics = &document.topics;
    let mut survey = Survey::default();
    for topic in topics {
        walk_topic(topic, &mut survey);
        for key in &topic.references {
            survey.name(key);
        }
    }
    works::incomplete(&document.bibliography, &survey.works, diagnostics);
    // A topic with a mistake may have been about to cite them.
    if !diagnostics.has_errors() {
        works::unused(&document.bibliography, &survey.works, diagnostics);
    }
    for (label, panels) in survey.figures {
        // Who speaks of a panel speaks of its figure.
        let mut names = std::iter::once(&label.value).chain(&panels);
        if !names.any(|name| survey.mentioned.contains(name)) {
            diagnostics.push(
                Diagnostic::warning(
                    Code::UnmentionedFigure,
                    format!("no text mentions the figure `{}`", label.value),
                )
                .at(label.span)
                .hint(format!("write `@{}` where the text speaks of it", label.value)),
            );
        }
    }
    // A topic with a mistake may have been about to show it.
    let shown = if diagnostics.has_errors() { &[] } else { files };
    for path in shown {
        let picture = PICTURES.contains(&path.extension().as_str());
        if picture && !survey.pictures.contains(path) {
            diagnostics.push(
                Diagnostic::warning(Code::UnusedImage, "no topic shows this picture")
                    .in_file(path)
                    .hint("show it, or delete the file"),
            );
        }
    }
    circles(topics, diagnostics);
}

/// Reports topics that are in no publication; `published` are all that are.
pub fn unpublished(
    topics: &[Arc<Topic>],
    published: &BTreeSet<TopicId>,
    diagnostics: &mut Diagnostics,
) {
    for topic in topics.iter().filter(|topic| !published.contains(&topic.id.value)) {
        let message = format!("no publication takes the topic `{}`", topic.id.value);
        diagnostics.push(
            Diagnostic::warning(Code::UnusedTopic, message)
                .at(topic.id.span)
                .hint("name it in `handouts`, `books` or `decks` of the manifest"),
        );
    }
}

/// The extensions of files that are pictures, whether or not they can be read.
const PICTURES: [&str; 10] =
    ["jpg", "jpeg", "png", "gif", "webp", "tif", "tiff", "bmp", "svg", "dcm"];

#[derive(Default)]
struct Survey {
    /// The labels of figures, and those of their panels.
    figures: Vec<(Spanned<Label>, Vec<Label>)>,
    mentioned: BTreeSet<Label>,
    pictures: BTreeSet<ProjectPath>,
    works: FirstNamed,
}

impl Survey {
    fn name(&mut self, key: &Spanned<CiteKey>) {
        if !self.works.contains_key(&key.value) {
            self.works.insert(key.value.clone(), key.span);
        }
    }
}

impl Visitor for Survey {
    fn figure(&mut self, figure: &Figure) {
        if let Some(label) = &figure.label {
            let implied = figure.lettered().filter_map(|(letter, _)| figure.implied_label(letter?));
            let own = figure.panels.iter().filter_map(|panel| panel.label.as_ref());
            let panels = implied.chain(own.map(|label| label.value.clone())).collect();
            self.figures.push((label.clone(), panels));
        }
        let excerpts = figure.panels.iter().map(|panel| &panel.image.excerpt);
        self.pictures.extend(excerpts.map(|excerpt| excerpt.path.clone()));
    }

    fn citation(&mut self, citation: &Citation) {
        for item in &citation.items {
            self.name(&item.key);
        }
    }

    fn inline(&mut self, inline: &Inline) {
        if let Inline::CrossReference(reference) = inline
            && let Target::Label(label) | Target::Within(_, label) = &reference.target.value
        {
            self.mentioned.insert(label.clone());
        }
    }
}

/// Reports each circle of `see-also` once, at the reference that closes it.
///
/// A depth-first search with a stack of its own: chains may be as long as there
/// are topics.
fn circles(topics: &[Arc<Topic>], diagnostics: &mut Diagnostics) {
    let next: BTreeMap<&TopicId, &[Spanned<TopicId>]> =
        topics.iter().map(|topic| (&topic.id.value, topic.see_also.as_slice())).collect();
    let mut done = BTreeSet::new();
    for topic in topics {
        // The way from the start to here, each step with what is left to try.
        let mut way: Vec<(&TopicId, std::slice::Iter<Spanned<TopicId>>)> = Vec::new();
        let enter = |id| next.get_key_value(id).map(|(id, others)| (*id, others.iter()));
        if !done.contains(&topic.id.value) {
            way.extend(enter(&topic.id.value));
        }
        while let Some((id, others)) = way.last_mut() {
            let id = *id;
            let Some(other) = others.next() else {
                done.insert(id);
                way.pop();
                continue;
            };
            if let Some(start) = way.iter().position(|(step, _)| **step == other.value) {
                let names: Vec<String> = way[start..]
                    .iter()
                    .map(|(step, _)| *step)
                    .chain([&other.value])
                    .map(|step| format!("`{step}`"))
                    .collect();
                diagnostics.push(
                    Diagnostic::warning(
                        Code::CircularSeeAlso,
                        format!("see-also leads in a circle: {}", names.join(" → ")),
                    )
                    .at(other.span)
                    .hint("let one of them go; readers come back by themselves"),
                );
            } else if !done.contains(&other.value) {
                way.extend(enter(&other.value));
            }
        }
    }
}
