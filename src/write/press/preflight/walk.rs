//! What is drawn on a page: how thin, how coarse, how far out, with how much ink.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::font::Font;
use super::picture;
use super::scan::{Operand, Scanner};
use super::space::{Paint, Space, named, of};
use crate::imposition::{Matrix, Rect};

/// How deep forms lie in each other.
const MAX_DEPTH: usize = 16;
/// How many states are saved.
const MAX_SAVED: usize = 512;
/// No form is larger unpacked.
const MAX_FORM: usize = 64 << 20;
/// What a form costs at the least, in bytes: finding it takes as long.
const LEAST_COST: usize = 4096;
/// How many pictures and fonts of a page are told apart.
const MAX_TOLD: usize = 64;

/// What is in a document and looked at once, and how much may still be looked at.
pub(super) struct Shared<'a> {
    pub(super) document: &'a Document,
    /// Unpacks a JPEG of four inks.
    pub(super) jpeg: super::Jpeg<'a>,
    /// How many bytes of descriptions, and of pixels, may still be read.
    pub(super) left: usize,
    fonts: BTreeMap<ObjectId, Rc<Font>>,
    /// How much ink pictures have, where they are of the press.
    inks: BTreeMap<ObjectId, f64>,
    /// Fewer inks are not looked for in pictures.
    pub(super) limit: f64,
}

impl<'a> Shared<'a> {
    pub(super) fn new(
        document: &'a Document,
        jpeg: super::Jpeg<'a>,
        left: usize,
        limit: f64,
    ) -> Self {
        Self { document, jpeg, left, fonts: BTreeMap::new(), inks: BTreeMap::new(), limit }
    }
}

/// What there is on a page, in its own system.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// Pictures, by their sizes in pixels: how many of these come to an inch where a unit
    /// is a point.
    pub(super) pictures: BTreeMap<(u32, u32), f64>,
    /// How thick the thinnest line is.
    pub(super) thinnest: Option<f64>,
    /// Fonts that are not in the file.
    pub(super) loose: BTreeSet<String>,
    /// The most ink, and whether it is in a picture.
    pub(super) heaviest: Option<(f64, bool)>,
    /// The box round all ink that is to be seen on the page when it is cut.
    pub(super) ink: Option<Rect>,
}

/// What the state of graphics is (ISO 32000-1, 8.4).
#[derive(Clone)]
struct State {
    matrix: Matrix,
    clip: Rect,
    line: f64,
    fill: Paint,
    stroke: Paint,
    font: Option<Rc<Font>>,
    size: f64,
    letters: f64,
    words: f64,
    across: f64,
    leading: f64,
    rise: f64,
    mode: i64,
}

/// A walk through the description of a page.
pub(super) struct Walk<'a, 'b> {
    shared: &'b mut Shared<'a>,
    seen: Seen,
    /// Where the page is cut.
    trim: Rect,
}

/// Text that is set: where it goes on, and where its line began.
struct Text {
    matrix: Matrix,
    line: Matrix,
}

const IDENTITY: Matrix = Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

/// Looks at a page that is a form and is cut at `trim`, in its own system.
pub(super) fn page<'a>(shared: &mut Shared<'a>, form: &'a Stream, trim: Rect) -> Seen {
    let bounds = bounds(shared.document, form).unwrap_or(trim);
    let state = State {
        matrix: IDENTITY,
        clip: bounds,
        line: 1.0,
        fill: Paint::BLACK,
        stroke: Paint::BLACK,
        font: None,
        size: 0.0,
        letters: 0.0,
        words: 0.0,
        across: 1.0,
        leading: 0.0,
        rise: 0.0,
        mode: 0,
    };
    let mut walk = Walk { shared, seen: Seen::default(), trim };
    walk.form(form, None, state, 0);
    walk.seen
}

fn bounds(document: &Document, form: &Stream) -> Option<Rect> {
    let corners = document.dereference(form.dict.get(b"BBox").ok()?).ok()?.1.as_array().ok()?;
    let number = |at: usize| Some(f64::from(corners.get(at)?.as_float().ok()?));
    let (x, y, to_x, to_y) = (number(0)?, number(1)?, number(2)?, number(3)?);
    Some(Rect { left: x.min(to_x), bottom: y.min(to_y), right: x.max(to_x), top: y.max(to_y) })
}

impl<'a> Walk<'a, '_> {
    fn form(
        &mut self,
        form: &'a Stream,
        outer: Option<&'a Dictionary>,
        state: State,
        depth: usize,
    ) {
        if depth > MAX_DEPTH || self.shared.left == 0 {
            return;
        }
        let most = MAX_FORM.min(self.shared.left);
        // What is packed in another way, or is too large, is not looked at.
        let Ok(content) = form.get_plain_content_with_limit(most) else { return };
        self.shared.left = self.shared.left.saturating_sub(content.len().max(LEAST_COST));
        let document = self.shared.document;
        let own = match form.dict.get(b"Resources") {
            Ok(Object::Reference(id)) => document.get_dictionary(*id).ok(),
            Ok(Object::Dictionary(own)) => Some(own),
            _ => None,
        };
        self.content(&content, own.or(outer), state, depth);
    }

    fn content(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        mut state: State,
        depth: usize,
    ) {
        let document = self.shared.document;
        let mut saved: Vec<State> = Vec::new();
        let mut path = Path::default();
        let mut text = Text { matrix: IDENTITY, line: IDENTITY };
        let mut scanner = Scanner::new(content);
        let mut operands: Vec<Operand> = Vec::new();
        while let Some(operator) = scanner.next(&mut operands) {
            let n = |at: usize| operands.get(at).and_then(Operand::number).unwrap_or(0.0);
            match operator {
                b"q" if saved.len() < MAX_SAVED => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => {
                    state.matrix = Matrix([n(0), n(1), n(2), n(3), n(4), n(5)]).then(state.matrix);
                }
                b"w" => state.line = n(0).abs(),
                b"gs" => self.graphics(resources, &operands, &mut state),
                b"m" | b"l" => path.point(state.matrix.apply(n(0), n(1))),
                b"c" => {
                    for at in [0, 2, 4] {
                        path.point(state.matrix.apply(n(at), n(at + 1)));
                    }
                }
                b"v" | b"y" => {
                    path.point(state.matrix.apply(n(0), n(1)));
                    path.point(state.matrix.apply(n(2), n(3)));
                }
                b"re" => {
                    for (x, y) in [(0.0, 0.0), (n(2), 0.0), (0.0, n(3)), (n(2), n(3))] {
                        path.point(state.matrix.apply(n(0) + x, n(1) + y));
                    }
                }
                b"W" | b"W*" => path.clips = true,
                b"S" | b"s" => self.paint(&mut path, &mut state, false, true),
                b"f" | b"F" | b"f*" => self.paint(&mut path, &mut state, true, false),
                b"B" | b"B*" | b"b" | b"b*" => self.paint(&mut path, &mut state, true, true),
                b"n" => self.paint(&mut path, &mut state, false, false),
                b"sh" => self.mark(state.clip, false),
                b"g" | b"rg" | b"k" | b"G" | b"RG" | b"K" => {
                    let space = match operator {
                        b"g" | b"G" => Space::Gray,
                        b"rg" | b"RG" => Space::Rgb,
                        _ => Space::Cmyk,
                    };
                    let paint = Paint::of(space, &numbers(&operands));
                    let is_stroke = operator.first().is_some_and(u8::is_ascii_uppercase);
                    *(if is_stroke { &mut state.stroke } else { &mut state.fill }) = paint;
                }
                b"cs" | b"CS" => {
                    if let Some(Operand::Name(name)) = operands.first() {
                        let paint = Paint::first(named(document, resources, name));
                        *(if operator == b"CS" { &mut state.stroke } else { &mut state.fill }) =
                            paint;
                    }
                }
                b"sc" | b"scn" => state.fill = Paint::of(state.fill.space, &numbers(&operands)),
                b"SC" | b"SCN" => {
                    state.stroke = Paint::of(state.stroke.space, &numbers(&operands));
                }
                b"BT" => text = Text { matrix: IDENTITY, line: IDENTITY },
                b"Tf" => {
                    state.size = n(1);
                    state.font = self.font(resources, &operands);
                }
                b"Tc" => state.letters = n(0),
                b"Tw" => state.words = n(0),
                b"Tz" => state.across = n(0) / 100.0,
                b"TL" => state.leading = n(0),
                b"Ts" => state.rise = n(0),
                b"Tr" => state.mode = n(0) as i64,
                b"Td" => text.go(n(0), n(1)),
                b"TD" => {
                    state.leading = -n(1);
                    text.go(n(0), n(1));
                }
                b"T*" => text.go(0.0, -state.leading),
                b"Tm" => {
                    let matrix = Matrix([n(0), n(1), n(2), n(3), n(4), n(5)]);
                    text = Text { matrix, line: matrix };
                }
                b"Tj" | b"TJ" => self.show(&operands, &state, &mut text),
                b"'" | b"\"" => {
                    if operator == b"\"" {
                        (state.words, state.letters) = (n(0), n(1));
                    }
                    text.go(0.0, -state.leading);
                    self.show(&operands, &state, &mut text);
                }
                b"Do" => self.object(resources, &operands, &state, depth),
                b"EI" => self.inline(&operands, &state),
                _ => {}
            }
        }
    }

    /// Takes what a dictionary sets of the state: line widths and fonts.
    fn graphics(
        &mut self,
        resources: Option<&Dictionary>,
        operands: &[Operand],
        state: &mut State,
    ) {
        let document = self.shared.document;
        let Some(Operand::Name(name)) = operands.first() else { return };
        let all = resources.and_then(|all| document.get_dict_in_dict(all, b"ExtGState").ok());
        let Some(set) = all.and_then(|all| document.get_dict_in_dict(all, name).ok()) else {
            return;
        };
        if let Some(width) = set.get(b"LW").ok().and_then(|width| width.as_float().ok()) {
            state.line = f64::from(width).abs();
        }
    }

    fn font(&mut self, resources: Option<&Dictionary>, operands: &[Operand]) -> Option<Rc<Font>> {
        let document = self.shared.document;
        let Some(Operand::Name(name)) = operands.first() else { return None };
        let fonts = document.get_dict_in_dict(resources?, b"Font").ok()?;
        let found = fonts.get(name).ok()?;
        if let Object::Reference(id) = found {
            if let Some(known) = self.shared.fonts.get(id) {
                return Some(Rc::clone(known));
            }
            let font = Rc::new(Font::read(document, document.get_dictionary(*id).ok()?));
            self.shared.fonts.insert(*id, Rc::clone(&font));
            return Some(font);
        }
        Some(Rc::new(Font::read(document, found.as_dict().ok()?)))
    }

    /// Paints a path, and clips what comes later to it.
    fn paint(&mut self, path: &mut Path, state: &mut State, fills: bool, strokes: bool) {
        let Path { bounds, clips } = std::mem::take(path);
        let Some(bounds) = bounds else { return };
        if fills {
            self.used(state.fill, bounds, state.clip);
        }
        if strokes && !state.stroke.is_white {
            let width = state.line * state.matrix.factor();
            let lies = bounds.grown(width / 2.0);
            self.used(state.stroke, lies, state.clip);
            let seen = self.seen_of(lies, state.clip);
            let thinner = self.seen.thinnest.is_none_or(|before| width < before);
            if thinner && (seen.size().width > 0.0 || seen.size().height > 0.0) {
                self.seen.thinnest = Some(width);
            }
        }
        if clips {
            state.clip = state.clip.common(bounds);
        }
    }

    /// Notes ink in a box.
    fn used(&mut self, paint: Paint, lies: Rect, clip: Rect) {
        if paint.is_white {
            return;
        }
        let seen = self.seen_of(lies, clip);
        let Some((width, height)) = extent(seen) else { return };
        if width > 0.0 && height > 0.0 && paint.ink > self.shared.limit {
            self.heavy(paint.ink, false);
        }
        self.mark(lies.common(clip), false);
    }

    fn heavy(&mut self, ink: f64, in_picture: bool) {
        if self.seen.heaviest.is_none_or(|(before, _)| ink > before) {
            self.seen.heaviest = Some((ink, in_picture));
        }
    }

    /// What of a box is seen when the page is cut.
    fn seen_of(&self, lies: Rect, clip: Rect) -> Rect {
        lies.common(clip).common(self.trim)
    }

    /// Notes where ink lies, if it is not the ground of the page, or goes on beyond where it
    /// is cut, as is meant.
    fn mark(&mut self, lies: Rect, is_text: bool) {
        const NEAR: f64 = 0.5;
        let seen = lies.common(self.trim);
        if extent(seen).is_none() || lies.right < self.trim.left || lies.top < self.trim.bottom {
            return;
        }
        let beyond = [
            lies.left <= self.trim.left + NEAR,
            lies.bottom <= self.trim.bottom + NEAR,
            lies.right >= self.trim.right - NEAR,
            lies.top >= self.trim.top - NEAR,
        ];
        if !is_text && beyond == [true; 4] {
            return;
        }
        self.seen.ink = Some(self.seen.ink.map_or(seen, |ink| ink.joined(seen)));
    }

    /// Shows text: 9.4.
    fn show(&mut self, operands: &[Operand], state: &State, text: &mut Text) {
        let Some(font) = &state.font else { return };
        let seen = state.mode != 3 && !(state.mode == 0 && state.fill.is_white);
        let mut shown = false;
        for operand in operands {
            let by = match operand {
                Operand::Number(back) => -back / 1000.0 * state.size * state.across,
                Operand::Text(codes) => {
                    let (advance, count, spaces) = font.advance(codes);
                    let by = advance * state.size
                        + count as f64 * state.letters
                        + spaces as f64 * state.words;
                    let by = by * state.across;
                    let matrix = text.matrix.then(state.matrix);
                    // As letters reach, but for accents of capitals.
                    let (low, high) = (-0.2 * state.size, 0.7 * state.size);
                    let (low, high) = (low.min(high) + state.rise, high.max(low) + state.rise);
                    let lies =
                        Rect { left: by.min(0.0), bottom: low, right: by.max(0.0), top: high };
                    let lies = matrix.apply_to(lies);
                    if seen && count > spaces && extent(self.seen_of(lies, state.clip)).is_some() {
                        shown = true;
                        self.mark(lies.common(state.clip), true);
                        if state.mode == 0 && state.fill.ink > self.shared.limit {
                            self.heavy(state.fill.ink, false);
                        }
                    }
                    by
                }
                Operand::Name(_) => 0.0,
            };
            text.matrix = Matrix::shift(by, 0.0).then(text.matrix);
        }
        if shown
            && let Some(name) = &font.loose
            && self.seen.loose.len() < MAX_TOLD
        {
            self.seen.loose.insert(name.clone());
        }
    }

    /// Draws a form or a picture.
    fn object(
        &mut self,
        resources: Option<&'a Dictionary>,
        operands: &[Operand],
        state: &State,
        depth: usize,
    ) {
        let document = self.shared.document;
        let Some(Operand::Name(name)) = operands.first() else { return };
        let all = resources.and_then(|all| document.get_dict_in_dict(all, b"XObject").ok());
        let found = all.and_then(|all| all.get(name).ok());
        let Some(id) = found.and_then(|found| found.as_reference().ok()) else { return };
        let Ok(stream) = document.get_object(id).and_then(Object::as_stream) else { return };
        match stream.dict.get(b"Subtype").and_then(Object::as_name) {
            Ok(b"Image") => {
                let number = |key: &[u8]| {
                    let found = document.dereference(stream.dict.get(key).ok()?).ok()?.1;
                    u32::try_from(found.as_i64().ok()?).ok()
                };
                let (Some(width), Some(height)) = (number(b"Width"), number(b"Height")) else {
                    return;
                };
                self.picture((width, height), state);
                if extent(self.seen_of(state.matrix.apply_to(UNIT), state.clip)).is_some() {
                    self.ink_of(id, stream);
                }
            }
            Ok(b"Form") => {
                let mut state = state.clone();
                let own = stream.dict.get(b"Matrix").ok();
                let own = own.and_then(|own| document.dereference(own).ok());
                if let Some(own) = own.and_then(|(_, own)| own.as_array().ok()) {
                    let number = |at: usize| {
                        own.get(at).and_then(|it| it.as_float().ok()).map_or(0.0, f64::from)
                    };
                    let own = Matrix([0, 1, 2, 3, 4, 5].map(number));
                    state.matrix = own.then(state.matrix);
                }
                if let Some(bounds) = bounds(document, stream) {
                    state.clip = state.clip.common(state.matrix.apply_to(bounds));
                }
                self.form(stream, resources, state, depth + 1);
            }
            _ => {}
        }
    }

    fn inline(&mut self, operands: &[Operand], state: &State) {
        let of = |long: &[u8], short: &[u8]| {
            let mut pairs = operands.windows(2);
            pairs.find_map(|pair| match pair {
                [Operand::Name(name), Operand::Number(number)]
                    if *name == long || *name == short =>
                {
                    Some(*number as u32)
                }
                _ => None,
            })
        };
        if let (Some(width), Some(height)) = (of(b"Width", b"W"), of(b"Height", b"H")) {
            self.picture((width, height), state);
        }
    }

    /// Notes how many pixels of a picture come to an inch.
    fn picture(&mut self, (width, height): (u32, u32), state: &State) {
        let lies = state.matrix.apply_to(UNIT).common(state.clip);
        if extent(lies.common(self.trim)).is_none() {
            return;
        }
        self.mark(lies, false);
        let Matrix([a, b, c, d, ..]) = state.matrix;
        let dpi = |pixels: u32, length: f64| f64::from(pixels) * 72.0 / length.max(1e-6);
        let least = dpi(width, a.hypot(b)).min(dpi(height, c.hypot(d)));
        // A picture of a few pixels is a color or a gradient, and no picture.
        if width.min(height) > picture::FEW && self.seen.pictures.len() < MAX_TOLD {
            let known = self.seen.pictures.entry((width, height)).or_insert(least);
            *known = known.min(least);
        }
    }

    fn ink_of(&mut self, id: ObjectId, stream: &Stream) {
        let ink = match self.shared.inks.get(&id) {
            Some(known) => *known,
            None => {
                let space = stream.dict.get(b"ColorSpace").ok();
                let space = space.map(|space| of(self.shared.document, space));
                let found = (space == Some(Space::Cmyk))
                    .then(|| picture::most_ink(stream, self.shared))
                    .flatten();
                let found = found.unwrap_or(0.0);
                self.shared.inks.insert(id, found);
                found
            }
        };
        if ink > self.shared.limit {
            self.heavy(ink, true);
        }
    }
}

const UNIT: Rect = Rect { left: 0.0, bottom: 0.0, right: 1.0, top: 1.0 };

/// Returns how large a box is; `None` if it is a point or less.
fn extent(rect: Rect) -> Option<(f64, f64)> {
    let size = rect.size();
    (size.width > 0.0 || size.height > 0.0).then_some((size.width, size.height))
}

fn numbers(operands: &[Operand]) -> Vec<f64> {
    operands.iter().filter_map(Operand::number).collect()
}

impl Text {
    fn go(&mut self, x: f64, y: f64) {
        self.line = Matrix::shift(x, y).then(self.line);
        self.matrix = self.line;
    }
}

/// A path that is not painted yet.
#[derive(Debug, Default)]
struct Path {
    bounds: Option<Rect>,
    /// Whether what comes later is clipped to it.
    clips: bool,
}

impl Path {
    fn point(&mut self, (x, y): (f64, f64)) {
        let point = Rect { left: x, bottom: y, right: x, top: y };
        self.bounds = Some(self.bounds.map_or(point, |bounds| bounds.joined(point)));
    }
}
