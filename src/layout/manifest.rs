//! The manifest of a layout, `layout.yaml`.

use super::measure::{self, FLOOR, LARGE_FLOOR, Measures};
use super::option::{self, LayoutOption};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::source::{ProjectPath, Sources};
use crate::yaml::{self, Fields, OffsetMap};

/// What a layout makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Pages, with Typst.
    Pdf,
    /// A book for reading systems, with templates and CSS.
    Epub,
    /// Flashcards, with Anki's templates and CSS.
    Anki,
}

impl Format {
    /// Returns the name that manifests use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Epub => "epub",
            Self::Anki => "anki",
        }
    }

    /// Returns the contract between Recto and layouts that this version keeps.
    /// It rises when a field of the data is taken away or changes its meaning.
    pub fn api(self) -> u32 {
        match self {
            // 2: there may be several lists of references.
            Self::Pdf | Self::Epub => 2,
            Self::Anki => 1,
        }
    }
}

/// What a layout says of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// What it makes.
    pub format: Format,
    /// The file that is asked first.
    pub entry: String,
    /// One sentence for lists of layouts.
    pub description: String,
    /// What publications can set, in the manifest's order.
    pub options: Vec<LayoutOption>,
    /// How it may be set so that pages suffice, or are easier to read.
    pub measures: Measures,
}

pub(super) fn read(
    path: &ProjectPath,
    bytes: &[u8],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Option<Manifest> {
    let Ok(text) = String::from_utf8(bytes.to_vec()) else {
        diagnostics
            .push(Diagnostic::error(Code::UnreadableText, "this file is not UTF-8").in_file(path));
        return None;
    };
    let file = sources.add(path.clone(), text.clone());
    let node = yaml::parse(&text, file, &OffsetMap::shifted(0), diagnostics)?;
    let what = "a layout's manifest";
    let mut fields = Fields::new(node, what, diagnostics);
    let api = fields.required_text("api", what, diagnostics);
    let format = fields.required_text("format", what, diagnostics);
    let entry = fields.required_text("entry", what, diagnostics);
    let description = fields.text("description", diagnostics);
    let options = fields.take_entry("options");
    let (tighter, large) = (fields.take("measures"), fields.take("large-print"));
    fields.finish(what, diagnostics);

    let format = format?;
    let known = [Format::Pdf, Format::Epub, Format::Anki]
        .into_iter()
        .find(|known| known.name() == format.value);
    let Some(known) = known else {
        diagnostics.push(
            Diagnostic::error(Code::InvalidValue, format!("unknown format `{}`", format.value))
                .at(format.span)
                .hint("write `pdf`, `epub` or `anki`"),
        );
        return None;
    };
    let api = api?;
    let kept = known.api();
    if api.value != kept.to_string() {
        diagnostics.push(
            Diagnostic::error(
                Code::BrokenLayout,
                format!(
                    "this layout is written for contract {}, but this version of Recto keeps {kept}",
                    api.value
                ),
            )
            .at(api.span)
            .hint(format!("read the layout contract in the guide, then write `api: {kept}`")),
        );
        return None;
    }
    if let Some((key, _)) = options.as_ref().filter(|_| known != Format::Pdf) {
        diagnostics.push(
            Diagnostic::error(
                Code::InvalidValue,
                format!("a layout of the format `{}` has no options", known.name()),
            )
            .at(key.span)
            .hint("delete them: only PDF layouts have options"),
        );
        return None;
    }
    let options = options.map(|(_, node)| option::declared(node, diagnostics)).unwrap_or_default();
    let mut measures = |key, node: Option<_>, floor| {
        let read = |node| measure::declared(key, node, &options, floor, diagnostics);
        node.map(read).unwrap_or_default()
    };
    let measures = Measures {
        tighter: measures("measures", tighter, FLOOR),
        large: measures("large-print", large, LARGE_FLOOR),
    };
    Some(Manifest {
        format: known,
        entry: entry?.value,
        description: description.map(|text| text.value).unwrap_or_default(),
        options,
        measures,
    })
}
