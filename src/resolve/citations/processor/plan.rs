//! How a style prints names, with what it says further out taken in.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use hayagriva::citationberg::{
    Affixes, DelimiterBehavior, Display, EtAl, InheritableNameOptions, LayoutRenderingElement,
    Name, NameAnd, NameAsSortOrder, NameForm, NameLabelPosition, NamePart, Names, NamesChild,
    ToAffixes, ToFormatting, VariablelessLabel,
};

use super::output::Look;
use crate::model::NameVariable;

/// What is to be done for an element `cs:names`.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) variables: Vec<NameVariable>,
    /// What stands between the names of two variables.
    pub(super) delimiter: String,
    pub(super) name: NamePlan,
    pub(super) label: Option<(VariablelessLabel, NameLabelPosition)>,
    pub(super) et_al: Option<EtAl>,
    pub(super) look: Look,
    pub(super) affixes: Affixes,
    pub(super) display: Option<Display>,
    pub(super) substitutes: Vec<Substitute<'a>>,
}

/// What stands in for names that there are not.
#[derive(Debug)]
pub(super) enum Substitute<'a> {
    Names(Rc<Plan<'a>>),
    Other(&'a LayoutRenderingElement),
}

/// How names are printed.
#[derive(Debug, Clone)]
pub(super) struct NamePlan {
    pub(super) and: Option<NameAnd>,
    pub(super) delimiter: String,
    pub(super) precedes_et_al: DelimiterBehavior,
    pub(super) precedes_last: DelimiterBehavior,
    pub(super) first: EtAlRule,
    pub(super) subsequent: EtAlRule,
    pub(super) use_last: bool,
    pub(super) form: NameForm,
    pub(super) initialize: bool,
    pub(super) initialize_with: Option<String>,
    pub(super) sort_order: Option<NameAsSortOrder>,
    pub(super) sort_separator: String,
    pub(super) look: Look,
    pub(super) affixes: Affixes,
    pub(super) family: Option<NamePart>,
    pub(super) given: Option<NamePart>,
}

/// How many names it takes to abbreviate their list, and how many stay.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct EtAlRule {
    pub(super) min: usize,
    pub(super) use_first: usize,
}

impl EtAlRule {
    pub(super) fn new(min: Option<u32>, use_first: Option<u32>) -> Self {
        let or_all = |count: Option<u32>| {
            count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX)
        };
        Self { min: or_all(min), use_first: or_all(use_first) }
    }
}

/// Plans that were made, by their elements.
#[derive(Default)]
pub(super) struct Plans<'a>(RefCell<HashMap<Key, Rc<Plan<'a>>>>);

/// An element, by where it is in memory, for it stays there as long as the plans do;
/// and whether it is for the list.
type Key = (*const Names, bool);

impl<'a> Plans<'a> {
    /// Returns the plan for an element; `inherited` is what holds for the style and
    /// its layout.
    pub(super) fn of(
        &self,
        names: &'a Names,
        bibliography: bool,
        inherited: &InheritableNameOptions,
    ) -> Rc<Plan<'a>> {
        let key = (std::ptr::from_ref(names), bibliography);
        if let Some(plan) = self.0.borrow().get(&key) {
            return Rc::clone(plan);
        }
        let plan = Rc::new(make(names, names.substitute().map(|all| &all.children[..]), inherited));
        self.0.borrow_mut().insert(key, Rc::clone(&plan));
        plan
    }
}

fn make<'a>(
    names: &Names,
    substitutes: Option<&'a [LayoutRenderingElement]>,
    inherited: &InheritableNameOptions,
) -> Plan<'a> {
    let options = inherited.apply(&names.options());
    let fallback = Name::default();
    let name = names.name().unwrap_or(&fallback);
    let of = name.options(&options);
    let first = EtAlRule::new(of.et_al_min, of.et_al_use_first);
    let name_plan = NamePlan {
        and: of.and,
        delimiter: of.delimiter.to_owned(),
        precedes_et_al: of.delimiter_precedes_et_al,
        precedes_last: of.delimiter_precedes_last,
        first,
        subsequent: EtAlRule::new(
            of.et_al_subsequent_min.or(of.et_al_min),
            of.et_al_subsequent_use_first.or(of.et_al_use_first),
        ),
        use_last: of.et_al_use_last,
        form: of.form,
        initialize: of.initialize,
        initialize_with: of.initialize_with.map(str::to_owned),
        sort_order: of.name_as_sort_order,
        sort_separator: of.sort_separator.to_owned(),
        look: Look::of(&name.to_formatting()),
        affixes: name.to_affixes(),
        family: name.name_part_family().cloned(),
        given: name.name_part_given().cloned(),
    };
    let substitutes = substitutes.unwrap_or_default().iter().map(|element| match element {
        LayoutRenderingElement::Names(child) => {
            let merged = merged(names, child);
            Substitute::Names(Rc::new(make(&merged, None, inherited)))
        }
        other => Substitute::Other(other),
    });
    Plan {
        variables: names.variable.clone(),
        delimiter: options.names_delimiter.clone().unwrap_or_default(),
        name: name_plan,
        label: names.label().map(|(label, position)| {
            // Without a `cs:name`, names come first.
            let position =
                if names.name().is_some() { position } else { NameLabelPosition::AfterName };
            (label.clone(), position)
        }),
        et_al: names.et_al().cloned(),
        look: Look::of(&names.to_formatting()),
        affixes: names.to_affixes(),
        display: names.display,
        substitutes: substitutes.collect(),
    }
}

/// Returns a short `cs:names` within `cs:substitute` with the children of the one
/// around it (CSL 1.0.2, "Substitute").
fn merged(names: &Names, child: &Names) -> Names {
    let own = child.children.iter().any(|child| !matches!(child, NamesChild::Substitute(_)));
    if own {
        return child.clone();
    }
    let mut bare = child.clone();
    bare.children.clear();
    names.from_names_substitute(&bare)
}
