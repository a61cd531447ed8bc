//! The small symbols of marks in captions.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Brush, Drawing, Outline, Overlay, Place, Segment, arrow, stroke};
use crate::model::{Color, MarkForm, MarkSymbol, Style};

/// A symbol, in hundredths of an em: it stands on the line of the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Symbol {
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The ground that it needs to be told from an open one on white paper;
    /// `None` for none.
    pub ground: Option<[u8; 3]>,
    /// What is drawn.
    pub overlay: Overlay,
}

/// The height of a symbol, a little less than that of a capital.
const HEIGHT: f64 = 66.0;

/// The gray of a picture.
const GROUND: [u8; 3] = [72, 72, 72];

/// Draws the symbol of a mark as its shapes are drawn, with their halo: so it is
/// seen on white and on black.
pub fn symbol(of: MarkSymbol) -> Symbol {
    let middle = HEIGHT / 2.0;
    // A margin for the halo.
    let edge = 6.0;
    let ground = (of.color == Color::White).then_some(GROUND);
    let heavy = Brush { halo: 4.5, ..Brush::of_shaft(13.0) };
    // Small forms have room for thin dashes only.
    let line = if of.style == Style::Dashed { 7.5 } else { 10.0 };
    let light = Brush { line, halo: line * 0.4, ..Brush::of_shaft(11.0) };
    let (width, outlines, brush): (f64, Vec<Outline>, Brush) = match of.form {
        MarkForm::Arrow => {
            let long = match of.style {
                Style::Solid => 100.0,
                Style::Open => 104.0,
                Style::Dashed => 126.0,
            };
            let brush = match of.style {
                Style::Solid => heavy,
                Style::Open => Brush { halo: 3.0, ..Brush::of_shaft(11.6) },
                Style::Dashed => Brush { halo: 3.2, ..Brush::of_shaft(9.0) },
            };
            let (tip, tail) = ((long - edge, middle), (edge, middle));
            (long, arrow::arrow(tip, tail, of.style, &brush), brush)
        }
        MarkForm::Arrowhead => {
            let brush = match of.style {
                Style::Open => Brush { halo: 3.0, ..Brush::of_shaft(10.0) },
                Style::Solid | Style::Dashed => Brush { halo: 4.5, ..Brush::of_shaft(11.5) },
            };
            let (tip, tail) = ((70.0 - edge, middle), (edge, middle));
            (70.0, arrow::arrowhead(tip, tail, of.style, &brush), brush)
        }
        MarkForm::Line => {
            let places = [(edge + 4.0, middle), (96.0 - edge, middle)];
            (100.0, stroke::line(&places, of.style, &light), light)
        }
        MarkForm::Ellipse => {
            let radii = (50.0 - edge - 6.0, middle - edge - 6.0);
            (100.0, stroke::ellipse((50.0, middle), radii, of.style, &light), light)
        }
        MarkForm::Rectangle => {
            let (low, high) = (edge + 6.0, HEIGHT - edge - 6.0);
            let corners = [(low, low), (90.0 - low, low), (90.0 - low, high), (low, high)];
            (90.0, stroke::border(&corners, of.style, &light), light)
        }
        MarkForm::Outline | MarkForm::Several | MarkForm::Letter | MarkForm::ScaleBar => {
            let corners: [Place; 5] =
                [(13.0, 40.0), (28.0, 13.0), (66.0, 13.0), (84.0, 34.0), (58.0, 53.0)];
            (96.0, stroke::border(&corners, of.style, &light), light)
        }
    };
    let drawing = Drawing { color: of.color, outlines };
    let overlay = Overlay { drawings: vec![drawing], halo: brush.halo };
    Symbol { width, height: HEIGHT, ground, overlay }
}

thread_local! {
    /// What [`svg`] returned so far: there are few symbols, and many mentions of marks.
    static DRAWN: RefCell<BTreeMap<MarkSymbol, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// Returns a symbol as an SVG element that programs which read aloud leave out:
/// what it shows stands beside it in words.
pub fn svg(of: MarkSymbol) -> String {
    DRAWN.with_borrow_mut(|drawn| drawn.entry(of).or_insert_with(|| draw(of)).clone())
}

fn draw(of: MarkSymbol) -> String {
    let symbol = symbol(of);
    let mut path = String::new();
    for drawing in &symbol.overlay.drawings {
        for outline in &drawing.outlines {
            write_outline(outline, &mut path);
        }
    }
    let hex = |[r, g, b]: [u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
    let (fill, halo) = (hex(of.color.rgb()), hex(of.color.halo()));
    let ground = symbol.ground.map_or_else(String::new, |ground| {
        let fill = hex(ground);
        format!("<rect width=\"100%\" height=\"100%\" rx=\"10\" fill=\"{fill}\"/>")
    });
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" aria-hidden=\"true\" \
         width=\"{}em\" height=\"{}em\" viewBox=\"0 0 {} {}\">{ground}\
         <path d=\"{path}\" fill=\"none\" stroke=\"{halo}\" stroke-width=\"{}\" \
         stroke-linejoin=\"round\"/><path d=\"{path}\" fill=\"{fill}\"/></svg>",
        symbol.width / 100.0,
        symbol.height / 100.0,
        symbol.width,
        symbol.height,
        symbol.overlay.halo * 2.0,
    )
}

/// Returns outlines as the data of an SVG path.
pub fn svg_path(outlines: &[Outline]) -> String {
    let mut path = String::new();
    outlines.iter().for_each(|outline| write_outline(outline, &mut path));
    path
}

fn write_outline(outline: &Outline, path: &mut String) {
    let mut step = |name: char, places: &[Place]| {
        path.push(name);
        for (index, (x, y)) in places.iter().enumerate() {
            let gap = if index == 0 { "" } else { " " };
            // A tenth of a hundredth of an em is finer than any screen.
            let round = |value: f64| (value * 10.0).round() / 10.0;
            path.push_str(&format!("{gap}{} {}", round(*x), round(*y)));
        }
    };
    step('M', &[outline.start]);
    for segment in &outline.segments {
        match *segment {
            Segment::Line(to) => step('L', &[to]),
            Segment::Cubic(a, b, to) => step('C', &[a, b, to]),
        }
    }
    path.push('Z');
}
