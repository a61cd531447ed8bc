//! What is asked for of sheets, before the pages are known.

use super::{Binding, Duplex, Imposition, Marks, Scaling, Settings, Size, mm, paper, usual_paper};

/// Sheets that somebody orders. What is left open follows from the pages.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// In what way pages are imposed.
    pub imposition: Imposition,
    /// On what paper; as it is usual for such pages.
    pub paper: Option<Size>,
    /// How it is turned over.
    pub duplex: Option<Duplex>,
    /// How much of its edges the printer does not reach, in points.
    pub margin: Option<f64>,
    /// How large pages become.
    pub scaling: Scaling,
    /// Where pages are bound; on the left.
    pub binding: Option<Binding>,
    /// What is drawn round them; what can be without a print shop.
    pub marks: Option<Marks>,
}

impl Order {
    /// Returns an order that leaves everything open.
    pub fn new(imposition: Imposition) -> Self {
        Self {
            imposition,
            paper: None,
            duplex: None,
            margin: None,
            scaling: Scaling::Shrink,
            binding: None,
            marks: None,
        }
    }

    /// Returns what to do with pages, the largest of which is given.
    pub fn settings(&self, page: Size) -> Settings {
        let imposition = self.imposition;
        let usual = || paper(usual_paper(page)).unwrap_or(page);
        let duplex = match imposition {
            // As all that is folded looks upright on a screen.
            Imposition::Booklet { .. } | Imposition::PerfectBound { .. } => Duplex::ShortEdge,
            Imposition::Cards { .. } => Duplex::LongEdge,
            Imposition::NUp { .. }
            | Imposition::StepAndRepeat { .. }
            | Imposition::Single
            | Imposition::Cover { .. } => Duplex::Off,
        };
        let margin = match imposition {
            // Pages and cards bring their own.
            Imposition::Booklet { .. } | Imposition::PerfectBound { .. } => 0.0,
            Imposition::Cards { .. } | Imposition::Single | Imposition::Cover { .. } => 0.0,
            Imposition::NUp { .. } => 10.0,
            Imposition::StepAndRepeat { .. } => 5.0,
        };
        let marks = match imposition {
            Imposition::Cards { .. } | Imposition::StepAndRepeat { .. } => {
                Marks { crop: true, ..Marks::default() }
            }
            Imposition::Single | Imposition::Cover { .. } => Marks::all(),
            Imposition::Booklet { .. }
            | Imposition::PerfectBound { .. }
            | Imposition::NUp { .. } => Marks::default(),
        };
        Settings {
            imposition,
            paper: self.paper.unwrap_or_else(usual),
            duplex: self.duplex.unwrap_or(duplex),
            margin: self.margin.unwrap_or(mm(margin)),
            scaling: self.scaling,
            binding: self.binding.unwrap_or_default(),
            marks: self.marks.unwrap_or(marks),
        }
    }
}

/// Reads how large pages become: "shrink", "fit", or a percentage such as "71%".
pub fn scaling(text: &str) -> Option<Scaling> {
    match text {
        "shrink" => Some(Scaling::Shrink),
        "fit" => Some(Scaling::Fit),
        percent => {
            let number: f64 = percent.strip_suffix('%')?.trim().parse().ok()?;
            (1.0..=1000.0).contains(&number).then(|| Scaling::By(number / 100.0))
        }
    }
}
