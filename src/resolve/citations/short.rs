//! Works in a few words, for flashcards.

use crate::model::{CiteKey, DateVariable, Name, NameVariable, Reference, StandardVariable, Work};

/// Returns a short form of a work: "Light 1972, Ann Intern Med".
pub(super) fn short_form(key: &CiteKey, reference: &Reference) -> String {
    let work = &reference.work;
    let title =
        || work.plain(StandardVariable::TitleShort).or_else(|| work.plain(StandardVariable::Title));
    let verbatim = || reference.verbatim.as_ref().map(crate::model::RichText::plain);
    let first = names(work).or_else(verbatim).or_else(title);
    let mut text = first.unwrap_or_else(|| key.as_str().to_owned());
    if let Some(date) = work.dates.get(&DateVariable::Issued) {
        text.push_str(&format!(" {}", date.start.year));
    }
    let container = work
        .plain(StandardVariable::ContainerTitleShort)
        .or_else(|| work.plain(StandardVariable::ContainerTitle));
    if let Some(container) = container {
        text.push_str(&format!(", {container}"));
    }
    text
}

fn names(work: &Work) -> Option<String> {
    let list = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor))?;
    let family = |name: &Name| match name {
        Name::Literal(text) => text.clone(),
        Name::Person(person) => match &person.particle {
            Some(particle) => format!("{particle} {}", person.family),
            None => person.family.clone(),
        },
    };
    match &list.names[..] {
        [] => None,
        [one] if !list.others => Some(family(one)),
        [one, two] if !list.others => Some(format!("{} & {}", family(one), family(two))),
        [first, ..] => Some(format!("{} et al.", family(first))),
    }
}
