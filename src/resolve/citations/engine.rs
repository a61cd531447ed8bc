//! The engine, and what it is asked.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use hayagriva::citationberg::json::{Item, Value};
use hayagriva::citationberg::taxonomy::{OtherTerm, Term};
use hayagriva::citationberg::{IndependentStyle, LocaleCode, TermForm};
use hayagriva::{CitePurpose, ElemChildren, Rendered, RenderedBibliography};
use indexmap::IndexMap;

use super::Setting;
use super::cipher::{Cipher, Sign};
use super::cluster::{Joiner, unlinked};
use super::collect::{Cited, Collected, Naming, Stands};
use super::flow::{Flow, rich};
use super::item::item;
use super::links;
use super::locale::locale_code;
use super::others;
use super::place::{Shape, lookup, punctuates_in_quotes};
use super::press::{Ask, by_text, entries, nothing, numbers_style, run, suffix_after};
use super::prune::{WORTH, pruned};
use super::rules::Rules;
use super::sequence;
use super::settle::settle;
use super::short::short_form;
use super::single;
use super::tidy::{tidy, tidy_part};
use crate::model::{
    Bibliography, CiteKey, DateVariable, FurtherReading, Locator, Name, NameVariable, NodeId,
    ReferenceList, ReferenceListKind, RenderedCitation, RenderedReference, StandardVariable,
    plain_text,
};
use crate::words::Words;

/// A list, its further reading, and the citations of their works.
#[derive(Debug, Default)]
pub(super) struct Scope {
    pub(super) citations: Vec<(NodeId, RenderedCitation)>,
    pub(super) lists: Vec<ReferenceList>,
}

/// Renders what was collected.
pub(super) fn render(
    collected: &Collected,
    bibliography: &Bibliography,
    setting: Setting,
) -> Scope {
    if collected.works.is_empty() {
        return Scope::default();
    }
    let locale = locale_code(setting.language);
    let rules = Rules::of(&setting.style.csl, &locale);
    let mut stock = Stock::new(collected, bibliography, &rules);
    let cited: Vec<&Cited> = collected.cited.iter().collect();
    let is_cited: BTreeSet<&CiteKey> = cited
        .iter()
        .flat_map(|cited| cited.citation.items.iter().map(|item| &item.key.value))
        .collect();
    let separate = setting.lists.further == FurtherReading::Separate;
    let (further, main): (Vec<usize>, Vec<usize>) =
        (0..stock.items.len()).partition(|work| separate && !is_cited.contains(stock.key(*work)));
    let codes = sequence::codes(&cited, &mut stock.cipher, setting.style.manner.positional);

    let csl = match stock.items.len() {
        ..WORTH => Cow::Borrowed(&setting.style.csl),
        _ => Cow::Owned(pruned(&setting.style.csl, stock.items.values().chain([&nothing()]))),
    };
    let engine = Engine { stock: &stock, setting, csl, rules: &rules, locale };
    let order = engine.sorted(&main);
    let manner = setting.style.manner;
    let render = if manner.positional { sequence::render } else { single::render };
    let mut citations = render(&engine, &cited, &order, &codes);
    let rendered = engine.list_alone(&order);
    let further = engine.list_alone(&engine.sorted(&further));
    for part in citations.iter_mut().flat_map(|(_, citation)| &mut citation.parts) {
        part.content = tidy_part(std::mem::take(&mut part.content), &rules.marks);
        let work = part.key.as_ref().and_then(|key| bibliography.references.get(key));
        if let Some(reference) = work {
            links::mend(&mut part.content, &reference.work);
        }
    }

    let mut scope = Scope::default();
    let lists =
        [(ReferenceListKind::References, rendered), (ReferenceListKind::FurtherReading, further)];
    for (kind, rendered) in lists {
        let Some(list) = rendered.bibliography else { continue };
        let hanging = list.hanging_indent;
        let items: Vec<_> = engine.list(list, kind, &collected.works);
        if !items.is_empty() {
            scope.lists.push(ReferenceList { kind, topic: None, hanging, items });
        }
    }
    if setting.style.csl.bibliography.is_none() {
        citations.iter_mut().for_each(|(_, citation)| unlinked(citation, |_| false));
        if setting.with_cards {
            scope.lists.extend(engine.sources(&collected.works));
        }
    }
    scope.citations = citations;
    scope
}

/// The works of a scope, as the engine takes them.
pub(super) struct Stock<'a> {
    /// The works in the order in which they are named.
    pub(super) items: IndexMap<&'a CiteKey, Item>,
    bibliography: &'a Bibliography,
    pub(super) cipher: Cipher,
}

impl<'a> Stock<'a> {
    fn new(collected: &'a Collected, bibliography: &'a Bibliography, rules: &Rules) -> Self {
        let mut cipher = Cipher::default();
        // Numbers are given in the order of the requests.
        let keys = collected.works.keys().filter_map(|key| {
            let reference = bibliography.references.get(key)?;
            Some((key, item(key, reference, rules, &mut cipher)))
        });
        let items = keys.collect();
        for sign in [Sign::Open, Sign::Close] {
            cipher.code(sign);
        }
        Self { items, bibliography, cipher }
    }

    fn key(&self, work: usize) -> &'a CiteKey {
        self.items.get_index(work).map(|(key, _)| *key).expect("a work of the stock")
    }

    pub(super) fn item(&self, work: usize) -> &Item {
        &self.items[work]
    }

    pub(super) fn work(&self, key: &CiteKey) -> Option<usize> {
        self.items.get_index_of(key)
    }

    /// Returns about what styles sort by: what is nearly in order is soon
    /// sorted.
    fn rough(&self, work: usize) -> (String, i16, String) {
        let Some(reference) = self.bibliography.references.get(self.key(work)) else {
            return Default::default();
        };
        let work = &reference.work;
        let people =
            work.people(NameVariable::Author).or_else(|| work.people(NameVariable::Editor));
        let names: Vec<String> = people
            .iter()
            .flat_map(|list| &list.names)
            .take(3)
            .map(|name| match name {
                Name::Literal(text) => text.to_lowercase(),
                Name::Person(person) => {
                    format!("{} {}", person.family, person.given.as_deref().unwrap_or_default())
                        .to_lowercase()
                }
            })
            .collect();
        let title = work.plain(StandardVariable::Title).unwrap_or_default().to_lowercase();
        let year = work.dates.get(&DateVariable::Issued).map_or(0, |date| date.start.year);
        if names.is_empty() { (title, year, String::new()) } else { (names.join(" "), year, title) }
    }
}

/// Everything that is needed to ask the engine.
pub(super) struct Engine<'a> {
    pub(super) stock: &'a Stock<'a>,
    pub(super) setting: Setting<'a>,
    /// The style, or as much of it as matters to the works.
    csl: Cow<'a, IndependentStyle>,
    /// What the style wants in the language of the list.
    pub(super) rules: &'a Rules,
    /// The locale of the list.
    pub(super) locale: LocaleCode,
}

impl Engine<'_> {
    pub(super) fn csl(&self) -> &IndependentStyle {
        &self.csl
    }

    /// Returns the locale of a citation's topic.
    pub(super) fn locale_of(&self, cited: &Cited) -> LocaleCode {
        cited.language.as_ref().map_or_else(|| self.locale.clone(), locale_code)
    }

    /// Returns what puts a citation's works together.
    pub(super) fn joiner(&self, cited: &Cited) -> Joiner<'_> {
        let manner = self.setting.style.manner;
        let is_note = manner.notes && cited.stands == Stands::InText;
        Joiner {
            csl: self.csl(),
            manner,
            is_note,
            goes_on: match cited.stands {
                Stands::InText => !is_note,
                Stands::InNote { ends } => !ends,
                Stands::OnCard => true,
            },
            in_quotes: punctuates_in_quotes(self.csl(), &self.locale_of(cited)),
        }
    }

    /// Returns the word for a place in a work, if the style knows no places.
    pub(super) fn label(&self, place: Option<&Locator>, locale: &LocaleCode) -> Option<String> {
        if self.setting.style.manner.places {
            return None;
        }
        Shape::of(place?).label(self.csl(), locale)
    }

    /// Makes inlines of what was rendered.
    pub(super) fn flow(&self) -> Flow<'_> {
        Flow { cipher: &self.stock.cipher }
    }

    /// Takes those out whom a bibliography does not name.
    pub(super) fn settle(&self, children: &mut ElemChildren, locale: &LocaleCode) {
        if !self.stock.cipher.knows(Sign::Nobody) {
            return;
        }
        let et_al = self.et_al(locale);
        let is_nobody = |letter| self.stock.cipher.sign(letter) == Some(Sign::Nobody);
        others::settle(children, &is_nobody, &et_al);
    }

    fn et_al(&self, locale: &LocaleCode) -> String {
        let term = Term::Other(OtherTerm::EtAl);
        lookup(self.csl(), locale, term, TermForm::Long, false).unwrap_or_default()
    }

    /// Returns citations of works that count them, but show nothing.
    pub(super) fn preamble<'e>(&'e self, order: &[usize], locale: &'e LocaleCode) -> Vec<Ask<'e>> {
        let ask = |work: &usize| Ask {
            items: vec![(self.stock.item(*work), None)],
            locale,
            note: None,
            hidden: true,
        };
        order.iter().map(ask).collect()
    }

    /// Parts works into those that another one may be taken for, by its authors
    /// and year, and the others.
    pub(super) fn ambiguous(&self, order: &[usize]) -> (Vec<usize>, Vec<usize>) {
        let key = |work: usize| {
            let (names, year, _) = self.stock.rough(work);
            (names.split(' ').next().unwrap_or_default().to_owned(), year)
        };
        let mut counts: BTreeMap<(String, i16), usize> = BTreeMap::new();
        for work in order {
            *counts.entry(key(*work)).or_default() += 1;
        }
        order.iter().partition(|work| counts[&key(**work)] > 1)
    }

    /// Returns works in the order of the style's list.
    fn sorted(&self, works: &[usize]) -> Vec<usize> {
        let list = self.csl().bibliography.as_ref().filter(|list| list.sort.is_some());
        let Some(list) = list else { return works.to_vec() };
        let mut rough = works.to_vec();
        rough.sort_by_cached_key(|work| self.stock.rough(*work));
        // A list of numbers alone, which takes no time to render; styles that
        // sort by number get the order of the text.
        let numbers = numbers_style();
        let mut csl = self.csl().clone();
        csl.citation = numbers.citation.clone();
        let mut bare = list.clone();
        bare.layout = numbers.citation.layout.clone();
        csl.bibliography = Some(bare);
        let by_name = self.setting.style.sorts_list_by_names();
        let works = if by_name { &rough } else { works };
        let rendered = run(&csl, &self.preamble(works, &self.locale), None, &self.locale);
        let items = rendered.bibliography.map(|list| list.items).unwrap_or_default();
        let order = items.iter().filter_map(|item| self.stock.work(&CiteKey::new(&item.key)?));
        order.collect()
    }

    /// Returns the style for citations alone: without groups, which are made
    /// elsewhere, and without a list, unless that decides on letters after years.
    pub(super) fn citing(&self) -> IndependentStyle {
        let mut csl = self.csl().clone();
        csl.citation.collapse = None;
        csl.citation.cite_group_delimiter = None;
        match &mut csl.bibliography {
            Some(list) if self.setting.style.manner.places_suffix => list.sort = None,
            list => *list = None,
        }
        csl
    }

    /// Returns the style for its list alone, whose works are in order.
    fn listing(&self) -> IndependentStyle {
        let mut csl = self.csl().clone();
        if let Some(list) = &mut csl.bibliography {
            list.sort = None;
        }
        csl
    }

    /// Renders a list whose works are in order.
    fn list_alone(&self, order: &[usize]) -> Rendered {
        let csl = self.listing();
        let cite = &csl.citation;
        let by_names = cite.disambiguate_add_names || cite.disambiguate_add_givenname;
        if self.setting.style.manner.numeric || !by_names {
            return run(&csl, &self.preamble(order, &self.locale), None, &self.locale);
        }
        self.list_by_suffix(order, csl)
    }

    /// hayagriva 0.10.1 prints names in lists as citations have them, once it told
    /// works apart by their names: "Lee, Maskell" for "Lee, G., Maskell, N.". So
    /// the list is rendered as if works were cited by what came out, which leaves
    /// no more than letters after years to tell them apart.
    fn list_by_suffix(&self, order: &[usize], mut csl: IndependentStyle) -> Rendered {
        let mut citing = self.citing();
        let open = self.letter(Sign::Open).unwrap_or_default();
        citing.citation.layout.elements.extend(suffix_after(&open));
        let asks = self.preamble(order, &self.locale);
        let asks: Vec<Ask> = asks.into_iter().map(|ask| Ask { hidden: false, ..ask }).collect();
        let cited = run(&citing, &asks, None, &self.locale).citations;
        let texts = cited.into_iter().map(|citation| {
            let text = format!("{:#}", citation.citation);
            text.split(&open).next().unwrap_or_default().to_owned()
        });
        let items: Vec<Item> = order
            .iter()
            .zip(texts)
            .map(|(work, text)| {
                let mut item = self.stock.item(*work).clone();
                item.0.insert("citation-key".into(), Value::String(text));
                item
            })
            .collect();
        csl.citation.layout = by_text().citation.layout.clone();
        csl.citation.disambiguate_add_names = false;
        csl.citation.disambiguate_add_givenname = false;
        let asks: Vec<Ask> = items
            .iter()
            .map(|item| Ask {
                items: vec![(item, None)],
                locale: &self.locale,
                note: None,
                hidden: true,
            })
            .collect();
        run(&csl, &asks, None, &self.locale)
    }

    fn list(
        &self,
        list: RenderedBibliography,
        kind: ReferenceListKind,
        works: &IndexMap<CiteKey, Naming>,
    ) -> Vec<RenderedReference> {
        let flow = self.flow();
        let words = Words::of(self.setting.language);
        let references = list.items.into_iter().filter_map(|mut item| {
            let key = CiteKey::new(&item.key)?;
            let reference = self.stock.bibliography.references.get(&key)?;
            let naming = works.get(&key)?;
            let label = item
                .first_field
                .as_ref()
                .map(|field| plain_text(&flow.inline(field)).trim().to_owned());
            self.settle(&mut item.content, &self.locale);
            settle(&mut item.content, &reference.work, self.rules);
            let mut content = tidy(flow.inlines(&item.content), &self.rules.marks);
            if self.stock.cipher.knows(Sign::Nobody) {
                others::tidy(&mut content, &self.et_al(&self.locale));
            }
            if let Some(text) = &reference.verbatim {
                content = rich(text);
            }
            let address = links::settle(&mut content, &reference.work);
            let numbered = kind == ReferenceListKind::References;
            Some(RenderedReference {
                label: label.filter(|label| numbered && !label.is_empty()),
                content,
                topics: naming.topics.clone(),
                citations: naming.citations.clone(),
                short: short_form(&key, reference, words),
                url: reference.work.address(),
                address,
                key,
            })
        });
        references.collect()
    }

    /// Returns the works of a style without a list, for flashcards, which show
    /// their sources all the same.
    fn sources(&self, works: &IndexMap<CiteKey, Naming>) -> Option<ReferenceList> {
        let words = Words::of(self.setting.language);
        let items: Vec<_> = works
            .iter()
            .filter_map(|(key, naming)| {
                let reference = self.stock.bibliography.references.get(key)?;
                let short = short_form(key, reference, words);
                Some(RenderedReference {
                    key: key.clone(),
                    label: None,
                    content: vec![crate::model::Inline::Text(short.clone())],
                    topics: naming.topics.clone(),
                    citations: naming.citations.clone(),
                    short,
                    url: reference.work.address(),
                    address: reference.work.written_address(),
                })
            })
            .collect();
        let kind = ReferenceListKind::References;
        (!items.is_empty()).then_some(ReferenceList { kind, topic: None, hanging: false, items })
    }

    /// Returns the style for sentences: authors, and what is left without them
    /// between two signs.
    pub(super) fn parted(&self) -> IndependentStyle {
        let mut csl = self.citing();
        csl.citation.layout.prefix = self.letter(Sign::Open);
        csl.citation.layout.suffix = self.letter(Sign::Close);
        csl
    }

    fn letter(&self, sign: Sign) -> Option<String> {
        self.stock.cipher.letter(sign).map(String::from)
    }

    /// Renders works for sentences: see [`Engine::parted`].
    pub(super) fn run_parted(&self, asks: &[Ask]) -> Rendered {
        run(&self.parted(), asks, Some(CitePurpose::Prose), &self.locale)
    }

    /// Returns the items of a citation, each settled.
    ///
    /// `work` tells which work an item is.
    pub(super) fn settled<'e>(
        &'e self,
        citation: ElemChildren,
        locale: &'e LocaleCode,
        work: impl Fn(usize) -> Option<usize> + 'e,
    ) -> impl Iterator<Item = (usize, ElemChildren)> + 'e {
        entries(citation).map(move |(index, mut children)| {
            self.settle(&mut children, locale);
            let key = work(index).map(|work| self.stock.key(work));
            if let Some(reference) = key.and_then(|key| self.stock.bibliography.references.get(key))
            {
                settle(&mut children, &reference.work, self.rules);
            }
            (index, children)
        })
    }

    /// Returns the names by which works are cited in a sentence, where the style
    /// has no form for it.
    pub(super) fn short_names(
        &self,
        wanted: &BTreeSet<(usize, String)>,
    ) -> BTreeMap<(usize, String), Vec<crate::model::Inline>> {
        if wanted.is_empty() {
            return BTreeMap::new();
        }
        let mut csl = super::press::names_style().clone();
        csl.locale.clone_from(&self.csl().locale);
        let locales: Vec<LocaleCode> =
            wanted.iter().map(|(_, locale)| LocaleCode(locale.clone())).collect();
        let asks: Vec<Ask> = wanted
            .iter()
            .zip(&locales)
            .map(|((work, _), locale)| Ask {
                items: vec![(self.stock.item(*work), None)],
                locale,
                note: None,
                hidden: false,
            })
            .collect();
        let rendered = run(&csl, &asks, None, &self.locale);
        let names = wanted.iter().zip(&locales).zip(rendered.citations);
        names
            .map(|((wanted, locale), citation)| {
                let entry = self.settled(citation.citation, locale, |_| Some(wanted.0)).next();
                let names = entry.map(|(_, children)| self.flow().inlines(&children));
                (wanted.clone(), names.unwrap_or_default())
            })
            .collect()
    }
}
