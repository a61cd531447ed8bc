//! Kinds of sections in the manifest, and those that are there without it.

use std::collections::BTreeMap;

use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::model::{
    CardRules, Color, KindId, Look, SectionKind, SectionKinds, SourceRule, heading_key,
};
use crate::read::yaml_language;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Node, Value, expect_list, expect_text};

/// The kinds that hold without a word in the manifest: an id, and the headings
/// of that kind.
const BUILT_IN: [(&str, &[&str]); 6] = [
    (
        "general",
        &[
            "General considerations",
            "General",
            "Background",
            "Overview",
            "Definition",
            "Allgemeines",
            "Grundlagen",
            "Überblick",
            "Généralités",
            "Définition",
            "Consideraciones generales",
            "Generalidades",
            "Definición",
        ],
    ),
    (
        "clinical",
        &[
            "Clinical findings",
            "Clinical features",
            "Clinical presentation",
            "Presentation",
            "Klinik",
            "Klinische Befunde",
            "Klinisches Bild",
            "Symptome",
            "Signes cliniques",
            "Présentation clinique",
            "Clinique",
            "Hallazgos clínicos",
            "Clínica",
            "Cuadro clínico",
            "Presentación clínica",
        ],
    ),
    (
        "imaging",
        &[
            "Imaging findings",
            "Imaging",
            "Imaging features",
            "Radiographic features",
            "Radiographic findings",
            "Radiology",
            "Radiological findings",
            "Bildgebung",
            "Bildgebende Befunde",
            "Radiologie",
            "Radiologische Befunde",
            "Imagerie",
            "Signes radiologiques",
            "Aspects en imagerie",
            "Hallazgos de imagen",
            "Imagen",
            "Hallazgos radiológicos",
            "Radiología",
        ],
    ),
    (
        "differential",
        &[
            "Differential diagnosis",
            "Differential diagnoses",
            "Differential",
            "Differenzialdiagnose",
            "Differentialdiagnose",
            "Differenzialdiagnosen",
            "Differentialdiagnosen",
            "Diagnostic différentiel",
            "Diagnostics différentiels",
            "Diagnóstico diferencial",
            "Diagnósticos diferenciales",
        ],
    ),
    (
        "treatment",
        &[
            "Treatment",
            "Management",
            "Therapy",
            "Treatment and prognosis",
            "Therapie",
            "Behandlung",
            "Traitement",
            "Prise en charge",
            "Tratamiento",
            "Manejo",
        ],
    ),
    (
        "complications",
        &["Complications", "Complications and prognosis", "Komplikationen", "Complicaciones"],
    ),
];

/// Returns the kinds that hold without a manifest.
fn built_in() -> Vec<SectionKind> {
    let kinds = BUILT_IN.into_iter().filter_map(|(id, names)| {
        Some(SectionKind {
            id: KindId::new(id).ok()?,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            order: None,
            look: Look::default(),
            color: None,
            cards: CardRules::default(),
            sources: SourceRule::default(),
            declared: false,
        })
    });
    kinds.collect()
}

/// Takes `section-kinds`. What an entry with the id of a built-in kind does not
/// say stays as it is there.
pub(super) fn take(fields: &mut Fields, diagnostics: &mut Diagnostics) -> SectionKinds {
    let nodes = fields
        .take("section-kinds")
        .and_then(|node| expect_list(node, "section-kinds", diagnostics));
    let mut built_in = built_in();
    let mut declared = Vec::new();
    let mut seen = Seen::default();
    for node in nodes.unwrap_or_default() {
        declared.extend(entry(node, &mut built_in, &mut seen, diagnostics));
    }
    // The project's come first: what they claim is theirs.
    declared.extend(built_in);
    SectionKinds::new(declared)
}

/// What entries claimed so far, each with its place.
#[derive(Default)]
struct Seen {
    ids: BTreeMap<KindId, Span>,
    names: BTreeMap<String, (KindId, Span)>,
}

const WHAT: &str = "an entry of `section-kinds`";

fn entry(
    node: Node,
    built_in: &mut Vec<SectionKind>,
    seen: &mut Seen,
    diagnostics: &mut Diagnostics,
) -> Option<SectionKind> {
    let mut fields = Fields::new(node, WHAT, diagnostics);
    let id = fields.required_text("id", WHAT, diagnostics);
    let names = fields.take("names").map(|node| read_names(node, diagnostics));
    let synonyms = fields.take("synonyms").map(|node| read_texts(node, "synonyms", diagnostics));
    let order = fields.take("order").and_then(|node| read_order(&node, diagnostics));
    let look = fields.text("look", diagnostics);
    let color = fields.text("color", diagnostics);
    let cards = fields.take("cards").map(|node| read_cards(node, diagnostics));
    let sources = fields.text("sources", diagnostics);
    fields.finish(WHAT, diagnostics);

    let look = look.map_or(Look::Plain, |look| read_look(&look, diagnostics));
    let sources = sources.map(|rule| read_sources(&rule, diagnostics)).unwrap_or_default();
    let rgb = color.as_ref().and_then(|color| read_color(color, diagnostics));
    if let Some(color) = &color
        && look != Look::Boxed
    {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "a color needs a box")
                .at(color.span)
                .hint("write `look: boxed`, or take `color` away"),
        );
    }
    let id = id?;
    let kind = match KindId::new(&id.value) {
        Ok(kind) => kind,
        Err(invalid) => {
            diagnostics.push(
                Diagnostic::error(Code::InvalidValue, invalid.to_string())
                    .at(id.span)
                    .hint("use letters, digits, `-`, `_` and `.`"),
            );
            return None;
        }
    };
    if let Some(first) = seen.ids.get(&kind) {
        let message = format!("two section kinds have the id `{kind}`");
        diagnostics.push(
            Diagnostic::error(Code::DuplicateKind, message)
                .at(id.span)
                .hint_at(*first, "the other one is here")
                .hint("put their names together, or give one of them another `id`"),
        );
        return None;
    }
    seen.ids.insert(kind.clone(), id.span);
    let base = built_in.iter().position(|built_in| built_in.id == kind);
    let base = base.map(|at| built_in.remove(at).names);
    let written = names.iter().chain(&synonyms).flatten();
    let mut all: Vec<String> = Vec::new();
    for name in written {
        all.extend(claim(name, &kind, seen, diagnostics));
    }
    if names.is_none() {
        all.extend(base.unwrap_or_default());
    }
    let cards = cards.unwrap_or_default();
    let (names, color) = (all, rgb);
    Some(SectionKind { id: kind, names, order, look, color, cards, sources, declared: true })
}

/// Returns a name that no other kind has.
fn claim(
    name: &Spanned<String>,
    kind: &KindId,
    seen: &mut Seen,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let key = heading_key(&name.value);
    if key.is_empty() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("`{}` is no heading", name.value))
                .at(name.span)
                .hint("write the words of a heading"),
        );
        return None;
    }
    match seen.names.get(&key) {
        Some((other, first)) if other != kind => {
            let message = format!("two section kinds have the name `{}`", name.value);
            diagnostics.push(
                Diagnostic::error(Code::DuplicateKind, message)
                    .at(name.span)
                    .hint_at(*first, "the other one has it here")
                    .hint("take it away from one of them"),
            );
            None
        }
        Some(_) => None,
        None => {
            seen.names.insert(key, (kind.clone(), name.span));
            Some(name.value.clone())
        }
    }
}

/// Reads a name for all languages, or a name for each.
fn read_names(node: Node, diagnostics: &mut Diagnostics) -> Vec<Spanned<String>> {
    let Value::Mapping(entries) = node.value else {
        return expect_text(node, "names", diagnostics).into_iter().collect();
    };
    let names = entries.into_iter().filter_map(|(language, node)| {
        let known = yaml_language(&language, diagnostics);
        expect_text(node, "names", diagnostics).filter(|_| known.is_some())
    });
    names.collect()
}

/// Reads texts; a lone text is a list of one.
fn read_texts(node: Node, key: &str, diagnostics: &mut Diagnostics) -> Vec<Spanned<String>> {
    let nodes = match node.value {
        Value::List(items) => items,
        Value::Null => Vec::new(),
        _ => vec![node],
    };
    nodes.into_iter().filter_map(|node| expect_text(node, key, diagnostics)).collect()
}

fn read_order(node: &Node, diagnostics: &mut Diagnostics) -> Option<i64> {
    let number = match &node.value {
        Value::Number(number) => number.to_string().parse().ok(),
        _ => None,
    };
    if number.is_none() {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, "`order` should be a whole number")
                .at(node.span)
                .hint("write `order: 1` for the kind that comes first"),
        );
    }
    number
}

fn read_look(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Look {
    let found = Look::ALL.into_iter().find(|look| look.name() == written.value);
    found.unwrap_or_else(|| {
        let names = Look::ALL.map(Look::name);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown look `{}`", written.value))
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names))
                .hint(format!("the looks are: {}", names.join(", "))),
        );
        // Go on with the look that takes a color.
        Look::Boxed
    })
}

/// Reads a color of marks by its name, or one in six hexadecimal digits.
fn read_color(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> Option<[u8; 3]> {
    let named = Color::ALL.into_iter().find(|color| color.name() == written.value);
    if let Some(color) = named {
        return Some(color.rgb());
    }
    let digits = written
        .value
        .strip_prefix('#')
        .filter(|digits| digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if let Some(number) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        let [_, red, green, blue] = number.to_be_bytes();
        return Some([red, green, blue]);
    }
    let names = Color::ALL.map(Color::name);
    diagnostics.push(
        Diagnostic::error(Code::InvalidValue, format!("unknown color `{}`", written.value))
            .at(written.span)
            .maybe_hint(near_miss(&written.value, names))
            .hint(format!("write `\"#1d4f73\"`, or one of: {}", names.join(", "))),
    );
    None
}

fn read_sources(written: &Spanned<String>, diagnostics: &mut Diagnostics) -> SourceRule {
    let found = SourceRule::ALL.into_iter().find(|rule| rule.name() == written.value);
    found.unwrap_or_else(|| {
        let names = SourceRule::ALL.map(SourceRule::name);
        let message = format!("unknown rule of sources `{}`", written.value);
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, message)
                .at(written.span)
                .maybe_hint(near_miss(&written.value, names))
                .hint(format!("the rules are: {}", names.join(", "))),
        );
        SourceRule::default()
    })
}

fn read_cards(node: Node, diagnostics: &mut Diagnostics) -> CardRules {
    let mut rules = CardRules::NONE;
    for rule in read_texts(node, "cards", diagnostics) {
        match rule.value.as_str() {
            "marks" => rules.marks = true,
            "figures" => rules.figures = true,
            "terms" => rules.terms = true,
            "values" => rules.values = true,
            "discriminators" => rules.discriminators = true,
            other => diagnostics.push(
                Diagnostic::error(Code::InvalidValue, format!("unknown card rule `{other}`"))
                    .at(rule.span)
                    .maybe_hint(near_miss(other, CardRules::NAMES))
                    .hint(format!(
                        "the rules are: {}; `[]` is for none",
                        CardRules::NAMES.join(", ")
                    )),
            ),
        }
    }
    rules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_kinds_share_no_name() {
        let kinds = SectionKinds::new(built_in());
        assert_eq!(kinds.iter().count(), BUILT_IN.len());
        for (id, names) in BUILT_IN {
            for name in names {
                let kind = kinds.of_heading(name).expect("a kind");
                assert_eq!(kind.id.as_str(), id, "{name}");
            }
        }
    }
}
