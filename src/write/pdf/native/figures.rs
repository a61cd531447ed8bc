//! `recto.arrange`, `recto.drawn` and their like: figures, and what is drawn on them.
//!
//! Typst hashes what it gives to a function of a layout, and a figure holds each point of
//! each arrow. These are given it as it is.

use typst::diag::{At, SourceResult};
use typst::foundations::{
    Args, Array, Content, Dict, IntoValue, NativeElement, NativeFuncData, Packed, Smart, Str, Value,
};
use typst::layout::{Abs, Alignment, Axes, HAlignment, Length, PlaceElem, Rel, VAlignment};
use typst::syntax::Span;
use typst::visualize::{
    Color, CurveClose, CurveComponent, CurveCubic, CurveElem, CurveLine, CurveMove, FillRule,
    LineJoin, Paint, Stroke,
};

use super::super::preflight::LEAST_DPI;
use super::function;

/// The functions.
pub(super) const FUNCTIONS: [&NativeFuncData; 6] =
    [&IS_MARKED, &SHOWN, &SIZED, &ARRANGE, &MONTAGE_WIDTH, &DRAWN];

/// Halos are no thinner than this, or they break in print.
const THINNEST: f64 = 0.4;
/// No row of panels is lower than this, whatever room there is.
const LOWEST: f64 = 0.2 * MM;

const MM: f64 = 72.0 / 25.4;
const INCH: f64 = 72.0;

/// `recto.is-marked(figure, when: true, asked: false)`: whether anything is drawn on a figure,
/// if `when`; if `asked`, one that is the answer to itself is not.
static IS_MARKED: NativeFuncData = function("is-marked", &|_, _, args| {
    let item: Dict = args.expect("figure")?;
    let when = args.named("when")?.unwrap_or(true);
    let asked = args.named("asked")?.unwrap_or(false);
    let is_answer = asked && has(&item, "answers");
    Ok(Value::Bool(when && !is_answer && is_marked(&item)))
});

/// `recto.shown(figure, style: "annotated", without: "without marks")`: a figure as it stands
/// in the text, with its marks, without them to be found, or each panel twice; `without` is
/// what is said of the first of two.
static SHOWN: NativeFuncData = function("shown", &|_, _, args| {
    let mut item: Dict = args.expect("figure")?;
    let style: Str = args.named("style")?.unwrap_or_else(|| "annotated".into());
    let without: Str = args.named("without")?.unwrap_or_default();
    let is_answer = has(&item, "answers");
    if style.as_str() == "annotated" || !is_marked(&item) || style.as_str() == "find" && is_answer {
        return Ok(item.into_value());
    }
    let panels = panels(&item).cloned().unwrap_or_default();
    if style.as_str() == "find" {
        let panels: Array = panels.iter().map(|panel| clean(panel).into_value()).collect();
        item.insert("panels".into(), panels.into_value());
        return Ok(item.into_value());
    }
    let groups = panels.iter().map(|panel| match panel {
        Value::Dict(dict) if has_drawings(dict) => {
            let mut before = clean(panel);
            if let Ok(Value::Dict(image)) = dict.get("image") {
                let mut image = image.clone();
                let alt = text(&image, "alt");
                image.insert("alt".into(), Str::from(format!("{alt} ({without})")).into_value());
                before.insert("image".into(), image.into_value());
            }
            before.insert("anchor".into(), Value::None);
            vec![before.into_value(), panel.clone()]
        }
        _ => vec![panel.clone()],
    });
    let groups: Vec<Vec<Value>> = groups.collect();
    item.insert("panels".into(), groups.concat().into_iter().collect::<Array>().into_value());
    // The two of one picture lie as they fit best.
    if groups.len() > 1 {
        let groups = groups.into_iter().map(|group| group.into_iter().collect::<Array>());
        let groups: Array = groups.map(IntoValue::into_value).collect();
        item.insert("groups".into(), groups.into_value());
        item.insert("columns".into(), Value::None);
    }
    Ok(item.into_value())
});

/// `recto.sized(image, width, dpi: 300)`: the path of the smallest of its sizes that is sharp
/// enough where it is `width` wide.
static SIZED: NativeFuncData = function("sized", &|_, _, args| {
    let image: Dict = args.expect("image")?;
    let width: Length = args.expect("width")?;
    let dpi: f64 = args.named("dpi")?.unwrap_or(300.0);
    let span = args.span;
    args.take().finish()?;
    let Ok(Value::Array(sizes)) = image.get("sizes") else {
        return Err("a picture has no sizes").at(span);
    };
    let pixels = width.abs.to_pt() / INCH * dpi;
    let enough = |size: &&Value| match size {
        Value::Dict(size) => number(size, "width").is_some_and(|width| width >= pixels - 0.5),
        _ => false,
    };
    let first = sizes.iter().find(enough).filter(|_| width.em.get() == 0.0);
    match first.or(sizes.iter().last()) {
        Some(Value::Dict(size)) => size.get("path").cloned().at(span),
        _ => Err("a picture has no sizes").at(span),
    }
});

/// `recto.arrange(figure, room, height, gutter: 2mm, letters: 8pt)`: the panels of a figure in
/// rows, within `room` and `height`: the pictures of a row are of one height, and all rows of
/// one width. Panels of a group stay side by side. Returns that width, and the rows with their
/// heights and panels; `letters` is their size.
static ARRANGE: NativeFuncData = function("arrange", &|_, _, args| {
    let (item, room) = Room::take(args)?;
    let plan = room.plan(&item).at(args.span)?;
    let row = |row: Row| {
        let panels: Array = row.panels.into_iter().map(|panel| panel.value.clone()).collect();
        let fields = [("panels", panels.into_value()), ("height", pt(row.height))];
        dict(fields).into_value()
    };
    let rows: Array = plan.rows.into_iter().map(row).collect();
    Ok(dict([("width", pt(plan.width)), ("rows", rows.into_value())]).into_value())
});

/// `recto.montage-width(figure, room, height, gutter: 2mm, letters: 8pt)`: how wide that is.
static MONTAGE_WIDTH: NativeFuncData = function("montage-width", &|_, _, args| {
    let (item, room) = Room::take(args)?;
    Ok(pt(room.plan(&item).at(args.span)?.width))
});

/// `recto.drawn(overlay, unit)`: outlines, a unit of theirs being `unit` long: first all halos,
/// so that none covers another mark, then the fills.
static DRAWN: NativeFuncData = function("drawn", &|_, _, args| {
    let overlay: Dict = args.expect("overlay")?;
    let unit: Length = args.expect("unit")?;
    let span = args.span;
    args.take().finish()?;
    let mut halo = unit * (number(&overlay, "halo").unwrap_or_default() * 2.0);
    // As high as letters, they are as thick as these are.
    if halo.em.get() == 0.0 {
        halo.abs = halo.abs.max(Abs::pt(THINNEST));
    }
    let drawings = match overlay.get("drawings") {
        Ok(Value::Array(drawings)) => drawings.clone(),
        _ => Array::new(),
    };
    let mut all = Vec::new();
    for with_halo in [true, false] {
        for drawing in drawings.iter() {
            let Value::Dict(drawing) = drawing else { continue };
            let mut path = CurveElem::new(outlines(drawing, unit, span));
            if with_halo {
                let stroke = Stroke {
                    paint: Smart::Custom(paint(drawing, "halo").at(span)?),
                    thickness: Smart::Custom(halo),
                    join: Smart::Custom(LineJoin::Round),
                    ..Stroke::default()
                };
                path = path.with_stroke(Smart::Custom(Some(stroke)));
            } else {
                let fill = paint(drawing, "color").at(span)?;
                path = path.with_fill(Some(fill)).with_fill_rule(FillRule::NonZero);
            }
            let place = PlaceElem::new(path.pack().spanned(span));
            let place = place
                .with_alignment(Smart::Custom(Alignment::Both(HAlignment::Left, VAlignment::Top)));
            all.push(place.pack().spanned(span));
        }
    }
    Ok(Value::Content(Content::sequence(all)))
});

/// Returns the steps of all outlines of a drawing.
fn outlines(drawing: &Dict, unit: Length, span: Span) -> Vec<CurveComponent> {
    let mut steps = Vec::new();
    let Ok(Value::Array(outlines)) = drawing.get("outlines") else { return steps };
    for outline in outlines.iter() {
        let Value::Array(outline) = outline else { continue };
        for step in outline.iter() {
            let Value::Dict(step) = step else { continue };
            let points: Vec<Axes<Rel<Length>>> = points(step, unit);
            let step = match (text(step, "step"), points.as_slice()) {
                ("move", [start, ..]) => {
                    CurveComponent::Move(Packed::new(CurveMove::new(*start)).spanned(span))
                }
                ("line", [end, ..]) => {
                    CurveComponent::Line(Packed::new(CurveLine::new(*end)).spanned(span))
                }
                (_, [first, second, end]) => {
                    let first = Some(Smart::Custom(*first));
                    let cubic = CurveCubic::new(first, Some(*second), *end);
                    CurveComponent::Cubic(Packed::new(cubic).spanned(span))
                }
                _ => continue,
            };
            steps.push(step);
        }
        steps.push(CurveComponent::Close(Packed::new(CurveClose::new()).spanned(span)));
    }
    steps
}

fn points(step: &Dict, unit: Length) -> Vec<Axes<Rel<Length>>> {
    let Ok(Value::Array(points)) = step.get("points") else { return Vec::new() };
    let point = |point: &Value| {
        let Value::Array(point) = point else { return None };
        let mut numbers = point.iter().map(float);
        let (x, y) = (numbers.next()??, numbers.next()??);
        Some(Axes::new(Rel::from(unit * x), Rel::from(unit * y)))
    };
    points.iter().filter_map(point).collect()
}

fn paint(drawing: &Dict, key: &str) -> Result<Paint, &'static str> {
    Ok(text(drawing, key).parse::<Color>()?.into())
}

/// What a figure may take.
struct Room {
    width: f64,
    height: f64,
    gutter: f64,
    letters: f64,
}

/// A panel, with its shape.
#[derive(Clone, Copy)]
struct Panel<'a> {
    value: &'a Value,
    /// Width by height.
    aspect: f64,
    /// How wide it may be printed, for its pixels.
    sharp: f64,
}

struct Row<'a> {
    panels: Vec<Panel<'a>>,
    height: f64,
}

struct Plan<'a> {
    width: f64,
    rows: Vec<Row<'a>>,
}

impl Room {
    fn take(args: &mut Args) -> SourceResult<(Dict, Self)> {
        let item: Dict = args.expect("figure")?;
        let (width, height): (Length, Length) = (args.expect("room")?, args.expect("height")?);
        let mut named = |name, default: f64| -> SourceResult<f64> {
            Ok(args.named::<Length>(name)?.map_or(default, |length| length.abs.to_pt()))
        };
        let (gutter, letters) = (named("gutter", 2.0 * MM)?, named("letters", 8.0)?);
        let (width, height) = (width.abs.to_pt(), height.abs.to_pt());
        Ok((item, Self { width, height, gutter, letters }))
    }

    fn plan<'a>(&self, item: &'a Dict) -> Result<Plan<'a>, &'static str> {
        let panel = |value: &'a Value| {
            let Value::Dict(panel) = value else { return None };
            let Ok(Value::Dict(image)) = panel.get("image") else { return None };
            let (width, height) = (number(image, "width")?, number(image, "height")?);
            let sharp = width / LEAST_DPI * INCH;
            Some(Panel { value, aspect: width / height, sharp })
        };
        let all = |panels: &'a Array| panels.iter().map(panel).collect::<Option<Vec<_>>>();
        let panels = panels(item).and_then(all).filter(|panels| !panels.is_empty());
        let panels = panels.ok_or("a figure has no panels with pictures")?;
        let has_letter = |panel: &Panel| match panel.value {
            Value::Dict(panel) => has(panel, "letter"),
            _ => false,
        };
        let has_letters = panels.iter().any(has_letter);
        if let ([alone], false) = (panels.as_slice(), has_letters) {
            let width = self.width.min(self.height * alone.aspect).min(alone.sharp);
            let height = LOWEST.max(width / alone.aspect);
            return Ok(Plan { width, rows: vec![Row { panels, height }] });
        }
        // Letters stand below their panels.
        let foot = if has_letters { self.letters * 1.63 } else { 0.0 };
        let groups: Vec<Vec<Panel>> = match item.get("groups") {
            Ok(Value::Array(groups)) => {
                let group = |group: &'a Value| match group {
                    Value::Array(group) => all(group),
                    _ => None,
                };
                let groups: Option<Vec<_>> = groups.iter().map(group).collect();
                groups.ok_or("a group of panels has no pictures")?
            }
            _ => panels.iter().map(|panel| vec![*panel]).collect(),
        };
        if let Some(columns) = number(item, "columns").filter(|columns| *columns >= 1.0) {
            let rows = groups.chunks(columns as usize).map(<[_]>::concat).collect();
            let plan = self.fit(rows, foot, true);
            // So many that nothing would be seen are laid out as they fit.
            let least = (8.0 * MM).min(self.width / 8.0);
            if plan.width > 0.0 && plan.rows.iter().all(|row| row.height > least) {
                return Ok(plan);
            }
        }
        let total: f64 = panels.iter().map(|panel| panel.aspect).sum();
        let mut best: Option<(f64, Plan)> = None;
        for count in 1..=groups.len() {
            // Rows about equally wide, each group in that where its middle falls.
            let mut rows: Vec<Vec<Panel>> = vec![Vec::new(); count];
            let mut before = 0.0;
            for group in &groups {
                let wide: f64 = group.iter().map(|panel| panel.aspect).sum();
                let place = ((before + wide / 2.0) / total * count as f64).floor();
                rows[(count - 1).min(place as usize)].extend(group);
                before += wide;
            }
            rows.retain(|row| !row.is_empty());
            let plan = self.fit(rows, foot, false);
            let cost = self.cost(&plan);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, plan));
            }
        }
        best.map(|(_, plan)| plan).ok_or("a figure has no panels")
    }

    /// Good rows are about half as high as the room is wide, alike, and fill it.
    fn cost(&self, plan: &Plan) -> f64 {
        let heights: Vec<f64> = plan.rows.iter().map(|row| row.height.max(0.1 * MM)).collect();
        let off: f64 = heights.iter().map(|height| (height / self.width * 2.0).ln().abs()).sum();
        let highest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lowest = heights.iter().copied().fold(f64::INFINITY, f64::min);
        let uneven = (highest / lowest).ln();
        off / heights.len() as f64
            + uneven / 2.0
            + 0.7 * (self.width / plan.width.max(0.1 * MM)).ln()
    }

    /// Makes rows as wide as there is room, as high as they may be, and sharp. A last one that
    /// is `ragged`, not full, is as high as the one before.
    fn fit<'a>(&self, rows: Vec<Vec<Panel<'a>>>, foot: f64, ragged: bool) -> Plan<'a> {
        struct Part<'a> {
            panels: Vec<Panel<'a>>,
            gaps: f64,
            sum: f64,
        }
        let mut parts: Vec<Part> = Vec::new();
        for panels in rows {
            let mut gaps = self.gutter * (panels.len().saturating_sub(1)) as f64;
            let mut sum: f64 = panels.iter().map(|panel| panel.aspect).sum();
            if let Some(last) = parts.last().filter(|_| ragged)
                && panels.len() < last.panels.len()
                && sum < last.sum
            {
                (gaps, sum) = (last.gaps, last.sum);
            }
            parts.push(Part { panels, gaps, sum });
        }
        let count = parts.len() as f64;
        let fixed = foot * count + self.gutter * (count - 1.0);
        let gaps: f64 = parts.iter().map(|part| part.gaps / part.sum).sum();
        let by_height =
            (self.height - fixed + gaps) / parts.iter().map(|part| 1.0 / part.sum).sum::<f64>();
        let mut width = self.width.min(by_height);
        for part in &parts {
            for panel in &part.panels {
                width = width.min(panel.sharp / panel.aspect * part.sum + part.gaps);
            }
        }
        let row = |part: Part<'a>| {
            let height = LOWEST.max((width - part.gaps) / part.sum);
            Row { panels: part.panels, height }
        };
        Plan { width, rows: parts.into_iter().map(row).collect() }
    }
}

/// Tells whether something is said under a key.
fn has(item: &Dict, key: &str) -> bool {
    !matches!(item.get(key), Err(_) | Ok(Value::None))
}

fn panels(item: &Dict) -> Option<&Array> {
    match item.get("panels") {
        Ok(Value::Array(panels)) => Some(panels),
        _ => None,
    }
}

fn is_marked(item: &Dict) -> bool {
    let marked = |panel: &Value| matches!(panel, Value::Dict(panel) if has_drawings(panel));
    panels(item).is_some_and(|panels| panels.iter().any(marked))
}

fn has_drawings(panel: &Dict) -> bool {
    let Ok(Value::Dict(overlay)) = panel.get("overlay") else { return false };
    matches!(overlay.get("drawings"), Ok(Value::Array(drawings)) if !drawings.is_empty())
}

/// Returns a panel without its marks.
fn clean(panel: &Value) -> Dict {
    let Value::Dict(panel) = panel else { return Dict::new() };
    let nothing = dict([("halo", Value::Int(0)), ("drawings", Array::new().into_value())]);
    let mut panel = panel.clone();
    panel.insert("overlay".into(), nothing.into_value());
    panel
}

fn dict<const N: usize>(fields: [(&str, Value); N]) -> Dict {
    fields.into_iter().map(|(key, value)| (key.into(), value)).collect()
}

fn pt(length: f64) -> Value {
    Length::from(Abs::pt(length)).into_value()
}

fn text<'a>(item: &'a Dict, key: &str) -> &'a str {
    match item.get(key) {
        Ok(Value::Str(text)) => text.as_str(),
        _ => "",
    }
}

fn number(item: &Dict, key: &str) -> Option<f64> {
    float(item.get(key).ok()?)
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}
