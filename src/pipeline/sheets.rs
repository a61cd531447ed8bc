//! Finished pages, put on sheets.

use std::collections::BTreeSet;

use super::steps::Wanted;
use super::{Built, Progress, Publication, covers, output_path};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::imposition::{Binding, Duplex, Imposition, Order, Problem, Size, impose};
use crate::model::{Direction, Edition};
use crate::project::{CoverOf, Printing};
use crate::source::{ProjectPath, Sources, Span};
use crate::write::artifact::Artifact;
use crate::write::press::{Fault, Pages, write};

/// Sheets that the pages of a publication are put on.
#[derive(Debug, Clone)]
pub(super) struct SheetsOf {
    /// Where they go.
    pub(super) path: ProjectPath,
    /// What they are.
    pub(super) order: Order,
    /// What the cover is made for, if they are one.
    pub(super) cover: Option<CoverOf>,
    /// Where they are asked for.
    span: Span,
}

/// Names the sheets of a publication after its pages: `ID-booklet.pdf`.
pub(super) fn name_sheets(
    print: &[Printing],
    pages: &ProjectPath,
    edition: &Edition,
    taken: &mut BTreeSet<ProjectPath>,
) -> Vec<SheetsOf> {
    let stem = pages.as_str().trim_end_matches(".pdf");
    let mut named = Vec::new();
    for Printing { order, cover, span } in print {
        let name = order.imposition.name();
        let mut path = output_path(&format!("{stem}-{name}.pdf"));
        for count in 2.. {
            if taken.insert(path.clone()) {
                break;
            }
            path = output_path(&format!("{stem}-{name}-{count}.pdf"));
        }
        let mut order = *order;
        // What is read from right to left is bound on the right.
        let binding = match edition.metadata.language.direction() {
            Direction::LeftToRight => Binding::Left,
            Direction::RightToLeft => Binding::Right,
        };
        order.binding = order.binding.or(Some(binding));
        named.push(SheetsOf { path, order, cover: cover.clone(), span: *span });
    }
    named
}

/// Makes the sheets of a publication that are wanted.
pub(super) fn make(
    publication: &Publication,
    pages: &[u8],
    (wanted, progress): (&Wanted, &dyn Progress),
    means: &covers::Means,
    built: &mut Built,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    for sheets in &publication.sheets {
        let SheetsOf { path, order, cover, span } = sheets;
        if !wanted.has(path.as_str()) {
            continue;
        }
        progress.step(path.as_str());
        let made = match cover {
            Some(cover) => {
                let told = (&mut built.account, &mut *sources, &mut *diagnostics);
                covers::make(publication, (sheets, cover), pages, means, told)
            }
            None => Some(press(pages, order)),
        };
        let Some(made) = made else { continue };
        match made {
            Ok(pressed) => {
                built.account.pressed += 1;
                built.account.sheets += pressed.sheets;
                built.artifacts.push(Artifact { path: path.clone(), bytes: pressed.bytes });
            }
            Err(fault) => diagnostics.push(refused(&fault, &publication.path).at(*span)),
        }
    }
}

/// Says why pages cannot be put on sheets.
pub(super) fn refused(fault: &Fault, pages: &ProjectPath) -> Diagnostic {
    let message = format!("`{pages}` cannot be put on these sheets: {fault}");
    let diagnostic = Diagnostic::error(Code::ImpossibleSheets, message);
    match fault {
        Fault::Imposition(Problem::NoRoom { .. }) => diagnostic
            .hint("take a larger `paper`, a smaller `scale`, or `scale: shrink`, which makes pages as small as they must be"),
        _ => diagnostic,
    }
}

/// Sheets that were made.
#[derive(Debug, Clone)]
pub struct Pressed {
    /// The PDF.
    pub bytes: Vec<u8>,
    /// How many pages there were.
    pub pages: usize,
    /// How many sheets there are.
    pub sheets: usize,
    /// How large these are.
    pub size: Size,
    /// How much pages were enlarged.
    pub factor: f64,
    /// How sheets are turned over.
    pub duplex: Duplex,
    /// In what way the pages lie on them.
    pub imposition: Imposition,
    /// Pages, counted from 1, with notes or fields that are not on the sheets.
    pub annotated: Vec<usize>,
}

/// Puts the pages of a PDF on sheets.
///
/// # Errors
/// If it is not what it should be, or its pages find no room.
pub fn press(bytes: &[u8], order: &Order) -> Result<Pressed, Fault> {
    let pages = Pages::open(bytes)?;
    let leaves = pages.leaves();
    let sizes = leaves.iter().map(|leaf| leaf.size);
    let largest = sizes.reduce(|one, other| Size {
        width: one.width.max(other.width),
        height: one.height.max(other.height),
    });
    let settings = order.settings(largest.unwrap_or(Size { width: 0.0, height: 0.0 }));
    let sheets = impose(&settings, &leaves)?;
    let first = sheets.first();
    let slot = first.and_then(|sheet| sheet.front.slots.first());
    let factor = slot.map_or(1.0, |slot| slot.matrix.factor());
    let size = first.map_or(settings.paper, |sheet| sheet.size);
    let annotated = pages.annotated();
    let bytes = write(pages, &sheets)?;
    Ok(Pressed {
        bytes,
        pages: leaves.len(),
        sheets: sheets.len(),
        size,
        factor,
        duplex: settings.duplex,
        imposition: settings.imposition,
        annotated,
    })
}
