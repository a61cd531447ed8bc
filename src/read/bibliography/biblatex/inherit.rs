//! Fields that an entry has from others: by `crossref`, and by `xdata`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::syntax::{Entry, Field};
use super::types::{self, Type};

/// The fields of an entry, its own before all others.
#[derive(Debug)]
pub(super) struct Fields<'e, 'a> {
    fields: Vec<(&'e str, &'e Field<'a>)>,
}

impl<'e, 'a> Fields<'e, 'a> {
    /// Returns a field, unless it is empty.
    pub(super) fn get(&self, name: &str) -> Option<&'e Field<'a>> {
        let mut named = self.fields.iter().filter(|(field, _)| *field == name);
        named.find(|(_, field)| !field.value.trim().is_empty()).map(|(_, field)| *field)
    }

    /// Returns the first of some fields.
    pub(super) fn first(&self, names: &[&str]) -> Option<&'e Field<'a>> {
        names.iter().find_map(|name| self.get(name))
    }
}

/// A field that names an entry which is not there, and where in its value.
type Missing<'e, 'a> = Vec<(&'e Field<'a>, Range<usize>)>;

/// How many entries one may have fields from, and over how many steps.
const MAX_SOURCES: usize = 50;
const MAX_STEPS: usize = 8;

/// Returns the fields of an entry.
pub(super) fn fields<'e, 'a>(
    entry: &'e Entry<'a>,
    entries: &'e [Entry<'a>],
    types: &[Type],
    places: &BTreeMap<&str, usize>,
) -> (Fields<'e, 'a>, Missing<'e, 'a>) {
    let own = entry.fields.iter().map(|field| (field.name.as_str(), field)).collect();
    let mut heir = Heir { entries, types, places, seen: BTreeSet::new(), missing: Vec::new() };
    let index = places.get(entry.key).copied();
    heir.seen.extend(index);
    let kind =
        index.map_or_else(|| types::get(&entry.kind).ok(), |index| types.get(index).copied());
    let fields = match kind {
        Some(kind) => heir.with_inherited(own, kind, true, 0),
        None => own,
    };
    (Fields { fields }, heir.missing)
}

struct Heir<'e, 'a, 'p> {
    entries: &'e [Entry<'a>],
    types: &'p [Type],
    places: &'p BTreeMap<&'p str, usize>,
    seen: BTreeSet<usize>,
    missing: Missing<'e, 'a>,
}

type List<'e, 'a> = Vec<(&'e str, &'e Field<'a>)>;

impl<'e, 'a> Heir<'e, 'a, '_> {
    /// Adds to fields those of the entries that they name. What an entry lacks
    /// that others name is told of where that is read itself.
    fn with_inherited(
        &mut self,
        own: List<'e, 'a>,
        kind: Type,
        tells: bool,
        step: usize,
    ) -> List<'e, 'a> {
        let mut all = own.clone();
        if step == MAX_STEPS {
            return all;
        }
        for name in ["xdata", "crossref"] {
            let named = own.iter().filter(|(field, _)| *field == name);
            for (_, field) in named {
                for part in keys(&field.value, name == "xdata") {
                    let Some(index) = self.places.get(&field.value[part.clone()]).copied() else {
                        if tells {
                            self.missing.push((field, part));
                        }
                        continue;
                    };
                    if self.seen.len() > MAX_SOURCES || !self.seen.insert(index) {
                        continue;
                    }
                    let Some(parent) = self.entries.get(index) else { continue };
                    let parent_kind = self.types[index];
                    let fields = parent.fields.iter().map(|field| (field.name.as_str(), field));
                    let fields =
                        self.with_inherited(fields.collect(), parent_kind, false, step + 1);
                    match name {
                        "xdata" => all.extend(fields),
                        _ => pass_on(fields, parent_kind, kind, &mut all),
                    }
                }
            }
        }
        all
    }
}

/// Adds the fields of a whole to those of its part.
fn pass_on<'e, 'a>(fields: List<'e, 'a>, parent: Type, child: Type, all: &mut List<'e, 'a>) {
    for (name, field) in fields {
        if let Some(inherited) = types::inherited(parent, child, name) {
            all.push((inherited, field));
        }
        // Who wrote the book wrote its part, too, unless that says otherwise.
        if name == "author"
            && parent.class == types::Class::Book
            && child.class == types::Class::Part
        {
            all.push(("bookauthor", field));
        }
    }
}

/// Returns where keys stand in a value.
fn keys(value: &str, is_list: bool) -> Vec<Range<usize>> {
    let mut keys = Vec::new();
    let mut start = 0;
    for part in value.split(|c| is_list && c == ',') {
        let key = part.trim();
        if !key.is_empty() {
            let at = start + part.len() - part.trim_start().len();
            keys.push(at..at + key.len());
        }
        start += part.len() + 1;
    }
    keys
}
