//! The kinds of sections: which section is of which kind, and in what order
//! kinds are printed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ByNode;
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{Section, SectionKind, SectionKinds, Topic, plain_text};

/// The kind of each section that begins one.
pub(super) type Kinds = ByNode<Arc<SectionKind>>;

/// Finds the kinds of all sections: the one that the author named, or the one
/// that the heading names. A section of the kind that already holds begins none.
pub(super) fn find(
    topics: &[Arc<Topic>],
    kinds: &SectionKinds,
    diagnostics: &mut Diagnostics,
) -> Kinds {
    let mut finder = Finder { kinds, found: BTreeMap::new(), diagnostics };
    for topic in topics {
        finder.sections(&topic.sections, None);
    }
    finder.found
}

struct Finder<'a> {
    kinds: &'a SectionKinds,
    found: Kinds,
    diagnostics: &'a mut Diagnostics,
}

impl Finder<'_> {
    fn sections(&mut self, sections: &[Section], outer: Option<&Arc<SectionKind>>) {
        for section in sections {
            let own = self.kind(section);
            let begins = own.as_ref().filter(|own| outer.is_none_or(|outer| outer.id != own.id));
            if let Some(kind) = begins {
                self.found.insert(section.id, Arc::clone(kind));
            }
            self.sections(&section.sections, own.as_ref().or(outer));
        }
    }

    fn kind(&mut self, section: &Section) -> Option<Arc<SectionKind>> {
        let Some(named) = &section.kind else {
            return self.kinds.of_heading(&plain_text(&section.heading)).cloned();
        };
        let found = self.kinds.get(&named.value).cloned();
        if found.is_none() {
            let known: Vec<_> = self.kinds.iter().map(|kind| kind.id.as_str()).collect();
            let hint = near_miss(named.value.as_str(), known.iter().copied())
                .unwrap_or_else(|| format!("the kinds are: {}", known.join(", ")));
            let message = format!("there is no section kind `{}`", named.value);
            self.diagnostics
                .push(Diagnostic::error(Code::UnknownKind, message).at(named.span).hint(hint));
        }
        found
    }
}

/// Puts sections into the order of their kinds. Topics that are in order, as
/// most are, are shared.
pub(super) fn arrange(topics: Vec<Arc<Topic>>, kinds: &Kinds) -> Vec<Arc<Topic>> {
    if kinds.values().all(|kind| kind.order.is_none()) {
        return topics;
    }
    let arranged = topics.into_iter().map(|topic| match sections(&topic.sections, kinds) {
        Some(sections) => Arc::new(Topic { sections, ..Topic::clone(&topic) }),
        None => topic,
    });
    arranged.collect()
}

/// Returns the sections in their order; `None` if they are in it already. Those
/// whose kinds have no place keep theirs, and the others share out what is left.
fn sections(all: &[Section], kinds: &Kinds) -> Option<Vec<Section>> {
    let order = |section: &Section| kinds.get(&section.id).and_then(|kind| kind.order);
    let places: Vec<usize> = (0..all.len()).filter(|at| order(&all[*at]).is_some()).collect();
    let mut sorted = places.clone();
    sorted.sort_by_key(|at| order(&all[*at]));
    let mut from: Vec<usize> = (0..all.len()).collect();
    for (place, at) in places.iter().zip(&sorted) {
        from[*place] = *at;
    }
    let inner: Vec<_> = all.iter().map(|section| sections(&section.sections, kinds)).collect();
    if places == sorted && inner.iter().all(Option::is_none) {
        return None;
    }
    let section = |at: usize| match &inner[at] {
        Some(sections) => Section { sections: sections.clone(), ..all[at].clone() },
        None => all[at].clone(),
    };
    Some(from.into_iter().map(section).collect())
}
