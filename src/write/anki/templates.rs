//! A layout's files to note types.

use super::note_type::{CardTemplate, Kind, NoteType};
use crate::diag::{Code, Diagnostic, Diagnostics, near_miss};
use crate::layout::{FOLDER, Layout};
use crate::source::ProjectPath;

/// The layout whose note types bear the plain names and the frozen ids.
const BUILTIN: &str = "anki";

/// What Anki itself fills in, besides fields.
const SPECIAL: [&str; 7] = ["FrontSide", "Tags", "Type", "Deck", "Subdeck", "Card", "CardFlag"];

/// Returns the note types of a layout; `None` after messages if a template is
/// missing or names a field that its type does not have, which Anki would show
/// to learners as an error on every card.
pub(super) fn note_types(layout: &Layout, diagnostics: &mut Diagnostics) -> Option<Vec<NoteType>> {
    let css = file(layout, &layout.manifest.entry, diagnostics);
    let mut types = Vec::new();
    let mut complete = css.is_some();
    for kind in Kind::ALL {
        let mut templates = Vec::new();
        for (index, (name, stem)) in kind.templates().iter().enumerate() {
            let mut side = |side: &str| {
                let path = format!("{stem}.{side}.html");
                let text = file(layout, &path, diagnostics)?;
                check(layout, &path, &text, kind, diagnostics).then_some(text)
            };
            let (front, back) = (side("front"), side("back"));
            let (Some(front), Some(back)) = (front, back) else {
                complete = false;
                continue;
            };
            templates.push(CardTemplate { id: kind.template_id(index), name, front, back });
        }
        let (id, name) = identity(kind, &layout.name);
        let css = css.clone().unwrap_or_default();
        types.push(NoteType { kind, id, name, templates, css, modified: 0 });
    }
    complete.then_some(types)
}

/// Two layouts in one collection must not take turns at restyling each other's
/// cards, so a layout of another name has types of its own.
fn identity(kind: Kind, layout: &str) -> (i64, String) {
    if layout == BUILTIN {
        return (kind.id(), kind.name().to_owned());
    }
    let hash = blake3::hash(layout.as_bytes());
    let bytes = hash.as_bytes();
    let number = i64::from(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]));
    (1_000_000_000_000 + number * 100 + kind as i64, format!("{} ({layout})", kind.name()))
}

fn file(layout: &Layout, name: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let broken = |message: String| {
        let diagnostic = Diagnostic::error(Code::BrokenLayout, message);
        match ProjectPath::new(&format!("{FOLDER}/{}/{name}", layout.name)) {
            Ok(path) => diagnostic.in_file(&path),
            Err(_) => diagnostic,
        }
    };
    let Some(bytes) = layout.file(name) else {
        diagnostics.push(broken(format!("the layout `{}` has no file `{name}`", layout.name)));
        return None;
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.trim().replace("\r\n", "\n")),
        Err(_) => {
            diagnostics.push(broken("this file is not UTF-8".into()));
            None
        }
    }
}

/// Tells whether all that a template names is there.
fn check(
    layout: &Layout,
    path: &str,
    text: &str,
    kind: Kind,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut right = true;
    for name in names(text) {
        if kind.fields().contains(&name) || SPECIAL.contains(&name) {
            continue;
        }
        right = false;
        let diagnostic = Diagnostic::error(
            Code::BrokenLayout,
            format!("the template asks for `{name}`, a field that `{}` does not have", kind.name()),
        )
        .maybe_hint(near_miss(name, kind.fields().iter().copied()))
        .hint(format!("the fields are: {}", kind.fields().join(", ")));
        diagnostics.push(match ProjectPath::new(&format!("{FOLDER}/{}/{path}", layout.name)) {
            Ok(path) => diagnostic.in_file(&path),
            Err(_) => diagnostic,
        });
    }
    right
}

/// Returns the fields that a template names: `{{cloze:Text}}` and
/// `{{#Extra}}` name `Text` and `Extra`.
fn names(text: &str) -> Vec<&str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split_once("}}"))
        .map(|(inside, _)| inside.trim().trim_start_matches(['#', '^', '/']))
        .map(|inside| inside.rsplit(':').next().unwrap_or(inside).trim())
        .filter(|name| !name.is_empty() && !name.starts_with('!'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_name_fields() {
        let text =
            "{{#Extra}}<b>{{cloze:Text}}</b>{{/Extra}}{{^Back}} {{ text:Read on }} {{! no }}";
        assert_eq!(names(text), ["Extra", "Text", "Extra", "Back", "Read on"]);
    }

    #[test]
    fn other_layouts_have_other_types() {
        let (id, name) = identity(Kind::Cloze, "plain");
        assert_ne!(id, Kind::Cloze.id());
        assert_eq!(name, "Recto Cloze (plain)");
        assert!(id < Kind::Cloze.id(), "ids lie in the past: {id}");
    }
}
