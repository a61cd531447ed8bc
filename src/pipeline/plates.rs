//! Press editions: the profiles that they name, each read once, and their pages in inks.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Publication;
use super::pages::LaidOut;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::files::{FileError, Files};
use crate::model::{Coloring, PressSettings, Standard};
use crate::picture::Inks;
use crate::project::{PressEdition, Project};
use crate::source::ProjectPath;
use crate::write::pdf::LayoutProblem;
use crate::write::plates::{self, Condition, Plates};

/// The inks of presses, by the paths of their profiles and how much ink there may be.
#[derive(Debug, Default)]
pub(super) struct Presses {
    inks: BTreeMap<(ProjectPath, u32), Arc<Inks>>,
}

impl Presses {
    /// Reads all profiles that a project names, and reports those that cannot be used.
    ///
    /// # Errors
    /// If one is there but cannot be read.
    pub(super) fn read(
        project: &Project,
        files: &dyn Files,
        diagnostics: &mut Diagnostics,
    ) -> Result<Self, FileError> {
        let books = project.books.iter().filter_map(|book| book.press_edition.as_ref());
        let handouts = project.handouts.iter().filter_map(|one| one.press_edition.as_ref());
        let mut presses = Self::default();
        for PressEdition { profile, ink_limit, .. } in books.chain(handouts) {
            let Some(path) = profile else { continue };
            let key = (path.value.clone(), *ink_limit);
            if presses.inks.contains_key(&key) {
                continue;
            }
            let wrong =
                |message: String| Diagnostic::error(Code::InvalidProfile, message).at(path.span);
            let path = &path.value;
            let bytes = match files.read(path) {
                Ok(bytes) => bytes,
                Err(error) if error.is_missing() => {
                    diagnostics.push(
                        wrong(format!("there is no file `{path}`"))
                            .hint("a profile is named by its path from `recto.yaml`"),
                    );
                    continue;
                }
                Err(error) => return Err(error),
            };
            match Inks::open(&bytes, *ink_limit) {
                Ok(inks) => drop(presses.inks.insert(key, Arc::new(inks))),
                Err(fault) => diagnostics.push(
                    wrong(format!("`{path}` cannot say how colors are printed: {fault}")).hint(
                        "ask the print shop for the CMYK output profile of its press and paper, a file such as `NAME.icc`",
                    ),
                ),
            }
        }
        Ok(presses)
    }

    /// Returns how the pages of an edition become plates; `None` if its profile cannot
    /// be used.
    pub(super) fn of(&self, edition: &PressEdition) -> Option<PlatesOf> {
        let PressEdition { profile, condition, ink_limit, coloring } = edition;
        let inks = match profile {
            None => None,
            Some(path) => Some(Arc::clone(self.inks.get(&(path.value.clone(), *ink_limit))?)),
        };
        let profile = profile.as_ref().map(|path| path.value.clone());
        let condition = Condition { name: condition.clone() };
        Some(PlatesOf { profile, inks, condition, limit: *ink_limit, coloring: *coloring })
    }
}

/// How pages become plates.
#[derive(Debug, Clone)]
pub(super) struct PlatesOf {
    /// The file that says it.
    pub(super) profile: Option<ProjectPath>,
    inks: Option<Arc<Inks>>,
    condition: Condition,
    limit: u32,
    coloring: Coloring,
}

impl PlatesOf {
    /// Returns what is asked of the pages, by what is of those for screens.
    pub(super) fn settings(&self, screen: PressSettings) -> PressSettings {
        let standard = if self.inks.is_some() { Standard::X4 } else { Standard::Pdf16 };
        PressSettings { coloring: self.coloring, standard, ..screen }
    }

    /// Returns the most ink on a spot, in percent, if it is known which inks there are.
    pub(super) fn most_ink(&self) -> Option<f64> {
        self.inks.as_ref().map(|_| f64::from(self.limit))
    }

    /// Says all that makes other plates of the same pages.
    pub(super) fn said(&self) -> String {
        let profile = self.inks.as_ref().map(|inks| blake3::hash(inks.profile()));
        format!("{profile:?} {:?} {} {:?}", self.condition, self.limit, self.coloring)
    }

    /// Says in a few words what the edition is, for the account.
    pub(super) fn told(&self) -> &'static str {
        match (&self.inks, self.coloring) {
            (Some(_), Coloring::Full) => "for a press: CMYK, PDF/X-4",
            (Some(_), Coloring::Grayscale) => "for a press: black alone, PDF/X-4",
            (None, Coloring::Full) => "for a press: RGB, without a profile",
            (None, Coloring::Grayscale) => "for a press: black alone, without a profile",
        }
    }

    fn plates(&self) -> Plates<'_> {
        match (&self.inks, self.coloring) {
            (Some(inks), Coloring::Full) => Plates::Process(inks, &self.condition),
            (Some(inks), Coloring::Grayscale) => Plates::BlackOn(inks, &self.condition),
            (None, Coloring::Full) => Plates::Screen,
            (None, Coloring::Grayscale) => Plates::Black,
        }
    }
}

/// Makes plates of the pages of a press edition; pages of all others stay.
pub(super) fn make(publication: &Publication, laid_out: &mut LaidOut, jobs: usize) {
    let Ok(pages) = &mut laid_out.pages else { return };
    match inked(publication, std::mem::take(&mut pages.bytes), &publication.path, jobs) {
        Ok(bytes) => pages.bytes = bytes,
        Err(problems) => laid_out.pages = Err(problems),
    }
}

/// Returns a file of a publication, which becomes plates if that is a press edition.
///
/// # Errors
/// What there are no inks for.
pub(super) fn inked(
    publication: &Publication,
    bytes: Vec<u8>,
    path: &ProjectPath,
    jobs: usize,
) -> Result<Vec<u8>, Vec<LayoutProblem>> {
    let Some(of) = &publication.plates else { return Ok(bytes) };
    plates::write(&bytes, of.plates(), jobs).map_err(|what| {
        vec![LayoutProblem {
            message: format!("`{path}` has {what}, which no ink can be found for"),
            place: None,
            inner: None,
            hints: vec!["draw it in plain colors, or as a linear or radial gradient".to_owned()],
        }]
    })
}
