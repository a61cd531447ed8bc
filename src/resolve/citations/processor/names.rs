//! Names (CSL 1.0.2, "Names").

use std::borrow::Cow;
use std::rc::Rc;

use hayagriva::citationberg::taxonomy::{OtherTerm, Term};
use hayagriva::citationberg::{
    DelimiterBehavior, DemoteNonDroppingParticle, Formatting, LabelPluralize, NameAnd,
    NameAsSortOrder, NameForm, NameLabelPosition, NamePart, StyleClass, TermForm, TextCase,
    VariablelessLabel,
};

use super::case;
use super::output::{Look, Role, Run};
use super::pass::{Called, Pass};
use super::person::{Parts, initials, is_static, sort_parts};
use super::plan::{EtAlRule, NamePlan, Plan, Substitute};
use crate::model::{Name, NameList, NameVariable, PersonName};

/// How much of a given name is printed where a style has it short.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in super::super) enum Given {
    /// As the style has it.
    #[default]
    AsIs,
    /// Initials.
    Initials,
    /// All of it.
    Full,
}

/// A variable, its names, and the word for what they did.
type List<'a> = (NameVariable, &'a NameList);

impl<'a> Pass<'_, 'a> {
    /// Prints names, or what stands in for them.
    pub(super) fn names(&mut self, plan: &Rc<Plan<'a>>) -> Called {
        let first = !self.has_author && !self.in_names;
        let around = std::mem::replace(&mut self.in_names, true);
        let start = self.runs.len();
        let called = self.names_or_else(plan, first);
        self.in_names = around;
        if first && self.runs.len() > start {
            self.has_author = true;
            // A note that gives no name begins with the title.
            let is_named = self.runs[start..].iter().any(|run| run.author);
            if self.cite.suppress_author && is_named {
                self.runs.truncate(start);
                return Called { any: true, some: false };
            }
        }
        called
    }

    fn names_or_else(&mut self, plan: &Rc<Plan<'a>>, first: bool) -> Called {
        let item = self.cite.item;
        let lists: Vec<List<'a>> = plan
            .variables
            .iter()
            .filter(|variable| !self.is_spent((**variable).into()))
            .filter_map(|variable| Some((*variable, item.people(*variable)?)))
            .collect();
        if !lists.is_empty() {
            for (variable, _) in &lists {
                self.touch((*variable).into());
            }
            return self.lists(plan, &lists, first);
        }
        for substitute in &plan.substitutes {
            let start = self.runs.len();
            let touched = std::mem::take(&mut self.touched);
            match substitute {
                Substitute::Names(plan) => self.names_or_else(plan, first),
                Substitute::Other(element) => {
                    let called = self.element(element);
                    let notes = self.program.csl.settings.class == StyleClass::Note;
                    if first && (self.cite.bibliography || !notes) {
                        self.runs[start..].iter_mut().for_each(|run| run.author = true);
                    }
                    called
                }
            };
            let printed = self.runs.len() > start;
            let now = std::mem::replace(&mut self.touched, touched);
            if printed {
                // What stood in is not printed again.
                self.touched.extend_from_slice(&now);
                self.spent.extend(now);
                return Called { any: true, some: true };
            }
        }
        Called { any: true, some: false }
    }

    fn lists(&mut self, plan: &Plan<'a>, lists: &[List<'a>], first: bool) -> Called {
        let start = self.runs.len();
        if plan.name.form == NameForm::Count {
            let count: usize = lists.iter().map(|(_, list)| self.shown(&plan.name, list).0).sum();
            if count > 0 {
                self.runs.push(Run::plain(count.to_string()));
            }
        } else {
            let both = self.both(plan, lists);
            let lists = both.map_or(lists, |_| &lists[..1]);
            for (index, (variable, list)) in lists.iter().enumerate() {
                let mut runs = self.list(plan, list);
                if runs.is_empty() {
                    continue;
                }
                if first {
                    runs.iter_mut().for_each(|run| run.author = true);
                }
                if index > 0 && self.runs.len() > start && !plan.delimiter.is_empty() {
                    self.runs.push(Run::plain(plan.delimiter.clone()));
                }
                let term = both.unwrap_or_else(|| Term::from(*variable));
                let label = |position| {
                    let (label, wanted) = plan.label.as_ref()?;
                    (*wanted == position).then_some(label)
                };
                let plural = list.names.len() > 1 || list.others;
                if let Some(label) = label(NameLabelPosition::BeforeName) {
                    self.label(label, term, plural);
                }
                self.runs.append(&mut runs);
                if let Some(label) = label(NameLabelPosition::AfterName) {
                    self.label(label, term, plural);
                }
            }
        }
        self.finish(start, None, false, plan.look, false, &plan.affixes, plan.display);
        Called { any: true, some: self.runs.len() > start }
    }

    /// Returns the word for those who are editors and translators, if that is what
    /// the lists are (CSL 1.0.2, "Names").
    fn both(&self, plan: &Plan, lists: &[List]) -> Option<Term> {
        let [(one, names), (other, others)] = lists else { return None };
        let pair = [NameVariable::Editor, NameVariable::Translator];
        let is_pair = pair.contains(one) && pair.contains(other) && names == others;
        let term = Term::from(NameVariable::EditorTranslator);
        let form = plan.label.as_ref().map_or(TermForm::Long, |(label, _)| label.form);
        let has_word = self.program.terms.word(term, form, false).is_some();
        (is_pair && plan.label.is_some() && has_word).then_some(term)
    }

    fn label(&mut self, label: &VariablelessLabel, term: Term, plural: bool) {
        let plural = match label.plural {
            LabelPluralize::Contextual => plural,
            LabelPluralize::Always => true,
            LabelPluralize::Never => false,
        };
        // Sorting knows names alone.
        if self.cite.sorting {
            return;
        }
        let Some(word) = self.program.terms.word(term, label.form, plural) else { return };
        let start = self.runs.len();
        self.push(Run::plain(word));
        let look = Look::of(&label.formatting);
        self.finish(start, label.text_case, label.strip_periods, look, false, &label.affixes, None);
    }

    fn rule(&self, plan: &NamePlan) -> EtAlRule {
        let rule = match self.cite.position.is_subsequent() {
            true => plan.subsequent,
            false => plan.first,
        };
        self.cite.sort_names.unwrap_or(rule)
    }

    /// Returns how many names of a list are printed, and whether others are left
    /// out.
    fn shown(&self, plan: &NamePlan, list: &NameList) -> (usize, bool) {
        let count = list.names.len();
        let rule = self.rule(plan);
        // "And others": there are more than the bibliography names.
        let all = if list.others { usize::MAX } else { count };
        if all < rule.min || rule.use_first >= all {
            return (count, list.others);
        }
        let shown = rule.use_first.max(self.cite.told.names).min(count);
        (shown, shown < count || list.others)
    }

    /// Returns the names of a list.
    fn list(&self, plan: &Plan<'a>, list: &'a NameList) -> Vec<Run<'a>> {
        let name = &plan.name;
        let (shown, more) = self.shown(name, list);
        let mut out: Vec<Run<'a>> = Vec::new();
        let last = list.names.len() - 1;
        let with_last = more && name.use_last(self) && !list.others && shown < last;
        let inverted = |at: usize| self.is_inverted(name, list, at);
        for at in 0..shown {
            if at > 0 {
                let is_last = at + 1 == shown && !more;
                self.delimiter(&mut out, name, list, at, is_last, inverted(at - 1));
            }
            self.one(&mut out, name, list, at);
        }
        if with_last {
            join(&mut out, Run::plain(format!("{}… ", name.delimiter)));
            self.one(&mut out, name, list, last);
        } else if more && shown > 0 {
            self.others(&mut out, plan, list, shown, inverted(shown - 1));
        }
        if !name.look.is_plain() {
            out.iter_mut().for_each(|run| run.look.within(name.look));
        }
        if !out.is_empty() {
            if let Some(prefix) = name.affixes.prefix.as_ref().filter(|text| !text.is_empty()) {
                out.insert(0, Run::plain(prefix.clone()));
            }
            if let Some(suffix) = name.affixes.suffix.as_ref().filter(|text| !text.is_empty()) {
                out.push(Run::plain(suffix.clone()));
            }
        }
        out
    }

    /// Puts what stands before a name that is not the first.
    fn delimiter(
        &self,
        out: &mut Vec<Run<'a>>,
        name: &NamePlan,
        list: &NameList,
        at: usize,
        is_last: bool,
        inverted: bool,
    ) {
        if self.cite.sorting {
            return join(out, Run::plain(SORT_DELIMITER));
        }
        let and = if is_last { self.and(name) } else { None };
        let Some(and) = and else {
            // A semicolon between a person and a group.
            let group = |at: usize| matches!(list.names[at], Name::Literal(_));
            let apart = self.program.manual.groups_apart && !group(at - 1) && group(at);
            let delimiter = match name.delimiter.as_str() {
                ", " if apart => "; ",
                delimiter => delimiter,
            };
            return join(out, Run::plain(delimiter.to_owned()));
        };
        let precedes = match name.precedes_last {
            DelimiterBehavior::Contextual => at > 1,
            DelimiterBehavior::AfterInvertedName => inverted,
            DelimiterBehavior::Always => true,
            DelimiterBehavior::Never => false,
        };
        let tight = is_tight(and);
        let before = match precedes {
            true => name.delimiter.as_str(),
            false if tight => "",
            false => " ",
        };
        let gap = if before.is_empty() || before.ends_with(char::is_whitespace) { "" } else { " " };
        let after = if tight { "" } else { " " };
        join(out, Run::plain(format!("{before}{gap}{and}{after}")));
    }

    fn and(&self, name: &NamePlan) -> Option<&'a str> {
        let term = Term::from(OtherTerm::And);
        match name.and? {
            NameAnd::Text => self.program.terms.word(term, TermForm::Long, false),
            NameAnd::Symbol => {
                Some(self.program.terms.word(term, TermForm::Symbol, false).unwrap_or("&"))
            }
        }
    }

    /// Puts "et al." after as many names.
    fn others(
        &self,
        out: &mut Vec<Run<'a>>,
        plan: &Plan<'a>,
        list: &NameList,
        shown: usize,
        inverted: bool,
    ) {
        let term = plan.et_al.as_ref().map_or(OtherTerm::EtAl.into(), |et_al| et_al.term.into());
        let word = self.program.terms.word(term, TermForm::Long, false).unwrap_or_default();
        if word.is_empty() || self.cite.sorting {
            return;
        }
        let precedes = match plan.name.precedes_et_al {
            // One name of a list that the bibliography breaks off stands for as many
            // as the style would have printed.
            DelimiterBehavior::Contextual => {
                shown > 1 || list.others && self.rule(&plan.name).use_first > 1
            }
            DelimiterBehavior::AfterInvertedName => inverted,
            DelimiterBehavior::Always => true,
            DelimiterBehavior::Never => false,
        };
        let delimiter = match precedes {
            true => plan.name.delimiter.clone(),
            false if is_tight(word) => String::new(),
            false => " ".to_owned(),
        };
        let gap = match delimiter.ends_with(char::is_whitespace) || is_tight(word) {
            true => "",
            false => " ",
        };
        join(out, Run::plain(format!("{delimiter}{gap}")));
        let look = plan.et_al.as_ref().map_or(Look::default(), |et_al| Look::of(&et_al.formatting));
        join(out, Run { look, ..Run::plain(word) });
    }

    /// Whether a name begins with the family name.
    fn is_inverted(&self, name: &NamePlan, list: &NameList, at: usize) -> bool {
        let order = match name.sort_order {
            Some(NameAsSortOrder::All) => true,
            Some(NameAsSortOrder::First) => at == 0,
            None => false,
        };
        let person = matches!(&list.names[at], Name::Person(person) if person.given.is_some());
        name.form == NameForm::Long && (order || self.cite.sorting) && person
    }

    fn one(&self, out: &mut Vec<Run<'a>>, plan: &NamePlan, list: &'a NameList, at: usize) {
        let start = out.len();
        let role = match self.cite.bibliography_names {
            true => Role::Name(u16::try_from(at).unwrap_or(u16::MAX)),
            false => Role::Text,
        };
        match &list.names[at] {
            Name::Literal(text) => {
                let text = straightened(text);
                self.part(out, &[(text, plan.family.as_ref())]);
            }
            Name::Person(person) => self.person(out, plan, at, person),
        }
        if role != Role::Text {
            out[start..].iter_mut().for_each(|run| run.role = role);
        }
    }

    fn person(&self, out: &mut Vec<Run<'a>>, plan: &NamePlan, at: usize, person: &'a PersonName) {
        let settings = &self.program.csl.settings;
        let demote = settings.demote_non_dropping_particle;
        let Parts { family, given, dropping, particle, tied, suffix } =
            Parts::of(person, self.program.manual);
        if self.cite.sorting {
            let demoted = demote != DemoteNonDroppingParticle::Never;
            let short = plan.form != NameForm::Long;
            let given = given.filter(|_| !short).map(|given| match &plan.initialize_with {
                Some(_) => Cow::Owned(initials(&given, " ", true, plan.initialize)),
                None => given,
            });
            let given = given.as_deref();
            let suffix = suffix.as_deref().filter(|_| !short);
            let text = sort_parts(&family, given, &dropping, &particle, suffix, demoted);
            return join(out, Run::plain(text));
        }
        if is_static(&family, given.as_deref()) {
            // Chinese, Japanese and Korean names: the family first, and no space.
            let given = given.filter(|_| plan.form == NameForm::Long).unwrap_or_default();
            return self.part(out, &[(family, plan.family.as_ref()), (given, plan.given.as_ref())]);
        }
        let level = self.cite.told.given.get(at).copied().unwrap_or_default();
        let long = plan.form == NameForm::Long || level != Given::AsIs;
        let whole = match particle.is_empty() {
            true => family.clone(),
            false => Cow::Owned(format!("{particle} {family}")),
        };
        let Some(given) = given.filter(|_| long) else {
            let whole = match (&suffix, plan.form) {
                (Some(suffix), NameForm::Long) => Cow::Owned(format!("{whole} {suffix}")),
                _ => whole,
            };
            return self.part(out, &[(whole, plan.family.as_ref())]);
        };
        let given = match &plan.initialize_with {
            Some(with) if level != Given::Full => {
                Cow::Owned(initials(&given, with, settings.initialize_with_hyphen, plan.initialize))
            }
            _ => given,
        };
        let inverted = match plan.sort_order {
            Some(NameAsSortOrder::All) => true,
            Some(NameAsSortOrder::First) => at == 0,
            None => false,
        };
        if !inverted {
            let gap = if tied { "" } else { " " };
            let mut given_part = given.into_owned();
            if !dropping.is_empty() {
                if !given_part.is_empty() {
                    given_part.push(' ');
                }
                given_part.push_str(&dropping);
            } else if given_part.is_empty() {
                // Nothing stands before the family name.
                let text = with_suffix(whole, suffix.as_deref(), " ");
                return self.part(out, &[(text, plan.family.as_ref())]);
            }
            self.part(out, &[(Cow::Owned(given_part), plan.given.as_ref())]);
            join(out, Run::plain(gap));
            self.part(out, &[(whole, plan.family.as_ref())]);
            if let Some(suffix) = suffix {
                join(out, Run::plain(format!(" {suffix}")));
            }
            return;
        }
        let demoted = demote == DemoteNonDroppingParticle::DisplayAndSort;
        let (family_part, tail) = match demoted {
            true => (family, [dropping.as_ref(), particle.as_ref()]),
            false => (whole, [dropping.as_ref(), ""]),
        };
        self.part(out, &[(family_part, plan.family.as_ref())]);
        let mut given_part = given.into_owned();
        for particle in tail.into_iter().filter(|particle| !particle.is_empty()) {
            if !given_part.is_empty() {
                given_part.push(' ');
            }
            given_part.push_str(particle);
        }
        if !given_part.is_empty() {
            join(out, Run::plain(plan.sort_separator.clone()));
            self.part(out, &[(Cow::Owned(given_part), plan.given.as_ref())]);
        }
        if let Some(suffix) = suffix {
            join(out, Run::plain(format!("{}{suffix}", plan.sort_separator)));
        }
    }

    /// Puts parts of a name as the style dresses them.
    fn part(&self, out: &mut Vec<Run<'a>>, parts: &[(Cow<'a, str>, Option<&NamePart>)]) {
        for (text, part) in parts {
            if text.is_empty() {
                continue;
            }
            let Some(part) = part else {
                join(out, Run::plain(text.clone()));
                continue;
            };
            let affix = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
            if let Some(prefix) = affix(&part.affixes.prefix) {
                join(out, Run::plain(prefix));
            }
            let mut run = Run { look: look(&part.formatting), ..Run::plain(text.clone()) };
            if let Some(case) = part.text_case {
                self.case(&mut run, case);
            }
            join(out, run);
            if let Some(suffix) = affix(&part.affixes.suffix) {
                join(out, Run::plain(suffix));
            }
        }
    }

    fn case(&self, run: &mut Run<'a>, case: TextCase) {
        case::apply(std::slice::from_mut(run), case, self.is_english());
    }
}

impl NamePlan {
    fn use_last(&self, pass: &Pass) -> bool {
        self.use_last && pass.cite.sort_names.is_none()
    }
}

/// What stands between names that are sorted by: it comes before all letters, so that
/// who wrote alone comes before who wrote with others.
const SORT_DELIMITER: &str = "  ";

fn look(formatting: &Formatting) -> Look {
    Look::of(formatting)
}

fn with_suffix<'a>(text: Cow<'a, str>, suffix: Option<&str>, gap: &str) -> Cow<'a, str> {
    match suffix {
        Some(suffix) => Cow::Owned(format!("{text}{gap}{suffix}")),
        None => text,
    }
}

/// Whether a word stands without spaces around it: Chinese and Japanese ones do.
fn is_tight(word: &str) -> bool {
    word.starts_with(|c: char| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'))
}

/// Adds a run; text of the same look becomes one.
fn join<'a>(out: &mut Vec<Run<'a>>, run: Run<'a>) {
    if run.text.is_empty() {
        return;
    }
    match out.last_mut() {
        Some(last) if last.look == run.look && last.role == run.role => {
            last.text.to_mut().push_str(&run.text);
        }
        _ => out.push(run),
    }
}

/// Returns a name with the apostrophes of print.
pub(super) fn straightened(name: &str) -> Cow<'_, str> {
    match name.contains('\'') {
        true => Cow::Owned(name.replace('\'', "’")),
        false => Cow::Borrowed(name),
    }
}
