//! Names of CSL-JSON.

use std::borrow::Cow;

use super::{Decoder, Manner};
use crate::diag::{Code, Diagnostics};
use crate::model::{Name, NameList, PersonName};
use crate::read::bibliography::names;
use crate::yaml::{Fields, Node, Value, expect_text};

impl Decoder<'_> {
    pub(super) fn names(&mut self, name: &str, node: Node) -> Option<NameList> {
        let list = name_list(node, name, self, |decoder| &mut *decoder.diagnostics, Self::name);
        (!list.names.is_empty()).then_some(list)
    }

    fn name(&mut self, node: Node) -> Option<Name> {
        if let Some(name) = plain_name(&node.value) {
            return Some(name);
        }
        let mut fields = Fields::new(node, "a name", self.diagnostics);
        let span = fields.span;
        let mut text = |key| {
            let text = fields.text(key, self.diagnostics)?.value;
            names::squeezed(&text).map(|text| Cow::<str>::Owned(text.into_owned()))
        };
        let family = text("family");
        let given = text("given");
        let literal = text("literal");
        let suffix = text("suffix");
        let dropping = text("dropping-particle");
        let particle = text("non-dropping-particle");
        // They say how to print a name, which is for the style to know.
        for key in ["comma-suffix", "static-ordering", "parse-names"] {
            if let Some(node) = fields.take(key)
                && matches!(node.value, Value::List(_) | Value::Mapping(_))
            {
                self.wrong_type(&node, key, "`true` or `false`");
            }
        }
        if self.manner == Manner::FrontMatter {
            fields.finish("a name", self.diagnostics);
        } else {
            for key in ["isInstitution", "multi", "name-variable"] {
                fields.take(key);
            }
            for (key, _) in fields.rest() {
                self.unknown_part(&key, "a name", &NAME_PARTS);
            }
        }
        if let Some(literal) = literal {
            return Some(Name::Literal(literal.into_owned()));
        }
        let Some(family) = family.or_else(|| given.clone().filter(|_| particle.is_none())) else {
            let message = "this name has neither `family` nor `literal`".to_owned();
            let hint = "write `family` and `given`, or `literal` for an institution".to_owned();
            self.tally.note(Code::BibliographyField, "name", span, message, hint);
            return None;
        };
        let given = given.filter(|given| *given != family);
        let named = Parts { family, given, suffix, dropping, particle };
        Some(named.name())
    }
}

/// Reads a name of a family name and a given name alone, as nearly all are.
/// `None` where there is more to see to.
fn plain_name(value: &Value) -> Option<Name> {
    let Value::Mapping(entries) = value else { return None };
    let [
        (one, Node { value: Value::Text(first), .. }),
        (other, Node { value: Value::Text(last), .. }),
    ] = entries.as_slice()
    else {
        return None;
    };
    let (family, given) = match (one.value.as_str(), other.value.as_str()) {
        ("family", "given") => (first, last),
        ("given", "family") => (last, first),
        _ => return None,
    };
    let (family, given) = (names::squeezed(family)?, names::squeezed(given)?);
    let given = Some(given).filter(|given| *given != family);
    Some(Parts { family, given, suffix: None, dropping: None, particle: None }.name())
}

/// What CSL-JSON has a name's parts called.
const NAME_PARTS: [&str; 9] = [
    "family",
    "given",
    "literal",
    "suffix",
    "dropping-particle",
    "non-dropping-particle",
    "comma-suffix",
    "static-ordering",
    "parse-names",
];

/// The parts of a name as they were written.
struct Parts<'a> {
    family: Cow<'a, str>,
    given: Option<Cow<'a, str>>,
    suffix: Option<Cow<'a, str>>,
    dropping: Option<Cow<'a, str>>,
    particle: Option<Cow<'a, str>>,
}

impl Parts<'_> {
    fn name(self) -> Name {
        let Self { family, given, suffix, dropping, particle } = self;
        // Quotes keep a family name together, as in citeproc.
        let quoted = family.strip_prefix('"').and_then(|family| family.strip_suffix('"'));
        let is_split = dropping.is_some() || particle.is_some() || quoted.is_some();
        if given.is_none() && suffix.is_none() && !is_split {
            return Name::Literal(family.into_owned());
        }
        let given = given.as_deref().unwrap_or_default();
        // Where no suffix has a place of its own, it stands behind a comma.
        let (given, behind) = match given.split_once(',') {
            Some((given, behind)) if suffix.is_none() => (given, behind.trim_start_matches('!')),
            _ => (given, ""),
        };
        let suffix = suffix.as_deref().unwrap_or(behind);
        let family = quoted.unwrap_or(&family);
        let Some(person) = names::person(family, given, suffix) else {
            return Name::Literal(family.to_owned());
        };
        Name::Person(match is_split {
            false => person,
            true => PersonName {
                family: family.to_owned(),
                particle: particle.map(Cow::into_owned),
                dropping_particle: dropping.map(Cow::into_owned).or(person.dropping_particle),
                ..person
            },
        })
    }
}

/// Reads a list of names, or one alone: mappings by `name`, texts as
/// [`text_name`] has them. `others` at the end stands for those who are not named.
pub(in crate::read::bibliography) fn name_list<D>(
    node: Node,
    key: &str,
    decoder: &mut D,
    diagnostics: impl Fn(&mut D) -> &mut Diagnostics,
    mut name: impl FnMut(&mut D, Node) -> Option<Name>,
) -> NameList {
    let nodes = match node.value {
        Value::List(nodes) => nodes,
        _ => vec![node],
    };
    let mut list = NameList::default();
    let last = nodes.len().saturating_sub(1);
    // What is no name is reported once.
    let mut told = false;
    for (at, node) in nodes.into_iter().enumerate() {
        let found = match node.value {
            Value::Mapping(_) => name(decoder, node),
            Value::Bool(_) | Value::List(_) if told => None,
            _ => {
                let text = expect_text(node, key, diagnostics(decoder));
                told |= text.is_none();
                text.and_then(|text| text_name(&text.value))
            }
        };
        match found {
            Some(Name::Literal(text)) if at == last && names::is_others(&text) => {
                list.others = true;
            }
            found => list.names.extend(found),
        }
    }
    list
}

/// Reads a name that is one text: "Family, Given", or of an institution.
pub(in crate::read::bibliography) fn text_name(text: &str) -> Option<Name> {
    let text = names::squeezed(text)?;
    let Some((family, given)) = text.split_once(',') else {
        return Some(Name::Literal(text.into_owned()));
    };
    let person = names::person(family, given.trim(), "")?;
    match given.split_once(',') {
        Some(_) => names::read(&text),
        None => Some(Name::Person(person)),
    }
}
