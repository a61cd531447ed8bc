//! Choices (CSL 1.0.2, "Choose").

use hayagriva::citationberg::{
    Choose, ChooseBranch, ChooseMatch, LayoutRenderingElement, TestPosition,
};

use super::numbers::is_numeric;
use super::pass::{Pass, PositionKind};
use crate::model::{NumberVariable, PageVariable, StandardVariable, Variable};

impl<'a> Pass<'_, 'a> {
    /// Returns what a choice holds for this work.
    pub(super) fn chosen(&self, choose: &'a Choose) -> Option<&'a [LayoutRenderingElement]> {
        let branch = choose.branches().find(|branch| self.holds(branch));
        match branch {
            Some(branch) => Some(&branch.children),
            None => choose.otherwise.as_ref().map(|otherwise| &otherwise.children[..]),
        }
    }

    /// Tests all conditions of a branch (CSL 1.0.2, "Choose").
    fn holds(&self, branch: &ChooseBranch) -> bool {
        let mut tests = Tests { how: branch.match_, all: true, any: false, count: 0 };
        let cite = &self.cite;
        if branch.disambiguate == Some(true) {
            tests.add(cite.told.condition);
        }
        for kind in branch.type_.iter().flatten() {
            tests.add(cite.item.work.kind == *kind);
        }
        for variable in branch.variable.iter().flatten() {
            tests.add(self.has(*variable));
        }
        for variable in branch.is_numeric.iter().flatten() {
            tests.add(self.is_numeric(*variable));
        }
        for variable in branch.is_uncertain_date.iter().flatten() {
            tests.add(cite.item.work.dates.get(variable).is_some_and(|date| date.circa));
        }
        for kind in branch.locator.iter().flatten() {
            tests.add(cite.place.is_some_and(|place| place.kind.parse() == Ok(*kind)));
        }
        for position in branch.position.iter().flatten() {
            let kind = cite.position.kind;
            tests.add(match position {
                TestPosition::First => kind == PositionKind::First,
                TestPosition::Subsequent => cite.position.is_subsequent(),
                TestPosition::Ibid => {
                    matches!(kind, PositionKind::Ibid | PositionKind::IbidWithLocator)
                }
                TestPosition::IbidWithLocator => kind == PositionKind::IbidWithLocator,
                TestPosition::NearNote => cite.position.near,
            });
        }
        tests.holds()
    }

    fn has(&self, variable: Variable) -> bool {
        let item = self.cite.item;
        match variable {
            Variable::Number(NumberVariable::Locator) => self.cite.place.is_some(),
            Variable::Number(NumberVariable::CitationNumber) => self.cite.number.is_some(),
            Variable::Number(NumberVariable::FirstReferenceNoteNumber) => {
                self.cite.first_note.is_some()
            }
            Variable::Number(NumberVariable::PageFirst) => {
                item.text(variable).is_some() || item.text(PageVariable::Page.into()).is_some()
            }
            Variable::Standard(StandardVariable::YearSuffix) => !self.cite.told.suffix.is_empty(),
            Variable::Standard(StandardVariable::CitationLabel) => true,
            Variable::Standard(StandardVariable::Title) if item.beginning.is_some() => true,
            Variable::Date(date) => item.work.dates.contains_key(&date),
            Variable::Name(name) => item.people(name).is_some(),
            Variable::Standard(_) | Variable::Number(_) | Variable::Page(_) => {
                item.text(variable).is_some()
            }
        }
    }

    fn is_numeric(&self, variable: Variable) -> bool {
        match variable {
            Variable::Number(NumberVariable::CitationNumber) => self.cite.number.is_some(),
            Variable::Number(NumberVariable::Locator) => {
                self.cite.place.is_some_and(|place| is_numeric(&place.value))
            }
            Variable::Number(_) | Variable::Page(_) | Variable::Standard(_) => {
                self.cite.item.text(variable).is_some_and(|text| is_numeric(&text.plain()))
            }
            Variable::Date(_) | Variable::Name(_) => false,
        }
    }
}

/// Conditions as they are tested.
struct Tests {
    how: ChooseMatch,
    all: bool,
    any: bool,
    count: usize,
}

impl Tests {
    fn add(&mut self, holds: bool) {
        self.all &= holds;
        self.any |= holds;
        self.count += 1;
    }

    fn holds(&self) -> bool {
        self.count > 0
            && match self.how {
                ChooseMatch::All => self.all,
                ChooseMatch::Any => self.any,
                ChooseMatch::None => !self.any,
            }
    }
}
