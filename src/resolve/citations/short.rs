//! Works in a few words, for flashcards.

use crate::model::{
    CiteKey, DateVariable, Name, NameVariable, Reference, RichText, StandardVariable, Work,
};
use crate::words::Words;

/// The most letters of the name of an institution.
const NAME: usize = 48;
/// The most letters of a title.
const TITLE: usize = 64;
/// The most letters of an entry that is printed as it was written.
const ENTRY: usize = 96;

/// Returns a short form of a work: "Light 1972, Ann Intern Med". What stands in
/// no journal or book is known by its title; what has no author, too.
pub(super) fn short_form(key: &CiteKey, reference: &Reference, words: &Words) -> String {
    let Reference { work, verbatim, .. } = reference;
    let year = year(work);
    let container = text(work, StandardVariable::ContainerTitleShort)
        .or_else(|| text(work, StandardVariable::ContainerTitle))
        .map(|title| shortened(&title, TITLE));
    let title = || {
        let title = text(work, StandardVariable::TitleShort)
            .or_else(|| text(work, StandardVariable::Title));
        title.map(|title| shortened(&title, TITLE))
    };
    if let Some(verbatim) = verbatim {
        // Its own words say more than what could be made of them.
        let entry = verbatim.plain();
        return match (names(work), year) {
            (Some(names), Some(year)) if entry.chars().count() > ENTRY => {
                joined(&format!("{names} {year}"), container)
            }
            _ => shortened(&entry, ENTRY),
        };
    }
    match names(work) {
        Some(names) => {
            let year = year.unwrap_or_else(|| words.no_date.to_owned());
            joined(&format!("{names} {year}"), container.or_else(title))
        }
        None => {
            let title = title().unwrap_or_else(|| key.as_str().to_owned());
            let year = year.map(|year| format!(" ({year})")).unwrap_or_default();
            joined(&format!("{title}{year}"), container)
        }
    }
}

fn joined(first: &str, second: Option<String>) -> String {
    match second {
        Some(second) => format!("{first}, {second}"),
        None => first.to_owned(),
    }
}

fn text(work: &Work, variable: StandardVariable) -> Option<String> {
    work.text(variable).map(RichText::plain)
}

fn year(work: &Work) -> Option<String> {
    let date = work.dates.get(&DateVariable::Issued)?;
    let start = date.start.year;
    Some(match date.end.map(|end| end.year) {
        Some(end) if end != start => format!("{start}–{end}"),
        _ => start.to_string(),
    })
}

fn names(work: &Work) -> Option<String> {
    let list = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor))?;
    let family = |name: &Name| match name {
        Name::Literal(text) => shortened(text, NAME),
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

/// Returns a text of so many letters at most, cut after a word.
fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((cut, _)) = text.char_indices().nth(most) else {
        return text.trim_end_matches(['.', ' ']).to_owned();
    };
    let head = &text[..cut];
    // A word that is not whole is left out, unless it is most of the text.
    let whole = text[cut..].starts_with(' ');
    let end = head.rfind(' ').filter(|end| !whole && *end > cut / 2).unwrap_or(cut);
    let trim = |head: &str| {
        let marks = |c: char| c.is_whitespace() || ",;:.–—-(".contains(c);
        head.trim_end_matches(marks).len()
    };
    let mut end = trim(&head[..end]);
    // "…Regional Office for" ends better without its last word.
    while let Some(space) = head[..end].rfind(' ') {
        let word = &head[space + 1..end];
        let is_small = word.len() <= 3 && word.chars().all(char::is_lowercase);
        let shorter = trim(&head[..space]);
        if !is_small || shorter <= cut / 2 {
            break;
        }
        end = shorter;
    }
    format!("{}…", &head[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Language, NameList, PersonName, WorkDate, WorkKind};
    use crate::source::{ProjectPath, Sources, Span};

    fn short(verbatim: Option<&str>, fill: impl FnOnce(&mut Work)) -> String {
        let mut work = Work::new(WorkKind::ArticleJournal);
        fill(&mut work);
        let path = ProjectPath::new("works.bib").expect("a path");
        let span = Span::new(Sources::default().add(path, String::new()), 0, 0);
        let reference = Reference { work, verbatim: verbatim.map(RichText::from), span };
        let words = Words::of(&Language::new("de").expect("a tag"));
        short_form(&CiteKey::new("key").expect("a key"), &reference, words)
    }

    fn by(name: Name) -> NameList {
        NameList { names: vec![name], others: false }
    }

    #[test]
    fn works_are_known_by_what_they_have() {
        let light =
            || by(Name::Person(PersonName { family: "Light".into(), ..PersonName::default() }));
        let written = short(None, |work| {
            work.names.insert(NameVariable::Author, light());
            work.dates.insert(DateVariable::Issued, WorkDate::year(2002));
            work.set(StandardVariable::Title, "Pleural effusion");
            work.set(StandardVariable::ContainerTitle, "The New England Journal of Medicine");
            work.set(StandardVariable::ContainerTitleShort, "N Engl J Med");
        });
        assert_eq!(written, "Light 2002, N Engl J Med");
        let undated = short(None, |work| {
            work.names.insert(
                NameVariable::Author,
                by(Name::Literal("World Health Organization".into())),
            );
            work.set(StandardVariable::Title, "Global tuberculosis report.");
        });
        assert_eq!(undated, "World Health Organization o. J., Global tuberculosis report");
        let nobody = short(None, |work| {
            work.dates.insert(DateVariable::Issued, WorkDate::year(2020));
            work.set(StandardVariable::Title, "A word ".repeat(30));
        });
        assert!(nobody.ends_with(" A… (2020)") || nobody.ends_with(" word… (2020)"), "{nobody}");
        assert_eq!(short(None, |_| {}), "key");
        let entry = "Agarwala R. Extramedullary hematopoiesis (EMH). Applied Radiology, April 2006";
        assert_eq!(short(Some(entry), |_| {}), entry);
    }

    #[test]
    fn long_texts_are_cut_after_a_word() {
        assert_eq!(shortened("one two three", 20), "one two three");
        assert_eq!(shortened("one two three", 9), "one two…");
        assert_eq!(shortened("one two three", 7), "one two…");
        assert_eq!(shortened("one, two (three)", 10), "one, two…");
        assert_eq!(shortened("Donaudampfschiff", 5), "Donau…");
        assert_eq!(shortened("Regional Office for the Mediterranean", 28), "Regional Office…");
    }
}
