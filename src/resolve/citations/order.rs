//! The order of a list, found with as little rendering as it takes.
//!
//! hayagriva 0.10.1 renders the macros that a style sorts by for each comparison
//! of two works: of some hundred works, sorting takes as long as rendering. So
//! works are sorted by themselves first, from an order that is near to the right
//! one, which takes one comparison for each. The style that renders sorts by the
//! rank that each work then has.

use hayagriva::citationberg::json::{Item, Value};
use hayagriva::citationberg::{
    Choose, ChooseBranch, IndependentStyle, InheritableNameOptions, LayoutRenderingElement,
    NamesChild, Sort, SortDirection, SortKey, TextTarget,
};
use hayagriva::{BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest};
use indexmap::IndexMap;

use super::locale::Locales;
use super::prune::pruned;
use crate::model::{
    Bibliography, CiteKey, DateVariable, Name, NameVariable, NumberVariable, Reference,
    StandardVariable, Variable,
};

/// A style in two: one that sorts, and one that prints.
#[derive(Debug, Clone)]
pub(super) struct Sorter {
    /// Sorts as the style does, and prints nothing.
    sorting: IndependentStyle,
    /// Prints as the style does, and sorts by rank.
    pub(super) ranked: IndependentStyle,
    /// What holds the rank: a number that the style does not ask for.
    rank: NumberVariable,
    initials: bool,
}

/// Numbers that few styles ask for.
const SPARE: [NumberVariable; 4] = [
    NumberVariable::PrintingNumber,
    NumberVariable::SupplementNumber,
    NumberVariable::PartNumber,
    NumberVariable::NumberOfVolumes,
];

/// How many works are worth the trouble.
pub(super) const WORTH: usize = 24;

impl Sorter {
    /// Takes a style apart; `None` for one that does not sort by macros.
    pub(super) fn new(csl: &IndependentStyle) -> Option<Self> {
        let keys = &csl.bibliography.as_ref()?.sort.as_ref()?.keys;
        if !keys.iter().any(|key| matches!(key, SortKey::MacroName { .. })) {
            return None;
        }
        let rank = SPARE.into_iter().find(|spare| !asks_for(csl, (*spare).into()))?;
        let by_rank =
            SortKey::Variable { variable: rank.into(), sort_direction: SortDirection::Ascending };
        let mut sorting = csl.clone();
        let citation = &mut sorting.citation;
        citation.sort = None;
        citation.collapse = None;
        citation.cite_group_delimiter = None;
        citation.disambiguate_add_givenname = false;
        citation.disambiguate_add_names = false;
        citation.disambiguate_add_year_suffix = false;
        citation.layout.elements.clear();
        if let Some(bibliography) = &mut sorting.bibliography {
            bibliography.layout.elements.clear();
            bibliography.subsequent_author_substitute = None;
            if let Some(sort) = &mut bibliography.sort {
                // Of works that are alike to the style, the one that is cited first
                // comes first.
                sort.keys.push(by_rank.clone());
            }
        }
        let mut ranked = csl.clone();
        if let Some(bibliography) = &mut ranked.bibliography {
            bibliography.sort = Some(Sort { keys: vec![by_rank] });
        }
        Some(Self { sorting, ranked, rank, initials: has_initials(csl) })
    }

    /// Gives each work its rank; tells whether it did.
    pub(super) fn rank(
        &self,
        items: &mut IndexMap<&CiteKey, Item>,
        bibliography: &Bibliography,
        locales: &Locales,
    ) -> bool {
        let name = self.rank.to_string();
        if items.values().any(|item| item.0.contains_key(&name)) {
            return false;
        }
        for (place, item) in items.values_mut().enumerate() {
            item.0.insert(name.clone(), rank(place));
        }
        let near = |reference| near_key(reference, self.initials);
        let mut near: Vec<_> = items
            .iter()
            .map(|(key, item)| (bibliography.references.get(*key).map(near), item))
            .collect();
        near.sort_by(|(a, _), (b, _)| a.cmp(b));
        let cited = near.iter().map(|(_, item)| CitationItem::new(*item, None, None, true, None));
        let mut driver = BibliographyDriver::new();
        let sorting = &pruned(&self.sorting, items.values());
        let locale = &locales.code;
        let files = &locales.files;
        let request =
            CitationRequest::new(cited.collect(), sorting, Some(locale.clone()), files, None);
        driver.citation(request);
        let request = BibliographyRequest::new(sorting, Some(locale.clone()), files);
        let Some(list) = driver.finish(request).bibliography else { return false };
        let order: Vec<_> = list.items.into_iter().map(|item| item.key).collect();
        for (place, key) in order.iter().enumerate() {
            let item = CiteKey::new(key).and_then(|key| items.get_mut(&key));
            if let Some(item) = item {
                item.0.insert(name.clone(), rank(place));
            }
        }
        true
    }
}

fn rank(place: usize) -> Value {
    Value::Number(i64::try_from(place).unwrap_or(i64::MAX))
}

/// Returns what sorts works about as most styles do: by all names, and the year.
fn near_key(reference: &Reference, initials: bool) -> (String, i16, String) {
    let work = &reference.work;
    let people = [NameVariable::Author, NameVariable::Editor];
    let people = people.into_iter().find_map(|people| work.people(people));
    let title = folded(&work.plain(StandardVariable::Title).unwrap_or_default());
    let mut text = String::new();
    for name in people.iter().flat_map(|list| &list.names) {
        match name {
            Name::Literal(name) => text.push_str(&folded(name)),
            Name::Person(person) => {
                text.push_str(&folded(&person.family));
                for given in folded(person.given.as_deref().unwrap_or_default()).split_whitespace()
                {
                    text.push(' ');
                    text.extend(given.chars().take(if initials { 1 } else { usize::MAX }));
                }
            }
        }
        text.push_str("  ");
    }
    if text.is_empty() {
        text.clone_from(&title);
    }
    let year = work.dates.get(&DateVariable::Issued).map_or(0, |date| date.start.year);
    (text, year, title)
}

/// Returns letters and spaces alone, small and mostly without their accents.
fn folded(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase);
    let letters = letters.filter(|c| c.is_alphanumeric() || c.is_whitespace());
    let bare = letters.map(|c| match c {
        'à'..='å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => 'e',
        'ì'..='ï' | 'ī' => 'i',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => 'o',
        'ś' | 'š' | 'ş' => 's',
        'ù'..='ü' | 'ū' | 'ů' | 'ű' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    });
    bare.collect()
}

/// Tells whether a style has initials for given names.
fn has_initials(csl: &IndependentStyle) -> bool {
    fn any(elements: &[LayoutRenderingElement], outer: &InheritableNameOptions) -> bool {
        elements.iter().any(|element| match element {
            LayoutRenderingElement::Names(names) => names.children.iter().any(|child| {
                matches!(child, NamesChild::Name(name) if name.options(outer).initialize_with.is_some())
            }),
            LayoutRenderingElement::Group(group) => any(&group.children, outer),
            LayoutRenderingElement::Choose(choose) => {
                choose.branches().any(|branch| any(&branch.children, outer))
            }
            _ => false,
        })
    }
    csl.macros.iter().any(|csl_macro| any(&csl_macro.children, &csl.settings.options))
}

/// Tells whether a style asks for a variable.
pub(super) fn asks_for(csl: &IndependentStyle, variable: Variable) -> bool {
    let mut layouts = vec![csl.citation.layout.elements.as_slice()];
    layouts.extend(csl.bibliography.as_ref().map(|list| list.layout.elements.as_slice()));
    layouts.extend(csl.macros.iter().map(|csl_macro| csl_macro.children.as_slice()));
    let sorts =
        [csl.citation.sort.as_ref(), csl.bibliography.as_ref().and_then(|list| list.sort.as_ref())];
    layouts.into_iter().any(|elements| any_asks(elements, variable))
        || sorts
            .into_iter()
            .flatten()
            .flat_map(|sort| &sort.keys)
            .any(|key| matches!(key, SortKey::Variable { variable: by, .. } if *by == variable))
}

fn any_asks(elements: &[LayoutRenderingElement], variable: Variable) -> bool {
    elements.iter().any(|element| match element {
        LayoutRenderingElement::Text(text) => {
            matches!(text.target, TextTarget::Variable { var, .. } if var == variable)
        }
        LayoutRenderingElement::Date(date) => {
            date.variable.is_some_and(|date| variable == date.into())
        }
        LayoutRenderingElement::Number(number) => variable == number.variable.into(),
        LayoutRenderingElement::Label(label) => variable == label.variable.into(),
        LayoutRenderingElement::Names(names) => {
            names.variable.iter().any(|name| variable == (*name).into())
                || names.children.iter().any(|child| match child {
                    NamesChild::Substitute(instead) => any_asks(&instead.children, variable),
                    _ => false,
                })
        }
        LayoutRenderingElement::Group(group) => any_asks(&group.children, variable),
        LayoutRenderingElement::Choose(Choose { if_, else_if, otherwise }) => {
            std::iter::once(if_).chain(else_if).any(|branch| branch_asks(branch, variable))
                || otherwise.as_ref().is_some_and(|other| any_asks(&other.children, variable))
        }
    })
}

fn branch_asks(branch: &ChooseBranch, variable: Variable) -> bool {
    let tested = [&branch.is_numeric, &branch.variable];
    tested.into_iter().flatten().any(|tested| tested.contains(&variable))
        || any_asks(&branch.children, variable)
}

#[cfg(test)]
pub(super) mod tests {
    use hayagriva::archive::ArchivedStyle;

    use super::*;
    use crate::model::{NameList, PageVariable, PersonName, Work, WorkDate, WorkKind};
    use crate::resolve::citations::cipher::Cipher;
    use crate::resolve::citations::item::item;
    use crate::resolve::citations::style::Style;
    use crate::source::{Sources, Span};

    /// Works that have much in common, in no order.
    pub(in crate::resolve::citations) fn works() -> Bibliography {
        const FAMILIES: [&str; 5] = ["Øye", "Zhang", "Müller", "de Wit", "O’Brien"];
        const GIVEN: [&str; 4] = ["Ada", "Ben A.", "Ada C.", "Émile"];
        let file = Sources::default()
            .add(crate::source::ProjectPath::new("x.bib").expect("a path"), String::new());
        let mut bibliography = Bibliography::default();
        for i in 0_usize..40 {
            let kinds = [WorkKind::Book, WorkKind::ArticleJournal, WorkKind::Chapter];
            let mut work = Work::new(if i == 7 { WorkKind::Webpage } else { kinds[i % 3] });
            match i % 3 {
                0 => work.set(StandardVariable::Publisher, "A Press"),
                _ => work.set(NumberVariable::Volume, i.to_string()),
            }
            if i % 4 == 1 {
                work.set(PageVariable::Page, format!("{i}1-{i}9"));
                work.set(StandardVariable::DOI, format!("10.5555/{i}"));
            }
            work.set(StandardVariable::Title, ["Air", "Bone", "The chest"][i % 3]);
            work.set(StandardVariable::ContainerTitle, "A Journal");
            let name = |at: usize| {
                Name::Person(PersonName {
                    family: FAMILIES[at % 5].to_owned(),
                    given: Some(GIVEN[at % 4].to_owned()),
                    ..PersonName::default()
                })
            };
            let names = (0..i % 4).map(|more| name(i * 7 + more)).collect::<Vec<_>>();
            if !names.is_empty() {
                let list = NameList { names, others: false };
                work.names.insert(NameVariable::Author, list);
            }
            if i % 5 != 0 {
                let year = i16::try_from(2000 + i % 4).expect("a year");
                work.dates.insert(DateVariable::Issued, WorkDate::year(year));
            }
            let span = Span::new(file, 0, 0);
            let key = CiteKey::new(&format!("w{}", i * 17 % 40)).expect("a key");
            bibliography.references.insert(key, Reference { work, verbatim: None, span });
        }
        bibliography
    }

    fn order(
        csl: &IndependentStyle,
        items: &IndexMap<&CiteKey, Item>,
        of: &Locales,
    ) -> Vec<String> {
        let mut driver = BibliographyDriver::new();
        for item in items.values() {
            let items = vec![CitationItem::new(item, None, None, false, None)];
            let code = Some(of.code.clone());
            driver.citation(CitationRequest::new(items, csl, code, &of.files, None));
        }
        let request = BibliographyRequest::new(csl, Some(of.code.clone()), &of.files);
        let list = driver.finish(request).bibliography.expect("a list");
        list.items.into_iter().map(|item| format!("{}: {:?}", item.key, item.content)).collect()
    }

    /// When sorting is fast in the engine, this file can go: so long as macros are
    /// rendered for each comparison, its order is at least the same.
    #[test]
    fn ranks_are_the_order_of_the_engine() {
        let bibliography = works();
        let locales = Locales::of(&crate::model::Language::english());
        let mut ranked = 0;
        for archived in ArchivedStyle::all() {
            let name = archived.names()[0];
            let Some(style) = Style::archived(name) else { continue };
            let Some(sorter) = style.sorter(WORTH) else { continue };
            let mut cipher = Cipher::default();
            let mut items: IndexMap<_, _> = bibliography
                .references
                .iter()
                .enumerate()
                .map(|(at, (key, work))| (key, item(key, work, at, &style, &mut cipher)))
                .collect();
            let expected = order(&style.csl, &items, &locales);
            assert!(sorter.rank(&mut items, &bibliography, &locales), "{name}");
            assert_eq!(order(&sorter.ranked, &items, &locales), expected, "{name}");
            ranked += 1;
        }
        assert!(ranked > 20, "only {ranked} styles sort by macros");
    }
}
