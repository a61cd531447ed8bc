//! A work, as styles ask for it.

use std::cell::OnceCell;

use crate::model::{
    CiteKey, DateVariable, Name, NameList, NameVariable, Reference, RichText, StandardVariable,
    Variable, Work,
};

/// A work that is cited or listed.
#[derive(Debug)]
pub(in super::super) struct Item<'a> {
    pub(in super::super) key: &'a CiteKey,
    pub(in super::super) reference: &'a Reference,
    pub(super) work: &'a Work,
    /// The title of a work of which there is nothing but its entry, as it was
    /// written: for citations, and for its place in the list.
    pub(super) beginning: Option<String>,
    /// Whether it is in English, if it says.
    pub(super) is_english: Option<bool>,
    label: OnceCell<String>,
}

impl<'a> Item<'a> {
    pub(in super::super) fn new(key: &'a CiteKey, reference: &'a Reference) -> Self {
        let work = &reference.work;
        let untitled = work.text(StandardVariable::Title).is_none();
        let verbatim = reference.verbatim.as_ref().filter(|_| untitled);
        let language = work.text(StandardVariable::Language).map(RichText::plain);
        Self {
            key,
            reference,
            work,
            beginning: verbatim.map(|text| beginning(&text.plain())),
            is_english: language.map(|tag| tag.trim().to_lowercase().starts_with("en")),
            label: OnceCell::new(),
        }
    }

    /// Returns a text. CSL 1.0.2 has two names for an event, and styles ask for
    /// either.
    pub(super) fn text(&self, variable: Variable) -> Option<&'a RichText> {
        let other = |variable: StandardVariable| self.work.text(variable);
        self.work.text(variable).or_else(|| match variable {
            Variable::Standard(StandardVariable::Event) => other(StandardVariable::EventTitle),
            Variable::Standard(StandardVariable::EventTitle) => other(StandardVariable::Event),
            _ => None,
        })
    }

    /// Returns who had this part in it; no list is empty.
    pub(super) fn people(&self, variable: NameVariable) -> Option<&'a NameList> {
        self.work.people(variable).filter(|list| !list.names.is_empty())
    }

    /// Returns a label of letters of the authors and the year: "Lig02", "SLR19", as
    /// the archive's style of labels has it.
    pub(super) fn label(&self) -> &str {
        self.label.get_or_init(|| {
            let own = self.work.plain(StandardVariable::CitationLabel);
            own.unwrap_or_else(|| citation_label(self.reference))
        })
    }
}

/// Returns the beginning of an entry that is all that is known of a work.
fn beginning(text: &str) -> String {
    const LONGEST: usize = 40;
    let text = text.trim();
    if text.chars().count() <= LONGEST {
        return text.trim_end_matches('.').to_owned();
    }
    let mut out = String::new();
    for word in text.split_whitespace() {
        if out.chars().count() + word.chars().count() >= LONGEST {
            break;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    if out.is_empty() {
        out.extend(text.chars().take(LONGEST));
    }
    out.truncate(out.trim_end_matches(['.', ',', ':', ';']).len());
    out.push('…');
    out
}

fn citation_label(reference: &Reference) -> String {
    let work = &reference.work;
    let people = work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor));
    let families: Vec<&str> = people
        .iter()
        .flat_map(|list| &list.names)
        .map(|name| match name {
            Name::Literal(text) => text.as_str(),
            Name::Person(person) => person.family.as_str(),
        })
        .collect();
    let others = people.is_some_and(|list| list.others);
    let first = |text: &str, count| -> String {
        text.chars().filter(|c| c.is_alphanumeric()).take(count).collect()
    };
    let verbatim = || reference.verbatim.as_ref().map(RichText::plain);
    let mut label = match families.as_slice() {
        [] => {
            let title = work.plain(StandardVariable::Title).or_else(verbatim).unwrap_or_default();
            first(&title, 3)
        }
        [one] if !others => first(one, 3),
        two if two.len() <= 3 && !others => two.iter().map(|one| first(one, 1)).collect(),
        [one, ..] => first(one, 3) + "+",
    };
    if let Some(date) = work.dates.get(&DateVariable::Issued) {
        label.push_str(&format!("{:02}", date.start.year.rem_euclid(100)));
    }
    label
}
