//! One rendering of one work: the elements of a style, from the outside in.

use std::borrow::Cow;

use hayagriva::citationberg::taxonomy::{Locator as Place, NumberOrPageVariable, OtherTerm, Term};
use hayagriva::citationberg::{
    Affixes, Display, Group, Label, LabelPluralize, LayoutRenderingElement, LongShortForm, Number,
    NumberForm, Text, TextCase, TextTarget, ToFormatting,
};

use super::case;
use super::item::Item;
use super::names::Given;
use super::numbers::{first_page, formatted, is_plural, pages};
use super::output::{Look, Role, Run};
use super::plan::EtAlRule;
use super::program::Program;
use crate::model::{Locator, NumberVariable, PageVariable, RichText, StandardVariable, Variable};

/// What is rendered: a work, and what its place in the text makes of it.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Cite<'p, 'a> {
    pub(in super::super) item: &'p Item<'a>,
    /// The place in the work.
    pub(in super::super) place: Option<&'p Locator>,
    pub(in super::super) position: Position,
    /// The number of the note that first cites it.
    pub(in super::super) first_note: Option<u32>,
    /// Its number in the list.
    pub(in super::super) number: Option<usize>,
    /// What tells it from others.
    pub(in super::super) told: &'p Told,
    /// Whether its authors are left out.
    pub(in super::super) suppress_author: bool,
    /// Whether it is an entry of the list.
    pub(in super::super) bibliography: bool,
    /// Whether names are kept apart, for those that are not to be said again.
    pub(in super::super) bibliography_names: bool,
    /// Whether it is for sorting.
    pub(in super::super) sorting: bool,
    /// How many names are sorted by, if the style says it.
    pub(in super::super) sort_names: Option<EtAlRule>,
}

impl<'p, 'a> Cite<'p, 'a> {
    /// A citation of a work of which nothing else is known.
    pub(in super::super) fn of(item: &'p Item<'a>) -> Self {
        Self {
            item,
            place: None,
            position: Position::default(),
            first_note: None,
            number: None,
            told: Told::NOTHING,
            suppress_author: false,
            bibliography: false,
            bibliography_names: false,
            sorting: false,
            sort_names: None,
        }
    }
}

/// Where a citation of a work stands among those of the same work (CSL 1.0.2,
/// "Position").
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) struct Position {
    pub(in super::super) kind: PositionKind,
    /// Whether the work was cited a few notes before.
    pub(in super::super) near: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in super::super) enum PositionKind {
    /// It is none: an entry of the list.
    #[default]
    None,
    First,
    Subsequent,
    Ibid,
    IbidWithLocator,
}

impl Position {
    pub(in super::super) fn first() -> Self {
        Self { kind: PositionKind::First, near: false }
    }

    pub(super) fn is_subsequent(self) -> bool {
        matches!(
            self.kind,
            PositionKind::Subsequent | PositionKind::Ibid | PositionKind::IbidWithLocator
        )
    }
}

/// What tells a work from others that read alike (CSL 1.0.2, "Disambiguation").
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in super::super) struct Told {
    /// At least as many names are printed.
    pub(in super::super) names: usize,
    /// How much of given names is printed, by the places of the names.
    pub(in super::super) given: Vec<Given>,
    /// Whether the style is to print what it has for such works.
    pub(in super::super) condition: bool,
    /// The letter after the year.
    pub(in super::super) suffix: String,
}

impl Told {
    /// A work that needs no telling.
    pub(in super::super) const NOTHING: &'static Self =
        &Self { names: 0, given: Vec::new(), condition: false, suffix: String::new() };
}

/// What elements asked a work for (CSL 1.0.2, "Group": a group is printed only if
/// one of the variables in it has something).
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Called {
    /// Whether there was a variable.
    pub(super) any: bool,
    /// Whether one had something.
    pub(super) some: bool,
}

impl Called {
    fn and(self, other: Self) -> Self {
        Self { any: self.any | other.any, some: self.some | other.some }
    }

    fn variable(some: bool) -> Self {
        Self { any: true, some }
    }
}

/// A rendering under way.
pub(super) struct Pass<'p, 'a> {
    pub(super) program: &'p Program<'a>,
    pub(super) cite: Cite<'p, 'a>,
    /// What is there so far.
    pub(super) runs: Vec<Run<'a>>,
    /// Variables that stood in for others.
    pub(super) spent: Vec<Variable>,
    /// Variables that were printed, since the last substitute began.
    pub(super) touched: Vec<Variable>,
    /// Whether the names that the work is known by are there.
    pub(super) has_author: bool,
    pub(super) in_names: bool,
    /// Whether the letter after the year is there.
    pub(super) has_suffix: bool,
}

impl<'p, 'a> Pass<'p, 'a> {
    pub(super) fn new(program: &'p Program<'a>, cite: Cite<'p, 'a>) -> Self {
        Self {
            program,
            cite,
            runs: Vec::with_capacity(16),
            spent: Vec::new(),
            touched: Vec::new(),
            has_author: false,
            in_names: false,
            has_suffix: false,
        }
    }

    pub(super) fn push(&mut self, run: Run<'a>) {
        if !run.text.is_empty() {
            self.runs.push(run);
        }
    }

    pub(super) fn is_spent(&self, variable: Variable) -> bool {
        self.spent.contains(&variable)
    }

    pub(super) fn touch(&mut self, variable: Variable) {
        if self.in_names {
            self.touched.push(variable);
        }
    }

    pub(super) fn is_english(&self) -> bool {
        self.cite.item.is_english.unwrap_or(self.program.is_english)
    }

    /// Renders elements one after the other. A choice hands on the delimiter to what
    /// it holds (CSL 1.0.2, "Delimiter").
    pub(super) fn elements(
        &mut self,
        elements: &'a [LayoutRenderingElement],
        delimiter: &'a str,
        is_first: &mut bool,
    ) -> Called {
        let mut called = Called::default();
        for element in elements {
            if let LayoutRenderingElement::Choose(choose) = element {
                if let Some(chosen) = self.chosen(choose) {
                    called = called.and(self.elements(chosen, delimiter, is_first));
                }
                continue;
            }
            let mark = self.runs.len();
            if !*is_first && !delimiter.is_empty() {
                self.runs.push(Run::plain(delimiter));
            }
            let start = self.runs.len();
            called = called.and(self.element(element));
            match self.runs.len() == start {
                true => self.runs.truncate(mark),
                false => *is_first = false,
            }
        }
        called
    }

    pub(super) fn element(&mut self, element: &'a LayoutRenderingElement) -> Called {
        match element {
            LayoutRenderingElement::Text(text) => self.text(text),
            LayoutRenderingElement::Date(date) => self.date(date),
            LayoutRenderingElement::Number(number) => self.number(number),
            LayoutRenderingElement::Names(names) => {
                let plan = self.program.plan(names, self.cite.bibliography);
                self.names(&plan)
            }
            LayoutRenderingElement::Label(label) => self.number_label(label),
            LayoutRenderingElement::Group(group) => self.group(group),
            LayoutRenderingElement::Choose(choose) => match self.chosen(choose) {
                Some(chosen) => self.elements(chosen, "", &mut true),
                None => Called::default(),
            },
        }
    }

    fn group(&mut self, group: &'a Group) -> Called {
        let start = self.runs.len();
        let delimiter = group.delimiter.as_deref().unwrap_or_default();
        let called = self.elements(&group.children, delimiter, &mut true);
        if called.any && !called.some {
            self.runs.truncate(start);
        }
        if self.runs.len() == start {
            return Called { any: called.any, some: false };
        }
        let look = Look::of(&group.to_formatting());
        let affixes = (group.prefix.as_deref(), group.suffix.as_deref());
        self.around(start, look, false, affixes, group.display);
        // A group that prints something is as a variable that has something.
        Called::variable(true)
    }

    fn text(&mut self, text: &'a Text) -> Called {
        let start = self.runs.len();
        let called = match &text.target {
            TextTarget::Variable { var, form } => self.variable(*var, *form),
            TextTarget::Macro { name } => match self.program.macro_named(name) {
                Some(children) => self.macro_of(children),
                None => Called::default(),
            },
            TextTarget::Term { term, form, plural } => {
                if let Some(word) = self.program.terms.word(*term, *form, *plural) {
                    self.push(Run::plain(word));
                }
                // That there is no date is something to say, too.
                match *term == Term::Other(OtherTerm::NoDate) {
                    true => Called::variable(true),
                    false => Called::default(),
                }
            }
            TextTarget::Value { val } => {
                self.push(Run::plain(val.as_str()));
                Called::default()
            }
        };
        let look = Look::of(&text.formatting);
        self.finish(
            start,
            text.text_case,
            text.strip_periods,
            look,
            text.quotes,
            &text.affixes,
            text.display,
        );
        called
    }

    /// A macro prints no terms beside variables of which none has something, as if
    /// it were a group: styles are made for processors that have it so.
    fn macro_of(&mut self, children: &'a [LayoutRenderingElement]) -> Called {
        let start = self.runs.len();
        let called = self.elements(children, "", &mut true);
        if called.any && !called.some {
            self.runs.truncate(start);
        }
        called
    }

    /// Does to what was rendered what most elements ask for.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn finish(
        &mut self,
        start: usize,
        text_case: Option<TextCase>,
        strip_periods: bool,
        look: Look,
        quotes: bool,
        affixes: &Affixes,
        display: Option<Display>,
    ) {
        if self.runs.len() == start {
            return;
        }
        if strip_periods {
            for run in &mut self.runs[start..] {
                if run.text.contains('.') {
                    run.text = Cow::Owned(run.text.replace('.', ""));
                }
            }
        }
        if let Some(text_case) = text_case {
            let english = self.is_english();
            case::apply(&mut self.runs[start..], text_case, english);
        }
        let affixes = (affixes.prefix.as_deref(), affixes.suffix.as_deref());
        self.around(start, look, quotes, affixes, display);
    }

    /// Puts dress, quotation marks and affixes around what was rendered. Affixes
    /// have no dress (CSL 1.0.2, "Affixes").
    fn around(
        &mut self,
        start: usize,
        look: Look,
        quotes: bool,
        (prefix, suffix): (Option<&str>, Option<&str>),
        display: Option<Display>,
    ) {
        if !look.is_plain() {
            self.runs[start..].iter_mut().for_each(|run| run.look.within(look));
        }
        if quotes {
            let marks = &self.program.terms.marks;
            self.runs.insert(start, Run { look, ..Run::plain(marks.open.clone()) });
            self.runs.push(Run { look, ..Run::plain(marks.close.clone()) });
        }
        if let Some(prefix) = prefix.filter(|text| !text.is_empty()) {
            self.runs.insert(start, Run::plain(prefix.to_owned()));
        }
        if let Some(suffix) = suffix.filter(|text| !text.is_empty()) {
            self.runs.push(Run::plain(suffix.to_owned()));
        }
        // Layouts know entries, and no blocks in them.
        if display.is_some() {
            if start > 0 {
                self.runs.insert(start, Run::plain(" "));
            }
            self.runs.push(Run::plain(" "));
        }
    }

    /// Returns the text of a variable that is rendered as text.
    fn variable(&mut self, variable: Variable, form: LongShortForm) -> Called {
        if self.is_spent(variable) {
            return Called::variable(false);
        }
        let start = self.runs.len();
        match variable {
            Variable::Standard(StandardVariable::YearSuffix) => {
                self.push(Run::of(self.cite.told.suffix.clone(), Role::Suffix));
            }
            Variable::Standard(standard) => self.standard(standard, form),
            Variable::Number(number) => {
                let (text, role) = self.number_text(number);
                if let Some(text) = text {
                    self.push(Run::of(text, role));
                }
            }
            Variable::Page(page) => {
                if let Some(text) = self.pages(page) {
                    self.push(Run::plain(text));
                }
            }
            Variable::Date(_) | Variable::Name(_) => {}
        }
        let some = self.runs.len() > start;
        if variable == Variable::Standard(StandardVariable::YearSuffix) {
            // "n.d." stands without a letter, too.
            return Called { any: some, some };
        }
        if some {
            self.touch(variable);
        }
        Called::variable(some)
    }

    fn standard(&mut self, variable: StandardVariable, form: LongShortForm) {
        let item = self.cite.item;
        let short = match (variable, form) {
            (StandardVariable::Title, LongShortForm::Short) => Some(StandardVariable::TitleShort),
            (StandardVariable::ContainerTitle, LongShortForm::Short) => {
                Some(StandardVariable::ContainerTitleShort)
            }
            _ => None,
        };
        if variable == StandardVariable::CitationLabel {
            let label = format!("{}{}", item.label(), self.cite.told.suffix);
            return self.push(Run::plain(label));
        }
        if self.program.manual.leaves_out(variable, item.work) {
            return;
        }
        if variable == StandardVariable::DOI {
            if let Some(doi) = item.work.doi() {
                self.push(Run::of(doi, Role::Link(variable)));
            }
            return;
        }
        if let Some(beginning) =
            item.beginning.as_ref().filter(|_| variable == StandardVariable::Title)
        {
            return self.push(Run::plain(beginning.clone()));
        }
        let found = short.and_then(|short| Some((short, item.text(short.into())?)));
        let found = found.or_else(|| Some((variable, item.text(variable.into())?)));
        let Some((variable, text)) = found else { return };
        let role = match variable {
            StandardVariable::URL | StandardVariable::PMID | StandardVariable::PMCID => {
                Role::Link(variable)
            }
            _ => Role::Text,
        };
        match self.program.prepared(variable, text) {
            None => self.rich(text, role),
            Some(prepared) => {
                for run in prepared.into_runs() {
                    self.push(Run { dress: run.dress, ..Run::of(run.text, role) });
                }
            }
        }
    }

    fn rich(&mut self, text: &'a RichText, role: Role) {
        for run in text.runs() {
            self.push(Run { dress: run.dress, ..Run::of(run.text.as_str(), role) });
        }
    }

    /// Returns the text of a number, and what it is.
    fn number_text(&self, number: NumberVariable) -> (Option<Cow<'a, str>>, Role) {
        let item = self.cite.item;
        let text = match number {
            NumberVariable::CitationNumber => {
                let number = self.cite.number.map(|number| Cow::Owned(number.to_string()));
                return (number, Role::Number);
            }
            NumberVariable::FirstReferenceNoteNumber => {
                self.cite.first_note.map(|number| Cow::Owned(number.to_string()))
            }
            NumberVariable::Locator => self.cite.place.map(|place| self.place_text(place)),
            NumberVariable::PageFirst => {
                let own = item.text(number.into()).map(RichText::plain);
                let pages = || item.text(PageVariable::Page.into()).map(RichText::plain);
                own.or_else(|| pages().map(|text| first_page(&text).to_owned())).map(Cow::Owned)
            }
            _ => item.text(number.into()).map(|text| {
                let plain = text.plain();
                let term = Term::NumberVariable(number);
                let numbers = plain
                    .contains(['-', '–', '&', ','])
                    .then(|| formatted(&plain, NumberForm::Numeric, term, &self.program.terms));
                Cow::Owned(numbers.flatten().unwrap_or_else(|| plain.replace('\'', "’")))
            }),
        };
        (text, Role::Text)
    }

    /// Returns a place in a work: ranges of pages as the style has them.
    fn place_text(&self, place: &Locator) -> Cow<'a, str> {
        let format = self.program.csl.settings.page_range_format.filter(|_| place.kind == "page");
        Cow::Owned(match format {
            None => place.value.clone(),
            Some(format) => {
                let words = place.value.split(' ').map(|word| {
                    let bare = word.trim_end_matches(',');
                    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
                    match bare.split_once('–') {
                        Some((start, end)) if digits(start) && digits(end) => {
                            let range = pages(bare, Some(format), "–");
                            format!("{range}{}", &word[bare.len()..])
                        }
                        _ => word.to_owned(),
                    }
                });
                words.collect::<Vec<_>>().join(" ")
            }
        })
    }

    fn pages(&self, page: PageVariable) -> Option<String> {
        let text = self.cite.item.text(page.into())?.plain();
        let terms = &self.program.terms;
        Some(pages(&text, self.program.csl.settings.page_range_format, terms.page_delimiter))
    }

    fn number(&mut self, number: &'a Number) -> Called {
        let variable = Variable::from(number.variable);
        if self.is_spent(variable) {
            return Called::variable(false);
        }
        let start = self.runs.len();
        let (text, role) = match number.variable {
            NumberOrPageVariable::Number(number) => self.number_text(number),
            NumberOrPageVariable::Page(page) => (self.pages(page).map(Cow::Owned), Role::Text),
        };
        if let Some(text) = text {
            let terms = &self.program.terms;
            let text = if self.cite.sorting {
                padded(&text)
            } else {
                let plain = match number.form {
                    NumberForm::Numeric => None,
                    form => formatted(&text, form, Term::from(number.variable), terms),
                };
                plain.unwrap_or_else(|| text.into_owned())
            };
            self.push(Run::of(text, role));
            self.touch(variable);
        }
        let some = self.runs.len() > start;
        let look = Look::of(&number.formatting);
        self.finish(start, number.text_case, false, look, false, &number.affixes, number.display);
        Called::variable(some)
    }

    /// Returns the text that a label stands beside.
    fn labelled(&self, variable: NumberOrPageVariable) -> Option<(Cow<'a, str>, Term)> {
        Some(match variable {
            NumberOrPageVariable::Number(NumberVariable::Locator) => {
                let place = self.cite.place?;
                let kind: Place = place.kind.parse().unwrap_or(Place::Page);
                (Cow::Owned(place.value.clone()), Term::Locator(kind))
            }
            NumberOrPageVariable::Number(number) => (self.number_text(number).0?, number.into()),
            NumberOrPageVariable::Page(page) => {
                (Cow::Owned(self.cite.item.text(page.into())?.plain()), page.into())
            }
        })
    }

    fn number_label(&mut self, label: &'a Label) -> Called {
        let variable = Variable::from(label.variable);
        let Some((text, term)) = self.labelled(label.variable) else { return Called::default() };
        if self.is_spent(variable) || self.cite.sorting {
            return Called::default();
        }
        let how = &label.label;
        let plural = match how.plural {
            LabelPluralize::Contextual => is_plural(&text, variable.is_number_of_variable()),
            LabelPluralize::Always => true,
            LabelPluralize::Never => false,
        };
        let start = self.runs.len();
        if let Some(word) = self.program.terms.word(term, how.form, plural) {
            self.push(Run::plain(word));
        }
        let look = Look::of(&how.formatting);
        self.finish(start, how.text_case, how.strip_periods, look, false, &how.affixes, None);
        Called::default()
    }
}

/// Returns numbers that sort as text does.
fn padded(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end =
            rest[start..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| start + end);
        out.push_str(&rest[..start]);
        out.push_str(&format!("{:0>8}", &rest[start..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}
