//! What would print badly on sheets, as messages: which sheet, which page, what to do.

use crate::diag::{Code, Diagnostic};
use crate::imposition::{Imposition, Settings, mm};
use crate::picture;
use crate::write::press::preflight::{Face, Flaw, FlawKind, HAIRLINE, INK_LIMIT, Limits};

/// How much of the edges of paper most office printers do not reach, in millimeters.
const REACH: f64 = 4.0;

/// Returns what sheets are held to; `margin` is what somebody said of the printer, and
/// `ink` of the most ink, in percent.
pub(super) fn limits(
    settings: &Settings,
    margin: Option<f64>,
    ink: Option<f64>,
) -> Limits<'static> {
    let reach = match settings.imposition {
        // That is cut to its size from what is larger.
        Imposition::Cover { .. } => 0.0,
        _ => mm(REACH),
    };
    Limits {
        margin: margin.unwrap_or(reach),
        hairline: HAIRLINE,
        ink: ink.unwrap_or(INK_LIMIT),
        jpeg: &picture::inks_of_jpeg,
    }
}

/// A flaw in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// Which kind.
    pub code: Code,
    /// What is wrong, and where.
    pub message: String,
    /// What to do.
    pub hint: &'static str,
}

impl Told {
    /// Returns it as a warning.
    pub(super) fn warning(&self) -> Diagnostic {
        let Self { message, hint, .. } = self;
        let warning = match self.code {
            Code::LooseFont => Diagnostic::warning(Code::LooseFont, message),
            Code::OddBoxes => Diagnostic::warning(Code::OddBoxes, message),
            Code::CoarsePicture => Diagnostic::warning(Code::CoarsePicture, message),
            Code::HeavyInk => Diagnostic::warning(Code::HeavyInk, message),
            Code::Hairline => Diagnostic::warning(Code::Hairline, message),
            _ => Diagnostic::warning(Code::OutsideMargin, message),
        };
        warning.hint(*hint)
    }
}

/// Puts flaws of a file into words: of each kind the worst, and how many more there are; of
/// fonts and pictures, each.
pub(super) fn tell(flaws: &[Flaw], file: &str) -> Vec<Told> {
    let mut groups: Vec<Vec<&Flaw>> = Vec::new();
    for flaw in flaws {
        match groups.iter_mut().find(|group| is_same(&group[0].kind, &flaw.kind)) {
            Some(group) => group.push(flaw),
            None => groups.push(vec![flaw]),
        }
    }
    groups.iter().filter_map(|group| explain(group, file)).collect()
}

fn is_same(one: &FlawKind, other: &FlawKind) -> bool {
    match (one, other) {
        (FlawKind::LooseFont(one), FlawKind::LooseFont(other)) => one == other,
        (
            FlawKind::Coarse { width, height, .. },
            FlawKind::Coarse { width: other, height: high, .. },
        ) => (width, height) == (other, high),
        _ => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

/// How bad a flaw is: the least is the worst.
fn badness(kind: &FlawKind) -> f64 {
    match kind {
        FlawKind::LooseFont(_) | FlawKind::OddBoxes(_) => 0.0,
        FlawKind::Coarse { dpi, .. } => *dpi,
        FlawKind::Outside { distance, .. } => *distance,
        FlawKind::HeavyInk { percent, .. } => -percent,
        FlawKind::Hairline { points, .. } => *points,
    }
}

fn explain(group: &[&Flaw], file: &str) -> Option<Told> {
    let by_badness =
        |one: &&&Flaw, other: &&&Flaw| badness(&one.kind).total_cmp(&badness(&other.kind));
    let worst = group.iter().min_by(by_badness)?;
    let mut places: Vec<_> = group.iter().map(|flaw| (flaw.sheet, flaw.face, flaw.page)).collect();
    places.dedup();
    let more = match places.len() - 1 {
        0 => String::new(),
        1 => ", and one more".to_owned(),
        many => format!(", and {many} more"),
    };
    let Flaw { sheet, face, page, kind } = worst;
    let face = match face {
        Face::Front => "front",
        Face::Back => "back",
    };
    let page = page.map(|page| format!(", page {page}")).unwrap_or_default();
    let place = format!("sheet {sheet}, {face}{page} of `{file}`{more}");
    Some(match kind {
        FlawKind::LooseFont(name) => Told {
            code: Code::LooseFont,
            message: format!("the font `{name}` is not in the file: {place}"),
            hint: "printers take another for it: embed it where the PDF is made",
        },
        FlawKind::OddBoxes(what) => Told {
            code: Code::OddBoxes,
            message: format!("the boxes of a page do not lie in each other, {what}: {place}"),
            hint: "what is cut, and where, is anybody's guess: mend it where the PDF is made",
        },
        FlawKind::Coarse { width, height, dpi } => Told {
            code: Code::CoarsePicture,
            message: format!(
                "a picture of {width} × {height} pixels is printed at {dpi:.0} dpi: {place}"
            ),
            hint: "under 200 dpi, dots are seen: take one with more pixels, or print it smaller",
        },
        FlawKind::Outside { edge, distance, margin } => Told {
            code: Code::OutsideMargin,
            message: format!(
                "ink is {:.1} mm from the {edge} edge of the paper, whose last {margin:.0} mm the printer does not reach: {place}",
                distance.max(0.0)
            ),
            hint: "take larger paper, a smaller `scale`, or, if the printer reaches further, a smaller `margin`",
        },
        FlawKind::HeavyInk { percent, limit, in_picture } => Told {
            code: Code::HeavyInk,
            message: format!(
                "{} has {percent:.0} % ink, over {limit:.0} %: {place}",
                if *in_picture { "a picture" } else { "an area" }
            ),
            hint: "so much ink does not dry, and comes off on the next sheet: take lighter colors, or a profile of the paper",
        },
        FlawKind::Hairline { points, least } => Told {
            code: Code::Hairline,
            message: format!("a line is {points:.2} pt thin, under {least} pt: {place}"),
            hint: "it breaks, or is not seen at all: draw it thicker, or print it larger",
        },
    })
}
