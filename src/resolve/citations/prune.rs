//! Styles without what no work of a list can need.
//!
//! Styles tell dozens of types apart and ask for dozens of variables, and
//! hayagriva 0.10.1 goes through all of that several times for each entry and
//! citation: a test inside of four groups is made some eight times. What is false
//! of all works of a list is taken out before: branches that are never entered,
//! macros that are then never called, and what only prints variables that no work
//! has. What is left says the same.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use hayagriva::citationberg::json::Item;
use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, IndependentStyle, LayoutRenderingElement, LongShortForm,
    NamesChild, SortKey, TextTarget,
};

use crate::model::{NumberVariable, PageVariable, StandardVariable, Variable, WorkKind};

/// How many works are worth the trouble.
pub(super) const WORTH: usize = 2;

/// Returns a style that says of these works what the whole style says of them.
pub(super) fn pruned<'a>(
    csl: &IndependentStyle,
    items: impl Iterator<Item = &'a Item>,
) -> IndependentStyle {
    let known = Known::of(items);
    let mut csl = csl.clone();
    known.prune(&mut csl.citation.layout.elements);
    if let Some(bibliography) = &mut csl.bibliography {
        known.prune(&mut bibliography.layout.elements);
    }
    for csl_macro in &mut csl.macros {
        known.prune(&mut csl_macro.children);
    }
    still(&known, &mut csl);
    drop_macros(&mut csl);
    csl
}

/// Takes out what says nothing of any work.
///
/// A variable that no work has prints nothing, and tells the group that it is in
/// that something is missing. One of them tells as much as several, and as much
/// as a group or a macro that has nothing else but words of the style.
fn still(known: &Known, csl: &mut IndependentStyle) {
    let mut mute = Mute::new();
    // Macros call macros, so one may be mute because of others.
    loop {
        let before = mute.len();
        for csl_macro in &mut csl.macros {
            if !mute.contains_key(&csl_macro.name) {
                known.still(&mut csl_macro.children, &mute);
                if let Some(nothing) = known.all_mute(&csl_macro.children, &mute) {
                    mute.insert(csl_macro.name.clone(), nothing);
                }
            }
        }
        if mute.len() == before {
            break;
        }
    }
    known.still(&mut csl.citation.layout.elements, &mute);
    if let Some(bibliography) = &mut csl.bibliography {
        known.still(&mut bibliography.layout.elements, &mute);
    }
}

/// Macros that say nothing, each with a variable that says as little.
type Mute = BTreeMap<String, LayoutRenderingElement>;

/// What works have.
struct Known<'a> {
    kinds: Vec<WorkKind>,
    variables: BTreeSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(items: impl Iterator<Item = &'a Item>) -> Self {
        let mut known = Self { kinds: Vec::new(), variables: BTreeSet::new() };
        for item in items {
            known.variables.extend(item.0.keys().map(String::as_str));
            let kind = item.type_().and_then(|kind| WorkKind::from_str(&kind).ok());
            known.kinds.extend(kind.filter(|kind| !known.kinds.contains(kind)));
        }
        known
    }

    /// Tells whether a work may have a variable, or a citation may.
    fn may_have(&self, variable: Variable) -> bool {
        let of_citation = matches!(
            variable,
            Variable::Number(
                NumberVariable::CitationNumber
                    | NumberVariable::FirstReferenceNoteNumber
                    | NumberVariable::Locator
            ) | Variable::Standard(StandardVariable::CitationLabel | StandardVariable::YearSuffix)
        );
        let first = variable == NumberVariable::PageFirst.into();
        of_citation
            || self.variables.contains(variable.to_string().as_str())
            || (first && self.variables.contains(PageVariable::Page.to_string().as_str()))
    }

    fn prune(&self, elements: &mut Vec<LayoutRenderingElement>) {
        for element in elements.iter_mut() {
            match element {
                LayoutRenderingElement::Group(group) => self.prune(&mut group.children),
                LayoutRenderingElement::Choose(choose) => self.prune_choose(choose),
                LayoutRenderingElement::Text(_)
                | LayoutRenderingElement::Date(_)
                | LayoutRenderingElement::Number(_)
                | LayoutRenderingElement::Names(_)
                | LayoutRenderingElement::Label(_) => {}
            }
        }
        // Where no branch is left to enter, nothing is said.
        elements.retain(|element| match element {
            LayoutRenderingElement::Choose(choose) => {
                !is_never(&choose.if_) || choose.otherwise.is_some()
            }
            _ => true,
        });
    }

    fn prune_choose(&self, choose: &mut Choose) {
        let first = std::mem::replace(&mut choose.if_, never());
        let mut left = std::iter::once(first)
            .chain(std::mem::take(&mut choose.else_if))
            .filter(|branch| self.may_enter(branch));
        if let Some(branch) = left.next() {
            choose.if_ = branch;
        }
        choose.else_if = left.collect();
        for branch in std::iter::once(&mut choose.if_).chain(&mut choose.else_if) {
            self.forget(branch);
            self.prune(&mut branch.children);
        }
        if let Some(otherwise) = &mut choose.otherwise {
            self.prune(&mut otherwise.children);
        }
    }

    /// Leaves one of several elements that say nothing, and that one simple.
    fn still(&self, elements: &mut Vec<LayoutRenderingElement>, mute: &Mute) {
        let mut is_missing = false;
        elements.retain_mut(|element| {
            match element {
                LayoutRenderingElement::Group(group) => self.still(&mut group.children, mute),
                LayoutRenderingElement::Choose(choose) => {
                    for branch in std::iter::once(&mut choose.if_).chain(&mut choose.else_if) {
                        self.still(&mut branch.children, mute);
                    }
                    if let Some(otherwise) = &mut choose.otherwise {
                        self.still(&mut otherwise.children, mute);
                    }
                }
                _ => {}
            }
            let Some(nothing) = self.nothing(element, mute) else { return true };
            *element = nothing;
            !std::mem::replace(&mut is_missing, true)
        });
    }

    /// Returns the variable that says as little as an element; `None` for one that
    /// may say something.
    fn nothing(
        &self,
        element: &LayoutRenderingElement,
        mute: &Mute,
    ) -> Option<LayoutRenderingElement> {
        match element {
            LayoutRenderingElement::Text(text) => match &text.target {
                TextTarget::Variable { var, form } => {
                    // The short form of a title may be there without the title.
                    let short = *form == LongShortForm::Short
                        && *var == StandardVariable::Title.into()
                        && self.may_have(StandardVariable::TitleShort.into());
                    (!short && !self.may_have(*var)).then(|| element.clone())
                }
                TextTarget::Macro { name } => mute.get(name).cloned(),
                TextTarget::Term { .. } | TextTarget::Value { .. } => None,
            },
            LayoutRenderingElement::Group(group) => self.all_mute(&group.children, mute),
            LayoutRenderingElement::Choose(_)
            | LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Names(_)
            | LayoutRenderingElement::Label(_) => None,
        }
    }

    /// Returns the variable that says as little as elements, of which all but words
    /// of the style say nothing.
    fn all_mute(
        &self,
        elements: &[LayoutRenderingElement],
        mute: &Mute,
    ) -> Option<LayoutRenderingElement> {
        let mut found = None;
        for element in elements {
            let nothing = self.nothing(element, mute);
            let is_word = matches!(
                element,
                LayoutRenderingElement::Text(text)
                    if matches!(text.target, TextTarget::Term { .. } | TextTarget::Value { .. })
            );
            if nothing.is_none() && !is_word {
                return None;
            }
            found = found.or(nothing);
        }
        found
    }

    /// Tells whether a branch may be entered for any of the works.
    fn may_enter(&self, branch: &ChooseBranch) -> bool {
        // That it was tested for this matters to the engine, too; and what it makes
        // of positions depends on where it is.
        let other =
            branch.disambiguate.is_some() || branch.locator.is_some() || branch.position.is_some();
        let mut tests = self.tests(branch);
        match branch.match_ {
            ChooseMatch::All => branch.disambiguate.is_some() || tests.all(|may| may),
            ChooseMatch::Any => other || tests.any(|may| may),
            ChooseMatch::None => true,
        }
    }

    /// Tells of each test of types and variables whether it may be passed.
    fn tests(&self, branch: &ChooseBranch) -> impl Iterator<Item = bool> {
        let kinds = branch.type_.iter().flatten().map(|kind| self.kinds.contains(kind));
        let numbers = branch.is_numeric.iter().flatten().map(|one| self.may_have(*one));
        let dates = branch.is_uncertain_date.iter().flatten();
        let dates = dates.map(|date| self.may_have((*date).into()));
        let variables = branch.variable.iter().flatten().map(|one| self.may_have(*one));
        kinds.chain(numbers).chain(dates).chain(variables)
    }

    /// Takes tests out of a branch that no work passes, where others decide.
    fn forget(&self, branch: &mut ChooseBranch) {
        if branch.match_ == ChooseMatch::All {
            return;
        }
        if let Some(kinds) = &mut branch.type_ {
            kinds.retain(|kind| self.kinds.contains(kind));
        }
        if let Some(variables) = &mut branch.variable {
            variables.retain(|variable| self.may_have(*variable));
        }
    }
}

/// A branch that is never entered: none of no tests is passed.
fn never() -> ChooseBranch {
    ChooseBranch {
        disambiguate: None,
        is_numeric: None,
        is_uncertain_date: None,
        locator: None,
        position: None,
        type_: None,
        variable: None,
        match_: ChooseMatch::Any,
        children: Vec::new(),
    }
}

fn is_never(branch: &ChooseBranch) -> bool {
    *branch == never()
}

/// Drops macros that nothing calls any more: they are looked for by their names,
/// one after the other.
fn drop_macros(csl: &mut IndependentStyle) {
    let mut called = BTreeSet::new();
    let mut open: Vec<String> = Vec::new();
    calls(&csl.citation.layout.elements, &mut open);
    let mut sorts = vec![&csl.citation.sort];
    if let Some(bibliography) = &csl.bibliography {
        calls(&bibliography.layout.elements, &mut open);
        sorts.push(&bibliography.sort);
    }
    for key in sorts.into_iter().flatten().flat_map(|sort| &sort.keys) {
        if let SortKey::MacroName { name, .. } = key {
            open.push(name.clone());
        }
    }
    while let Some(name) = open.pop() {
        let found = csl.macros.iter().find(|csl_macro| csl_macro.name == name);
        if called.insert(name)
            && let Some(csl_macro) = found
        {
            calls(&csl_macro.children, &mut open);
        }
    }
    csl.macros.retain(|csl_macro| called.contains(&csl_macro.name));
}

/// Collects the names of macros that elements call.
fn calls(elements: &[LayoutRenderingElement], names: &mut Vec<String>) {
    for element in elements {
        match element {
            LayoutRenderingElement::Text(text) => {
                if let TextTarget::Macro { name } = &text.target {
                    names.push(name.clone());
                }
            }
            LayoutRenderingElement::Names(list) => {
                for child in &list.children {
                    if let NamesChild::Substitute(instead) = child {
                        calls(&instead.children, names);
                    }
                }
            }
            LayoutRenderingElement::Group(group) => calls(&group.children, names),
            LayoutRenderingElement::Choose(choose) => {
                for branch in choose.branches() {
                    calls(&branch.children, names);
                }
                if let Some(otherwise) = &choose.otherwise {
                    calls(&otherwise.children, names);
                }
            }
            LayoutRenderingElement::Date(_)
            | LayoutRenderingElement::Number(_)
            | LayoutRenderingElement::Label(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use hayagriva::archive::ArchivedStyle;
    use hayagriva::citationberg::LocaleCode;
    use hayagriva::citationberg::taxonomy::Locator;
    use hayagriva::{
        BibliographyDriver, BibliographyRequest, CitationItem, CitationRequest, CitePurpose,
        LocatorPayload, Rendered, SpecificLocator,
    };

    use super::*;
    use crate::model::{
        Bibliography, CiteKey, DateVariable, Language, Name, NameList, NameVariable, PersonName,
        Reference, Work, WorkDate,
    };
    use crate::resolve::citations::cipher::Cipher;
    use crate::resolve::citations::item::item;
    use crate::resolve::citations::locale::{locale_code, locales};
    use crate::resolve::citations::rules::Rules;
    use crate::resolve::citations::style::Style;
    use crate::source::{Sources, Span};

    /// Works that have much in common, in no order.
    fn works() -> Bibliography {
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

    fn items(works: &Bibliography, rules: &Rules) -> Vec<Item> {
        let mut cipher = Cipher::default();
        let works = works.references.iter();
        works.map(|(key, work)| item(key, work, rules, &mut cipher)).collect()
    }

    fn rendered(csl: &IndependentStyle, items: &[Item], code: &LocaleCode) -> Rendered {
        let purposes = [None, Some(CitePurpose::Prose), Some(CitePurpose::Year), None];
        let files = locales(code);
        let code = || Some(code.clone());
        let mut driver = BibliographyDriver::new();
        for (at, pair) in items.windows(2).enumerate() {
            let place = SpecificLocator(Locator::Page, LocatorPayload::Str("7"));
            let cited = pair.iter().map(|item| {
                let place = (at % 3 == 0).then(|| place.clone());
                CitationItem::new(item, place, None, false, purposes[at % 4])
            });
            let note =
                (csl.settings.class == hayagriva::citationberg::StyleClass::Note).then_some(at + 1);
            driver.citation(CitationRequest::new(cited.collect(), csl, code(), files, note));
        }
        driver.finish(BibliographyRequest::new(csl, code(), files))
    }

    /// Whole styles and pruned ones say the same, all over the archive.
    #[test]
    fn what_is_left_says_the_same() {
        let works = works();
        let code = locale_code(&Language::english());
        let (mut all, mut shorter) = (0, 0);
        for archived in ArchivedStyle::all() {
            let name = archived.names()[0];
            let Some(style) = Style::archived(name) else { continue };
            // Few works, so that much is pruned, and what is left matters.
            let rules = Rules::of(&style.csl, &code);
            for items in items(&works, &rules).chunks(10) {
                let less = pruned(&style.csl, items.iter());
                let (expected, actual) =
                    (rendered(&style.csl, items, &code), rendered(&less, items, &code));
                assert_eq!(format!("{actual:?}"), format!("{expected:?}"), "{name}");
                all += 1;
                shorter += usize::from(less != style.csl);
            }
        }
        assert!(all > 300 && shorter * 10 > all * 9, "{shorter} of {all}");
    }
}
