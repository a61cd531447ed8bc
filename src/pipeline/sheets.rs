//! Finished pages, put on sheets.

use std::collections::BTreeSet;

use super::plates::PlatesOf;
use super::sheet_flaws::{self, Told};
use super::steps::Wanted;
use super::{Built, Progress, Publication, covers, output_path};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::imposition::{Binding, Duplex, Imposition, Order, Problem, Sheet, Side, Size, impose};
use crate::model::{Direction, Metadata};
use crate::project::{CoverOf, Printing};
use crate::source::{ProjectPath, Sources, Span};
use crate::write::artifact::Artifact;
use crate::write::press::preflight::{Face, Flaw, FlawKind, Looked, inspect};
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
    metadata: &Metadata,
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
        let binding = match metadata.language.direction() {
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
    let ink = publication.plates.as_ref().and_then(PlatesOf::most_ink);
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
            None => Some(press_within(pages, order, ink)),
        };
        let Some(made) = made else { continue };
        match made {
            Ok(pressed) => {
                built.account.pressed += 1;
                built.account.sheets += pressed.sheets;
                warn(&pressed, path, *span, diagnostics);
                built.artifacts.push(Artifact { path: path.clone(), bytes: pressed.bytes });
            }
            Err(fault) => diagnostics.push(refused(&fault, &publication.path).at(*span)),
        }
    }
}

/// Warns of what would print badly. What is coarse on pages is told of these; on sheets, it
/// is if these enlarge it.
pub(super) fn warn(
    pressed: &Pressed,
    path: &ProjectPath,
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let is_enlarged = pressed.factor > 1.0001;
    let told = pressed.told(path.as_str()).into_iter();
    for told in told.filter(|told| told.code != Code::CoarsePicture || is_enlarged) {
        diagnostics.push(told.warning().at(span));
    }
}

/// Returns the first sheet that a page is on, counted from 1.
fn place_of(sheets: &[Sheet], page: usize) -> Option<(usize, Face)> {
    let has = |side: &Side| side.slots.iter().any(|slot| slot.page == Some(page));
    sheets.iter().enumerate().find_map(|(index, sheet)| {
        let is_behind = || sheet.back.as_ref().is_some_and(has);
        let face = if has(&sheet.front) { Some(Face::Front) } else { None };
        let face = face.or_else(|| is_behind().then_some(Face::Back))?;
        Some((index + 1, face))
    })
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
    /// What would print badly.
    pub flaws: Vec<Flaw>,
    /// Whether all of it was looked at.
    pub is_looked_at: bool,
}

impl Pressed {
    /// Returns what would print badly, in words; `file` is what the sheets are called.
    pub fn told(&self, file: &str) -> Vec<Told> {
        sheet_flaws::tell(&self.flaws, file)
    }
}

/// Puts the pages of a PDF on sheets.
///
/// # Errors
/// If it is not what it should be, or its pages find no room.
pub fn press(bytes: &[u8], order: &Order) -> Result<Pressed, Fault> {
    press_within(bytes, order, None)
}

/// Puts the pages of a PDF on sheets that are to have no more ink than `ink` percent.
///
/// # Errors
/// As [`press`].
pub fn press_within(bytes: &[u8], order: &Order, ink: Option<f64>) -> Result<Pressed, Fault> {
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
    let odd = pages.odd_boxes();
    let bytes = write(pages, &sheets)?;
    let limits = sheet_flaws::limits(&settings, order.margin, ink);
    let Looked { mut flaws, is_whole } = inspect(&bytes, &sheets, &limits)?;
    flaws.extend(odd.into_iter().filter_map(|(page, what)| {
        let (sheet, face) = place_of(&sheets, page - 1)?;
        Some(Flaw { sheet, face, page: Some(page), kind: FlawKind::OddBoxes(what) })
    }));
    Ok(Pressed {
        bytes,
        pages: leaves.len(),
        sheets: sheets.len(),
        size,
        factor,
        duplex: settings.duplex,
        imposition: settings.imposition,
        annotated,
        flaws,
        is_looked_at: is_whole,
    })
}
