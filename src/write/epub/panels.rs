//! The pictures of a figure: the one, or the panels of a montage in rows.
//!
//! Knows: illustrations, and the ids of panels. Must not know: the text round
//! them.
//!
//! The pictures of a row grow by their shapes, so that they are of one height
//! and fill the row. Where a screen is narrow, or a reading system knows no
//! flexible boxes, they lie below each other.

use super::descriptions::{self, Described};
use super::drawn;
use super::prose::Matter;
use super::survey::Ids;
use crate::model::{Figure, FigureOverlay, Language, Panel};
use crate::write::html::escaped;
use crate::write::illustration::Picture;

/// Which of the two faces of a figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// With its marks.
    Shown,
    /// Without them.
    Clean,
}

/// A panel with its letter and its picture.
type Shown<'a> = (Option<char>, &'a Panel, &'a Picture);

/// What leads to panels, and from them.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Links<'a> {
    /// The ids of panels.
    pub(super) ids: Option<&'a Ids>,
    /// What is said of pictures at length.
    pub(super) described: &'a [Described<'a>],
    /// The language to say in what drawn marks are; `None` leaves it unsaid.
    pub(super) language: Option<&'a Language>,
}

impl Links<'_> {
    fn id(&self, panel: &Panel) -> Option<&str> {
        self.ids?.get(&panel.id).map(String::as_str)
    }

    fn details(&self, panel: &Panel) -> Option<usize> {
        let found = self.described.iter().find(|described| described.panel.id == panel.id);
        found.map(|described| described.number)
    }
}

/// Writes the pictures of a figure.
pub(super) fn pictures(
    figure: &Figure,
    matter: Matter<'_>,
    links: Links<'_>,
    face: Face,
    out: &mut String,
) {
    let setting = Setting { figure, matter, links, face };
    let panels = figure.lettered().filter_map(|(letter, panel)| {
        let illustration = matter.illustrations.get(panel.id)?;
        let picture = match face {
            Face::Shown => matter.shown(illustration),
            Face::Clean => &illustration.clean,
        };
        Some((letter, panel, picture))
    });
    let panels: Vec<Shown<'_>> = panels.collect();
    if !figure.is_montage() {
        for (_, panel, picture) in &panels {
            setting.write(panel, picture, out);
        }
        return;
    }
    out.push_str("<div class=\"panels\">\n");
    let mut above = 0.0;
    for row in rows(&panels, figure.columns) {
        let wide: f64 = row.iter().map(|(_, _, picture)| shape(picture)).sum();
        out.push_str("<div class=\"row\">\n");
        for (letter, panel, picture) in row {
            let id = links.id(panel).map(|id| format!(" id=\"{}\"", escaped(id)));
            out.push_str(&format!(
                "<div class=\"panel\"{} style=\"flex-grow: {:.3}\">\n",
                id.unwrap_or_default(),
                shape(picture)
            ));
            setting.write(panel, picture, out);
            if let Some(letter) = letter {
                out.push_str(&format!("<span class=\"letter\">({letter})</span>\n"));
            }
            out.push_str("</div>\n");
        }
        // A last row that is not full is as high as the one above.
        if figure.columns.is_some_and(|columns| row.len() < columns) && wide < above {
            out.push_str(&format!("<div style=\"flex-grow: {:.3}\"></div>\n", above - wide));
        }
        above = wide;
        out.push_str("</div>\n");
    }
    out.push_str("</div>\n");
}

/// Returns the picture of a panel as the text shows it.
pub(super) fn shown(figure: &Figure, panel: &Panel, matter: Matter<'_>) -> Option<String> {
    let mut out = String::new();
    let picture = matter.shown(matter.illustrations.get(panel.id)?);
    let setting = Setting { figure, matter, links: Links::default(), face: Face::Shown };
    setting.write(panel, picture, &mut out);
    Some(out)
}

/// What the pictures of a figure are written with.
struct Setting<'a> {
    figure: &'a Figure,
    matter: Matter<'a>,
    links: Links<'a>,
    face: Face,
}

impl Setting<'_> {
    /// Writes a picture, with its marks drawn over it if the book wants that.
    fn write(&self, panel: &Panel, picture: &Picture, out: &mut String) {
        let details = self.links.details(panel);
        if self.face == Face::Shown && self.matter.overlay == FigureOverlay::Svg {
            let edition = self.matter.edition;
            if let Some(drawn) = drawn::Drawn::of(self.figure, panel, picture, edition) {
                drawn.write(details, self.links.language, out);
                return;
            }
        }
        image(panel, picture, details, out);
    }
}

/// Writes a picture; `details` is the number of its long description.
fn image(panel: &Panel, picture: &Picture, details: Option<usize>, out: &mut String) {
    let details = details.map(|number| format!(" aria-details=\"{}\"", descriptions::id(number)));
    out.push_str(&format!(
        "<img src=\"{}/{}\" alt=\"{}\"{} width=\"{}\" height=\"{}\"/>\n",
        super::IMAGES,
        escaped(&picture.name),
        escaped(&panel.image.alt),
        details.unwrap_or_default(),
        picture.width,
        picture.height
    ));
}

/// How wide a picture is for its height.
fn shape(picture: &Picture) -> f64 {
    f64::from(picture.width) / f64::from(picture.height.max(1))
}

/// Puts panels in rows: as many in each as the author says, or else in rows of
/// about one width, where pictures are about half as high as the rows are wide.
fn rows<'a, 'p>(panels: &'p [Shown<'a>], columns: Option<usize>) -> Vec<&'p [Shown<'a>]> {
    if let Some(columns) = columns {
        return panels.chunks(columns.max(1)).collect();
    }
    let shapes: Vec<f64> = panels.iter().map(|(_, _, picture)| shape(picture)).collect();
    let mut best: Option<(f64, Vec<usize>)> = None;
    for count in 1..=shapes.len() {
        let lengths = partition(&shapes, count);
        let cost = unrest(&shapes, &lengths);
        if best.as_ref().is_none_or(|(least, _)| cost < *least) {
            best = Some((cost, lengths));
        }
    }
    let mut rest = panels;
    let lengths = best.map(|(_, lengths)| lengths).unwrap_or_default();
    lengths.into_iter().map(|length| rest.split_off(..length).unwrap_or_default()).collect()
}

/// Returns how many panels each of about `count` rows has, if the rows are to be
/// about equally wide: each panel stands where its middle falls.
fn partition(shapes: &[f64], count: usize) -> Vec<usize> {
    let total: f64 = shapes.iter().sum();
    let mut lengths = vec![0; count];
    let mut before = 0.0;
    for wide in shapes {
        let place = (before + wide / 2.0) / total * count as f64;
        if let Some(length) = lengths.get_mut((place as usize).min(count - 1)) {
            *length += 1;
        }
        before += wide;
    }
    lengths.retain(|length| *length > 0);
    lengths
}

/// Tells how far rows are from being half as high as wide, and alike.
fn unrest(shapes: &[f64], lengths: &[usize]) -> f64 {
    let mut rest = shapes;
    let rows = lengths.iter().map(|length| {
        let row = rest.split_off(..*length).unwrap_or_default();
        row.iter().sum::<f64>().ln()
    });
    let rows: Vec<f64> = rows.collect();
    let off = rows.iter().map(|row| (row - 2.0_f64.ln()).abs()).sum::<f64>() / rows.len() as f64;
    let most = rows.iter().copied().fold(f64::MIN, f64::max);
    let least = rows.iter().copied().fold(f64::MAX, f64::min);
    off + (most - least) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_suit_the_shapes_of_their_pictures() {
        let chosen = |shapes: &[f64]| {
            let all = (1..=shapes.len()).map(|count| partition(shapes, count));
            all.min_by(|a, b| unrest(shapes, a).total_cmp(&unrest(shapes, b))).expect("a row")
        };
        assert_eq!(chosen(&[1.0, 1.0]), [2]);
        assert_eq!(chosen(&[1.3, 0.9]), [2]);
        assert_eq!(chosen(&[2.0, 2.0]), [1, 1]);
        assert_eq!(chosen(&[1.0, 1.0, 1.0]), [3]);
        assert_eq!(chosen(&[1.0, 1.0, 1.0, 1.0]), [2, 2]);
        assert_eq!(chosen(&[0.5, 1.1, 0.8, 0.9, 0.9, 1.3]), [2, 2, 2]);
    }
}
