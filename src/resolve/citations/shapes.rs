//! Styles parted by what works have.
//!
//! [`prune`](super::prune) takes out of a style what no work of a list can need.
//! Most of a list's works are alike, though: articles with the same dozen
//! variables. So works that are alike get a style of their own, which is short,
//! and the styles are put into one, that tells the works apart by their types:
//! each shape of works has one as its mark.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use hayagriva::citationberg::json::{Item, Value};
use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, CslMacro, IndependentStyle, LayoutRenderingElement,
    NamesChild, SortKey, TextTarget,
};

use super::item::kind_name;
use super::mend::group;
use super::press::nothing;
use super::prune::pruned;
use crate::model::WorkKind;

/// The types that are marks. What is no work at all keeps its own, `document`.
const MARKS: [WorkKind; 40] = [
    WorkKind::ArticleJournal,
    WorkKind::Book,
    WorkKind::Chapter,
    WorkKind::Webpage,
    WorkKind::Report,
    WorkKind::Thesis,
    WorkKind::PaperConference,
    WorkKind::Article,
    WorkKind::ArticleMagazine,
    WorkKind::ArticleNewspaper,
    WorkKind::Bill,
    WorkKind::Broadcast,
    WorkKind::Collection,
    WorkKind::Dataset,
    WorkKind::Entry,
    WorkKind::EntryDictionary,
    WorkKind::EntryEncyclopedia,
    WorkKind::Event,
    WorkKind::Figure,
    WorkKind::Graphic,
    WorkKind::Hearing,
    WorkKind::Interview,
    WorkKind::LegalCase,
    WorkKind::Legislation,
    WorkKind::Manuscript,
    WorkKind::Map,
    WorkKind::MotionPicture,
    WorkKind::MusicalScore,
    WorkKind::Pamphlet,
    WorkKind::Patent,
    WorkKind::Performance,
    WorkKind::Periodical,
    WorkKind::PersonalCommunication,
    WorkKind::Post,
    WorkKind::PostWeblog,
    WorkKind::Regulation,
    WorkKind::Review,
    WorkKind::Software,
    WorkKind::Song,
    WorkKind::Speech,
];
const NOTHING: WorkKind = WorkKind::Document;
/// What stands for types that a work does not have.
const NONE: WorkKind = WorkKind::Treaty;
/// How many works a shape has on average, or it is not worth the trouble.
const WORTH: usize = 4;

/// Returns a style that says of these works what the whole style says of them,
/// and marks the works for it.
pub(super) fn shaped<'a>(csl: &IndependentStyle, mut items: Vec<&'a mut Item>) -> IndependentStyle {
    let shapes = shapes(&items);
    let count = shapes.iter().max().map_or(0, |last| last + 1);
    if count > MARKS.len() || count * WORTH > items.len() {
        let none = nothing();
        return pruned(csl, items.iter().map(|item| &**item).chain([&none]));
    }
    let none = nothing();
    let mut styles = vec![(NOTHING, marked(pruned(csl, [&none].into_iter()), 0, NOTHING, NOTHING))];
    for (shape, mark) in MARKS.iter().enumerate().take(count) {
        let own = items.iter().zip(&shapes).filter(|(_, of)| **of == shape);
        let own: Vec<&Item> = own.map(|(item, _)| &**item).collect();
        let kind = own.first().and_then(|item| item.type_());
        let kind = kind.and_then(|kind| WorkKind::from_str(&kind).ok()).unwrap_or(NOTHING);
        styles.push((*mark, marked(pruned(csl, own.into_iter()), shape + 1, kind, *mark)));
    }
    for (item, shape) in items.iter_mut().zip(&shapes) {
        let mark = Value::String(kind_name(MARKS[*shape]));
        item.0.insert("type".to_owned(), mark);
    }
    joined(csl, styles)
}

/// Returns the number of each work's shape: works of one have the same type, and
/// the same variables, too, unless that makes too many.
fn shapes(items: &[&mut Item]) -> Vec<usize> {
    let number = |variables: bool| {
        let mut known: BTreeMap<(String, Vec<&str>), usize> = BTreeMap::new();
        let numbers: Vec<usize> = items
            .iter()
            .map(|item| {
                let kind = item.type_().unwrap_or_default().into_owned();
                let keys = item.0.keys().map(String::as_str).filter(|_| variables).collect();
                let next = known.len();
                *known.entry((kind, keys)).or_insert(next)
            })
            .collect();
        (numbers, known.len())
    };
    let (numbers, count) = number(true);
    if count <= MARKS.len() && count * WORTH <= items.len() { numbers } else { number(false).0 }
}

/// Returns a style whose macros have names of their own, and which knows works by
/// a mark in place of their type.
fn marked(
    mut csl: IndependentStyle,
    shape: usize,
    kind: WorkKind,
    mark: WorkKind,
) -> IndependentStyle {
    let marker = Marker { shape, kind, mark };
    marker.elements(&mut csl.citation.layout.elements);
    if let Some(list) = &mut csl.bibliography {
        marker.elements(&mut list.layout.elements);
    }
    for csl_macro in &mut csl.macros {
        csl_macro.name = marker.name(&csl_macro.name);
        marker.elements(&mut csl_macro.children);
    }
    csl
}

struct Marker {
    shape: usize,
    kind: WorkKind,
    mark: WorkKind,
}

impl Marker {
    fn name(&self, name: &str) -> String {
        format!("{} {name}", self.shape)
    }

    fn elements(&self, elements: &mut [LayoutRenderingElement]) {
        for element in elements {
            match element {
                LayoutRenderingElement::Text(text) => {
                    if let TextTarget::Macro { name } = &mut text.target {
                        *name = self.name(name);
                    }
                }
                LayoutRenderingElement::Names(names) => {
                    for child in &mut names.children {
                        if let NamesChild::Substitute(instead) = child {
                            self.elements(&mut instead.children);
                        }
                    }
                }
                LayoutRenderingElement::Group(group) => self.elements(&mut group.children),
                LayoutRenderingElement::Choose(choose) => {
                    for branch in std::iter::once(&mut choose.if_).chain(&mut choose.else_if) {
                        for kind in branch.type_.iter_mut().flatten() {
                            *kind = if *kind == self.kind { self.mark } else { NONE };
                        }
                        self.elements(&mut branch.children);
                    }
                    if let Some(otherwise) = &mut choose.otherwise {
                        self.elements(&mut otherwise.children);
                    }
                }
                LayoutRenderingElement::Date(_)
                | LayoutRenderingElement::Number(_)
                | LayoutRenderingElement::Label(_) => {}
            }
        }
    }
}

/// Puts styles into one, which tells works apart by their marks.
fn joined(
    csl: &IndependentStyle,
    mut styles: Vec<(WorkKind, IndependentStyle)>,
) -> IndependentStyle {
    let mut all = csl.clone();
    // What prints nothing but a choice must not look like one to the layout: it
    // would put its delimiter between what is chosen.
    let cited = styles.iter_mut().map(|(mark, own)| {
        let elements = std::mem::take(&mut own.citation.layout.elements);
        let elements = match elements.as_slice() {
            [_] | [] => elements,
            _ => vec![LayoutRenderingElement::Group(group(elements))],
        };
        (*mark, elements)
    });
    all.citation.layout.elements = choice(cited.collect());
    if let Some(list) = &mut all.bibliography {
        let listed = styles.iter_mut().filter_map(|(mark, own)| {
            let list = own.bibliography.as_mut()?;
            Some((*mark, std::mem::take(&mut list.layout.elements)))
        });
        list.layout.elements = choice(listed.collect());
    }
    let sorts = [Some(&all.citation.sort), all.bibliography.as_ref().map(|list| &list.sort)];
    let names: BTreeSet<String> = sorts
        .into_iter()
        .flatten()
        .flatten()
        .flat_map(|sort| &sort.keys)
        .filter_map(|key| match key {
            SortKey::MacroName { name, .. } => Some(name.clone()),
            SortKey::Variable { .. } => None,
        })
        .collect();
    let sorting = names.into_iter().map(|name| {
        let own = styles.iter().enumerate().map(|(shape, (mark, own))| {
            let name = format!("{shape} {name}");
            let found = own.macros.iter().find(|csl_macro| csl_macro.name == name);
            (*mark, found.map(|found| found.children.clone()).unwrap_or_default())
        });
        let children = choice(own.collect());
        CslMacro { name, children }
    });
    let mut macros: Vec<CslMacro> = sorting.collect();
    macros.extend(styles.into_iter().flat_map(|(_, own)| own.macros));
    all.macros = macros;
    all
}

/// Returns a choice by marks.
fn choice(branches: Vec<(WorkKind, Vec<LayoutRenderingElement>)>) -> Vec<LayoutRenderingElement> {
    let mut branches = branches.into_iter().map(|(mark, children)| ChooseBranch {
        disambiguate: None,
        is_numeric: None,
        is_uncertain_date: None,
        locator: None,
        position: None,
        type_: Some(vec![mark]),
        variable: None,
        match_: ChooseMatch::Any,
        children,
    });
    let Some(first) = branches.next() else { return Vec::new() };
    let choose = Choose { if_: first, else_if: branches.collect(), otherwise: None };
    vec![LayoutRenderingElement::Choose(choose)]
}
