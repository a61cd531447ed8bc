//! A style in one language, ready to render.

use std::collections::HashMap;
use std::rc::Rc;

use hayagriva::citationberg::{
    IndependentStyle, InheritableNameOptions, Layout, LayoutRenderingElement, LocaleCode, Names,
    NamesChild, TextTarget,
};

use super::super::manuals::{Manual, manual};
use super::super::texts::prepared;
use super::output::{Look, Role, Run, inlines, plain};
use super::pass::{Cite, Pass};
use super::plan::{Plan, Plans};
use super::terms::Terms;
use crate::model::{Inline, RichText, StandardVariable, Variable, Work};

/// A style in one language.
pub(in super::super) struct Program<'a> {
    pub(in super::super) csl: &'a IndependentStyle,
    pub(in super::super) terms: Terms<'a>,
    pub(in super::super) locale: LocaleCode,
    pub(super) manual: Manual,
    plans: Plans<'a>,
    /// Whether works are in English that do not say.
    pub(super) is_english: bool,
    macros: HashMap<&'a str, &'a [LayoutRenderingElement]>,
    /// What holds for names in citations, and in the list.
    options: [InheritableNameOptions; 2],
    /// Whether citations, and the list, say where letters after years stand.
    places_suffix: [bool; 2],
}

/// What came out.
#[derive(Debug)]
pub(in super::super) struct Rendered<'a> {
    runs: Vec<Run<'a>>,
    /// How many runs are those of the first field, which stands by itself.
    field: usize,
    work: &'a Work,
}

impl<'a> Program<'a> {
    pub(in super::super) fn new(csl: &'a IndependentStyle, locale: &LocaleCode) -> Self {
        let settings = &csl.settings.options;
        let list = csl.bibliography.as_ref();
        let macros: HashMap<_, _> =
            csl.macros.iter().map(|one| (one.name.as_str(), &one.children[..])).collect();
        let list_options = list.map_or(&csl.citation.name_options, |list| &list.name_options);
        let options = [settings.apply(&csl.citation.name_options), settings.apply(list_options)];
        let has_suffix = |layout: &Layout| mentions_suffix(&layout.elements, &macros, 0);
        let places_suffix =
            [has_suffix(&csl.citation.layout), list.is_some_and(|list| has_suffix(&list.layout))];
        Self {
            csl,
            terms: Terms::of(csl, locale),
            locale: locale.clone(),
            manual: manual(csl),
            plans: Plans::default(),
            is_english: locale.0.starts_with("en"),
            macros,
            options,
            places_suffix,
        }
    }

    pub(super) fn macro_named(&self, name: &str) -> Option<&'a [LayoutRenderingElement]> {
        self.macros.get(name).copied()
    }

    /// Returns what is to be done for an element `cs:names`.
    pub(super) fn plan(&self, names: &'a Names, bibliography: bool) -> Rc<Plan<'a>> {
        self.plans.of(names, bibliography, &self.options[usize::from(bibliography)])
    }

    pub(super) fn places_suffix(&self, bibliography: bool) -> bool {
        self.places_suffix[usize::from(bibliography)]
    }

    /// Returns a text as the style is to get it, if it needs anything.
    pub(super) fn prepared(&self, variable: StandardVariable, text: &RichText) -> Option<RichText> {
        prepared(variable, text, &self.terms.marks, self.manual)
    }

    /// Renders a work in a citation: no more than its own part.
    pub(in super::super) fn cite(&self, cite: Cite<'_, 'a>) -> Rendered<'a> {
        let layout = &self.csl.citation.layout;
        let work = cite.item.work;
        let mut pass = Pass::new(self, cite);
        pass.elements(&layout.elements, "", &mut true);
        let mut rendered = Rendered { runs: pass.runs, field: 0, work };
        rendered.dress(layout);
        rendered
    }

    /// Renders an entry of the list; without a list, nothing.
    pub(in super::super) fn entry(&self, cite: Cite<'_, 'a>) -> Rendered<'a> {
        let work = cite.item.work;
        let Some(list) = &self.csl.bibliography else {
            return Rendered { runs: Vec::new(), field: 0, work };
        };
        let names = list.subsequent_author_substitute.is_some();
        let mut pass =
            Pass::new(self, Cite { bibliography: true, bibliography_names: names, ..cite });
        let apart = usize::from(list.second_field_align.is_some());
        let (first, rest) = list.layout.elements.split_at(apart.min(list.layout.elements.len()));
        pass.elements(first, "", &mut true);
        let field = pass.runs.len();
        pass.elements(rest, "", &mut true);
        let mut rendered = Rendered { runs: pass.runs, field, work };
        rendered.dress(&list.layout);
        let affix = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(prefix) = affix(&list.layout.prefix) {
            rendered.runs.insert(field, Run::plain(prefix));
        }
        if let Some(suffix) = affix(&list.layout.suffix)
            && !rendered.runs.is_empty()
        {
            rendered.runs.push(Run::plain(suffix));
        }
        rendered
    }

    /// Renders a macro to sort by.
    pub(super) fn sorted_by(&self, name: &str, cite: Cite<'_, 'a>) -> String {
        let mut pass = Pass::new(self, Cite { sorting: true, ..cite });
        if let Some(children) = self.macro_named(name) {
            pass.elements(children, "", &mut true);
        }
        plain(&pass.runs)
    }
}

impl<'a> Rendered<'a> {
    fn dress(&mut self, layout: &Layout) {
        let look = Look::of(&hayagriva::citationberg::Formatting {
            font_style: layout.font_style,
            font_variant: layout.font_variant,
            font_weight: layout.font_weight,
            text_decoration: layout.text_decoration,
            vertical_align: layout.vertical_align,
        });
        if !look.is_plain() {
            self.runs.iter_mut().for_each(|run| run.look.within(look));
        }
    }

    /// Returns all of it, but the first field.
    pub(in super::super) fn content(&self) -> Vec<Inline> {
        inlines(&self.runs[self.field..], self.work)
    }

    /// Returns the first field, if it stands by itself.
    pub(in super::super) fn first_field(&self) -> String {
        plain(&self.runs[..self.field])
    }

    /// Returns the letters of all of it.
    pub(in super::super) fn text(&self) -> String {
        plain(&self.runs)
    }

    /// Returns the names that the work is known by.
    pub(in super::super) fn author(&self) -> Vec<Inline> {
        inlines(self.runs.iter().filter(|run| run.author), self.work)
    }

    /// Returns the letters of these names.
    pub(in super::super) fn author_text(&self) -> String {
        self.runs.iter().filter(|run| run.author).map(|run| run.text.as_ref()).collect()
    }

    /// Whether the work's number is in it.
    pub(in super::super) fn has_number(&self) -> bool {
        self.runs.iter().any(|run| run.role == Role::Number)
    }

    /// Returns the year and the letter after it, if there is a letter and nothing
    /// but them.
    pub(in super::super) fn dated(&self) -> Option<(String, String)> {
        let of = |role: Role| -> String {
            let runs = self.runs.iter().filter(|run| run.role == role);
            runs.map(|run| run.text.as_ref()).collect()
        };
        let suffix = of(Role::Suffix);
        let runs = self.runs.iter().filter(|run| run.role != Role::Suffix);
        let year: String = runs.map(|run| run.text.as_ref()).collect();
        (!suffix.is_empty()).then_some((year, suffix))
    }

    /// Puts a style's sign for those whom the entry before names already (CSL 1.0.2,
    /// "subsequent-author-substitute").
    pub(in super::super) fn substitute(&mut self, before: &PrintedNames, csl: &IndependentStyle) {
        use hayagriva::citationberg::SubsequentAuthorSubstituteRule as Rule;
        let Some(list) = &csl.bibliography else { return };
        let Some(sign) = &list.subsequent_author_substitute else { return };
        let names = self.names();
        if names.whole.is_empty() {
            return;
        }
        let rule = list.subsequent_author_substitute_rule;
        let alike = names.each.iter().zip(&before.each).take_while(|(a, b)| a == b).count();
        let all = names.whole == before.whole;
        let count = match rule {
            Rule::CompleteAll | Rule::CompleteEach if !all => 0,
            Rule::CompleteAll => return self.replace_all(sign),
            // A title that stands for names.
            _ if names.each.is_empty() => {
                return if all {
                    self.replace_all(sign)
                };
            }
            Rule::CompleteEach => names.each.len(),
            Rule::PartialEach => alike,
            Rule::PartialFirst => alike.min(1),
        };
        let replaced = |role: Role| matches!(role, Role::Name(at) if usize::from(at) < count);
        let mut done = None;
        self.runs.retain_mut(|run| {
            if !run.author || !replaced(run.role) {
                return true;
            }
            if done == Some(run.role) {
                return false;
            }
            done = Some(run.role);
            run.text = sign.clone().into();
            true
        });
    }

    fn replace_all(&mut self, sign: &str) {
        let mut done = false;
        self.runs.retain_mut(|run| {
            if !run.author {
                return true;
            }
            let first = !std::mem::replace(&mut done, true);
            if first {
                run.text = sign.to_owned().into();
            }
            first
        });
    }

    /// Returns the names as they are printed.
    pub(in super::super) fn names(&self) -> PrintedNames {
        let mut names = PrintedNames::default();
        for run in self.runs.iter().filter(|run| run.author) {
            names.whole.push_str(&run.text);
            if let Role::Name(at) = run.role {
                let at = usize::from(at);
                if names.each.len() <= at {
                    names.each.resize(at + 1, String::new());
                }
                names.each[at].push_str(&run.text);
            }
        }
        names
    }
}

/// The names of an entry as they are printed.
#[derive(Debug, Default)]
pub(in super::super) struct PrintedNames {
    whole: String,
    each: Vec<String>,
}

/// Whether elements have a variable for letters after years.
fn mentions_suffix(
    elements: &[LayoutRenderingElement],
    macros: &HashMap<&str, &[LayoutRenderingElement]>,
    depth: usize,
) -> bool {
    // Styles were searched for circles before.
    let inner = |elements: &[LayoutRenderingElement]| {
        depth < 60 && mentions_suffix(elements, macros, depth + 1)
    };
    elements.iter().any(|element| match element {
        LayoutRenderingElement::Text(text) => match &text.target {
            TextTarget::Variable { var, .. } => {
                *var == Variable::Standard(StandardVariable::YearSuffix)
            }
            TextTarget::Macro { name } => {
                macros.get(name.as_str()).is_some_and(|children| inner(children))
            }
            TextTarget::Term { .. } | TextTarget::Value { .. } => false,
        },
        LayoutRenderingElement::Group(group) => inner(&group.children),
        LayoutRenderingElement::Choose(choose) => {
            choose.branches().any(|branch| inner(&branch.children))
                || choose.otherwise.as_ref().is_some_and(|other| inner(&other.children))
        }
        LayoutRenderingElement::Names(names) => names.children.iter().any(|child| match child {
            NamesChild::Substitute(substitute) => inner(&substitute.children),
            NamesChild::Name(_) | NamesChild::EtAl(_) | NamesChild::Label(_) => false,
        }),
        LayoutRenderingElement::Date(_)
        | LayoutRenderingElement::Number(_)
        | LayoutRenderingElement::Label(_) => false,
    })
}
